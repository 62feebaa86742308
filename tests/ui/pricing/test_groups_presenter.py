"""Groups by form through the presenter: the worked quotes to the fen, and both ends alike."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.assembly.demo_people import demo_branch
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.money import fen_of
from app.pricing.groups import GROUP_FIELDS, GroupField, TypedGroup
from tests.leaves import read_examples
from tests.ui.contract_site import Branch
from ui.pricing.presenter import PastDraft, QuoteDraft, QuotePresenter, TermsDraft
from ui.pricing.texts import step_value

QUOTES: Any = read_examples()["pricing"]["quotes"]  # type: ignore[index,call-overload]
BY_FORM = range(len(QUOTES))
CELLS: dict[str, dict[str, GroupField]] = {
    "GPA": {"sum_insured": "gpa_sum"},
    "GMA": {
        "sum_insured": "gma_sum",
        "deductible": "deductible",
        "pay_ratio": "pay_ratio",
        "social_share": "social_share",
    },
    "GHI": {"sum_insured": "ghi_sum", "social_insurance": "social"},
    "GHC": {"daily": "ghc_daily", "wait_days": "wait_days"},
}


def typed(cohort: Any) -> TypedGroup:
    """Type a cohort of a worked quote as a clerk would."""
    cells: dict[GroupField, str] = {
        "heads": str(cohort["heads"]),
        "job_class": str(cohort["class"]),
        "age": str(cohort["age"]),
        "job": cohort["job"] or "",
    }
    for cover in cohort["covers"]:
        for key, cell in CELLS[cover["coverage"]].items():
            value = cover[key]
            cells[cell] = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return TypedGroup(tuple(cells.get(name, "") for name in GROUP_FIELDS))


def terms_of(request: Any) -> TermsDraft:
    start, end = (date.fromisoformat(str(request[key])) for key in ("start", "end"))
    past = tuple(
        PastDraft(code, str(one["life_years"]), int(Decimal(str(one["loss_ratio"])) * 10_000))
        for code, one in request["experience"].items()
    )
    return TermsDraft(start, end, str(request["region"]), str(request["discretion"]), past)


@pytest.fixture
def presenter(branch: Branch) -> QuotePresenter:
    return QuotePresenter(branch.seat("clerk"))


@pytest.mark.parametrize("number", BY_FORM)
def test_a_worked_quote_typed_as_groups_comes_out_to_the_fen(
    examples: Any, presenter: QuotePresenter, number: int
) -> None:
    quote = examples["pricing"]["quotes"][number]
    work = presenter.read_groups(tuple(typed(one) for one in quote["request"]["cohorts"]))
    assert work.good and work.read.heads == quote["headcount"]
    priced = presenter.price(None, terms_of(quote["request"]), work)
    assert priced.quotation.policy_premium_fen == fen_of(quote["policy_premium"])
    assert priced.answer["approval_level"] == quote["approval_level"]
    assert priced.premiums == ()
    lines = priced.answer["lines"]
    assert len(lines) == len(quote["lines"])
    for said, line in zip(quote["lines"], lines, strict=True):
        for key in said:
            if key != "cohort":
                assert said[key] == line[key], key


def test_the_hospital_quotes_are_among_them() -> None:
    covers = {
        cover["coverage"]
        for number in BY_FORM
        for cohort in QUOTES[number]["request"]["cohorts"]
        for cover in cohort["covers"]
    }
    assert len(BY_FORM) == 16 and covers == {"GPA", "GMA", "GHI", "GHC"}


def test_both_ends_price_hospital_groups_alike_and_the_quote_comes_back_whole(
    branch: Branch, presenter: QuotePresenter
) -> None:
    clerk, site = branch.seat("clerk"), branch.site
    group = demo_branch(size=0, seed=241, on=today(site.clock)).group
    clerk.perform("customers.register_organisation", group)
    cohorts = [*QUOTES[11]["request"]["cohorts"], *QUOTES[13]["request"]["cohorts"]]
    work = presenter.read_groups(tuple(typed(one) for one in cohorts))
    terms = presenter.usual_terms()
    priced = presenter.price(None, terms, work)
    quote_id: UUID = presenter.keep(group.customer_id, group.name, None, priced)
    card = presenter.card(quote_id)
    assert card.roster_sha256 == "" and card.unnamed == card.people == 111 + 162
    presenter.submit(quote_id)
    site.branch.sync()
    there = presenter.card(quote_id)
    assert not there.pending and there.lines == card.lines
    assert there.premium_fen == priced.quotation.policy_premium_fen
    workings = presenter.workings(there)
    assert workings is not None and workings.premium_fen == there.premium_fen
    assert {line.cover for line in workings.lines} == {"GHI", "GHC"}

    draft = presenter.begin_again(there)
    assert draft.roster == "" and draft.quote == quote_id.hex
    again = presenter.price(None, terms, presenter.read_groups(draft.groups))
    assert again.answer["input_hash"] == priced.answer["input_hash"]


def test_wrong_groups_and_nobody_at_all_are_not_priced(presenter: QuotePresenter) -> None:
    terms = presenter.usual_terms()
    row = typed(QUOTES[13]["request"]["cohorts"][0])
    for wrong, code in ((row.typed("age", ""), "E-PRICE-MISSING"),
                        (row.typed("heads", "2"), "E-PRICE-GROUP"),
                        (TypedGroup(), "E-PRICE-EMPTY")):  # fmt: skip
        with pytest.raises(BranchError) as refused:
            presenter.price(None, terms, presenter.read_groups((wrong,)))
        assert refused.value.code == code


def test_a_draft_keeps_every_cell_by_its_name() -> None:
    rows = (typed(QUOTES[11]["request"]["cohorts"][3]), TypedGroup())
    draft = QuoteDraft(customer="ab", groups=rows)
    assert QuoteDraft.of(draft.texts()) == draft
    older = tuple(pair for pair in draft.texts() if pair[0] != "groups")
    assert QuoteDraft.of(older).groups == (), "a draft of before knows no groups"
    assert not QuoteDraft(groups=(TypedGroup(),)).begun
    assert QuoteDraft(groups=rows).begun


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: str(quote["id"]))
def test_every_term_of_the_worked_quotes_is_said_in_words(quote: Any) -> None:
    for line in quote["lines"]:
        said = str(step_value("term", line["term"]))
        assert not any(word in said for word in ("month", "day", "full")), said
    assert step_value("size", "1.05") == "1.05"
