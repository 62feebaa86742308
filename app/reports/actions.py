"""Saved reports: kept at this desk for one person, never sent."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.reports.queries.saved import KEY, plain_of, saved_of
from app.reports.rules.due import Saved
from app.store.desk_tables import Desk


def keep_saved(session: Session, person: str, saved: Saved) -> None:
    """Keep a saved report in place of the one with the same id; one of another person stays."""
    row = session.get(Desk, KEY + saved.id.hex)
    if row is None:
        session.add(Desk(key=KEY + saved.id.hex, value=plain_of(person, saved)))
    elif row.value["person"] == person:
        row.value = plain_of(person, saved)


def drop_saved(session: Session, person: str, saved: UUID) -> None:
    """Forget a saved report of this person."""
    row = session.get(Desk, KEY + saved.hex)
    if row is not None and saved_of(person, row.key, row.value) is not None:
        session.delete(row)
