"""Rows into figures, one row at a time: what is kept grows with the groups, never with the rows."""

from collections.abc import Iterator
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


ALL = _All()


@dataclass
class _Folded:
    rows: int = 0
    valued: int = 0
    total: int = 0
    most: int | None = None

    def take(self, value: int | None) -> None:
        self.rows += 1
        if value is not None:
            self.valued += 1
            self.total += value
            if self.most is None or value > self.most:
                self.most = value

    def figure(self, fold: Fold) -> int | None:
        match fold:
            case Fold.COUNT:
                return self.rows
            case Fold.SUM:
                return self.total
            case Fold.MOST:
                return self.most
            case Fold.MEAN:
                return half_up(self.total, self.valued) if self.valued else None
            case Fold.SHARE:
                return half_up(self.total * 10_000, self.valued) if self.valued else None


@dataclass(frozen=True)
class Pivot:
    """Figures by group, and by another group across where one was asked for.

    ``groups`` and ``across`` are the values in order. A figure is asked for by its two values;
    ``ALL`` stands for the total of a row, of a column, of everything.
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
        self._folded: dict[tuple[object, object], list[_Folded]] = {}
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
        values = [_number(facts, place) for place in self._places]
        for key in keys:
            cells = self._folded.get(key)
            if cells is None:
                cells = self._folded[key] = [_Folded() for _ in values]
            for cell, value in zip(cells, values, strict=True):
                cell.take(value)

    def pivot(self) -> Pivot:
        """Give the figures of all rows taken."""
        figures = {
            key: tuple(
                cell.figure(measure.fold)
                for cell, measure in zip(cells, self._measures, strict=True)
            )
            for key, cells in self._folded.items()
        }
        return Pivot(self._measures, _ordered(self._groups), _ordered(self._columns), figures)


def lies_behind(
    report: Report, asked: Asked, group: object, across: object
) -> "Iterator[tuple[int, Cell]]":
    """Name what a row must have to lie behind a figure: places in the row and their values."""
    for key, value in ((asked.group, group), (asked.across, across)):
        if key and not isinstance(value, _All):
            yield report.place(key), value  # type: ignore[misc]  # a group's value is a cell


def _number(facts: Facts, place: int | None) -> int | None:
    value = None if place is None else facts[place]
    return value if isinstance(value, int) else None


def _ordered(values: set[Cell]) -> tuple[Cell, ...]:
    """Put the values of one field in order; what is missing comes last."""
    present: list[Any] = [one for one in values if one is not None]
    missing = (None,) if len(present) < len(values) else ()
    return (*sorted(present), *missing)
