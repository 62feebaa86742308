"""What a person was typing: kept at this desk alone, offered again after a crash or a power cut."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.store.desk_tables import Draft

Texts = tuple[tuple[str, str], ...]
"""Field → what was typed into it, letter by letter."""


def keep_draft(session: Session, key: str, person: str, texts: Texts, at: datetime) -> None:
    """Keep what a person has typed into the form ``key``, in place of what was kept before."""
    session.merge(Draft(key=key, person=person, at=at, values=[list(pair) for pair in texts]))


def read_draft(session: Session, key: str, person: str) -> Texts:
    """Give what a person had typed into the form ``key``; nothing where nothing is kept."""
    row = session.get(Draft, (key, person))
    return () if row is None else tuple((str(name), str(text)) for name, text in row.values)


def drop_draft(session: Session, key: str, person: str) -> None:
    """Forget a draft: it was saved as a record, or its person threw it away."""
    row = session.get(Draft, (key, person))
    if row is not None:
        session.delete(row)
