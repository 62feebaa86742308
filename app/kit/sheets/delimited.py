"""Reading CSV: UTF-8, UTF-16 with its mark, or GB 18030; comma, tab or semicolon."""

import csv
from io import StringIO

from app.kit.errors.base import BranchError
from app.kit.errors.sheets import sheet_broken, sheet_kind_unknown, sheet_too_big, sheet_too_long
from app.kit.sheets.package import MOST_BYTES
from app.kit.sheets.table import Cell, Formula, Row, Table

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_csv(content: bytes, *, most_rows: int) -> Table:
    """Read a text table; every cell is text, one that begins with ``=`` is a formula.

    Raises BranchError E-SHEET-KIND where it is no text, E-SHEET-LONG, E-SHEET-BIG, E-SHEET-BROKEN.
    """
    if len(content) > MOST_BYTES:
        raise BranchError(sheet_too_big())
    text = _decoded(content)
    rows: list[Row] = []
    try:
        lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for number, fields in enumerate(lines, 1):
            cells = tuple(map(_cell, fields))
            if any(cell is not None for cell in cells):
                rows.append(Row(number, cells))
            if len(rows) > most_rows:
                raise BranchError(sheet_too_long(most_rows))
    except csv.Error as error:
        raise BranchError(sheet_broken()) from error
    return Table("", tuple(rows))


def _decoded(content: bytes) -> str:
    encodings = [name for mark, name in _MARKS if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BranchError(sheet_kind_unknown())


def _delimiter(text: str) -> str:
    """Take the sign that stands most often in the first line that is not blank."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",\t;", key=first.count)


def _cell(field: str) -> Cell:
    bare = field.strip()
    if not bare:
        return None
    return Formula(bare) if bare.startswith("=") else field
