"""The roster of a group: the people, and the request their cohorts make."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.pricing import (
    nothing_to_price,
    roster_empty,
    roster_row_incomplete,
    roster_too_long,
)
from app.kit.money import Fen
from app.kit.words import Text, t
from app.packs.exact import Exact, decimal_text
from app.pricing.bulk import Cell, cells_of
from app.pricing.requests import (
    AccidentCover,
    AccidentMedicalCover,
    Cohort,
    Cover,
    PastClaims,
    PriceRequest,
)
from app.pricing.rules.quotation import Quotation

MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """One good row of a roster; a cover that is not bought has no sum."""

    name: str
    id_type: str
    """Code of the kind of document (domain.md 1.2): ``111`` is the resident ID card."""
    id_no: str
    sex: str
    """``M`` or ``F``."""
    birth: date
    job: str | None
    job_class: int
    gpa_si_fen: int | None
    gma_si_fen: int | None
    deductible_yuan: int | None
    pay_ratio: int | None
    """Per cent of the medical cost that is paid."""
    social: bool


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """What holds for everybody on the roster; ``end`` is the last covered day."""

    tariff: str
    start: date
    end: date
    region: str
    discretion: Exact
    experience: Mapping[str, PastClaims]


@dataclass(frozen=True, slots=True)
class RosterRequest:
    """The request of a roster, and for each person the number of the cohort they fell into."""

    request: PriceRequest
    cohort_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PersonPremium:
    """What one person pays, per cover; None where the cover is not bought."""

    gpa_fen: Fen | None
    gma_fen: Fen | None

    @property
    def total_fen(self) -> Fen:
        """What one person pays for all covers."""
        return Fen((self.gpa_fen or 0) + (self.gma_fen or 0))


def request_of_roster(people: Sequence[InsuredPerson], terms: PolicyTerms) -> RosterRequest:
    """Put people who are priced alike into one cohort, in the order of their first person.

    Ages are those on the first day of cover; the share of people with social insurance is taken
    over the whole roster. Raises BranchError E-PRICE-ROSTER-EMPTY, -LONG or -ROW.
    """
    if not people:
        raise BranchError(roster_empty())
    if len(people) > MOST_PEOPLE:
        raise BranchError(roster_too_long(len(people), MOST_PEOPLE))
    cells, cohort_of = cells_of(people, terms.start)
    for place, cell in enumerate(cells):
        lacking = _lacking(cell)
        if lacking is not None:
            raise BranchError(roster_row_incomplete(1 + cohort_of.index(place), lacking))
    heads = Counter(cohort_of)
    share = social_share(people)
    bought: dict[tuple[object, ...], tuple[Cover, ...]] = {}
    cohorts = tuple(
        Cohort(
            name=str(place + 1),  # a number: groups that are typed have letters (`groups_beside`)
            heads=heads[place],
            job_class=cell.job_class,
            age=cell.age,
            job=cell.job,
            covers=bought.get(cell[3:]) or bought.setdefault(cell[3:], covers(cell, share)),
        )
        for place, cell in enumerate(cells)
    )
    return RosterRequest(_request(terms, cohorts), cohort_of)


def request_with_groups(
    roster: RosterRequest | None, groups: Sequence[Cohort], terms: PolicyTerms
) -> PriceRequest:
    """Put typed groups beside the people of a roster, or price them alone.

    Their people are other people than those on the roster: all heads count for the size of the
    group. Raises BranchError E-PRICE-EMPTY where there is nobody at all.
    """
    named = roster.request.cohorts if roster is not None else ()
    if not named and not groups:
        raise BranchError(nothing_to_price(t("The list of people")))
    return _request(terms, (*named, *groups))


def groups_beside(request: PriceRequest, roster_sha256: str) -> tuple[Cohort, ...]:
    """Give the groups of a priced request that stand on no roster.

    Without a roster that is all of them; beside one it is those with letters for names.
    """
    if not roster_sha256:
        return request.cohorts
    return tuple(cohort for cohort in request.cohorts if not on_roster(cohort.name))


def on_roster(cohort: str) -> bool:
    """Say by its name whether a cohort beside or on a roster is the roster's: those are numbers."""
    return cohort.isdecimal()


def unnamed_people(request: Mapping[str, Any], roster_sha256: str) -> int:
    """Count the insured of a plain request whom no roster names: a contract cannot name them."""
    return sum(
        int(cohort["heads"])
        for cohort in request["cohorts"]
        if not (roster_sha256 and on_roster(cohort["cohort"]))
    )


def _request(terms: PolicyTerms, cohorts: tuple[Cohort, ...]) -> PriceRequest:
    return PriceRequest(
        tariff=terms.tariff,
        start=terms.start,
        end=terms.end,
        region=terms.region,
        discretion=terms.discretion,
        experience=terms.experience,
        cohorts=cohorts,
    )


def person_premiums(roster: RosterRequest, quotation: Quotation) -> tuple[PersonPremium, ...]:
    """Hand every person the premium of their cohort, in the order of the roster.

    The quotation may be that of the roster alone or of the roster with groups beside it.
    """
    by_cohort: dict[str, dict[str, Fen]] = {}
    for line in quotation.lines:
        by_cohort.setdefault(line.cohort.name, {})[line.coverage] = Fen(line.per_person_fen)
    premiums = [
        PersonPremium(by_cohort[c.name].get("GPA"), by_cohort[c.name].get("GMA"))
        for c in roster.request.cohorts
    ]
    return tuple(premiums[place] for place in roster.cohort_of)


def social_share(people: Sequence[InsuredPerson]) -> Exact:
    """Give the share of people with social insurance, cut to six decimals.

    Cut and not rounded: 79.99999 % must not become the 80 % that earns the next factor.
    """
    insured = sum(person.social for person in people)
    cut = insured * 10**6 // len(people)
    return Exact(decimal_text(cut, 10**6, 2), cut, 10**6)


def covers(cell: Cell, share: Exact) -> tuple[Cover, ...]:
    """Name the covers people of a cell buy; the cell must be complete."""
    bought: list[Cover] = []
    if cell.gpa_si_fen:
        bought.append(AccidentCover(Fen(cell.gpa_si_fen)))
    if cell.gma_si_fen and cell.deductible_yuan is not None and cell.pay_ratio:
        bought.append(
            AccidentMedicalCover(Fen(cell.gma_si_fen), cell.deductible_yuan, cell.pay_ratio, share)
        )
    return tuple(bought)


def _lacking(cell: Cell) -> Text | None:
    """Name what a cell lacks to be priced; a sum of zero is a cover not bought."""
    sums = (cell.gpa_si_fen or 0, cell.gma_si_fen or 0)
    if min(sums) < 0 or not any(sums):
        return t("a sum insured")
    if cell.gma_si_fen and cell.deductible_yuan is None:
        return t("the deductible")
    if cell.gma_si_fen and not cell.pay_ratio:
        return t("the pay ratio")
    return None
