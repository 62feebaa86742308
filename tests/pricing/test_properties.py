"""Laws every premium keeps, and a second engine written from domain.md alone that agrees."""

import math
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.kit.calendar import last_day_after
from app.kit.errors.base import BranchError
from app.packs.tariff import Tariff
from app.pricing.requests import request_of
from app.pricing.rules.quotation import Quotation, price
from tests.leaves import read_examples

FILED: Any = read_examples()["pricing"]
T: Any = FILED["tariff"]

often = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

starts = st.dates(date(2026, 1, 1), date(2030, 12, 31))
classes = st.integers(1, 6)
sums = st.integers(1, 2_000_000_00).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
decimals = st.integers(5000, 15000).map(lambda n: f"{n // 10000}.{n % 10000:04d}")


def accident() -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"coverage": st.just("GPA"), "sum_insured": sums})


def accident_medical() -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "coverage": st.just("GMA"),
            "sum_insured": sums,
            "deductible": st.sampled_from([0, 100, 200, 300, 500]),
            "pay_ratio": st.sampled_from([100, 90, 80, 70, 60, 50]),
            "social_share": st.integers(0, 10_000).map(lambda n: f"{n // 10000}.{n % 10000:04d}"),
        }
    )


def hospital_medical() -> st.SearchStrategy[Any]:
    between = st.integers(5_000_00, 50_000_00).map(lambda f: f"{f // 100}.{f % 100:02d}")
    knots = st.sampled_from(["5000", "10000", "20000", "30000", "50000"])
    return st.fixed_dictionaries(
        {
            "coverage": st.just("GHI"),
            "sum_insured": between | knots,
            "social_insurance": st.booleans(),
        }
    )


def hospital_cash() -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            "coverage": st.just("GHC"),
            "daily": st.integers(1, 1_000_00).map(lambda f: f"{f // 100}.{f % 100:02d}"),
            "wait_days": st.sampled_from([0, 3, 5]),
        }
    )


@st.composite
def requests(draw: st.DrawFn) -> Any:
    """A request the tariff can price, of any term, size and mix."""
    start = draw(starts)
    longest = (last_day_after(start, 12) - start).days
    one_of_each = (accident, accident_medical, hospital_medical, hospital_cash)
    cohorts = [
        {
            "cohort": str(number),
            "heads": draw(st.integers(3, 1500)),
            "class": draw(classes),
            "age": draw(st.integers(16, 65)),
            "job": draw(st.sampled_from([None, "会计", *T["job_factor"]])),
            "covers": [
                draw(make())
                for make in draw(st.lists(st.sampled_from(one_of_each), min_size=1, unique=True))
            ],
        }
        for number in range(draw(st.integers(1, 4)))
    ]
    past = st.fixed_dictionaries({"life_years": st.integers(0, 20_000), "loss_ratio": decimals})
    return {
        "tariff": "T2026.1",
        "start": start.isoformat(),
        "end": (start + timedelta(days=draw(st.integers(0, longest)))).isoformat(),
        "region": draw(st.sampled_from("ABC")),
        "discretion": draw(decimals),
        "experience": draw(
            st.dictionaries(st.sampled_from(["GPA", "GMA", "GHI", "GHC"]), past, max_size=4)
        ),
        "cohorts": cohorts,
    }


def quotation_of(tree: Any, tariff: Tariff) -> Quotation:
    """Price, leaving out what the bounds of the combined factor refuse."""
    try:
        return price(request_of(tree), tariff)
    except BranchError as refused:
        assert refused.code == "E-PRICE-COMBINED"
        assume(False)
        raise


# --- a second engine: fractions all the way, straight from the file of examples ---


def half_up(value: Fraction, places: int) -> Fraction:
    return Fraction(math.floor(value * 10**places + Fraction(1, 2)), 10**places)


def by_range(table: Any, number: int) -> Fraction:
    pairs = table.items() if isinstance(table, dict) else table
    for span, value in pairs:
        if span.startswith(">"):
            if number > int(span[1:]):
                return Fraction(value)
        elif int(span.split("-")[0]) <= number <= int(span.split("-")[1]):
            return Fraction(value)
    raise LookupError(number)


def second_experience(past: Any, code: str) -> Fraction:
    if past is None:
        return Fraction(1)
    years = Fraction(past["life_years"])
    weight = years / (years + T[code]["K"])
    factor = weight * Fraction(past["loss_ratio"]) / Fraction(T[code]["target_lr"]) + 1 - weight
    return min(max(half_up(factor, 4), Fraction("0.70")), Fraction("1.50"))


def second_term(code: str, start: date, end: date) -> Fraction:
    days = (end - start).days + 1
    if end == last_day_after(start, 12):
        return Fraction(1)
    if code == "GPA" and days < 15:
        return Fraction(days, 360) * Fraction("2.5")
    table = T[code]["short_table"]
    if table == "ST3":
        return Fraction(days, 365)
    months = next(n for n in range(1, 13) if end <= last_day_after(start, n))
    return Fraction(FILED["short_rate_tables"][table]["pct"][months - 1], 100)


def second_own(cohort: Any, cover: Any) -> Fraction:
    """Base times own factors, in yuan a year."""
    job_class, age = str(cohort["class"]), cohort["age"]
    match cover["coverage"]:
        case "GPA":
            rate = Fraction(T["GPA"]["rate_per_mille_by_class"][job_class]) / 1000
            job = Fraction(T["job_factor"].get(cohort["job"], "1"))
            loading = by_range(T["GPA"]["age_factor"], age)
            return Fraction(cover["sum_insured"]) * rate * loading * job
        case "GMA":
            gma, share = T["GMA"], Fraction(cover["social_share"])
            marks = sum(share >= Fraction(mark) for mark in ("0.2", "0.5", "0.8"))
            return (
                Fraction(cover["sum_insured"])
                / 1000
                * Fraction(gma["base_per_1000_SI_by_class"][job_class])
                * Fraction(gma["deductible_factor"][str(cover["deductible"])])
                * Fraction(gma["pay_ratio_factor"][str(cover["pay_ratio"])])
                * Fraction(gma["social_insurance_share_factor"][marks][1])
            )
        case "GHI":
            ghi = T["GHI"]
            social = Fraction(1 if cover["social_insurance"] else "1.30")
            return (
                by_range(ghi["base_SI10000_by_age"], age)
                * social
                * on_the_line(ghi["si_factor_knots_linear"], Fraction(cover["sum_insured"]))
                * Fraction(ghi["class_factor"][job_class])
            )
        case _:
            ghc = T["GHC"]
            wait = Fraction(ghc["wait_days_factor"][str(cover["wait_days"])])
            base = by_range(ghc["base_per_10yuan_day_by_age"], age)
            return base * Fraction(cover["daily"]) / 10 * wait


def on_the_line(knots: Any, total: Fraction) -> Fraction:
    points = [(Fraction(x), Fraction(y)) for x, y in knots.items()]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= total <= x1:
            return y0 + (y1 - y0) * (total - x0) / (x1 - x0)
    raise LookupError(total)


def second_engine(tree: Any) -> tuple[list[Fraction], Fraction]:
    """Give each line's premium per person and the policy's, in yuan."""
    heads = sum(cohort["heads"] for cohort in tree["cohorts"])
    start, end = date.fromisoformat(tree["start"]), date.fromisoformat(tree["end"])
    persons, total = [], Fraction(0)
    for cohort in tree["cohorts"]:
        for cover in cohort["covers"]:
            code = cover["coverage"]
            per_person = (
                second_own(cohort, cover)
                * by_range(T["size_factor"], heads)
                * second_experience(tree["experience"].get(code), code)
                * Fraction(T["region_factor"][tree["region"]])
                * Fraction(tree["discretion"])
                * second_term(code, start, end)
            )
            rounded = max(half_up(per_person, 2), Fraction(1))
            persons.append(rounded)
            total += rounded * cohort["heads"]
    return persons, max(total, Fraction(100))


@often
@given(tree=requests())
def test_a_second_engine_agrees_to_the_fen(tree: Any, tariff: Tariff) -> None:
    quotation = quotation_of(tree, tariff)
    persons, total = second_engine(tree)
    assert [Fraction(line.per_person_fen, 100) for line in quotation.lines] == persons
    assert Fraction(quotation.policy_premium_fen, 100) == total


@often
@given(tree=requests())
def test_lines_add_up_and_nothing_is_below_its_minimum(tree: Any, tariff: Tariff) -> None:
    quotation = quotation_of(tree, tariff)
    total = sum(line.per_person_fen * line.cohort.heads for line in quotation.lines)
    assert total == quotation.sum_of_lines_fen
    assert quotation.policy_premium_fen == max(total, 100_00)
    assert quotation.minimum_applied == (total < 100_00)
    for line in quotation.lines:
        num, den = line.raw
        assert num >= 0
        assert line.per_person_fen >= 100
        if not line.minimum_applied:
            assert abs(2 * (line.per_person_fen * den - num)) <= den


@often
@given(tree=requests(), more=st.integers(1, 1_000_000))
def test_a_higher_sum_never_costs_less(tree: Any, more: int, tariff: Tariff) -> None:
    before = quotation_of(tree, tariff)
    for cohort in tree["cohorts"]:
        for cover in cohort["covers"]:
            key = "daily" if "daily" in cover else "sum_insured"
            raised = Fraction(cover[key]) + Fraction(more, 100)
            if cover["coverage"] == "GHI":
                raised = min(raised, Fraction(50_000))
            cover[key] = f"{math.floor(raised * 100) // 100}.{math.floor(raised * 100) % 100:02d}"
    after = quotation_of(tree, tariff)
    for low, high in zip(before.lines, after.lines, strict=True):
        assert low.per_person_fen <= high.per_person_fen


@often
@given(tree=requests(), days=st.integers(1, 300))
def test_a_longer_cover_never_costs_less(tree: Any, days: int, tariff: Tariff) -> None:
    before = quotation_of(tree, tariff)
    start, end = date.fromisoformat(tree["start"]), date.fromisoformat(tree["end"])
    tree["end"] = min(end + timedelta(days=days), last_day_after(start, 12)).isoformat()
    after = quotation_of(tree, tariff)
    for short, long in zip(before.lines, after.lines, strict=True):
        assert short.per_person_fen <= long.per_person_fen


@pytest.mark.parametrize("age", [0, 9, 15])
def test_a_child_pays_the_rate_of_class_two(tree: Any, tariff: Tariff, age: int) -> None:
    tree["cohorts"][0].update({"age": age, "class": 5, "covers": tree["cohorts"][0]["covers"][:1]})
    line = price(request_of(tree), tariff).lines[0]
    steps = {name: factor.text for name, factor in line.rating.steps}
    assert (steps["rate_per_mille"], steps["age_factor"]) == ("0.75", "1.00")
    assert line.per_person_fen == 150_00


@pytest.mark.parametrize(
    ("end", "term"),
    [
        ("2026-05-14", "daily: 2.5*14/360"),
        ("2026-05-15", "ST2[1 months]=20% (0 full + 15 days)"),
        ("2026-05-31", "ST2[1 months]=20%"),
        ("2026-06-01", "ST2[2 months]=30% (1 full + 1 days)"),
        ("2027-04-29", "ST2[12 months]=100% (11 full + 29 days)"),
        ("2027-04-30", "12 full months = 100%"),
    ],
)
def test_the_term_changes_where_the_tariff_says(
    tree: Any, tariff: Tariff, end: str, term: str
) -> None:
    tree.update(start="2026-05-01", end=end)
    tree["cohorts"][0]["covers"] = tree["cohorts"][0]["covers"][:1]
    line = price(request_of(tree), tariff).lines[0]
    assert dict(line.rating.steps)["term"].text == term


def test_a_year_over_the_leap_day_costs_the_annual_premium_by_every_table(
    tree: Any, tariff: Tariff
) -> None:
    tree.update(start="2028-02-29", end="2029-02-28")
    quotation = price(request_of(tree), tariff)
    assert quotation.days == 366
    terms = {dict(line.rating.steps)["term"].text for line in quotation.lines}
    assert terms == {"12 full months = 100%"}


@pytest.mark.parametrize("discretion", ["0.50", "2.00"])
def test_the_bounds_of_the_combined_factor_are_still_inside(
    tree: Any, tariff: Tariff, discretion: str
) -> None:
    tree["discretion"] = discretion
    tree["cohorts"][0]["covers"] = tree["cohorts"][0]["covers"][:1]
    per_person = price(request_of(tree), tariff).lines[0].per_person_fen
    assert per_person == Fraction(discretion) * 150_00


@pytest.mark.parametrize(
    ("share", "factor"),
    [
        ("0.199999", "1.00"), ("0.20", "0.97"), ("0.499999", "0.97"), ("0.50", "0.93"),
        ("0.799999", "0.93"), ("0.80", "0.90"), ("1", "0.90"), ("0", "1.00"),
    ],
)  # fmt: skip
def test_a_share_on_a_mark_has_the_factor_of_the_mark(
    tree: Any, tariff: Tariff, share: str, factor: str
) -> None:
    tree["cohorts"][0]["covers"][1]["social_share"] = share
    line = price(request_of(tree), tariff).lines[1]
    assert dict(line.rating.steps)["social_share_factor"].text == factor
