"""What a list shows: columns, rows and where the rows come from. No Qt in here.

A list may hold a million rows, so it never asks for all: it asks for windows of WINDOW rows. The
source gets the last row of the window before when the list has it (a keyset step, cheap at any
depth) and the position always (for a jump).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from typing_extensions import override

from app.kit.words import Text
from ui.theme.tokens import Mood

WINDOW = 200
"""Rows asked for at once."""
KEPT = 64
"""Windows kept."""
SortKey = str | int | date


@dataclass(frozen=True)
class Column:
    """One column: ``width`` in pixels; ``numeric`` stands right; ``badge`` is a painted state.

    A ``stretch`` column takes the room that is left; without one the last column does.
    """

    key: str
    title: Text
    width: int = 140
    numeric: bool = False
    badge: bool = False
    sortable: bool = True
    stretch: bool = False


@dataclass(frozen=True)
class Row:
    """One row ready to paint: a cell per column, and a mood per column where one is a badge."""

    id: object
    cells: tuple[str, ...]
    moods: tuple[Mood, ...] = ()

    def mood(self, column: int) -> Mood:
        """Give the mood of a cell, plain where none is said."""
        return self.moods[column] if column < len(self.moods) else Mood.PLAIN


@dataclass(frozen=True)
class Asked:
    """What the list shows: sorted by a column's key (empty: the source's own order), filtered."""

    order: str = ""
    descending: bool = False
    words: str = ""


class RowSource(Protocol):
    """Where a list's rows come from; called on the GUI thread, so each call takes a few ms."""

    def count(self, asked: Asked) -> int:
        """Say how many rows there are."""
        ...

    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        """Give rows from position ``first``; ``after`` is the row before them when it is known."""
        ...


@dataclass(frozen=True)
class FixedRows(RowSource):
    """A short list that is all there, for instance a trace or the day's tasks.

    ``sort_keys`` gives for a column's key what a row is sorted by where its text would mislead
    (an amount, a date).
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    sort_keys: dict[str, Callable[[Row], SortKey]] = field(default_factory=dict)

    @override
    def count(self, asked: Asked) -> int:
        return len(self._found(asked))

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        found = self._found(asked)
        if asked.order:
            found = sorted(found, key=self._key(asked.order), reverse=asked.descending)
        return found[first : first + size]

    def _found(self, asked: Asked) -> Sequence[Row]:
        words = asked.words.casefold().split()
        if not words:
            return self.rows
        return [row for row in self.rows if _holds(row, words)]

    def _key(self, order: str) -> Callable[[Row], SortKey]:
        if order in self.sort_keys:
            return self.sort_keys[order]
        place = [column.key for column in self.columns].index(order)
        return lambda row: row.cells[place]


class Windows:
    """The windows of one list that are kept, least recently used first to go."""

    def __init__(self, source: RowSource) -> None:
        self._source = source
        self._kept: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self.asked = Asked()
        self.count = 0

    def ask(self, asked: Asked) -> None:
        """Start anew with another order or filter, and count."""
        self.asked = asked
        self._kept.clear()
        self.count = self._source.count(asked)

    def row(self, place: int) -> Row | None:
        """Give a row by its position; None where the source has become shorter meanwhile."""
        number, within = divmod(place, WINDOW)
        rows = self._kept.get(number)
        if rows is None:
            rows = self._fetch(number)
        else:
            self._kept.move_to_end(number)
        return rows[within] if within < len(rows) else None

    def known(self) -> Sequence[tuple[int, Row]]:
        """Give the rows that are here now, with their positions."""
        return [
            (number * WINDOW + within, row)
            for number, rows in self._kept.items()
            for within, row in enumerate(rows)
        ]

    def _fetch(self, number: int) -> Sequence[Row]:
        before = self._kept.get(number - 1)
        after = before[-1] if before and len(before) == WINDOW else None
        rows = self._source.window(self.asked, number * WINDOW, WINDOW, after)
        self._kept[number] = rows
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return rows


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
