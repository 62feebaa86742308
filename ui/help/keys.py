"""The keys of a page, each to be changed where it stands: press the button, then the keys."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.shell.shortcuts import Shortcut
from ui.theme.tokens import NEAR, WIDE
from ui.widgets.label import PlainLabel, button_text, named, tip
from ui.widgets.spoken import Spoken
from ui.widgets.verb import keys_text

ALONE = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_unknown,
    }
)
"""Keys that are held with another one and mean nothing alone."""


class KeysButton(Spoken, QPushButton):
    """Shows the keys of an action; pressed, it takes the next keys: ``given`` carries them.

    Esc and leaving it change nothing. While it waits no shortcut of the desk is called.
    """

    given = Signal(str, str)

    def __init__(self, action: Shortcut, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action, self._keys = action, keys
        self._waits = False
        self.clicked.connect(self._wait)
        self.say()

    @property
    def waits(self) -> bool:
        """Whether the next keys are taken."""
        return self._waits

    @override
    def say(self) -> None:
        now = keys_text(self._keys)
        words: Text | str = t("Press the keys…") if self._waits else now
        self.setText(button_text(words))
        named(self, t("{label}: {keys}, change", label=self._action.label, keys=now))
        tip(self, t("Press here, then the keys you want; Esc leaves it as it is."))

    @Slot()
    def _wait(self) -> None:
        self._waits = True
        self.say()

    def _rest(self) -> None:
        self._waits = False
        self.say()

    @override
    def event(self, event: QEvent) -> bool:
        # Taken here, a key is no shortcut and no step of the focus: it comes to keyPressEvent.
        if self._waits and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.keyPressEvent(event)
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._waits:
            super().keyPressEvent(event)
            return
        event.accept()
        if event.key() in ALONE:
            return
        self._rest()
        if event.key() != Qt.Key.Key_Escape or event.modifiers():
            self.given.emit(self._action.action, pressed(event))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._rest()
        super().focusOutEvent(event)


class KeysSheet(QWidget):
    """Actions and their keys, one under another; ``given`` carries an action and keys wanted."""

    given = Signal(str, str)

    def __init__(
        self,
        actions: tuple[Shortcut, ...],
        keys_of: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(NEAR)
        grid.setColumnStretch(2, 1)
        self.buttons: dict[str, KeysButton] = {}
        for row, action in enumerate(actions):
            grid.addWidget(PlainLabel(action.label), row, 0)
            grid.addWidget(self._keys(action, keys_of(action.action)), row, 1)

    def _keys(self, action: Shortcut, keys: str) -> QWidget:
        if action.fixed:
            return PlainLabel(keys_text(keys), size="label")
        button = KeysButton(action, keys)
        button.given.connect(self.given)
        self.buttons[action.action] = button
        return button


def pressed(event: QKeyEvent) -> str:
    """Give the keys of an event as portable text (``"Ctrl+Shift+G"``); the keypad is no other."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    sequence = QKeySequence(QKeyCombination(held, Qt.Key(event.key())))
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)
