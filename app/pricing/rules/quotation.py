"""A whole request priced: a line per cohort and cover, their sum, and the policy's minimum."""

from dataclasses import dataclass
from typing import NamedTuple

from app.kit.calendar import days_of_cover, started_months
from app.kit.money import Fen
from app.packs.header import PackOrigin
from app.packs.tariff import Tariff
from app.pricing.requests import Cohort, Cover, PriceRequest, code_of
from app.pricing.rules.basis import basis_of
from app.pricing.rules.premium import Premium, premium_of


class Line(NamedTuple):
    """One cover of one cohort."""

    cohort: Cohort
    cover: Cover
    premium: Premium

    @property
    def coverage(self) -> str:
        """The cover's code."""
        return code_of(self.cover)

    @property
    def per_person_fen(self) -> Fen:
        """What each person of the cohort pays."""
        return self.premium.per_person_fen

    @property
    def subtotal_fen(self) -> Fen:
        """Per person, rounded, times the heads."""
        return Fen(self.premium.per_person_fen * self.cohort.heads)


@dataclass(frozen=True, slots=True)
class Quotation:
    """The answer to a request, with everything that led to it."""

    tariff: PackOrigin
    days: int
    months_started: int
    heads: int
    lines: tuple[Line, ...]
    sum_of_lines_fen: Fen
    policy_premium_fen: Fen

    @property
    def minimum_applied(self) -> bool:
        """Say whether the policy's minimum replaced the sum of the lines."""
        return self.policy_premium_fen != self.sum_of_lines_fen


def price(request: PriceRequest, tariff: Tariff) -> Quotation:
    """Price a request by a tariff.

    Raises BranchError with an ``E-PRICE-…`` code for everything the tariff does not offer.
    """
    basis = basis_of(request, tariff)
    lines = tuple(
        Line(
            cohort,
            cover,
            premium_of(basis, cohort.job_class, cohort.age, cohort.job, cover, n),
        )
        for n, cohort in enumerate(request.cohorts)
        for cover in cohort.covers
    )
    total = Fen(sum(line.subtotal_fen for line in lines))
    return Quotation(
        tariff=tariff.origin,
        days=days_of_cover(request.start, request.end),
        months_started=started_months(request.start, request.end),
        heads=request.heads,
        lines=lines,
        sum_of_lines_fen=total,
        policy_premium_fen=max(total, tariff.least_per_policy_fen),
    )
