"""The bridge: the one way a lane's result comes to the screen.

A lane's worker puts the outcome into a queue and emits one bare signal; the slot runs on the GUI
thread and takes one from it. No Python object travels inside a Qt signal and no QObject is made per
job, so nothing races its own deletion. A result whose owner is gone is dropped.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.kit.errors.base import BranchError, Cancelled, Problem
from app.kit.lanes import Lane

R = TypeVar("R")
BUSY_AFTER_MS = 100
"""Work shorter than this shows nothing; a flicker would only disturb."""


class Busy(Protocol):
    """What shows that work is under way."""

    def set_busy(self, busy: bool) -> None:
        """Show it, or show it no longer."""
        ...


class Progress:
    """Handed to a counted call; the lane counts with it and learns from it that it shall stop."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._stop = Event()

    def step(self, done: int, total: int) -> None:
        """Say how far it is; raises Cancelled when the person said stop."""
        if self._stop.is_set():
            raise Cancelled
        self._tell(done, total)

    def stop(self) -> None:
        """Ask the call to end at its next step."""
        self._stop.set()


@dataclass(eq=False)
class Job:
    """One call on its way; the page that asked may cancel it."""

    future: "Future[Any] | None"
    done: Callable[[Any], object] | None
    failed: Callable[[Problem], object] | None
    counted: Callable[[int, int], object] | None
    busy: Busy | None
    owner: QObject | None
    progress: Progress | None = None
    call: Callable[[], object] | None = None
    """Held here too, so that the lane is never the last to let go of what it holds: job and future
    hold each other, and only the collector, which runs on the GUI thread, unties them."""
    shown_busy: bool = False
    latest: tuple[int, int] | None = None

    def cancel(self) -> None:
        """Take it out of the queue, or ask it to stop at its next step; its result is dropped."""
        if self.progress is not None:
            self.progress.stop()
        if self.future is not None:
            self.future.cancel()

    @property
    def wanted(self) -> bool:
        """Whether whoever asked is still there."""
        return self.owner is None or shiboken6.isValid(self.owner)


class Bridge(QObject):
    """Runs calls on lanes and brings what comes of them to the GUI thread."""

    idle = Signal()
    """Nothing is under way any more."""
    _arrived = Signal()

    def __init__(
        self,
        bug: Callable[[BaseException], None],
        trouble: Callable[[Problem], None] | None = None,
    ) -> None:
        """``bug`` gets what we did wrong; ``trouble`` a problem whose caller did not ask for it."""
        super().__init__()
        self._bug = bug
        self._trouble = trouble
        self._outcomes: SimpleQueue[Job] = SimpleQueue()
        self._counts: SimpleQueue[Job] = SimpleQueue()
        self._open: list[Job] = []
        self.doing = ""
        """What was answered last: what the GUI thread was busy with."""
        self._closed = Event()
        self._arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    @property
    def under_way(self) -> int:
        """How many calls have not come back yet."""
        return len(self._open)

    def on_trouble(self, trouble: Callable[[Problem], None]) -> None:
        """Say where a problem goes whose caller gave no ``failed``."""
        self._trouble = trouble

    def run(
        self,
        lane: Lane,
        call: Callable[..., R],
        *args: object,
        done: Callable[[R], object] | None = None,
        failed: Callable[[Problem], object] | None = None,
        busy: Busy | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Run ``call(*args)`` on a lane; ``done`` or ``failed`` follows on the GUI thread.

        Cancelled shows nothing. A problem without ``failed`` goes to the window's banner; any
        error that is not a BranchError is a bug.
        """
        job = Job(None, done, failed, None, busy, owner)
        return self._start(job, lane, partial(call, *args))

    def run_counted(
        self,
        lane: Lane,
        call: Callable[[Progress], R],
        *,
        counted: Callable[[int, int], object],
        done: Callable[[R], object],
        failed: Callable[[Problem], object] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Run a long call that gets a Progress; ``counted(done, total)`` follows it."""
        job = Job(None, done, failed, counted, None, owner)
        job.progress = Progress(partial(self._count, job))
        return self._start(job, lane, partial(call, job.progress))

    def close(self) -> None:
        """Run nothing and bring nothing to the screen any more; what is on the lanes ends there."""
        self._closed.set()
        for job in self._open:
            job.cancel()
        self._open = []

    def _start(self, job: Job, lane: Lane, call: Callable[[], object]) -> Job:
        if self._closed.is_set():
            return job  # a timer of a page that outlived its desk; the lanes are closed by now
        self._open.append(job)
        if job.busy is not None:
            QTimer.singleShot(BUSY_AFTER_MS, self, partial(self._show_busy, job))
        job.call = call
        job.future = lane.post(call)
        job.future.add_done_callback(partial(self._land, job))
        return job

    def _show_busy(self, job: Job) -> None:
        if job in self._open and job.busy is not None and job.wanted:
            job.shown_busy = True
            job.busy.set_busy(True)

    def _land(self, job: Job, _future: "Future[Any]") -> None:
        """Run on the lane: hand over and knock."""
        if not self._closed.is_set():
            self._outcomes.put(job)
            self._arrived.emit()

    def _count(self, job: Job, done: int, total: int) -> None:
        """Run on the lane: keep the latest count only, so a fast lane cannot flood the screen."""
        knocked = job.latest is not None
        job.latest = (done, total)
        if not knocked and not self._closed.is_set():
            self._counts.put(job)
            self._arrived.emit()

    @Slot()
    def _drain(self) -> None:
        """Bring one thing to the screen: each has knocked for itself, and keys come in between."""
        self.doing = ""
        if self._closed.is_set():
            return
        if (counted := _next(self._counts)) is not None:
            self._deliver_count(counted)
        elif (job := _next(self._outcomes)) is not None:
            self._deliver(job)

    def _deliver_count(self, job: Job) -> None:
        latest, job.latest = job.latest, None
        if job.counted is not None and latest is not None and job.wanted and job in self._open:
            job.counted(*latest)

    def _deliver(self, job: Job) -> None:
        if job not in self._open:
            return
        self._open.remove(job)
        if job.wanted:
            if job.shown_busy and job.busy is not None:
                job.busy.set_busy(False)
            self._answer(job)
        if not self._open:
            self.idle.emit()

    def _answer(self, job: Job) -> None:
        assert job.future is not None
        if job.future.cancelled():
            return
        error = job.future.exception()
        if error is None:
            if job.done is not None:
                self.doing = getattr(job.done, "__qualname__", type(job.done).__name__)
                job.done(job.future.result())
        elif isinstance(error, BranchError):
            told = job.failed or self._trouble
            if told is not None:
                told(error.problem)
        elif not isinstance(error, Cancelled):
            self._bug(error)


def _next(waiting: "SimpleQueue[Job]") -> Job | None:
    try:
        return waiting.get_nowait()
    except Empty:
        return None


class BusyWidgets:
    """Shows work by disabling what must not be pressed twice, and showing what says so.

    The focus waits where it was: Qt would hand it on to whatever comes next in the window.
    """

    def __init__(self, *disabled: QWidget, shown: QWidget | None = None) -> None:
        self._disabled = disabled
        self._shown = shown
        self._focused: QWidget | None = None

    def set_busy(self, busy: bool) -> None:
        """Disable and show, or the other way round."""
        if busy:
            self._take_focus()
        for widget in self._disabled:
            widget.setDisabled(busy)
        if self._shown is not None:
            self._shown.setVisible(busy)
        if not busy:
            self._give_focus()

    def _take_focus(self) -> None:
        for widget in self._disabled:
            focused: QWidget | None = widget.window().focusWidget()
            if focused is not None and (widget is focused or widget.isAncestorOf(focused)):
                self._focused = focused
                focused.clearFocus()

    def _give_focus(self) -> None:
        focused, self._focused = self._focused, None
        if focused is None or not shiboken6.isValid(focused):
            return
        if focused.window().focusWidget() is not None:
            return
        focused.setFocus(Qt.FocusReason.OtherFocusReason)
