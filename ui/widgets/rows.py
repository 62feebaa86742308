"""What a list shows: columns, rows and where the rows come from. No Qt in here.

A list may hold a million rows, so it never asks for all: it asks for windows of WINDOW rows. The
source gets the last row of the window before when the list has it (a keyset step, cheap at any
depth) and the position always (for a jump).
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Protocol

from typing_extensions import override

from app.kit.listing import (
    AmountFilter,
    ChoiceFilter,
    Filter,
    GroupCount,
    Sort,
    Stride,
    TextFilter,
)
from app.kit.words import Text
from ui.theme.tokens import Mood

WINDOW = 100
"""Rows asked for at once: some pages of a screen."""
SortKey = str | int | date


class FilterKind(Enum):
    """What a column is filtered by."""

    NONE = "none"
    TEXT = "text"
    CHOICE = "choice"
    WHOLE = "whole"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """One column: ``width`` in pixels; ``numeric`` stands right; ``badge`` is a painted state.

    A ``stretch`` column takes the room that is left; without one the last column does. ``choices``
    are the codes a choice offers. ``total`` writes the sum of the column; without it none is shown.
    ``grouping`` columns may gather rows of one value. ``hidden`` ones are shown when asked for.
    """

    key: str
    title: Text
    width: int = 140
    numeric: bool = False
    badge: bool = False
    sortable: bool = True
    stretch: bool = False
    filter: FilterKind = FilterKind.TEXT
    choices: tuple[tuple[str, Text], ...] = ()
    total: Callable[[int], str] | None = None
    grouping: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The line above a group: its value as stored, as it reads, how many, folded away or not."""

    value: str
    title: str
    count: int
    folded: bool


@dataclass(frozen=True)
class Row:
    """One row ready to paint: a cell per column, and a mood per column where one is a badge.

    A row with a ``head`` is the line above a group.
    """

    id: object
    cells: tuple[str, ...]
    moods: tuple[Mood, ...] = ()
    head: Head | None = None

    def mood(self, column: int) -> Mood:
        """Give the mood of a cell, plain where none is said."""
        return self.moods[column] if column < len(self.moods) else Mood.PLAIN


@dataclass(frozen=True)
class Asked:
    """What the list shows: sorted by a column's key (empty: the source's own order), filtered.

    ``then`` are the columns that decide where the first one is equal; ``group`` is the key of the
    column whose values the rows are gathered by.
    """

    order: str = ""
    descending: bool = False
    words: str = ""
    then: tuple[Sort, ...] = ()
    filters: tuple[Filter, ...] = ()
    group: str = ""

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """All columns it is sorted by, the first weighs most."""
        return (Sort(self.order, self.descending), *self.then) if self.order else ()

    @property
    def narrowed(self) -> bool:
        """Whether less than everything is shown."""
        return bool(self.words.strip() or self.filters)


class RowSource(Protocol):
    """Where a list's rows come from; called on the GUI thread, so each call takes a few ms."""

    def count(self, asked: Asked) -> int:
        """Say how many rows there are."""
        ...

    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        """Give rows from position ``first``; ``after`` is the row before them when it is known.

        Asked for groups, the rows come group by group in the order of `groups`.
        """
        ...

    def groups(self, asked: Asked, stride: Stride) -> Sequence[GroupCount]:  # noqa: ARG002
        """Give the groups the rows are gathered in; a source without grouping has none."""
        return ()

    def totals(self, asked: Asked, stride: Stride) -> Sequence[tuple[str, int]]:  # noqa: ARG002
        """Give the sum of each column that has one, by the column's key."""
        return ()


class LongRows(RowSource):
    """A source of more rows than can be asked at once: its whole order is read beside the window.

    `quick`, `size_up_to` and `at` are called on the GUI thread and take a few ms; so is `window`
    near the beginning of a quick order. Everything else may take seconds and is called on a lane,
    unless `size_up_to` says that the list is short.
    """

    @abstractmethod
    def quick(self, asked: Asked) -> bool:
        """Say whether the first rows come in this order without reading all of them."""

    @abstractmethod
    def size_up_to(self, most: int) -> int:
        """Count all records, filters aside, but no further than ``most``."""

    @abstractmethod
    def order(self, asked: Asked, stride: Stride) -> Sequence[int]:
        """Read where every row lies, in this order."""

    @abstractmethod
    def at(self, numbers: Sequence[int]) -> Sequence[Row]:
        """Give the rows that lie there, one for each number; what is gone is a row without id."""


@dataclass(frozen=True)
class FixedRows(RowSource):
    """A short list that is all there, for instance a trace or the day's tasks.

    ``sort_keys`` gives for a column's key what a row is sorted by where its text would mislead
    (an amount, a date).
    """

    columns: tuple[Column, ...]
    rows: Sequence[Row] = ()
    sort_keys: dict[str, Callable[[Row], SortKey]] = field(default_factory=dict)

    @override
    def count(self, asked: Asked) -> int:
        return len(self._found(asked))

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        found = self._found(asked)
        # The first column weighs most, so it sorts last; equal rows keep their order.
        for one in reversed(asked.sorts):
            found = sorted(found, key=self._key(one.key), reverse=one.descending)
        if asked.group:
            found = sorted(found, key=self._cell(asked.group))
        return found[first : first + size]

    @override
    def groups(self, asked: Asked, stride: Stride) -> Sequence[GroupCount]:
        counts: dict[str, int] = {}
        for value in sorted(map(self._cell(asked.group), self._found(asked))):
            counts[value] = counts.get(value, 0) + 1
        return [GroupCount(value, count) for value, count in counts.items()]

    @override
    def totals(self, asked: Asked, stride: Stride) -> Sequence[tuple[str, int]]:
        found = self._found(asked)
        return [
            (column.key, sum(_whole(self._key(column.key)(row)) for row in found))
            for column in self.columns
            if column.total is not None
        ]

    def _found(self, asked: Asked) -> Sequence[Row]:
        words = asked.words.casefold().split()
        if not words and not asked.filters:
            return self.rows
        return [
            row
            for row in self.rows
            if _holds(row, words) and all(self._passes(row, one) for one in asked.filters)
        ]

    def _passes(self, row: Row, one: Filter) -> bool:
        if isinstance(one, TextFilter):
            cell = self._cell(one.key)(row).casefold()
            return all(word in cell for word in one.words.casefold().split())
        if isinstance(one, ChoiceFilter):
            return self._cell(one.key)(row) == self._choice(one)
        value = self._key(one.key)(row)
        if isinstance(one, AmountFilter):
            return isinstance(value, int) and _within(value, one.least, one.most)
        return isinstance(value, date) and _within(value, one.first, one.last)

    def _choice(self, one: ChoiceFilter) -> str:
        """Give how a code reads in this list's cells."""
        column = next(column for column in self.columns if column.key == one.key)
        return next((str(words) for code, words in column.choices if code == one.code), one.code)

    def _key(self, order: str) -> Callable[[Row], SortKey]:
        return self.sort_keys.get(order) or self._cell(order)

    def _cell(self, key: str) -> Callable[[Row], str]:
        place = [column.key for column in self.columns].index(key)
        return lambda row: row.cells[place]


@dataclass(frozen=True)
class Shown:
    """A list as a person sees it: its columns with their places in a row, its rows in order.

    ``vector`` is where the rows of a long list lie, where that is known; ``count`` how many rows.
    """

    name: str
    columns: tuple[tuple[int, Column], ...]
    source: RowSource
    asked: Asked
    vector: Sequence[int] | None
    count: int


def tsv(columns: Sequence[Column], rows: Sequence[Row], titles: bool = True) -> str:
    """Write rows for a spreadsheet: tabs between cells, and no cell that would run as a formula."""
    lines = ["\t".join(str(column.title) for column in columns)] if titles else []
    lines += ["\t".join(_tsv_cell(cell) for cell in row.cells) for row in rows]
    return "\n".join(lines)


def _tsv_cell(cell: str) -> str:
    flat = " ".join(cell.replace("\t", " ").splitlines())
    harmless = not flat or flat[0] not in "=+-@" or _is_amount(flat)
    return flat if harmless else f"'{flat}"


def _is_amount(cell: str) -> bool:
    return cell.lstrip("+-").replace(",", "").replace(".", "", 1).replace(" ", "").isdecimal()


def _holds(row: Row, words: Sequence[str]) -> bool:
    whole = "\n".join(row.cells).casefold()
    return all(word in whole for word in words)


def _whole(value: SortKey) -> int:
    return value if isinstance(value, int) else 0


def _within(value: Any, least: Any, most: Any) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)
