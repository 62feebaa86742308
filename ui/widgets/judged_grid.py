"""A grid of cells that are judged elsewhere: what is wrong is marked where it stands.

Typing or F2 opens a cell, F8 goes to the next wrong one, Ctrl+V pastes a block from a spreadsheet
over the cells from the cursor on. The grid never judges; it asks its model how a cell stands.
"""

from abc import abstractmethod
from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import (
    QAbstractTableModel,
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

from app.kit.words import Text
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, Colours
from ui.widgets.label import named
from ui.widgets.spoken import Spoken

AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY, EDIT = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.EditRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
TIP = int(Qt.ItemDataRole.AccessibleDescriptionRole)
BAR = 3
"""Width of the bar at a marked cell's left edge."""
TIGHTER = 6
"""How much lower than a list's rows the rows of a grid stand."""
Lines = list[list[str]]


class Mark(Enum):
    """How a cell stands."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    EMPTY = "empty"
    """Nothing is typed yet where something must stand."""
    WRONG = "wrong"


class JudgedModel(QAbstractTableModel):
    """Cells to type in, with what they were judged to be; a grid's own model does the judging.

    A Qt class cannot be an ABC as well, so that nothing is left out is for the type checker to say.
    """

    typed = Signal(object)
    """What was typed, in the model's own terms."""

    @abstractmethod
    def mark(self, index: AnyIndex) -> Mark:
        """Say how a cell stands."""

    @abstractmethod
    def problem(self, index: AnyIndex) -> object:
        """Give what is to be said about a cell; None where nothing is or there is no cell."""

    @abstractmethod
    def wrong_places(self) -> Iterable[tuple[int, int]]:
        """Give row and column of every wrong cell that is shown, in any order."""

    @abstractmethod
    def type_block(self, first: AnyIndex, lines: Lines) -> None:
        """Type a block over the cells from one on."""

    def next_wrong(self, after: AnyIndex) -> QModelIndex:
        """Find the next wrong cell behind a place, from the top again at the end."""
        places = sorted(self.wrong_places())
        now = (after.row(), after.column()) if after.isValid() else (-1, -1)
        later = [place for place in places if place > now] or places
        return self.index(*later[0]) if later else NOWHERE

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable


class JudgedCells(QStyledItemDelegate):
    """Paints a cell: wrong on the ground of stop, doubtful on warn, still empty with a bar alone.

    The text stands where the model's TextAlignmentRole says, on the left where it says nothing.
    """

    def __init__(self, theme: Theme, judged: JudgedModel, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._judged, self._view = theme, judged, view

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        self._paint_ground(painter, option.rect, index)
        self._paint_text(painter, option, index)
        painter.restore()

    def _paint_ground(self, painter: QPainter, box: QRect, index: AnyIndex) -> None:
        colours = self._theme.colours
        ground, bar = _ground_and_bar(self._judged.mark(index), colours)
        painter.fillRect(box, QColor(ground))
        if self._view.currentIndex() == index:
            painter.setPen(QColor(colours.accent))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        elif self._view.selectionModel().isSelected(index):
            painter.fillRect(box, QColor(colours.accent_soft))
        if bar:
            painter.fillRect(box.left(), box.top(), BAR, box.height(), QColor(bar))
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, QColor(colours.line))

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.setPen(QColor(self._theme.colours.text))
        room = option.rect.adjusted(NEAR, 0, -NEAR, 0)
        text = str(index.data(DISPLAY) or "")
        fitted = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        side = index.data(ALIGNMENT) or int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(room, side, fitted)


class JudgedGrid(Spoken, QTableView):
    """The grid; ``cell_told`` carries what is to be said about the cell under the cursor.

    Keys held with Ctrl or Alt, and Esc, are left to the screen around.
    """

    typed = Signal(object)
    cell_told = Signal(object)
    pasted_whole = Signal(str)
    """A spreadsheet's block was pasted while there was no cell to paste it on."""

    def __init__(
        self,
        theme: Theme,
        name: Text,
        judged: JudgedModel,
        cells: type[JudgedCells] = JudgedCells,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._judged = theme, name, judged
        self.setModel(judged)
        self.setItemDelegate(cells(theme, judged, self))
        self._set_up()
        judged.typed.connect(self.typed)
        self.selectionModel().currentChanged.connect(self._tell)
        theme.changed.connect(self._dress)
        self.say()
        self._dress()

    def go_to(self, row: int, column: int = 0) -> None:
        """Put the cursor on a cell."""
        self.setCurrentIndex(self._judged.index(row, column))

    def go_to_next_wrong(self) -> bool:
        """Put the cursor on the next wrong cell; False where none is."""
        found = self._judged.next_wrong(self.currentIndex())
        if found.isValid():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setCurrentIndex(found)
        return found.isValid()

    def paste(self) -> None:
        """Paste what a spreadsheet put on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            return
        if not self.currentIndex().isValid():
            self.pasted_whole.emit(text)
            return
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        self._judged.type_block(self.currentIndex(), lines)

    def enter(self) -> None:
        """Answer Enter: open the cell under the cursor."""
        self.edit(self.currentIndex())

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
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.density.row - TIGHTER)
        self.viewport().update()

    @override
    def say(self) -> None:
        named(self, self._name)

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.cell_told.emit(self._judged.problem(now))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() == Qt.Key.Key_F8:
            self.go_to_next_wrong()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            # The Enter that ends typing comes by here too, while its editor is still open.
            if self.state() is not QAbstractItemView.State.EditingState:
                self.enter()
        elif event.key() == Qt.Key.Key_Escape or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            event.ignore()
        else:
            super().keyPressEvent(event)


def _ground_and_bar(mark: Mark, colours: Colours) -> tuple[str, str]:
    """Give a cell's two colours; the bar's is empty where there is none."""
    return {
        Mark.GOOD: (colours.surface, ""),
        Mark.DOUBTFUL: (colours.warn_soft, colours.warn),
        Mark.EMPTY: (colours.surface, colours.wait),
        Mark.WRONG: (colours.stop_soft, colours.stop),
    }[mark]
