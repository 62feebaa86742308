"""Two watchers of the GUI thread: one logs a turn that took too long, one catches our bugs.

A timer beats every BEAT_MS; a beat that comes late by more than TURN_LIMIT was held up by something
on the GUI thread, a freeze a person can feel, and is logged with what was being done. (Qt's own
awake and aboutToBlock signals do not serve: its GLib dispatcher emits them the other way round.)
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import INFO, Logger
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from app.kit.clock import Clock
from app.kit.errors.base import BranchError, Cancelled, Problem
from app.kit.logs import event

BEAT_MS = 20
TURN_LIMIT = 0.050
"""Seconds a turn of the event loop may take."""


class TurnGuard(QObject):
    """Logs every hold-up of the event loop longer than TURN_LIMIT (and surely from 70 ms on)."""

    def __init__(self, clock: Clock, log: Logger) -> None:
        super().__init__()
        self._clock = clock
        self._log = log
        self._doing = ""
        self.longest = 0.0
        self._last = clock.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Name what the GUI thread does now, so that the log can say it."""
        self._doing = what
        yield

    @Slot()
    def _beat(self) -> None:
        now = self._clock.monotonic()
        late = now - self._last - BEAT_MS / 1000
        self._last = now
        self.longest = max(self.longest, late)
        if late > TURN_LIMIT:
            event(self._log, INFO, "slow_turn", ms=round(late * 1000), doing=self._doing or "-")
        self._doing = ""


def catch_bugs(
    bug: Callable[[BaseException], None], trouble: Callable[[Problem], None]
) -> Callable[[], None]:
    """Take what escapes a slot: a BranchError is told, Cancelled is nothing, the rest is a bug.

    Returns a call that puts the former hook back.
    """
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, BranchError):
            trouble(error.problem)
        elif isinstance(error, KeyboardInterrupt):
            before(kind, error, trace)
        elif not isinstance(error, Cancelled):
            bug(error)

    sys.excepthook = hook

    def restore() -> None:
        sys.excepthook = before

    return restore
