"""When a saved report is due: by the day, week or month of China, once in each."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from app.reports.rules.declared import Asked, Stamp

Every = Literal["", "day", "week", "month"]
EVERY: tuple[Every, ...] = ("", "day", "week", "month")
Span = Literal["asked", "month", "quarter", "year"]
"""Which days a saved report is about: those asked for, or those of the current span so far."""
SPANS: tuple[Span, ...] = ("asked", "month", "quarter", "year")


@dataclass(frozen=True)
class Saved:
    """A report a person saved under a name. ``ran_on`` is the day of its last scheduled run."""

    id: UUID
    name: str
    asked: Asked
    measure: str
    span: Span
    every: Every
    ran_on: date | None
    stamp: Stamp | None
    """What its last run was read under."""


def is_due(every: Every, ran_on: date | None, today: date) -> bool:
    """Say whether a run of this day, week (from Monday) or month is still to come."""
    if not every:
        return False
    return ran_on is None or ran_on < _began(every, today)


def days_of(asked: Asked, span: Span, today: date) -> Asked:
    """Give what is asked for with the days of the current span, up to today."""
    if span == "asked":
        return asked
    first = {
        "month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
    }[span]
    return Asked(asked.report, asked.group, asked.across, first, today, asked.office)


def _began(every: Every, today: date) -> date:
    if every == "week":
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if every == "month" else today
