"""A whole request priced: a line per cohort and cover, their sum, and the policy's minimum."""

from dataclasses import dataclass
from typing import NamedTuple

from app.kit.calendar import days_of_cover, started_months
from app.kit.money import Fen, half_up
from app.packs.header import PackOrigin
from app.packs.tariff import Tariff
from app.pricing.requests import Cohort, Cover, PriceRequest, code_of
from app.pricing.rules.basis import Rating, basis_of
from app.pricing.rules.premium import base_of, premium_of


class Line(NamedTuple):
    """One cover of one cohort: what each person pays, and the rating it came about by.

    A tuple, because a large roster makes tens of thousands of them.
    """

    cohort: Cohort
    cover: Cover
    rating: Rating
    per_person_fen: int

    @property
    def coverage(self) -> str:
        """The cover's code."""
        return code_of(self.cover)

    @property
    def subtotal_fen(self) -> Fen:
        """Per person, rounded, times the heads."""
        return Fen(self.per_person_fen * self.cohort.heads)

    @property
    def raw(self) -> tuple[int, int]:
        """The premium per person before rounding, in fen, as numerator and denominator."""
        return base_of(self.cover) * self.rating.num, self.rating.den

    @property
    def minimum_applied(self) -> bool:
        """Say whether the minimum per person replaced the rounded premium."""
        return half_up(*self.raw) != self.per_person_fen


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
        [
            Line(c, cover, *premium_of(basis, c.job_class, c.age, c.job, cover, place))
            for place, c in enumerate(request.cohorts)
            for cover in c.covers
        ]
    )
    total = Fen(sum([fen * cohort.heads for cohort, _, _, fen in lines]))
    return Quotation(
        tariff=tariff.origin,
        days=days_of_cover(request.start, request.end),
        months_started=started_months(request.start, request.end),
        heads=basis.heads,
        lines=lines,
        sum_of_lines_fen=total,
        policy_premium_fen=max(total, tariff.least_per_policy_fen),
    )
