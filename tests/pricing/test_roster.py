"""A roster priced by cells costs every person what they would cost alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kit.calendar import age_on
from app.kit.errors.base import BranchError
from app.kit.money import Fen
from app.packs.exact import exact_of
from app.packs.tariff import Tariff
from app.pricing.requests import AccidentCover, AccidentMedicalCover, request_json, request_of
from app.pricing.roster import (
    InsuredPerson,
    PolicyTerms,
    person_premiums,
    request_of_roster,
    social_share,
)
from app.pricing.rules.basis import basis_of
from app.pricing.rules.premium import premium_of
from app.pricing.rules.quotation import price

START = date(2026, 6, 1)
TERMS = PolicyTerms("T2026.1", START, date(2027, 5, 31), "B", exact_of("0.95", 2), {})


def person(**values: Any) -> InsuredPerson:
    row: dict[str, Any] = {
        "name": "王一", "id_type": "111", "id_no": "79010119900307051X", "sex": "M",
        "birth": date(1990, 3, 7), "job": None, "job_class": 2, "gpa_si_fen": 200_000_00,
        "gma_si_fen": 20_000_00, "deductible_yuan": 100, "pay_ratio": 90, "social": True,
    }  # fmt: skip
    return InsuredPerson(**(row | values))


@st.composite
def people(draw: st.DrawFn) -> list[InsuredPerson]:
    jobs = [None, "", "会计", "打磨抛光", "营业货车驾驶"]
    rows = []
    for _ in range(draw(st.integers(3, 40))):
        gpa = draw(st.sampled_from([None, 100_000_00, 200_000_00]))
        gma = draw(st.sampled_from([None, 10_000_00, 20_000_00]))
        rows.append(
            person(
                birth=START - timedelta(days=draw(st.integers(0, 70 * 365))),
                job=draw(st.sampled_from(jobs)),
                job_class=draw(st.integers(1, 6)),
                gpa_si_fen=gpa if gpa or gma else 300_000_00,
                gma_si_fen=gma,
                deductible_yuan=draw(st.sampled_from([0, 100, 500])),
                pay_ratio=draw(st.sampled_from([100, 80, 50])),
                social=draw(st.booleans()),
            )
        )
    return rows


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=people())
def test_cells_cost_what_persons_cost_one_by_one(rows: list[InsuredPerson], tariff: Tariff) -> None:
    roster = request_of_roster(rows, TERMS)
    quotation = price(roster.request, tariff)
    premiums = person_premiums(roster, quotation)
    share = social_share(rows)
    for row, premium in zip(rows, premiums, strict=True):
        alone = basis_of(roster.request, tariff)
        age = age_on(row.birth, START)
        gpa = gma = None
        if row.gpa_si_fen is not None:
            cover = AccidentCover(Fen(row.gpa_si_fen))
            gpa = premium_of(alone, row.job_class, age, row.job, cover, 0)[1]
        if row.gma_si_fen is not None:
            medical = AccidentMedicalCover(
                Fen(row.gma_si_fen), row.deductible_yuan or 0, row.pay_ratio or 0, share
            )
            gma = premium_of(alone, row.job_class, age, row.job, medical, 0)[1]
        assert (premium.gpa_fen, premium.gma_fen) == (gpa, gma)
        assert premium.total_fen == (gpa or 0) + (gma or 0)
    assert sum(premium.total_fen for premium in premiums) == quotation.sum_of_lines_fen
    assert roster.request.heads == len(rows)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=people())
def test_the_request_of_a_roster_can_be_priced_from_a_file(
    rows: list[InsuredPerson], tariff: Tariff
) -> None:
    request = request_of_roster(rows, TERMS).request
    again = request_of(request_json(request))
    assert price(again, tariff).policy_premium_fen == price(request, tariff).policy_premium_fen


def test_people_who_are_priced_alike_share_a_cohort() -> None:
    rows = [
        person(),
        person(birth=date(1991, 6, 1)),  # turns 35 on the first day
        person(birth=date(1991, 6, 2)),  # turns 35 on the second
        person(job=""),
        person(gma_si_fen=None, deductible_yuan=100),
        person(gma_si_fen=None, deductible_yuan=None, pay_ratio=None),
    ]
    roster = request_of_roster(rows, TERMS)
    assert roster.cohort_of == (0, 1, 2, 0, 3, 3)
    assert [c.age for c in roster.request.cohorts] == [36, 35, 34, 36]
    assert [c.heads for c in roster.request.cohorts] == [2, 1, 1, 2]
    assert [len(c.covers) for c in roster.request.cohorts] == [2, 2, 2, 1]


def test_a_sum_of_zero_is_a_cover_not_bought(tariff: Tariff) -> None:
    rows = [person(gpa_si_fen=0), person(gma_si_fen=0, pay_ratio=None), person()]
    roster = request_of_roster(rows, TERMS)
    premiums = person_premiums(roster, price(roster.request, tariff))
    bought = [(p.gpa_fen is not None, p.gma_fen is not None) for p in premiums]
    assert bought == [(False, True), (True, False), (True, True)]


@pytest.mark.parametrize(
    ("insured", "people_", "text"),
    [(4, 5, "0.80"), (7_999, 9_999, "0.799979"), (0, 3, "0.00"), (3, 3, "1.00")],
)
def test_the_share_of_social_insurance_is_never_rounded_up(
    insured: int, people_: int, text: str
) -> None:
    rows = [person(social=number < insured) for number in range(people_)]
    assert social_share(rows).text == text


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"gpa_si_fen": None, "gma_si_fen": None}, "a sum insured"),
        ({"gpa_si_fen": 0, "gma_si_fen": 0}, "a sum insured"),
        ({"gpa_si_fen": -1}, "a sum insured"),
        ({"deductible_yuan": None}, "the deductible"),
        ({"pay_ratio": None}, "the pay ratio"),
    ],
)
def test_a_person_who_lacks_something_is_named(values: dict[str, Any], named: str) -> None:
    with pytest.raises(BranchError) as caught:
        request_of_roster([person(), person(), person(**values)], TERMS)
    assert caught.value.code == "E-PRICE-ROSTER-ROW"
    assert caught.value.problem.what.in_language("en") == (
        f"Person 3 on the roster: {named} is missing."
    )


def test_an_empty_roster_and_one_that_is_too_long_are_refused() -> None:
    with pytest.raises(BranchError) as caught:
        request_of_roster([], TERMS)
    assert caught.value.code == "E-PRICE-ROSTER-EMPTY"
    assert len(request_of_roster([person()] * 10_000, TERMS).cohort_of) == 10_000
    with pytest.raises(BranchError) as caught:
        request_of_roster([person()] * 10_001, TERMS)
    assert caught.value.code == "E-PRICE-ROSTER-LONG"
