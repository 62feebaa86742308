"""The groups as a grid: one row of people priced alike, every cell judged at every letter.

Typing or F2 changes a cell, Enter goes to the next one and from the last to a new row, F8 to the
next wrong place, Space says yes or no, Ctrl+V pastes a block from a spreadsheet. What is typed is
handed on at once and comes back judged; the grid never judges itself.
"""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QLineEdit, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app.kit.words import Text
from app.pricing.groups import (
    GROUP_FIELDS,
    LABELS,
    NO,
    YES,
    Doubt,
    GroupField,
    TypedGroup,
    WrongCell,
)
from ui.pricing.presenter import NO_GROUPS, GroupsWork
from ui.pricing.texts import cell_note, group_cell
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR
from ui.widgets.judged_grid import (
    ALIGNMENT,
    DISPLAY,
    EDIT,
    NOWHERE,
    TIP,
    AnyIndex,
    JudgedCells,
    JudgedGrid,
    JudgedModel,
    Lines,
    Mark,
)
from ui.widgets.label import named

WORDS: frozenset[GroupField] = frozenset({"job", "social"})
"""Cells that hold words; the others hold numbers and stand right."""
WIDTHS: Mapping[GroupField, int] = {
    "heads": 60,
    "job_class": 52,
    "age": 52,
    "job": 92,
    "ghi_sum": 100,
    "social": 84,
    "ghc_daily": 100,
    "wait_days": 72,
    "gpa_sum": 100,
    "gma_sum": 100,
    "deductible": 84,
    "pay_ratio": 72,
    "social_share": 92,
}
ONE_LINE, TWO_LINES = 30, 46
"""Heights of the headings; English needs two lines."""


class GroupModel(JudgedModel):
    """Shows groups; what is typed is told as all rows anew, and comes back by ``put``.

    ``typed`` carries a tuple of TypedGroup: the rows with what was typed in them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._work = NO_GROUPS

    def put(self, work: GroupsWork) -> None:
        """Show other rows; while their number stays, an open editor stays open."""
        if len(work.typed) != len(self._work.typed):
            self.beginResetModel()
            self._work = work
            self.endResetModel()
            return
        self._work = work
        if work.typed:
            last = self.index(len(work.typed) - 1, len(GROUP_FIELDS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(work.typed) - 1)

    @override
    def mark(self, index: AnyIndex) -> Mark:
        match self.problem(index):
            case None:
                return Mark.GOOD
            case Doubt():
                return Mark.DOUBTFUL
            case WrongCell(missing=missing):
                return Mark.EMPTY if missing else Mark.WRONG

    @override
    def problem(self, index: AnyIndex) -> WrongCell | Doubt | None:
        if not index.isValid() or index.row() >= len(self._work.read.rows):
            return None
        return self._work.read.rows[index.row()].note(GROUP_FIELDS[index.column()])

    @override
    def wrong_places(self) -> Iterable[tuple[int, int]]:
        return (
            (row, GROUP_FIELDS.index(one.cell))
            for row, reading in enumerate(self._work.read.rows)
            for one in reading.wrong
        )

    @override
    def type_block(self, first: AnyIndex, lines: Lines) -> None:
        """Type a block over the cells from one on; rows that are not there yet are added."""
        rows = list(self._work.typed)
        for down, line in enumerate(lines):
            place = first.row() + down
            if place == len(rows):
                rows.append(TypedGroup())
            for field, text in zip(GROUP_FIELDS[first.column() :], line, strict=False):
                rows[place] = rows[place].typed(field, text.strip())
        self.typed.emit(tuple(rows))

    def clear_cells(self, indexes: list[QModelIndex]) -> None:
        """Empty cells."""
        rows = list(self._work.typed)
        for index in indexes:
            rows[index.row()] = rows[index.row()].typed(GROUP_FIELDS[index.column()], "")
        self.typed.emit(tuple(rows))

    def turn_yes_or_no(self, index: AnyIndex) -> None:
        """Say the other of yes and no."""
        says_yes = index.data(DISPLAY) == group_cell("social", YES)
        self.setData(index, NO if says_yes else YES)

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._work.typed)

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(GROUP_FIELDS)

    @override
    def data(self, index: AnyIndex, role: int = DISPLAY) -> object:
        field = GROUP_FIELDS[index.column()]
        text = self._work.typed[index.row()].text(field)
        if role == EDIT and field != "social":
            return text
        if role in (DISPLAY, EDIT):
            return group_cell(field, text)
        if role == TIP:
            problem = self.problem(index)
            return str(cell_note(problem)) if problem is not None else None
        if role == ALIGNMENT:
            return int(_side(field))
        return None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = EDIT) -> bool:
        field, text = GROUP_FIELDS[index.column()], str(value)
        row = self._work.typed[index.row()]
        if role != EDIT or text in (row.text(field), index.data(EDIT)):
            return False
        rows = list(self._work.typed)
        rows[index.row()] = row.typed(field, text)
        self.typed.emit(tuple(rows))
        return True

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        across = orientation is Qt.Orientation.Horizontal
        if role == ALIGNMENT and across:
            return int(_side(GROUP_FIELDS[section]) | Qt.TextFlag.TextWordWrap)
        if role != DISPLAY:
            return None
        if across:
            return str(LABELS[GROUP_FIELDS[section]])
        rows = self._work.read.rows
        return rows[section].name if section < len(rows) else ""


class GroupGrid(JudgedGrid):
    """The grid of groups, as high as its rows."""

    row_wanted = Signal()
    """Enter was pressed behind the last cell."""

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        self.groups = GroupModel()
        super().__init__(theme, name, self.groups, _GroupCells, parent)
        self.horizontalHeader().setStretchLastSection(True)
        for place, field in enumerate(GROUP_FIELDS):
            self.setColumnWidth(place, WIDTHS[field])

    def put(self, work: GroupsWork) -> None:
        """Show other rows; the cursor stays on its cell as far as it is there."""
        now = self.currentIndex()
        row, column = now.row(), max(now.column(), 0)
        self.groups.put(work)
        if not self.currentIndex().isValid() and row >= 0:
            self.go_to(min(row, len(work.typed) - 1), column)
        self.cell_told.emit(self.groups.problem(self.currentIndex()))

    def current_row(self) -> int | None:
        """Give the row under the cursor."""
        index = self.currentIndex()
        return index.row() if index.isValid() else None

    def height_for(self, most_rows: int) -> int:
        """Say how high the grid stands with its rows, at most so many, and a scroll bar."""
        rows = min(self.groups.rowCount(), most_rows)
        bar = self.horizontalScrollBar().sizeHint().height()
        return (
            self.horizontalHeader().height()
            + rows * self.verticalHeader().defaultSectionSize()
            + bar
            + NEAR
        )

    @override
    def enter(self) -> None:
        """Answer Enter: go to the next cell, and ask for a row behind the last one."""
        self._go_next()

    def _go_next(self) -> None:
        now = self.currentIndex()
        if not now.isValid() or now.column() + 1 < len(GROUP_FIELDS):
            self.go_to(max(now.row(), 0), now.column() + 1)
        elif now.row() + 1 < self.groups.rowCount():
            self.go_to(now.row() + 1)
        else:
            self.row_wanted.emit()

    @override
    def say(self) -> None:
        super().say()
        across = self.horizontalHeader()
        measure = across.fontMetrics()
        wide = any(
            measure.horizontalAdvance(str(LABELS[field])) > WIDTHS[field] - 2 * NEAR
            for field in GROUP_FIELDS
        )
        across.setFixedHeight(TWO_LINES if wide else ONE_LINE)
        across.viewport().update()
        self.viewport().update()

    def _is_yes_or_no(self) -> bool:
        now = self.currentIndex()
        return now.isValid() and GROUP_FIELDS[now.column()] == "social"

    @override
    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Go on to the next cell where Enter or Tab ended the typing."""
        ends = QAbstractItemDelegate.EndEditHint
        super().closeEditor(editor, ends.NoHint)
        if hint in (ends.SubmitModelCache, ends.EditNextItem):
            self._go_next()
        elif hint is ends.EditPreviousItem and self.currentIndex().column() > 0:
            self.go_to(self.currentIndex().row(), self.currentIndex().column() - 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.groups.clear_cells(self.selectedIndexes())
        elif event.key() == Qt.Key.Key_Space and self._is_yes_or_no():
            self.groups.turn_yes_or_no(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _GroupCells(JudgedCells):
    """Opens an editor that hands every letter on."""

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        editor = QLineEdit(parent)
        named(editor, LABELS[GROUP_FIELDS[index.column()]])
        editor.textEdited.connect(self._typed_into(QPersistentModelIndex(index)))
        return editor

    @override
    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        # What comes back judged is what stands there: setting it would move the cursor.
        assert isinstance(editor, QLineEdit)
        text = str(index.data(EDIT) or "")
        if editor.text() != text:
            editor.setText(text)

    @override
    def setModelData(self, editor: QWidget, model: object, index: AnyIndex) -> None:
        assert isinstance(editor, QLineEdit)
        self._judged.setData(index, editor.text())

    def _typed_into(self, index: QPersistentModelIndex) -> Callable[[str], None]:
        def take(text: str) -> None:
            if index.isValid():
                self._judged.setData(index, text)

        return take


def _side(field: GroupField) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if field in WORDS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
