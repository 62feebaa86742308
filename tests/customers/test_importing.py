"""Batches of customers in a real store, and what head office makes of them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.queries import check_chain
from app.audit.records import AuditLine
from app.customers.actions import CorrectCustomer, FieldEdit, RegisterOrganisation, RegisterPerson
from app.customers.importing import ImportCustomers, holders_of, parts_taken
from app.customers.queries import customer_card, find_customers
from app.customers.records import Contact, Customer, CustomerEvent
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.resident_id import with_check
from app.kit.errors.base import BranchError
from app.store.desk_tables import BaseRow, InboxRow, OutboxRow
from app.store.outbox import PUSHED_AT_ONCE, left, waiting
from tests.customers.test_verbs import CODE, operator
from tests.stage import BRANCH, CLERK, DESK, OPERATOR, Stage

VERB = "customers.import_customers"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage.open(tmp_path)
    yield made
    made.close()


def number(n: int) -> str:
    return with_check(f"110101{1950 + n // 500}0101{n % 500:03d}")


def person(stage: Stage, n: int, **fields: object) -> RegisterPerson:
    said = {
        "name": f"客户{n}",
        "id_type": "111",
        "id_no": number(n),
        "sex": "M" if int(number(n)[16]) % 2 else "F",
        "birth": date.fromisoformat(f"{number(n)[6:10]}-01-01"),
        **fields,
    }
    return RegisterPerson(stage.id(), stage.id(), **said)  # type: ignore[arg-type]


def batch(stage: Stage, *people: RegisterPerson, **more: object) -> ImportCustomers:
    first = people[0].customer_id if people else stage.id()
    order = ImportCustomers("list.csv", "a" * 64, 1, 1, first, people=people)
    return replace(order, **more)  # type: ignore[arg-type]


def refused(stage: Stage, order: ImportCustomers, who: object = CLERK) -> str:
    with pytest.raises(BranchError) as caught:
        stage.act(who, VERB, order)  # type: ignore[arg-type]
    return caught.value.code


def count(session: Session, of: type) -> int:
    return session.scalar(select(func.count()).select_from(of)) or 0


def test_a_batch_is_one_mutation_one_line_and_found_at_once(stage: Stage) -> None:
    lines = stage.read(count, AuditLine)
    order = batch(stage, *(person(stage, n) for n in range(20)))
    changes = stage.act(CLERK, VERB, order)
    assert [row.id for row in changes.rows] == [one.customer_id for one in order.people]
    assert stage.read(count, Customer) == 20 and stage.read(count, CustomerEvent) == 20
    assert stage.read(count, AuditLine) == lines + 1
    with stage.store.desk_work() as session:
        kinds = [row.op for row in waiting(session, 100)]
    assert kinds == ["command", "insert"], "the order, and the audit line that tells of it"
    (found,) = stage.read(find_customers, BRANCH, "客户13")
    assert found.name == "客户13"
    card = stage.read(customer_card, BRANCH, order.people[0].customer_id)
    assert card is not None and card.waiting and "list.csv" in str(card.timeline[0].text)
    assert stage.read(check_chain, DESK, []).whole


def test_head_office_runs_it_again_and_both_sides_are_the_same(stage: Stage) -> None:
    organisation = RegisterOrganisation(
        stage.id(),
        stage.id(),
        "云岭宏远物流有限公司",
        CODE,
        contacts=(operator(stage),),  # type: ignore[arg-type]
    )
    order = batch(stage, *(person(stage, n) for n in range(5)), organisations=(organisation,))
    stage.act(CLERK, VERB, order)
    before = stage.read(rows_of)
    assert stage.carry()[0].status == "ok"
    assert stage.read(rows_of) == before == stage.read_hub(rows_of)
    with stage.store.desk_work() as session:
        assert left(session) == 0
        assert count(session, BaseRow) == 0
        pending = session.scalars(select(Customer.pending)).all()
    assert set(pending) == {0}


def rows_of(session: Session) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for kind in (Customer, Contact, CustomerEvent):
        columns = [one for one in kind.__table__.c if not one.name.startswith("_")]
        found |= {(kind.__tablename__, *map(str, row)) for row in session.execute(select(*columns))}
    return found


def test_a_batch_that_is_refused_leaves_nothing_at_either_end(stage: Stage) -> None:
    wrong = person(stage, 2, mobile="12")
    assert refused(stage, batch(stage, person(stage, 1), wrong)) == "E-MOBILE-BEGIN"
    assert stage.read(count, Customer) == 0
    assert refused(stage, batch(stage, person(stage, 1)), OPERATOR) == "E-ACCESS-ROLE"
    with stage.store.desk_work() as session:
        assert left(session) == 0


def test_who_is_here_by_now_is_refused_at_the_desk_and_taken_at_head_office(stage: Stage) -> None:
    stage.act(CLERK, VERB, batch(stage, person(stage, 1)))
    assert refused(stage, batch(stage, person(stage, 1), person(stage, 2))) == "E-CUSTOMER-DOUBLE"
    order = batch(stage, person(stage, 1), person(stage, 3))
    stage.at_hub(CLERK, VERB, order)  # another desk took the same customer up without a line
    assert stage.carry()[0].status == "ok"
    assert stage.read_hub(count, Customer) == 3


def test_head_offices_no_takes_the_whole_batch_back_and_tells_a_person(stage: Stage) -> None:
    order = batch(stage, person(stage, 1), person(stage, 2))
    stage.act(CLERK, VERB, order)
    with stage.store.desk_work() as session:
        (row, *_) = waiting(session, 10)
        said = dict(row.patch)
        said["order"] = {**said["order"], "people": [{**said["order"]["people"][0], "sex": "?"}]}
        row.patch = said
    assert stage.carry()[0].status == "rejected"
    assert stage.read(count, Customer) == 0 and stage.read(count, InboxRow) == 1


def test_only_what_is_empty_is_filled_in(stage: Stage) -> None:
    known = person(stage, 1, address="旧街")
    stage.act(CLERK, VERB, batch(stage, known))
    edits = (
        FieldEdit("mobile", "13900139000"),
        FieldEdit("address", "新街"),
        FieldEdit("name", "乙"),
    )
    completed = CorrectCustomer(known.customer_id, stage.id(), edits)
    order = batch(stage, completed=(completed,), first=known.customer_id)
    stage.act(CLERK, VERB, order)
    stage.carry()
    for read in (stage.read, stage.read_hub):
        card = read(customer_card, BRANCH, known.customer_id)
        assert card is not None
        assert (card.line.name, card.address) == (known.name, "旧街")
        assert card.line.mobile.endswith("9000")


def test_holders_are_found_by_kind_and_number_together(stage: Stage) -> None:
    taken = person(stage, 1, mobile="13900139000")
    stage.act(CLERK, VERB, batch(stage, taken))
    asked = [("111", number(1)), ("414", number(1)), (CREDIT_CODE, CODE)]
    found = stage.read(holders_of, BRANCH, asked)
    holder = found["111", number(1)]
    assert holder.id == taken.customer_id and number(1) not in holder.shown_no
    assert "mobile" not in holder.empty and "address" in holder.empty
    assert ("414", number(1)) not in found


def test_each_part_is_known_as_taken_or_not(stage: Stage) -> None:
    orders = [batch(stage, person(stage, n)) for n in range(3)]
    lines = [order.lines for order in orders]
    assert stage.read(parts_taken, BRANCH, lines) == (False, False, False)
    stage.act(CLERK, VERB, orders[0])
    stage.act(CLERK, VERB, orders[2])
    assert stage.read(parts_taken, BRANCH, lines) == (True, False, True)


def test_an_empty_batch_is_refused_in_words(stage: Stage) -> None:
    order = ImportCustomers("x", "a" * 64, 1, 1, UUID(int=1))
    assert refused(stage, order) == "E-IMPORT-EMPTY-BATCH"


def test_what_goes_at_once_is_cut_by_weight_and_never_inside_a_transaction(stage: Stage) -> None:
    for n in range(4):
        stage.act(CLERK, VERB, batch(stage, person(stage, n)))
    with stage.store.desk_work() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.op == "command")).all()
        for row in rows[1:3]:
            row.patch = {**row.patch, "filler": "x" * (PUSHED_AT_ONCE * 2 // 3)}
        session.flush()
        sent = [len(waiting(session, most)) for most in (1, 3, 100)]
        mseqs = [row.mseq for row in waiting(session, 100)]
        assert sent == [2, 2, 4] and mseqs == sorted(mseqs)
        for row in waiting(session, 100):
            row.state = "acked"
        session.flush()
        assert len(waiting(session, 100)) == 4


def asked(stage: Stage, order: ImportCustomers) -> list[str]:
    """Take a batch up; gives every statement SQLite ran for it, without those of its triggers."""
    said: list[str] = []
    raw = stage.store.write_engine.raw_connection()
    driver = raw.driver_connection
    raw.close()  # the engine of the one writer has this connection only
    assert driver is not None
    driver.set_trace_callback(said.append)
    try:
        stage.act(CLERK, VERB, order)
    finally:
        driver.set_trace_callback(None)
    return [one for one in said if not one.startswith("--")]


def walked(stage: Stage, statements: list[str]) -> list[str]:
    """Name the steps that walk a table of ours, or all it has of a scope or kind."""
    tables = "customer|customer_contact|customer_event|base_row|outbox|outbox_touch|audit_line"
    all_of = re.compile(
        rf"SCAN ({tables})\b(?! USING INDEX \S+ LIMIT)"
        rf"|SEARCH ({tables}|search_word)\b.* \((scope=\?|kind=\?|kind=\? AND scope=\?|shelf=\?)\)"
    )
    raw = stage.store.write_engine.raw_connection()
    try:
        cursor = raw.cursor()
        steps = []
        for one in statements:
            if one.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
                cursor.execute(f"EXPLAIN QUERY PLAN {one}")
                steps += [f"{row[3]}: {one[:90]}" for row in cursor.fetchall()]
        return [step for step in steps if all_of.match(step)]
    finally:
        raw.close()


def test_a_batch_walks_nothing_and_asks_the_same_in_a_larger_store(stage: Stage) -> None:
    people = [person(stage, n) for n in range(60)]
    stage.act(CLERK, VERB, batch(stage, *people[:10]))
    early = asked(stage, batch(stage, *people[10:20]))
    stage.act(CLERK, VERB, batch(stage, *people[20:50]))
    late = asked(stage, batch(stage, *people[50:60]))
    assert len(early) == len(late) and any("json_each" in one for one in late)
    assert walked(stage, late) == []
    planted = "SELECT id FROM customer WHERE scope='a' AND id_no IN ('1') ORDER BY id"
    assert walked(stage, [planted]), "this is how a batch walked all customers for its doubles"
