"""A unit of work of a thousand rows asks the database by the table, never by the row."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.customers.records import Contact
from app.kit.clock import FixedClock
from app.kit.ids import new_id
from app.store.desk_tables import BaseRow, OutboxRow, OutboxTouch
from app.store.outbox import IDS_AT_ONCE
from app.store.store import Store
from app.store.work import Actor

SCOPE = "ho.79.790115"
CLERK = Actor("C0001", "Clerk", frozenset({"clerk"}), SCOPE, "desk-1")


def contact(clock: FixedClock) -> Contact:
    return Contact(
        scope=SCOPE, id=new_id(clock), customer_id=new_id(clock), role="operator", name="Anna",
        search_name="anna", id_type="111", id_no="1", mobile="2", mobile_tail="2", email="",
    )  # fmt: skip


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Note every statement sent to the writing connection."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(store.write_engine, "before_cursor_execute", note)
    yield said
    event.remove(store.write_engine, "before_cursor_execute", note)


def written(store: Store, clock: FixedClock, rows: int) -> int:
    """Write so many contacts in one unit of work; gives the statements its commit took."""
    with store.work(CLERK) as work:
        work.session.add_all([contact(clock) for _ in range(rows)])
        work.session.flush()
        with statements(store) as said:
            work.commit()
    return len(said)


def changed(store: Store, email: str) -> int:
    with store.work(CLERK) as work:
        for row in work.session.scalars(select(Contact)):
            row.email = email
        work.session.flush()
        with statements(store) as said:
            work.commit()
    return len(said)


def tally(session: Session) -> tuple[int, int, int, list[int]]:
    """Outbox rows, touches, versions kept aside, and the distinct counts of pending mutations."""

    def count(record: type) -> int:
        return session.scalar(select(func.count()).select_from(record)) or 0

    pending = session.scalars(select(Contact.pending).distinct()).all()
    return count(OutboxRow), count(OutboxTouch), count(BaseRow), sorted(pending)


def test_a_commit_asks_the_same_for_few_rows_and_many(store: Store, clock: FixedClock) -> None:
    few = written(store, clock, 2)
    assert written(store, clock, IDS_AT_ONCE) == few
    assert store.read(tally) == (502, 502, 502, [1])


def test_rows_past_one_statement_are_all_held(store: Store, clock: FixedClock) -> None:
    rows = 2 * IDS_AT_ONCE + 1
    written(store, clock, rows)
    assert store.read(tally) == (rows, rows, rows, [1])


@pytest.mark.parametrize("rows", [1, 3])
def test_a_row_changed_again_keeps_its_first_version_aside(
    store: Store, clock: FixedClock, rows: int
) -> None:
    written(store, clock, rows)
    changed(store, "a@b.cn")
    assert store.read(tally) == (2 * rows, 2 * rows, rows, [2])
