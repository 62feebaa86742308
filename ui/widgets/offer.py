"""One quiet line that offers something: a draft to go on with, a record that is there already."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.theme.theme import Theme, dress
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.label import PlainLabel, Words
from ui.widgets.verb import Verb, VerbButton


class OfferLine(QFrame):
    """Shows words and the verbs that answer them; hidden while there is nothing to offer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = PlainLabel(wrap=True)
        self._buttons: list[VerbButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PLAIN, NEAR, PLAIN, NEAR)
        self._row.setSpacing(NEAR)
        self._row.addWidget(self._words, 1)
        self.setProperty("look", "banner")
        self.hide()

    @property
    def buttons(self) -> tuple[VerbButton, ...]:
        """The buttons as they stand."""
        return tuple(self._buttons)

    def text(self) -> str:
        """Give the words shown."""
        return self._words.text()

    def offer(self, words: Words, verbs: Sequence[Verb], mood: Mood = Mood.WAIT) -> None:
        """Show an offer."""
        self._clear()
        dress(self, mood=mood.value)
        self._words.tell(words)
        for verb in verbs:
            button = VerbButton(verb, self._theme, look="quiet")
            self._buttons.append(button)
            self._row.addWidget(button)
        self.show()

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self._clear()
        self.hide()

    def _clear(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
