"""What all people of a policy share: size, experience, region, discretion and term, per cover."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.kit.errors.base import BranchError
from app.kit.errors.pricing import (
    combined_outside,
    group_too_small,
    region_unknown,
    tariff_is_another,
    tariff_not_serving,
)
from app.kit.money import Fen
from app.packs.exact import Exact, decimal_text
from app.packs.tariff import CoverTerms, Tariff, band_for
from app.pricing.requests import COVER_CODES, PriceRequest
from app.pricing.rules.experience import Experience, experience_factor
from app.pricing.rules.term import check_length, term_factor

Step = tuple[str, Exact]
"""One factor of a premium, by the name it is shown under."""


@dataclass(frozen=True, slots=True)
class CoverBasis:
    """The shared factors of one cover, and their product ``num / den``."""

    steps: tuple[Step, ...]
    weight: str
    """Z of the experience."""
    num: int
    den: int


@dataclass(frozen=True, slots=True)
class Rating:
    """Every factor of one kind of person for one cover, own and shared, and their product.

    ``num / den`` times the base in fen is the premium before rounding.
    """

    steps: tuple[Step, ...]
    """Every factor by name, own before shared, in the order they multiply."""
    weight: str
    """Z of the experience."""
    num: int
    den: int
    per: int
    """How many yuan of the sum one rate is for; in ``den`` already."""
    least_fen: Fen


@dataclass(frozen=True, slots=True)
class Basis:
    """A tariff and what one policy has in common, by cover."""

    tariff: Tariff
    heads: int
    covers: Mapping[str, CoverBasis]
    ratings: dict[tuple[object, ...], Rating] = field(default_factory=dict, repr=False)
    """Ratings already worked out for this policy: people of one kind are looked up, not redone."""


def basis_of(request: PriceRequest, tariff: Tariff) -> Basis:
    """Work out the shared factors once for every cover bought.

    Raises BranchError E-PRICE-TARIFF, -TARIFF-DATES, -TERM, -REGION, -GROUP and -COMBINED.
    """
    _check(request, tariff)
    heads = request.heads
    kinds = {type(cover) for cohort in request.cohorts for cover in cohort.covers}
    bought = {COVER_CODES[kind] for kind in kinds}
    return Basis(
        tariff,
        heads,
        {
            code: _cover_basis(request, tariff, terms, heads)
            for code, terms in tariff.covers.items()
            if code in bought
        },
    )


def _check(request: PriceRequest, tariff: Tariff) -> None:
    if request.tariff != tariff.id:
        raise BranchError(tariff_is_another(request.tariff, tariff.id))
    origin = tariff.origin
    if not origin.serves(request.start):
        raise BranchError(
            tariff_not_serving(tariff.id, request.start, origin.valid_from, origin.valid_to)
        )
    check_length(tariff, request.start, request.end)


def _cover_basis(
    request: PriceRequest, tariff: Tariff, terms: CoverTerms, heads: int
) -> CoverBasis:
    experience = experience_factor(request.experience.get(terms.code), terms, tariff.experience)
    shared = _shared(request, tariff, experience, heads)
    num, den = product(shared)
    if not _within(tariff, num, den):
        raise BranchError(
            combined_outside(
                terms.code,
                decimal_text(num, den, 2),
                tariff.combined_lowest.text,
                tariff.combined_highest.text,
            )
        )
    term = term_factor(terms, tariff.full_year_months, request.start, request.end)
    steps = (*shared, ("term", term))
    return CoverBasis(steps, experience.weight, num * term.num, den * term.den)


def _shared(
    request: PriceRequest, tariff: Tariff, experience: Experience, heads: int
) -> tuple[Step, ...]:
    """Name the four factors whose product must stay in the filed range."""
    size = band_for(tariff.sizes, heads)
    if size is None:
        raise BranchError(group_too_small(heads, tariff.sizes[0].first))
    region = tariff.regions.get(request.region)
    if region is None:
        raise BranchError(region_unknown(request.region))
    return (
        ("size", size),
        ("experience", experience.factor),
        ("region", region),
        ("discretion", request.discretion),
    )


def _within(tariff: Tariff, num: int, den: int) -> bool:
    lowest, highest = tariff.combined_lowest, tariff.combined_highest
    return lowest.num * den <= num * lowest.den and num * highest.den <= highest.num * den


def product(steps: tuple[Step, ...]) -> tuple[int, int]:
    """Multiply steps exactly."""
    num = den = 1
    for _, factor in steps:
        num *= factor.num
        den *= factor.den
    return num, den
