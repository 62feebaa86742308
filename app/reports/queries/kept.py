"""Reading the runs a person kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.errors.base import BranchError
from app.kit.errors.reports import kept_run_altered, kept_run_gone
from app.reports.queries.plain import digest_of, ran_of
from app.reports.records import ReportRun
from app.reports.rules.kept import KeptRun


@dataclass(frozen=True)
class KeptLine:
    """A kept run as a list has it, without its figures."""

    id: UUID
    saved: UUID | None
    name: str
    report: str
    as_of: datetime
    due_at: datetime | None
    rows: int
    sha256: str
    broken_at: datetime | None


def kept_runs(session: Session, person: str) -> tuple[KeptLine, ...]:
    """List the runs a person kept, the newest first."""
    found = session.execute(
        select(
            ReportRun.id,
            ReportRun.saved,
            ReportRun.name,
            ReportRun.report,
            ReportRun.as_of,
            ReportRun.due_at,
            ReportRun.rows,
            ReportRun.sha256,
            ReportRun.broken_at,
        )
        .where(ReportRun.person == person)
        .order_by(ReportRun.as_of.desc(), ReportRun.id.desc())
    )
    return tuple(KeptLine(*row) for row in found)


def broken_runs(session: Session, person: str) -> tuple[KeptLine, ...]:
    """List those whose data no longer give them, the newest first."""
    return tuple(one for one in kept_runs(session, person) if one.broken_at is not None)


def kept_run(session: Session, person: str, run: UUID) -> KeptRun:
    """Give a kept run with its figures.

    Raises BranchError E-REPORT-GONE, E-REPORT-ALTERED where its figures are not those that were
    kept, and E-REPORT-UNKNOWN where this program has no such report any more.
    """
    row = session.get(ReportRun, run)
    if row is None or row.person != person:
        raise BranchError(kept_run_gone())
    if digest_of(row.body) != row.digest:
        raise BranchError(kept_run_altered(row.name))
    ran = ran_of(row.body)
    return KeptRun(row.id, row.name, row.body["measure"], ran, row.saved, row.due_at, row.broken_at)


def last_run_of(session: Session, person: str, saved: UUID) -> UUID | None:
    """Find the newest kept run of a saved report."""
    return session.scalar(
        select(ReportRun.id)
        .where(ReportRun.person == person, ReportRun.saved == saved)
        .order_by(ReportRun.as_of.desc(), ReportRun.id.desc())
        .limit(1)
    )
