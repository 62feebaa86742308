"""A list as a sheet: every row that is shown, each cell of its own kind, streamed. No Qt here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.kit.errors.base import Cancelled
from app.kit.listing import Stride
from app.kit.money import fen_of
from app.kit.sheets.writing import Cell, CellKind, Sheet, SheetColumn, write_csv, write_xlsx
from ui.widgets.rows import WINDOW, Asked, Column, FilterKind, LongRows, Row, RowSource

PIXELS_A_SIGN = 8
_KINDS = {
    FilterKind.WHOLE: CellKind.COUNT,
    FilterKind.MONEY: CellKind.MONEY,
    FilterKind.DAY: CellKind.DAY,
}


@dataclass(frozen=True)
class ListSheet:
    """What is written: the columns shown with their places in a row, and where rows come from."""

    name: str
    columns: tuple[tuple[int, Column], ...]
    source: RowSource
    asked: Asked
    vector: Sequence[int] | None
    count: int


def write_list(sheet: ListSheet, path: Path, created: datetime, stride: Stride) -> int:
    """Write a list to .csv where the path says so, else to .xlsx; gives the number of rows.

    Raises BranchError E-SHEET-… and Cancelled; an older file is then untouched.
    """
    stopped: list[Cancelled] = []

    def count(rows: int) -> None:
        try:
            stride.step(rows, sheet.count)
        except Cancelled as said:
            stopped.append(said)

    made = Sheet(sheet.name, tuple(map(_column, sheet.columns)), _cells(sheet, stride))
    if path.suffix.casefold() == ".csv":
        return write_csv(path, made, progress=count, stop=lambda: bool(stopped))
    return write_xlsx(path, (made,), created=created, progress=count, stop=lambda: bool(stopped))


def _column(placed: tuple[int, Column]) -> SheetColumn:
    _, column = placed
    kind = _KINDS.get(column.filter, CellKind.TEXT)
    return SheetColumn(str(column.title), kind, max(8, column.width // PIXELS_A_SIGN))


def _cells(sheet: ListSheet, stride: Stride) -> Iterator[Sequence[Cell]]:
    for row in _rows(sheet, stride):
        yield [_cell(column, row.cells[place]) for place, column in sheet.columns]


def _rows(sheet: ListSheet, stride: Stride) -> Iterator[Row]:
    source = sheet.source
    if isinstance(source, LongRows):
        order = sheet.vector if sheet.vector is not None else source.order(sheet.asked, stride)
        for first in range(0, len(order), WINDOW):
            yield from (row for row in source.at(order[first : first + WINDOW]) if row.id)
        return
    for first in range(0, sheet.count, WINDOW):
        yield from source.window(sheet.asked, first, WINDOW, None)


def _cell(column: Column, text: str) -> Cell:
    """Give a cell as what its column holds; what a list leaves empty stays empty."""
    if column.filter not in _KINDS:
        return text
    if not text or text == "–":
        return None
    match column.filter:
        case FilterKind.WHOLE:
            return int(text.replace(",", ""))
        case FilterKind.MONEY:
            return fen_of(text)
        case _:
            return date.fromisoformat(text)
