"""The pages of a document, one at a time: the picture, where one is, and the way to the next."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.page_image import Box, PageImage
from ui.widgets.spoken import Spoken


class PagesView(Spoken, QWidget):
    """Shows one page of several; ``wanted`` carries the number (from 1) of the page to fetch.

    Page Up and Page Down turn the pages while the focus is here.
    """

    wanted = Signal(int)

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = PageImage(theme, name)
        self._name = name
        self._page, self._count = 0, 0
        self._back, self._on = QPushButton("\u2190"), QPushButton("\u2192")
        self._where = PlainLabel(size="small")
        self._build()
        self.say()

    @property
    def page(self) -> int:
        """The page that is shown or on its way, 0 for none."""
        return self._page

    def begin(self, count: int, page: int = 1) -> None:
        """Show another document of so many pages, and ask for one of them."""
        self._count = count
        self.image.clear()
        self._go(page)

    def put(self, page: int, picture: bytes, boxes: tuple[Box, ...] = ()) -> None:
        """Show a page (PNG or JPEG) unless another one is wanted meanwhile."""
        if page == self._page:
            self.image.show_page(picture, boxes)

    def clear(self) -> None:
        """Show no document."""
        self._page, self._count = 0, 0
        self.image.clear()
        self.say()

    def _build(self) -> None:
        for button, slot in ((self._back, self._go_back), (self._on, self._go_on)):
            button.setProperty("look", "ghost")
            button.clicked.connect(slot)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        row.addStretch(1)
        for part in (self._back, self._where, self._on):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(TIGHT, TIGHT, TIGHT, TIGHT)  # the picture covers no focus ring
        column.setSpacing(NEAR)
        column.addWidget(self.image, 1)
        column.addLayout(row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("look", "pages")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _go(self, page: int) -> None:
        if 1 <= page <= self._count:
            self._page = page
            self.say()
            self.wanted.emit(page)

    @override
    def say(self) -> None:
        named(self, self._name)
        for button, words in ((self._back, t("Page before")), (self._on, t("Page after"))):
            button.setAccessibleName(str(words))
            button.setToolTip(button_text(words))
        self._back.setEnabled(self._page > 1)
        self._on.setEnabled(0 < self._page < self._count)
        self._where.tell(t("Page {n} of {of}", n=self._page, of=self._count) if self._count else "")

    @Slot()
    def _go_back(self) -> None:
        self._go(self._page - 1)

    @Slot()
    def _go_on(self) -> None:
        self._go(self._page + 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_PageDown:
            self._go_on()
        elif event.key() == Qt.Key.Key_PageUp:
            self._go_back()
        else:
            super().keyPressEvent(event)
