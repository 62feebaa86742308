"""The roster as a grid: every cell as the file has it, wrong ones marked, mended where they stand.

F8 goes to the next wrong place, typing or F2 changes a cell, Ctrl+V pastes a block from a
spreadsheet over the cells from the cursor on. What is changed is shown at once and judged on a
lane; the grid never judges itself.
"""

from collections.abc import Mapping

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
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from app.kit.sheets.table import Row, cell_text
from app.kit.words import Text, t
from app.pricing.sheet.columns import Problem
from app.pricing.sheet.form import FIELDS, Field
from app.pricing.sheet.preview import RosterPreview
from ui.pricing.presenter import Typed
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR
from ui.widgets.label import named

AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY, EDIT = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.EditRole)
TIP = int(Qt.ItemDataRole.AccessibleDescriptionRole)
WIDTHS: Mapping[Field, int] = {"id_no": 176, "id_type": 110, "birth": 104, "job": 110}
USUAL_WIDTH = 84
BAR = 3


class RosterModel(QAbstractTableModel):
    """Shows a preview; what was typed stands there until the next preview comes."""

    typed = Signal(object)
    """A Typed: cells that were typed over."""

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
        """The columns in the order of the file."""
        return self._fields

    def put(self, preview: RosterPreview | None) -> None:
        """Show another preview, or none."""
        self.beginResetModel()
        self._preview = preview
        self._pending = {}
        places = preview.columns.places if preview is not None else {}
        self._fields = tuple(sorted(places, key=lambda field: places[field]))
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

    def problem(self, index: AnyIndex) -> Problem | None:
        """Say what is wrong with a cell, or what should be looked at."""
        if not index.isValid():
            return None
        key = (self._rows[index.row()].number, self._fields[index.column()])
        return self._wrong.get(key) or self._doubts.get(key)

    def is_wrong(self, index: AnyIndex) -> bool:
        """Say whether a cell is wrong (not only worth a look)."""
        return (self._rows[index.row()].number, self._fields[index.column()]) in self._wrong

    def next_wrong(self, after: AnyIndex) -> QModelIndex:
        """Find the next wrong cell behind a place, from the top again at the end."""
        columns = {field: place for place, field in enumerate(self._fields)}
        rows = {row.number: place for place, row in enumerate(self._rows)}
        places = sorted(
            (rows[number], columns[field])
            for number, field in self._wrong
            if number in rows and field in columns
        )
        now = (after.row(), after.column()) if after.isValid() else (-1, -1)
        later = [place for place in places if place > now] or places
        return self.index(*later[0]) if later else NOWHERE

    def type_block(self, first: AnyIndex, lines: list[list[str]]) -> None:
        """Type a block over the cells from one on; what does not fit is left out."""
        typed: list[tuple[int, Field, str]] = []
        for down, line in enumerate(lines):
            for right, text in enumerate(line):
                row, column = first.row() + down, first.column() + right
                if row < len(self._rows) and column < len(self._fields):
                    typed.append((self._rows[row].number, self._fields[column], text))
        self._type(tuple(typed))

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
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role != DISPLAY:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(self._rows[section].number)
        assert self._preview is not None
        return self._preview.columns.headings[self._fields[section]]


class RosterGrid(QTableView):
    """The grid; ``cell_told`` carries what is to be said about the cell under the cursor."""

    typed = Signal(object)
    cell_told = Signal(object)
    pasted_whole = Signal(str)
    """A spreadsheet's block was pasted while there was no roster yet."""

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name = theme, name
        self.roster = RosterModel()
        self.setModel(self.roster)
        self.setItemDelegate(_RosterCells(theme, self.roster, self))
        self._set_up()
        self.roster.typed.connect(self.typed)
        self.selectionModel().currentChanged.connect(self._tell)
        theme.changed.connect(self._dress)
        self._say()
        self._dress()

    def put(self, preview: RosterPreview | None) -> None:
        """Show another preview; the cursor stays on its cell."""
        number, column = self._cursor()
        self.roster.put(preview)
        for place, field in enumerate(self.roster.fields):
            self.setColumnWidth(place, WIDTHS.get(field, USUAL_WIDTH))
        place_now = self.roster.place(number) if number else None
        if place_now is not None:
            self.setCurrentIndex(self.roster.index(place_now, column))

    def show_only_wrong(self, only: bool) -> None:
        """Leave the good rows out of sight, or show all."""
        number, column = self._cursor()
        self.roster.show_only_wrong(only)
        place = self.roster.place(number) if number else None
        if place is not None:
            self.setCurrentIndex(self.roster.index(place, column))

    def go_to_next_wrong(self) -> bool:
        """Put the cursor on the next wrong cell; False where none is."""
        found = self.roster.next_wrong(self.currentIndex())
        if found.isValid():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setCurrentIndex(found)
        return found.isValid()

    def current_row_number(self) -> int | None:
        """Give the spreadsheet's number of the row under the cursor."""
        index = self.currentIndex()
        return self.roster.row_number(index.row()) if index.isValid() else None

    def paste(self) -> None:
        """Paste what a spreadsheet put on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            return
        if not self.roster.rowCount() or not self.currentIndex().isValid():
            self.pasted_whole.emit(text)
            return
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        self.roster.type_block(self.currentIndex(), lines)

    def _cursor(self) -> tuple[int | None, int]:
        index = self.currentIndex()
        return self.current_row_number(), max(index.column(), 0)

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
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.density.row - 6)
        self.viewport().update()

    def _say(self) -> None:
        named(self, self._name)

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.cell_told.emit(self.roster.problem(now))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() == Qt.Key.Key_F8:
            self.go_to_next_wrong()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            # The Enter that ends typing comes by here too, while its editor is still open.
            if self.state() is not QAbstractItemView.State.EditingState:
                self.edit(self.currentIndex())
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
        super().changeEvent(event)


class _RosterCells(QStyledItemDelegate):
    """Paints a cell: a wrong one on the ground of stop with a bar, a doubtful one on warn."""

    def __init__(self, theme: Theme, roster: RosterModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._roster = theme, roster

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        colours = self._theme.colours
        box: QRect = option.rect
        ground, bar, ink = colours.surface, "", colours.text
        if self._roster.problem(index) is not None:
            wrong = self._roster.is_wrong(index)
            ground = colours.stop_soft if wrong else colours.warn_soft
            bar = colours.stop if wrong else colours.warn
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
        painter.setPen(QColor(ink))
        room = box.adjusted(NEAR, 0, -NEAR, 0)
        text = str(index.data(DISPLAY) or "")
        fitted = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), fitted)
        painter.restore()


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
