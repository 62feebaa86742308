"""A tariff as typed values, read once from its signed pack.

Everything a premium depends on stands here and comes from the pack: a changed rate in the pack
changes the premium with no code changed. Rates and factors are `Exact`; sums are fen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.kit.money import Fen
from app.packs.exact import Exact
from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading


@dataclass(frozen=True, slots=True)
class Band:
    """A value for whole numbers from ``first`` to ``last``, both included; None is open."""

    first: int
    last: int | None
    value: Exact


def band_for(bands: tuple[Band, ...], number: int) -> Exact | None:
    """Find the value for a number; None where no band holds it."""
    for band in bands:
        if band.first <= number and (band.last is None or number <= band.last):
            return band.value
    return None


@dataclass(frozen=True, slots=True)
class ShortTable:
    """How a cover shorter than a year is charged.

    Either per cent of the annual premium by started month, or by days of ``days_per_year``.
    """

    id: str
    percent_by_month: tuple[int, ...]
    days_per_year: int


@dataclass(frozen=True, slots=True)
class DailyRule:
    """A cover of fewer than ``below_days`` days costs annual / days_per_year × times × days."""

    below_days: int
    days_per_year: int
    times: Exact


@dataclass(frozen=True, slots=True)
class ChildRule:
    """Below this age the rate of a fixed class is used, with a factor of its own."""

    below_age: int
    rate_class: int
    factor: Exact


@dataclass(frozen=True, slots=True)
class CoverTerms:
    """What every cover has: its name, its short table, and how experience weighs."""

    code: str
    name_zh: str
    short_table: ShortTable
    daily: DailyRule | None
    credibility_k: int
    target_lr: Exact


@dataclass(frozen=True, slots=True)
class GroupAccident:
    """GPA: death and disability by accident; per mille of the sum insured and year."""

    terms: CoverTerms
    rate_per_mille: Mapping[int, Exact]
    ages: tuple[Band, ...]
    child: ChildRule


@dataclass(frozen=True, slots=True)
class AccidentMedical:
    """GMA: medical cost after an accident; yuan per 1,000 of the sum insured and year."""

    terms: CoverTerms
    base_per_1000: Mapping[int, Exact]
    deductibles: Mapping[int, Exact]
    """By deductible in whole yuan."""
    pay_ratios: Mapping[int, Exact]
    """By per cent paid."""
    social_shares: tuple[tuple[Exact, Exact], ...]
    """From this share of people with social insurance upward, lowest first: the factor."""


@dataclass(frozen=True, slots=True)
class HospitalMedical:
    """GHI: cost in hospital; yuan a year at a sum insured of 10,000, by age."""

    terms: CoverTerms
    base: tuple[Band, ...]
    sum_knots: tuple[tuple[Fen, Exact], ...]
    """Sums with their factor, rising; between two of them on a straight line."""
    no_social_insurance: Exact
    class_factor: Mapping[int, Exact]


@dataclass(frozen=True, slots=True)
class HospitalCash:
    """GHC: an allowance per day in hospital; yuan a year per 10 yuan a day, by age."""

    terms: CoverTerms
    base_per_10_yuan: tuple[Band, ...]
    wait_days: Mapping[int, Exact]


@dataclass(frozen=True, slots=True)
class ExperienceRule:
    """How a factor from experience is rounded and held between two bounds."""

    places: int
    lowest: Exact
    highest: Exact
    new_group: Exact
    full_credibility_claims: int
    """Claims at which the limited-fluctuation method gives full weight."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """One filed tariff."""

    origin: PackOrigin
    name_zh: str
    gpa: GroupAccident
    gma: AccidentMedical
    ghi: HospitalMedical
    ghc: HospitalCash
    sizes: tuple[Band, ...]
    experience: ExperienceRule
    regions: Mapping[str, Exact]
    jobs: Mapping[str, Exact]
    combined_lowest: Exact
    combined_highest: Exact
    least_per_person_fen: Fen
    least_per_policy_fen: Fen
    full_year_months: int

    @property
    def id(self) -> str:
        """The tariff's name, ``T2026.1``."""
        return self.origin.id

    @property
    def covers(self) -> Mapping[str, CoverTerms]:
        """The covers a quote may hold, by code."""
        terms = (self.gpa.terms, self.gma.terms, self.ghi.terms, self.ghc.terms)
        return {cover.code: cover for cover in terms}


def read_tariff(origin: PackOrigin, content: Mapping[str, Any]) -> Tariff:
    """Read a tariff; raises BranchError E-PACK-CONTENT with the place.

    GTL and CON are filed with the tariff but sold by other forms than a group quote: they are
    signed with the rest and not read here.
    """
    pack = Reading(content, pack_path(origin.kind, origin.id))
    pack.only(
        *("name_zh", "fictional", "GPA", "GMA", "GHI", "GHC", "GTL", "CON", "size_factor"),
        *("experience", "region_factor", "job_factor", "combined_factor", "minimum"),
        *("full_year_months", "short_tables"),
    )
    year = pack.at("full_year_months").whole(1)
    tables = _short_tables(pack.at("short_tables"), year)
    combined, minimum = pack.at("combined_factor"), pack.at("minimum")
    return Tariff(
        origin=origin,
        name_zh=pack.at("name_zh").text(),
        gpa=_accident(pack.at("GPA"), tables),
        gma=_medical(pack.at("GMA"), tables),
        ghi=_hospital(pack.at("GHI"), tables),
        ghc=_cash(pack.at("GHC"), tables),
        sizes=_bands_of_pairs(pack.at("size_factor")),
        experience=_experience(pack.at("experience")),
        regions=pack.at("region_factor").by_text(),
        jobs=pack.at("job_factor").by_text(),
        combined_lowest=combined.at("lowest").positive(),
        combined_highest=combined.at("highest").positive(),
        least_per_person_fen=minimum.at("per_person_per_coverage").fen(),
        least_per_policy_fen=minimum.at("per_policy").fen(),
        full_year_months=year,
    )


def _short_tables(content: Reading, year: int) -> dict[str, ShortTable]:
    return {key: _short_table(key, content.at(key), year) for key in content.keys()}  # noqa: SIM118


def _short_table(key: str, content: Reading, year: int) -> ShortTable:
    content.only("percent_by_month", "days_per_year")
    if content.has("percent_by_month") == content.has("days_per_year"):
        raise content.wrong()
    if content.has("days_per_year"):
        return ShortTable(key, (), content.at("days_per_year").whole(1))
    percent = tuple(item.whole(1) for item in content.at("percent_by_month").items())
    if len(percent) != year or list(percent) != sorted(percent):
        raise content.wrong("percent_by_month")
    return ShortTable(key, percent, 0)


def _terms(code: str, content: Reading, tables: Mapping[str, ShortTable]) -> CoverTerms:
    table = tables.get(content.at("short_table").text())
    if table is None:
        raise content.wrong("short_table")
    return CoverTerms(
        code=code,
        name_zh=content.at("name_zh").text(),
        short_table=table,
        daily=_daily(content.at("daily")) if content.has("daily") else None,
        credibility_k=content.at("K").whole(1),
        target_lr=content.at("target_lr").positive(),
    )


_TERMS = ("name_zh", "short_table", "daily", "K", "target_lr")


def _daily(content: Reading) -> DailyRule:
    content.only("below_days", "days_per_year", "times")
    return DailyRule(
        below_days=content.at("below_days").whole(1),
        days_per_year=content.at("days_per_year").whole(1),
        times=content.at("times").positive(),
    )


def _accident(content: Reading, tables: Mapping[str, ShortTable]) -> GroupAccident:
    content.only(*_TERMS, "rate_per_mille_by_class", "age_factor", "child")
    rates = content.at("rate_per_mille_by_class").by_whole()
    child = content.at("child")
    rule = ChildRule(
        below_age=child.at("below_age").whole(1),
        rate_class=child.at("rate_class").whole(1),
        factor=child.at("factor").positive(),
    )
    if rule.rate_class not in rates:
        raise child.wrong("rate_class")
    return GroupAccident(
        terms=_terms("GPA", content, tables),
        rate_per_mille=rates,
        ages=_bands_of_pairs(content.at("age_factor")),
        child=rule,
    )


def _medical(content: Reading, tables: Mapping[str, ShortTable]) -> AccidentMedical:
    factors = ("deductible_factor", "pay_ratio_factor", "social_insurance_share_factor")
    content.only(*_TERMS, "base_per_1000_SI_by_class", *factors)
    return AccidentMedical(
        terms=_terms("GMA", content, tables),
        base_per_1000=content.at("base_per_1000_SI_by_class").by_whole(),
        deductibles=content.at("deductible_factor").by_whole(),
        pay_ratios=content.at("pay_ratio_factor").by_whole(),
        social_shares=_shares(content.at("social_insurance_share_factor")),
    )


def _shares(content: Reading) -> tuple[tuple[Exact, Exact], ...]:
    """Read shares from zero upward, so that every share has a factor."""
    pairs = [item.pair() for item in content.items()]
    shares = tuple((start.exact(), factor.positive()) for start, factor in pairs)
    marks = [share.num * 10**6 // share.den for share, _ in shares]
    if marks[0] != 0 or marks != sorted(set(marks)):
        raise content.wrong()
    return shares


def _hospital(content: Reading, tables: Mapping[str, ShortTable]) -> HospitalMedical:
    own = ("base_SI10000_by_age", "si_factor_knots_linear", "class_factor")
    content.only(*_TERMS, *own, "no_social_insurance_factor")
    return HospitalMedical(
        terms=_terms("GHI", content, tables),
        base=_bands_of_keys(content.at("base_SI10000_by_age")),
        sum_knots=_knots(content.at("si_factor_knots_linear")),
        no_social_insurance=content.at("no_social_insurance_factor").positive(),
        class_factor=content.at("class_factor").by_whole(),
    )


def _knots(content: Reading) -> tuple[tuple[Fen, Exact], ...]:
    knots = tuple((Fen(yuan * 100), factor) for yuan, factor in content.by_whole().items())
    sums = [fen for fen, _ in knots]
    if len(knots) < 2 or sums != sorted(set(sums)):
        raise content.wrong()
    return knots


def _cash(content: Reading, tables: Mapping[str, ShortTable]) -> HospitalCash:
    content.only(*_TERMS, "base_per_10yuan_day_by_age", "wait_days_factor")
    return HospitalCash(
        terms=_terms("GHC", content, tables),
        base_per_10_yuan=_bands_of_keys(content.at("base_per_10yuan_day_by_age")),
        wait_days=content.at("wait_days_factor").by_whole(),
    )


def _experience(content: Reading) -> ExperienceRule:
    content.only("places", "lowest", "highest", "new_group", "full_credibility_claims")
    return ExperienceRule(
        places=content.at("places").whole(1),
        lowest=content.at("lowest").positive(),
        highest=content.at("highest").positive(),
        new_group=content.at("new_group").positive(),
        full_credibility_claims=content.at("full_credibility_claims").whole(1),
    )


def _bands_of_pairs(content: Reading) -> tuple[Band, ...]:
    pairs = [item.pair() for item in content.items()]
    return _without_gap(
        [Band(*content.range(span.text()), value.positive()) for span, value in pairs], content
    )


def _bands_of_keys(content: Reading) -> tuple[Band, ...]:
    return _without_gap(
        [Band(*content.range(key), value) for key, value in content.by_text().items()], content
    )


def _without_gap(bands: list[Band], content: Reading) -> tuple[Band, ...]:
    """Refuse bands that overlap or leave a number between them out."""
    for lower, upper in pairwise(bands):
        if lower.last is None or upper.first != lower.last + 1:
            raise content.wrong()
    return tuple(bands)
