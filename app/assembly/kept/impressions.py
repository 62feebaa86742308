"""Was the seal used as head office allowed? Permit, the machine's log, counter and photographs."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

from app.assembly.kept.findings import Fault, differs, same
from app.assembly.kept.reading import Kept, Record, SealJob, first
from app.kit.words import t
from app.store.types import canonical_json
from devices.kit.cose import NotAccepted
from devices.seal.api import (
    LogBroken,
    LogEntry,
    LogPosition,
    Permit,
    Phase,
    open_log_entry,
    open_permit,
    verify_log,
)

LOG, RESULT = "evidence/machine-log.json", "result.json"


def permits(kept: Kept) -> Iterator[Fault]:
    """Check that head office allowed exactly this: document, machine, pages, persons, count."""
    for job in kept.seal_jobs():
        yield from _permit(kept, job)


def _permit(kept: Kept, job: SealJob) -> Iterator[Fault]:
    try:
        allowed = open_permit(kept.octets(job.permit), dict(kept.anchors.permit_keys))
    except NotAccepted:
        yield Fault(job.permit, t("Head office's signature on the permit does not hold."))
        return
    drawn, seal = kept.evidence("contract"), job.record
    case, quote = kept.evidence("approvals"), kept.evidence("quote")
    pages = {stamp.number("page") for stamp in job.struck()}
    given = {
        "permit_id": (str(allowed.permit_id), seal.text("permit_id")),
        "document": (allowed.document_sha256.hex(), drawn.text("signed_sha256")),
        "device_id": (allowed.device_id, kept.anchors.machine_id),
        "seal_id": (allowed.seal_id, seal.text("seal_id")),
        "impressions": (allowed.impressions, seal.number("impressions")),
        "contract_number": (allowed.contract_number, drawn.text("number")),
        "branch": (allowed.branch, quote.text("scope").rsplit(".", 1)[-1]),
        "approvals": (allowed.approval_chain_sha256.hex(), _approval_chain(case, quote)),
    }
    for name, (there, here) in given.items():
        yield from same(job.permit, there, here, name)
    if job.sealed:
        yield from same(job.permit, sorted(allowed.pages), sorted(pages), "pages")
    else:
        yield from differs(job.permit, "pages", pages <= set(allowed.pages))
    yield from _persons(kept, allowed, job, case)


def _approval_chain(case: Record, quote: Record) -> str:
    """Hash the approvals as head office did when it issued the permit."""
    steps = [
        [step.number("level"), step.text("person"), step.text("choice")]
        for step in case.records("steps")
    ]
    return hashlib.sha256(canonical_json([quote.text("input_hash"), steps]).encode()).hexdigest()


def _persons(kept: Kept, allowed: Permit, job: SealJob, case: Record) -> Iterator[Fault]:
    """Check that two custodians were named with their own keys, and none of them decided."""
    named = [person.person_id for person in allowed.persons]
    two = [job.record.text("operator"), job.record.text("witness")]
    yield from same(job.permit, named, two, "persons")
    yield from same(job.permit, allowed.persons_needed, 2, "persons_needed")
    busy = {case.text("requester"), *(step.text("person") for step in case.records("steps"))}
    for person in allowed.persons:
        member = kept.anchors.staff.get(person.person_id)
        fits = (
            kept.anchors.people.get(person.person_id) == person.public_key
            and member is not None
            and "custodian" in member.roles
            and member.office == kept.anchors.office
            and person.person_id not in busy
        )
        if not fits:
            yield Fault(
                job.permit, t("{person} may not hold the seal here.", person=person.person_id)
            )


def log(kept: Kept) -> Iterator[Fault]:
    """Check the machine's log, and that the counter moved once for each impression allowed."""
    octets = [bytes.fromhex(entry) for entry in kept.json(LOG)]
    try:
        entries = _verified(kept, octets)
    except (LogBroken, NotAccepted) as broken:
        yield Fault(LOG, t("The machine's log does not hold: {what}.", what=str(broken)))
        return
    jobs, said = kept.seal_jobs(), kept.result.at("seal")
    for job in jobs:
        yield from _use(kept, job, entries)
    yield from same(RESULT, said.plain.get("log_entries"), len(entries), "seal.log_entries")
    last = jobs[-1].record
    for name in ("permit_id", "register_no", "counter_after"):
        yield from same(RESULT, said.plain.get(name), last.plain.get(name), f"seal.{name}")
    before, after = jobs[0].record.number("counter_before"), last.number("counter_after")
    yield from same(RESULT, said.plain.get("counter_before"), before, "seal.counter_before")
    stamps = [stamp for job in jobs for stamp in job.record.records("stamps")]
    photos = [s.text("photo_sha256") for s in stamps if s.text("photo_sha256")]
    yield from same(RESULT, said.plain.get("photos"), photos, "seal.photos")
    allowed = {UUID(job.record.text("permit_id")) for job in jobs}
    strange = [
        entry.total
        for entry in entries
        if entry.phase is Phase.DOWN
        and before < entry.total <= after
        and entry.permit_id not in allowed
    ]
    yield from same(LOG, strange, [], "DOWN")


def _use(kept: Kept, job: SealJob, entries: tuple[LogEntry, ...]) -> Iterator[Fault]:
    """Hold one job against what the machine wrote down under its permit."""
    own = [one for one in entries if one.permit_id == UUID(job.record.text("permit_id"))]
    yield from same(job.path, job.record.text("device_id"), kept.anchors.machine_id, "device_id")
    yield from _counter(job, own)
    yield from _window(kept, job, own)
    yield from _stamps(job, entries, own)
    if job.sealed:
        links = (one for one in kept.rows("evidence/chain.json") if one.text("kind") == "sealed")
        link = first(links, "the link of the seal")
        closed = {entry.head.hex() for entry in own if entry.phase is Phase.DISARMED}
        yield from differs(LOG, "DISARMED", link.text("sha256") in closed)


def _verified(kept: Kept, octets: list[bytes]) -> tuple[LogEntry, ...]:
    """Verify from the first entry that came here: what it names as before it is the start."""
    key, device_id = kept.anchors.machine_key, kept.anchors.machine_id
    first = open_log_entry(octets[0], key, device_id)
    counted = first.total - (first.phase is Phase.DOWN)
    start = LogPosition(first.sequence - 1, first.previous, counted)
    return verify_log(octets, key, device_id, start)


def _counter(job: SealJob, own: list[LogEntry]) -> Iterator[Fault]:
    """Count the contacts under a permit: as many in the log, by the counter and in the record.

    Where the contract was sealed it is as many as were allowed, else fewer.
    """
    downs = [entry for entry in own if entry.phase is Phase.DOWN]
    seal, many = job.record, len(job.struck())
    before, after = seal.number("counter_before"), seal.number("counter_after")
    if job.sealed:
        yield from same(job.path, seal.text("state"), "sealed", "state")
        yield from same(job.path, many, seal.number("impressions"), "stamps")
    else:
        yield from same(job.path, seal.text("state"), "closed_short", "state")
        yield from differs(job.path, "stamps", many < seal.number("impressions"))
    yield from same(LOG, len(downs), many, "DOWN")
    yield from same(job.path, after - before, many, "counter_after")
    yield from same(LOG, [d.total for d in downs], list(range(before + 1, after + 1)), "total")
    yield from differs(LOG, "ARMED", bool(own) and own[0].phase is Phase.ARMED)


def _window(kept: Kept, job: SealJob, own: list[LogEntry]) -> Iterator[Fault]:
    """Check the persons of every entry, and that each contact lies within the permit's time."""
    try:
        allowed = open_permit(kept.octets(job.permit), dict(kept.anchors.permit_keys))
    except NotAccepted:
        return  # the check of the permit names it
    named = {person.person_id for person in allowed.persons}
    for entry in own:
        yield from differs(LOG, f"persons {entry.sequence}", set(entry.persons) == named)
        if entry.phase is Phase.DOWN:
            inside = allowed.not_before <= entry.at <= allowed.not_after
            yield from differs(LOG, f"time {entry.sequence}", inside)


def _stamps(job: SealJob, entries: tuple[LogEntry, ...], own: list[LogEntry]) -> Iterator[Fault]:
    """Match each impression with the log: where it began, its contact, its photograph."""
    heads = {entry.sequence: entry.head.hex() for entry in entries}
    for number, stamp in enumerate(job.struck(), start=1):
        yield from same(job.path, stamp.number("index"), number, "index")
        place = stamp.number("log_sequence")
        yield from same(job.path, stamp.text("log_head"), heads.get(place), f"log_head {number}")
        mine = [e for e in own if e.index == number and e.sequence > place]
        downs = [entry.total for entry in mine if entry.phase is Phase.DOWN]
        yield from same(job.path, downs, [stamp.number("counter_before") + 1], f"counter {number}")
        yield from same(job.path, downs, [stamp.number("counter_after")], f"counter {number}")
        seen = {e.image_sha256.hex() for e in mine if e.image_sha256}
        photo = stamp.text("photo_sha256")
        settled = stamp.text("state") != "done" and not photo
        yield from differs(LOG, f"IMAGE {number}", settled or photo in seen)
