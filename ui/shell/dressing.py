"""A window gets another look a page a turn: all opened pages at once would hold it up.

Qt styles every widget in a window anew when the window's stylesheet changes: 400 ms with the pages
of a day. So each page is taken out of the window first, the window alone gets the new sheet, and
the page in front is put back, each in a turn of its own. The others are put back, and dressed by
it, when they are opened next. Nothing is painted in between, and what is typed is held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedLayout, QStackedWidget, QWidget
from shiboken6 import isValid

from ui.shell.held_input import HeldInput
from ui.shell.page_pile import PagePile
from ui.shell.turns import Turns
from ui.widgets.verb import VerbButton

LARGE_PAGE, LARGE = 300, 80
"""Widgets from which on a page is dressed in parts, and a part that is not seen by itself."""


@dataclass(frozen=True)
class Part:
    """A part of a page that stands behind another; something empty keeps its place meanwhile."""

    pile: QStackedLayout
    widget: QWidget
    keeper: QWidget

    def take_out(self, shelve: Callable[[QWidget], object]) -> None:
        """Put the part where no window dresses it."""
        place = self.pile.indexOf(self.widget)
        if place >= 0:
            shelve(self.widget)
            self.pile.insertWidget(place, self.keeper)

    def put_back(self) -> None:
        """Put the part in its place again, in front where the page brought it there meanwhile."""
        place = self.pile.indexOf(self.keeper)
        if place < 0:
            return
        asked_for = self.pile.currentWidget() is self.keeper
        self.pile.removeWidget(self.keeper)
        self.keeper.setParent(None)
        self.pile.insertWidget(place, self.widget)
        if asked_for:
            self.pile.setCurrentWidget(self.widget)


class Dressing(QObject):
    """Puts stylesheets on a window with its pages."""

    ended = Signal()
    """The page in front stands there in the new look."""

    def __init__(self, window: QWidget, pile: PagePile, held: HeldInput) -> None:
        super().__init__(window)
        self._window, self._pile, self._held = window, pile, held
        self._turns = Turns(self)
        self._sheet = ""
        self._focused: QWidget | None = None
        self._verb = ""
        self._parts: list[Part] = []
        self.under_way = False

    def put_on(self, sheet: str) -> None:
        """Put a stylesheet on the window: at once where nobody sees it, else turn by turn."""
        self._sheet = sheet
        pages = self._pile.taken_in()
        if not self._window.isVisible() or not pages:
            self._window.setStyleSheet(sheet)
            return
        if not self.under_way:
            self.under_way = True
            self._focused = focused = QApplication.focusWidget()
            self._verb = focused.verb.key if isinstance(focused, VerbButton) else ""
            self._window.setUpdatesEnabled(False)
            self._held.hold()
        pile = self._pile
        self._parts = parts = self._parts or _behind(pages[-1])
        self._turns.begin(
            *(partial(part.take_out, pile.shelve) for part in parts),
            *(partial(pile.take_out, page) for page in pages),
            self._dress,
            pile.dress_front,
            *(part.put_back for part in parts),
            pile.put_back,
            self._end,
        )

    @Slot()
    def stop(self) -> None:
        """Go no further: the window is about to go."""
        self._turns.begin()

    def _dress(self) -> None:
        self._window.setStyleSheet(self._sheet)

    def _end(self) -> None:
        self._parts = []
        focused, self._focused = self._focused, None
        if focused is None or not isValid(focused):
            focused = self._offered_anew()
        if focused is not None and focused.isVisible():
            focused.setFocus(Qt.FocusReason.OtherFocusReason)
        self._window.setUpdatesEnabled(True)
        self.under_way = False
        self.ended.emit()

    def _offered_anew(self) -> QWidget | None:
        """Find the button of the verb that had the focus, where verbs were offered meanwhile."""
        buttons = self._window.findChildren(VerbButton)
        return next((one for one in buttons if one.verb.key == self._verb), None)


def _behind(page: QWidget) -> list[Part]:
    """Find the large parts of a page that stand behind others."""
    found: list[Part] = []
    if len(page.findChildren(QWidget)) < LARGE_PAGE:
        return found
    for pile in page.findChildren(QStackedLayout):
        if isinstance(pile.parentWidget(), QStackedWidget):
            continue  # Tabs would forget a tab whose page is gone.
        for place in range(pile.count()):
            part = pile.widget(place)
            if part is None or place == pile.currentIndex():
                continue
            inside = any(outer.widget.isAncestorOf(part) for outer in found)
            if not inside and len(part.findChildren(QWidget)) >= LARGE:
                found.append(Part(pile, part, QWidget()))
    return found
