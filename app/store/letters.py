"""Letters from head office (refusals, conflicts): a person reads them and puts them away."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.store.desk_tables import InboxRow


def put_away(session: Session, letter: UUID) -> None:
    """Mark a letter as settled by a person; it stays in the store and leaves the problem list."""
    row = session.get(InboxRow, letter)
    if row is not None:
        row.settled = True
