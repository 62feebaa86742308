"""Rows that look like somebody under another number: told with whom and where, left until a person
decides, asked of the store in bulk."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.customers.actions import RegisterOrganisation
from app.customers.importing import holders_of
from app.customers.importing_likeness import alike_here
from app.customers.importing_plan import (
    CustomerList,
    Standing,
    amended,
    orders_of,
    with_alike,
    with_holders,
)
from app.customers.rules.resident_id import with_check
from tests.customers.test_importing import VERB, batch, person, walked
from tests.customers.test_importing_rows import MAN, WOMAN, code, listed, people
from tests.stage import BRANCH, CLERK, Stage

SAME_DAY = with_check("11010119900101003")
"""A man born the same day as MAN."""
ELSE = with_check("11010119850101001")
"""A man born another day."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage.open(tmp_path)
    yield made
    made.close()


def standings(here: CustomerList) -> list[Standing]:
    return [here.standing(number) for number in here.judged]


def looked_up(stage: Stage, here: CustomerList) -> CustomerList:
    known = with_holders(here, stage.read(holders_of, BRANCH, here.identities()))
    return with_alike(known, stage.read(alike_here, BRANCH, known.likenesses()))


def test_within_a_file_the_later_row_is_told_with_the_earlier_one() -> None:
    here = people(f"王强,,{MAN},,,,", f"李静,,{WOMAN},,,,", f"王 强,,{SAME_DAY},,,,")
    assert standings(here) == [Standing.GOOD, Standing.GOOD, Standing.ALIKE]
    alike = here.alike(4)
    assert alike is not None and (alike.name, alike.row) == ("王强", 2)
    assert MAN not in alike.shown_no and "出生日期" in alike.shared.in_language("zh_CN")
    assert here.counts.alike == 1 and here.counts.rows == 3
    assert here.to_look_at == (4,)


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (f"王强,,{MAN},,,13900139000,", f"王强,,{ELSE},,,13900139000,", True),
        (f"王强,,{MAN},,,13900139000,", f"王强,,{ELSE},,,13900139001,", False),
        (f"王强,,{MAN},,,,", f"王强,,{ELSE},,,,", False),
        (f"王强,,{MAN},,,13900139000,", f"王小强,,{SAME_DAY},,,13900139000,", False),
        (f"王强,,{MAN},,,,", f"王强,,{with_check('11010119900101002')},,,,", False),
    ],
)
def test_a_name_alone_is_not_enough_for_a_person(first: str, second: str, alike: bool) -> None:
    here = people(first, second)
    assert here.standing(3) is (Standing.ALIKE if alike else Standing.GOOD)


def test_an_organisation_is_known_by_its_name_with_or_without_its_legal_form() -> None:
    head = "名称,统一社会信用代码,地区代码"
    here = listed(
        "\n".join(
            [
                head,
                f"云岭宏远物流有限公司,{code(1)},530102",
                f"云岭宏远物流（集团）股份有限公司,{code(2)},530102",
                f"云岭宏远物流有限公司,{code(3)},110101",
                f"云岭宏远物流股份有限公司,{code(4)},110102",
            ]
        )
    )
    assert here.standing(2) is Standing.GOOD
    assert here.standing(4) is Standing.ALIKE, "the same name in another region"
    assert here.standing(5) is Standing.GOOD, "another form of company in another region"


def test_nobody_is_taken_up_before_a_person_decides_and_nobody_is_merged(stage: Stage) -> None:
    here = people(f"王强,,{MAN},,,,", f"王强,,{SAME_DAY},,,,")
    (order,) = orders_of(here, fill=True, clock=stage.clock)
    assert [one.id_no for one in order.people] == [MAN]
    decided = amended(here, {}, others={3})
    (order,) = orders_of(decided, fill=False, clock=stage.clock)
    assert sorted(one.id_no for one in order.people) == sorted([MAN, SAME_DAY])
    assert amended(here, {}, out={2}).standing(3) is Standing.GOOD, "the first one was left out"
    assert amended(here, {}, out={3}).standing(3) is Standing.OUT


def test_what_was_decided_of_a_row_is_asked_again_once_it_is_typed_over() -> None:
    here = amended(people(f"王强,,{MAN},,,,", f"王强,,{SAME_DAY},,,,"), {}, others={3})
    assert here.standing(3) is Standing.GOOD
    typed = amended(here, {(3, "address"): "街一号"}, others=here.others)
    assert typed.standing(3) is Standing.ALIKE
    typed = amended(typed, {(3, "name"): "王强生"}, others=typed.others)
    assert typed.standing(3) is Standing.GOOD and typed.alike(3) is None


def test_who_is_here_is_told_by_name_and_shown_number(stage: Stage) -> None:
    born = {"sex": "M", "birth": date(1990, 1, 1)}
    known = person(stage, 1, name="王强", id_no=MAN, mobile="13900139000", **born)
    firm = RegisterOrganisation(stage.id(), stage.id(), "云岭宏远物流有限公司", code(1), "530102")
    stage.act(CLERK, VERB, batch(stage, known, organisations=(firm,)))
    rows = [
        f"王强,,{SAME_DAY},,,,",
        f"王强,,{with_check('11010119850101001')},,,13900139000,",
        f"王强,,{with_check('11010119830101003')},,,,",
        f"王强,,{MAN},,,,",
        f"云岭宏远物流股份有限公司,,{code(2)},,,,",
        f"云岭宏远物流有限公司,,{code(3)},,,,",
    ]
    here = looked_up(stage, people(*rows))
    said = " ".join(one.value for one in standings(here))
    assert said == "alike alike good meets good alike"
    for row in (2, 3):
        alike = here.alike(row)
        assert alike is not None and (alike.name, alike.row) == ("王强", 0)
        assert alike.shown_no == f"{MAN[:6]}**********{MAN[16:]}"
    alike = here.alike(7)
    assert alike is not None and alike.shown_no == code(1), "an organisation's number is public"


def test_the_store_is_asked_by_its_indexes_however_many_customers_it_has(stage: Stage) -> None:
    stage.act(CLERK, VERB, batch(stage, *(person(stage, n) for n in range(30))))
    rows = [
        f"客户{n},,{with_check(f'110101195001010{n:02d}')},,,13900139000," for n in range(10, 20)
    ]
    rows += [f"公司{n},,{code(n)},,,," for n in range(5)]
    here = people(*rows)
    said: list[str] = []
    raw = stage.store.write_engine.raw_connection()
    driver = raw.driver_connection
    raw.close()  # the engine of the one writer has this connection only
    assert driver is not None
    driver.set_trace_callback(said.append)
    try:
        with stage.store.desk_work() as session:
            found = alike_here(session, BRANCH, here.likenesses())
    finally:
        driver.set_trace_callback(None)
    asked = [one for one in said if "json_each" in one]
    assert len(asked) == len({likeness[0] for likeness in here.likenesses()}) == 4
    assert len(found) == 10 and walked(stage, asked) == []
    planted = "SELECT id FROM customer WHERE scope='a' AND birth='1990-01-01'"
    assert walked(stage, [planted]), "no index leads to a day of birth"
