"""How days, moments, counts and shares are written for a person: the one home of it.

Days and clock times are those of Shanghai, wherever the machine stands. In lists, fields and facts
a day is ``2026-03-05`` in both languages: it sorts as it reads and is typed back as it stands. In a
sentence it is said the language's own way, through the catalogue. Numbers have thousands marks of
three digits and a point in both languages, as the trade's own papers have them; money is
`app.kit.money.yuan_grouped`. Files for machines (exports, the wire) write ISO 8601 themselves.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce

from app.kit.calendar import SHANGHAI
from app.kit.words import Text, t

_MONTHS = (
    t("January"), t("February"), t("March"), t("April"), t("May"), t("June"), t("July"),
    t("August"), t("September"), t("October"), t("November"), t("December"),
)  # fmt: skip


def written_day(day: date | datetime) -> str:
    """Write a day for a list or a field: ``2026-03-05``; a moment gives its day in Shanghai."""
    plain = day.astimezone(SHANGHAI).date() if isinstance(day, datetime) else day
    return plain.isoformat()


def written_clock(moment: datetime, *, seconds: bool = False) -> str:
    """Write the time of day in Shanghai: ``09:41``, or ``09:41:07`` where seconds matter."""
    return moment.astimezone(SHANGHAI).strftime("%H:%M:%S" if seconds else "%H:%M")


def written_moment(moment: datetime, *, seconds: bool = False) -> str:
    """Write a moment for a list or a fact: ``2026-03-05 09:41``."""
    return f"{written_day(moment)} {written_clock(moment, seconds=seconds)}"


def written_month(moment: date | datetime) -> str:
    """Write the month a day or a moment lies in: ``2026-03``."""
    return written_day(moment)[:7]


def spoken_day(day: date | datetime) -> Text:
    """Say a day in a sentence: 5 March 2026, or the Chinese way with its three signs."""
    plain = day.astimezone(SHANGHAI).date() if isinstance(day, datetime) else day
    month = _MONTHS[plain.month - 1]
    return t("{day} {month} {year}", day=plain.day, month=month, year=plain.year)


def spoken_moment(moment: datetime) -> Text:
    """Say a moment in a sentence: 5 March 2026, 09:41."""
    return t("{day}, {clock}", day=spoken_day(moment), clock=written_clock(moment))


def written_digest(digest: str) -> str:
    """Write a hash in groups of eight digits: compared by eye, and broken where it has no room."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def written_count(n: int) -> str:
    """Write a whole number with thousands marks: 1440000 is ``1,440,000``."""
    return f"{n:,}"


def written_share(basis_points: int) -> str:
    """Write a share in percent with two decimals: 1250 basis points are ``12.50%``."""
    sign = "-" if basis_points < 0 else ""
    whole, rest = divmod(abs(basis_points), 100)
    return f"{sign}{whole:,}.{rest:02d}%"


def joined(labels: Iterable[Text]) -> Text:
    """Name several things in one breath, in the order given; nothing for none."""
    named = list(labels)
    return reduce(_and, named) if named else t("{code}", code="")


def _and(before: Text, last: Text) -> Text:
    return t("{before}, {last}", before=before, last=last)
