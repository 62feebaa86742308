"""The roster as a grid: every cell as the file has it, wrong ones marked, mended where they stand.

F8 goes to the next wrong place, typing or F2 changes a cell, Ctrl+V pastes a block from a
spreadsheet over the cells from the cursor on. What is changed is shown at once and judged on a
lane; the grid never judges itself.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.kit.sheets.table import Row, cell_text
from app.kit.words import Text, t
from app.pricing.sheet.columns import Problem
from app.pricing.sheet.form import FIELDS, Field
from app.pricing.sheet.preview import RosterPreview
from ui.pricing.presenter import Typed
from ui.theme.theme import Theme
from ui.widgets.judged_grid import (
    DISPLAY,
    EDIT,
    NOWHERE,
    TIP,
    AnyIndex,
    JudgedGrid,
    JudgedModel,
    Lines,
    Mark,
)

WIDTHS: Mapping[Field, int] = {
    "birth": 104,
    "job_class": 76,
    "deductible": 76,
    "pay_ratio": 76,
    "social": 76,
    "id_no": 176,
    "id_type": 110,
    "sex": 56,
    "job": 110,
}
USUAL_WIDTH = 84
FOR_THE_PRICE: tuple[Field, ...] = (
    "birth",
    "job_class",
    "gpa_si",
    "gma_si",
    "deductible",
    "pay_ratio",
    "social",
)
SHOWN: tuple[Field, ...] = (
    "name",
    *FOR_THE_PRICE,
    *(field for field in FIELDS if field not in FOR_THE_PRICE and field not in ("name", "id_type")),
    "id_type",
)
"""Whose line it is, what the price needs, then the rest, in whichever order a file has them."""


class RosterModel(JudgedModel):
    """Shows a preview; what was typed stands there until the next preview comes.

    ``typed`` carries a Typed: cells that were typed over.
    """

    def __init__(self) -> None:
        super().__init__()
        self._preview: RosterPreview | None = None
        self._rows: tuple[Row, ...] = ()
        self._fields: tuple[Field, ...] = ()
        self._wrong: dict[tuple[int, Field], Problem] = {}
        self._doubts: dict[tuple[int, Field], Problem] = {}
        self._pending: dict[tuple[int, Field], str] = {}
        self._only_wrong = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns the file has, in the order of SHOWN."""
        return self._fields

    def put(self, preview: RosterPreview | None) -> None:
        """Show another preview, or none."""
        self.beginResetModel()
        self._preview = preview
        self._pending = {}
        places = preview.columns.places if preview is not None else {}
        self._fields = tuple(field for field in SHOWN if field in places)
        self._wrong = _by_place(preview.problems, preview) if preview is not None else {}
        self._doubts = _by_place(preview.warnings, preview) if preview is not None else {}
        self._rows = self._shown_rows()
        self.endResetModel()

    def show_only_wrong(self, only: bool) -> None:
        """Leave the good rows out of sight, or show all."""
        self.beginResetModel()
        self._only_wrong = only
        self._rows = self._shown_rows()
        self.endResetModel()

    def row_number(self, place: int) -> int:
        """Give the number the spreadsheet shows for a row."""
        return self._rows[place].number

    def place(self, number: int) -> int | None:
        """Find the row with a spreadsheet's number; None where it is not shown."""
        return next((n for n, row in enumerate(self._rows) if row.number == number), None)

    @override
    def mark(self, index: AnyIndex) -> Mark:
        key = self._key(index)
        if key in self._wrong:
            return Mark.WRONG
        return Mark.DOUBTFUL if key in self._doubts else Mark.GOOD

    @override
    def problem(self, index: AnyIndex) -> Problem | None:
        if not index.isValid():
            return None
        key = self._key(index)
        return self._wrong.get(key) or self._doubts.get(key)

    @override
    def wrong_places(self) -> Iterable[tuple[int, int]]:
        columns = {field: place for place, field in enumerate(self._fields)}
        rows = {row.number: place for place, row in enumerate(self._rows)}
        return (
            (rows[number], columns[field])
            for number, field in self._wrong
            if number in rows and field in columns
        )

    @override
    def type_block(self, first: AnyIndex, lines: Lines) -> None:
        """Type a block over the cells from one on; what does not fit is left out."""
        typed: list[tuple[int, Field, str]] = []
        for down, line in enumerate(lines):
            for right, text in enumerate(line):
                row, column = first.row() + down, first.column() + right
                if row < len(self._rows) and column < len(self._fields):
                    typed.append((self._rows[row].number, self._fields[column], text))
        self._type(tuple(typed))

    def _key(self, index: AnyIndex) -> tuple[int, Field]:
        return self._rows[index.row()].number, self._fields[index.column()]

    def _type(self, typed: Typed) -> None:
        if typed:
            self._pending |= {(row, field): text for row, field, text in typed}
            self.typed.emit(typed)

    def _shown_rows(self) -> tuple[Row, ...]:
        if self._preview is None or self._preview.heading_problems:
            return ()
        below = [row for row in self._preview.table.rows if row.number > self._preview.columns.row]
        if not self._only_wrong:
            return tuple(below)
        wrong = {number for number, _ in self._wrong}
        return tuple(row for row in below if row.number in wrong)

    def _text(self, row: Row, field: Field) -> str:
        waiting = self._pending.get((row.number, field))
        if waiting is not None:
            return waiting
        assert self._preview is not None
        place = self._preview.columns.places[field]
        return cell_text(row.cells[place]) if place < len(row.cells) else ""

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._fields)

    @override
    def data(self, index: AnyIndex, role: int = DISPLAY) -> object:
        if role in (DISPLAY, EDIT):
            return self._text(self._rows[index.row()], self._fields[index.column()])
        if role == TIP:
            problem = self.problem(index)
            return str(problem.reason) if problem is not None else None
        return None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = EDIT) -> bool:
        row, field = self._rows[index.row()], self._fields[index.column()]
        text = str(value)
        if role != EDIT or text == self._text(row, field):
            return False
        self._type(((row.number, field, text),))
        return True

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role != DISPLAY:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(self._rows[section].number)
        assert self._preview is not None
        return self._preview.columns.headings[self._fields[section]]


class RosterGrid(JudgedGrid):
    """The grid; ``pasted_whole`` carries a block that was pasted while there was no roster yet."""

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        self.roster = RosterModel()
        super().__init__(theme, name, self.roster, parent=parent)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )

    def put(self, preview: RosterPreview | None) -> None:
        """Show another preview; the cursor stays on its cell."""
        number, column = self._cursor()
        self.roster.put(preview)
        for place, field in enumerate(self.roster.fields):
            self.setColumnWidth(place, WIDTHS.get(field, USUAL_WIDTH))
        self._go_back_to(number, column)

    def show_only_wrong(self, only: bool) -> None:
        """Leave the good rows out of sight, or show all."""
        number, column = self._cursor()
        self.roster.show_only_wrong(only)
        self._go_back_to(number, column)

    def current_row_number(self) -> int | None:
        """Give the spreadsheet's number of the row under the cursor."""
        index = self.currentIndex()
        return self.roster.row_number(index.row()) if index.isValid() else None

    def _cursor(self) -> tuple[int | None, int]:
        index = self.currentIndex()
        return self.current_row_number(), max(index.column(), 0)

    def _go_back_to(self, number: int | None, column: int) -> None:
        place = self.roster.place(number) if number else None
        if place is not None:
            self.go_to(place, column)


def _by_place(
    problems: tuple[Problem, ...], preview: RosterPreview
) -> dict[tuple[int, Field], Problem]:
    """Key problems by cell; one that names no column of the file stands at the first."""
    by_heading = {heading: field for field, heading in preview.columns.headings.items()}
    first = FIELDS[0]
    found: dict[tuple[int, Field], Problem] = {}
    for problem in problems:
        found.setdefault((problem.row, by_heading.get(problem.column, first)), problem)
    return found


def place_words(problem: Problem | None) -> Text | str:
    """Say where a wrong place is and why."""
    if problem is None:
        return ""
    if not problem.column:
        return problem.reason
    return t("Row {row}, {column}: {reason}", row=problem.row, column=problem.column,
             reason=problem.reason)  # fmt: skip
