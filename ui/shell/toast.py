"""A short word that something was done, with Undo where it can be undone; it goes by itself."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from app.kit.words import Text
from ui.theme.tokens import FAR, NEAR, PLAIN, TIGHT, WIDE
from ui.widgets.label import PlainLabel, button_text
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb

STAYS_MS = 6_000


class Toast(Spoken, QFrame):
    """Stands at home, or floats where it covers no control; a later word replaces an earlier one.

    ``home`` gives the room kept free for it, in the parent's pixels.
    """

    def __init__(self, parent: QWidget, home: Callable[[], QRect] = QRect) -> None:
        super().__init__(parent)
        self._over, self._home = parent, home
        self._words = PlainLabel()
        self._undo = QPushButton()
        self._told: Text | None = None
        self._verb: Verb | None = None
        self._timer = QTimer(self)
        self._build()

    def tell(self, words: Text, undo: Verb | None = None) -> None:
        """Show words, and the verb that takes back what they say."""
        self._told, self._verb = words, undo
        self._undo.setVisible(undo is not None)
        self.say()
        self.show()
        self.raise_()
        self._timer.start()

    @override
    def say(self) -> None:
        if self._told is None:
            return
        self._words.tell(self._told)
        if self._verb is not None:
            self._undo.setText(button_text(self._verb.label))
            self._undo.setAccessibleName(str(self._verb.label))
        self.setAccessibleName(str(self._told))
        self.adjustSize()
        self.settle()

    def settle(self) -> None:
        """Go home where there is room, else to the first place at the edge of the page that covers
        no control, a row of a list rather than a button where there is none."""
        if self._told is None:
            return
        home = self._home()
        if self.width() <= home.width():
            middle = min(
                max(self._over.width() // 2, home.left() + self.width() // 2),
                home.right() - self.width() // 2,
            )
            low = self._over.height() - self.height()
            top = min(home.center().y() - self.height() // 2, low)
            self.move(middle - self.width() // 2, top)
            return
        covered = self._controls()
        spots = (QRect(spot, self.size()) for spot in self._spots())
        self.move(min(spots, key=lambda spot: _cost(spot, covered)).topLeft())

    def _spots(self) -> tuple[QPoint, ...]:
        """Give where it may float, the usual place first; the strip is below all of them."""
        right, low = self._over.width() - self.width(), self._over.height() - self.height()
        middle, foot = right // 2, low - FAR * 2
        lifted = [foot - rise * (self.height() + NEAR) for rise in range(4)]
        places = (middle, FAR * 8, right - FAR)
        spots = [QPoint(place, height) for height in lifted for place in places]
        return (QPoint(FAR, foot), *spots, QPoint(right - FAR, FAR * 3))

    def _controls(self) -> list[tuple[QRect, bool]]:
        """Give where what takes the focus lies in the window, and whether it is a whole list."""
        found = []
        for one in self._over.findChildren(QWidget):
            takes = bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.isVisible()
            if takes and not self.isAncestorOf(one):
                corner = one.mapTo(self._over, QPoint(0, 0))
                list_like = isinstance(one, QAbstractScrollArea)
                found.append((QRect(corner, one.size()), list_like))
        return found

    def text(self) -> str:
        """Give the words shown."""
        return self._words.text()

    def undo(self) -> None:
        """Do what Undo does, if it is offered."""
        if self._verb is not None and self.isVisible():
            verb = self._verb
            self._put_away()
            verb.call()

    def _build(self) -> None:
        self.setProperty("look", "toast")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, TIGHT, WIDE, TIGHT)
        row.setSpacing(PLAIN)
        row.addWidget(self._words)
        row.addWidget(self._undo)
        self._undo.clicked.connect(self._on_undo)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self._put_away)
        self.hide()

    @Slot()
    def _on_undo(self) -> None:
        self.undo()

    @Slot()
    def _put_away(self) -> None:
        self._verb = None
        self.hide()


CONTROL, LIST = 100, 1
"""What covering a pixel of a button or field costs, and of a list, whose rows scroll."""


def _cost(spot: QRect, covered: list[tuple[QRect, bool]]) -> int:
    """Add up what a place covers."""
    cost = 0
    for place, list_like in covered:
        both = spot.intersected(place)
        if not both.isEmpty():
            cost += both.width() * both.height() * (LIST if list_like else CONTROL)
    return cost
