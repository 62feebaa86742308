"""Verbs of the seal: permit, the two phases of an impression, doubt, the register.

``begin_stamp`` commits the intent before the machine moves, ``finish_stamp`` what its signed log
says after it. A log that does not join the one known here, or tells of a contact nobody began, is
refused with MachineSuspect; who performs verbs then performs the freeze it carries in a unit of
work of its own, so that the refusal itself is on record.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

from app.access.queries import person_by_number
from app.kit.errors.base import BranchError
from app.kit.errors.seals import (
    case_not_open,
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
    second_person_needed,
)
from app.kit.ids import new_id
from app.seals.records import SealCase, SealJob, SealLogRow, SealMachine, SealStamp
from app.seals.rules import (
    COUNTED,
    MOST_IMPRESSIONS,
    OPEN,
    RULERS,
    Outcome,
    PermitAsked,
    PermitIssued,
    Ruling,
    SealSubject,
    next_index,
    ruling_statement,
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
    """Order: two persons rule what happened; ``second`` is the other person's number.

    ``second_proof`` is the other person's signature (hex) over rules.ruling_statement.
    """

    stamp_id: UUID
    ruling: Ruling
    second: str
    statement: str
    counter: int
    entries: tuple[str, ...]
    second_proof: str = ""


@dataclass(frozen=True)
class CloseJob:
    """Order: the machine gave the permit up; ``entries`` are the rest of its log."""

    job_id: UUID
    counter_after: int
    entries: tuple[str, ...]


@dataclass(frozen=True)
class FreezeMachine:
    """Order: stop a machine and open a case; ``entries`` (hex) are what did not fit.

    ``kind``: "sequence", "head", "total" or "signature" (LogBroken's), "counter", "contact", or
    "reported" where a person saw something.
    """

    case_id: UUID
    device_id: str
    kind: str
    entries: tuple[str, ...]
    statement: str


@dataclass(frozen=True)
class AgreeReopening:
    """Order: the branch manager has looked at the machine, and says what was found.

    Where the machine answered, it is also said where it stood: head office goes by that. Without
    an answer ``log_head`` is empty.
    """

    case_id: UUID
    opinion: str
    total: int = 0
    log_sequence: int = 0
    log_head: str = ""


@dataclass(frozen=True)
class ReopenMachine:
    """Order: head office closes the case; the machine is followed from this place of its log."""

    case_id: UUID
    total: int
    log_sequence: int
    log_head: str
    statement: str


class MachineSuspect(BranchError):  # noqa: N818 - it names what was found
    """A machine does not fit what is known of it; ``freeze`` is the order that records it."""

    def __init__(self, machine: str, freeze: FreezeMachine) -> None:
        super().__init__(log_broken(machine, freeze.kind))
        self.freeze = freeze


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
    machine = _sound_machine(work, order.device_id)
    if machine.scope != subject.scope:
        raise BranchError(machine_unknown(machine.name))
    if order.seal_id not in machine.seals:
        raise BranchError(machine_unknown(order.seal_id))
    _check_persons(work, order, subject)
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
    it is not the next one, E-SEAL-LOG (MachineSuspect) where the machine's log does not join.
    """
    job = _job(work, order.job_id)
    if job.state != "permitted":
        raise BranchError(job_not_ready(job.state))
    machine = _sound_machine(work, job.device_id)
    if _open_stamps(work, job.device_id):
        raise BranchError(impression_open())
    if order.index != next_index(_counted(work, job.id), job.impressions):
        raise BranchError(index_wrong(order.index))
    if order.page not in job.pages:
        raise BranchError(permit_wrong())
    _follow_log(work, machine, order.entries, job.id)
    shown = (order.counter_before, order.log_sequence, order.log_head)
    if shown != (machine.total, machine.log_sequence, machine.log_head):
        raise _suspect(work, machine, "counter", order.entries)
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
    """Write what the machine's log says about an intent; no answer leaves it in doubt.

    Raises BranchError E-SEAL-OUTCOME where log and counter do not show it, E-SEAL-FROZEN where the
    machine's log is not believed now.
    """
    stamp = _stamp(work, order.stamp_id)
    if stamp.state not in OPEN:
        raise BranchError(ruling_not_open())
    job = _job(work, stamp.job_id)
    machine = _machine(work, stamp.device_id)
    if machine.frozen and order.outcome != "in_doubt":
        raise BranchError(machine_frozen(machine.name, machine.frozen))
    told = () if machine.frozen else order.entries
    entries = _follow_log(work, machine, told, job.id, stamp)
    if not _shown(order, entries, job, stamp, machine.total):
        raise BranchError(outcome_not_shown())
    stamp.state = order.outcome
    stamp.counter_after = order.counter_after
    stamp.photo_sha256 = order.photo_sha256
    stamp.finished_at = None if order.outcome == "in_doubt" else work.at
    return Changes.of(stamp, machine)


def settle_doubt(work: Work, order: SettleDoubt) -> Changes:
    """Two persons rule on an impression in doubt, after looking at counter and photograph.

    Raises BranchError E-SEAL-PERSONS where the second is not another custodian or the manager of
    this office, E-SEAL-PROOF where their signature does not hold, E-SEAL-OUTCOME where the counter
    or the machine's log says otherwise.
    """
    stamp = _stamp(work, order.stamp_id)
    if stamp.state not in OPEN:
        raise BranchError(ruling_not_open())
    _check_second(work, stamp, order)
    machine = _machine(work, stamp.device_id)
    told = () if machine.frozen else order.entries
    fresh = _follow_log(work, machine, told, stamp.job_id, stamp)
    struck = order.counter - stamp.counter_before
    if struck != (1 if order.ruling == "settled_done" else 0):
        raise BranchError(outcome_not_shown())
    if order.counter < machine.total or (fresh and order.counter != machine.total):
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
    """Close a job after DISARM; all impressions done makes its subject sealed.

    Raises BranchError E-SEAL-OUTCOME where the machine's counter is not the one its log ends with.
    """
    job = _job(work, order.job_id)
    if job.state != "permitted":
        raise BranchError(job_not_ready(job.state))
    if _open_stamps(work, job.device_id):
        raise BranchError(impression_open())
    machine = _sound_machine(work, job.device_id)
    _follow_log(work, machine, order.entries, job.id)
    if order.counter_after != machine.total:
        raise BranchError(outcome_not_shown())
    counted = _counted(work, job.id)
    job.counter_after = order.counter_after
    job.log_head = machine.log_head
    job.closed_at = work.at
    job.state = "sealed" if counted == job.impressions else "closed_short"
    changes = Changes.of(job, machine)
    if job.state == "sealed":
        changes += Changes(finished=(Finished("sealed", job.subject_kind, job.subject_id),))
    return changes


def freeze_machine(work: Work, order: FreezeMachine) -> Changes:
    """Stop a machine and open a case about it; one that is frozen already keeps its first case."""
    machine = _machine(work, order.device_id)
    case = SealCase(
        scope=machine.scope,
        id=order.case_id,
        device_id=machine.device_id,
        kind=order.kind,
        found={
            "total": machine.total,
            "log_sequence": machine.log_sequence,
            "log_head": machine.log_head,
            "entries": list(order.entries),
            "statement": order.statement,
        },
        state="open",
        opened_by=work.actor.person,
        opened_at=work.at,
    )
    work.session.add(case)
    machine.frozen = machine.frozen or order.kind
    return Changes.of(case, machine)


def agree_reopening(work: Work, order: AgreeReopening) -> Changes:
    """Write the branch manager's word down; the machine stays frozen until head office's."""
    case = _case(work, order.case_id)
    if case.state != "open":
        raise BranchError(case_not_open(case.state))
    case.state, case.opinion = "agreed", order.opinion
    case.agreed_by, case.agreed_at = work.actor.person, work.at
    if order.log_head:
        case.ruling = {
            "told": {
                "total": order.total,
                "log_sequence": order.log_sequence,
                "log_head": order.log_head,
            }
        }
    return Changes.of(case)


def reopen_machine(work: Work, order: ReopenMachine) -> Changes:
    """Close a case for good; the last open one frees the machine.

    Raises BranchError E-SEAL-CASE before the manager agreed or where the manager would close it
    alone, E-SEAL-OPEN while an impression of the machine is not settled.
    """
    case = _case(work, order.case_id)
    if case.state != "agreed" or case.agreed_by == work.actor.person:
        raise BranchError(case_not_open(case.state))
    if _open_stamps(work, case.device_id):
        raise BranchError(impression_open())
    case.state = "closed"
    case.closed_by, case.closed_at = work.actor.person, work.at
    case.ruling = {
        **(case.ruling or {}),
        "total": order.total,
        "log_sequence": order.log_sequence,
        "log_head": order.log_head,
        "statement": order.statement,
    }
    machine = _machine(work, case.device_id)
    machine.total, machine.log_sequence = order.total, order.log_sequence
    machine.log_head = order.log_head
    work.session.flush()
    machine.frozen = _first_open_kind(work, case.device_id)
    return Changes.of(case, machine)


def _first_open_kind(work: Work, device_id: str) -> str:
    return (
        work.session.scalars(
            select(SealCase.kind)
            .where(SealCase.device_id == device_id, SealCase.state != "closed")
            .order_by(SealCase.opened_at, SealCase.id)
        ).first()
        or ""
    )


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


def _check_second(work: Work, stamp: SealStamp, order: SettleDoubt) -> None:
    second = person_by_number(work.session, order.second)
    if (
        second is None
        or second.number == work.actor.person
        or second.office != stamp.scope
        or not second.roles & RULERS
        or not second.public_key
    ):
        raise BranchError(persons_wrong())
    said = ruling_statement(order.stamp_id.hex, order.ruling, order.counter, order.statement)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(second.public_key)).verify(
            bytes.fromhex(order.second_proof), said
        )
    except (InvalidSignature, ValueError) as error:
        raise BranchError(second_person_needed()) from error


def _check_persons(work: Work, order: RequestPermit, subject: SealSubject) -> None:
    people = [person_by_number(work.session, number) for number in (order.operator, order.witness)]
    fit = all(
        person is not None
        and "custodian" in person.roles
        and person.office == work.scope
        and person.public_key
        and person.number not in subject.apart
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
    work: Work,
    machine: SealMachine,
    entries: tuple[str, ...],
    job_id: UUID,
    begun: SealStamp | None = None,
) -> tuple[LogEntry, ...]:
    """Check new log entries against the known end, keep them, move the end on.

    A contact must belong to the impression that was ``begun``, or to one that two persons ruled
    done while the machine could not be asked; any other raises MachineSuspect.
    """
    position = LogPosition(machine.log_sequence, bytes.fromhex(machine.log_head), machine.total)
    try:
        fresh = verify_log(
            [bytes.fromhex(entry) for entry in entries],
            bytes.fromhex(machine.public_key),
            machine.device_id,
            position,
        )
    except LogBroken as error:
        raise _suspect(work, machine, error.kind, entries) from error
    except ValueError as error:
        raise _suspect(work, machine, "signature", entries) from error
    for entry in fresh:
        if entry.phase is Phase.DOWN and not _accounted(work, entry, begun):
            raise _suspect(work, machine, "contact", entries)
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


def _accounted(work: Work, entry: LogEntry, begun: SealStamp | None) -> bool:
    """Say whether somebody here answers for a contact of the machine."""
    wanted = select(SealStamp.id).join(
        SealJob, (SealJob.scope == SealStamp.scope) & (SealJob.id == SealStamp.job_id)
    )
    wanted = wanted.where(SealJob.permit_id == entry.permit_id, SealStamp.index == entry.index)
    if begun is not None and work.session.scalars(wanted.where(SealStamp.id == begun.id)).first():
        return True
    return work.session.scalars(wanted.where(SealStamp.state == "settled_done")).first() is not None


def _suspect(
    work: Work, machine: SealMachine, kind: str, entries: tuple[str, ...]
) -> MachineSuspect:
    order = FreezeMachine(new_id(work.clock), machine.device_id, kind, entries, "")
    return MachineSuspect(machine.name, order)


def _shown(
    order: FinishStamp,
    entries: tuple[LogEntry, ...],
    job: SealJob,
    stamp: SealStamp,
    total: int,
) -> bool:
    """Say whether log and counter carry the outcome: one contact for done, none for not done.

    No entry at all means that the order never reached the machine; once it is in doubt, only the
    machine's signed word that it stopped can say so.
    """
    own = [
        entry
        for entry in entries
        if entry.permit_id == job.permit_id and entry.index == stamp.index
    ]
    ours = [entry.phase for entry in own]
    photos = {entry.image_sha256.hex() for entry in own if entry.image_sha256 is not None}
    struck = total - stamp.counter_before
    match order.outcome:
        case "done":
            told = ours.count(Phase.DOWN) == 1 and Phase.DONE in ours
            same_photo = not photos or order.photo_sha256 in photos | {""}
            return told and same_photo and struck == 1 and order.counter_after == total
        case "not_done":
            stopped = Phase.ABORTED in ours and Phase.INDETERMINATE not in ours
            never = not ours and stamp.state == "intent"
            return (stopped or never) and struck == 0 and order.counter_after == total
        case "in_doubt":
            return True


def _sound_machine(work: Work, device_id: str) -> SealMachine:
    machine = _machine(work, device_id)
    if machine.frozen:
        raise BranchError(machine_frozen(machine.name, machine.frozen))
    return machine


def _machine(work: Work, device_id: str) -> SealMachine:
    machine = work.session.scalars(
        select(SealMachine).where(SealMachine.device_id == device_id)
    ).first()
    if machine is None:
        raise BranchError(machine_unknown(device_id))
    return machine


def _job(work: Work, job_id: UUID) -> SealJob:
    return work.session.scalars(select(SealJob).where(SealJob.id == job_id)).one()


def _case(work: Work, case_id: UUID) -> SealCase:
    return work.session.scalars(select(SealCase).where(SealCase.id == case_id)).one()


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
