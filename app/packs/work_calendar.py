"""Which days and hours a branch works, as a rules pack: the public calendar of China.

Holidays are whole days, the weekends in them among them; ``workdays`` are the weekend days worked
in exchange. The pack is sure of the days it serves; nobody has published the calendar beyond them
yet. There Monday to Friday are taken for working days, and whoever shows such a figure says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from app.kit.calendar import SHANGHAI
from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading

WORK_CALENDAR = "work-calendar"
_DAY = timedelta(days=1)
_SATURDAY = 5
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)

Spell = tuple[time, time]
"""Office hours without a break: from, until (not included)."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days and hours of work; days and hours are those of Shanghai."""

    origin: PackOrigin
    hours: tuple[Spell, ...]
    holidays: frozenset[date]
    workdays: frozenset[date]

    def works(self, day: date) -> bool:
        """Say whether a day is worked; beyond the published days, Monday to Friday are."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def minutes(self, began: datetime, ended: datetime) -> int:
        """Count the whole minutes of office hours between two aware moments; none backwards."""
        first, last = (one.astimezone(SHANGHAI).replace(tzinfo=None) for one in (began, ended))
        day, worked = first.date(), timedelta()
        while day <= last.date():
            if self.works(day):
                worked += self._within(day, first, last)
            day += _DAY
        return worked // timedelta(minutes=1)

    def is_sure_of(self, began: datetime, ended: datetime) -> bool:
        """Say whether the calendar of all days between two aware moments is published."""
        days = [one.astimezone(SHANGHAI).date() for one in (began, ended)]
        return self.origin.valid_from <= min(days) and max(days) <= self.origin.valid_to

    def _within(self, day: date, first: datetime, last: datetime) -> timedelta:
        worked = timedelta()
        for opens, closes in self.hours:
            start = max(first, datetime.combine(day, opens))
            end = min(last, datetime.combine(day, closes))
            worked += max(end - start, timedelta())
        return worked


def read_work_calendar(origin: PackOrigin, content: Mapping[str, Any]) -> WorkCalendar:
    """Read a work calendar; raises BranchError E-PACK-CONTENT.

    Hours rise and do not overlap; every day lies in the days the pack serves; what is worked in
    exchange is a weekend day and no holiday.
    """
    reading = Reading(content, pack_path(origin.kind, origin.id))
    reading.only("hours", "holidays", "workdays")
    holidays = frozenset(
        day for one in reading.at("holidays").items() for day in _holiday(one, origin)
    )
    exchanged = [_day(one, origin) for one in reading.at("workdays").items()]
    if any(day.weekday() < _SATURDAY or day in holidays for day in exchanged):
        raise reading.wrong("workdays")
    return WorkCalendar(origin, _hours(reading.at("hours")), holidays, frozenset(exchanged))


def _holiday(reading: Reading, origin: PackOrigin) -> Iterator[date]:
    reading.only("name", "first", "last")
    reading.at("name").text()
    day, last = _day(reading.at("first"), origin), _day(reading.at("last"), origin)
    if last < day:
        raise reading.wrong("last")
    while day <= last:
        yield day
        day += _DAY


def _day(reading: Reading, origin: PackOrigin) -> date:
    day = reading.day()
    if not origin.serves(day):
        raise reading.wrong()
    return day


def _hours(reading: Reading) -> tuple[Spell, ...]:
    spells = []
    for one in reading.items():
        opens, closes = (_clock(part) for part in one.pair())
        if closes <= opens:
            raise one.wrong()
        spells.append((opens, closes))
    if any(before[1] > after[0] for before, after in pairwise(spells)):
        raise reading.wrong()
    return tuple(spells)


def _clock(reading: Reading) -> time:
    text = reading.text()
    if not _CLOCK.fullmatch(text):
        raise reading.wrong()
    return time.fromisoformat(text)
