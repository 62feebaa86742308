"""What is said before the desk locks by itself: how long it waits, and how to keep it open."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import tn
from ui.theme.tokens import FAR, PLAIN, WIDE
from ui.widgets.label import PlainLabel
from ui.widgets.spoken import Spoken


class LockWarning(Spoken, QFrame):
    """Floats at the upper edge of its parent and counts down; any input takes it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._left = 0
        self._words = PlainLabel(size="strong")
        self.setProperty("look", "toast")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, PLAIN, WIDE, PLAIN)
        row.addWidget(self._words)
        self.hide()

    @property
    def words(self) -> str:
        """What it says now."""
        return self._words.text()

    def warn(self, seconds: int) -> None:
        """Say how many seconds are left; none takes the words away."""
        self._left = seconds
        self.setVisible(seconds > 0)
        self.say()

    @override
    def say(self) -> None:
        words = tn(
            "The desk locks in {n} second. Any key keeps it open; what is typed is kept.",
            "The desk locks in {n} seconds. Any key keeps it open; what is typed is kept.",
            self._left,
        )
        self._words.tell(words)
        self.setAccessibleName(str(words))
        self.settle()

    def settle(self) -> None:
        """Take the middle of the upper edge."""
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, FAR * 2)
        self.raise_()
