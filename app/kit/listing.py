"""What a list is asked for: its order and its filters, as plain values.

Widgets say it, presenters pass it on, queries turn it into SQL. A key names a column of the list.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Sort:
    """Sorted by a column; several in a row, the first weighs most."""

    key: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class TextFilter:
    """The column's text holds these words, capital letters or not."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """The column's code is this one."""

    key: str
    code: str


@dataclass(frozen=True, slots=True)
class AmountFilter:
    """The column's whole number (money: fen) lies in a range, both ends included; None is open."""

    key: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class DayFilter:
    """The column's day lies in a range, both ends included; None is open."""

    key: str
    first: date | None = None
    last: date | None = None


Filter = TextFilter | ChoiceFilter | AmountFilter | DayFilter


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group of rows: the value they share, as its column stores it, and how many they are."""

    value: str
    count: int


class Stride(Protocol):
    """Told how far long work is; says when it shall end."""

    def step(self, done: int, total: int) -> None:
        """Say how far it is (``total`` 0: not known); raises Cancelled when it is to end."""
        ...


class Unhurried(Stride):
    """For work nobody follows or stops."""

    @override
    def step(self, done: int, total: int) -> None:
        """Go on."""


def plain_filter(one: Filter) -> list[str | int | None]:
    """Write a filter as plain JSON: its kind, its key, what it asks."""
    match one:
        case TextFilter(key, words):
            return ["text", key, words]
        case ChoiceFilter(key, code):
            return ["choice", key, code]
        case AmountFilter(key, least, most):
            return ["amount", key, least, most]
        case DayFilter(key, first, last):
            return ["day", key, _iso(first), _iso(last)]


def read_filter(plain: object) -> Filter | None:
    """Read a filter from its plain JSON; None for what this version does not know."""
    match plain:
        case ["text", str(key), str(words)]:
            return TextFilter(key, words)
        case ["choice", str(key), str(code)]:
            return ChoiceFilter(key, code)
        case ["amount", str(key), int() | None as least, int() | None as most]:
            return AmountFilter(key, least, most)
        case ["day", str(key), str() | None as first, str() | None as last]:
            return _read_days(key, first, last)
        case _:
            return None


def _read_days(key: str, first: str | None, last: str | None) -> Filter | None:
    try:
        return DayFilter(key, _day(first), _day(last))
    except ValueError:
        return None


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
