"""Who must decide a quote: the facts it is judged by, held against the signed table."""

from dataclasses import dataclass

from app.kit.errors.base import BranchError
from app.kit.errors.packs import NO_ROW
from app.kit.errors.pricing import authority_not_serving, beyond_every_authority
from app.kit.money import Fen, half_up, yuan_text
from app.packs.authority import AuthorityTable, Measures
from app.packs.decision import Decision
from app.packs.exact import Exact, decimal_text
from app.pricing.requests import AccidentCover, PriceRequest, yuan_plain
from app.pricing.rules.quotation import Quotation


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """What the table looks at (domain.md 3.3); shares in basis points over heads, half up."""

    discretion: Exact
    highest_sum_fen: Fen
    """The highest sum insured on death of one person; 0 where no such cover is bought."""
    premium_fen: Fen
    max_class: int
    high_class_share: int
    old_share: int
    max_age: int
    loss_ratio: Exact | None
    """The highest of the experience given."""
    accumulation_fen: Fen
    """Sum insured on death times heads, over the policy, taken to be at one location."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One trigger that needs the level reached, with its value as a clerk reads it."""

    trigger: str
    value: str
    level_name: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """Which level must decide, why, and the rows of the table that said so."""

    level: int
    level_name: str
    reasons: tuple[Reason, ...]
    """The triggers that need this level; none where the lowest level suffices."""
    trail: tuple[Decision, ...]


def facts_of(request: PriceRequest, quotation: Quotation, measures: Measures) -> AuthorityFacts:
    """Gather the facts from a priced request."""
    cohorts = request.cohorts
    death = [
        (cover.sum_fen, cohort.heads)
        for cohort in cohorts
        for cover in cohort.covers
        if isinstance(cover, AccidentCover)
    ]
    high = sum(c.heads for c in cohorts if c.job_class in measures.high_classes)
    old = sum(c.heads for c in cohorts if c.age > measures.old_above_age)
    return AuthorityFacts(
        discretion=request.discretion,
        highest_sum_fen=Fen(max((fen for fen, _ in death), default=0)),
        premium_fen=quotation.policy_premium_fen,
        max_class=max(cohort.job_class for cohort in cohorts),
        high_class_share=half_up(high * 10_000, request.heads),
        old_share=half_up(old * 10_000, request.heads),
        max_age=max(cohort.age for cohort in cohorts),
        loss_ratio=_highest([past.loss_ratio for past in request.experience.values()]),
        accumulation_fen=Fen(sum(fen * heads for fen, heads in death)),
    )


def ruling_on(facts: AuthorityFacts, table: AuthorityTable) -> Ruling:
    """Ask the table for every trigger; the highest level any of them needs decides.

    Raises BranchError E-PRICE-AUTHORITY for a value beyond every level's limits.
    """
    asked = _questions(facts)
    trail = tuple(_decided(table, *question) for question in asked)
    levels = [int(decision.outputs["level"]) for decision in trail]
    level, lowest = max(levels), table.levels[0]
    name = table.name_of(level)
    reasons = tuple(
        Reason(trigger, spoken, name)
        for (trigger, _, spoken), needed in zip(asked, levels, strict=True)
        if needed == level and level > lowest
    )
    return Ruling(level, name, reasons, trail)


def ruling_of(request: PriceRequest, quotation: Quotation, table: AuthorityTable) -> Ruling:
    """Say who must decide a priced request; raises E-PRICE-AUTHORITY-DATES for another time."""
    if not table.origin.serves(request.start):
        raise BranchError(authority_not_serving(request.start))
    return ruling_on(facts_of(request, quotation, table.measures), table)


def _decided(table: AuthorityTable, trigger: str, value: int, spoken: str) -> Decision:
    try:
        return table.decide(trigger, value)
    except BranchError as refused:
        if refused.code != NO_ROW:
            raise
        raise BranchError(beyond_every_authority(trigger, spoken)) from refused


def _questions(facts: AuthorityFacts) -> list[tuple[str, int, str]]:
    """Put every fact as trigger, whole number for the table, and words for the clerk."""
    return [
        ("discretion", _outward(facts.discretion), facts.discretion.text),
        ("SI per person", facts.highest_sum_fen, yuan_plain(facts.highest_sum_fen)),
        ("policy premium", facts.premium_fen, yuan_text(facts.premium_fen)),
        ("max occupation class", facts.max_class, str(facts.max_class)),
        ("share of class 5-6", facts.high_class_share, _share(facts.high_class_share)),
        ("share of age>60", facts.old_share, _share(facts.old_share)),
        ("age>65 present", facts.max_age, str(facts.max_age)),
        *_loss_question(facts.loss_ratio),
        ("location accumulation", facts.accumulation_fen, yuan_plain(facts.accumulation_fen)),
    ]


def _loss_question(ratio: Exact | None) -> list[tuple[str, int, str]]:
    return [] if ratio is None else [("3y loss ratio", _upward(ratio), ratio.text)]


def _outward(discretion: Exact) -> int:
    """Give basis points, away from 1 where there is a rest: a limit is never rounded into."""
    if discretion.num < discretion.den:
        return discretion.num * 10_000 // discretion.den
    return _upward(discretion)


def _upward(ratio: Exact) -> int:
    return -(-ratio.num * 10_000 // ratio.den)


def _share(basis_points: int) -> str:
    return decimal_text(basis_points, 10_000, 4, 4)


def _highest(ratios: list[Exact]) -> Exact | None:
    """Find the highest ratio, compared exactly."""
    highest: Exact | None = None
    for ratio in ratios:
        if highest is None or ratio.num * highest.den > highest.num * ratio.den:
            highest = ratio
    return highest
