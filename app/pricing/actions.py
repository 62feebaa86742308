"""Verbs of the quote: price it, submit it, and what an approval does to it.

The hub runs the same verbs with its own packs: it prices again and refuses a premium that differs
from the one the branch showed.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.queries import names_of_people
from app.approvals.actions import open_case, supersede_cases
from app.approvals.queries import case_of
from app.customers.further import Forms, FurtherValue, no_forms
from app.kit.errors.access import not_allowed
from app.kit.errors.base import BranchError
from app.kit.errors.quotes import premium_differs, quote_changed, quote_of_other, quote_state
from app.kit.money import yuan_grouped, yuan_text
from app.pricing.further import further_terms
from app.pricing.quoting import (
    APPROVED,
    DECLINED,
    PRICED,
    PROVISIONAL,
    RETURNED,
    SUBMITTABLE,
    SUBMITTED,
    Priced,
    Pricer,
    bound_hash,
)
from app.pricing.records import Quote
from app.store.work import Changes, Work


@dataclass(frozen=True)
class PriceQuote:
    """Order: price a request for a customer; ``premium_fen`` is what the desk showed."""

    quote_id: UUID
    customer_id: UUID
    customer_name: str
    request: dict[str, Any]
    roster_sha256: str
    premium_fen: int
    further: tuple[FurtherValue, ...] = ()
    """The terms head office added to the form, as typed."""


@dataclass(frozen=True)
class SubmitQuote:
    """Order: ask the approvers; ``input_hash`` is the state the clerk saw."""

    quote_id: UUID
    case_id: UUID
    input_hash: str


def price_quote(
    work: Work, order: PriceQuote, *, pricer: Pricer, forms: Forms = no_forms
) -> Changes:
    """Price a request and keep it as the quote's new state.

    An approval of older inputs is gone with them. Raises BranchError E-QUOTE-PREMIUM where this
    end's tariff gives another premium than the one that was shown, E-QUOTE-FIELD and E-FORM-RULE
    for further terms this end's form does not take, and what pricing raises.
    """
    priced = pricer(order.request)
    if priced.premium_fen != order.premium_fen:
        raise BranchError(
            premium_differs(yuan_text(order.premium_fen), yuan_text(priced.premium_fen))
        )
    quote = work.session.scalars(select(Quote).where(Quote.id == order.quote_id)).first()
    if quote is not None:
        _refuse_other_office(work, quote, "pricing.price_quote")
    if quote is None:
        quote = Quote(scope=work.scope, id=order.quote_id, state=PRICED)
        _fill(quote, order, priced, work)
        work.session.add(quote)
    else:
        supersede_cases(work, "quote", quote.id)
        quote.state, quote.case_id = PRICED, None
        _fill(quote, order, priced, work)
    further = further_terms(work, quote.id, priced, order.further, forms)
    return Changes.of(quote, *further)


def submit_quote(work: Work, order: SubmitQuote) -> Changes:
    """Ask the line of approvers about the quote as it is.

    Raises BranchError E-QUOTE-PERSON where another person priced it: who asks is then the one who
    priced, and nobody who priced can be among those who decide.
    """
    quote = _quote(work, order.quote_id)
    _refuse_other_office(work, quote, "pricing.submit_quote")
    if quote.state not in SUBMITTABLE:
        raise BranchError(quote_state(quote.state))
    if quote.input_hash != order.input_hash:
        raise BranchError(quote_changed())
    if quote.priced_by != work.actor.person:
        raise BranchError(quote_of_other(names_of_people(work.session).of(quote.priced_by)))
    case = open_case(
        work,
        case_id=order.case_id,
        subject_kind="quote",
        subject_id=quote.id,
        subject_hash=quote.input_hash,
        summary=f"{quote.customer_name} · {yuan_grouped(quote.premium_fen)}",
        needed=quote.level,
    )
    quote.state, quote.case_id = SUBMITTED, case.id
    return Changes.of(quote, case)


def quote_approved(work: Work, quote_id: UUID) -> Changes:
    """Take an approval over; at the branch it is provisional until the hub ran it too."""
    quote = _quote(work, quote_id)
    quote.state = APPROVED if work.side == "hub" else PROVISIONAL
    return Changes.of(quote)


def quote_returned(work: Work, quote_id: UUID) -> Changes:
    """Give the quote back to the clerk for changes."""
    quote = _quote(work, quote_id)
    quote.state = RETURNED
    return Changes.of(quote)


def quote_declined(work: Work, quote_id: UUID) -> Changes:
    """Close the quote for its inputs."""
    quote = _quote(work, quote_id)
    quote.state = DECLINED
    return Changes.of(quote)


def requester_and_approvers(work: Work, quote_id: UUID) -> dict[str, frozenset[str]]:
    """Say who priced and who decided a quote, for the separation of duties."""
    quote = _quote(work, quote_id)
    case = case_of(work.session, "quote", quote_id)
    approvers = frozenset(step.person for step in case.steps) if case else frozenset()
    return {"requester": frozenset({quote.priced_by}), "approver": approvers}


def _fill(quote: Quote, order: PriceQuote, priced: Priced, work: Work) -> None:
    quote.customer_id, quote.customer_name = order.customer_id, order.customer_name
    quote.request, quote.roster_sha256 = priced.request, order.roster_sha256
    quote.people = priced.people
    quote.cover_from, quote.cover_to = priced.cover_from, priced.cover_to
    typed = ((one.key, one.value) for one in order.further)
    quote.input_hash = bound_hash(priced.input_hash, order.roster_sha256, typed)
    quote.tariff_id, quote.tariff_version = priced.tariff_id, priced.tariff_version
    quote.tariff_sha256 = priced.tariff_sha256
    quote.premium_fen, quote.minimum_applied = priced.premium_fen, priced.minimum_applied
    quote.lines, quote.reasons = priced.lines, priced.reasons
    quote.level, quote.level_name = priced.level, priced.level_name
    quote.priced_by, quote.priced_at = work.actor.person, work.at


def _refuse_other_office(work: Work, quote: Quote, action: str) -> None:
    """Refuse a quote of another office: the hub has them all, and ids are only names."""
    if quote.scope != work.scope:
        raise BranchError(not_allowed(action, "office"))


def _quote(work: Work, quote_id: UUID) -> Quote:
    return work.session.scalars(select(Quote).where(Quote.id == quote_id)).one()
