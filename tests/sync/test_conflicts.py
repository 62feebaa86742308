"""Two desks edit the same record: what is merged, what is told, what both show in the end."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.audit.actions import append_line
from app.customers.records import Customer
from app.store.work import Command, Work
from sync.engine.taking import RoundSettings
from tests.sync.world import Desk, Hub, make_desk, make_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.database.close()


@pytest.fixture
def two(hub: Hub, tmp_path: Path) -> Iterator[tuple[Desk, Desk, UUID]]:
    """Two desks that both have one customer."""
    a, b = make_desk(hub, tmp_path, "a"), make_desk(hub, tmp_path, "b", person="c2")
    id = a.add_customer("Alpha")
    a.sync()
    b.sync()
    yield a, b, id
    a.close()
    b.close()


def both(a: Desk, b: Desk) -> None:
    """Sync until both have everything; the sides must agree without a comparison."""
    for desk in (a, b, a, b):
        report = desk.sync()
        assert report.even
        assert report.repaired == 0


def statuses(desk: Desk) -> list[str]:
    return [row[0] for row in desk.rows("SELECT json_extract(result, '$.status') FROM outbox")]


def test_fields_that_do_not_meet_are_merged(two: tuple[Desk, Desk, UUID]) -> None:
    a, b, id = two
    a.edit(id, email="a@x")
    b.edit(id, job="boss")
    both(a, b)
    for desk in (a, b):
        row = desk.customer(id)
        assert row is not None
        assert (row.email, row.job) == ("a@x", "boss")
    assert statuses(b) == ["merged"]


def test_the_same_field_keeps_the_hubs_value_and_tells_the_other(
    two: tuple[Desk, Desk, UUID],
) -> None:
    a, b, id = two
    a.edit(id, email="a@x")
    b.edit(id, email="b@x")
    both(a, b)
    assert {desk.customer(id).email for desk in (a, b)} == {"a@x"}  # type: ignore[union-attr]
    letter = b.rows("SELECT status, detail FROM inbox")
    assert letter[0][0] == "conflict"
    assert "b@x" in letter[0][1]


def test_a_conflict_after_the_hubs_value_was_already_pulled(
    two: tuple[Desk, Desk, UUID],
) -> None:
    """The desk has laid its pending edit over the hub's value; the refusal must uncover it."""
    a, b, id = two
    a.edit(id, email="a@x")
    a.sync()
    b.add_customer("first in the queue")
    b.edit(id, email="b@x")
    b.settings = b.settings.__class__(device=b.device, schema=1, at_most=1)
    both(a, b)
    assert {desk.customer(id).email for desk in (a, b)} == {"a@x"}  # type: ignore[union-attr]


def test_a_group_is_taken_or_left_whole(two: tuple[Desk, Desk, UUID]) -> None:
    """Region and address are one: half an address of each is nobody's address."""
    a, b, id = two
    a.edit(id, region="310000")
    b.edit(id, address="Nanjing Road 1", job="boss")
    both(a, b)
    row = b.customer(id)
    assert row is not None
    assert (row.region, row.address, row.job) == ("310000", "", "boss")


def test_own_edits_in_a_row_are_no_conflict(two: tuple[Desk, Desk, UUID]) -> None:
    a, b, id = two
    for n in range(5):
        a.edit(id, email=f"{n}@x", region=str(n))
        a.edit(id, address=f"house {n}")
    both(a, b)
    assert b.customer(id).email == "4@x"  # type: ignore[union-attr]
    assert b.customer(id).address == "house 4"  # type: ignore[union-attr]
    assert not a.rows("SELECT * FROM inbox")


def test_an_edit_of_a_deleted_row_is_told_and_the_row_goes(
    two: tuple[Desk, Desk, UUID],
) -> None:
    a, b, id = two
    a.delete(id)
    b.edit(id, email="b@x")
    both(a, b)
    assert a.customer(id) is None
    assert b.customer(id) is None
    assert [row[0] for row in b.rows("SELECT status FROM inbox")] == ["conflict"]


def test_a_deletion_of_a_row_edited_elsewhere_is_refused(
    two: tuple[Desk, Desk, UUID],
) -> None:
    a, b, id = two
    a.edit(id, email="a@x")
    a.sync()
    b.delete(id)
    both(a, b)
    assert b.customer(id).email == "a@x"  # type: ignore[union-attr]
    assert [row[0] for row in b.rows("SELECT status FROM inbox")] == ["conflict"]


def test_both_delete(two: tuple[Desk, Desk, UUID]) -> None:
    a, b, id = two
    a.delete(id)
    b.delete(id)
    both(a, b)
    assert statuses(b) == ["superseded"]
    assert not b.rows("SELECT * FROM inbox")


def test_a_refused_command_gives_back_what_was_there(two: tuple[Desk, Desk, UUID]) -> None:
    a, b, _ = two
    person = a.add_person("Li")
    assert a.person_row(person) is not None
    both(a, b)
    assert a.person_row(person) is None
    assert [row[0] for row in a.rows("SELECT code FROM inbox")] == ["E-TEST-ROLE"]
    a.person = "admin"
    person = a.add_person("Wang")
    both(a, b)
    assert b.person_row(person).name == "Wang"  # type: ignore[union-attr]


def test_a_poisoned_mutation_does_not_stop_the_ones_behind_it(
    two: tuple[Desk, Desk, UUID],
) -> None:
    """A verb that breaks at the hub gets its final word too."""
    a, b, id = two
    command = Command("test.fault", {}, "person", UUID(int=7))
    a.write(lambda _work: None, command)
    a.edit(id, email="behind@x")
    both(a, b)
    assert b.customer(id).email == "behind@x"  # type: ignore[union-attr]
    assert [row[0] for row in a.rows("SELECT code FROM inbox")] == ["E-SYNC-BUG"]


def test_a_transaction_is_all_or_nothing_and_an_audit_line_outlives_it(
    two: tuple[Desk, Desk, UUID],
) -> None:
    """c3 may not delete: the edit beside it is refused with it, the audit line is not."""
    a, b, id = two
    other = a.add_customer("Beta")
    both(a, b)
    a.person = "c3"

    def act(work: Work) -> None:
        work.session.delete(work.session.get_one(Customer, (a.scope, other)))
        work.session.get_one(Customer, (a.scope, id)).email = "beside@x"
        append_line(work, "test", [], {}, scope=a.scope, chain="a", signer=None, seal_head=False)

    a.write(act)
    both(a, b)
    assert a.customer(other) is not None
    assert a.customer(id).email == ""  # type: ignore[union-attr]
    assert len(b.rows("SELECT * FROM audit_line")) == 1
    assert len(a.rows("SELECT * FROM audit_line")) == 1


@pytest.mark.parametrize("at_most", [1, 1000])
def test_an_edit_behind_a_refused_insert_is_told_and_stops_nothing(
    two: tuple[Desk, Desk, UUID], at_most: int
) -> None:
    """An edit alone makes no row: the row goes with its insert, both are told, the rest goes on."""
    a, b, _ = two
    a.person = "nobody"
    refused = a.add_customer("Never taken")
    a.person = "c1"
    a.edit(refused, email="x")
    behind = a.add_customer("Behind")
    a.settings = RoundSettings(a.device, 1, at_most=at_most)
    both(a, b)
    for desk in (a, b):
        assert desk.customer(refused) is None
        assert desk.customer(behind) is not None
    assert [row[0] for row in a.rows("SELECT status FROM inbox ORDER BY mseq")] == [
        "rejected",
        "conflict",
    ]
