"""A table as it came out of a file: rows with their numbers, cells with their kinds."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LAST_ROW = 1_048_576
"""The last row a spreadsheet has; a number beyond it is not believed."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes; what it shows was computed elsewhere and is never trusted."""

    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that shows an error (``#N/A``) or holds what no column of ours knows."""

    text: str


Cell = None | str | int | Decimal | bool | date | Formula | Unreadable
"""What a cell may hold; a number is exact, an empty text is None."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank; ``number`` is the one the spreadsheet shows, from 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet that are not blank, in order."""

    sheet: str
    rows: tuple[Row, ...]


def cell_text(cell: Cell) -> str:
    """Write a cell as a person would type it; a formula shows its own text."""
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case date():
            return cell.isoformat()
        case Decimal():
            return format(cell, "f")
        case Formula() | Unreadable():
            return cell.text
        case _:
            return str(cell)
