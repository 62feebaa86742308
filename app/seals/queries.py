"""Reading seal jobs, impressions and the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.leave import Leave
from app.access.queries import seen_by
from app.seals.records import SealCase, SealJob, SealLogRow, SealMachine, SealStamp
from app.seals.rules import OPEN
from app.store.chunks import in_parts


@dataclass(frozen=True)
class MachineCard:
    """A paired machine and where its counters stood last; key and head in hex."""

    scope: str
    device_id: str
    name: str
    public_key: str
    seals: tuple[str, ...]
    total: int
    log_sequence: int
    log_head: str
    arm_counter: int
    tamper_counter: int
    frozen: str


@dataclass(frozen=True)
class StampLine:
    """One impression of a job."""

    id: UUID
    index: int
    page: int
    state: str
    counter_before: int
    counter_after: int | None
    log_sequence: int
    log_head: str
    photo_before_sha256: str
    photo_sha256: str
    begun_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class JobCard:
    """A seal job with its impressions as the machine's own counters order them; permit in hex."""

    id: UUID
    scope: str
    subject_kind: str
    subject_id: UUID
    subject_number: str
    document_sha256: str
    device_id: str
    seal_id: str
    impressions: int
    pages: tuple[int, ...]
    purpose: str
    operator: str
    witness: str
    state: str
    register_no: int
    permit_id: UUID | None
    permit: str
    counter_before: int | None
    counter_after: int | None
    requested_by: str
    requested_at: datetime
    closed_at: datetime | None
    pending: bool
    stamps: tuple[StampLine, ...]

    @property
    def open_stamp(self) -> StampLine | None:
        """The impression that is not settled, if there is one."""
        return next((stamp for stamp in self.stamps if stamp.state in OPEN), None)


def machine_card(session: Session, device_id: str) -> MachineCard | None:
    """Give a paired machine, or None."""
    row = session.scalars(select(SealMachine).where(SealMachine.device_id == device_id)).first()
    return None if row is None else _machine(row)


def machines_here(session: Session, scope: str) -> list[MachineCard]:
    """List the machines of an office."""
    rows = session.scalars(
        select(SealMachine).where(SealMachine.scope == scope).order_by(SealMachine.device_id)
    )
    return [_machine(row) for row in rows]


def job_card(session: Session, job_id: UUID) -> JobCard:
    """Give one job."""
    return _job(session, session.scalars(select(SealJob).where(SealJob.id == job_id)).one())


def jobs_here(session: Session, leave: Leave | None, at_most: int = 200) -> list[JobCard]:
    """List seal jobs, the newest first; ``leave`` is None where no person asks."""
    rows = session.scalars(
        select(SealJob)
        .where(seen_by(leave, "seal_job", SealJob.scope))
        .order_by(SealJob.requested_at.desc(), SealJob.id)
        .limit(at_most)
    )
    return [_job(session, row) for row in rows]


def jobs_of(session: Session, subject_kind: str, subject_id: UUID) -> list[JobCard]:
    """List the jobs about a subject, the newest first."""
    rows = session.scalars(
        select(SealJob)
        .where(SealJob.subject_kind == subject_kind, SealJob.subject_id == subject_id)
        .order_by(SealJob.requested_at.desc(), SealJob.id.desc())
    )
    return [_job(session, row) for row in rows]


_LINE: tuple[Any, ...] = (
    SealJob.id,
    SealJob.scope,
    SealJob.subject_kind,
    SealJob.subject_id,
    SealJob.subject_number,
    SealJob.device_id,
    SealJob.impressions,
    SealJob.operator,
    SealJob.state,
    SealJob.register_no,
    SealJob.requested_by,
    SealJob.requested_at,
)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A seal job in a list, without its impressions."""

    id: UUID
    scope: str
    subject_kind: str
    subject_id: UUID
    subject_number: str
    device_id: str
    impressions: int
    operator: str
    state: str
    register_no: int
    requested_by: str
    requested_at: datetime


def jobs_in(session: Session, states: Sequence[str]) -> tuple[JobLine, ...]:
    """List the seal jobs in some states, the oldest first."""
    wanted = select(*_LINE).where(SealJob.state.in_(states))
    found = (JobLine(*row) for row in session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.requested_at, one.id)))


def jobs_about(
    session: Session, subject_kind: str, subjects: Sequence[UUID]
) -> tuple[JobLine, ...]:
    """List the seal jobs about some subjects, the newest first."""
    found: list[JobLine] = []
    for some in in_parts(subjects):
        wanted = select(*_LINE).where(
            SealJob.subject_kind == subject_kind, SealJob.subject_id.in_(some)
        )
        found += (JobLine(*row) for row in session.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.requested_at, one.id), reverse=True))


def frozen_machines(session: Session) -> list[MachineCard]:
    """List the machines nobody may arm, of every office this desk knows."""
    rows = session.scalars(
        select(SealMachine).where(SealMachine.frozen != "").order_by(SealMachine.device_id)
    )
    return [_machine(row) for row in rows]


def open_stamps(session: Session) -> list[tuple[JobCard, StampLine]]:
    """List the impressions a person must settle, with their jobs."""
    rows = session.scalars(
        select(SealStamp)
        .where(SealStamp.state.in_(OPEN))
        .order_by(SealStamp.device_id, SealStamp.log_sequence)
    )
    return [(job_card(session, row.job_id), _stamp(row)) for row in rows]


@dataclass(frozen=True)
class LogPlace:
    """Where a machine stands: impressions ever made, its last log entry, its hash in hex."""

    total: int
    log_sequence: int
    log_head: str


@dataclass(frozen=True)
class SealCaseCard:
    """A case about a machine; ``agreed_by`` is empty until the branch manager spoke."""

    id: UUID
    device_id: str
    kind: str
    state: str
    opened_by: str
    opened_at: datetime
    agreed_by: str
    opinion: str
    known_total: int
    entries: int
    scope: str
    known: LogPlace
    told: LogPlace | None
    """Where the machine itself stood when the branch manager looked, where it answered."""
    statement: str
    """What was said when the machine was stopped."""
    agreed_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    ruling: str
    """What head office said."""


def open_seal_cases(session: Session) -> list[SealCaseCard]:
    """List the cases about machines that are not closed, the oldest first."""
    rows = session.scalars(
        select(SealCase).where(SealCase.state != "closed").order_by(SealCase.opened_at, SealCase.id)
    )
    return [_seal_case(row) for row in rows]


def seal_cases(session: Session, leave: Leave | None, at_most: int = 200) -> list[SealCaseCard]:
    """List cases about machines, the newest first; ``leave`` is None where no person asks."""
    rows = session.scalars(
        select(SealCase)
        .where(seen_by(leave, "seal_job", SealCase.scope))
        .order_by(SealCase.opened_at.desc(), SealCase.id.desc())
        .limit(at_most)
    )
    return [_seal_case(row) for row in rows]


def seal_case(session: Session, case_id: UUID) -> SealCaseCard | None:
    """Give one case about a machine; None where it is not here."""
    row = session.scalars(select(SealCase).where(SealCase.id == case_id)).first()
    return None if row is None else _seal_case(row)


def job_or_stamp(session: Session, id: UUID) -> JobCard | None:
    """Give the job of this id, or the job an impression of this id belongs to; None for neither."""
    job = session.scalars(select(SealJob).where(SealJob.id == id)).first()
    if job is None:
        found = select(SealStamp.job_id).where(SealStamp.id == id)
        job = session.scalars(select(SealJob).where(SealJob.id.in_(found))).first()
    return None if job is None else _job(session, job)


def _seal_case(row: SealCase) -> SealCaseCard:
    ruling = row.ruling or {}
    return SealCaseCard(
        id=row.id,
        device_id=row.device_id,
        kind=row.kind,
        state=row.state,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        agreed_by=row.agreed_by,
        opinion=row.opinion,
        known_total=int(row.found["total"]),
        entries=len(row.found["entries"]),
        scope=row.scope,
        known=_place(row.found),
        told=_place(ruling["told"]) if "told" in ruling else None,
        statement=str(row.found.get("statement", "")),
        agreed_at=row.agreed_at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        ruling=str(ruling.get("statement", "")),
    )


def _place(said: Mapping[str, Any]) -> LogPlace:
    return LogPlace(int(said["total"]), int(said["log_sequence"]), str(said["log_head"]))


def machine_scope(session: Session, device_id: str) -> str:
    """Give the office a machine belongs to."""
    return session.scalars(
        select(SealMachine.scope).where(SealMachine.device_id == device_id)
    ).one()


def job_of_stamp(session: Session, stamp_id: UUID) -> JobCard:
    """Give the job an impression belongs to."""
    job_id = session.scalars(select(SealStamp.job_id).where(SealStamp.id == stamp_id)).one()
    return job_card(session, job_id)


@dataclass(frozen=True)
class SealCaseParts:
    """Whose case it is and who took which part in it; ``agreed_by`` may be empty."""

    scope: str
    opened_by: str
    agreed_by: str


def seal_case_parts(session: Session, case_id: UUID) -> SealCaseParts:
    """Say who took part in a case about a machine."""
    row = session.scalars(select(SealCase).where(SealCase.id == case_id)).one()
    return SealCaseParts(row.scope, row.opened_by, row.agreed_by)


def last_register_no(session: Session, scope: str) -> int:
    """Give the last number of an office's seal register; 0 for an empty one."""
    last = session.scalar(select(func.max(SealJob.register_no)).where(SealJob.scope == scope))
    return int(last or 0)


def open_offline_permits(session: Session, device_id: str) -> int:
    """Count the permits bound to a machine's arm counter that are not used up yet."""
    count = session.scalar(
        select(func.count())
        .select_from(SealJob)
        .where(
            SealJob.device_id == device_id,
            SealJob.state == "permitted",
            SealJob.arm_counter.is_not(None),
        )
    )
    return int(count or 0)


def log_of(session: Session, device_id: str) -> list[str]:
    """Give a machine's log as kept here, in order, each entry in hex."""
    return list(
        session.scalars(
            select(SealLogRow.entry)
            .where(SealLogRow.device_id == device_id)
            .order_by(SealLogRow.sequence)
        )
    )


def _machine(row: SealMachine) -> MachineCard:
    return MachineCard(
        scope=row.scope,
        device_id=row.device_id,
        name=row.name,
        public_key=row.public_key,
        seals=tuple(row.seals),
        total=row.total,
        log_sequence=row.log_sequence,
        log_head=row.log_head,
        arm_counter=row.arm_counter,
        tamper_counter=row.tamper_counter,
        frozen=row.frozen,
    )


def _stamp(row: SealStamp) -> StampLine:
    return StampLine(
        id=row.id,
        index=row.index,
        page=row.page,
        state=row.state,
        counter_before=row.counter_before,
        counter_after=row.counter_after,
        log_sequence=row.log_sequence,
        log_head=row.log_head,
        photo_before_sha256=row.photo_before_sha256,
        photo_sha256=row.photo_sha256,
        begun_at=row.begun_at,
        finished_at=row.finished_at,
    )


def _job(session: Session, row: SealJob) -> JobCard:
    stamps = session.scalars(
        select(SealStamp)
        .where(SealStamp.scope == row.scope, SealStamp.job_id == row.id)
        .order_by(
            SealStamp.index,
            SealStamp.log_sequence,
            SealStamp.counter_after.is_(None),
            SealStamp.counter_after,
            SealStamp.id,
        )
    )
    return JobCard(
        id=row.id,
        scope=row.scope,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_number=row.subject_number,
        document_sha256=row.document_sha256,
        device_id=row.device_id,
        seal_id=row.seal_id,
        impressions=row.impressions,
        pages=tuple(row.pages),
        purpose=row.purpose,
        operator=row.operator,
        witness=row.witness,
        state=row.state,
        register_no=row.register_no,
        permit_id=row.permit_id,
        permit=row.permit,
        counter_before=row.counter_before,
        counter_after=row.counter_after,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        closed_at=row.closed_at,
        pending=bool(row.pending),
        stamps=tuple(_stamp(stamp) for stamp in stamps),
    )
