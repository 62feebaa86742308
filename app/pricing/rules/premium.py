"""The premium of one person for one cover: base × own factors × shared factors, rounded once.

Sums are fen, rates are yuan; everything stays a fraction of whole numbers until the one rounding,
half up to the fen (domain.md 3.2, Formula). Then the minimum per person and cover applies.
"""

from collections.abc import Mapping
from math import gcd
from typing import Literal, Protocol

from app.kit.errors.base import BranchError
from app.kit.errors.pricing import (
    age_outside,
    class_unknown,
    deductible_unknown,
    pay_ratio_unknown,
    sum_outside,
    wait_days_unknown,
)
from app.kit.money import Fen
from app.kit.words import Text
from app.packs.exact import ONE, Exact, decimal_text
from app.packs.tariff import AccidentMedical, GroupAccident, HospitalMedical, Tariff, band_for
from app.pricing.requests import (
    AccidentCover,
    AccidentMedicalCover,
    Cover,
    HospitalCashCover,
    HospitalMedicalCover,
    code_of,
    yuan_plain,
)
from app.pricing.rules.basis import Basis, Rating, Step, product

_YUAN = Fen(100)
_PER_THOUSAND = 1000
"""GPA and GMA rates are filed per 1,000 of the sum insured; the others per one yuan of rate."""

Part = Literal["class", "age", "deductible", "pay_ratio", "sum_insured", "wait_days"]
"""What of a cohort a tariff may refuse."""


class Spot(Protocol):
    """How a refusal names what it is about: a field of a request, or a cell of a form."""

    def part(self, part: Part) -> str | Text:
        """Name a part of the cohort."""
        ...

    def cover(self, code: str) -> str | Text:
        """Name a cover."""
        ...


class _FieldSpot:
    """Names the fields of a request, ``cohorts[0].class``."""

    def __init__(self, place: int) -> None:
        self._place = place

    def part(self, part: Part) -> str:
        return f"cohorts[{self._place}]{_FIELDS[part]}"

    def cover(self, code: str) -> str:
        return code


_FIELDS: Mapping[Part, str] = {
    "class": ".class",
    "age": ".age",
    "deductible": " GMA",
    "pay_ratio": " GMA",
    "sum_insured": " GHI sum_insured",
    "wait_days": " GHC",
}


def base_of(cover: Cover) -> int:
    """Give what a rating multiplies, in fen: the sum insured, or one yuan."""
    if isinstance(cover, AccidentCover | AccidentMedicalCover):
        return cover.sum_fen
    return _YUAN


def _by_sum(cover: Cover) -> bool:
    return isinstance(cover, AccidentCover | AccidentMedicalCover)


def premium_of(
    basis: Basis, job_class: int, age: int, job: str | None, cover: Cover, place: int
) -> tuple[Rating, int]:
    """Price one person for one cover: the rating with every factor named, and the premium in fen.

    ``place`` numbers the cohort in a refusal. Raises BranchError E-PRICE-CLASS, -AGE,
    -DEDUCTIBLE, -PAY-RATIO, -SUM-RANGE or -WAIT.
    """
    # Keys of different covers have different lengths and cannot meet.
    kind: tuple[object, ...]
    if isinstance(cover, AccidentCover):
        base_fen, kind = cover.sum_fen, (job_class, age, job)
    elif isinstance(cover, AccidentMedicalCover):
        share = cover.social_share
        own = (cover.deductible_yuan, cover.pay_ratio, share.num, share.den)
        base_fen, kind = cover.sum_fen, (job_class, age, *own)
    else:
        base_fen, kind = _YUAN, (job_class, age, cover, None)
    rating = basis.ratings.get(kind)
    if rating is None:
        rating = basis.ratings[kind] = rate(basis, job_class, age, job, cover, place)
    den, least = rating.den, rating.least_fen
    fen = (2 * base_fen * rating.num + den) // (2 * den)  # half up: nothing here is negative
    return rating, fen if fen > least else least


def rate(
    basis: Basis, job_class: int, age: int, job: str | None, cover: Cover, place: int
) -> Rating:
    """Look every factor of a person up and multiply them; raises as `premium_of`."""
    own = own_factors(basis.tariff, job_class, age, job, cover, _FieldSpot(place))
    return _rating(own, basis, code_of(cover), _PER_THOUSAND if _by_sum(cover) else 1)


def own_factors(
    tariff: Tariff, job_class: int, age: int, job: str | None, cover: Cover, spot: Spot
) -> tuple[Step, ...]:
    """Look up what depends on the person and the cover alone, whatever the policy's terms are.

    Raises BranchError E-PRICE-CLASS, -AGE, -DEDUCTIBLE, -PAY-RATIO, -SUM-RANGE or -WAIT.
    """
    match cover:
        case AccidentCover():
            return _accident(tariff, job_class, age, job, spot)
        case AccidentMedicalCover():
            own = _accident_medical(tariff.gma, job_class, cover, spot)
            _insurable_age(tariff, age, spot)
            return own
        case HospitalMedicalCover():
            return _hospital_medical(tariff.ghi, job_class, age, cover, spot)
        case HospitalCashCover():
            return _hospital_cash(tariff, job_class, age, cover, spot)


def _rating(own: tuple[Step, ...], basis: Basis, code: str, per: int) -> Rating:
    shared = basis.covers[code]
    num, den = product(own)
    num, den = num * shared.num, den * shared.den * per
    common, least = gcd(num, den), basis.tariff.least_per_person_fen
    return Rating(
        steps=own + shared.steps,
        weight=shared.weight,
        num=num // common,
        den=den // common,
        per=per,
        least_fen=least,
    )


def _accident(
    tariff: Tariff, job_class: int, age: int, job: str | None, spot: Spot
) -> tuple[Step, ...]:
    gpa = tariff.gpa
    rate = gpa.rate_per_mille.get(job_class)
    if rate is None:
        raise BranchError(class_unknown(spot.part("class"), job_class))
    rate, age_factor = _rate_at_age(gpa, rate, age, spot)
    job_factor = tariff.jobs.get(job, ONE) if job else ONE
    return (("rate_per_mille", rate), ("age_factor", age_factor), ("job_factor", job_factor))


def _rate_at_age(gpa: GroupAccident, rate: Exact, age: int, spot: Spot) -> tuple[Exact, Exact]:
    """Give rate and age factor; a child has the rate of a fixed class."""
    if age < gpa.child.below_age:
        return gpa.rate_per_mille[gpa.child.rate_class], gpa.child.factor
    factor = band_for(gpa.ages, age)
    if factor is None:
        raise BranchError(age_outside(spot.part("age"), age, spot.cover("GPA")))
    return rate, factor


def _accident_medical(
    gma: AccidentMedical, job_class: int, cover: AccidentMedicalCover, spot: Spot
) -> tuple[Step, ...]:
    base = gma.base_per_1000.get(job_class)
    if base is None:
        raise BranchError(class_unknown(spot.part("class"), job_class))
    deductible = gma.deductibles.get(cover.deductible_yuan)
    if deductible is None:
        raise BranchError(deductible_unknown(spot.part("deductible"), cover.deductible_yuan))
    pay_ratio = gma.pay_ratios.get(cover.pay_ratio)
    if pay_ratio is None:
        raise BranchError(pay_ratio_unknown(spot.part("pay_ratio"), cover.pay_ratio))
    return (
        ("base_per_1000", base),
        ("deductible_factor", deductible),
        ("pay_ratio_factor", pay_ratio),
        ("social_share_factor", _social_share(gma, cover.social_share)),
    )


def _social_share(gma: AccidentMedical, share: Exact) -> Exact:
    """Take the highest mark the share reaches; the first mark is zero."""
    reached = gma.social_shares[0][1]
    for mark, factor in gma.social_shares:
        if share.num * mark.den >= mark.num * share.den:
            reached = factor
    return reached


def _hospital_medical(
    ghi: HospitalMedical, job_class: int, age: int, cover: HospitalMedicalCover, spot: Spot
) -> tuple[Step, ...]:
    class_factor = ghi.class_factor.get(job_class)
    if class_factor is None:
        raise BranchError(class_unknown(spot.part("class"), job_class))
    base = band_for(ghi.base, age)
    if base is None:
        raise BranchError(age_outside(spot.part("age"), age, spot.cover("GHI")))
    return (
        ("base_by_age", base),
        ("si_factor", _sum_factor(ghi, cover.sum_fen, spot)),
        ("no_social_factor", ONE if cover.social_insurance else ghi.no_social_insurance),
        ("class_factor", class_factor),
    )


def _sum_factor(ghi: HospitalMedical, sum_fen: Fen, spot: Spot) -> Exact:
    """Go along the straight line between the two knots around the sum, exactly."""
    lower_sum, lower = ghi.sum_knots[0]
    for knot_sum, knot in ghi.sum_knots:
        if sum_fen == knot_sum:
            return knot
        if lower_sum < sum_fen < knot_sum:
            return _between(lower, knot, sum_fen - lower_sum, knot_sum - lower_sum)
        lower_sum, lower = knot_sum, knot
    least, most = ghi.sum_knots[0][0], ghi.sum_knots[-1][0]
    raise BranchError(sum_outside(spot.part("sum_insured"), yuan_plain(least), yuan_plain(most)))


def _between(lower: Exact, upper: Exact, part: int, whole: int) -> Exact:
    num = lower.num * upper.den * (whole - part) + upper.num * lower.den * part
    den = lower.den * upper.den * whole
    return Exact(decimal_text(num, den, 2), num, den)


def _hospital_cash(
    tariff: Tariff, job_class: int, age: int, cover: HospitalCashCover, spot: Spot
) -> tuple[Step, ...]:
    if job_class not in tariff.gpa.rate_per_mille:
        raise BranchError(class_unknown(spot.part("class"), job_class))
    base = band_for(tariff.ghc.base_per_10_yuan, age)
    if base is None:
        raise BranchError(age_outside(spot.part("age"), age, spot.cover("GHC")))
    wait = tariff.ghc.wait_days.get(cover.wait_days)
    if wait is None:
        raise BranchError(wait_days_unknown(spot.part("wait_days"), cover.wait_days))
    num, den = base.num * cover.daily_fen, base.den * 1000
    return (
        ("base_for_daily", Exact(decimal_text(num, den, 2), num, den)),
        ("wait_factor", wait),
    )


def _insurable_age(tariff: Tariff, age: int, spot: Spot) -> None:
    """Refuse an age no cover of the tariff takes, for a cover that has no ages of its own."""
    bands = (*tariff.gpa.ages, *tariff.ghi.base, *tariff.ghc.base_per_10_yuan)
    if age >= tariff.gpa.child.below_age and band_for(bands, age) is None:
        raise BranchError(age_outside(spot.part("age"), age, spot.cover("GMA")))
