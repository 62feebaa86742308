"""Is the record of the day whole? Audit chain, signed heads, head office's receipts, the files."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.assembly.kept.findings import Fault, differs, same
from app.assembly.kept.reading import Kept, Record
from app.audit.actions import head_bytes
from app.audit.chain import Anchor, Line, verify_chain
from app.kit.words import t
from sync.wire.body import decode
from sync.wire.faults import WireError
from sync.wire.messages import Receipt
from sync.wire.receipts import verify_receipt

AUDIT, HEADS = "evidence/audit.json", "evidence/audit-heads.json"
RECEIPTS, STANDING = "evidence/receipts.json", "evidence/standing.json"
RESULT = "result.json"
_SHA = re.compile(r"[0-9a-f]{64}")


def named_files(kept: Kept) -> Iterator[Fault]:
    """Check that every file of ``files/`` has its hash for a name, and the result's are there."""
    there = set()
    for path in sorted((kept.folder / "files").iterdir()):
        there.add(path.stem)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != path.stem:
                yield Fault(f"files/{path.name}", t("It is not what its name says."))
    for sha256 in sorted(set(_hashes(kept.result.plain)) - there):
        yield Fault(f"files/{sha256}", t("The result names it and it is not here."))


def _hashes(value: Any) -> Iterator[str]:
    """Give every SHA-256 that stands anywhere in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _hashes(inner)
    elif isinstance(value, str) and _SHA.fullmatch(value):
        yield value


def audit(kept: Kept) -> Iterator[Fault]:
    """Check the chain of acts against heads the workstation signed, the last line among them."""
    rows, heads = kept.rows(AUDIT), kept.rows(HEADS)
    lines = [(_line(row), row.text("hash")) for row in rows]
    for head in heads:
        if not _signed(kept, head):
            yield Fault(HEADS, t("The signed head at line {n} does not hold.", n=head.number("n")))
    anchors = [Anchor("a signed head", head.number("n"), head.text("hash")) for head in heads]
    verdict = verify_chain(lines, anchors)
    if not verdict.whole:
        yield Fault(AUDIT, t("The chain of acts does not hold: {what}.", what=verdict.fault))
    chains = {line.chain for line, _ in lines} | {head.text("chain") for head in heads}
    yield from same(AUDIT, chains, {kept.anchors.device}, "chain")
    covered = max((head.number("n") for head in heads), default=0)
    yield from same(HEADS, covered, len(lines), "n")
    said = kept.result.at("audit")
    yield from same(RESULT, said.plain.get("entries"), verdict.entries, "audit.entries")
    yield from same(RESULT, said.plain.get("head"), verdict.head, "audit.head")
    yield from same(RESULT, said.plain.get("verified"), True, "audit.verified")


def _line(row: Record) -> Line:
    return Line(
        chain=row.text("chain"),
        n=row.number("n"),
        prev=row.text("prev"),
        actor=row.text("actor"),
        action=row.text("action"),
        objects=row.items("objects"),
        commitment=row.text("commitment"),
        boot=row.text("boot"),
        mono_ms=row.number("mono_ms"),
        wall_us=row.number("wall_us"),
    )


def _signed(kept: Kept, head: Record) -> bool:
    said = head_bytes(head.text("chain"), head.number("n"), head.text("hash"))
    key = Ed25519PublicKey.from_public_bytes(kept.anchors.workstation_key)
    try:
        key.verify(bytes.fromhex(head.text("signature")), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def acts(kept: Kept) -> Iterator[Fault]:
    """Find every act of the day in the chain: by its person, on its record, in its order."""
    told = [
        (row.text("actor"), row.text("action"), {tuple(one) for one in row.items("objects")})
        for row in kept.rows(AUDIT)
    ]
    place = 0
    for person, actions, subject in _wanted(kept):
        found = next(
            (
                n
                for n, (actor, action, objects) in enumerate(told[place:], start=place)
                if actor == person and action in actions and subject in objects
            ),
            None,
        )
        if found is None:
            yield Fault(
                AUDIT,
                t("The act “{action}” by {person} is missing.", action=actions[0], person=person),
            )
            continue
        place = found + 1


Act = tuple[str, tuple[str, ...], tuple[str, str]]


def _wanted(kept: Kept) -> Iterator[Act]:
    """Give the acts this desk must have done; L3 and L4 are decided at other desks."""
    quote, case, drawn = (kept.evidence(name) for name in ("quote", "approvals", "contract"))
    signed, clerk = kept.evidence("signature"), case.text("requester")
    yield quote.text("priced_by"), ("pricing.price_quote",), ("quote", quote.text("id"))
    yield clerk, ("pricing.submit_quote",), ("approval_case", case.text("case_id"))
    for step in case.records("steps"):
        member = kept.anchors.staff.get(step.text("person"))
        if member is not None and member.office == kept.anchors.office:
            action = f"approvals.decide_l{step.number('level')}"
            yield step.text("person"), (action,), ("approval_case", case.text("case_id"))
    drafter = drawn.text("drawn_by")
    yield drafter, ("contracts.draft_contract",), ("contract", drawn.text("id"))
    yield drafter, ("signing.finish_signature",), ("signature", signed.text("id"))
    for job in kept.seal_jobs():
        yield from _sealing(job.record)
    yield drafter, ("contracts.archive_contract",), ("contract", drawn.text("id"))


def _sealing(seal: Record) -> Iterator[Act]:
    """Give the acts of one seal job."""
    operator = seal.text("operator")
    yield operator, ("seals.request_permit",), ("seal_job", seal.text("id"))
    ends = ("seals.finish_stamp", "seals.settle_doubt")
    for stamp in seal.records("stamps"):
        yield operator, ("seals.begin_stamp",), ("seal_stamp", stamp.text("id"))
        yield operator, ends, ("seal_stamp", stamp.text("id"))
    yield operator, ("seals.close_job",), ("seal_job", seal.text("id"))


def receipts(kept: Kept) -> Iterator[Fault]:
    """Check head office's word: every receipt signed, no change of this desk without an answer."""
    answered: dict[int, str] = {}
    heads: set[tuple[str, str, int, str]] = set()
    for row in kept.rows(RECEIPTS):
        said = row.text("text").encode()
        try:
            verify_receipt(
                said, row.text("signature"), kept.anchors.receipt_keys.get(row.text("key_id"))
            )
            receipt = decode(Receipt, said)
        except WireError:
            yield Fault(RECEIPTS, t("Head office's signature on a receipt does not hold."))
            continue
        yield from same(RECEIPTS, receipt.device, kept.anchors.device, "device")
        answered.update({mseq: status for mseq, _, status, *_ in receipt.results})
        heads.update(receipt.heads)
    yield from differs(RECEIPTS, "results", sorted(answered) == list(range(1, len(answered) + 1)))
    yield from differs(RECEIPTS, "status", set(answered.values()) <= {"ok", "merged", "duplicate"})
    yield from _standing(kept, heads)
    said_sync = kept.result.at("sync")
    yield from same(RESULT, said_sync.plain.get("outbox_left"), 0, "sync.outbox_left")
    yield from same(RESULT, kept.result.plain.get("problems"), [], "problems")


def _standing(kept: Kept, heads: set[tuple[str, str, int, str]]) -> Iterator[Fault]:
    """Compare the desk's own digest of each office with the one head office signed."""
    scopes = set()
    for row in kept.rows(STANDING):
        scopes.add(row.text("scope"))
        here = (row.text("scope"), row.text("epoch"), row.number("seq"), row.text("digest"))
        if here not in heads:
            yield Fault(
                STANDING,
                t("Head office signed another standing of {scope}.", scope=row.text("scope")),
            )
    yield from differs(STANDING, "scope", kept.anchors.office in scopes)
    equal = kept.result.at("sync").plain.get("digest_equal")
    yield from same(RESULT, equal, True, "sync.digest_equal")
