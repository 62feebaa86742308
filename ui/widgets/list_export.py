"""A list as a sheet: every row that is shown, each cell of its own kind, streamed. No Qt here."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from app.kit.listing import Stride
from app.kit.money import fen_of
from app.kit.sheets.writing import Cell, CellKind, Sheet, SheetColumn, write_csv, write_xlsx
from ui.widgets.rows import WINDOW, Column, FilterKind, LongRows, Row, Shown

PIXELS_A_SIGN = 8
_KINDS = {
    FilterKind.WHOLE: CellKind.COUNT,
    FilterKind.MONEY: CellKind.MONEY,
    FilterKind.DAY: CellKind.DAY,
}


def write_list(shown: Shown, path: Path, created: datetime, stride: Stride) -> int:
    """Write a list to .csv where the path says so, else to .xlsx; gives the number of rows.

    Raises BranchError E-SHEET-… and Cancelled; an older file is then untouched.
    """

    def count(rows: int) -> None:
        stride.step(rows, shown.count)

    made = Sheet(shown.name, tuple(map(_column, shown.columns)), _cells(shown, stride))
    if path.suffix.casefold() == ".csv":
        return write_csv(path, made, progress=count)
    return write_xlsx(path, (made,), created=created, progress=count)


def _column(placed: tuple[int, Column]) -> SheetColumn:
    _, column = placed
    kind = _KINDS.get(column.filter, CellKind.TEXT)
    return SheetColumn(str(column.title), kind, max(8, column.width // PIXELS_A_SIGN))


def _cells(shown: Shown, stride: Stride) -> Iterator[Sequence[Cell]]:
    for row in _rows(shown, stride):
        yield [_cell(column, row.cells[place]) for place, column in shown.columns]


def _rows(shown: Shown, stride: Stride) -> Iterator[Row]:
    source = shown.source
    if isinstance(source, LongRows):
        order = shown.vector if shown.vector is not None else source.order(shown.asked, stride)
        for first in range(0, len(order), WINDOW):
            yield from (row for row in source.at(order[first : first + WINDOW]) if row.id)
        return
    for first in range(0, shown.count, WINDOW):
        yield from source.window(shown.asked, first, WINDOW, None)


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
