"""A short word that something was done, with Undo where it can be undone; it goes by itself."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from app.kit.words import Text
from ui.theme.tokens import FAR, NEAR, PLAIN, WIDE
from ui.widgets.label import PlainLabel, button_text
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb

STAYS_MS = 6_000


class Toast(Spoken, QFrame):
    """Floats at the lower edge of its parent; a later word takes the place of an earlier one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
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
        """Take the lower left corner: the navigation ends above it, verbs stand at the right."""
        self.move(FAR, self._over.height() - self.height() - FAR * 2)

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
        row.setContentsMargins(WIDE, NEAR, WIDE, NEAR)
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
