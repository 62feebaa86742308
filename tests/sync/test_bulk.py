"""Many rows of one push: written together, refused apart; COPY writes what plain statements do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DataError, IntegrityError

from app.customers.records import Customer
from app.kit.ids import new_id
from app.store.work import Work
from sync.hub import bulk
from sync.hub.bulk import add_rows, stamp
from sync.hub.database import lost_race
from sync.hub.tables import applied, history
from tests.sync.world import (
    SCOPE,
    START,
    Desk,
    Hub,
    customer,
    make_desk,
    void,
)


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a")
    yield made
    made.close()


HARD = ["tab\tand\nline", "back\\slash \\N", "", "'; DROP TABLE x; --", "汉字", "\u0001", '"q"']


def fill(work: Work, desk: Desk, n: int, word: str = "") -> list[Customer]:
    rows = [
        customer(desk.scope, new_id(desk.store.clock), HARD[i % len(HARD)] + f"{word}{i}")
        for i in range(n)
    ]
    work.session.add_all(rows)
    return rows


def test_many_rows_of_one_transaction_arrive_as_they_were_made(hub: Hub, desk: Desk) -> None:
    desk.write(lambda work: void(fill(work, desk, 2 * bulk.FROM)))
    assert desk.sync().even, "digests are equal on both sides"
    here = sorted(desk.rows("SELECT name, search_name, checked, headcount FROM customer"))
    assert sorted(hub.rows("SELECT name, search_name, checked, headcount FROM customer")) == here
    stamped = hub.rows("SELECT count(DISTINCT _seq), min(_seq), max(_seq), min(_ver) FROM customer")
    assert stamped == [(2 * bulk.FROM, 1, 2 * bulk.FROM, 1)]
    feed = hub.rows(
        "SELECT c.id FROM customer c JOIN hub_sync_row r ON r.id = c.id AND r.seq = c._seq"
    )
    assert len(feed) == 2 * bulk.FROM
    assert hub.rows("SELECT count(*) FROM hub_history") == [(2 * bulk.FROM,)]


def test_a_row_made_changed_and_deleted_in_one_push_is_written_in_that_order(
    hub: Hub, desk: Desk
) -> None:
    def act(work: Work) -> None:
        rows = fill(work, desk, bulk.FROM)
        work.session.flush()
        rows[0].mobile = "1"
        work.session.flush()
        work.session.delete(rows[1])

    desk.write(act)
    desk.add_customer("behind")
    assert desk.sync().even
    assert hub.rows("SELECT count(*) FROM customer") == [(bulk.FROM,)]
    assert hub.rows("SELECT count(*) FROM customer WHERE mobile = '1'") == [(1,)]


def test_a_bad_row_among_many_refuses_its_own_transaction_alone(hub: Hub, desk: Desk) -> None:
    """The database refuses one insert, for a rule that the branch does not know."""
    taken = new_id(desk.store.clock)
    desk.write(lambda work: void(fill(work, desk, bulk.FROM, "good")))
    desk.add_customer("twice", taken)
    desk.write(lambda work: void(fill(work, desk, bulk.FROM, "after")))
    blocked = "CREATE UNIQUE INDEX one_name ON customer (scope) WHERE name = 'twice'"
    hub.database.write(lambda c: c.execute(text(blocked)))
    first = make_desk(hub, hub.folder.parent, "first")
    first.add_customer("twice")
    first.sync()
    report = desk.sync()
    assert report.outbox_left == 0
    assert hub.rows("SELECT count(*) FROM customer") == [(2 * bulk.FROM + 1,)]
    (letter,) = hub.rows("SELECT result FROM hub_applied WHERE result LIKE '%rejected%'")
    assert "E-SYNC-FORM" in letter[0]
    first.close()


def word(mseq: int, device: str = "d") -> dict[str, object]:
    return {"device": device, "mseq": mseq, "hash": "0" * 64, "result": ["ok"], "at": START}


def test_a_key_that_is_there_is_a_race_and_a_bad_value_is_not(hub: Hub) -> None:
    many = [word(n) for n in range(bulk.FROM)]
    hub.database.write(lambda c: add_rows(c, applied, many))

    def again(connection: Connection) -> None:
        add_rows(connection, applied, many)

    with pytest.raises(IntegrityError) as twice, hub.database.writer.begin() as connection:
        again(connection)
    if hub.database.writer.dialect.name == "postgresql":
        assert lost_race(twice.value)
        long = [word(n, "x" * 65) for n in range(bulk.FROM)]
        with pytest.raises(DataError), hub.database.writer.begin() as connection:
            add_rows(connection, applied, long)
    assert hub.rows("SELECT count(*) FROM hub_applied") == [(bulk.FROM,)]


def test_rows_that_name_different_columns_are_written_all_the_same(hub: Hub) -> None:
    base = {"device": "d", "scope": SCOPE, "seq": 1, "ver": 1, "kind": "k", "op": "insert",
            "actor": "c1", "at": hub.clock.now()}  # fmt: skip
    rows: list[dict[str, object]] = [
        {**base, "mseq": n, "row_id": new_id(hub.clock)} for n in range(2 * bulk.FROM)
    ]
    for row in rows[::2]:
        row["patch"] = {"a": [1, "\t\\"]}
    hub.database.write(lambda c: add_rows(c, history, rows))
    counted = hub.rows("SELECT count(*), count(patch), count(DISTINCT patch) FROM hub_history")
    assert counted == [(2 * bulk.FROM, bulk.FROM, 1)]


def test_only_rows_of_the_scope_are_stamped(hub: Hub, desk: Desk, tmp_path: Path) -> None:
    desk.write(lambda work: void(fill(work, desk, bulk.FROM)))
    desk.sync()
    ids = hub.database.read(lambda c: list(c.scalars(select(Customer.id))))
    hub.database.write(
        lambda c: stamp(c, Customer.__table__, "ho.elsewhere", [(id, 9, 9) for id in ids])  # type: ignore[arg-type]
    )
    assert hub.rows("SELECT count(*) FROM customer WHERE _ver = 9") == [(0,)]
