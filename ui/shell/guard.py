"""Two watchers of the GUI thread: one logs a turn that took too long, one catches our bugs.

Qt tells when the event loop wakes and when it goes to sleep; what lies between is one turn. A turn
over TURN_LIMIT is a freeze a person can feel, so it is logged with what was being done.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import Logger
from types import TracebackType

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

from app.kit.clock import Clock
from app.kit.errors.base import BranchError, Cancelled, Problem

TURN_LIMIT = 0.050
"""Seconds a turn of the event loop may take."""


class TurnGuard(QObject):
    """Logs every turn of the event loop that took longer than TURN_LIMIT."""

    def __init__(self, dispatcher: QAbstractEventDispatcher, clock: Clock, log: Logger) -> None:
        super().__init__()
        self._clock = clock
        self._log = log
        self._woke: float | None = None
        self._doing = ""
        self.longest = 0.0
        dispatcher.awake.connect(self._wake)
        dispatcher.aboutToBlock.connect(self._sleep)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Name what the GUI thread does now, so that the log can say it."""
        self._doing = what
        yield

    @Slot()
    def _wake(self) -> None:
        if self._woke is None:
            self._woke = self._clock.monotonic()

    @Slot()
    def _sleep(self) -> None:
        if self._woke is None:
            return
        took = self._clock.monotonic() - self._woke
        self._woke = None
        self.longest = max(self.longest, took)
        if took > TURN_LIMIT:
            self._log.info("slow_turn ms=%d doing=%s", round(took * 1000), self._doing or "-")
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
