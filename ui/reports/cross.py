"""The cross table: rows by columns of one figure, totals last; any cell opens the rows behind it.

Where nothing stands across, the columns are the figures themselves. Nothing is worked out here: a
cell says what the pivot has under its two values, when it is looked at.
"""

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget
from typing_extensions import override

from app.kit.figures import figure_text
from app.kit.words import t
from app.reports.rules.declared import Measure
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import ALL
from ui.reports.presenter import Figure, group_text
from ui.reports.tables import LEAST_FIGURE, heading_width
from ui.theme.theme import Theme
from ui.widgets.label import named
from ui.widgets.rows import Row, tsv
from ui.widgets.spoken import Spoken

AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
HEAD_WIDTH = 180
MOST_WIDE = 280
MOST_COPIED = 10_000
"""Cells one copy takes; more would stop the window while they are written."""


class CrossModel(QAbstractTableModel):
    """The pivot of a run as cells, written when they are asked for."""

    def __init__(self, ran: Ran, measure: str, theme: Theme) -> None:
        super().__init__()
        self.ran, self._theme = ran, theme
        wanted = ran.report.measure(measure)
        self.groups: tuple[object, ...] = (*ran.pivot.groups, ALL)
        across = (*ran.pivot.across, ALL) if ran.asked.across else (ALL,)
        measures = (wanted,) if ran.asked.across else ran.report.measures
        self.columns: tuple[tuple[object, Measure], ...] = tuple(
            (one, measure) for one in across for measure in measures
        )

    def figure(self, index: AnyIndex) -> Figure:
        """Give the two values the figure of a cell stands under."""
        return self.groups[index.row()], self.columns[index.column()][0]

    def head_of(self, row: int) -> str:
        """Say what a row is."""
        return group_text(self.ran.report.field(self.ran.asked.group), self.groups[row])

    def title_of(self, column: int) -> str:
        """Say what a column is: a group across, or a figure where nothing stands across."""
        across, measure = self.columns[column]
        if not self.ran.asked.across:
            return str(measure.title)
        return group_text(self.ran.report.field(self.ran.asked.across), across)

    def text_of(self, row: int, column: int) -> str:
        """Write a figure."""
        across, measure = self.columns[column]
        value = self.ran.pivot.figure(measure.key, self.groups[row], across)
        return figure_text(measure.unit, value)

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.groups)

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text_of(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.AccessibleTextRole:
                head, title = self.head_of(row), self.title_of(column)
                return f"{head}, {title}: {self.text_of(row, column)}"
            case Qt.ItemDataRole.BackgroundRole if self._is_total(row, column):
                return QBrush(QColor(self._theme.colours.sunken))
            case Qt.ItemDataRole.FontRole if self._is_total(row, column):
                font = QFont()
                font.setBold(True)
                return font
            case _:
                return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title_of(section) if across else self.head_of(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _is_total(self, row: int, column: int) -> bool:
        whole = self.ran.asked.across and self.columns[column][0] is ALL
        return self.groups[row] is ALL or bool(whole)


class CrossTable(Spoken, QTableView):
    """Shows a cross table; Enter or a double click opens a cell, Ctrl+C copies those selected."""

    opened = Signal(object)
    """The Figure a person opened."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cells: CrossModel | None = None
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setProperty("look", "cross")
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.verticalHeader().setFixedWidth(HEAD_WIDTH)
        self.doubleClicked.connect(self._open)
        theme.changed.connect(self._dress)
        self._dress()
        self.say()

    def show_ran(self, ran: Ran, measure: str) -> None:
        """Show the figures of a run; the cursor stays where it was, at first on the first cell."""
        before, held = self.currentIndex(), self.cells
        row, column = max(before.row(), 0), max(before.column(), 0)
        self.cells = CrossModel(ran, measure, self._theme)
        self.setModel(self.cells)
        for place in range(self.cells.columnCount()):
            width = heading_width(self.cells.title_of(place), LEAST_FIGURE)
            self.setColumnWidth(place, min(width, MOST_WIDE))
        if held is not None:
            held.deleteLater()
        row = min(row, self.cells.rowCount() - 1)
        column = min(column, self.cells.columnCount() - 1)
        self.selectionModel().setCurrentIndex(
            self.cells.index(row, column), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def current(self) -> Figure | None:
        """Give the figure under the cursor."""
        index = self.currentIndex()
        return self.cells.figure(index) if self.cells is not None and index.isValid() else None

    def copy(self) -> None:
        """Put the block of the selected cells on the clipboard as TSV with its headings."""
        chosen = self.selectionModel().selection() if self.cells is not None else None
        if self.cells is None or chosen is None or not chosen.size():
            return
        spans = [chosen.at(n) for n in range(chosen.size())]
        left, right = min(one.left() for one in spans), max(one.right() for one in spans)
        top, bottom = min(one.top() for one in spans), max(one.bottom() for one in spans)
        columns = range(left, right + 1)
        rows = range(top, min(bottom + 1, top + MOST_COPIED // len(columns)))
        QGuiApplication.clipboard().setText(self._tsv(self.cells, rows, columns))

    @override
    def say(self) -> None:
        named(self, t("Cross table"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.density.row)
        self.viewport().update()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if self.cells is not None and index.isValid():
            self.opened.emit(self.cells.figure(index))

    @staticmethod
    def _tsv(cells: CrossModel, rows: range, columns: range) -> str:
        """Write cells for a spreadsheet; a heading may be what somebody typed, so it is a cell."""
        group = str(cells.ran.report.field(cells.ran.asked.group).title)
        lines = [Row("", (group, *(cells.title_of(column) for column in columns)))]
        lines += [
            Row(n, (cells.head_of(n), *(cells.text_of(n, column) for column in columns)))
            for n in rows
        ]
        return tsv((), lines, titles=False)
