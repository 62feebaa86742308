"""When a saved report is due: by the day, week or month of China, at a time of day, once in each.

What was missed while the desk was shut is made up once, for the last moment that was missed.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from app.kit.calendar import SHANGHAI
from app.reports.rules.declared import Asked, Stamp

Every = Literal["", "day", "week", "month"]
EVERY: tuple[Every, ...] = ("", "day", "week", "month")
Span = Literal["asked", "month", "quarter", "year", "last_month"]
"""Which days a saved report is about: those asked for, those of the current span so far, or all of
the month before."""
SPANS: tuple[Span, ...] = ("asked", "month", "quarter", "year", "last_month")
LAST_ON = {"day": 1, "week": 7, "month": 31}


@dataclass(frozen=True)
class Schedule:
    """How often a report runs by itself: ``at`` is the time of day in Shanghai.

    ``on`` is the day of the week (Monday is 1) or of the month; a day the month does not have is
    its last one. Raises ValueError for a day there is none of.
    """

    every: Every = ""
    at: time = time(8)
    on: int = 1

    def __post_init__(self) -> None:
        if self.every and not 1 <= self.on <= LAST_ON[self.every]:
            raise ValueError(f"no day {self.on} of a {self.every}")


NEVER = Schedule()


@dataclass(frozen=True)
class Saved:
    """A report a person saved under a name.

    ``done`` is the moment up to which its runs are done; None for one whose first is still to come.
    """

    id: UUID
    name: str
    asked: Asked
    measure: str
    span: Span
    schedule: Schedule
    done: datetime | None
    stamp: Stamp | None
    """What its last run was read under."""


def last_slot(schedule: Schedule, now: datetime) -> datetime:
    """Give the last moment at or before ``now`` (aware) at which a schedule wants a run."""
    here = now.astimezone(SHANGHAI)
    slot = _slot_of(schedule, here.date())
    return slot if slot <= here else _slot_of(schedule, _day_before(schedule, slot.date()))


def next_slot(schedule: Schedule, now: datetime) -> datetime:
    """Give the first moment after ``now`` (aware) at which a schedule wants a run."""
    here = now.astimezone(SHANGHAI)
    slot = _slot_of(schedule, here.date())
    return slot if slot > here else _slot_of(schedule, _day_after(schedule, slot.date()))


def slot_due(saved: Saved, now: datetime) -> datetime | None:
    """Give the moment a run is due for; None where all are done or none is wanted."""
    if not saved.schedule.every:
        return None
    slot = last_slot(saved.schedule, now)
    return slot if saved.done is None or slot > saved.done else None


def days_of(asked: Asked, span: Span, day: date) -> Asked:
    """Give what is asked for with the days of the span on a day."""
    if span == "asked":
        return asked
    month = day.replace(day=1)
    if span == "last_month":
        until = month - timedelta(days=1)
        return replace(asked, since=until.replace(day=1), until=until)
    first = {
        "month": month,
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": day.replace(month=1, day=1),
    }[span]
    return replace(asked, since=first, until=day)


def _slot_of(schedule: Schedule, day: date) -> datetime:
    """Give the moment of the day, week or month a day lies in."""
    if schedule.every == "week":
        day += timedelta(days=schedule.on - day.isoweekday())
    elif schedule.every == "month":
        day = day.replace(day=min(schedule.on, monthrange(day.year, day.month)[1]))
    return datetime.combine(day, schedule.at, SHANGHAI)


def _day_before(schedule: Schedule, day: date) -> date:
    """Give a day of the day, week or month before."""
    if schedule.every == "month":
        return day.replace(day=1) - timedelta(days=1)
    return day - timedelta(days=7 if schedule.every == "week" else 1)


def _day_after(schedule: Schedule, day: date) -> date:
    if schedule.every == "month":
        return day.replace(day=monthrange(day.year, day.month)[1]) + timedelta(days=1)
    return day + timedelta(days=7 if schedule.every == "week" else 1)
