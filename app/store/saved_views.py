"""The views of lists a person saved at this desk: in its encrypted store, travelling nowhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.desk_tables import SavedView


@dataclass(frozen=True)
class KeptView:
    """A view under its name; ``first`` is how the list opens."""

    name: str
    layout: str
    first: bool


def saved_views(session: Session, person: str, list_key: str) -> tuple[KeptView, ...]:
    """Give a person's views of a list by name."""
    wanted = (
        select(SavedView)
        .where(SavedView.person == person, SavedView.list == list_key)
        .order_by(SavedView.name)
    )
    return tuple(KeptView(row.name, row.layout, row.first) for row in session.scalars(wanted))


def keep_view(session: Session, person: str, list_key: str, view: KeptView, at: datetime) -> None:
    """Keep a view in place of one of the same name; a first one takes the place of another."""
    if view.first:
        session.execute(
            update(SavedView)
            .where(SavedView.person == person, SavedView.list == list_key)
            .values(first=False)
        )
    session.merge(
        SavedView(
            person=person,
            list=list_key,
            name=view.name,
            layout=view.layout,
            first=view.first,
            at=at,
        )
    )


def drop_view(session: Session, person: str, list_key: str, name: str) -> None:
    """Forget a view; nothing happens where there is none."""
    row = session.get(SavedView, (person, list_key, name))
    if row is not None:
        session.delete(row)
