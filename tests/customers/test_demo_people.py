"""The made-up branch: valid by every check of the real verbs, fictional, and the same again."""

from datetime import date

import pytest

from app.assembly.demo_people import DemoBranch, demo_branch
from app.customers.actions import (
    RegisterOrganisation,
    RegisterPerson,
    register_organisation,
    register_person,
)
from app.customers.queries import count_customers, find_customers
from app.customers.rules.names import NameWords
from app.kit.calendar import age_on
from app.kit.words import Text
from app.store.work import Changes, Work
from tests.customers.conftest import Office

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def branch() -> DemoBranch:
    return demo_branch(size=200, seed=11, on=ON)


def test_everybody_passes_the_verbs_and_lookalikes_warn(
    office: Office, words: NameWords, branch: DemoBranch
) -> None:
    warnings: list[Text] = []

    def take_up(work: Work) -> Changes:
        changes = Changes()
        for order in (*branch.customers, branch.group):
            if isinstance(order, RegisterPerson):
                changes += register_person(work, order)
            else:
                changes += register_organisation(work, order, words=words)
            work.session.flush()
        warnings.extend(changes.warnings)
        return changes

    office.act(take_up)
    scope = office.actor.scope
    assert office.read(count_customers, scope) == 201
    assert len(warnings) == 8
    (group,) = office.read(find_customers, scope, branch.group.credit_code)
    assert group.name == branch.group.name


def test_the_group_of_the_day_has_an_operator(branch: DemoBranch) -> None:
    (operator,) = branch.group.contacts
    assert (operator.role, operator.id_type) == ("operator", "111")


def test_no_identifier_can_belong_to_a_living_person(branch: DemoBranch) -> None:
    numbers = []
    for order in (*branch.customers, branch.group):
        if isinstance(order, RegisterOrganisation):
            assert order.credit_code[2:4] == "79"
            numbers.append(order.credit_code)
            numbers += [contact.id_no for contact in order.contacts]
        else:
            assert order.id_type == "414" or order.id_no.startswith("79")
            assert 18 <= age_on(order.birth, ON) <= 75
            numbers.append(order.id_no)
    assert len(set(numbers)) == len(numbers)


def test_there_are_both_kinds_and_the_size_asked_for(branch: DemoBranch) -> None:
    organisations = [one for one in branch.customers if isinstance(one, RegisterOrganisation)]
    assert len(branch.customers) == 200
    assert 60 <= len(organisations) <= 100
    assert demo_branch(size=0, seed=1, on=ON).customers == ()


def test_the_same_seed_gives_the_same_branch(branch: DemoBranch) -> None:
    assert demo_branch(size=200, seed=11, on=ON) == branch
    other = demo_branch(size=200, seed=12, on=ON)
    assert other.group.credit_code != branch.group.credit_code
    assert other.group.customer_id != branch.group.customer_id
