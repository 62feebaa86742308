"""Rows into figures, one row at a time: what is kept grows with the groups, never with the rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.reports import report_too_fine
from app.kit.money import half_up
from app.kit.sheets.writing import Cell
from app.reports.rules.declared import Asked, Facts, Fold, Measure, Report

MOST_GROUPS = 2_000
MOST_ACROSS = 60


class _All:
    """Marks a total, apart from the group of rows that have no value."""

    __slots__ = ()


ALL = _All()
VALUED, TOTAL, MOST = range(3)
"""What is kept of each measure: how many rows have a value, their sum, the largest (or None)."""
_KEPT = 3


@dataclass(frozen=True)
class Pivot:
    """Figures by group, and by another group across where one was asked for.

    ``groups`` and ``across`` are the values in order. A figure is asked for by its two values;
    ``ALL`` stands for the total of a row, of a column, of everything. ``figures`` are in that
    order, totals behind what they are the total of.
    """

    measures: tuple[Measure, ...]
    groups: tuple[Cell, ...]
    across: tuple[Cell, ...]
    figures: dict[tuple[object, object], tuple[int | None, ...]]

    def figure(self, measure: str, group: object = ALL, across: object = ALL) -> int | None:
        """Give a figure; None where no row has a value."""
        place = [one.key for one in self.measures].index(measure)
        found = self.figures.get((group, across))
        if found is None:
            return 0 if self.measures[place].fold in (Fold.COUNT, Fold.SUM) else None
        return found[place]


class Folding:
    """Takes rows and gives the pivot at the end."""

    def __init__(self, report: Report, asked: Asked) -> None:
        self._measures = report.measures
        self._group = report.place(asked.group)
        self._across = report.place(asked.across) if asked.across else None
        self._places = [report.place(one.of) if one.of else None for one in report.measures]
        self._fresh: list[Any] = [0, *([0, 0, None] * len(report.measures))]
        # One plain list for each figure: of a large pivot there are a hundred thousand.
        self._folded: dict[tuple[object, object], list[Any]] = {}
        self._groups: set[Cell] = set()
        self._columns: set[Cell] = set()

    def take(self, facts: Facts) -> None:
        """Take one row; raises BranchError E-REPORT-FINE where it makes one group too many."""
        group = facts[self._group]
        self._groups.add(group)
        keys: list[tuple[object, object]] = [(group, ALL), (ALL, ALL)]
        if self._across is not None:
            column = facts[self._across]
            self._columns.add(column)
            keys += [(group, column), (ALL, column)]
        if len(self._groups) > MOST_GROUPS or len(self._columns) > MOST_ACROSS:
            raise BranchError(report_too_fine(MOST_GROUPS, MOST_ACROSS))
        values = self._values(facts)
        for key in keys:
            kept = self._folded.get(key)
            if kept is None:
                kept = self._folded[key] = self._fresh.copy()
            kept[0] += 1
            for place, value in values:
                kept[place + VALUED] += 1
                kept[place + TOTAL] += value
                if kept[place + MOST] is None or value > kept[place + MOST]:
                    kept[place + MOST] = value

    def pivot(self) -> Pivot:
        """Give the figures of all rows taken."""
        figures = {
            key: tuple(
                _figure(measure.fold, kept[0], *kept[1 + n * _KEPT : 1 + (n + 1) * _KEPT])
                for n, measure in enumerate(self._measures)
            )
            for key, kept in self._folded.items()
        }
        return pivot_of(self._measures, _ordered(self._groups), _ordered(self._columns), figures)

    def _values(self, facts: Facts) -> list[tuple[int, int]]:
        """Give the values a row has, each with where its measure is kept."""
        found = []
        for n, place in enumerate(self._places):
            value = None if place is None else facts[place]
            if isinstance(value, int):
                found.append((1 + n * _KEPT, value))
        return found


def _figure(fold: Fold, rows: int, valued: int, total: int, most: int | None) -> int | None:
    match fold:
        case Fold.COUNT:
            return rows
        case Fold.SUM:
            return total
        case Fold.MOST:
            return most
        case Fold.MEAN:
            return half_up(total, valued) if valued else None
        case Fold.SHARE:
            return half_up(total * 10_000, valued) if valued else None


def pivot_of(
    measures: tuple[Measure, ...],
    groups: tuple[Cell, ...],
    across: tuple[Cell, ...],
    figures: Mapping[tuple[object, object], tuple[int | None, ...]],
) -> Pivot:
    """Make a pivot of figures in any order."""
    rows: tuple[object, ...] = (*groups, ALL)
    columns: tuple[object, ...] = (*across, ALL)
    ordered = {
        (row, column): figures[row, column]
        for row in rows
        for column in columns
        if (row, column) in figures
    }
    return Pivot(measures, groups, across, ordered)


def lies_behind(
    report: Report, asked: Asked, group: object, across: object
) -> "Iterator[tuple[int, Cell]]":
    """Name what a row must have to lie behind a figure: places in the row and their values."""
    for key, value in ((asked.group, group), (asked.across, across)):
        if key and not isinstance(value, _All):
            yield report.place(key), value  # type: ignore[misc]  # a group's value is a cell


def _ordered(values: set[Cell]) -> tuple[Cell, ...]:
    """Put the values of one field in order; what is missing comes last."""
    present: list[Any] = [one for one in values if one is not None]
    missing = (None,) if len(present) < len(values) else ()
    return (*sorted(present), *missing)
