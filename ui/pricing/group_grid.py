"""The groups as a grid: one row of people priced alike, every cell judged at every letter.

Typing or F2 changes a cell, Enter goes to the next one and from the last to a new row, F8 to the
next wrong place, Space says yes or no, Ctrl+V pastes a block from a spreadsheet. What is typed is
handed on at once and comes back judged; the grid never judges itself.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
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
from ui.widgets.label import named

AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY, EDIT = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.EditRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
TIP = int(Qt.ItemDataRole.AccessibleDescriptionRole)
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
BAR = 3
Lines = list[list[str]]


class GroupModel(QAbstractTableModel):
    """Shows groups; what is typed is told as all rows anew, and comes back by ``put``."""

    typed = Signal(object)
    """A tuple of TypedGroup: the rows with what was typed in them."""

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

    def note(self, index: AnyIndex) -> WrongCell | Doubt | None:
        """Say what is wrong with a cell, or what should be looked at."""
        if not index.isValid() or index.row() >= len(self._work.read.rows):
            return None
        return self._work.read.rows[index.row()].note(GROUP_FIELDS[index.column()])

    def next_wrong(self, after: AnyIndex) -> QModelIndex:
        """Find the next wrong cell behind a place, from the top again at the end."""
        places = [
            (row, GROUP_FIELDS.index(one.cell))
            for row, reading in enumerate(self._work.read.rows)
            for one in reading.wrong
        ]
        now = (after.row(), after.column()) if after.isValid() else (-1, -1)
        later = [place for place in places if place > now] or places
        return self.index(*later[0]) if later else NOWHERE

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
            note = self.note(index)
            return str(cell_note(note)) if note is not None else None
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
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

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


class GroupGrid(QTableView):
    """The grid; ``cell_told`` carries what is to be said about the cell under the cursor."""

    typed = Signal(object)
    cell_told = Signal(object)
    row_wanted = Signal()
    """Enter was pressed behind the last cell."""

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name = theme, name
        self.groups = GroupModel()
        self.setModel(self.groups)
        self.setItemDelegate(_GroupCells(theme, self.groups, self))
        self._set_up()
        self.groups.typed.connect(self.typed)
        self.selectionModel().currentChanged.connect(self._tell)
        theme.changed.connect(self._dress)
        self._say()
        self._dress()

    def put(self, work: GroupsWork) -> None:
        """Show other rows; the cursor stays on its cell as far as it is there."""
        now = self.currentIndex()
        row, column = now.row(), max(now.column(), 0)
        self.groups.put(work)
        if not self.currentIndex().isValid() and row >= 0:
            self.go_to(min(row, len(work.typed) - 1), column)
        self.cell_told.emit(self.groups.note(self.currentIndex()))

    def go_to(self, row: int, column: int = 0) -> None:
        """Put the cursor on a cell."""
        self.setCurrentIndex(self.groups.index(row, column))

    def go_to_next_wrong(self) -> bool:
        """Put the cursor on the next wrong cell; False where none is."""
        found = self.groups.next_wrong(self.currentIndex())
        if found.isValid():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setCurrentIndex(found)
        return found.isValid()

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

    def paste(self) -> None:
        """Paste what a spreadsheet put on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if text.strip() and self.currentIndex().isValid():
            lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
            self.groups.type_block(self.currentIndex(), lines)

    def _set_up(self) -> None:
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setHighlightSections(False)
        across.setStretchLastSection(True)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for place, field in enumerate(GROUP_FIELDS):
            self.setColumnWidth(place, WIDTHS[field])

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.density.row - 6)
        self.viewport().update()

    def _say(self) -> None:
        named(self, self._name)
        across = self.horizontalHeader()
        measure = across.fontMetrics()
        wide = any(
            measure.horizontalAdvance(str(LABELS[field])) > WIDTHS[field] - 2 * NEAR
            for field in GROUP_FIELDS
        )
        across.setFixedHeight(TWO_LINES if wide else ONE_LINE)

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.cell_told.emit(self.groups.note(now))

    def _go_next(self) -> None:
        now = self.currentIndex()
        if not now.isValid() or now.column() + 1 < len(GROUP_FIELDS):
            self.go_to(max(now.row(), 0), now.column() + 1)
        elif now.row() + 1 < self.groups.rowCount():
            self.go_to(now.row() + 1)
        else:
            self.row_wanted.emit()

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
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() == Qt.Key.Key_F8:
            self.go_to_next_wrong()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            # The Enter that ends typing comes by here too, while its editor is still open.
            if self.state() is not QAbstractItemView.State.EditingState:
                self._go_next()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.groups.clear_cells(self.selectedIndexes())
        elif event.key() == Qt.Key.Key_Space and self._is_yes_or_no():
            self.groups.turn_yes_or_no(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self._say()
            self.viewport().update()
            self.horizontalHeader().viewport().update()
        super().changeEvent(event)


class _GroupCells(QStyledItemDelegate):
    """Paints a cell: wrong on the ground of stop, doubtful on warn, still empty with a bar alone.

    Its editor hands every letter on.
    """

    def __init__(self, theme: Theme, groups: GroupModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._groups = theme, groups

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
        self._groups.setData(index, editor.text())

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        colours = self._theme.colours
        box: QRect = option.rect
        ground, bar = colours.surface, ""
        note = self._groups.note(index)
        if isinstance(note, Doubt):
            ground, bar = colours.warn_soft, colours.warn
        elif note is not None:
            ground = colours.surface if note.missing else colours.stop_soft
            bar = colours.wait if note.missing else colours.stop
        painter.save()
        painter.fillRect(box, QColor(ground))
        view = self.parent()
        assert isinstance(view, QTableView)
        if view.currentIndex() == index:
            painter.setPen(QColor(colours.accent))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        elif view.selectionModel().isSelected(index):
            painter.fillRect(box, QColor(colours.accent_soft))
        if bar:
            painter.fillRect(box.left(), box.top(), BAR, box.height(), QColor(bar))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, QColor(colours.line))
        painter.setPen(QColor(colours.text))
        room = box.adjusted(NEAR, 0, -NEAR, 0)
        text = str(index.data(DISPLAY) or "")
        fitted = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(_side(GROUP_FIELDS[index.column()])), fitted)
        painter.restore()

    def _typed_into(self, index: QPersistentModelIndex) -> Callable[[str], None]:
        def take(text: str) -> None:
            if index.isValid():
                self._groups.setData(index, text)

        return take


def _side(field: GroupField) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if field in WORDS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
