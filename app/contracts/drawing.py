"""Filling a contract's content from an approved quote, its roster and the customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.customers.queries import CustomerCard
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.masking import masked_id
from app.documents.clauses import Wording
from app.documents.content import (
    ContractContent,
    InsuredPerson,
    Insurer,
    Policyholder,
    PremiumLine,
    Product,
    TariffUsed,
)
from app.kit.money import fen_of
from app.pricing.queries import QuoteCard
from app.pricing.roster_file import RosterEntry


@dataclass(frozen=True)
class FormWords:
    """The words of the form that are not in quote or customer: insurer, products, phrases."""

    insurer: Insurer
    products: Mapping[str, Product]
    sign_place: str
    deductible: str
    pay_ratio: str
    id_names: Mapping[str, str]
    tariff_filing: str


def draw_content(
    quote: QuoteCard,
    customer: CustomerCard,
    roster: Sequence[RosterEntry],
    *,
    number: str,
    version: int,
    drawn_on: date,
    words: FormWords,
    wording: Wording,
    approval: str,
    special_terms: tuple[str, ...] = (),
    address: str = "",
) -> ContractContent:
    """Fill the content; ``address`` is the policyholder's in words, the line alone if empty.

    It checks itself and raises BranchError or BugError where it cannot be.
    """
    codes = tuple(dict.fromkeys(line["coverage"] for line in quote.lines))
    return ContractContent(
        number=number,
        version=version,
        drawn_on=drawn_on,
        policyholder=_policyholder(customer, address or customer.address),
        insurer=words.insurer,
        products=tuple(words.products[code] for code in codes),
        tariff=TariffUsed(
            quote.tariff_id, quote.tariff_version, words.tariff_filing, quote.tariff_sha256
        ),
        cover_from=quote.cover_from,
        cover_to=quote.cover_to,
        lines=_lines(quote, words),
        premium_fen=quote.premium_fen,
        minimum_applied=quote.minimum_applied,
        insured=tuple(_insured(entry, codes, words) for entry in roster),
        roster_sha256=quote.roster_sha256,
        special_terms=special_terms,
        wording_version=wording.version,
        clauses=wording.clauses,
        sign_place=words.sign_place,
        inputs_sha256=quote.input_hash,
        approval=approval,
    )


def _policyholder(customer: CustomerCard, address: str) -> Policyholder:
    operator = next((one for one in customer.contacts if one.role == "operator"), None)
    return Policyholder(
        name=customer.line.name,
        credit_code=customer.line.id_no if customer.line.id_type == CREDIT_CODE else "",
        address=address,
        operator=operator.name if operator else "",
        operator_id_masked=operator.id_no if operator else "",
        phone=operator.mobile if operator else "",
    )


def _lines(quote: QuoteCard, words: FormWords) -> tuple[PremiumLine, ...]:
    """Put together what costs one person the same: a reader counts groups, not ages.

    Cover, class, sum, terms and premium per person are one line; sums and totals stay as priced.
    """
    people: dict[tuple[str, int, int, str, int], int] = {}
    for line in quote.lines:
        key = (
            line["coverage"],
            line["class"],
            fen_of(line["SI"]),
            _terms(line, quote.request, words),
            line["per_person_fen"],
        )
        people[key] = people.get(key, 0) + line["n"]
    return tuple(
        PremiumLine(
            cohort=str(place),
            coverage=coverage,
            occupation_class=occupation_class,
            people=count,
            sum_insured_fen=sum_fen,
            terms=terms,
            per_person_fen=each_fen,
            subtotal_fen=each_fen * count,
        )
        for place, ((coverage, occupation_class, sum_fen, terms, each_fen), count) in enumerate(
            sorted(people.items()), start=1
        )
    )


def _terms(line: Mapping[str, Any], request: Mapping[str, Any], words: FormWords) -> str:
    cohort = next(one for one in request["cohorts"] if one["cohort"] == line["cohort"])
    cover = next(one for one in cohort["covers"] if one["coverage"] == line["coverage"])
    said = []
    if "deductible" in cover:
        said.append(words.deductible.format(yuan=cover["deductible"]))
    if "pay_ratio" in cover:
        said.append(words.pay_ratio.format(percent=cover["pay_ratio"]))
    return "".join(said)


def _insured(entry: RosterEntry, codes: Sequence[str], words: FormWords) -> InsuredPerson:
    person = entry.person
    sums = {"GPA": person.gpa_si_fen or 0, "GMA": person.gma_si_fen or 0}
    return InsuredPerson(
        name=person.name,
        id_type=words.id_names.get(person.id_type, person.id_type),
        id_masked=masked_id(person.id_no),
        occupation_class=person.job_class,
        sums_fen=tuple(sums.get(code, 0) for code in codes),
        premium_fen=entry.premium_fen,
    )
