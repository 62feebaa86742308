"""A price as the screen shows it: lines, every step, the level and why. No Qt in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PriceLine:
    """People of one kind and one cover; money in fen, ``sum_insured`` as yuan text."""

    group: str
    cover: str
    people: int
    job_class: int
    age: int
    sum_insured: str
    per_person_fen: int
    subtotal_fen: int


@dataclass(frozen=True)
class WorkStep:
    """One step a clerk can redo with a pocket calculator; ``group`` empty for the whole policy."""

    group: str
    cover: str
    step: str
    value: str
    result: str


@dataclass(frozen=True)
class LevelFact:
    """One thing the authority table looked at, its value, and the level it needs."""

    trigger: str
    value: str
    condition: str
    level: int
    decides: bool
    """True where it is one of those that reach the level of the whole."""


@dataclass(frozen=True)
class Workings:
    """A priced request from end to end."""

    premium_fen: int
    people: int
    days: int
    minimum_applied: bool
    tariff: str
    filing_no: str
    level: int
    level_name: str
    lines: tuple[PriceLine, ...]
    steps: tuple[WorkStep, ...]
    facts: tuple[LevelFact, ...]


def workings_of(answer: Mapping[str, Any]) -> Workings:
    """Read the answer of ``price`` into what the screen shows."""
    level = max((int(fact["level"]) for fact in answer["approval_trace"]), default=1)
    said = {str(trigger): str(value) for trigger, value, _ in answer["approval_reason"]}
    return Workings(
        premium_fen=int(answer["policy_premium_fen"]),
        people=int(answer["headcount"]),
        days=int(answer["days"]),
        minimum_applied=bool(answer["minimum_applied"]),
        tariff=f"{answer['tariff']['id']} v{answer['tariff']['version']}",
        filing_no=str(answer["tariff"]["filing_no"]),
        level=level,
        level_name=str(answer["approval_level"]),
        lines=lines_of(answer["lines"]),
        steps=tuple(_steps(answer["trace"])),
        facts=tuple(
            LevelFact(
                trigger=str(fact["trigger"]),
                value=said.get(str(fact["trigger"]), str(fact["value"])),
                condition=str(fact["condition"]),
                level=int(fact["level"]),
                decides=str(fact["trigger"]) in said,
            )
            for fact in answer["approval_trace"]
        ),
    )


def lines_of(lines: Sequence[Mapping[str, Any]]) -> tuple[PriceLine, ...]:
    """Read the lines of an answer or of a stored quote."""
    return tuple(
        PriceLine(
            group=str(line["cohort"]),
            cover=str(line["coverage"]),
            people=int(line["n"]),
            job_class=int(line["class"]),
            age=int(line["age"]),
            sum_insured=str(line["SI"]),
            per_person_fen=int(line["per_person_fen"]),
            subtotal_fen=int(line["subtotal_fen"]),
        )
        for line in lines
    )


def _steps(trace: Sequence[Mapping[str, Any]]) -> Sequence[WorkStep]:
    return [
        WorkStep(
            group=str(part.get("cohort", "")),
            cover=str(part.get("coverage", "")),
            step=str(step["step"]),
            value=str(step["value"]),
            result=str(step["result"]),
        )
        for part in trace
        for step in part.get("steps", part.get("policy", ()))
    ]
