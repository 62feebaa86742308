"""A verb: one thing a person may do, with one name, one shortcut and one icon everywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme, dress
from ui.theme.tokens import NEAR
from ui.widgets.filled import FilledButton
from ui.widgets.label import button_text, tip
from ui.widgets.laid_out import laid_out_once
from ui.widgets.spoken import Spoken

SHOWN = 4
"""How many verbs stand as buttons; the rest is in the menu behind them."""


@dataclass(frozen=True)
class Verb:
    """What menu, palette, button and tip all show; ``reason`` says why it is not enabled.

    ``icon`` is a name of ui.theme.icons.GLYPHS. The keys of a page's verb stand in the one table
    (ui.shell.shortcuts), by page and ``key``; ``shortcut`` is for a verb that no page has, as
    portable text (``"Ctrl+S"``).
    """

    key: str
    label: Text
    call: Callable[[], None]
    icon: str = ""
    shortcut: str = ""
    enabled: bool = True
    reason: Text | None = None


KeysOf = Callable[[Verb], str]
"""Gives the keys a verb has for the person who sits here, as portable text."""


def own_keys(verb: Verb) -> str:
    """Give the keys a verb names itself: those of a verb that no table of shortcuts knows."""
    return verb.shortcut


def keys_text(shortcut: str) -> str:
    """Write a shortcut as this system does."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


class VerbButton(Spoken, FilledButton):
    """A button that is one verb."""

    def __init__(
        self, verb: Verb, theme: Theme, *, look: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.verb = verb
        self._theme = theme
        self._look = look
        self._keys: KeysOf = own_keys
        self.setIconSize(QSize(18, 18))
        self.setEnabled(verb.enabled)
        self.clicked.connect(self._do)
        theme.changed.connect(self._draw)
        self.say()
        self._draw()

    def heed(self, keys: KeysOf) -> None:
        """Show the keys as a person has them."""
        self._keys = keys
        tip(self, self._tip())

    @override
    def say(self) -> None:
        self.setText(button_text(self.verb.label))
        self.setAccessibleName(str(self.verb.label))
        tip(self, self._tip())

    def _tip(self) -> str:
        if not self.verb.enabled and self.verb.reason is not None:
            return str(self.verb.reason)
        shortcut = keys_text(self._keys(self.verb))
        return f"{self.verb.label} ({shortcut})" if shortcut else ""

    @Slot()
    def _draw(self) -> None:
        dress(self, look=self._look)
        if self.verb.icon:
            filled = self._look == "filled" and self.verb.enabled
            self.setIcon(self._theme.icon(self.verb.icon, on_accent=filled))

    @Slot()
    def _do(self) -> None:
        self.verb.call()


class VerbBar(Spoken, QWidget):
    """What may be done here now: the next verb first and alone filled, the rest quiet."""

    offered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._verbs: tuple[Verb, ...] = ()
        self._buttons: list[QPushButton] = []
        self._keys: KeysOf = own_keys
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(NEAR)
        self._row.setDirection(QHBoxLayout.Direction.LeftToRight)
        self._row.addStretch(1)

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The verbs offered, the next one first."""
        return self._verbs

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The buttons as they stand, left to right."""
        return tuple(self._buttons)

    def offer(self, verbs: Sequence[Verb]) -> None:
        """Show other verbs; the first is the next one. Focus stays on a verb that stays.

        Where the verb does not stay nothing has the focus: on the next one, a key pressed once too
        often would do what nobody asked for.
        """
        focused = self._focused_key()
        if focused:
            self.focusWidget().clearFocus()
        self._clear()
        self._verbs = tuple(verbs)
        with laid_out_once(self):
            for place, verb in enumerate(self._verbs[:SHOWN]):
                self._add(VerbButton(verb, self._theme, look="filled" if place == 0 else "quiet"))
            if len(self._verbs) > SHOWN:
                self._add(self._more())
        for button in self._buttons:
            if isinstance(button, VerbButton) and button.verb.key == focused:
                button.setFocus()
        self.offered.emit()

    def heed(self, keys: KeysOf) -> None:
        """Show keys as a person has them, now and with every later offer."""
        self._keys = keys
        for button in self._buttons:
            if isinstance(button, VerbButton):
                button.heed(keys)
            else:
                self._fill(button)

    def do_next(self) -> bool:
        """Do the next verb if it is enabled; say whether it was."""
        if self._verbs and self._verbs[0].enabled:
            self._verbs[0].call()
            return True
        return False

    def focus_next(self) -> None:
        """Put the focus on the next verb."""
        if self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, button: QPushButton) -> None:
        self._buttons.append(button)
        self._row.addWidget(button)
        if isinstance(button, VerbButton):
            button.heed(self._keys)
        if self.isVisible():
            # Shown now and not with the next turn: only what is visible can take the focus over.
            button.show()

    def _more(self) -> QPushButton:
        button = QPushButton(button_text(t("More")))
        button.setAccessibleName(str(t("More")))
        button.setMenu(QMenu(button))
        self._fill(button)
        return button

    def _fill(self, more: QPushButton) -> None:
        menu = more.menu()
        menu.clear()
        for verb in self._verbs[SHOWN:]:
            menu.addAction(verb_action(verb, menu, self._theme, self._keys))

    def _focused_key(self) -> str:
        focused = self.focusWidget()
        return focused.verb.key if isinstance(focused, VerbButton) and focused.hasFocus() else ""

    def _clear(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []

    @override
    def say(self) -> None:
        if len(self._verbs) > SHOWN:
            self._buttons[-1].setText(button_text(t("More")))


def verb_action(verb: Verb, menu: QMenu, theme: Theme, keys: KeysOf = own_keys) -> QAction:
    """Make the menu line of a verb: same name and icon, its shortcut shown, not taken again."""
    shortcut = keys_text(keys(verb))
    label = button_text(verb.label)
    action = QAction(f"{label}\t{shortcut}" if shortcut else label, menu)
    if verb.icon:
        action.setIcon(theme.icon(verb.icon))
    action.setEnabled(verb.enabled)
    action.triggered.connect(_caller(verb))
    return action


def _caller(verb: Verb) -> Callable[[], None]:
    """Leave out the checked flag Qt hands over."""

    def call() -> None:
        verb.call()

    return call
