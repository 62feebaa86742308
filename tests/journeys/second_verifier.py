"""A second verifier of kept days, written from docs/verify.md alone.

It shares no line with the product: hashlib, cryptography, json, struct, base64, and Debian's
``pdfsig`` for the PDF. What the product's own verifier believes by mistake shows here.
"""

import base64
import hashlib
import json
import re
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ZERO = "0" * 64
DOWN, IMAGE, ARMED, DISARMED = 2, 6, 10, 11


def check(folder: Path) -> list[str]:
    """Give every complaint about a kept day; none where all holds."""
    complaints: list[str] = []
    for look in LOOKS:
        try:
            complaints += [f"{look.__name__}: {one}" for one in look(folder)]
        except (ValueError, KeyError, TypeError, IndexError, OSError, InvalidSignature) as error:
            complaints.append(f"{look.__name__}: {type(error).__name__} {error}")
    return complaints


# ---- small readers -----------------------------------------------------------------------------


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_bytes())


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def file_of(folder: Path, sha256: str) -> bytes:
    (path,) = (folder / "files").glob(f"{sha256}.*")
    octets = path.read_bytes()
    if sha(octets) != sha256:
        raise ValueError(f"{path.name} is not what its name says")
    return octets


def ed25519(key: str, signature: bytes, said: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, said)


def cbor(octets: bytes) -> Any:
    """Read one CBOR item (RFC 8949), whole."""
    value, end = _item(octets, 0)
    if end != len(octets):
        raise ValueError("octets behind the item")
    return value


def _item(octets: bytes, at: int) -> tuple[Any, int]:
    major, info = octets[at] >> 5, octets[at] & 31
    at += 1
    if info < 24:
        number = info
    elif info < 28:
        size = 1 << (info - 24)
        (number,) = struct.unpack(">" + "BHIQ"[info - 24], octets[at : at + size])
        at += size
    else:
        raise ValueError("no length")
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        raw = octets[at : at + number]
        if len(raw) != number:
            raise ValueError("cut off")
        return (raw if major == 2 else raw.decode()), at + number
    if major == 4:
        items = []
        for _ in range(number):
            value, at = _item(octets, at)
            items.append(value)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(number):
            key, at = _item(octets, at)
            pairs[key], at = _item(octets, at)
        return pairs, at
    if major == 6:
        value, at = _item(octets, at)
        return (number, value), at
    if number in (20, 21, 22):
        return {20: False, 21: True, 22: None}[number], at
    raise ValueError("a simple value we do not know")


def _wrapped(octets: bytes) -> bytes:
    """Spell a byte string in CBOR."""
    size = len(octets)
    if size < 24:
        return bytes([0x40 | size]) + octets
    if size < 256:
        return b"\x58" + bytes([size]) + octets
    return b"\x59" + struct.pack(">H", size) + octets


def cose(octets: bytes, key: str, aad: bytes) -> tuple[str, Any]:
    """Check a COSE_Sign1 with Ed25519 (RFC 9052, 4.4); give its key id and its payload."""
    tag, (protected, unprotected, payload, signature) = cbor(octets)
    head = cbor(protected)
    if tag != 18 or unprotected != {} or head[1] != -8:
        raise ValueError("another envelope")
    text = b"Signature1"
    said = b"\x84" + bytes([0x60 | len(text)]) + text
    said += _wrapped(protected) + _wrapped(aad) + _wrapped(payload)
    ed25519(key, signature, said)
    return head[4].decode(), cbor(payload)


# ---- what is looked at -------------------------------------------------------------------------


def manifest(folder: Path) -> list[str]:
    octets = (folder / "manifest.json").read_bytes()
    match = re.fullmatch(rb'(.*),\n "signature": "([0-9a-f]{128})"\n\}\n', octets, re.DOTALL)
    if match is None:
        return ["it does not end in a signature"]
    key = load(folder, "anchors.json")["workstation"]["public_key"]
    ed25519(key, bytes.fromhex(match[2].decode()), match[1])
    listed = json.loads(octets)["manifest"]["files"]
    there = {
        path.relative_to(folder).as_posix(): sha(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    return [
        f"{path} differs"
        for path in sorted(listed.keys() | there.keys())
        if listed.get(path) != there.get(path)
    ]


def names(folder: Path) -> list[str]:
    there = {path.stem: sha(path.read_bytes()) for path in (folder / "files").iterdir()}
    wrong = [name for name, content in there.items() if name != content]
    named = set(re.findall(r"\b[0-9a-f]{64}\b", (folder / "result.json").read_text("utf-8")))
    return wrong + sorted(named - there.keys())


def stores(folder: Path) -> list[str]:
    left = [p.name for p in (folder / "stores").rglob("*") if p.name.endswith(("-wal", "-shm"))]
    plain = [
        p.name
        for p in (folder / "stores").rglob("*.db")
        if p.read_bytes().startswith(b"SQLite format 3")
    ]
    return left + plain


def premium(folder: Path) -> list[str]:
    quote = load(folder, "result.json")["quote"]
    lines = quote["lines"]
    wrong = [
        line["cohort"]
        for line in lines
        if line["subtotal_fen"] != line["n"] * line["per_person_fen"]
    ]
    total = sum(line["subtotal_fen"] for line in lines)
    if quote["premium_fen"] < total:
        wrong.append("total")
    people = json.loads(file_of(folder, quote["roster_sha256"]))["people"]
    if len(people) != quote["people"] or sum(row[-1] for row in people) != total:
        wrong.append("people")
    return wrong


def approvals(folder: Path) -> list[str]:
    case, keys = load(folder, "evidence/approvals.json"), load(folder, "anchors.json")["people"]
    people = [case["requester"], *(step["person"] for step in case["steps"])]
    for step in case["steps"]:
        said = (
            f"sealdesk/approval/v1\n{case['case_id']}\n{case['subject_hash']}\n"
            f"{step['level']}\n{step['choice']}"
        )
        ed25519(keys[step["person"]], bytes.fromhex(step["signature"]), said.encode())
    levels = [step["level"] for step in case["steps"]]
    faults = [] if len(set(people)) == len(people) else ["a person twice"]
    return faults + ([] if levels == list(range(1, case["needed"] + 1)) else ["levels"])


def ink(folder: Path) -> list[str]:
    result, anchors = load(folder, "result.json"), load(folder, "anchors.json")
    binding = json.loads(file_of(folder, result["signature"]["binding_sha256"]))
    der = bytes.fromhex(binding["certificate"])
    said = {
        "use": "ink-binding/1",
        "document": binding["document_sha256"],
        "ink": binding["ink_sha256"],
        "picture": binding["picture_sha256"],
        "nonce": binding["nonce"],
        "at": binding["at"],
        "algorithm": binding["algorithm"],
        "certificate": sha(der),
    }
    certificate = x509.load_der_x509_certificate(der)
    certificate.verify_directly_issued_by(
        x509.load_pem_x509_certificate(anchors["ca_pem"].encode())
    )
    key = certificate.public_key()
    key.verify(bytes.fromhex(binding["signature"]), canonical(said), ec.ECDSA(hashes.SHA256()))
    record = cbor(file_of(folder, result["signature"]["ink_sha256"]))
    wanted = result["contract"]["pdf_sha256"]
    written_for = json.dumps(record, default=lambda raw: raw.hex())
    faults = [] if binding["document_sha256"] == wanted else ["bound to another document"]
    return faults + ([] if wanted in written_for else ["written for another document"])


def pdf(folder: Path) -> list[str]:
    contract = load(folder, "result.json")["contract"]
    signed = file_of(folder, contract["signed_sha256"])
    faults = [] if signed.startswith(file_of(folder, contract["pdf_sha256"])) else ["other draft"]
    (path,) = (folder / "files").glob(f"{contract['signed_sha256']}.*")
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    wanted = ("Signature Validation: Signature is Valid.", "Total document signed")
    return faults + [one for one in wanted if one not in said]


def permit(folder: Path) -> list[str]:
    result, anchors = load(folder, "result.json"), load(folder, "anchors.json")
    ((kid, key),) = anchors["permit_keys"].items()
    octets = (folder / "evidence/permit.cose").read_bytes()
    named, said = cose(octets, key, b"sealctl/permit/v1")
    case, quote = load(folder, "evidence/approvals.json"), load(folder, "evidence/quote.json")
    steps = [[step["level"], step["person"], step["choice"]] for step in case["steps"]]
    wanted = {
        1: bytes.fromhex(result["seal"]["permit_id"].replace("-", "")),
        2: anchors["machine"]["device_id"],
        4: bytes.fromhex(result["contract"]["signed_sha256"]),
        5: result["seal"]["counter_after"] - result["seal"]["counter_before"],
        9: 2,
        14: result["contract"]["number"],
        15: hashlib.sha256(canonical([quote["input_hash"], steps])).digest(),
    }
    faults = [str(number) for number, value in wanted.items() if said[number] != value]
    for person, public in said[8]:
        if anchors["people"][person] != public.hex():
            faults.append(person)
    return faults + ([] if named == kid and len(said[8]) == 2 else ["key or persons"])


def machine_log(folder: Path) -> list[str]:
    result, anchors = load(folder, "result.json"), load(folder, "anchors.json")
    octets = [bytes.fromhex(one) for one in load(folder, "evidence/machine-log.json")]
    machine, faults = anchors["machine"], []
    entries = [cose(one, machine["public_key"], b"sealctl/log/v1")[1] for one in octets]
    for before, entry, whole in zip(entries, entries[1:], octets, strict=False):
        if entry[1] != before[1] + 1 or entry[2] != hashlib.sha256(whole).digest():
            faults.append(f"entry {entry[1]} does not follow")
        if entry[3] != before[3] + (entry[6] == DOWN):
            faults.append(f"count at {entry[1]}")
    wanted = bytes.fromhex(result["seal"]["permit_id"].replace("-", ""))
    own = [entry for entry in entries if entry.get(4) == wanted]
    moved = result["seal"]["counter_after"] - result["seal"]["counter_before"]
    if sum(entry[6] == DOWN for entry in own) != moved or own[0][6] != ARMED:
        faults.append("contacts")
    images = {entry[9].hex() for entry in own if entry[6] == IMAGE}
    if not set(result["seal"]["photos"]) <= images or not result["seal"]["photos"]:
        faults.append("photographs")
    links = load(folder, "evidence/chain.json")
    if links[2]["sha256"] != sha(octets[-1]) or own[-1][6] != DISARMED:
        faults.append("the chain names another end of the log")
    return faults


def chain(folder: Path) -> list[str]:
    contract, previous, faults = load(folder, "result.json")["contract"], ZERO, []
    links = load(folder, "evidence/chain.json")
    for link in links:
        said = {"kind": link["kind"], "sha256": link["sha256"], "facts": dict(link["facts"])}
        digest = sha(previous.encode() + canonical(said))
        if (link["previous"], link["hash"]) != (previous, digest):
            faults.append(link["kind"])
        previous = digest
    told = [(link["kind"], link["sha256"]) for link in links if link["kind"] != "sealed"]
    wanted = [
        ("draft", contract["pdf_sha256"]),
        ("signed", contract["signed_sha256"]),
        ("photo", contract["photo_sha256"]),
    ]
    return faults if told == wanted else [*faults, "links"]


def audit(folder: Path) -> list[str]:
    lines, said = load(folder, "evidence/audit.json"), load(folder, "result.json")["audit"]
    order = ("chain", "n", "prev", "actor", "action", "objects", "commitment", "boot", "mono_ms",
             "wall_us")  # fmt: skip
    previous, known, faults = ZERO, {}, []
    for number, line in enumerate(lines, start=1):
        digest = sha(canonical([line[name] for name in order]))
        if (line["n"], line["prev"], line["hash"]) != (number, previous, digest):
            faults.append(f"line {number}")
        previous = known[number] = digest
    workstation = load(folder, "anchors.json")["workstation"]
    for head in load(folder, "evidence/audit-heads.json"):
        bound = f"sealdesk/audit-head/v1\n{head['chain']}\n{head['n']}\n{head['hash']}"
        ed25519(workstation["public_key"], bytes.fromhex(head["signature"]), bound.encode())
        if known.get(head["n"]) != head["hash"] or head["chain"] != workstation["device"]:
            faults.append(f"head {head['n']}")
    covered = max(head["n"] for head in load(folder, "evidence/audit-heads.json"))
    told = (said["entries"], said["head"], said["verified"])
    return faults if told == (covered, previous, True) else [*faults, "result"]


def receipts(folder: Path) -> list[str]:
    anchors, numbers, heads = load(folder, "anchors.json"), set(), set()
    for row in load(folder, "evidence/receipts.json"):
        key = base64.b64decode(anchors["receipt_keys"][row["key_id"]]).hex()
        said = b"sealdesk receipt 1\n" + row["text"].encode()
        ed25519(key, base64.b64decode(row["signature"]), said)
        _, device, *_, results, known = json.loads(row["text"])
        if device != anchors["workstation"]["device"]:
            return ["another desk's receipt"]
        numbers |= {result[0] for result in results}
        heads |= {tuple(head) for head in known}
    faults = [] if numbers == set(range(1, len(numbers) + 1)) else ["a change without an answer"]
    rows = load(folder, "evidence/standing.json")
    standing = [(row["scope"], row["epoch"], row["seq"], row["digest"]) for row in rows]
    return faults + [row[0] for row in standing if row not in heads]


LOOKS: tuple[Callable[[Path], list[str]], ...] = (
    manifest, names, stores, premium, approvals, ink, pdf, permit, machine_log, chain, audit,
    receipts,
)  # fmt: skip
