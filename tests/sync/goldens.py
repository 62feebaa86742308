"""The golden messages: one of each kind with every field filled, signatures made with fixed keys.

``python -m tests.sync.goldens`` writes ``tests/sync/golden``; the tests compare byte by byte, so a
change of what goes over the line is a change of these files that somebody looked at.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.courier.pack import Purport, writing
from sync.courier.sealing import key_id, raw_public
from sync.wire import messages as m
from sync.wire.body import encode, pack
from sync.wire.events import SESSION_ENDS, STILL_HERE, HeadMoved, SessionEnds, head_event
from sync.wire.packs import IN, OUT, FileHead, FilesHeld, FrameKind, PackHead, frame_bytes
from sync.wire.receipts import seal, sha256
from sync.wire.signature import KEY_HEADER, SEQUENCE_HEADER, RequestKey, Signable, sign_request
from sync.wire.tree_log import KeptProof, LogConsistency, LogLeaf, LogProof, TreeHead

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MICROS = 1_772_413_200_000_000
DESK_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HUB_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
DESK_COURIER = X25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
HUB_COURIER = X25519PrivateKey.from_private_bytes(bytes(range(96, 128)))
DEVICE = "0197000000007000800000000000000a"
NONCE = "a" * 32
SCOPE = "ho.79.790115"
EPOCH = "5f0c1d2e3a4b5c6d"
KEY_ID = hashlib.sha256(HUB_KEY.public_key().public_bytes_raw()).hexdigest()[:16]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _id(n: int) -> str:
    return f"01970000000070008000{n:012x}"


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _mutation(n: int, op: str, patch: dict[str, Any], *, kind: str = "customer") -> m.Mutation:
    return m.Mutation(n, n - 1, SCOPE, kind, _id(n), op, 3, patch, 1, MICROS, "C0001", _sha(f"{n}"))


TXN = m.Txn(
    _id(100),
    [
        _mutation(1, "insert", {"name": [None, "华星贸易"], "headcount": [None, 120]}),
        _mutation(2, "patch", {"email": ["", "a@b.cn"], "headcount": [120, 121]}),
        _mutation(3, "delete", {}),
        _mutation(4, "command", {"verb": "pricing.submit_quote", "order": {"fen": 1440000}}),
    ],
)
REQUEST = m.SyncRequest(
    device=DEVICE,
    proto=1,
    schema=1,
    push=[TXN],
    cursors=[m.Cursor(SCOPE, EPOCH, 41, "55c536fc27e93799"), m.Cursor("ho", "", 0, "0")],
    budget=20_000,
    wishes=[m.LeaseWish(SCOPE, "GPA1-790115-2026", 200, [_id(7)])],
    snapshots=True,
    budget_bytes=65_536,
)
PAGE = m.Page(
    scope=SCOPE,
    epoch=EPOCH,
    start=41,
    next=44,
    head=60,
    digest="00c536fc27e93799",
    kinds=[
        m.KindRows(
            kind="customer",
            cols=["birth", "email", "headcount", "name"],
            ids=[_id(1), _id(2)],
            seqs=[42, 43],
            vers=[1, 5],
            columns=[[None, "1990-02-28"], ["", "a@b.cn"], [120, None], ["华星贸易", "王芳"]],
        )
    ],
    gone=[m.Gone(44, "customer", _id(3), "del"), m.Gone(40, "customer", _id(4), "drop")],
)
RESULTS = [
    m.Result(1, "ok", "", "", SCOPE, 42, 1, [], None),
    m.Result(2, "merged", "", "", SCOPE, 43, 5, ["email"], None),
    m.Result(3, "conflict", "", "", SCOPE, 45, 6, ["email"], {"email": "hub@b.cn"}),
    m.Result(4, "rejected", "E-SYNC-SCOPE", "not for this office", SCOPE, 0, 0, [], None),
    m.Result(5, "duplicate", "", "", SCOPE, 42, 1, [], None),
    m.Result(6, "superseded", "", "", SCOPE, 44, 2, [], None),
]
LEASE = m.Lease(_id(7), SCOPE, "GPA1-790115-2026", 201, 400, MICROS)
EVENTS = [
    m.ScopeEvent(name, "" if name in ("upgrade", "wipe") else SCOPE, EPOCH, 60)
    for name in ("grant", "revoke", "keep", "epoch", "upgrade", "snapshot", "wipe")
]
REPLY = m.SyncReply(RESULTS, [PAGE], EVENTS, [LEASE], MICROS, 0)
RECEIPT = m.Receipt(
    what="sync",
    device=DEVICE,
    nonce="n-1",
    request=sha256(encode(REQUEST)),
    reply=sha256(encode(REPLY)),
    at=MICROS,
    results=[(r.mseq, _sha(f"{r.mseq}"), r.status, r.scope, r.seq, r.ver) for r in RESULTS],
    heads=[(SCOPE, EPOCH, 60, "00c536fc27e93799")],
)
TREE_HEAD = TreeHead(7, _sha("root"), MICROS, KEY_ID, "c2ln")
LEAF = LogLeaf(DEVICE, DEVICE, 40, _sha("head"), "c2ln")

MESSAGES: dict[str, m.Message] = {
    "EnrolRequest": m.EnrolRequest("t" * 22, "ed25519", _b64(bytes(32)), "desk 1", "sealdesk", 1),
    "EnrolReply": m.EnrolReply(
        DEVICE, [m.ScopeGrant(SCOPE, EPOCH, 60)], _b64(bytes(32)), _b64(bytes(32)),
        _b64(bytes(32)), "-----BEGIN CERTIFICATE-----\n", MICROS, _b64(bytes(32)),
    ),
    "ScopeGrant": m.ScopeGrant(SCOPE, EPOCH, 60),
    "SessionRequest": m.SessionRequest(DEVICE, 1, "sealdesk", 1),
    "SessionReply": m.SessionReply("1772414100000000.c2ln", MICROS, MICROS, 1, 1, 1, "a2V5"),
    "Mutation": TXN.mutations[1],
    "Txn": TXN,
    "Cursor": REQUEST.cursors[0],
    "LeaseWish": REQUEST.wishes[0],
    "SyncRequest": REQUEST,
    "Result": RESULTS[2],
    "KindRows": PAGE.kinds[0],
    "Gone": PAGE.gone[0],
    "Page": PAGE,
    "ScopeEvent": EVENTS[0],
    "Lease": LEASE,
    "SyncReply": REPLY,
    "CheckRequest": m.CheckRequest(SCOPE, [0, 255]),
    "CheckReply": m.CheckReply(EPOCH, 60, "1f", ["0", "1f"], [("customer", _id(1), 1)]),
    "FetchRequest": m.FetchRequest(SCOPE, [("customer", _id(1))]),
    "SnapReply": m.SnapReply("ready", SCOPE, _sha("file"), _sha("key"), 9, EPOCH, 60, 1, 5, "1f"),
    "LiveRequest": m.LiveRequest([(SCOPE, 60)], 50),
    "LiveReply": m.LiveReply([(SCOPE, 61)]),
    "Receipt": RECEIPT,
    "Envelope": m.Envelope(KEY_ID, msgspec.Raw(encode(RECEIPT)), "c2ln", msgspec.Raw(b"[1]")),
    "Trouble": m.Trouble("busy", "lost 12 races", MICROS, 1, {"mseq": 4}),
    "HeadMoved": HeadMoved(SCOPE, 61),
    "SessionEnds": SessionEnds(),
    "PackHead": PackHead(
        1, OUT, DEVICE, 12, 11, NONCE, MICROS, key_id(raw_public(HUB_COURIER)), "c2VhbGVk",
        raw_public(DESK_COURIER), DEVICE,
    ),
    "FileHead": FileHead(_sha("contract"), 8),
    "FilesHeld": FilesHeld([_sha("contract")]),
    "TreeHead": TREE_HEAD,
    "LogLeaf": LEAF,
    "LogProof": LogProof(LEAF, 3, [_sha("sibling")], TREE_HEAD),
    "KeptProof": KeptProof(LogProof(LEAF, 3, [_sha("sibling")], TREE_HEAD), _b64(bytes(32))),
    "LogConsistency": LogConsistency(5, [_sha("sibling")], TREE_HEAD),
}  # fmt: skip


def golden_files() -> dict[str, bytes]:
    """Give every golden file that can be made again: its name and its bytes."""
    files = {f"{name}.json": encode(message) for name, message in MESSAGES.items()}
    files |= {f"Result.{one.status}.json": encode(one) for one in RESULTS}
    files |= {f"ScopeEvent.{one.event}.json": encode(one) for one in EVENTS}
    files |= {f"Mutation.{one.op}.json": encode(one) for one in TXN.mutations}
    files |= {f"Trouble.{code}.json": encode(m.Trouble(code)) for code in troubles()}
    files["sync.request.http"] = signed_request()
    files["sync.answer.json"] = seal(RECEIPT, encode(REPLY), KEY_ID, HUB_KEY.sign)
    files["live.events.txt"] = STILL_HERE + head_event(SCOPE, 61) + SESSION_ENDS
    files["frames.bin"] = b"".join(frame_bytes(kind, body) for kind, body in frames_of())
    return files


def troubles() -> list[str]:
    """Give the codes of a Trouble, as the message itself names them."""
    said = " ".join((m.Trouble.__doc__ or "").split())
    return [word.strip() for word in said.split("is one of:")[1].split(".")[0].split(",")]


def frames_of() -> list[tuple[FrameKind, bytes]]:
    """Give one frame of each kind."""
    return [
        (FrameKind.ASK, encode(REQUEST)),
        (FrameKind.ANSWER, seal(RECEIPT, encode(REPLY), KEY_ID, HUB_KEY.sign)),
        (FrameKind.FILE, encode(FileHead(_sha("contract"), 8))),
        (FrameKind.PART, b"contract"),
        (FrameKind.SNAPSHOT, encode(MESSAGES["SnapReply"])),
        (FrameKind.HELD, encode(FilesHeld([_sha("contract")]))),
        (FrameKind.TROUBLE, encode(MESSAGES["Trouble"])),
    ]


def signed_request() -> bytes:
    """Write a signed request: its line, its headers, its signature base, its body in base64."""
    body, coding = pack(encode(REQUEST))
    headers = {KEY_HEADER: sha256(encode(REQUEST))[:32], SEQUENCE_HEADER: "7"}
    headers["Content-Encoding"] = coding
    signable = Signable("POST", "https://hub.example:8443/v1/sync", headers)
    base: list[bytes] = []

    def sign(said: bytes) -> bytes:
        base.append(said)
        return DESK_KEY.sign(said)

    sign_request(signable, body, RequestKey(DEVICE, "ed25519", sign), created=AT, nonce="n-1")
    written = [f"{signable.method} {signable.url}"]
    written += [f"{name}: {signable.headers[name]}" for name in sorted(signable.headers)]
    written += ["", "signature base:", base[0].decode(), "", "body:", _b64(body), ""]
    return "\n".join(written).encode()


def write_packs(folder: Path) -> None:
    """Write a pack each way; their keys are sealed at random, so they are made once and kept."""
    for name, way, to, sign in (
        ("out.sdpack", OUT, HUB_COURIER, DESK_KEY),
        ("in.sdpack", IN, DESK_COURIER, HUB_KEY),
    ):
        reply_key = raw_public(DESK_COURIER) if way == OUT else ""
        signer = DEVICE if way == OUT else KEY_ID
        purport = Purport(way, DEVICE, 1, 0 if way == OUT else 1, NONCE, MICROS, reply_key, signer)
        public = raw_public(to)
        with writing(folder, purport, public, key_id(public)) as made:
            for kind, body in frames_of():
                made.add(kind, body)
            made.finish(sign.sign)
            made.show().replace(folder / name)


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name, content in golden_files().items():
        (GOLDEN / name).write_bytes(content)
    if not (GOLDEN / "out.sdpack").exists():
        write_packs(GOLDEN)
    print(json.dumps(sorted(path.name for path in GOLDEN.iterdir())))


if __name__ == "__main__":
    main()
