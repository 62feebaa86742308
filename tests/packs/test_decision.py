"""The authority table decides at every limit as domain.md 3.3 says, and never guesses."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError, BugError
from app.packs.authority import TRIGGERS, AuthorityTable
from app.packs.decision import DecisionTable
from app.packs.reading import Reading
from app.packs.shipped import shipped_packs
from tests.packs.conftest import NOW

WAN = 10_000 * 100
"""Ten thousand yuan in fen."""

# Written by hand from domain.md 3.3: (highest value of L1, of L2, of L3); beyond is L4.
UPPER: Mapping[str, tuple[int, int, int]] = {
    "SI per person": (30 * WAN, 50 * WAN, 100 * WAN),
    "policy premium": (10 * WAN, 30 * WAN, 100 * WAN),
    "max occupation class": (3, 4, 5),
    "share of class 5-6": (0, 1000, 3000),
    "share of age>60": (0, 500, 1500),
    "age>65 present": (65, 65, 65),
    "3y loss ratio": (6000, 8000, 10_000),
    "location accumulation": (5000 * WAN, 15_000 * WAN, 50_000 * WAN),
}
DISCRETION = ((9500, 10_500), (8500, 11_500), (7000, 13_000), (5000, 15_000))
HIGHEST = {"max occupation class": 6, "share of class 5-6": 10_000, "share of age>60": 10_000}
LOWEST = {"max occupation class": 1}


@pytest.fixture(scope="module")
def table() -> AuthorityTable:
    return shipped_packs(FixedClock(NOW)).authority()


def level(table: AuthorityTable, trigger: str, value: int) -> Any:
    return table.decide(trigger, value).outputs["level"]


@pytest.mark.parametrize("trigger", sorted(UPPER))
def test_every_limit_holds_on_both_sides(table: AuthorityTable, trigger: str) -> None:
    limits = UPPER[trigger]
    highest = HIGHEST.get(trigger, 10**15)
    values = {LOWEST.get(trigger, 0), highest}
    values |= {limit + step for limit in limits for step in (-1, 0, 1)}
    for value in sorted(v for v in values if LOWEST.get(trigger, 0) <= v <= highest):
        expected = next((n for n, limit in enumerate(limits, 1) if value <= limit), 4)
        assert level(table, trigger, value) == expected, value


def test_every_discretion_has_its_level(table: AuthorityTable) -> None:
    for value in range(4990, 15_011, 5):
        allowed = [n for n, (low, high) in enumerate(DISCRETION, 1) if low <= value <= high]
        if allowed:
            assert level(table, "discretion", value) == allowed[0], value
        else:
            with pytest.raises(BranchError) as caught:
                table.decide("discretion", value)
            assert caught.value.code == "E-RULE-NO-ROW"
    for low, high in DISCRETION:
        edges = [level(table, "discretion", value) for value in (low, high)]
        assert edges == [DISCRETION.index((low, high)) + 1] * 2


def test_the_table_covers_every_trigger_and_the_oracle_too(table: AuthorityTable) -> None:
    assert {*UPPER, "discretion"} == set(TRIGGERS)
    assert {row["trigger"] for row in table.table.rows} == set(TRIGGERS)


@pytest.mark.parametrize("value", [-1, 10**15 + 1, 10**30])
def test_a_number_beyond_the_column_is_no_match(table: AuthorityTable, value: int) -> None:
    with pytest.raises(BranchError) as caught:
        table.decide("policy premium", value)
    assert caught.value.code == "E-RULE-NO-ROW"


@pytest.mark.parametrize("value", ["10500", 1.05, True, None, "1.05"])
def test_a_value_of_another_type_is_our_own_fault(table: AuthorityTable, value: Any) -> None:
    with pytest.raises(BugError):
        table.decide("discretion", value)


def test_unknown_words_and_missing_values_are_our_own_fault(table: AuthorityTable) -> None:
    with pytest.raises(BugError):
        table.decide("mood", 3)
    with pytest.raises(BugError):
        table.table.decide(trigger="discretion")
    with pytest.raises(BugError):
        table.table.decide(trigger="discretion", value=10_000, more=1)


def test_a_decision_keeps_the_row_that_made_it(table: AuthorityTable) -> None:
    decision = table.decide("discretion", 9499)
    assert (decision.row, decision.table) == (2, "authority")
    assert decision.cells == {"trigger": "discretion", "value": "[8500..11500]"}
    assert decision.inputs == {"trigger": "discretion", "value": 9499}
    assert table.name_of(2).startswith("L2 ")


@pytest.mark.parametrize(
    ("cell", "holds"),
    [
        ("5", [5]),
        ("> 5", [6, 7, 8, 9]),
        (">=5", [5, 6, 7, 8, 9]),
        ("< 2", [0, 1]),
        ("<= 2", [0, 1, 2]),
        ("[2..4]", [2, 3, 4]),
        ("(2..4]", [3, 4]),
        ("[2..4)", [2, 3]),
        ("(2..4)", [3]),
    ],
)
def test_the_engine_understands_every_form_of_cell_we_let_in(cell: str, holds: list[int]) -> None:
    content = {
        "inputs": {"n": {"whole_number": [0, 9]}},
        "outputs": {"yes": {"one_of": ["yes", "no"]}},
        "rows": [{"n": cell, "yes": "yes"}],
    }
    table = DecisionTable("forms", Reading(content, "rules/forms.json"))
    found = []
    for n in range(10):
        try:
            found.append(n) if table.decide(n=n).outputs["yes"] == "yes" else None
        except BranchError as none:
            assert none.code == "E-RULE-NO-ROW"
    assert found == holds


def test_the_first_row_that_holds_decides() -> None:
    content = {
        "inputs": {"n": {"whole_number": [0, 9]}},
        "outputs": {"level": {"whole_number": [1, 9]}},
        "rows": [{"n": "[0..4]", "level": 1}, {"n": "[0..9]", "level": 2}],
    }
    table = DecisionTable("order", Reading(content, "rules/order.json"))
    assert [table.decide(n=n).outputs["level"] for n in (0, 4, 5, 9)] == [1, 1, 2, 2]
