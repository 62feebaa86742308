"""Verbs of the seal: permit, the two phases of an impression, doubt, the register.

``begin_stamp`` commits the intent before the machine moves, ``finish_stamp`` what its signed log
says after it. A log that does not join the one known here freezes the machine.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.access.queries import person_by_number
from app.kit.errors.base import BranchError
from app.kit.errors.seals import (
    document_not_signed,
    impression_open,
    index_wrong,
    job_not_ready,
    log_broken,
    machine_frozen,
    machine_unknown,
    outcome_not_shown,
    permit_wrong,
    persons_wrong,
    ruling_not_open,
)
from app.seals.records import SealJob, SealLogRow, SealMachine, SealStamp
from app.seals.rules import (
    COUNTED,
    MOST_IMPRESSIONS,
    OPEN,
    Outcome,
    PermitAsked,
    PermitIssued,
    Ruling,
    SealSubject,
    next_index,
)
from app.store.work import Changes, Finished, Work
from devices.seal.api import LogBroken, LogEntry, LogPosition, Phase, verify_log

Issue = Callable[[Work, PermitAsked], PermitIssued]
SubjectOf = Callable[[Work, str, UUID], SealSubject]
"""Tells what stands behind a subject (kind, id): passed in, because seals know no areas above."""


@dataclass(frozen=True)
class PairMachine:
    """Order: pin a machine's key (hex) to an office; its counters as read at pairing."""

    machine_id: UUID
    scope: str
    device_id: str
    name: str
    public_key: str
    seals: tuple[str, ...]
    total: int
    log_sequence: int
    log_head: str
    arm_counter: int


@dataclass(frozen=True)
class RequestPermit:
    """Order: ask head office for a permit; ``nonce`` (hex) online, or ``arm_counter`` offline."""

    job_id: UUID
    subject_kind: str
    subject_id: UUID
    document_sha256: str
    device_id: str
    seal_id: str
    impressions: int
    pages: tuple[int, ...]
    purpose: str
    operator: str
    witness: str
    nonce: str
    arm_counter: int | None


@dataclass(frozen=True)
class BeginStamp:
    """Order: the intent to strike once; counter and log position as the machine tells them."""

    stamp_id: UUID
    job_id: UUID
    index: int
    page: int
    counter_before: int
    log_sequence: int
    log_head: str
    photo_before_sha256: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class FinishStamp:
    """Order: what became of an intent; ``entries`` are the machine's new log entries in hex."""

    stamp_id: UUID
    outcome: Outcome
    counter_after: int
    photo_sha256: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class SettleDoubt:
    """Order: two persons rule what happened; ``second`` is the other person's number."""

    stamp_id: UUID
    ruling: Ruling
    second: str
    statement: str
    counter: int
    entries: tuple[str, ...]


@dataclass(frozen=True)
class CloseJob:
    """Order: the machine gave the permit up; ``entries`` are the rest of its log."""

    job_id: UUID
    counter_after: int
    entries: tuple[str, ...]


def pair_machine(work: Work, order: PairMachine) -> Changes:
    """Pin a machine to an office."""
    machine = SealMachine(
        scope=order.scope,
        id=order.machine_id,
        device_id=order.device_id,
        name=order.name,
        public_key=order.public_key,
        seals=list(order.seals),
        total=order.total,
        log_sequence=order.log_sequence,
        log_head=order.log_head,
        arm_counter=order.arm_counter,
    )
    work.session.add(machine)
    return Changes.of(machine)


def request_permit(
    work: Work, order: RequestPermit, *, subject_of: SubjectOf, issue: Issue | None = None
) -> Changes:
    """Ask for a permit; at head office ``issue`` signs it for exactly what was asked.

    Raises BranchError where the document is not the signed one of an approved subject, the machine
    is unknown or frozen, or the two persons are not two custodians of this office.
    """
    subject = subject_of(work, order.subject_kind, order.subject_id)
    _check_document(subject, order)
    machine = _machine(work, order.device_id)
    if machine.frozen:
        raise BranchError(machine_frozen(machine.name, machine.frozen))
    if order.seal_id not in machine.seals:
        raise BranchError(machine_unknown(order.seal_id))
    _check_persons(work, order)
    job = SealJob(
        scope=subject.scope,
        id=order.job_id,
        subject_kind=order.subject_kind,
        subject_id=order.subject_id,
        subject_number=subject.number,
        document_sha256=order.document_sha256,
        device_id=order.device_id,
        seal_id=order.seal_id,
        impressions=order.impressions,
        pages=list(order.pages),
        purpose=order.purpose,
        operator=order.operator,
        witness=order.witness,
        nonce=order.nonce,
        arm_counter=order.arm_counter,
        state="requested",
        requested_by=work.actor.person,
        requested_at=work.at,
        counter_before=machine.total,
    )
    work.session.add(job)
    if issue is not None:
        issued = issue(work, _asked(subject, order))
        job.permit_id, job.permit, job.register_no = (
            issued.permit_id,
            issued.permit,
            issued.register_no,
        )
        job.state = "permitted"
    return Changes.of(job)


def begin_stamp(work: Work, order: BeginStamp) -> Changes:
    """Commit the intent to strike once; nothing has moved yet.

    Raises BranchError E-SEAL-OPEN while an impression of this machine is open, E-SEAL-INDEX where
    it is not the next one, E-SEAL-LOG where the machine's log does not join the known one.
    """
    job = _job(work, order.job_id)
    if job.state != "permitted":
        raise BranchError(job_not_ready(job.state))
    machine = _machine(work, job.device_id)
    if machine.frozen:
        raise BranchError(machine_frozen(machine.name, machine.frozen))
    if _open_stamps(work, job.device_id):
        raise BranchError(impression_open())
    if order.index != next_index(_counted(work, job.id), job.impressions):
        raise BranchError(index_wrong(order.index))
    if order.page not in job.pages:
        raise BranchError(permit_wrong())
    _follow_log(work, machine, order.entries, job.id)
    if (order.counter_before, order.log_sequence) != (machine.total, machine.log_sequence):
        raise BranchError(log_broken(machine.name, "counter"))
    stamp = SealStamp(
        scope=job.scope,
        id=order.stamp_id,
        job_id=job.id,
        device_id=job.device_id,
        index=order.index,
        page=order.page,
        state="intent",
        counter_before=order.counter_before,
        log_sequence=order.log_sequence,
        log_head=order.log_head,
        photo_before_sha256=order.photo_before_sha256,
        begun_at=work.at,
    )
    work.session.add(stamp)
    return Changes.of(stamp)


def finish_stamp(work: Work, order: FinishStamp) -> Changes:
    """Write what the machine's log says about an intent; no answer leaves it in doubt."""
    stamp = _stamp(work, order.stamp_id)
    if stamp.state not in OPEN:
        raise BranchError(ruling_not_open())
    job = _job(work, stamp.job_id)
    machine = _machine(work, stamp.device_id)
    entries = _follow_log(work, machine, order.entries, job.id)
    if not _shown(order.outcome, entries, job, stamp):
        raise BranchError(outcome_not_shown())
    stamp.state = order.outcome
    stamp.counter_after = order.counter_after
    stamp.photo_sha256 = order.photo_sha256
    stamp.finished_at = None if order.outcome == "in_doubt" else work.at
    return Changes.of(stamp, machine)


def settle_doubt(work: Work, order: SettleDoubt) -> Changes:
    """Two persons rule on an impression in doubt, after looking at counter and photograph."""
    stamp = _stamp(work, order.stamp_id)
    if stamp.state not in OPEN:
        raise BranchError(ruling_not_open())
    second = person_by_number(work.session, order.second)
    if second is None or second.number == work.actor.person or second.office != stamp.scope:
        raise BranchError(persons_wrong())
    machine = _machine(work, stamp.device_id)
    _follow_log(work, machine, order.entries, stamp.job_id)
    struck = order.counter - stamp.counter_before
    if struck != (1 if order.ruling == "settled_done" else 0):
        raise BranchError(outcome_not_shown())
    stamp.state = order.ruling
    stamp.counter_after = order.counter
    stamp.finished_at = work.at
    stamp.ruling = {
        "by": [work.actor.person, order.second],
        "statement": order.statement,
        "counter": order.counter,
    }
    return Changes.of(stamp, machine)


def close_job(work: Work, order: CloseJob) -> Changes:
    """Close a job after DISARM; all impressions done makes its subject sealed."""
    job = _job(work, order.job_id)
    if job.state != "permitted":
        raise BranchError(job_not_ready(job.state))
    if _open_stamps(work, job.device_id):
        raise BranchError(impression_open())
    machine = _machine(work, job.device_id)
    _follow_log(work, machine, order.entries, job.id)
    counted = _counted(work, job.id)
    job.counter_after = order.counter_after
    job.log_head = machine.log_head
    job.closed_at = work.at
    job.state = "sealed" if counted == job.impressions else "closed_short"
    changes = Changes.of(job, machine)
    if job.state == "sealed":
        changes += Changes(finished=(Finished("sealed", job.subject_kind, job.subject_id),))
    return changes


def log_row_id(device_id: str, sequence: int) -> UUID:
    """Give the id of a log entry's row: the same at both ends, and one per entry."""
    digest = hashlib.sha256(f"seal_log\n{device_id}\n{sequence}".encode()).digest()
    return UUID(bytes=digest[:16])


def _check_document(subject: SealSubject, order: RequestPermit) -> None:
    if not subject.ready or subject.sha256 != order.document_sha256:
        raise BranchError(document_not_signed(subject.number))
    inside = bool(order.pages) and set(order.pages) <= set(range(1, subject.pages + 1))
    if not inside or not 1 <= order.impressions <= MOST_IMPRESSIONS:
        raise BranchError(permit_wrong())


def _check_persons(work: Work, order: RequestPermit) -> None:
    people = [person_by_number(work.session, number) for number in (order.operator, order.witness)]
    fit = all(
        person is not None
        and "custodian" in person.roles
        and person.office == work.scope
        and person.public_key
        for person in people
    )
    if not fit or order.operator == order.witness:
        raise BranchError(persons_wrong())


def _asked(subject: SealSubject, order: RequestPermit) -> PermitAsked:
    return PermitAsked(
        job_id=order.job_id,
        number=subject.number,
        document_sha256=order.document_sha256,
        device_id=order.device_id,
        seal_id=order.seal_id,
        impressions=order.impressions,
        pages=tuple(order.pages),
        operator=order.operator,
        witness=order.witness,
        scope=subject.scope,
        nonce=order.nonce,
        arm_counter=order.arm_counter,
        approval_chain_sha256=subject.approval_chain_sha256,
    )


def _follow_log(
    work: Work, machine: SealMachine, entries: tuple[str, ...], job_id: UUID
) -> tuple[LogEntry, ...]:
    """Check new log entries against the known end, keep them, move the end on."""
    position = LogPosition(machine.log_sequence, bytes.fromhex(machine.log_head), machine.total)
    try:
        fresh = verify_log(
            [bytes.fromhex(entry) for entry in entries],
            bytes.fromhex(machine.public_key),
            machine.device_id,
            position,
        )
    except LogBroken as error:
        raise BranchError(log_broken(machine.name, error.kind)) from error
    for entry in fresh:
        work.session.add(
            SealLogRow(
                scope=machine.scope,
                id=log_row_id(machine.device_id, entry.sequence),
                device_id=machine.device_id,
                sequence=entry.sequence,
                entry=entry.octets.hex(),
                job_id=job_id,
            )
        )
    if fresh:
        machine.log_sequence = fresh[-1].sequence
        machine.log_head = fresh[-1].head.hex()
        machine.total = fresh[-1].total
    return fresh


def _shown(outcome: Outcome, entries: tuple[LogEntry, ...], job: SealJob, stamp: SealStamp) -> bool:
    """Say whether the log carries the outcome: one contact for done, none for not done."""
    ours = [
        entry
        for entry in entries
        if entry.permit_id == job.permit_id and entry.index == stamp.index
    ]
    contacts = sum(entry.phase is Phase.DOWN for entry in ours)
    match outcome:
        case "done":
            return contacts == 1 and any(entry.phase is Phase.DONE for entry in ours)
        case "not_done":
            return contacts == 0 and not any(entry.phase is Phase.INDETERMINATE for entry in ours)
        case "in_doubt":
            return True


def _machine(work: Work, device_id: str) -> SealMachine:
    machine = work.session.scalars(
        select(SealMachine).where(SealMachine.device_id == device_id)
    ).first()
    if machine is None:
        raise BranchError(machine_unknown(device_id))
    return machine


def _job(work: Work, job_id: UUID) -> SealJob:
    return work.session.scalars(select(SealJob).where(SealJob.id == job_id)).one()


def _stamp(work: Work, stamp_id: UUID) -> SealStamp:
    return work.session.scalars(select(SealStamp).where(SealStamp.id == stamp_id)).one()


def _open_stamps(work: Work, device_id: str) -> int:
    return (
        work.session.scalar(
            select(func.count())
            .select_from(SealStamp)
            .where(SealStamp.device_id == device_id, SealStamp.state.in_(OPEN))
        )
        or 0
    )


def _counted(work: Work, job_id: UUID) -> int:
    return (
        work.session.scalar(
            select(func.count())
            .select_from(SealStamp)
            .where(SealStamp.job_id == job_id, SealStamp.state.in_(COUNTED))
        )
        or 0
    )
