"""Writing tables of any length to .xlsx and CSV: typed columns, streamed, whole or not there.

A column says what its cells are; a text is a text, whatever sign it begins with, so nothing that a
customer typed is ever computed by a spreadsheet. Rows are taken from an iterator and are never held
together. What is written on the way stands in a folder of its own beside the target, and goes with
it.
"""

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # the library ships no types
from typing_extensions import override
from xlsxwriter.exceptions import (  # type: ignore[import-untyped]  # the library ships no types
    XlsxFileError,
)
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # no types either

from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError, BugError, Cancelled
from app.kit.errors.sheets import sheet_not_written, sheet_past_end
from app.kit.files import sync_folder
from app.kit.money import yuan_text

MOST_ROWS = 1_048_575
"""Rows of a worksheet below its heading."""
LONGEST_TEXT = 32_767
"""Signs a cell of a worksheet holds; a longer text is cut and ends in an ellipsis."""
EXACT = 10**15
"""A spreadsheet keeps fifteen digits; a longer number is written as text."""
STEP = 1_000
"""Rows between two looks at the stop sign and two words of progress."""

_FORMULA_SIGNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212\ufe66\ufe62\ufe63\ufe6b")
"""What begins a formula somewhere, the full-width and small twins and the minus sign included."""
_NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_FIRST_DAY = date(1900, 1, 1)


class CellKind(Enum):
    """What the cells of a column are, and so what Python value stands for them."""

    TEXT = "text"
    """str: names, ids, numbers of documents; never taken for a number."""
    COUNT = "count"
    """int."""
    MONEY = "money"
    """int, in fen; written as yuan with two decimals."""
    SHARE = "share"
    """int, in basis points; written as a percentage with two decimals."""
    DAY = "day"
    """date."""
    MOMENT = "moment"
    """aware datetime; written in the time of China, to the second."""


Cell = None | str | int | date | datetime
"""What a cell may hold; None leaves it empty."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its heading, what its cells are, its width in signs."""

    heading: str
    kind: CellKind = CellKind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its columns, its rows (taken once, in order)."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Iterable[Sequence[Cell]]


def _no_word(rows: int) -> None:
    """Take no notice of progress."""


def _never() -> bool:
    return False


def write_xlsx(
    path: Path,
    sheets: Sequence[Sheet],
    *,
    created: datetime,
    progress: Callable[[int], None] = _no_word,
    stop: Callable[[], bool] = _never,
) -> int:
    """Write a workbook and give the number of rows below the headings, all sheets together.

    ``progress`` hears the rows written so far, ``stop`` is asked, every STEP rows. The same content
    and ``created`` give the same bytes. Raises BranchError E-SHEET-ROWS, E-SHEET-WRITE and
    Cancelled; whatever is raised, an older file at ``path`` is untouched and nothing half is left.
    """
    count = _Count(progress, stop)
    with _beside(path) as temp:
        book = xlsxwriter.Workbook(
            str(temp),
            {
                "constant_memory": True,
                "tmpdir": str(temp.parent),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        try:
            book.use_zip64()
            book.set_properties({"created": created.astimezone(UTC)})
            formats = _formats(book)
            names: set[str] = set()
            for sheet in sheets:
                page = book.add_worksheet(_sheet_name(sheet.name, names), _PlainPage)
                _fill(page, sheet, formats, count)
            book.close()
        finally:
            _let_go(book)
    count.tell()
    return count.rows


def write_csv(
    path: Path,
    sheet: Sheet,
    *,
    progress: Callable[[int], None] = _no_word,
    stop: Callable[[], bool] = _never,
) -> int:
    """Write one sheet as CSV (UTF-8 with its mark, RFC 4180) and give the number of its rows.

    A text that a spreadsheet would compute, shorten or round (it begins with a formula sign, or is
    a long row of digits or one with a leading nought) gets an apostrophe before it. Raises what
    ``write_xlsx`` raises, but knows no limit of rows.
    """
    count = _Count(progress, stop)
    with (
        _beside(path) as temp,
        temp.open("w", encoding="utf-8-sig", errors="replace", newline="") as file,
    ):
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow([_plain(column.heading) for column in sheet.columns])
        kinds = [column.kind for column in sheet.columns]
        for row in sheet.rows:
            count.step()
            lines.writerow([_csv_text(*one) for one in zip(kinds, row, strict=True)])
    count.tell()
    return count.rows


class _PlainPage(Worksheet):  # type: ignore[misc]  # the library ships no types
    """A worksheet that knows no rich text.

    The library takes a text between ``<r>`` and ``</r>`` for markup of its own and writes it as it
    is; typed by a customer it would be XML in our file. Here it is a text like any other.
    """

    @override
    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        self._xml_inline_string(string, True, attributes)


class _Count:
    """Rows so far over all sheets; asks the stop sign and tells the progress now and then."""

    def __init__(self, progress: Callable[[int], None], stop: Callable[[], bool]) -> None:
        self.rows = 0
        self._progress = progress
        self._stop = stop

    def step(self) -> None:
        if self.rows % STEP == 0:
            self.tell()
        self.rows += 1

    def tell(self) -> None:
        if self._stop():
            raise Cancelled
        self._progress(self.rows)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a file to write that takes the place of ``path`` at the end, and only then."""
    try:
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}."))
        try:
            temp = folder / "whole"
            yield temp
            _settle(temp)
            temp.replace(path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        sync_folder(path.parent)
    except (OSError, XlsxFileError) as error:
        raise BranchError(sheet_not_written(path.name, _reason(error))) from error


def _settle(temp: Path) -> None:
    temp.chmod(0o600)
    with temp.open("rb+") as file:
        os.fsync(file.fileno())


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _let_go(book: Any) -> None:
    """Close the files of a book that was not finished: a stopped export keeps none open."""
    book.fileclosed = True
    for page in book.worksheets():
        for handle in (page.row_data_fh, page.fh):
            if handle is not None and not handle.closed:
                handle.close()


def _formats(book: Any) -> dict[CellKind | None, Any]:
    written = {
        CellKind.TEXT: "@",
        CellKind.COUNT: "#,##0",
        CellKind.MONEY: "#,##0.00",
        CellKind.SHARE: "0.00%",
        CellKind.DAY: "yyyy-mm-dd",
        CellKind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    }
    made: dict[CellKind | None, Any] = {
        kind: book.add_format({"num_format": text}) for kind, text in written.items()
    }
    made[None] = book.add_format({"bold": True, "num_format": "@"})
    return made


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """Make a name a worksheet may have: 31 signs, none of ``[]:*?/\\``, none twice."""
    base = _plain(wanted).translate(_NO_SHEET_NAME).strip(" '")[:31].strip(" '") or "Sheet"
    name, n = base, 1
    while name.casefold() in taken or name.casefold() == "history":
        n += 1
        name = f"{base[:27]} {n}"
    taken.add(name.casefold())
    return name


def _fill(page: Any, sheet: Sheet, formats: dict[CellKind | None, Any], count: _Count) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width, formats[column.kind])
        page.write_string(0, place, _fitting(column.heading), formats[None])
    page.freeze_panes(1, 0)
    kinds = [column.kind for column in sheet.columns]
    for number, row in enumerate(sheet.rows, 1):
        if number > MOST_ROWS:
            raise BranchError(sheet_past_end(MOST_ROWS))
        count.step()
        for place, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
            if cell is not None and _put(page, number, place, kind, cell, formats) != 0:
                raise BugError(f"the cell at row {number + 1}, column {place + 1} was not written")


def _put(
    page: Any,
    row: int,
    place: int,
    kind: CellKind,
    cell: str | int | date,
    formats: dict[CellKind | None, Any],
) -> int:
    shape = formats[kind]
    match kind, cell:
        case ((CellKind.COUNT | CellKind.MONEY | CellKind.SHARE), int()) if abs(cell) < EXACT:
            return int(page.write_number(row, place, _number(kind, cell), shape))
        case CellKind.DAY, date() if not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            return int(page.write_datetime(row, place, cell, shape))
        case CellKind.MOMENT, datetime() if cell.date() > _FIRST_DAY:
            moment = cell.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
            return int(page.write_datetime(row, place, moment, shape))
        case _:
            text = _fitting(_as_text(kind, cell))
            return int(page.write_string(row, place, text, formats[CellKind.TEXT]))


def _number(kind: CellKind, cell: int) -> int | Decimal:
    if kind is CellKind.COUNT:
        return cell
    return Decimal(cell) / (100 if kind is CellKind.MONEY else 10_000)


def _as_text(kind: CellKind, cell: str | int | date) -> str:
    """Write a cell as text; raises BugError for a value that its column does not hold."""
    match kind, cell:
        case CellKind.TEXT, str():
            return cell
        case CellKind.COUNT, int():
            return str(cell)
        case CellKind.MONEY, int():
            return yuan_text(cell)
        case CellKind.SHARE, int():
            return f"{yuan_text(cell)}%"
        case CellKind.MOMENT, datetime():
            return cell.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        case CellKind.DAY, date() if not isinstance(cell, datetime):
            return cell.isoformat()
        case _:
            raise BugError(f"a {type(cell).__name__} does not stand in a column of {kind.value}")


def _csv_text(kind: CellKind, cell: Cell) -> str:
    if cell is None:
        return ""
    text = _as_text(kind, cell)
    return _plain(text) if kind is CellKind.TEXT else text


def _plain(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would not leave as it is."""
    bare = text.lstrip(" \u00a0\u3000\u200b\ufeff")
    digits = bare.isascii() and bare.isdigit()
    long = digits and (len(bare) > 11 or (len(bare) > 1 and bare[0] == "0"))
    return f"'{text}" if bare.startswith(_FORMULA_SIGNS) or long else text


def _fitting(text: str) -> str:
    """Make a text fit a cell: halves of surrogate pairs out, too long a one cut."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= LONGEST_TEXT else whole[: LONGEST_TEXT - 1] + "…"
