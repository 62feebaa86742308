"""Customers found by what a clerk types, as they were taken up and corrected a moment ago."""

from uuid import UUID

import pytest

from app.customers.queries import find_customers
from app.customers.rules.names import NameWords
from app.customers.search import customers_found, tail_marks
from tests.customers.conftest import Office
from tests.customers.test_verbs import correct, id_of, operator, organisation, person


def found(office: Office, typed: str, **more: int) -> list[UUID]:
    return list(office.read(customers_found, office.actor.scope, typed, **more))


def test_pinyin_and_initials_find_people_firms_and_their_contacts(
    office: Office, words: NameWords
) -> None:
    firm = id_of(organisation(office, words, contacts=(operator(office, name="曾国藩"),)))
    lady = id_of(person(office))
    assert found(office, "lijing") == found(office, "lj") == found(office, "lijin") == [lady]
    assert found(office, "hywl") == found(office, "hongyuan") == found(office, "ylhy") == [firm]
    assert found(office, "zengguofan") == found(office, "zgf") == [firm]
    assert found(office, "wxm") == []


def test_a_corrected_name_is_found_and_the_former_is_not(office: Office, words: NameWords) -> None:
    firm = id_of(organisation(office, words))
    correct(office, words, firm, name="云岭宏达物流有限公司")
    assert found(office, "宏达") == found(office, "hdwl") == [firm]
    assert found(office, "宏远") == found(office, "hywl") == []


def test_a_number_comes_before_a_name_and_nobody_comes_twice(
    office: Office, words: NameWords
) -> None:
    firm = id_of(organisation(office, words, name="9000便利店"))
    lady = id_of(person(office))
    assert found(office, "9000") == [lady, firm]
    assert found(office, "9000", limit=1) == [lady]


def test_what_is_found_comes_out_masked(office: Office) -> None:
    person(office)
    (line,) = office.read(find_customers, office.actor.scope, "13900139000")
    assert (line.id_no, line.mobile) == ("790101**********47", "139****9000")


def test_another_office_finds_nothing(office: Office) -> None:
    person(office)
    assert office.read(customers_found, "790116", "李静") == ()
    assert office.read(customers_found, "790116", "9000") == ()


@pytest.mark.parametrize(
    ("shown", "typed", "marked"),
    [
        ("139****9000", "9000", "9000"),
        ("139****9000", "13900139000", "9000"),
        ("139****9000", "39-9000", "9000"),
        ("790101**********47", "0047", "47"),
        ("91790000MA00TEXT0Q", "text0q", "TEXT0Q"),
        ("139****9000", "000", ""),
        ("139****9000", "1234", ""),
        ("139****9000", "1399", ""),
        ("", "1234", ""),
    ],
)
def test_only_what_a_masked_number_shows_is_marked(shown: str, typed: str, marked: str) -> None:
    assert "".join(shown[first:last] for first, last in tail_marks(shown, typed)) == marked
