"""Who must decide: shares over heads, the highest trigger, the reasons of that level only."""

from typing import Any

import pytest

from app.kit.errors.base import BranchError
from app.packs.authority import AuthorityTable
from app.packs.tariff import Tariff
from app.pricing.authority import Ruling, facts_of, ruling_of
from app.pricing.requests import request_of
from app.pricing.rules.quotation import price


def ruled(tree: Any, tariff: Tariff, table: AuthorityTable) -> Ruling:
    request = request_of(tree)
    return ruling_of(request, price(request, tariff), table)


def cohort(name: str, heads: int, **values: Any) -> dict[str, Any]:
    covers = [{"coverage": "GPA", "sum_insured": "10000"}]
    return {"cohort": name, "heads": heads, "class": 1, "age": 30, "covers": covers, **values}


@pytest.mark.parametrize(
    ("discretion", "level"),
    [
        ("0.95", 1), ("0.949999", 2), ("1.05", 1), ("1.050001", 2), ("0.85", 2), ("0.849999", 3),
        ("1.15", 2), ("1.150001", 3), ("0.70", 3), ("0.699999", 4), ("1.30", 3), ("1.300001", 4),
        ("1.50", 4),
    ],
)  # fmt: skip
def test_a_discretion_just_beyond_a_limit_needs_the_next_level(
    tree: Any, tariff: Tariff, authority: AuthorityTable, discretion: str, level: int
) -> None:
    tree["discretion"] = discretion
    tree["cohorts"] = [cohort("a", 150)]
    ruling = ruled(tree, tariff, authority)
    assert ruling.level == level
    reasons = [(r.trigger, r.value) for r in ruling.reasons]
    spoken = discretion if len(discretion) == 4 else discretion.rstrip("0")
    assert reasons == ([("discretion", spoken)] if level > 1 else [])


def test_shares_are_over_heads_and_half_up(
    tree: Any, tariff: Tariff, authority: AuthorityTable
) -> None:
    tree["cohorts"] = [cohort("a", 1888), cohort("b", 100, **{"class": 5}), cohort("c", 12, age=61)]
    request = request_of(tree)
    facts = facts_of(request, price(request, tariff), authority.measures)
    assert (facts.high_class_share, facts.old_share) == (500, 60)
    tree["cohorts"][0]["heads"] = 19_887
    facts = facts_of(request_of(tree), price(request_of(tree), tariff), authority.measures)
    assert (facts.high_class_share, facts.old_share) == (50, 6)


def test_a_loss_ratio_just_above_a_limit_needs_the_next_level(
    tree: Any, tariff: Tariff, authority: AuthorityTable
) -> None:
    tree["experience"] = {
        "GPA": {"life_years": 10, "loss_ratio": "0.60"},
        "GMA": {"life_years": 10, "loss_ratio": "0.600001"},
    }
    ruling = ruled(tree, tariff, authority)
    assert [(r.trigger, r.value) for r in ruling.reasons] == [("3y loss ratio", "0.600001")]
    assert ruling.level == 2
    assert len(ruling.trail) == 9


def test_only_death_sums_accumulate(tree: Any, tariff: Tariff, authority: AuthorityTable) -> None:
    tree["cohorts"][0]["covers"] = tree["cohorts"][0]["covers"][1:]
    request = request_of(tree)
    facts = facts_of(request, price(request, tariff), authority.measures)
    assert (facts.highest_sum_fen, facts.accumulation_fen) == (0, 0)


def test_a_table_of_another_time_does_not_decide(
    tree: Any, tariff: Tariff, authority: AuthorityTable
) -> None:
    request = request_of(tree)
    quotation = price(request, tariff)
    tree.update(start="2031-01-01", end="2031-06-30")
    with pytest.raises(BranchError) as caught:
        ruling_of(request_of(tree), quotation, authority)
    assert caught.value.code == "E-PRICE-AUTHORITY-DATES"


@pytest.mark.parametrize(("age", "share"), [(60, 0), (61, 10_000)])
def test_sixty_is_not_above_sixty(
    tree: Any, tariff: Tariff, authority: AuthorityTable, age: int, share: int
) -> None:
    tree["cohorts"] = [cohort("a", 100, age=age)]
    request = request_of(tree)
    assert facts_of(request, price(request, tariff), authority.measures).old_share == share
