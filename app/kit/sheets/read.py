"""Reading a table from a file of either kind; the content decides, never the file's name."""

from app.kit.errors.base import BranchError
from app.kit.errors.sheets import sheet_kind_unknown, sheet_old_or_locked
from app.kit.sheets.delimited import read_csv
from app.kit.sheets.table import LAST_ROW, Table

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The file kind of .xls, and of an .xlsx under a password."""


def read_table(content: bytes, *, most_rows: int = LAST_ROW) -> Table:
    """Read .xlsx or CSV; raises BranchError E-SHEET-… with what to do about it."""
    if content.startswith(_COMPOUND):
        raise BranchError(sheet_old_or_locked())
    if content.startswith((_ZIP, _EMPTY_ZIP)):
        # openpyxl brings numpy with it, most of a second: only who reads a workbook waits for it.
        from app.kit.sheets.xlsx import read_xlsx

        return read_xlsx(content, most_rows=most_rows)
    if not content.strip():
        raise BranchError(sheet_kind_unknown())
    return read_csv(content, most_rows=most_rows)
