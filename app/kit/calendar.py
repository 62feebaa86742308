"""Days and months of cover, as the Civil Code counts them (domain.md, global conventions).

Cover runs from 00:00 of the first day to 24:00 of the last day; both are stored as dates of
Asia/Shanghai. An anniversary that does not exist rolls to the first of the next month, so a month
from 31 January ends on the last of February.
"""

from datetime import date, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one zone without summer time; a fixed offset needs no zone file."""


def days_of_cover(start: date, end: date) -> int:
    """Count the covered days, first and last included."""
    return (end - start).days + 1


def anniversary(start: date, months: int) -> date:
    """Say on which day a new month begins after ``months`` whole months from ``start``."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month0 + 1, start.day)
    except ValueError:
        year, month0 = divmod(year * 12 + month0 + 1, 12)
        return date(year, month0 + 1, 1)


def last_day_after(start: date, months: int) -> date:
    """Say the last covered day of ``months`` whole months that begin on ``start``."""
    return anniversary(start, months) - timedelta(days=1)


def months_of_cover(start: date, end: date) -> tuple[int, int]:
    """Split the cover into whole months and the days beyond them."""
    full = 0
    while last_day_after(start, full + 1) <= end:
        full += 1
    return full, (end - anniversary(start, full)).days + 1


def started_months(start: date, end: date) -> int:
    """Count months where a part of a month counts as a month."""
    full, extra = months_of_cover(start, end)
    return full + (1 if extra else 0)


def age_on(birth: date, day: date) -> int:
    """Say the age in completed years on ``day``; the birthday itself counts."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
