"""What the quote screen decides: the roster, the price with its trace, storing and submitting."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.approvals.queries import CaseCard, case_of
from app.customers.rules.id_types import read_id_types
from app.kit.calendar import last_day_after
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.roster import roster_not_good
from app.kit.ids import new_id
from app.packs.exact import exact_of
from app.packs.resources import resource_bytes
from app.pricing.actions import PriceQuote, SubmitQuote
from app.pricing.authority import ruling_of
from app.pricing.describe import quotation_json
from app.pricing.queries import QuoteCard, quote_card, quotes_here
from app.pricing.requests import request_json
from app.pricing.roster import (
    PersonPremium,
    PolicyTerms,
    RosterRequest,
    person_premiums,
    request_of_roster,
)
from app.pricing.roster_file import roster_bytes
from app.pricing.rules.quotation import Quotation, price
from app.pricing.sheet.form import Field, read_roster_form
from app.pricing.sheet.person import RosterRules
from app.pricing.sheet.preview import RosterPreview, read_roster, recheck
from ui.shell.ports import Desk

TARIFF = "T2026.1"
"""The tariff new quotes are priced with; its validity is judged by the first day of cover."""


@dataclass(frozen=True)
class TermsDraft:
    """The terms of a quote as typed; ``discretion`` is decimal text."""

    start: date
    end: date
    region: str
    discretion: str


@dataclass(frozen=True)
class PricedRoster:
    """A roster that was priced and not stored yet; ``answer`` has the names of ``price``."""

    roster: RosterRequest
    quotation: Quotation
    answer: Mapping[str, Any]
    premiums: tuple[PersonPremium, ...]


class QuotePresenter:
    """Quotes of this office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def usual_terms(self) -> TermsDraft:
        """Give what most quotes begin with: from tomorrow, twelve months, region B."""
        start = date.fromordinal(today(self._desk.clock).toordinal() + 1)
        return TermsDraft(start, last_day_after(start, 12), "B", "1.00")

    def end_for(self, start: date) -> date:
        """Give the last day of twelve months of cover."""
        return last_day_after(start, 12)

    def read_roster(self, content: bytes, start: date) -> RosterPreview:
        """Read a roster file; wrong rows are problems of the preview, nothing is stored."""
        return read_roster(content, self._rules(start))

    def mend(self, preview: RosterPreview, edits: Mapping[tuple[int, Field], str]) -> RosterPreview:
        """Judge the roster again after cells were typed over."""
        return recheck(preview, edits)

    def price(self, preview: RosterPreview, terms: TermsDraft) -> PricedRoster:
        """Price a good roster, offline; raises BranchError where a row or a term is wrong."""
        if preview.problems:
            raise BranchError(roster_not_good(len(preview.problems)))
        tariff = self._desk.packs.tariff(TARIFF)
        policy = PolicyTerms(
            tariff=TARIFF,
            start=terms.start,
            end=terms.end,
            region=terms.region,
            discretion=exact_of(terms.discretion),
            experience={},
        )
        roster = request_of_roster(preview.people, policy)
        quotation = price(roster.request, tariff)
        ruling = ruling_of(roster.request, quotation, self._desk.packs.authority())
        return PricedRoster(
            roster=roster,
            quotation=quotation,
            answer=quotation_json(roster.request, quotation, ruling, tariff),
            premiums=person_premiums(roster, quotation),
        )

    def keep(
        self,
        customer_id: UUID,
        customer_name: str,
        preview: RosterPreview,
        priced: PricedRoster,
        quote_id: UUID | None = None,
    ) -> UUID:
        """Store a priced quote with its list of people; a given quote is priced anew."""
        people = roster_bytes(preview.people, priced.premiums)
        sha256 = self._desk.keep_file(people, "json", "application/json", "roster.json")
        assert sha256 == hashlib.sha256(people).hexdigest()
        order = PriceQuote(
            quote_id=quote_id or new_id(self._desk.clock),
            customer_id=customer_id,
            customer_name=customer_name,
            request=dict(request_json(priced.roster.request)),
            roster_sha256=sha256,
            premium_fen=priced.quotation.policy_premium_fen,
        )
        self._desk.perform("pricing.price_quote", order)
        return order.quote_id

    def submit(self, quote_id: UUID) -> UUID:
        """Ask the approvers; gives the case."""
        quote = self.card(quote_id)
        order = SubmitQuote(quote_id, new_id(self._desk.clock), quote.input_hash)
        self._desk.perform("pricing.submit_quote", order)
        return order.case_id

    def card(self, quote_id: UUID) -> QuoteCard:
        """Give one quote."""
        return self._desk.read(quote_card, quote_id)

    def case(self, quote_id: UUID) -> CaseCard | None:
        """Give the newest approval case about a quote."""
        return self._desk.read(case_of, "quote", quote_id)

    def quotes(self) -> list[QuoteCard]:
        """List the quotes, the newest first."""
        return self._desk.read(quotes_here)

    def _rules(self, start: date) -> RosterRules:
        return RosterRules(
            form=read_roster_form(resource_bytes("rules/roster_headings.json")),
            id_types=read_id_types(resource_bytes("rules/id_types.json")),
            today=today(self._desk.clock),
            start=start,
            tariff=self._desk.packs.tariff(TARIFF),
        )
