"""A unit of work is whole or not at all, and nothing it writes escapes the outbox."""

from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.access.records import Office
from app.audit.records import AuditLine
from app.customers.records import Contact
from app.kit.clock import FixedClock
from app.kit.errors.base import BugError
from app.kit.ids import new_id
from app.packs.records import PackFile
from app.store.desk_tables import Draft, OutboxRow
from app.store.outbox import OutboxJournal
from app.store.store import Store
from app.store.work import Actor, Command, Work, open_work

SCOPE = "ho.79.790115"
CLERK = Actor("C0001", "Clerk", frozenset({"clerk"}), SCOPE, "desk-1")
ORDER = Command("test.verb", {"n": 1}, "office", UUID(int=7))


def office(clock: FixedClock, name: str = "Office") -> Office:
    return Office(scope=SCOPE, id=new_id(clock), path=SCOPE, code="790115", name=name)


def contact(clock: FixedClock) -> Contact:
    return Contact(
        scope=SCOPE, id=new_id(clock), customer_id=new_id(clock), role="operator", name="Anna",
        search_name="anna", id_type="111", id_no="1", mobile="2", mobile_tail="2", email="",
    )  # fmt: skip


def count(store: Store, record: type) -> int:
    return len(store.read(lambda session: session.scalars(select(record)).all()))


def test_nothing_is_kept_without_the_word_commit(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK, command=ORDER) as work:
        work.session.add(office(clock))
        work.session.flush()
    assert count(store, Office) == count(store, OutboxRow) == 0


def test_an_error_after_half_the_rows_leaves_none(store: Store, clock: FixedClock) -> None:
    with pytest.raises(ZeroDivisionError), store.work(CLERK, command=ORDER) as work:
        work.session.add(office(clock))
        work.session.flush()
        raise ZeroDivisionError
    assert count(store, Office) == count(store, OutboxRow) == 0


def test_rows_and_their_mutation_are_committed_together(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK, command=ORDER) as work:
        work.session.add(office(clock))
        work.session.add(office(clock))
        work.commit()
    assert count(store, Office) == 2
    assert count(store, OutboxRow) == 1
    assert {row.pending for row in _all(store, Office)} == {1}


def test_a_journal_that_fails_takes_the_rows_with_it(store: Store, clock: FixedClock) -> None:
    class Broken(OutboxJournal):
        def record(self, work: Work, capture: object, command: object) -> None:  # type: ignore[override]
            super().record(work, capture, command)  # type: ignore[arg-type]
            raise RuntimeError("no outbox, no act")

    session = Session(store.write_engine)
    with (
        pytest.raises(RuntimeError),
        open_work(session, CLERK, clock, Broken(), side="branch", command=ORDER) as work,
    ):
        work.session.add(office(clock))
        work.commit()
    assert count(store, Office) == count(store, OutboxRow) == 0


def test_a_unit_of_work_ends_once(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK, command=ORDER) as work:
        work.session.add(office(clock))
        work.commit()
        with pytest.raises(BugError):
            work.commit()


def test_a_reader_sees_nothing_of_an_open_act(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK, command=ORDER) as work:
        work.session.add(office(clock))
        work.session.flush()
        assert count(store, Office) == 0
        work.commit()
    assert count(store, Office) == 1


def test_a_reference_row_is_not_written_here(store: Store, clock: FixedClock) -> None:
    row = PackFile(scope=SCOPE, id=new_id(clock), path="a", content="b", bundle=1)
    with (
        pytest.raises(BugError, match="head office only"),
        store.work(CLERK, command=ORDER) as work,
    ):
        work.session.add(row)
        work.commit()


def test_a_command_row_is_written_by_a_verb_only(store: Store, clock: FixedClock) -> None:
    with pytest.raises(BugError, match="by a verb only"), store.work(CLERK) as work:
        work.session.add(office(clock))
        work.commit()


def line(clock: FixedClock) -> AuditLine:
    return AuditLine(
        scope=SCOPE, id=new_id(clock), chain="d", n=1, prev="0", hash="1", actor="a", action="b",
        objects=[], salt="s", commitment="c", boot="b", mono_ms=1, wall=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("side", ["branch", "hub"])
@pytest.mark.parametrize("op", ["patch", "delete"])
def test_what_is_appended_is_never_changed(
    side: str, op: str, store: Store, clock: FixedClock
) -> None:
    with store.work(CLERK) as work:
        work.session.add(line(clock))
        work.commit()
    session = Session(store.write_engine)
    with (
        pytest.raises(BugError, match="only ever appended"),
        open_work(session, CLERK, clock, OutboxJournal(), side=side) as work,  # type: ignore[arg-type]
    ):
        row = work.session.scalars(select(AuditLine)).one()
        if op == "patch":
            row.action = "something else"
        else:
            work.session.delete(row)
        work.commit()
    assert [row.action for row in _all(store, AuditLine)] == ["b"]


def test_statements_past_the_dirty_tracking_are_refused(store: Store, clock: FixedClock) -> None:
    attempts = [
        update(Office).values(name="x"),
        delete(Office),
        insert(Office).values(scope=SCOPE, id=new_id(clock), path="p", code="c", name="n"),
        update(Office.__table__).values(name="x"),
    ]
    for statement in attempts:
        with (
            pytest.raises(BugError, match="record by record"),
            store.work(CLERK, command=ORDER) as work,
        ):
            work.session.execute(statement)


def test_the_desks_own_tables_may_be_written_in_bulk(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK) as work:
        work.session.execute(
            insert(Draft).values(key="k", person="p", at=clock.now(), values={"a": 1})
        )
        work.commit()
    assert count(store, Draft) == 1
    assert count(store, OutboxRow) == 0


def test_a_row_made_and_thrown_away_in_one_act_was_never_there(
    store: Store, clock: FixedClock
) -> None:
    with store.work(CLERK) as work:
        row = contact(clock)
        work.session.add(row)
        work.session.flush()
        work.session.delete(row)
        work.commit()
    assert count(store, Contact) == count(store, OutboxRow) == 0


def test_a_value_put_back_is_no_change(store: Store, clock: FixedClock) -> None:
    with store.work(CLERK) as work:
        row = contact(clock)
        work.session.add(row)
        work.commit()
    with store.work(CLERK) as work:
        kept = work.session.scalars(select(Contact)).one()
        before = kept.name
        kept.name = "another"
        work.session.flush()
        kept.name = before
        work.commit()
    assert [row.op for row in _all(store, OutboxRow)] == ["insert"]


def _all(store: Store, record: type) -> list:  # type: ignore[type-arg]
    return store.read(lambda session: list(session.scalars(select(record)).all()))
