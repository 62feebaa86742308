"""Offices and people, entered by head office; a person comes in once with their code."""

import pytest
from sqlalchemy import select

from app.access.actions import ActivatePerson, AddOffice, AddPerson, activation_hash
from app.access.queries import people_with_role, person_by_number
from app.access.records import Office, Person
from app.kit.errors.base import BranchError, BugError
from tests.stage import ADMIN, BRANCH, CLERK, HEAD_OFFICE, OTHER_BRANCH, Human, Stage

NEW = Human("C0009", BRANCH, ("clerk",))


def add(stage: Stage, number: str = "C0009", roles: tuple[str, ...] = ("clerk",)) -> AddPerson:
    code = activation_hash("ABCD-EFGH")
    order = AddPerson(stage.id(), number, "New", BRANCH, roles, code)
    stage.at_hub(ADMIN, "access.add_person", order)
    return order


def refused(stage: Stage, who: Human, verb: str, order: object) -> str:
    with pytest.raises(BranchError) as caught:
        stage.at_hub(who, verb, order)
    return caught.value.code


def test_a_code_is_good_once_whatever_its_case(stage: Stage) -> None:
    person = add(stage).person_id
    wrong = ActivatePerson(person, "ABCD-EFGX", NEW.public)
    assert refused(stage, NEW, "access.activate_person", wrong) == "E-LOGIN-ACTIVATION"
    stage.at_hub(NEW, "access.activate_person", ActivatePerson(person, " abcd-efgh ", NEW.public))
    card = stage.read_hub(person_by_number, "C0009")
    assert card is not None and card.public_key == NEW.public
    again = ActivatePerson(person, "ABCD-EFGH", "00" * 32)
    assert refused(stage, NEW, "access.activate_person", again) == "E-LOGIN-ACTIVATION"
    empty = ActivatePerson(person, "", "00" * 32)
    assert refused(stage, NEW, "access.activate_person", empty) == "E-LOGIN-ACTIVATION"
    card = stage.read_hub(person_by_number, "C0009")
    assert card is not None and card.public_key == NEW.public


def test_only_the_hash_of_a_code_is_kept(stage: Stage) -> None:
    add(stage)
    row = stage.read_hub(lambda s: s.scalars(select(Person).where(Person.number == "C0009")).one())
    assert row.activation == activation_hash("ABCD-EFGH") and len(row.activation) == 64


def test_a_staff_number_belongs_to_one_person(stage: Stage) -> None:
    taken = AddPerson(stage.id(), CLERK.number, "Other", OTHER_BRANCH, ("reviewer",), "")
    assert refused(stage, ADMIN, "access.add_person", taken) == "E-ACCESS-NUMBER"


def test_roles_are_those_of_the_house(stage: Stage) -> None:
    for roles in ((), ("clerk", "king")):
        with pytest.raises(BugError):
            add(stage, "C0010", roles)


def test_an_administrator_reaches_down_alone(stage: Stage) -> None:
    local = Human("A0100", "ho.79", ("administrator",))
    for path, scope, code in (
        ("ho.79.790117", "ho.79.790117", ""),
        ("ho.80.1", "ho.79", "E-ACCESS-OFFICE"),
        ("ho.79.790118", HEAD_OFFICE, "E-ACCESS-OFFICE"),
        ("ho.79.790118", "ho.80", "E-ACCESS-OFFICE"),
    ):
        order = AddOffice(stage.id(), scope, path, "Office")
        if code:
            assert refused(stage, local, "access.add_office", order) == code
        else:
            stage.at_hub(local, "access.add_office", order)
    paths = stage.read_hub(lambda s: list(s.scalars(select(Office.path))))
    assert paths == ["ho.79.790117"]


def test_a_clerk_adds_nobody(stage: Stage) -> None:
    order = AddPerson(stage.id(), "C0011", "Friend", BRANCH, ("branch_manager",), "")
    assert refused(stage, CLERK, "access.add_person", order) == "E-ACCESS-ROLE"


def test_people_are_found_by_role_in_their_office(stage: Stage) -> None:
    found = stage.read(people_with_role, "custodian", BRANCH)
    assert [card.number for card in found] == ["C0003", "K0001", "K0002"]
    assert stage.read(person_by_number, "nobody") is None
