"""What is typed while a page is being made is held, and reaches the new page in the order typed.

A page that is opened for the first time is made over several turns of the event loop, and keys
come in between. The page that is being left must not have them: a letter meant for the new list
would go into the old one's filter, Enter would do the old page's verb. So they are taken before
anybody sees them and played, one a turn, when the new page stands; whatever is typed until the last
of them is played is held behind them. A key that opens yet another page stops the playing until
that one stands.

Played keys go the way Qt lets a key go: what has the focus may have it before the shortcuts, then
the shortcuts, then what has the focus. Qt gives no way into its own table of shortcuts, so those of
the window are looked through here: single keys with their modifiers, which is all the desk binds.
"""

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

TYPED = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.InputMethod})
PRESSED = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick})


class HeldInput(QObject):
    """Holds what is typed into a window, and what else must wait for its turn behind that."""

    def __init__(self, window: QWidget, leaving: QWidget) -> None:
        """``leaving``: what takes no press of the mouse either while keys are held."""
        super().__init__(window)
        self._window, self._leaving = window, leaving
        self._former: QWidget | None = None
        self._kept: deque[Callable[[], object]] = deque()
        self._holding = self._playing = self._in_play = False

    @property
    def waiting(self) -> bool:
        """Whether what comes now must wait behind what is held already."""
        return self._holding and not self._in_play

    def hold(self, former: QWidget | None = None) -> None:
        """Hold from now on; what is typed into a ``former`` window that gives way is held too."""
        self._playing = False
        self._former = former
        if not self._holding:
            self._holding = True
            QCoreApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def keep(self, call: Callable[[], object]) -> None:
        """Have something done when everything before it is played."""
        self._kept.append(call)

    def play(self) -> None:
        """Play what is held, one a turn, then hold no more."""
        self._playing = True
        if self._kept:
            QTimer.singleShot(0, self, self._next)
        else:
            self._let_go()

    def drop(self) -> None:
        """Hold no more and forget what is held: it was meant for a window that is gone."""
        self._kept.clear()
        self._let_go()

    def _let_go(self) -> None:
        self._holding = self._playing = False
        self._former = None
        QCoreApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    @Slot()
    def _next(self) -> None:
        if not self._playing:
            return
        self._in_play = True
        try:
            self._kept.popleft()()
        finally:
            self._in_play = False
            if self._playing:
                self.play()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._in_play:
            return False
        kind = event.type()
        if kind in PRESSED:
            return isinstance(watched, QWidget) and self._leaving.isAncestorOf(watched)
        if kind == QEvent.Type.ShortcutOverride and self._ours(watched):
            # Said to be wanted: no shortcut is called, and the key itself comes next.
            event.accept()
            return True
        if kind not in TYPED or not self._ours(watched):
            return False
        if isinstance(event, QKeyEvent):
            self.keep(partial(self._press, _again(event, kind)))
        elif isinstance(event, QInputMethodEvent) and event.commitString():
            self.keep(partial(self._commit, event.commitString()))
        return True

    def _ours(self, watched: QObject) -> bool:
        windows = [self._window] if self._former is None else [self._window, self._former]
        if isinstance(watched, QWidget):
            return watched.window() in windows
        return isinstance(watched, QWindow) and watched in [one.windowHandle() for one in windows]

    def _press(self, key: QKeyEvent) -> None:
        target = self._target()
        if key.type() == QEvent.Type.KeyPress and not _wanted_before(target, key):
            shortcut = shortcut_of(self._window, key)
            if shortcut is not None:
                shortcut.activated.emit()
                return
        QCoreApplication.sendEvent(target, key)

    def _commit(self, words: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(words)
        QCoreApplication.sendEvent(self._target(), event)

    def _target(self) -> QWidget:
        """Say who has the keyboard now: a menu, what has the focus, else the window."""
        focused = QApplication.focusWidget()
        if focused is not None and focused.window() == self._former:
            focused = None
        asked = (QApplication.activePopupWidget(), focused, self._window.focusWidget())
        return next((one for one in asked if one is not None), self._window)


def shortcut_of(window: QWidget, key: QKeyEvent) -> QShortcut | None:
    """Find the shortcut of a window that a key press calls now; None where there is none."""
    plain = key.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    pressed = QKeySequence(plain.value | key.key())
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        seen = isinstance(owner, QWidget) and owner.isVisible() and owner.isEnabled()
        bound = shortcut.keys()
        if seen and shortcut.isEnabled() and pressed in bound:
            return shortcut
    return None


def _wanted_before(target: QWidget, key: QKeyEvent) -> bool:
    asked = _again(key, QEvent.Type.ShortcutOverride)
    asked.ignore()
    QCoreApplication.sendEvent(target, asked)
    return asked.isAccepted()


def _again(key: QKeyEvent, kind: QEvent.Type) -> QKeyEvent:
    """Copy a key: Qt takes an event away once it was delivered."""
    return QKeyEvent(
        kind,
        key.key(),
        key.modifiers(),
        key.nativeScanCode(),
        key.nativeVirtualKey(),
        key.nativeModifiers(),
        key.text(),
        key.isAutoRepeat(),
        key.count(),
    )
