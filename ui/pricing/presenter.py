"""What the quote screen decides: the roster, the price with its trace, storing and submitting."""

import csv
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

from app.approvals.queries import CaseCard, case_of
from app.customers.further import FurtherValue
from app.customers.queries import CustomerLine, find_customers
from app.customers.rules.id_types import IdTypes, read_id_types
from app.kit.calendar import last_day_after
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.pricing import decimal_not_readable
from app.kit.errors.roster import roster_not_good
from app.kit.ids import new_id
from app.kit.money import yuan_text
from app.kit.words import Text
from app.packs.exact import Exact, decimal_text, exact_of
from app.packs.form_needs import TERMS
from app.packs.form_values import told
from app.packs.forms import FormSpec, HandbookPlace
from app.packs.in_force import FormsInForce
from app.packs.resources import resource_bytes
from app.pricing.actions import PriceQuote, SubmitQuote
from app.pricing.authority import ruling_of
from app.pricing.describe import quotation_json
from app.pricing.groups import (
    GROUP_FIELDS,
    GroupsRead,
    TypedGroup,
    read_groups,
    typed_group,
)
from app.pricing.queries import QuoteCard, quote_card, quote_here, quotes_here
from app.pricing.quoting import bound_hash
from app.pricing.requests import PastClaims, PriceRequest, input_hash, request_json, request_of
from app.pricing.roster import (
    PersonPremium,
    PolicyTerms,
    groups_beside,
    person_premiums,
    request_of_roster,
    request_with_groups,
)
from app.pricing.roster_file import RosterEntry, roster_bytes, roster_of
from app.pricing.rules.quotation import Quotation, price
from app.pricing.sheet.form import FIELDS, Field, RosterForm, read_roster_form
from app.pricing.sheet.person import RosterRules
from app.pricing.sheet.preview import RosterPreview, read_roster, recheck
from ui.forms.reading import typed_text
from ui.pricing.workings import Workings, workings_of
from ui.shell.ports import Desk
from ui.shell.seen_records import SeenRecords

Told = tuple[tuple[Text, Text], ...]
"""Label and value of further terms, ready to read."""
NEW_QUOTE = "pricing.new_quote"
"""The key of the draft of a quote that is being made."""
MOST_FOUND = 12
TARIFF = "T2026.1"
"""The tariff new quotes are priced with; its validity is judged by the first day of cover."""


@dataclass(frozen=True)
class PastDraft:
    """A cover's own experience as typed: life-years as decimal text, the ratio in basis points."""

    cover: str
    life_years: str
    loss_ratio: int


@dataclass(frozen=True)
class TermsDraft:
    """The terms of a quote as typed; ``discretion`` is decimal text.

    ``past`` is empty for a new group.
    """

    start: date
    end: date
    region: str
    discretion: str
    past: tuple[PastDraft, ...] = ()
    further: tuple[FurtherValue, ...] = ()
    """The terms head office added to the form."""


@dataclass(frozen=True)
class PricedQuote:
    """People who were priced and are not stored yet; ``answer`` has the names of ``price``."""

    request: PriceRequest
    quotation: Quotation
    answer: Mapping[str, Any]
    premiums: tuple[PersonPremium, ...]
    """What each person on the roster pays; none where there is no roster."""
    further: tuple[FurtherValue, ...] = ()
    """The further terms it is stored with."""


@dataclass(frozen=True)
class GroupsWork:
    """The groups on the clerk's table: every row as typed, and what it gave."""

    typed: tuple[TypedGroup, ...]
    read: GroupsRead

    @property
    def bought(self) -> bool:
        """Whether any row asks for something."""
        return any(not row.blank for row in self.typed)

    @property
    def good(self) -> bool:
        """Whether nothing holds the price back."""
        return not self.read.problems


Typed = tuple[tuple[int, Field, str], ...]
"""Cells typed over: row as the spreadsheet numbers it, field, text; a later one wins."""


@dataclass(frozen=True)
class RosterWork:
    """A roster on the clerk's table: its file in the vault, what was typed over, how it stands."""

    sha256: str
    typed: Typed
    left_out: frozenset[int]
    preview: RosterPreview


@dataclass(frozen=True)
class QuoteDraft:
    """A quote as far as it was made; texts as typed, ids in hex, empty where nothing is there."""

    customer: str = ""
    customer_name: str = ""
    quote: str = ""
    """The quote that is priced anew."""
    start: str = ""
    end: str = ""
    region: str = ""
    discretion: str = ""
    past: tuple[tuple[str, str], ...] = ()
    """The fields of former years' claims, as typed."""
    roster: str = ""
    typed: Typed = ()
    left_out: tuple[int, ...] = ()
    groups: tuple[TypedGroup, ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    """The terms head office added to the form, as typed."""

    @property
    def begun(self) -> bool:
        """Whether there is anything worth offering again."""
        return bool(self.customer or self.roster or any(not row.blank for row in self.groups))

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Write it as a draft is kept."""
        plain = ("customer", "customer_name", "quote", "start", "end", "region", "discretion")
        return (
            *((name, str(getattr(self, name))) for name in plain),
            ("past", json.dumps(self.past, ensure_ascii=False)),
            ("further", json.dumps(self.further, ensure_ascii=False)),
            ("roster", self.roster),
            ("typed", json.dumps(self.typed, ensure_ascii=False)),
            ("left_out", json.dumps(self.left_out)),
            ("groups", json.dumps([_by_name(row) for row in self.groups], ensure_ascii=False)),
        )

    @classmethod
    def of(cls, texts: tuple[tuple[str, str], ...]) -> "QuoteDraft":
        """Read it from a kept draft."""
        kept = dict(texts)
        past = json.loads(kept.pop("past", "[]"))
        further = json.loads(kept.pop("further", "[]"))
        typed = json.loads(kept.pop("typed", "[]"))
        left_out = json.loads(kept.pop("left_out", "[]"))
        groups = json.loads(kept.pop("groups", "[]"))
        return cls(
            **kept,
            past=tuple((str(key), str(text)) for key, text in past),
            further=tuple((str(key), str(text)) for key, text in further),
            typed=tuple((int(row), field, str(text)) for row, field, text in typed),
            left_out=tuple(int(row) for row in left_out),
            groups=tuple(_from_names(row) for row in groups),
        )


NO_GROUPS = GroupsWork((), GroupsRead())


class QuotePresenter(SeenRecords):
    """Quotes of this office."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "quote")
        self._forms = FormsInForce(desk.packs, desk.clock)

    def find_customers(self, typed: str) -> tuple[CustomerLine, ...]:
        """Find organisations to quote for, by what is typed of name or number."""
        found = self._customers(typed)
        return tuple(line for line in found if line.party == "organisation")[:MOST_FOUND]

    def _customers(self, typed: str) -> tuple[CustomerLine, ...]:
        if not self._desk.seeing.sees("customer", self._desk.scope):
            return ()
        return self._desk.read(find_customers, self._desk.scope, typed, limit=4 * MOST_FOUND)

    def terms_form(self) -> FormSpec:
        """Give the form of the terms that is in force."""
        return self._forms.form(TERMS)

    def terms_hint(self, quoted: HandbookPlace) -> Text | None:
        """Give what the product handbook says at a place."""
        return self._forms.hint(quoted)

    def further_told(self, card: QuoteCard) -> Told:
        """Give label and value of the terms head office added, by the form in force."""
        return told(self.terms_form(), card.further) if card.further else ()

    def _typed_again(self, card: QuoteCard) -> tuple[tuple[str, str], ...]:
        fields = {field.key: field for field in self.terms_form().further()}
        return tuple(
            (key, typed_text(fields[key], value))
            for key, value in card.typed_terms
            if key in fields
        )

    def find_people(self, typed: str) -> tuple[CustomerLine, ...]:
        """Find people among the customers, for a term that names one."""
        found = self._customers(typed)
        return tuple(line for line in found if line.party == "person")[:MOST_FOUND]

    def regions(self) -> tuple[str, ...]:
        """Name the regions the tariff has."""
        return tuple(self._desk.packs.tariff(TARIFF).regions)

    def read_number(self, typed: str, what: str = "discretion") -> Exact:
        """Read a plain decimal as typed; raises BranchError E-PRICE-DECIMAL for another text."""
        try:
            return exact_of(typed.strip())
        except ValueError as error:
            raise BranchError(decimal_not_readable(what, typed)) from error

    def _past_claims(self, past: PastDraft) -> PastClaims:
        whole, places = divmod(past.loss_ratio, 10_000)
        years = self.read_number(past.life_years, f"{past.cover} life_years")
        return PastClaims(years, exact_of(f"{whole}.{places:04d}", 2))

    def form(self) -> RosterForm:
        """Give the words of a roster, the official headings among them."""
        return read_roster_form(resource_bytes("rules/roster_headings.json"))

    def take_roster(self, content: bytes, start: date) -> RosterWork:
        """Read a roster from a file or from what was pasted; the file is kept for the draft."""
        preview = self.read_roster(content, start)
        kind = "xlsx" if content.startswith(b"PK") else "csv"
        return RosterWork(self._desk.vault.put(content, kind), (), frozenset(), preview)

    def type_over(self, work: RosterWork, typed: Typed) -> RosterWork:
        """Judge the roster again after cells were typed over."""
        preview = self.mend(work.preview, {(row, field): text for row, field, text in typed})
        return replace(work, typed=work.typed + typed, preview=preview)

    def leave_out(self, work: RosterWork, rows: Collection[int]) -> RosterWork:
        """Judge the roster again without some rows."""
        preview = recheck(work.preview, {}, leave_out=rows)
        return replace(work, left_out=work.left_out | set(rows), preview=preview)

    def read_again(
        self, sha256: str, typed: Typed, left_out: Collection[int], start: date
    ) -> RosterWork:
        """Read a kept roster again, for another first day or after a restart, as it was mended."""
        fresh = self.read_roster(self._desk.vault.get(sha256), start)
        edits = {(row, field): text for row, field, text in typed if row not in left_out}
        preview = recheck(fresh, edits, leave_out=left_out)
        return RosterWork(sha256, typed, frozenset(left_out), preview)

    def read_groups(self, typed: tuple[TypedGroup, ...]) -> GroupsWork:
        """Judge the groups as they are typed, by the tariff that prices them; reads nothing else.

        Quick enough to be asked at every letter.
        """
        tariff, words = self._desk.packs.tariff(TARIFF), self.form().social
        return GroupsWork(typed, read_groups(typed, tariff, words))

    def people(self, card: QuoteCard) -> tuple[RosterEntry, ...]:
        """Give the named people of a stored quote with what each pays; none without a roster."""
        if not card.roster_sha256:
            return ()
        return roster_of(self._desk.vault.get(card.roster_sha256))

    def begin_again(self, card: QuoteCard) -> QuoteDraft:
        """Make a draft from a stored quote, so that it can be changed and priced anew."""
        people = self.people(card)
        beside = groups_beside(request_of(card.request), card.roster_sha256)
        return QuoteDraft(
            customer=card.customer_id.hex,
            customer_name=card.customer_name,
            quote=card.id.hex,
            start=card.cover_from.isoformat(),
            end=card.cover_to.isoformat(),
            region=str(card.request["region"]),
            discretion=str(card.request["discretion"]),
            past=_past_texts(request_of(card.request)),
            further=self._typed_again(card),
            roster=self._desk.vault.put(self._as_sheet(people), "csv") if people else "",
            groups=tuple(typed_group(cohort) for cohort in beside),
        )

    def workings(self, card: QuoteCard) -> Workings | None:
        """Show how a stored quote came about; None where the tariff of today is another one.

        Priced again by the same code; the result must be bound to the very inputs of the quote.
        """
        request = request_of(card.request)
        tariff = self._desk.packs.tariff(request.tariff)
        quotation = price(request, tariff)
        inputs = input_hash(request, quotation.tariff.sha256)
        if bound_hash(inputs, card.roster_sha256, card.typed_terms) != card.input_hash:
            return None
        ruling = ruling_of(request, quotation, self._desk.packs.authority())
        return workings_of(quotation_json(request, quotation, ruling, tariff))

    def keep_draft(self, texts: tuple[tuple[str, str], ...]) -> None:
        """Keep the quote as far as it is made."""
        self._desk.keep_draft(NEW_QUOTE, texts)

    def draft(self) -> QuoteDraft:
        """Give the quote that was being made."""
        return QuoteDraft.of(self._desk.read_draft(NEW_QUOTE))

    def drop_draft(self) -> None:
        """Forget the quote that was being made."""
        self._desk.drop_draft(NEW_QUOTE)

    def usual_terms(self) -> TermsDraft:
        """Give what most quotes begin with: from tomorrow, twelve months, region B."""
        start = date.fromordinal(today(self._desk.clock).toordinal() + 1)
        return TermsDraft(start, last_day_after(start, 12), "B", "1.00")

    def today(self) -> date:
        """Give today's date."""
        return today(self._desk.clock)

    def end_for(self, start: date) -> date:
        """Give the last day of twelve months of cover."""
        return last_day_after(start, 12)

    def read_roster(self, content: bytes, start: date) -> RosterPreview:
        """Read a roster file; wrong rows are problems of the preview, nothing is stored."""
        return read_roster(content, self._rules(start))

    def mend(self, preview: RosterPreview, edits: Mapping[tuple[int, Field], str]) -> RosterPreview:
        """Judge the roster again after cells were typed over."""
        return recheck(preview, edits)

    def price(
        self, preview: RosterPreview | None, terms: TermsDraft, groups: GroupsWork = NO_GROUPS
    ) -> PricedQuote:
        """Price a good roster, good groups or both, offline.

        Raises BranchError where a row, a group or a term is wrong.
        """
        if preview is not None and preview.problems:
            raise BranchError(roster_not_good(len(preview.problems)))
        if groups.read.problems:
            raise BranchError(groups.read.problems[0].problem)
        tariff = self._desk.packs.tariff(TARIFF)
        policy = PolicyTerms(
            tariff=TARIFF,
            start=terms.start,
            end=terms.end,
            region=terms.region,
            discretion=self.read_number(terms.discretion),
            experience={past.cover: self._past_claims(past) for past in terms.past},
        )
        roster = request_of_roster(preview.people, policy) if preview is not None else None
        request = request_with_groups(roster, groups.read.cohorts, policy)
        quotation = price(request, tariff)
        ruling = ruling_of(request, quotation, self._desk.packs.authority())
        return PricedQuote(
            request=request,
            quotation=quotation,
            answer=quotation_json(request, quotation, ruling, tariff),
            premiums=person_premiums(roster, quotation) if roster is not None else (),
            further=terms.further,
        )

    def keep(
        self,
        customer_id: UUID,
        customer_name: str,
        preview: RosterPreview | None,
        priced: PricedQuote,
        quote_id: UUID | None = None,
    ) -> UUID:
        """Store a priced quote with its list of people, if it has one.

        A given quote is priced anew.
        """
        order = PriceQuote(
            quote_id=quote_id or new_id(self._desk.clock),
            customer_id=customer_id,
            customer_name=customer_name,
            request=dict(request_json(priced.request)),
            roster_sha256=self._keep_roster(preview, priced) if preview is not None else "",
            premium_fen=priced.quotation.policy_premium_fen,
            further=priced.further,
        )
        self._desk.perform("pricing.price_quote", order)
        return order.quote_id

    def _keep_roster(self, preview: RosterPreview, priced: PricedQuote) -> str:
        people = roster_bytes(preview.people, priced.premiums)
        sha256 = self._desk.keep_file(people, "json", "application/json", "roster.json")
        assert sha256 == hashlib.sha256(people).hexdigest()
        return sha256

    def submit(self, quote_id: UUID) -> UUID:
        """Ask the approvers; gives the case."""
        quote = self.card(quote_id)
        order = SubmitQuote(quote_id, new_id(self._desk.clock), quote.input_hash)
        self._desk.perform("pricing.submit_quote", order)
        return order.case_id

    @property
    def desk(self) -> Desk:
        """The desk the quotes are made at, for whoever keeps a form's files."""
        return self._desk

    def found(self, quote_id: UUID) -> QuoteCard | None:
        """Give one quote, also one too old for the list; None where it is not here.

        Raises BranchError E-ACCESS-SEE where this person may not see it.
        """
        card = self._desk.read(quote_here, self._desk.scope, quote_id)
        if card is not None:
            self._desk.seeing.must_see("quote", card.scope)
        return card

    def card(self, quote_id: UUID) -> QuoteCard:
        """Give one quote."""
        return self._desk.read(quote_card, quote_id)

    def case(self, quote_id: UUID) -> CaseCard | None:
        """Give the newest approval case about a quote."""
        return self._desk.read(case_of, "quote", quote_id)

    def quotes(self) -> list[QuoteCard]:
        """List the quotes, the newest first."""
        self.read_staff()
        return self._desk.read(quotes_here, self._desk.seeing)

    def _rules(self, start: date) -> RosterRules:
        return RosterRules(
            form=read_roster_form(resource_bytes("rules/roster_headings.json")),
            id_types=read_id_types(resource_bytes("rules/id_types.json")),
            today=today(self._desk.clock),
            start=start,
            tariff=self._desk.packs.tariff(TARIFF),
        )

    def _as_sheet(self, people: tuple[RosterEntry, ...]) -> bytes:
        """Write stored people under the official headings, as their file would have been."""
        form, types = self.form(), read_id_types(resource_bytes("rules/id_types.json"))
        sheet = StringIO()
        writer = csv.writer(sheet)
        writer.writerow([form.official[field] for field in FIELDS])
        writer.writerows(_cells(entry, form, types) for entry in people)
        return sheet.getvalue().encode()


def years_key(code: str) -> str:
    """Name the field of a cover's life-years."""
    return f"{code}_life_years"


def ratio_key(code: str) -> str:
    """Name the field of a cover's loss ratio."""
    return f"{code}_loss_ratio"


def _past_texts(request: PriceRequest) -> tuple[tuple[str, str], ...]:
    """Write a request's experience as its form has it, the ratio in per cent."""
    texts = []
    for code, past in request.experience.items():
        ratio = decimal_text(past.loss_ratio.basis_points, 100)
        texts += [(years_key(code), past.life_years.text), (ratio_key(code), f"{ratio}%")]
    return tuple(texts)


def _by_name(row: TypedGroup) -> dict[str, str]:
    """Write a row as a draft keeps it: filled cells by name, so that a new column moves none."""
    return {name: row.text(name) for name in GROUP_FIELDS if row.text(name)}


def _from_names(kept: Mapping[str, str]) -> TypedGroup:
    return TypedGroup(tuple(str(kept.get(name, "")) for name in GROUP_FIELDS))


def _cells(entry: RosterEntry, form: RosterForm, types: IdTypes) -> list[str]:
    one = entry.person
    sums = [yuan_text(fen) if fen else "" for fen in (one.gpa_si_fen, one.gma_si_fen)]
    return [
        one.name,
        types.official(one.id_type),
        one.id_no,
        next(word for word, sex in form.sexes.items() if sex == one.sex),
        one.birth.isoformat(),
        one.job or "",
        str(one.job_class),
        *sums,
        "" if one.deductible_yuan is None else str(one.deductible_yuan),
        "" if one.pay_ratio is None else f"{one.pay_ratio}%",
        next(word for word, has in form.social.items() if has == one.social),
    ]
