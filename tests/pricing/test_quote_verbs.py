"""The life of a quote at both ends: priced, submitted, changed, and who may not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.approvals.queries import case_of
from app.kit.errors.base import BranchError
from app.pricing.actions import PriceQuote, SubmitQuote
from app.pricing.queries import quote_card
from tests.stage import (
    CLERK,
    COLLEAGUE,
    REVIEWER,
    STRANGER,
    Human,
    Stage,
    request_for,
    shipped_pricer,
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage.open(tmp_path)
    yield made
    made.close()


def refusal(stage: Stage, verb: str, order: object, who: Human = CLERK) -> str:
    with pytest.raises(BranchError) as refused:
        stage.act(who, f"pricing.{verb}", order)
    return refused.value.code


def test_both_ends_price_alike(stage: Stage) -> None:
    quote_id = stage.price(2)
    here = stage.read(quote_card, quote_id)
    assert (here.state, here.premium_fen, here.level) == ("priced", 12_960_00, 2)
    assert {answer.status for answer in stage.carry()} == {"ok"}
    there = stage.read_hub(quote_card, quote_id)
    assert (there.premium_fen, there.input_hash) == (here.premium_fen, here.input_hash)


def test_a_premium_other_than_shown_is_refused_at_both_ends(stage: Stage) -> None:
    order = PriceQuote(stage.id(), stage.id(), "X", request_for(1), "", 14_400_01)
    assert refusal(stage, "price_quote", order) == "E-QUOTE-PREMIUM"
    with pytest.raises(BranchError) as refused:
        stage.at_hub(CLERK, "pricing.price_quote", order)
    assert refused.value.code == "E-QUOTE-PREMIUM"


def test_the_roster_is_bound_into_the_hash(stage: Stage) -> None:
    hashes = set()
    for roster in ("", "a" * 64, "b" * 64):
        order = PriceQuote(stage.id(), stage.id(), "X", request_for(1), roster, 14_400_00)
        stage.act(CLERK, "pricing.price_quote", order)
        hashes.add(stage.read(quote_card, order.quote_id).input_hash)
    assert len(hashes) == 3


def test_a_quote_is_submitted_once_as_it_was_seen(stage: Stage) -> None:
    quote_id = stage.price(1)
    stale = SubmitQuote(quote_id, stage.id(), "0" * 64)
    assert refusal(stage, "submit_quote", stale) == "E-QUOTE-CHANGED"
    stage.submit(quote_id)
    shown = stage.read(quote_card, quote_id)
    again = SubmitQuote(quote_id, stage.id(), shown.input_hash)
    assert refusal(stage, "submit_quote", again) == "E-QUOTE-STATE"
    case = stage.read(case_of, "quote", quote_id)
    assert case is not None
    assert (case.subject_hash, case.needed, case.requester) == (shown.input_hash, 1, "C0001")


@pytest.mark.parametrize("state", ["approved", "declined", "submitted"])
def test_only_priced_and_returned_are_submitted(stage: Stage, state: str) -> None:
    quote_id = stage.price(1)
    stage.submit(quote_id)
    stage.carry()
    if state != "submitted":
        choice = "approve" if state == "approved" else "decline"
        order = stage.decision(quote_id, REVIEWER, 1, choice)  # type: ignore[arg-type]
        stage.at_hub(REVIEWER, "approvals.decide_case", order)
        stage.feed()
    quote = stage.read(quote_card, quote_id)
    assert quote.state == state
    assert refusal(
        stage, "submit_quote", SubmitQuote(quote_id, stage.id(), quote.input_hash)
    ) == "E-QUOTE-STATE"  # fmt: skip


def test_a_returned_quote_goes_again(stage: Stage) -> None:
    quote_id = stage.price(1)
    stage.submit(quote_id)
    stage.carry()
    order = stage.decision(quote_id, REVIEWER, 1, "return")
    stage.at_hub(REVIEWER, "approvals.decide_case", order)
    stage.feed()
    stage.submit(quote_id)
    assert stage.read(quote_card, quote_id).state == "submitted"


def test_pricing_again_takes_every_approval_with_it(stage: Stage) -> None:
    quote = stage.approved(2)
    case = stage.read(case_of, "quote", quote.id)
    stage.price(1, quote_id=quote.id)
    again = stage.read(quote_card, quote.id)
    assert (again.state, again.case_id) == ("priced", None)
    assert again.input_hash != quote.input_hash
    old = stage.read(case_of, "quote", quote.id)
    assert case is not None and old is not None and old.id == case.id
    assert old.state == "superseded"


def test_who_asks_has_priced(stage: Stage) -> None:
    quote_id = stage.price(1)
    shown = stage.read(quote_card, quote_id)
    order = SubmitQuote(quote_id, stage.id(), shown.input_hash)
    assert refusal(stage, "submit_quote", order, COLLEAGUE) == "E-QUOTE-PERSON"


def test_at_the_hub_another_office_neither_prices_nor_submits_this_quote(stage: Stage) -> None:
    quote_id = stage.price(1)
    stage.carry()
    shown = stage.read(quote_card, quote_id)
    price = PriceQuote(
        quote_id, stage.id(), "X", request_for(3), "", shipped_pricer()(request_for(3)).premium_fen
    )
    submit = SubmitQuote(quote_id, stage.id(), shown.input_hash)
    for verb, order in (("price_quote", price), ("submit_quote", submit)):
        with pytest.raises(BranchError) as refused:
            stage.at_hub(STRANGER, f"pricing.{verb}", order)
        assert refused.value.code == "E-ACCESS-OFFICE"
    assert stage.read_hub(quote_card, quote_id).premium_fen == shown.premium_fen


def test_hospital_groups_without_a_roster_cost_the_same_at_both_ends(stage: Stage) -> None:
    covers = [
        {"coverage": "GHI", "sum_insured": "15000", "social_insurance": False},
        {"coverage": "GHC", "daily": "100", "wait_days": 0},
    ]
    cohort = {"cohort": "a", "heads": 30, "class": 5, "age": 48, "job": None, "covers": covers}
    request = request_for(1, cohorts=[cohort])
    # 415 × 1.275 × 1.30 × 1.20 × 1.15 = 949.25 (949.2506) and 180 × 1.15 × 1.15 = 238.05 each.
    right = 30 * (949_25 + 238_05)
    order = PriceQuote(stage.id(), stage.id(), "X", request, "", right)
    stage.act(CLERK, "pricing.price_quote", order)
    stage.submit(order.quote_id)
    assert {answer.status for answer in stage.carry()} == {"ok"}
    here = stage.read(quote_card, order.quote_id)
    there = stage.read_hub(quote_card, order.quote_id)
    assert (there.premium_fen, there.input_hash, there.state) == (
        right,
        here.input_hash,
        "submitted",
    )
    assert there.lines == here.lines and there.unnamed == 30
    wrong = PriceQuote(stage.id(), stage.id(), "X", request, "", right - 1)
    with pytest.raises(BranchError) as refused:
        stage.at_hub(CLERK, "pricing.price_quote", wrong)
    assert refused.value.code == "E-QUOTE-PREMIUM"
