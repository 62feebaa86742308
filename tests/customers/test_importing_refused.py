"""A refused row and its batch: the others are taken all the same, nobody is lost, nobody is twice,
wherever the desk is cut off; what was typed comes back to be mended."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlcipher3.dbapi2 import Error as DriverError

from app.assembly.batches import IMPORT, Batches
from app.assembly.door import Proofs
from app.customers.actions import CorrectCustomer, FieldEdit, RegisterOrganisation, RegisterPerson
from app.customers.importing import BatchTaken, ImportCustomers
from app.customers.importing_form import import_form
from app.customers.importing_plan import Standing, list_again, orders_of
from app.customers.importing_refused import refused_rows
from app.customers.records import Customer, CustomerEvent
from app.kit.errors.base import BranchError
from app.store.desk_tables import InboxRow, OutboxRow
from app.store.letters import refused_commands
from app.store.outbox import Answered, left, settle, waiting
from tests.customers.test_importing import batch, person
from tests.customers.test_verbs import CODE, operator
from tests.stage import CLERK, DESK, NOW, OPERATOR, Human, Stage

TODAY = date(2026, 3, 2)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage.open(tmp_path)
    yield made
    made.close()


def batches(stage: Stage) -> Batches:
    return Batches(stage.store, stage.door("branch"), DESK)


def take(stage: Stage, order: ImportCustomers, who: Human = CLERK) -> BatchTaken:
    return stage.store.writer.ask(batches(stage).take, who.at(), order, Proofs())


def take_again(stage: Stage) -> int:
    return stage.store.writer.ask(batches(stage).take_again)


def here(session: Session) -> set[UUID]:
    return set(session.scalars(select(Customer.id)))


def letters(stage: Stage) -> set[UUID]:
    return {one.customer_id for one in stage.read(refused_rows)}


def spoil(stage: Stage, *bad: UUID) -> None:
    """Make head office refuse rows of what waits: it reads another sex than this desk took up."""
    with stage.store.desk_work() as session:
        for row in waiting(session, 100):
            if row.op == "command":
                order = dict(row.patch["order"])
                order["people"] = [
                    one | ({"sex": "?"} if UUID(one["customer_id"]) in bad else {})
                    for one in order["people"]
                ]
                row.patch = {**row.patch, "order": order}


def carry_nameless(stage: Stage, bad: set[UUID], code: str = "E-SYNC-FORM") -> int:
    """Bring what waits to a head office that names no row; gives how many commands it refused."""
    with stage.store.desk_work() as session:
        rows = [(one.mseq, one.op, one.actor, one.patch, one.at) for one in waiting(session, 500)]
    answers = []
    for mseq, op, actor, patch, at in rows:
        order = patch.get("order", {}) if op == "command" else {}
        holds = {UUID(one["customer_id"]) for one in order.get("people", ())}
        if holds & bad:
            answers.append(Answered(mseq, "rejected", code, "no", {"hub": None}))
        else:
            answers.append(stage._deliver(mseq, op, actor, patch, at))
    with stage.store.desk_work() as session:
        settle(session, answers, stage.clock.now())
    stage.feed()
    return sum(one.status == "rejected" for one in answers)


def test_head_office_names_the_row_and_the_others_go_out_again_with_their_ids(stage: Stage) -> None:
    order = batch(stage, *(person(stage, n, mobile="13900139000") for n in range(20)))
    bad = order.people[0]  # the first one: the mutation was named after it
    take(stage, order)
    spoil(stage, bad.customer_id)
    assert stage.carry()[0].status == "rejected"
    assert stage.read(here) == set(), "head office's no takes the provisional rows back"
    assert take_again(stage) == 1
    rest = set(order.ids) - {bad.customer_id}
    assert stage.read(here) == rest
    (row,) = stage.read(refused_rows)
    assert (row.customer_id, row.name, row.file_name) == (bad.customer_id, bad.name, "list.csv")
    assert row.code == "E-CUSTOMER-FIELD" and row.reason and bad.id_no not in row.shown_no
    assert [answer.status for answer in stage.carry() if answer.code or answer.detail] == []
    assert stage.read_hub(here) == rest == stage.read(here)
    assert take_again(stage) == 0 and stage.read(refused_commands, IMPORT) == []
    with stage.store.desk_work() as session:
        assert left(session) == 0
        lines = session.scalars(select(CustomerEvent.customer_id)).all()
    assert sorted(lines) == sorted(rest), "one line for each, none twice"


def test_every_row_that_is_wrong_is_named_at_once(stage: Stage) -> None:
    order = batch(stage, *(person(stage, n) for n in range(6)))
    bad = {order.people[1].customer_id, order.people[4].customer_id}
    take(stage, order)
    spoil(stage, *bad)
    stage.carry()
    assert take_again(stage) == 1
    assert letters(stage) == bad
    stage.carry()
    assert stage.read_hub(here) == set(order.ids) - bad


def test_a_row_that_is_not_named_is_found_by_halves(stage: Stage) -> None:
    order = batch(stage, *(person(stage, n) for n in range(9)))
    bad = {order.people[3].customer_id, order.people[8].customer_id}
    take(stage, order)
    for _ in range(8):
        refused = carry_nameless(stage, bad)
        again = take_again(stage)
        assert bool(refused) == bool(again)
        assert stage.read(here) | letters(stage) == set(order.ids)
        if not refused:
            break
    assert letters(stage) == bad
    assert stage.read_hub(here) == stage.read(here) == set(order.ids) - bad


@pytest.mark.parametrize("code", ["E-ACCESS-ROLE", "E-SYNC-SCOPE", "E-SYNC-PERSON"])
def test_what_is_said_of_the_whole_batch_is_not_divided(stage: Stage, code: str) -> None:
    order = batch(stage, *(person(stage, n) for n in range(4)))
    take(stage, order)
    carry_nameless(stage, set(order.ids), code)
    assert take_again(stage) == 0
    assert len(stage.read(refused_commands, IMPORT)) == 1 and letters(stage) == set()
    assert stage.read(here) == set()


class Cut:
    """Breaks the writing connection off after so many steps of its machine."""

    def __init__(self, stage: Stage, steps: int) -> None:
        raw = stage.store.write_engine.raw_connection()
        assert raw.driver_connection is not None
        self._driver = raw.driver_connection
        raw.close()  # the engine of the one writer has this connection only
        self._left = steps

    def __enter__(self) -> None:
        self._driver.set_progress_handler(self._step, 50)

    def __exit__(self, *_error: object) -> None:
        self._driver.set_progress_handler(None, 0)

    def _step(self) -> int:
        self._left -= 1
        return int(self._left < 0)


def cut_off(stage: Stage, steps: int, act: Callable[[], object]) -> bool:
    """Do something on a connection that breaks off; gives whether it did."""
    with Cut(stage, steps):
        try:
            act()
        except (DBAPIError, DriverError, BranchError):
            return True
    return False


@pytest.mark.parametrize("named", [True, False])
def test_cut_off_at_every_step_nobody_is_lost_and_nobody_twice(stage: Stage, named: bool) -> None:
    steps, cuts = 0, 0
    while True:
        order = batch(stage, *(person(stage, n + 10 * steps) for n in range(5)))
        bad = order.people[2].customer_id
        take(stage, order)
        if named:
            spoil(stage, bad)
            stage.carry()
        else:
            carry_nameless(stage, {bad})
        broken = cut_off(stage, steps * 7, lambda: take_again(stage))
        cuts += broken
        seen = stage.read(here) & set(order.ids)
        told = letters(stage) & set(order.ids)
        waits = len(stage.read(refused_commands, IMPORT))
        assert not seen & told, "a row stands in the store or in a letter, never in both"
        assert waits or seen | told == set(order.ids), "or the letter of the batch still holds it"
        for _ in range(6):
            take_again(stage)
            if not (stage.carry() if named else carry_nameless(stage, {bad})):
                break
        assert stage.read(here) & set(order.ids) == set(order.ids) - {bad}
        assert stage.read_hub(here) & set(order.ids) == set(order.ids) - {bad}
        assert bad in letters(stage)
        if not broken:
            break
        steps += 1
    assert cuts >= 4, "the connection was broken off in the middle"


def test_a_double_that_appeared_since_does_not_take_the_others_back(stage: Stage) -> None:
    known = person(stage, 1)
    stage.act(CLERK, IMPORT, batch(stage, known))
    order = batch(stage, *(person(stage, n) for n in range(4)))
    taken = take(stage, order)
    assert (taken.order.size, taken.refused) == (3, 1)
    (row,) = stage.read(refused_rows)
    assert (row.code, row.customer_id) == ("E-CUSTOMER-DOUBLE", order.people[1].customer_id)
    assert known.name in row.reason
    again = take(stage, order.only({order.people[1].customer_id}))
    assert (again.order.size, again.refused) == (0, 1)
    assert len(stage.read(refused_rows)) == 1, "written twice it is the same letter"


def test_a_person_who_may_not_is_refused_whole(stage: Stage) -> None:
    with pytest.raises(BranchError) as caught:
        take(stage, batch(stage, person(stage, 1)), OPERATOR)
    assert caught.value.code == "E-ACCESS-ROLE"
    assert stage.read(refused_rows) == ()


def test_filling_in_somebody_who_is_gone_is_one_letter(stage: Stage) -> None:
    known = person(stage, 1)
    stage.act(CLERK, IMPORT, batch(stage, known))
    edits = (FieldEdit("mobile", "13900139000"),)
    order = batch(
        stage,
        person(stage, 2),
        completed=(
            CorrectCustomer(known.customer_id, stage.id(), edits),
            CorrectCustomer(stage.id(), stage.id(), edits),
        ),
    )
    taken = take(stage, order)
    assert (taken.order.size, taken.refused) == (2, 1)
    (row,) = stage.read(refused_rows)
    assert row.code == "E-CUSTOMER-UNKNOWN" and row.order is None


def test_what_was_typed_comes_back_as_a_list_and_is_taken_up_mended(stage: Stage) -> None:
    organisation = RegisterOrganisation(
        stage.id(), stage.id(), "云岭宏远物流有限公司", CODE, region="530102", headcount=12,
        contacts=(operator(stage),),  # type: ignore[arg-type]
    )  # fmt: skip
    human = person(stage, 1, mobile="13900139000", address="街一号", job="教师")
    order = batch(stage, human, person(stage, 2), organisations=(organisation,))
    take(stage, order)
    with stage.store.desk_work() as session:
        (command,) = [one for one in waiting(session, 10) if one.op == "command"]
        parts = {id.hex: ["E-FORM-RULE", "not so"] for id in order.ids}
        answer = Answered(command.mseq, "rejected", "E-FORM-RULE", "no", {"hub": {"parts": parts}})
        settle(session, [answer], NOW)
    take_again(stage)
    rows = stage.read(refused_rows)
    assert len(rows) == 3 and stage.read(here) == set()
    listed = list_again("list.csv", rows, import_form(), TODAY)
    assert listed.counts.good == 3 and set(map(str, listed.told.values())) == {"not so"}
    (again,) = orders_of(listed, fill=False, clock=stage.clock)

    def bare(one: RegisterOrganisation | RegisterPerson) -> object:
        id = UUID(int=0)
        if isinstance(one, RegisterOrganisation):
            contacts = tuple(replace(c, contact_id=id) for c in one.contacts)
            return replace(one, customer_id=id, event_id=id, contacts=contacts)
        return replace(one, customer_id=id, event_id=id)

    assert set(map(bare, again.people)) == set(map(bare, order.people))
    assert set(map(bare, again.organisations)) == set(map(bare, order.organisations))
    assert not set(again.ids) & set(order.ids)
    assert take(stage, again).order.size == 3 and stage.read(here) == set(again.ids)
    assert listed.standing(1) is Standing.GOOD


def test_a_batch_of_somebody_who_left_keeps_its_letter(stage: Stage) -> None:
    order = batch(stage, person(stage, 1), person(stage, 2))
    take(stage, order)
    with stage.store.desk_work() as session:
        (row,) = [one for one in waiting(session, 10) if one.op == "command"]
        row.actor = "C7777"
    carry_nameless(stage, set(order.ids))
    assert take_again(stage) == 0
    with stage.store.desk_work() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow)) == 1
        assert (
            session.scalar(select(OutboxRow.state).where(OutboxRow.op == "command")) == "rejected"
        )
