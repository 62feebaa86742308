"""A small table in a form: typed cell by cell or pasted from a spreadsheet, each cell judged.

The last line is always empty: typing into it makes a row. A block pasted from a spreadsheet makes
as many rows as it has lines. Ctrl+Delete takes a row out, Ctrl+Z brings back what was before.
"""

from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.clock import Clock, today
from app.packs.form_kinds import NUMBERS
from app.packs.form_values import MOST_ROWS, kept_rows, rows_of
from ui.forms.fields import Field, FieldNote, Standing
from ui.forms.reading import read, tidy
from ui.theme.theme import Theme
from ui.widgets.judged_grid import (
    ALIGNMENT,
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

HEIGHT = 190
WIDTH = 110
WIDE_CELL = 160
UNDONE = 50
"""Former states that are kept to go back to."""
LONGEST_CELL = 400


class RowsModel(JudgedModel):
    """Rows as typed; ``typed`` carries the whole table as the draft keeps it."""

    def __init__(self, columns: tuple[Field, ...], clock: Clock) -> None:
        super().__init__()
        self._columns, self._clock = columns, clock
        self._rows: list[list[str]] = []
        self._former: list[list[list[str]]] = []

    def text(self) -> str:
        """Give the table as the draft keeps it: every cell as typed."""
        return kept_rows(self._rows)

    def put(self, text: str) -> None:
        """Show another table; a text that is none shows an empty one."""
        try:
            rows = [list(row) for row in rows_of(text)]
        except ValueError:
            rows = []
        width = len(self._columns)
        self._show([(row + [""] * width)[:width] for row in rows])

    def take_out(self, row: int) -> None:
        """Take a row out."""
        if 0 <= row < len(self._rows):
            self._remember()
            self._show([line for place, line in enumerate(self._rows) if place != row])
            self.typed.emit(self.text())

    def undo(self) -> None:
        """Go back to what was before the last change."""
        if self._former:
            self._show(self._former.pop())
            self.typed.emit(self.text())

    @override
    def mark(self, index: AnyIndex) -> Mark:
        note = self._note(index)
        if note.standing is Standing.WRONG:
            return Mark.WRONG
        if note.standing is Standing.INCOMPLETE:
            return Mark.EMPTY
        return Mark.DOUBTFUL if note.standing is Standing.WARNED else Mark.GOOD

    @override
    def problem(self, index: AnyIndex) -> FieldNote | None:
        if not index.isValid():
            return None
        note = self._note(index)
        return note if note.reason is not None else None

    @override
    def wrong_places(self) -> Iterable[tuple[int, int]]:
        return [
            (row, column)
            for row in range(len(self._rows))
            for column in range(len(self._columns))
            if self.mark(self.index(row, column)) in (Mark.WRONG, Mark.EMPTY)
        ]

    @override
    def type_block(self, first: AnyIndex, lines: Lines) -> None:
        self._remember()
        rows = [list(row) for row in self._rows]
        for down, line in enumerate(lines[:MOST_ROWS]):
            place = first.row() + down
            while len(rows) <= place:
                rows.append([""] * len(self._columns))
            for right, text in enumerate(line[: len(self._columns) - first.column()]):
                rows[place][first.column() + right] = self._tidied(first.column() + right, text)
        self._show([row for row in rows if any(row)][: MOST_ROWS + 1])
        self.typed.emit(self.text())

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows) + 1

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def data(self, index: AnyIndex, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        if role in (DISPLAY, EDIT):
            return self._cell(index)
        if role == ALIGNMENT and self._columns[index.column()].kind in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == TIP:
            note = self._note(index)
            return str(note.reason) if note.reason is not None else ""
        return None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = EDIT) -> bool:
        if role != EDIT or not index.isValid() or str(value) == self._cell(index):
            return False
        self.type_block(index, [[str(value)]])
        return True

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role != DISPLAY:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if section < len(self._rows) else "+"
        return str(self._columns[section].label)

    def _cell(self, index: AnyIndex) -> str:
        return self._rows[index.row()][index.column()] if index.row() < len(self._rows) else ""

    def _note(self, index: AnyIndex) -> FieldNote:
        if index.row() >= len(self._rows):
            return FieldNote(Standing.OK)
        return read(self._columns[index.column()], self._cell(index), self._today()).note

    def _tidied(self, column: int, text: str) -> str:
        return tidy(self._columns[column], text[:LONGEST_CELL], self._today())

    def _today(self) -> date:
        return today(self._clock)

    def _remember(self) -> None:
        self._former = [*self._former[-UNDONE:], [list(row) for row in self._rows]]

    def _show(self, rows: list[list[str]]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


class RowsGrid(JudgedGrid):
    """The table itself, with the keys that take a row out and go back."""

    def __init__(self, theme: Theme, field: Field, rows: RowsModel) -> None:
        super().__init__(theme, field.label, rows)
        self._rows = rows
        self._place = (0, 0)
        rows.modelAboutToBeReset.connect(self._note_place)
        rows.modelReset.connect(self._back_to_place)
        self.go_to(0)

    @Slot()
    def take_out(self) -> None:
        """Take the row under the cursor out."""
        self._rows.take_out(self.currentIndex().row())

    @Slot()
    def _note_place(self) -> None:
        now = self.currentIndex()
        self._place = (now.row(), now.column()) if now.isValid() else (0, 0)

    @Slot()
    def _back_to_place(self) -> None:
        row, column = self._place
        self.go_to(min(row, self._rows.rowCount() - 1), column)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete and control:
            self.take_out()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._rows.undo()
        else:
            super().keyPressEvent(event)


class RowsEditor(QWidget):
    """The editor of a field of kind ROWS."""

    textChanged = Signal(str)  # noqa: N815 - the name QLineEdit uses

    def __init__(self, field: Field, clock: Clock, theme: Theme) -> None:
        super().__init__()
        self.rows = RowsModel(field.columns, clock)
        self.grid = RowsGrid(theme, field, self.rows)
        self.grid.setFixedHeight(HEIGHT)
        for place, column in enumerate(field.columns):
            self.grid.setColumnWidth(place, WIDTH if column.kind in NUMBERS else WIDE_CELL)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.grid)
        self.setFocusProxy(self.grid)
        self.rows.typed.connect(self._tell)

    def typed(self) -> str:
        """Give the table as the draft keeps it."""
        return self.rows.text()

    def put(self, text: str) -> None:
        """Put a draft back."""
        self.rows.put(text)
        self.textChanged.emit(self.typed())

    @Slot(object)
    def _tell(self, text: str) -> None:
        self.textChanged.emit(text)

    @Slot()
    def paste(self) -> None:
        """Paste what a spreadsheet put on the clipboard over the cells from the cursor on."""
        self.grid.paste()
