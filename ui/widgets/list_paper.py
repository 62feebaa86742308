"""A list as a person wants it on paper: what is shown now, how wide, which rows. No Qt in here.

Rows are read when the paper is drawn, page by page, on a lane: a list of a million rows is never
held. Positions of the screen are turned into records here, so folded groups and the lines above
groups mislead nobody.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from app.kit.listing import GroupCount, Stride
from ui.widgets.rows import Asked, Column, LongRows, Row, Shown

T = TypeVar("T")
Span = tuple[int, int]
"""A first position and the last, both in."""


@dataclass(frozen=True)
class PaperList:
    """A list for paper: ``widths`` are those of the columns on the screen, in pixels.

    ``chosen`` are the numbers of the records that were selected, as spans from 0; empty where
    nothing was selected beyond the cursor. ``key`` is what the choice of paper is kept under.
    """

    key: str
    shown: Shown
    widths: tuple[int, ...]
    totals: bool = False
    chosen: tuple[Span, ...] = ()

    @property
    def chosen_count(self) -> int:
        """How many records were selected."""
        return sum(last - first + 1 for first, last in self.chosen)


@dataclass(frozen=True)
class Line:
    """One line of the paper: a row, the line above a group, or the totals."""

    cells: tuple[str, ...]
    head: str | None = None
    total: bool = False


class PaperLines:
    """The lines of a list in order, read stretch by stretch; made and used on a lane."""

    def __init__(self, paper: PaperList, *, chosen_only: bool, stride: Stride) -> None:
        self._paper, shown = paper, paper.shown
        source, asked = shown.source, shown.asked
        self._vector: Sequence[int] | None = None
        self._rows: Sequence[Row] = ()
        if isinstance(source, LongRows):
            vector = shown.vector if shown.vector is not None else source.order(asked, stride)
            self._vector = _cut(vector, paper.chosen) if chosen_only else vector
            records = len(self._vector)
        else:
            rows = source.window(asked, 0, source.count(asked), None)
            self._rows = _cut(rows, paper.chosen) if chosen_only else rows
            records = len(self._rows)
        grouped = bool(asked.group) and not chosen_only
        self._groups: Sequence[GroupCount] = source.groups(asked, stride) if grouped else ()
        ends = list(accumulate(one.count + 1 for one in self._groups))
        self._starts = [0, *ends[:-1]] if ends else []
        totals = paper.totals and not chosen_only
        self._sums = dict(source.totals(asked, stride)) if totals else {}
        self.records = records
        self.count = records + len(self._groups) + bool(self._sums)

    def lines(self, first: int, size: int) -> list[Line]:
        """Read ``size`` lines from line ``first`` on, fewer at the end."""
        last = min(first + size, self.count)
        body = min(last, self.count - bool(self._sums))
        read = self._body(first, body) if first < body else []
        if last == self.count and self._sums and first < last:
            read.append(self._totals())
        return read

    def _body(self, first: int, last: int) -> list[Line]:
        """Read lines that are rows or stand above a group."""
        places = [self._place(line) for line in range(first, last)]
        numbers = [number for number, head in places if head is None]
        rows = iter(self._read(numbers[0], numbers[-1] + 1) if numbers else ())
        lines = []
        for _, head in places:
            if head is not None:
                lines.append(Line((), head=head))
            else:
                row = next(rows, None)
                cells = row.cells if row is not None else ()
                lines.append(Line(self._cells(cells)))
        return lines

    def _place(self, line: int) -> tuple[int, str | None]:
        """Say which record a line is; the words of a group where it stands above one."""
        if not self._starts:
            return line, None
        number = bisect_right(self._starts, line) - 1
        if self._starts[number] == line:
            return -1, _title(self._paper.shown.columns, self._paper.shown.asked,
                              self._groups[number])  # fmt: skip
        return line - number - 1, None

    def _read(self, first: int, last: int) -> Sequence[Row]:
        source = self._paper.shown.source
        if self._vector is not None:
            assert isinstance(source, LongRows)
            return source.at(self._vector[first:last])
        return self._rows[first:last]

    def _cells(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Pick the columns that are shown; a record that is gone meanwhile is an empty line."""
        return tuple(cells[place] if cells else "" for place, _ in self._paper.shown.columns)

    def _totals(self) -> Line:
        cells = (
            column.total(self._sums[column.key])
            if column.total is not None and column.key in self._sums
            else ""
            for _, column in self._paper.shown.columns
        )
        return Line(tuple(cells), total=True)


def records_of(
    spans: Sequence[Span], starts: Sequence[int], firsts: Sequence[int], counts: Sequence[int]
) -> tuple[Span, ...]:
    """Turn positions of a grouped list into record numbers; what stands above a group is none.

    ``starts`` are the positions of the lines above the groups, ``firsts`` the numbers of their
    first records, ``counts`` how many records of each are unfolded. Without groups nothing changes.
    """
    if not starts:
        return tuple(spans)
    found: list[Span] = []
    for top, bottom in spans:
        for number in range(bisect_right(starts, top) - 1, bisect_right(starts, bottom)):
            head = starts[number]
            low, high = max(top, head + 1), min(bottom, head + counts[number])
            if low <= high:
                shift = firsts[number] - head - 1
                found.append((low + shift, high + shift))
    return tuple(found)


def _title(columns: Sequence[tuple[int, Column]], asked: Asked, group: GroupCount) -> str:
    """Say a group as the list does: in words where its column has choices."""
    column = next((one for _, one in columns if one.key == asked.group), None)
    choices = column.choices if column is not None else ()
    return next((str(words) for code, words in choices if code == group.value), group.value)


def _cut(rows: Sequence[T], spans: Sequence[Span]) -> list[T]:
    return [row for first, last in spans for row in rows[first : last + 1]]
