"""The line under a list that has the sum of each column of numbers, right below the column."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR
from ui.widgets.label import named
from ui.widgets.rows import Column
from ui.widgets.spoken import Spoken


class TotalsLine(Spoken, QWidget):
    """Follows the columns of a view: their widths, their order, how far it is scrolled."""

    def __init__(self, view: QTableView, columns: tuple[Column, ...], theme: Theme) -> None:
        super().__init__()
        self._view, self._columns, self._theme = view, columns, theme
        self._sums: Mapping[str, int] | None = None
        header = view.horizontalHeader()
        header.sectionResized.connect(self._follow)
        header.sectionMoved.connect(self._follow)
        view.horizontalScrollBar().valueChanged.connect(self._follow)
        theme.changed.connect(self._dress)
        self._dress()
        self.say()

    def show_sums(self, sums: Mapping[str, int] | None) -> None:
        """Show the sums by column; None while they are being added up."""
        self._sums = sums
        self.say()
        self.update()

    def words(self) -> list[tuple[Text, str]]:
        """Give each total as it reads, with its column's title."""
        return [
            (column.title, self._total(column))
            for column in self._columns
            if column.total is not None
        ]

    def _total(self, column: Column) -> str:
        if column.total is None:
            return ""
        if self._sums is None:
            return "…"
        return column.total(self._sums.get(column.key, 0))

    @Slot()
    def _follow(self) -> None:
        self.update()

    @Slot()
    def _dress(self) -> None:
        self.setFixedHeight(self._theme.density.row)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self._theme.colours
        painter.fillRect(self.rect(), QColor(colours.sunken))
        painter.fillRect(0, 0, self.width(), 1, QColor(colours.edge))
        painter.setPen(QColor(colours.text))
        strong = QFont(self.font())
        strong.setBold(True)
        painter.setFont(strong)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(NEAR, 0, self.width(), self.height()), int(middle), str(t("Total")))
        inset = self._view.frameWidth()
        for place, column in enumerate(self._columns):
            if column.total is not None and not self._view.isColumnHidden(place):
                left = self._view.columnViewportPosition(place) + inset + NEAR
                width = self._view.columnWidth(place) - 2 * NEAR
                box = QRectF(left, 0, width, self.height())
                painter.drawText(
                    box, int(Qt.AlignmentFlag.AlignRight | middle), self._total(column)
                )
        painter.end()

    @override
    def say(self) -> None:
        said = [t("{column}: {total}", column=title, total=total) for title, total in self.words()]
        named(self, " ".join([str(t("Total")), *map(str, said)]))
