"""Writing an .xlsx with typed cells: a text is a text, whatever sign it begins with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # the library ships no types

from app.kit.errors.base import BugError

Value = None | str | int | Decimal | bool | date


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet that is written; ``width`` in signs."""

    heading: str
    width: int = 12


def xlsx_bytes(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, sheet: str, created: datetime
) -> bytes:
    """Write one sheet with a heading row; the same content and moment give the same bytes.

    Texts are never taken for formulas, links or numbers. Raises BugError where a cell does not fit.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": created.astimezone(UTC)})
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True})
    put = _writer(page, book.add_format({"num_format": "yyyy-mm-dd"}))
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.heading, bold)
    page.freeze_panes(1, 0)
    for number, values in enumerate(rows, 1):
        for place, value in enumerate(values):
            put(number, place, value)
    book.close()
    return file.getvalue()


def _writer(page: Any, day: Any) -> Callable[[int, int, Value], None]:
    def put(row: int, column: int, value: Value) -> None:
        match value:
            case None:
                return
            case bool():
                answer = page.write_boolean(row, column, value)
            case str():
                answer = page.write_string(row, column, value)
            case int() | Decimal():
                answer = page.write_number(row, column, value)
            case _:
                answer = page.write_datetime(row, column, value, day)
        if answer != 0:
            raise BugError(f"the cell at row {row + 1}, column {column + 1} cannot be written")

    return put
