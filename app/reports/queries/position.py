"""How far the data of this desk had come when a report was read.

Whatever changes a row of a business table moves one of these: a mutation of this desk takes a
number of the outbox, head office's answer to it has a time, its own rows raise the count of their
scope, and a round of syncing has a number of its own. None of them ever goes back, and a part that
is thrown away for its age moves them as well.
"""

from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.store.desk_tables import OutboxRow, ScopeState, SyncLog
from app.store.types import canonical_json, micros_of

_NUMBER = text("SELECT seq FROM sqlite_sequence WHERE name = :table")


def position_of(session: Session, offices: Sequence[str], *, here: bool) -> str:
    """Say how far the data had come: of these offices, or of the desk's own rounds (``here``)."""
    if here:
        first = session.scalar(select(func.min(SyncLog.n)))
        return canonical_json({"rounds": [first, _number(session, SyncLog.__tablename__)]})
    answered = session.scalar(select(func.max(OutboxRow.answered_at)))
    scopes = session.execute(
        select(ScopeState.scope, ScopeState.epoch, ScopeState.seq)
        .where(ScopeState.scope.in_(offices))
        .order_by(ScopeState.scope)
    )
    return canonical_json(
        {
            "written": _number(session, OutboxRow.__tablename__),
            "answered": None if answered is None else micros_of(answered),
            "scopes": [[scope, epoch, seq] for scope, epoch, seq in scopes],
        }
    )


def _number(session: Session, table: str) -> int:
    """Give the last number a table ever gave out, whether or not its row is still there."""
    return session.scalar(_NUMBER, {"table": table}) or 0
