"""The golden messages and the written protocol, held against what the program says today."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import FixedClock
from app.kit.errors import courier as courier_errors
from app.store.outbox import SCHEMA
from sync.courier.pack import PackReader
from sync.courier.sealing import SealError
from sync.hub import push, upcasters, workstations
from sync.hub.routes import ROUTES, STATUS
from sync.wire.body import decode, encode, unpack
from sync.wire.events import EventReader, HeadMoved, SessionEnds
from sync.wire.faults import WireError
from sync.wire.messages import EnrolRequest, Envelope, SyncReply, SyncRequest
from sync.wire.packs import Frame, FrameKind, frames
from sync.wire.plain import from_plain, to_plain
from sync.wire.receipts import unseal
from sync.wire.signature import Signable, verify_bytes, verify_request
from tests.sync.golden_outbox import orders_now
from tests.sync.goldens import (
    AT,
    DESK_COURIER,
    DESK_KEY,
    DEVICE,
    EVENTS,
    GOLDEN,
    HUB_COURIER,
    HUB_KEY,
    KEY_ID,
    MESSAGES,
    REPLY,
    REQUEST,
    RESULTS,
    TXN,
    frames_of,
    golden_files,
    troubles,
)
from tests.sync.protocol_tables import message_classes, rows_of
from tests.sync.world import b64, make_hub

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text("utf-8")
FILES = golden_files()


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_said_today_is_what_was_written_down(name: str) -> None:
    """A difference is a change of the protocol: look at it, then python -m tests.sync.goldens."""
    assert FILES[name] == (GOLDEN / name).read_bytes()


def test_there_is_a_golden_of_every_message() -> None:
    assert {kind.__name__ for kind in message_classes()} == set(MESSAGES)
    assert all(type(message).__name__ == name for name, message in MESSAGES.items())


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_golden_is_read_and_written_again_as_it_was(name: str) -> None:
    written = (GOLDEN / f"{name}.json").read_bytes()
    assert encode(decode(type(MESSAGES[name]), written)) == written


def test_every_word_event_and_trouble_has_its_golden() -> None:
    for one in (*RESULTS, *EVENTS, *TXN.mutations):
        (path,) = GOLDEN.glob(f"{type(one).__name__}.{_choice(one)}.json")
        assert decode(type(one), path.read_bytes()) == one
    assert set(troubles()) == set(STATUS)


def _choice(one: Any) -> str:
    return str(getattr(one, "status", "") or getattr(one, "event", "") or getattr(one, "op", ""))


def test_the_signed_request_verifies() -> None:
    said = (GOLDEN / "sync.request.http").read_text("utf-8")
    head, _, rest = said.partition("\n\n")
    first, *lines = head.split("\n")
    method, url = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    body = base64.b64decode(rest.split("body:\n")[1])
    signed = verify_request(
        Signable(method, url, headers), body, "ed25519", DESK_KEY.public_key(), FixedClock(AT)
    )
    assert (signed.key_id, signed.nonce, signed.sequence) == (DEVICE, "n-1", 7)
    assert decode(SyncRequest, unpack(body, headers["Content-Encoding"])) == REQUEST


def test_the_signed_answer_verifies() -> None:
    body = (GOLDEN / "sync.answer.json").read_bytes()
    keys = {KEY_ID: HUB_KEY.public_key()}
    answer = unseal(SyncReply, body, keys, request=encode(REQUEST), nonce="n-1")
    assert answer.reply == REPLY
    assert decode(Envelope, body).key_id == KEY_ID


def test_the_live_events_are_read() -> None:
    stream = (GOLDEN / "live.events.txt").read_bytes()
    assert EventReader().feed(stream) == [HeadMoved("ho.79.790115", 61), SessionEnds()]


@pytest.mark.parametrize(
    ("name", "signer", "reader"),
    [("out.sdpack", DESK_KEY, HUB_COURIER), ("in.sdpack", HUB_KEY, DESK_COURIER)],
)
def test_the_packs_verify_and_open(name: str, signer: Ed25519PrivateKey, reader: Any) -> None:
    pack = PackReader(GOLDEN / name)
    pack.check(lambda signature, said: verify_bytes(signer.public_key(), signature, said))
    assert list(pack.frames(reader)) == [Frame(kind, body) for kind, body in frames_of()]
    assert (pack.head.device, pack.head.number) == (DEVICE, 1)
    wrong = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(WireError):
        verify_bytes(wrong, b"0" * 64, b"said")
    assert issubclass(SealError, Exception)


def test_the_frames_are_read_and_one_of_tomorrow_is_given_as_it_is() -> None:
    raw = (GOLDEN / "frames.bin").read_bytes() + bytes([99, 0, 0, 0, 1, 7])
    place = 0

    def read(size: int) -> bytes:
        nonlocal place
        place += size
        return raw[place - size : place]

    found = list(frames(read))
    assert [frame.kind for frame in found] == [*FrameKind, 99]


@pytest.mark.parametrize("schema", range(upcasters.OLDEST, SCHEMA + 1))
def test_orders_of_every_schema_are_still_read(schema: int) -> None:
    """An outbox may hold them for a year: a field that goes, or must be there, is seen here."""
    orders = orders_now()
    kept = json.loads((GOLDEN / f"orders.schema{schema}.json").read_bytes())
    assert kept
    for verb, plain in kept.items():
        assert _holds(to_plain(from_plain(orders[verb], plain)), plain), verb


def _holds(now: Any, then: Any) -> bool:
    """Say whether everything that was said is still understood; more may have come."""
    if isinstance(then, dict):
        return all(name in now and _holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(_holds, now, then))
    return bool(now == then)


@pytest.mark.parametrize("schema", range(upcasters.OLDEST, SCHEMA + 1))
def test_an_outbox_of_every_schema_is_still_taken(schema: int, tmp_path: Path) -> None:
    asked = decode(SyncRequest, (GOLDEN / f"outbox.schema{schema}.json").read_bytes())
    hub = make_hub(tmp_path / "hub")
    public = b64(DESK_KEY.public_key().public_bytes_raw())
    brought = EnrolRequest(hub.token(), "ed25519", public, "d", "test", 1)
    device, _ = hub.database.write(lambda c: workstations.enrol(c, brought, hub.clock))
    results = hub.database.write(
        lambda c: push.take_push(
            c, asked.push, sender=push.Sender(device.hex), door=hub.service.door,
            clock=hub.clock, epoch=hub.service.epoch,
        )
    )  # fmt: skip
    assert [one.status for one in results] == ["ok"] * 5
    assert hub.rows("SELECT name, email, headcount FROM customer") == [("华星贸易", "a@b.cn", 120)]
    assert hub.rows("SELECT count(*) FROM person") == [(1,)]
    hub.service.close()
    hub.database.close()


@pytest.mark.parametrize("kind", list(message_classes()), ids=lambda kind: kind.__name__)
def test_the_document_has_every_message_with_every_field(kind: type[Any]) -> None:
    _, found, rest = DOCUMENT.partition(f"\n### {kind.__name__}\n")
    assert found, "the message has its heading"
    section = re.split(r"\n##", rest)[0]
    written = re.findall(r"^\| \d+ \|.*$", section, re.MULTILINE)
    wanted = rows_of(kind)
    assert len(written) == len(wanted)
    for row, begins in zip(written, wanted, strict=True):
        assert row.startswith(begins)
        assert len(row.removeprefix(begins).strip(" |")) > 2, f"{begins} says what it means"


def test_the_document_names_no_message_that_is_not_there() -> None:
    headings = set(re.findall(r"^### (\w+)$", DOCUMENT, re.MULTILINE))
    assert headings == {kind.__name__ for kind in message_classes()}


def test_the_document_has_every_call_trouble_word_event_frame_and_refusal() -> None:
    for route in ROUTES:
        assert f"`{route.method} {route.path}" in DOCUMENT, route.path
    for code, status in STATUS.items():
        assert re.search(rf"\b{code} {status}\b", DOCUMENT), code
    for one in (*RESULTS, *EVENTS, *TXN.mutations):
        assert re.search(rf"\b{_choice(one)}\b", DOCUMENT), _choice(one)
    for kind in FrameKind:
        assert f"| {kind.value} | {kind.name} |" in DOCUMENT
    source = Path(courier_errors.__file__).read_text("utf-8")
    refusals = set(re.findall(r'"(E-COURIER-[A-Z]+)"', source))
    of_the_machine = {"E-COURIER-DISK", "E-COURIER-KEY", "E-COURIER-REFUSED"}
    assert {code for code in refusals if code not in DOCUMENT} == of_the_machine
