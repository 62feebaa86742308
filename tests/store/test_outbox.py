"""The outbox: order, hashes, answers, and the rows that wait for them (sync.md 6.2)."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.access.records import Office
from app.customers.records import Contact
from app.kit.clock import FixedClock
from app.kit.errors.base import BugError
from app.kit.ids import new_id
from app.store.base import shared_classes
from app.store.desk_tables import BaseRow, InboxRow, OutboxRow
from app.store.outbox import (
    Answer,
    Answered,
    apply_hub_gone,
    apply_hub_row,
    left,
    mark_sent,
    mutation_hash,
    settle,
    waiting,
)
from app.store.store import Store
from app.store.work import Actor, Command

SCOPE = "ho.79.790115"
CLERK = Actor("C0001", "Clerk", frozenset({"clerk"}), SCOPE, "desk-1")


def rename(store: Store, office_id: UUID, name: str) -> int:
    """Run a command that makes or renames an office; gives its mutation's number."""
    command = Command("test.rename", {"name": name}, "office", office_id)
    with store.work(CLERK, command=command) as work:
        row = work.session.scalars(select(Office).where(Office.id == office_id)).first()
        if row is None:
            row = Office(scope=SCOPE, id=office_id, path=SCOPE, code="790115", name=name)
            work.session.add(row)
        row.name = name
        work.commit()
    return last(store)


def make_contact(store: Store, clock: FixedClock) -> UUID:
    contact_id = new_id(clock)
    with store.work(CLERK) as work:
        work.session.add(
            Contact(
                scope=SCOPE, id=contact_id, customer_id=new_id(clock), role="operator",
                name="Anna", search_name="anna", id_type="111", id_no="1", mobile="2",
                mobile_tail="2", email="",
            )
        )  # fmt: skip
        work.commit()
    return contact_id


def edit(store: Store, contact_id: UUID, **fields: str) -> int:
    with store.work(CLERK) as work:
        row = work.session.scalars(select(Contact).where(Contact.id == contact_id)).one()
        for name, value in fields.items():
            setattr(row, name, value)
        work.commit()
    return last(store)


def last(store: Store) -> int:
    return max(store.read(lambda s: list(s.scalars(select(OutboxRow.mseq)))))


def answer(
    store: Store, clock: FixedClock, mseq: int, status: Answer, **more: Any
) -> list[InboxRow]:
    with store.desk_work() as session:
        return settle(session, [Answered(mseq, status, **more)], clock.now())


def hub_says(store: Store, kind: str, row_id: UUID, ver: int, body: dict[str, Any]) -> int:
    with store.desk_work() as session:
        return apply_hub_row(session, kind, SCOPE, row_id, seq=ver * 10, ver=ver, body=body)


def office(store: Store, office_id: UUID) -> Office | None:
    return store.read(lambda s: s.scalars(select(Office).where(Office.id == office_id)).first())


def contact(store: Store, contact_id: UUID) -> Contact | None:
    return store.read(lambda s: s.scalars(select(Contact).where(Contact.id == contact_id)).first())


def body(name: str) -> dict[str, Any]:
    return {"path": SCOPE, "code": "790115", "name": name}


def test_mutations_go_out_in_the_order_made(store: Store, clock: FixedClock) -> None:
    made = [rename(store, new_id(clock), f"n{n}") for n in range(5)]
    assert made == sorted(made)
    assert [row.mseq for row in store.read(waiting, 100)] == made
    assert store.read(left) == 5


def test_a_number_is_never_used_again_even_after_everything_was_deleted(
    store: Store, clock: FixedClock
) -> None:
    first = rename(store, new_id(clock), "a")
    with store.desk_work() as session:
        session.execute(delete(OutboxRow))
    folder, key = store.folder, store.key
    store.close()
    again = Store.open(folder, key, clock)
    try:
        assert rename(again, new_id(clock), "b") > first
    finally:
        again.close()


def test_only_whole_transactions_go_out(store: Store, clock: FixedClock) -> None:
    rename(store, new_id(clock), "alone")
    with store.work(CLERK) as work:
        for n in range(4):
            work.session.add(
                Contact(
                    scope=SCOPE, id=new_id(clock), customer_id=new_id(clock), role="r", name=f"{n}",
                    search_name="", id_type="", id_no="", mobile="", mobile_tail="", email="",
                )
            )  # fmt: skip
        work.commit()
    rename(store, new_id(clock), "behind")
    sizes = {n: len(store.read(waiting, n)) for n in (1, 2, 3, 4, 5, 6, 7)}
    assert sizes == {1: 1, 2: 1, 3: 1, 4: 1, 5: 5, 6: 6, 7: 6}
    with store.desk_work() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.n_in_txn == 0, OutboxRow.mseq == 1))
    assert len(store.read(waiting, 2)) == 4, "a transaction larger than the room goes whole"


def test_a_hash_covers_everything_the_hub_must_find_unchanged(
    store: Store, clock: FixedClock
) -> None:
    rename(store, new_id(clock), "a")
    row = store.read(waiting, 1)[0]
    assert row.hash == mutation_hash(row)
    changes: dict[str, Any] = {
        "txn": new_id(clock),
        "n_in_txn": 1,
        "scope": "ho",
        "kind": "person",
        "row_id": new_id(clock),
        "op": "patch",
        "base_ver": 1,
        "patch": {"verb": "test.rename", "order": {"name": "b"}},
        "schema": 2,
        "actor": "C0002",
    }
    for name, value in changes.items():
        kept = getattr(row, name)
        setattr(row, name, value)
        assert mutation_hash(row) != row.hash, name
        setattr(row, name, kept)


def test_what_went_out_stays_due_until_it_is_answered(store: Store, clock: FixedClock) -> None:
    mseq = rename(store, new_id(clock), "a")
    with store.desk_work() as session:
        mark_sent(session, [mseq])
    assert [row.mseq for row in store.read(waiting, 10)] == [mseq]
    answer(store, clock, mseq, "ok")
    assert store.read(waiting, 10) == []
    assert store.read(left) == 0


def test_a_provisional_row_is_replaced_by_the_hubs(store: Store, clock: FixedClock) -> None:
    office_id = new_id(clock)
    mseq = rename(store, office_id, "as typed")
    row = office(store, office_id)
    assert row is not None and (row.pending, row.hub_ver) == (1, 0)
    hub_says(store, "office", office_id, 1, body("as head office has it"))
    waits = office(store, office_id)
    assert waits is not None and (waits.name, waits.hub_ver) == ("as typed", 0)
    answer(store, clock, mseq, "ok")
    row = office(store, office_id)
    assert row is not None
    assert (row.name, row.hub_ver, row.pending) == ("as head office has it", 1, 0)
    assert store.read(lambda s: list(s.scalars(select(BaseRow)))) == []


def test_a_feed_behind_the_answer_replaces_it_too(store: Store, clock: FixedClock) -> None:
    office_id = new_id(clock)
    answer(store, clock, rename(store, office_id, "as typed"), "ok")
    hub_says(store, "office", office_id, 1, body("as head office has it"))
    row = office(store, office_id)
    assert row is not None and (row.name, row.pending) == ("as head office has it", 0)


def test_a_refused_new_row_goes_and_is_told_in_the_inbox(store: Store, clock: FixedClock) -> None:
    office_id = new_id(clock)
    mseq = rename(store, office_id, "as typed")
    letters = answer(store, clock, mseq, "rejected", code="E-X", text="because")
    assert office(store, office_id) is None
    assert [(one.mseq, one.code, one.text, one.settled) for one in letters] == [
        (mseq, "E-X", "because", False)
    ]
    kept = store.read(lambda s: s.scalars(select(InboxRow)).one())
    assert kept.detail["patch"] == {"verb": "test.rename", "order": {"name": "as typed"}}
    assert kept.id == letters[0].id


def test_a_refused_change_gives_the_hubs_row_back(store: Store, clock: FixedClock) -> None:
    office_id = new_id(clock)
    hub_says(store, "office", office_id, 3, body("before"))
    mseq = rename(store, office_id, "tried")
    answer(store, clock, mseq, "rejected", code="E-X")
    row = office(store, office_id)
    assert row is not None and (row.name, row.hub_ver, row.pending) == ("before", 3, 0)


def test_an_answer_that_comes_twice_changes_nothing(store: Store, clock: FixedClock) -> None:
    office_id = new_id(clock)
    hub_says(store, "office", office_id, 3, body("before"))
    mseq = rename(store, office_id, "tried")
    assert len(answer(store, clock, mseq, "rejected")) == 1
    rename(store, office_id, "second try")
    assert answer(store, clock, mseq, "rejected") == []
    row = office(store, office_id)
    assert row is not None and row.name == "second try"


def test_an_answer_to_what_was_never_made_is_a_bug(store: Store, clock: FixedClock) -> None:
    with pytest.raises(BugError):
        answer(store, clock, 99, "ok")


def test_typed_fields_are_laid_over_a_newer_hub_version(store: Store, clock: FixedClock) -> None:
    contact_id = make_contact(store, clock)
    answer(store, clock, last(store), "ok")
    kept = contact(store, contact_id)
    assert kept is not None
    wire = {
        "customer_id": kept.customer_id.hex, "role": "operator", "name": "Anna",
        "search_name": "anna", "id_type": "111", "id_no": "1", "mobile": "2", "mobile_tail": "2",
        "email": "",
    }  # fmt: skip
    hub_says(store, "customer_contact", contact_id, 1, wire)
    first = edit(store, contact_id, email="a@example.com")
    second = edit(store, contact_id, role="director")
    hub_says(
        store, "customer_contact", contact_id, 2, {**wire, "name": "Anna Bell", "email": "old"}
    )
    row = contact(store, contact_id)
    assert row is not None
    assert (row.name, row.email, row.role, row.pending) == (
        "Anna Bell",
        "a@example.com",
        "director",
        2,
    )
    answer(store, clock, first, "rejected", code="E-X")
    row = contact(store, contact_id)
    assert row is not None
    assert (row.email, row.role, row.pending, row.hub_ver) == ("old", "director", 1, 2)
    answer(store, clock, second, "merged")
    row = contact(store, contact_id)
    assert row is not None and (row.role, row.pending) == ("director", 0)


def test_a_row_the_hub_deleted_stays_while_an_edit_of_it_waits(
    store: Store, clock: FixedClock
) -> None:
    office_id = new_id(clock)
    hub_says(store, "office", office_id, 1, body("before"))
    mseq = rename(store, office_id, "tried")
    with store.desk_work() as session:
        assert apply_hub_gone(session, "office", SCOPE, office_id) == 1
    assert office(store, office_id) is not None
    answer(store, clock, mseq, "rejected", code="E-GONE")
    assert office(store, office_id) is None


def test_fields_of_a_newer_head_office_are_kept(store: Store, clock: FixedClock) -> None:
    office_id = new_id(clock)
    hub_says(store, "office", office_id, 1, {**body("n"), "colour": "blue"})
    row = office(store, office_id)
    assert row is not None and row.extra == {"colour": "blue"}


Step = tuple[str, int]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["edit", "ok", "rejected", "hub"]), st.integers(0, 2)),
        max_size=14,
    )
)
def test_when_everything_is_answered_the_hubs_version_stands(
    store: Store, clock: FixedClock, steps: list[Step]
) -> None:
    """Any mix of edits, answers (in order, as the hub gives them) and feed ends the same way."""
    ids = [new_id(clock) for _ in range(3)]
    hub: dict[UUID, tuple[int, str]] = {}
    open_: list[tuple[int, UUID]] = []
    for kind, n in steps:
        if kind == "edit":
            open_.append((rename(store, ids[n], f"edit {n}"), ids[n]))
        elif kind == "hub":
            ver = hub.get(ids[n], (0, ""))[0] + 1
            hub[ids[n]] = (ver, f"hub {ver}")
            hub_says(store, "office", ids[n], ver, body(f"hub {ver}"))
        elif open_:
            _answered(store, clock, open_.pop(0), kind, hub)
    while open_:
        _answered(store, clock, open_.pop(0), "ok" if len(open_) % 2 else "rejected", hub)
    for row_id in ids:
        row = office(store, row_id)
        if row_id not in hub:
            assert row is None
        else:
            assert row is not None
            assert (row.hub_ver, row.name, row.pending) == (*hub[row_id], 0)
    assert store.read(lambda s: list(s.scalars(select(BaseRow)))) == []


def _answered(
    store: Store, clock: FixedClock, made: tuple[int, UUID], status: str, hub: dict[UUID, Any]
) -> None:
    """Answer one mutation; a hub that took it has a new version of the row in its feed."""
    mseq, row_id = made
    answer(store, clock, mseq, status)  # type: ignore[arg-type]
    if status == "ok":
        ver = hub.get(row_id, (0, ""))[0] + 1
        hub[row_id] = (ver, f"hub {ver}")
        hub_says(store, "office", row_id, ver, body(f"hub {ver}"))


def test_every_kind_says_how_it_travels() -> None:
    kinds = shared_classes()
    assert {record.travels for record in kinds.values()} <= {
        "reference", "fields", "append", "command"
    }  # fmt: skip
    assert {kind for kind, record in kinds.items() if record.own_line} == {
        "audit_line",
        "audit_head",
    }
