"""The list of pages at the left; Alt and a digit opens the first nine."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget
from typing_extensions import override

from app.kit.words import t
from ui.shell.page import Page
from ui.theme.theme import Theme
from ui.widgets.label import named
from ui.widgets.spoken import Spoken

WIDTH = 176
LEAST, MORE = 32, 8
"""Height of a line where the window is low, and by how much it is higher than a button else."""


class Navigation(Spoken, QListWidget):
    """Shows the pages; ``asked_for`` carries the key of the one chosen."""

    asked_for = Signal(str)

    def __init__(self, theme: Theme, pages: Sequence[Page], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages = tuple(pages)
        self.setProperty("look", "nav")
        self.setFixedWidth(WIDTH)
        self.setIconSize(QSize(20, 20))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in self._pages:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, page.key)
            self.addItem(item)
        self.currentRowChanged.connect(self._ask)
        theme.changed.connect(self._draw)
        self.say()
        self._draw()

    def show_page(self, key: str) -> None:
        """Mark the page that is open, without asking for it again."""
        place = [page.key for page in self._pages].index(key)
        if place != self.currentRow():
            self.blockSignals(True)
            self.setCurrentRow(place)
            self.blockSignals(False)

    @Slot(int)
    def _ask(self, place: int) -> None:
        if place >= 0:
            self.asked_for.emit(self._pages[place].key)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Let all pages be seen at once where the window is high enough for it."""
        room = self.viewport().height() // max(1, len(self._pages))
        tall = max(LEAST, min(self._theme.density.control + MORE, room))
        for place in range(self.count()):
            if self.item(place).sizeHint().height() != tall:
                self.item(place).setSizeHint(QSize(0, tall))

    @Slot()
    def _draw(self) -> None:
        self._fit()
        for place, page in enumerate(self._pages):
            self.item(place).setIcon(self._theme.icon(page.icon))

    @override
    def say(self) -> None:
        named(self, t("Pages"))
        for place, page in enumerate(self._pages):
            self.item(place).setText(str(page.title))
            if place < 9:
                self.item(place).setToolTip(f"Alt+{place + 1}")
