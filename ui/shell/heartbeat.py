"""What beats behind the window: syncing by itself, the strip, and the lock after a rest."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from typing_extensions import override

from app.kit.clock import Clock
from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from ui.shell.bridge import Bridge

STRIP_MS = 3_000
WARNS = 30
"""Seconds of warning before the desk locks by itself."""
STIRS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.InputMethod,
    }
)
"""What a person does who is there."""


@dataclass(frozen=True)
class Beat:
    """How syncing by itself waits: ``after_failures(n)`` gives the seconds after n failures."""

    seconds: float
    after_failures: Callable[[int], float]


class BackgroundSync(QObject):
    """Syncs on the network lane every ``beat.seconds``, later and later while nobody answers.

    ``synced`` carries what the call gave, ``missed`` the Problem. One round at a time.
    """

    synced = Signal(object)
    missed = Signal(object)

    def __init__(
        self, bridge: Bridge, lane: Lane, call: Callable[[], object], beat: Beat, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._lane, self._call, self._beat = bridge, lane, call, beat
        self._running = False
        self.failures = 0
        self.reached: bool | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.now)

    def start(self, after_ms: int = 500) -> None:
        """Begin; the first round comes soon."""
        self._timer.start(after_ms)

    def stop(self) -> None:
        """Begin no further round; one under way ends by itself."""
        self._timer.stop()

    @Slot()
    def now(self) -> None:
        """Begin a round, unless one is under way."""
        if self._running:
            return
        self._running = True
        self._timer.stop()
        self._bridge.run(self._lane, self._call, done=self._done, failed=self._failed, owner=self)

    def soon(self) -> None:
        """Something waits to be sent: do not wait for the next beat, unless nobody answers."""
        if not self.failures:
            self.now()

    def _done(self, said: object) -> None:
        self._running, self.failures, self.reached = False, 0, True
        self._timer.start(int(self._beat.seconds * 1000))
        self.synced.emit(said)

    def _failed(self, problem: Problem) -> None:
        self._running, self.reached = False, False
        self.failures += 1
        self._timer.start(int(self._beat.after_failures(self.failures) * 1000))
        self.missed.emit(problem)


class IdleWatch(QObject):
    """Emits ``idle`` once nobody has touched keyboard, mouse, pen or glass for ``seconds``.

    It listens at the native windows, where what a person does arrives before any widget; dialogs
    and menus are windows too and are found as they come. ``soon`` carries the whole seconds left,
    once a second through the last WARNS of them, and 0 when somebody stirs after a warning.
    """

    idle = Signal()
    soon = Signal(int)

    def __init__(self, clock: Clock, seconds: float, parent: QObject) -> None:
        super().__init__(parent)
        self._clock, self._seconds = clock, seconds
        self._last = clock.monotonic()
        self._warned = False
        self._timer = QTimer(self)
        self._usual = min(5_000, max(50, int(seconds * 250)))
        self._timer.setInterval(self._usual)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def wait(self, seconds: float) -> None:
        """Rest so long from now on; somebody who sets it is there."""
        self._seconds = seconds
        self._usual = min(5_000, max(50, int(seconds * 250)))
        self._timer.setInterval(self._usual)
        self.stir()

    def watch(self, window: QObject) -> None:
        """Listen at a window."""
        window.installEventFilter(self)

    def stir(self) -> None:
        """Note that somebody is there."""
        self._last = self._clock.monotonic()
        if self._warned:
            self._warned = False
            self._timer.setInterval(self._usual)
            self.soon.emit(0)

    @Slot()
    def look(self) -> None:
        """Say so once the rest has lasted long enough, and before that how long it still may."""
        for window in QGuiApplication.allWindows():
            self.watch(window)
        left = self._seconds - (self._clock.monotonic() - self._last)
        if left <= 0:
            self.stir()
            self.idle.emit()
        elif left <= WARNS:
            self._warned = True
            self._timer.setInterval(min(1_000, self._usual))
            self.soon.emit(math.ceil(left))
        elif not self._warned:
            # The next look comes when the warning is due, not up to five seconds into it.
            self._timer.setInterval(max(50, min(self._usual, int((left - WARNS) * 1_000))))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in STIRS:
            self.stir()
        return False
