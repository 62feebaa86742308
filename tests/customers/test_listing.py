"""The long list of customers: any order and filter as Python has it, and what SQLite reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from typing_extensions import override

from app.customers.listing import (
    CustomersAsked,
    ListedCustomer,
    count_matching,
    customers_at,
    customers_up_to,
    first_customers,
    groups_of_customers,
    heads_of_customers,
    order_of_customers,
)
from app.customers.queries import PageKey
from app.customers.records import Customer
from app.customers.rules.names import search_form
from app.kit.errors.base import Cancelled
from app.kit.listing import (
    AmountFilter,
    ChoiceFilter,
    DayFilter,
    Filter,
    Sort,
    Stride,
    TextFilter,
    Unhurried,
)
from app.store import listing
from tests.customers.conftest import Office

SCOPE, OTHER = "790115", "790999"
MADE = 300
NAMES = ("王芳", "李静", "宏远商贸", "ACME 商贸", "Acme 运输", "100%_试", "张三")
BORN = date(1960, 1, 1)


def made(number: int, scope: str = SCOPE) -> dict[str, object]:
    organisation = number % 3 == 0
    name = NAMES[number % len(NAMES)] + ("" if number % 4 else str(number))
    born = BORN + timedelta(days=number * 37 % 9000)
    return {
        "scope": scope, "id": UUID(int=number * 7919 % 100_003), "pending": number % 11 == 0,
        "party": "organisation" if organisation else "person", "name": name,
        "search_name": search_form(name), "name_key": search_form(name),
        "id_type": "810" if organisation else "111", "id_no": f"79010119900101{number:04d}",
        "id_tail": f"{number:04d}", "sex": "", "birth": None if organisation else born,
        "checked": 1, "mobile": f"1390000{number:04d}", "mobile_tail": f"{number:04d}",
        "email": "", "region": f"7901{number % 5:02d}", "address": "", "industry": "",
        "headcount": number * 13 % 400 if organisation else None, "legal_representative": "",
        "job": "",
    }  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    with office._store.desk_work() as session:
        rows = [made(number) for number in range(MADE)] + [made(7, OTHER)]
        session.add_all([Customer(**row) for row in rows])
    yield office
    office.close()


def listed(office: Office, asked: CustomersAsked) -> list[ListedCustomer]:
    order = office.read(order_of_customers, SCOPE, asked, Unhurried())
    found = office.read(customers_at, order)
    assert None not in found
    return [one for one in found if one is not None]


def key_of(one: ListedCustomer, key: str) -> Any:
    value: object = {
        "name": one.search_name,
        "state": "waiting" if one.waiting else "there",
    }.get(key) or getattr(one, key, None)
    # SQLite puts what is missing before everything else.
    return (value is not None, value) if value is not None else (False, 0)


def passes(one: ListedCustomer, asked: Filter) -> bool:
    match asked:
        case TextFilter(key, words):
            text = one.search_name if key == "name" else str(getattr(one, key))
            return all(search_form(word) in text.casefold() for word in words.split())
        case ChoiceFilter(key, code):
            return bool(key_of(one, key) == (True, code))
        case AmountFilter(key, least, most):
            number = getattr(one, key)
            return isinstance(number, int) and (least or 0) <= number <= (most or 10**9)
        case DayFilter(key, first, last):
            day = getattr(one, key)
            return isinstance(day, date) and (first or date.min) <= day <= (last or date.max)


SORTS = st.lists(
    st.builds(
        Sort, st.sampled_from(["name", "party", "region", "headcount", "birth", "state"]),
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda one: one.key,
)  # fmt: skip
FILTERS = st.lists(
    st.one_of(
        st.builds(
            TextFilter, st.just("name"), st.sampled_from(["商", "acme 贸", "%", "_", "三 张"])
        ),
        st.builds(TextFilter, st.just("region"), st.sampled_from(["7901", "04", "9%"])),
        st.builds(ChoiceFilter, st.just("party"), st.sampled_from(["person", "organisation"])),
        st.builds(ChoiceFilter, st.just("state"), st.sampled_from(["waiting", "there"])),
        st.builds(AmountFilter, st.just("headcount"), st.sampled_from([None, 50]), st.just(200)),
        st.builds(DayFilter, st.just("birth"), st.just(date(1970, 1, 1)), st.just(None)),
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SORTS, FILTERS)
def test_any_order_and_filter_is_what_python_makes_of_it(
    filled: Office, sorts: list[Sort], filters: list[Filter]
) -> None:
    everyone = listed(filled, CustomersAsked())
    assert len(everyone) == MADE
    wanted = [one for one in everyone if all(passes(one, asked) for asked in filters)]
    wanted.sort(key=lambda one: one.id, reverse=bool(sorts) and sorts[0].descending)
    for one in reversed(sorts or [Sort("name")]):
        wanted.sort(key=partial(key_of, key=one.key), reverse=one.descending)
    asked = CustomersAsked(tuple(sorts), tuple(filters))
    assert [one.id for one in listed(filled, asked)] == [one.id for one in wanted]
    assert filled.read(count_matching, SCOPE, asked, Unhurried()) == len(wanted)
    heads = sum(one.headcount or 0 for one in wanted)
    assert filled.read(heads_of_customers, SCOPE, asked, Unhurried()) == heads


@pytest.mark.parametrize("descending", [False, True])
def test_the_first_pages_are_the_beginning_of_the_order(filled: Office, descending: bool) -> None:
    sorts = (Sort("name", descending),)
    whole = [one.id for one in listed(filled, CustomersAsked(sorts))]
    read: list[ListedCustomer] = []
    while len(read) < 150:
        after = PageKey(read[-1].search_name, read[-1].id) if read else None
        page = filled.read(first_customers, SCOPE, descending=descending, after=after, limit=40)
        read += page
    assert [one.id for one in read] == whole[: len(read)]
    jumped = filled.read(first_customers, SCOPE, descending=descending, skip=123, limit=40)
    assert [one.id for one in jumped] == whole[123:163]


def test_groups_come_in_the_order_of_the_rows(filled: Office) -> None:
    asked = CustomersAsked((Sort("name", descending=True),), group="region")
    rows, groups = (
        listed(filled, asked),
        filled.read(groups_of_customers, SCOPE, asked, Unhurried()),
    )
    assert sum(group.count for group in groups) == len(rows) == MADE
    place = 0
    for group in groups:
        within = rows[place : place + group.count]
        assert {one.region for one in within} == {group.value}
        names = [one.search_name for one in within]
        assert names == sorted(names, reverse=True)
        place += group.count


def test_typed_words_come_best_first_and_can_be_narrowed(filled: Office) -> None:
    best = listed(filled, CustomersAsked(words="acme"))
    assert best and all("acme" in one.search_name for one in best)
    narrowed = CustomersAsked(words="acme", filters=(ChoiceFilter("party", "person"),))
    assert [one.id for one in listed(filled, narrowed)] == [
        one.id for one in best if one.party == "person"
    ]
    by_birth = CustomersAsked((Sort("birth", descending=True),), words="acme")
    births = [one.birth or date.min for one in listed(filled, by_birth)]
    assert births == sorted(births, reverse=True) and len(births) == len(best)
    assert listed(filled, CustomersAsked(words="nobody at all")) == []


def test_another_office_is_not_in_the_list(filled: Office) -> None:
    assert filled.read(customers_up_to, OTHER, 10) == 1
    assert filled.read(customers_up_to, SCOPE, 200) == 200
    assert len(filled.read(order_of_customers, OTHER, CustomersAsked(), Unhurried())) == 1


def test_numbers_stay_masked(filled: Office) -> None:
    person = next(one for one in listed(filled, CustomersAsked()) if one.party == "person")
    assert "*" in person.id_no and "*" in person.mobile
    whole = {str(made(number)[key]) for number in range(MADE) for key in ("id_no", "mobile")}
    first = filled.read(first_customers, SCOPE, limit=MADE)
    assert len(first) == MADE
    assert not any(whole.intersection(line) for line in (*first, *listed(filled, CustomersAsked())))


def test_what_is_gone_meanwhile_leaves_a_gap(office: Office) -> None:
    with office._store.desk_work() as session:
        session.add_all([Customer(**made(number)) for number in range(5)])
    order = office.read(order_of_customers, SCOPE, CustomersAsked(), Unhurried())
    gone = office.read(customers_at, order)[2]
    assert gone is not None
    with office._store.desk_work() as session:
        session.delete(session.get_one(Customer, (SCOPE, gone.id)))
        for other in session.scalars(select(Customer).where(Customer.id != gone.id)):
            other.name = other.search_name = "改名"
    again = office.read(customers_at, order)
    assert [one is None for one in again] == [False, False, True, False, False]
    assert {one.name for one in again if one is not None} == {"改名"}, "rows are read as they are"


class Stopping(Stride):
    def __init__(self, after: int) -> None:
        self.left = after

    @override
    def step(self, done: int, total: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def test_a_reading_stops_in_the_middle_of_its_sort(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LOOK_EVERY", 1_000)
    with office._store.desk_work() as session:
        session.execute(insert(Customer), [made(number) for number in range(2_000)])
    asked = CustomersAsked((Sort("birth"), Sort("name", descending=True)))
    stride = Stopping(after=1)
    with pytest.raises(Cancelled):
        office.read(order_of_customers, SCOPE, asked, stride)
    assert stride.left == -1, "it went on after it was told to stop"
    assert len(office.read(order_of_customers, SCOPE, asked, Unhurried())) == 2_000


def plans(office: Office, query: Callable[[Session], object]) -> list[str]:
    """Give what SQLite says it will do for every SELECT of a query."""
    said: list[str] = []

    def watched(session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        run: list[str] = []
        driver.set_trace_callback(run.append)
        try:
            query(session)
        finally:
            driver.set_trace_callback(None)
        for statement in run:
            if statement.startswith("SELECT"):
                plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
                said.extend(line[3] for line in plan)

    office.read(watched)
    return said


BY_NAME = "SEARCH customer USING COVERING INDEX ix_customer_name (scope=?)"


@pytest.mark.parametrize(
    ("sorts", "filters"),
    [
        ((), ()),
        ((Sort("name", descending=True),), ()),
        ((), (TextFilter("name", "商贸"),)),
    ],
)
def test_an_order_by_name_never_touches_the_table(
    filled: Office, sorts: Sequence[Sort], filters: Sequence[Filter]
) -> None:
    asked = CustomersAsked(tuple(sorts), tuple(filters))
    said = plans(filled, lambda s: order_of_customers(s, SCOPE, asked, Unhurried()))
    assert BY_NAME in said and not any("TEMP B-TREE" in line for line in said)
    (counted,) = plans(filled, lambda s: count_matching(s, SCOPE, asked, Unhurried()))
    assert counted.startswith("SEARCH customer USING COVERING INDEX ix_customer_")


@pytest.mark.parametrize("descending", [False, True])
def test_a_first_page_walks_the_index(filled: Office, descending: bool) -> None:
    for after in (None, PageKey("王", UUID(int=1))):
        said = plans(
            filled,
            lambda s, after=after: first_customers(s, SCOPE, descending=descending, after=after),  # type: ignore[misc]
        )
        (line,) = said
        assert "USING INDEX ix_customer_name (scope=?" in line


def asked_by(office: Office, query: Callable[[Session], object]) -> list[str]:
    """Give every statement SQLite runs for one reading, its beginning and its end too."""
    run: list[str] = []

    def watched(session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(run.append)
        query(session)

    office.read(watched)

    def unwatched(session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(None)

    office.read(unwatched)
    return run[: run.index("ROLLBACK")]


def test_a_window_is_one_statement_of_the_columns_a_line_shows(filled: Office) -> None:
    """No column more: what is not shown is not taken out of a page, nor made a Python value."""
    order = filled.read(order_of_customers, SCOPE, CustomersAsked(), Unhurried())
    shown = "rowid, id_type, id_no, mobile, id, party, name, region, industry, headcount, birth,"
    for query in (
        lambda s: customers_at(s, order[100:150]),
        lambda s: first_customers(s, SCOPE, limit=100),
        lambda s: first_customers(s, SCOPE, after=PageKey("王", UUID(int=1)), limit=100),
    ):
        (statement,) = asked_by(filled, query)
        assert statement.startswith(f"SELECT {shown} _pend, search_name FROM customer WHERE")


def test_how_many_there_are_at_least_reads_an_index_alone(filled: Office) -> None:
    (statement,) = asked_by(filled, lambda s: customers_up_to(s, SCOPE, 2_001))
    assert "LIMIT 2001" in statement
    said = plans(filled, lambda s: customers_up_to(s, SCOPE, 2_001))
    assert any(line.startswith("SEARCH customer USING COVERING INDEX ix_") for line in said)


def test_a_line_reads_its_id_and_its_day_when_it_is_asked(filled: Office) -> None:
    found = {one.id: one for one in listed(filled, CustomersAsked())}
    for number in (1, 3, 11):
        wanted = made(number)
        one = found[cast(UUID, wanted["id"])]
        assert one.key == one.id.hex
        assert one.birth == wanted["birth"]
        assert one.waiting is wanted["pending"]
        assert (one.name, one.headcount) == (wanted["name"], wanted["headcount"])


def test_more_places_than_one_statement_takes(filled: Office) -> None:
    order = list(filled.read(order_of_customers, SCOPE, CustomersAsked(), Unhurried()))
    many = [*order, 10_000_000, *order]
    found = filled.read(customers_at, many)
    assert found[MADE] is None and found[:MADE] == found[MADE + 1 :]
    assert [one is None for one in found].count(True) == 1


def test_a_page_of_the_vector_is_looked_up_by_row_number(filled: Office) -> None:
    said = plans(filled, lambda s: customers_at(s, [3, 1, 2]))
    assert "SEARCH customer USING INTEGER PRIMARY KEY (rowid=?)" in said
    assert not any(line.startswith("SCAN customer") for line in said)


def test_any_other_order_reads_the_table_once_from_end_to_end(filled: Office) -> None:
    """From an index it would look every row up where it happens to lie, page by page decrypted."""
    asked = CustomersAsked((Sort("birth"),), (TextFilter("region", "79"),))
    said = plans(filled, lambda s: order_of_customers(s, SCOPE, asked, Unhurried()))
    assert "SCAN customer" in said and not any("USING INDEX" in line for line in said)
    grouped = replace(asked, group="region")
    assert "SCAN customer" in plans(
        filled, lambda s: groups_of_customers(s, SCOPE, grouped, Unhurried())
    )
