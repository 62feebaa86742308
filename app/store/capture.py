"""Seeing what a unit of work writes, from SQLAlchemy's own dirty tracking.

Capture refuses a flush that does not fit the way a record travels: that is a bug of ours, found at
the first run, not a conflict found at head office.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from app.kit.errors.base import BugError
from app.store.base import SYNC_COLUMNS, Base, Shared
from app.store.bulk import columns_of
from app.store.types import Plain, to_plain

Op = Literal["insert", "patch", "delete"]


@dataclass(slots=True)
class RowChange:
    """One record written in this unit of work; ``old`` holds the values before it, by column."""

    op: Op
    record: Shared
    kind: str
    scope: str
    id: UUID
    base_ver: int
    was_pending: int
    counted: bool = False
    """True where the row was written with its one mutation counted as pending already."""
    old: dict[str, Plain] = field(default_factory=dict)

    def patch(self) -> dict[str, Plain]:
        """Give the changed columns as ``[old, new]`` pairs; call it after the flush."""
        now = body_of(self.record)
        return {name: [old, now[name]] for name, old in self.old.items() if now[name] != old}

    def body(self) -> dict[str, Plain]:
        """Give the record as it is now, by column, in wire form."""
        return body_of(self.record)

    def body_before(self) -> dict[str, Plain] | None:
        """Give the record as it was before this unit of work; None where it did not exist.

        The fields a newer head office sent and this version does not know are in it too.
        """
        if self.op == "insert":
            return None
        return {**(self.record.extra or {}), **body_of(self.record), **self.old}


class Capture:
    """Collects the row changes of one session."""

    def __init__(self, session: Session, *, side: str, inside_command: bool) -> None:
        self._side = side
        self._inside_command = inside_command
        self._changes: dict[tuple[str, str, UUID], RowChange] = {}
        self._closed = False
        event.listen(session, "before_flush", self._see)
        event.listen(session, "do_orm_execute", self._refuse_unseen)

    def changes(self) -> list[RowChange]:
        """Give what was written so far, in the order first touched; after a flush.

        A record that ends as it began is not among them.
        """
        return [
            change for change in self._changes.values() if change.op != "patch" or change.patch()
        ]

    def take_new(self, records: Iterable[Shared]) -> None:
        """See new records that are written past the session, each with one mutation pending."""
        fit = set[type[Shared]]()
        for record in records:
            if type(record) not in fit:
                self._refuse_misfit(record, "insert")
                fit.add(type(record))
            held = vars(record)  # asked by name, each attribute would cost ten times this
            held["pending"] = 1
            kind, scope, id = record.__tablename__, held["scope"], held["id"]
            change = RowChange("insert", record, kind, scope, id, 0, 0, counted=True)
            self._changes[kind, scope, id] = change

    def close(self) -> None:
        """Take no more notice: what follows is the journal's own writing."""
        self._closed = True

    def _refuse_unseen(self, state: ORMExecuteState) -> None:
        """Refuse a statement that would write shared rows past the dirty tracking."""
        writes = state.is_insert or state.is_update or state.is_delete
        table = getattr(state.statement, "table", None)
        if writes and not self._closed and getattr(table, "metadata", None) is Base.metadata:
            raise BugError(f"{table} is written record by record, so that the outbox sees it")

    def _see(self, session: Session, _context: UOWTransaction, _instances: object) -> None:
        for record in _shared(session.new):
            self._inserted(record)
        for record in _shared(session.dirty):
            if session.is_modified(record):
                self._patched(record)
        for record in _shared(session.deleted):
            self._deleted(record)

    def _inserted(self, record: Shared) -> None:
        self._refuse_misfit(record, "insert")
        self._note("insert", record)

    def _patched(self, record: Shared) -> None:
        old = _old_values(record)
        if not old:
            return
        self._refuse_misfit(record, "patch")
        change = self._note("patch", record)
        for name, value in old.items():
            change.old.setdefault(name, value)

    def _deleted(self, record: Shared) -> None:
        self._refuse_misfit(record, "delete")
        change = self._note("delete", record)
        if change.op == "insert":
            del self._changes[change.kind, change.scope, change.id]
        change.op = "delete"

    def _note(self, op: Op, record: Shared) -> RowChange:
        kind = record.__tablename__
        key = (kind, record.scope, record.id)
        if key not in self._changes:
            self._changes[key] = RowChange(
                op=op,
                record=record,
                kind=kind,
                scope=record.scope,
                id=record.id,
                base_ver=record.hub_ver or 0,
                was_pending=record.pending or 0,
            )
        return self._changes[key]

    def _refuse_misfit(self, record: Shared, op: Op) -> None:
        kind = record.__tablename__
        if record.travels == "append" and op != "insert":
            raise BugError(f"{kind} is only ever appended to, not {op}ed")
        if self._side == "hub":
            return
        if record.travels == "reference":
            raise BugError(f"{kind} is written by head office only")
        if record.travels == "command" and not self._inside_command:
            raise BugError(f"{kind} is written by a verb only")


def body_of(record: Shared) -> dict[str, Plain]:
    """Give a record's own columns in wire form, without those about its journey."""
    return {
        column: to_plain(getattr(record, key))
        for key, column in columns_of(type(record))
        if column not in SYNC_COLUMNS
    }


def _old_values(record: Shared) -> dict[str, Plain]:
    state: Any = inspect(record)
    old: dict[str, Plain] = {}
    for attribute in state.mapper.column_attrs:
        name = attribute.columns[0].name
        if name in SYNC_COLUMNS:
            continue
        history = state.attrs[attribute.key].history
        if history.has_changes():
            old[name] = to_plain(history.deleted[0]) if history.deleted else None
    return old


def _shared(records: Iterable[object]) -> list[Shared]:
    return [record for record in records if isinstance(record, Shared)]
