"""Saved reports and kept runs: kept at this desk for one person, never sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.reports.queries.plain import digest_of, plain_ran
from app.reports.queries.saved import KEY, plain_of, saved_of
from app.reports.records import ReportRun
from app.reports.rules.due import Saved
from app.reports.rules.kept import KeptRun
from app.store.desk_tables import Desk


def keep_saved(session: Session, person: str, saved: Saved) -> None:
    """Keep a saved report in place of the one with the same id; one of another person stays."""
    row = session.get(Desk, KEY + saved.id.hex)
    if row is None:
        session.add(Desk(key=KEY + saved.id.hex, value=plain_of(person, saved)))
    elif row.value["person"] == person:
        row.value = plain_of(person, saved)


def drop_saved(session: Session, person: str, saved: UUID) -> None:
    """Forget a saved report of this person; the runs that were kept of it stay."""
    row = session.get(Desk, KEY + saved.hex)
    if row is not None and saved_of(person, row.key, row.value) is not None:
        session.delete(row)


def keep_run(session: Session, person: str, run: KeptRun) -> None:
    """Keep a run with its figures; what is kept under an id once is never written over."""
    if session.get(ReportRun, run.id) is not None:
        return
    body, stamp = plain_ran(run.ran, run.measure), run.ran.stamp
    session.add(
        ReportRun(
            id=run.id,
            person=person,
            saved=run.saved,
            name=run.name,
            report=run.ran.asked.report,
            as_of=stamp.as_of,
            due_at=run.due_at,
            rows=stamp.rows,
            sha256=stamp.sha256,
            body=body,
            digest=digest_of(body),
            broken_at=run.broken_at,
        )
    )


def mark_run(session: Session, person: str, run: UUID, broken_at: datetime | None) -> None:
    """Note that the same data no longer give a run, or (None) that they do again."""
    row = session.get(ReportRun, run)
    if row is not None and row.person == person:
        row.broken_at = broken_at


def drop_run(session: Session, person: str, run: UUID) -> None:
    """Forget a kept run of this person."""
    row = session.get(ReportRun, run)
    if row is not None and row.person == person:
        session.delete(row)
