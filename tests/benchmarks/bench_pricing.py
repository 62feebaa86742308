"""T18: a quote with its full trail against plain Decimal arithmetic without one.

The target (0.95) says that whole fen with a trail shall cost less than Decimal without one, for the
same quote: the same people, tariff and factors, one rounding per person, premiums equal to the fen.
So both start from the request and the tariff as they lie in memory and end with a premium per
person in the hand; ours also with every step of every person. Each uses what is its own: ours rates
what people have in common once, the yardstick is what one writes without that idea.
"""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from app.kit.clock import FixedClock
from app.kit.money import Fen
from app.packs.exact import ONE, Exact
from app.packs.shipped import shipped_packs
from app.packs.tariff import Tariff
from app.pricing.requests import AccidentCover, Cohort, PriceRequest
from app.pricing.rules.basis import basis_of
from app.pricing.rules.quotation import price
from tests.benchmarks.harness import Figure, compare

PEOPLE = 10_000
CENT = Decimal("0.01")


def group() -> PriceRequest:
    """Make a group of 10,000 people who differ in class, age, sum and job."""
    cohorts = tuple(
        Cohort(
            name=f"{place}",
            heads=1,
            job_class=1 + place % 6,
            age=18 + place * 7 % 47,
            job=None,
            covers=(AccidentCover(Fen(10_000_00 * (1 + place % 97))),),
        )
        for place in range(PEOPLE)
    )
    return PriceRequest(
        tariff="T2026.1",
        start=date(2026, 12, 1),
        end=date(2027, 11, 30),
        region="B",
        discretion=ONE,
        experience={},
        cohorts=cohorts,
    )


class ByDecimal:
    """The same premium as one would write it down: per person, every factor looked up, in Decimal.

    Tables are turned into Decimal beforehand and nothing is kept of how a premium came about. No
    factor is carried from one person to the next: that is our engine's own idea.
    """

    def __init__(self, request: PriceRequest, tariff: Tariff) -> None:
        gpa = tariff.gpa
        self.request = request
        self.rates = {number: _decimal(rate) for number, rate in gpa.rate_per_mille.items()}
        self.ages = [(band.first, band.last, _decimal(band.value)) for band in gpa.ages]
        self.jobs = {job: _decimal(factor) for job, factor in tariff.jobs.items()}
        self.shared = {
            name: _decimal(factor) for name, factor in basis_of(request, tariff).covers["GPA"].steps
        }
        self.least = Decimal(tariff.least_per_person_fen) / 100

    def total(self) -> Decimal:
        """Price everybody and keep each premium."""
        premiums = [self.premium(cohort) for cohort in self.request.cohorts]
        return sum(premiums, Decimal(0))

    def premium(self, cohort: Cohort) -> Decimal:
        """Price one person."""
        [cover] = cohort.covers
        assert isinstance(cover, AccidentCover)
        shared = self.shared
        raw = (
            Decimal(cover.sum_fen)
            / 100
            / 1000
            * self.rates[cohort.job_class]
            * self._age_factor(cohort.age)
            * (self.jobs[cohort.job] if cohort.job else 1)
            * shared["size"]
            * shared["experience"]
            * shared["region"]
            * shared["discretion"]
            * shared["term"]
        )
        return max(raw.quantize(CENT, ROUND_HALF_UP), self.least)

    def _age_factor(self, age: int) -> Decimal:
        for first, last, factor in self.ages:
            if first <= age and (last is None or age <= last):
                return factor
        raise LookupError(f"the tariff has no age {age}")


def trail_against_decimal() -> Iterator[Figure]:
    """Price the group both ways; the sums must be equal to the fen before anything is timed."""
    request = group()
    tariff = shipped_packs(FixedClock(datetime(2026, 12, 1, tzinfo=UTC))).tariff("T2026.1")
    plain = ByDecimal(request, tariff)
    ours, theirs = price(request, tariff).sum_of_lines_fen, plain.total() * 100
    if ours != theirs:
        raise RuntimeError(f"the sums differ: {ours} and {theirs} fen")
    yield compare(
        "T18",
        unit="s",
        yardstick=f"Decimal without a trail, {PEOPLE} people",
        target=0.95,
        ours=lambda: _seconds_with_trail(request, tariff),
        theirs=lambda: _seconds(plain),
    )


def _seconds_with_trail(request: PriceRequest, tariff: Tariff) -> float:
    """Price and take every step of every line into the hand, so that the trail is really there."""
    began = time.perf_counter()
    steps = sum(len(line.rating.steps) for line in price(request, tariff).lines)
    seconds = time.perf_counter() - began
    assert steps > PEOPLE
    return seconds


def _seconds(plain: ByDecimal) -> float:
    began = time.perf_counter()
    plain.total()
    return time.perf_counter() - began


def _decimal(factor: Exact) -> Decimal:
    return Decimal(factor.num) / Decimal(factor.den)


FIGURES = [trail_against_decimal]
