"""Reading an .xlsx: checks first, rows counted before anything is parsed, then openpyxl."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from posixpath import join, normpath
from typing import Any, TypedDict

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.functions import fromstring

from app.kit.errors.base import BranchError
from app.kit.errors.sheets import sheet_broken, sheet_too_long, sheet_with_macro
from app.kit.sheets.package import MOST_BYTES, chunks, opened, refuse_bomb, refuse_dtd
from app.kit.sheets.table import LAST_ROW, Cell, Formula, Row, Table, Unreadable

MOST_COLUMNS = 200
_SMALL = 4_000_000
"""Bytes of the workbook's own list of sheets; a longer one is not honest."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TAG = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(row|v|is|f)[\s/>]")
_LONGEST_TAG = 64
_PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl and its XML parser raise on a file that is not in order."""


class _ParsedCell(TypedDict):
    column: int
    value: object
    data_type: str


def read_xlsx(content: bytes, *, most_rows: int = LAST_ROW) -> Table:
    """Read the first visible sheet; raises BranchError E-SHEET-… for a file it does not trust.

    More than ``most_rows`` rows with something in them are refused before they are parsed.
    """
    with opened(content) as package:
        name, part = _first_visible(package)
        if filled_rows(chunks(package, part), stop_above=most_rows) > most_rows:
            raise BranchError(sheet_too_long(most_rows))
        refuse_bomb(package)
        refuse_dtd(package)
    rows: list[Row] = []
    try:
        for row in _parsed(content, name):
            rows.append(row)
            if len(rows) > most_rows:
                raise BranchError(sheet_too_long(most_rows))
    except _PARSER_ERRORS as error:
        raise BranchError(sheet_broken()) from error
    return Table(name, tuple(rows))


def filled_rows(pieces: Iterable[bytes], *, stop_above: int) -> int:
    """Count the rows of a sheet's XML that hold a value, without parsing it.

    Stops once the count passes ``stop_above``, so a sheet of any length costs little.
    """
    count, counted, tail, read = 0, True, b"", 0
    for piece in pieces:
        read += len(piece)
        text = tail + piece
        end = 0
        for match in _TAG.finditer(text):
            end = match.end()
            if match[1] == b"row":
                counted = False
            elif not counted:
                count, counted = count + 1, True
                if count > stop_above:
                    return count
        if read > MOST_BYTES:
            break
        tail = text[max(end, len(text) - _LONGEST_TAG) :]
    return count


def _first_visible(package: zipfile.ZipFile) -> tuple[str, str]:
    """Name the first visible sheet and the part it stands in."""
    try:
        _refuse_macro_type(_small_part(package, "[Content_Types].xml"))
        links = _links(_small_part(package, "xl/_rels/workbook.xml.rels"))
        book = fromstring(_small_part(package, "xl/workbook.xml"))
        for sheet in book.iter(f"{_MAIN}sheet"):
            if sheet.get("state", "visible") == "visible":
                return str(sheet.get("name")), links[str(sheet.get(_LINK))]
    except (LookupError, SyntaxError, ValueError) as error:
        raise BranchError(sheet_broken()) from error
    raise BranchError(sheet_broken())


def _refuse_macro_type(content_types: bytes) -> None:
    if b"macroEnabled" in content_types:
        raise BranchError(sheet_with_macro())


def _small_part(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as stream:
        content = stream.read(_SMALL)
    if b"<!DOCTYPE" in content or b"\x00" in content:
        raise ValueError(f"{name} is not plain XML")
    return content


def _links(content: bytes) -> dict[str, str]:
    """Map the ids of the workbook's links to the parts they lead to."""
    return {
        str(link.get("Id")): normpath(join("xl", str(link.get("Target")))).removeprefix("/")
        for link in fromstring(content)
        if link.get("TargetMode") != "External"
    }


def _parsed(content: bytes, sheet: str) -> Iterator[Row]:
    """Parse a sheet row by row.

    openpyxl's own row iterator fills every gap with blank rows and drops rows that stand out of
    order; its parser underneath gives each row as it stands, so that gaps cost nothing and nobody
    is lost in silence.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of styles and validations it leaves out
        book: Any = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        try:
            page = book[sheet]
            with page._get_source() as source:
                parser = WorkSheetParser(
                    source,
                    page._shared_strings,
                    epoch=book.epoch,
                    date_formats=book._date_formats,
                    timedelta_formats=book._timedelta_formats,
                )
                yield from _in_order(parser.parse())
        finally:
            book.close()


def _in_order(lines: Iterable[tuple[int, Sequence[_ParsedCell]]]) -> Iterator[Row]:
    """Give the rows with something in them; raises ValueError where their numbers do not rise."""
    before = 0
    for number, parsed in lines:
        if not before < number <= LAST_ROW:
            raise ValueError(f"row {number} after row {before}")
        before = number
        cells = _cells(parsed)
        if any(cell is not None for cell in cells):
            yield Row(number, cells)


def _cells(parsed: Sequence[_ParsedCell]) -> tuple[Cell, ...]:
    """Put the cells of a row at their places; raises ValueError where two stand at one."""
    placed: dict[int, Cell] = {}
    for cell in parsed:
        if cell["column"] in placed:
            raise ValueError(f"two cells in column {cell['column']} of one row")
        placed[cell["column"]] = _cell(cell["value"], cell["data_type"])
    width = min(max(placed, default=0), MOST_COLUMNS)
    return tuple(placed.get(column) for column in range(1, width + 1))


def _cell(value: object, kind: str) -> Cell:
    if value is None:
        return None
    if kind == "f":
        return Formula(str(getattr(value, "text", value)))
    if kind == "e":
        return Unreadable(str(value))
    match value:
        case str():
            return value if value.strip() else None
        case bool() | int():
            return value
        case float():
            return _exact(value)
        case datetime():
            return value.date()
        case date():
            return value
        case _:
            return Unreadable(str(value))


def _exact(value: float) -> int | Decimal | Unreadable:
    """Take a number with the 15 digits a spreadsheet keeps: 100.55 is often stored a hair off."""
    exact = Decimal(f"{value:.15g}")
    if not exact.is_finite():
        return Unreadable(str(value))
    return int(exact) if exact == exact.to_integral_value() else exact
