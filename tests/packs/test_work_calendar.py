"""The work calendar: published days as they were published, minutes counted by hand."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.calendar import SHANGHAI
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.packs.header import read_pack
from app.packs.in_force import calendar_in_force
from app.packs.publish import PackKeys, first_root, publish, shipped_sources
from app.packs.resources import resource_bytes
from app.packs.shipped import shipped_packs
from app.packs.sources import BytesSource
from app.packs.trust import PackStore
from app.packs.work_calendar import WORK_CALENDAR, WorkCalendar, read_work_calendar
from tests.packs.conftest import EXPIRES, NOW

PATH = f"rules/{WORK_CALENDAR}.json"
CALENDAR = read_work_calendar(*read_pack(resource_bytes(PATH), PATH, "rules"))
MOMENTS = st.integers(0, 780 * 86_400).map(
    lambda seconds: datetime(2024, 12, 1, tzinfo=SHANGHAI) + timedelta(seconds=seconds)
)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("year", "weekdays_off", "weekends_worked"),
    [
        (
            2025,
            "0101 0128 0129 0130 0131 0203 0204 0404 0501 0502 0505 0602 1001 1002 1003 1006 1007"
            " 1008",
            "0126 0208 0427 0928 1011",
        ),
        (
            2026,
            "0101 0102 0216 0217 0218 0219 0220 0223 0406 0501 0504 0505 0619 0925 1001 1002 1005"
            " 1006 1007",
            "0104 0214 0228 0509 0920 1010",
        ),
    ],
)
def test_the_years_are_as_published(year: int, weekdays_off: str, weekends_worked: str) -> None:
    """State Council's notices of 2024-11-12 and 2025-11-04, counted out day by day."""
    day, off, worked = date(year, 1, 1), [], []
    while day.year == year:
        weekday = day.weekday() < 5
        if weekday and not CALENDAR.works(day):
            off.append(f"{day:%m%d}")
        if not weekday and CALENDAR.works(day):
            worked.append(f"{day:%m%d}")
        day += timedelta(days=1)
    assert (" ".join(off), " ".join(worked)) == (weekdays_off, weekends_worked)


@pytest.mark.parametrize(
    ("began", "ended", "minutes"),
    [
        ("2026-03-03T09:00:00", "2026-03-03T09:31:59", 31),
        ("2026-03-03T08:00:00", "2026-03-03T20:00:00", 450),
        ("2026-03-03T11:50:00", "2026-03-03T13:40:00", 20),  # noon is no office hour
        ("2026-03-03T12:00:00", "2026-03-03T13:30:00", 0),
        ("2026-03-06T17:00:00", "2026-03-09T09:00:00", 60),  # a weekend between
        ("2026-02-13T17:00:00", "2026-02-24T09:00:00", 510),  # all of the 14th, then the festival
        ("2026-09-30T17:29:30", "2026-10-08T08:30:30", 1),  # half a minute on either side
        ("2026-10-10T08:30:00", "2026-10-10T09:00:00", 30),  # a Saturday worked in exchange
        ("2026-03-03T10:00:00", "2026-03-03T09:00:00", 0),
    ],
)
def test_minutes_are_those_of_office_hours(began: str, ended: str, minutes: int) -> None:
    assert CALENDAR.minutes(china(began), china(ended)) == minutes
    assert CALENDAR.minutes(china(began).astimezone(UTC), china(ended).astimezone(UTC)) == minutes


@given(st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_two_waits_in_a_row_are_one(moments: tuple[datetime, datetime, datetime]) -> None:
    """Cutting a wait in two loses at most the minute that is cut, and adds none."""
    first, between, last = sorted(moments)
    whole = CALENDAR.minutes(first, last)
    parts = CALENDAR.minutes(first, between) + CALENDAR.minutes(between, last)
    assert 0 <= whole - parts <= 1
    assert whole <= (last - first) // timedelta(minutes=1)


def test_beyond_the_published_days_weekdays_are_taken_and_it_says_so() -> None:
    assert CALENDAR.works(date(2027, 1, 1)) and not CALENDAR.works(date(2027, 1, 2))
    known = china("2026-12-31T23:59:59")
    assert CALENDAR.is_sure_of(china("2025-01-01T00:00:00"), known)
    assert not CALENDAR.is_sure_of(known, china("2027-01-01T00:00:00"))
    assert not CALENDAR.is_sure_of(china("2024-12-31T23:59:59"), known)


def _drop(tree: dict[str, Any]) -> None:
    tree["workdays"] = ["2026-03-03"]


def _holiday_worked(tree: dict[str, Any]) -> None:
    tree["workdays"] = ["2026-02-15"]


def _outside(tree: dict[str, Any]) -> None:
    tree["holidays"][0] |= {"first": "2027-01-01", "last": "2027-01-01"}


def _backwards(tree: dict[str, Any]) -> None:
    tree["holidays"][1] |= {"first": "2025-02-04", "last": "2025-01-28"}


def _overlapping(tree: dict[str, Any]) -> None:
    tree["hours"] = [["08:30", "12:00"], ["11:59", "17:30"]]


def _no_time(tree: dict[str, Any]) -> None:
    tree["hours"] = [["08:30", "24:00"]]


def _more(tree: dict[str, Any]) -> None:
    tree["note"] = "x"


@pytest.mark.parametrize(
    "spoil", [_drop, _holiday_worked, _outside, _backwards, _overlapping, _no_time, _more]
)
def test_a_wrong_calendar_is_never_signed(
    keys: PackKeys, spoil: Callable[[dict[str, Any]], None]
) -> None:
    tree = json.loads(resource_bytes(PATH))
    spoil(tree)
    packs = shipped_sources() | {PATH: json.dumps(tree, ensure_ascii=False).encode()}
    with pytest.raises(BranchError) as caught:
        publish(packs, keys, EXPIRES)
    assert caught.value.code == "E-PACK-CONTENT"


def _held(folder: Path, packs: dict[str, bytes], keys: PackKeys) -> WorkCalendar:
    files = publish(packs, keys, EXPIRES)
    store = PackStore(folder, first_root(files), FixedClock(NOW))
    store.refresh(BytesSource(files))
    return calendar_in_force(store, FixedClock(NOW))


def test_head_offices_calendar_is_in_force_and_the_shipped_one_where_it_has_none(
    tmp_path: Path, keys: PackKeys
) -> None:
    packs = shipped_sources()
    tree = json.loads(packs[PATH])
    tree["header"]["version"], tree["hours"] = 2, [["09:00", "17:00"]]
    newer = packs | {PATH: json.dumps(tree, ensure_ascii=False).encode()}
    assert _held(tmp_path / "new", newer, keys).origin.version == 2
    del packs[PATH]
    assert _held(tmp_path / "old", packs, keys) == CALENDAR
    assert shipped_packs(FixedClock(NOW)).work_calendar() == CALENDAR
