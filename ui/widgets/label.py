"""Words on the screen, always as typed.

Qt guesses rich text by itself: a customer named ``<img src=…>`` would become a picture. So every
word goes through this room: labels show plain text, tips are escaped, buttons keep their ampersand.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from app.kit.words import Text
from ui.theme.theme import dress
from ui.theme.tokens import Mood
from ui.widgets.spoken import Spoken

Words = Text | str
"""A sentence of ours, said again in a new language, or a person's words, shown as typed."""


class PlainLabel(Spoken, QLabel):
    """A label that never reads markup and says its sentence again in a new language."""

    def __init__(
        self,
        words: Words = "",
        *,
        size: str = "",
        mood: Mood | None = None,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        super().setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._words: Words = ""
        if size:
            self.setProperty("scale", size)
        if mood is not None:
            self.setProperty("mood", mood.value)
        self.tell(words)

    def tell(self, words: Words) -> None:
        """Show other words."""
        self._words = words
        super().setText(str(words))

    def colour(self, mood: Mood) -> None:
        """Show the words in the colour of a mood."""
        dress(self, mood=mood.value)

    def selectable(self) -> "PlainLabel":
        """Let the words be marked and copied, by mouse and keyboard."""
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse)
        return self

    @override
    def setTextFormat(self, format: Qt.TextFormat) -> None:
        """Refuse every format but plain; raises ValueError."""
        if format is not Qt.TextFormat.PlainText:
            raise ValueError("a PlainLabel shows plain text only")

    @override
    def say(self) -> None:
        super().setText(str(self._words))


class ElidedLabel(PlainLabel):
    """A one-line label that ends in … where it has no room and tells the whole in its tip."""

    def __init__(self, words: Words = "", *, size: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, size=size, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @override
    def tell(self, words: Words) -> None:
        super().tell(words)
        self.setAccessibleName(str(words))
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        whole = str(self._words)
        fitted = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, self.width())
        QLabel.setText(self, fitted)
        tip(self, whole if fitted != whole else "")


def tip(widget: QWidget, words: Words) -> None:
    """Give a widget a tip that shows markup as typed."""
    # Two thousand names of signs come with it, and the sign-in page has no tip to show.
    from html import escape

    said = str(words)
    widget.setToolTip(f"<p>{escape(said)}</p>" if said else "")


def button_text(words: Words) -> str:
    """Write words for a button or menu, where a single ampersand would vanish."""
    return str(words).replace("&", "&&")


def named(widget: QWidget, words: Words) -> None:
    """Give a widget the name a screen reader says."""
    widget.setAccessibleName(str(words))
