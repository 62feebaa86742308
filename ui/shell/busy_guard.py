"""The busy guard: a call on the GUI thread that works longer than 50 ms logs itself.

A call is one outermost event: a key with all that it sets off, a result the bridge brings, a timer,
a paint. It is judged by the processor time of the GUI thread, not by the clock on the wall: a
machine that is busy with something else, or that sleeps, makes every call look slow and none of
them is at fault; the same call takes the same processor time on a loaded machine as on an idle one,
as far as a shared cache allows. What a person feels, whoever is at fault, is the clock's, and
TurnGuard (ui.shell.guard) logs it. A wait on the GUI thread takes no processor time and is
TurnGuard's to see.

The same work takes more processor time where two threads share a core, or where a machine gives us
less of its own than it says. So right after a call that was too long a small fixed piece of work is
timed as well, and how many times its best time it took is kept beside the call as its ``strain``
(on a machine slower than the one the limit was set on, how many times the time it took there): both
are logged, and a test that judges by them fails for what the call did and not for the machine or
for what else it was doing.

The price is some three microseconds an outermost event and one for each within it (measured by
tests/ui/shell/test_busy.py); a key sets off a few dozen.
"""

import logging
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from logging import INFO

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid
from typing_extensions import override

from app.kit.clock import thread_seconds
from app.kit.logs import event as log_event

LOG = logging.getLogger("desk")
LIMIT = 0.050
"""Seconds of processor time one call may take."""
KEPT = 100
TRIES = 3
"""The best of so many counts: a single one may meet a page that is fetched, or a break."""
PIECE = 6_000
"""Lists, and names for them, in the fixed piece of work: one to two milliseconds."""
REFERENCE_S = 0.0015
"""Seconds the fixed piece takes at best on the machine the limit was set on."""


@dataclass(frozen=True)
class SlowCall:
    """A call that took too long: who got which event, and the milliseconds of work.

    ``strain`` says how many times as long as at best a fixed piece of work took right after it.
    """

    doing: str
    ms: int
    strain: float = 1.0

    @property
    def too_long(self) -> bool:
        """Whether it would be too long on this machine left to itself, too."""
        return self.ms > 1000 * LIMIT * self.strain


class BusyApplication(QApplication):
    """The application of the desk; every outermost event is timed. ``slow`` keeps the last ones.

    Who got the event is named by its ``doing`` where it has one (the bridge), else by its kind and
    object name (a shortcut has the name of what it calls).
    """

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        super().__init__(list(arguments))
        self.slow: deque[SlowCall] = deque(maxlen=KEPT)
        self._inside = False
        self._best = math.inf

    def pace(self) -> float:
        """Time the fixed piece of work; gives its strain, and remembers the best time it took."""
        taken = min(_piece() for _ in range(TRIES))
        self._best = min(self._best, taken)
        return max(1.0, taken / min(self._best, REFERENCE_S))

    @override
    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if self._inside:
            return super().notify(receiver, event)
        self._inside = True
        began = thread_seconds()
        try:
            return super().notify(receiver, event)
        finally:
            self._inside = False
            worked = thread_seconds() - began
            if worked > LIMIT:
                self._tell(receiver, event, worked)

    def _tell(self, receiver: QObject, event: QEvent, worked: float) -> None:
        doing = getattr(receiver, "doing", "") or _called(receiver)
        call = SlowCall(f"{doing} {event.type().name}", round(worked * 1000), self.pace())
        self.slow.append(call)
        strain = round(call.strain, 2)
        log_event(LOG, INFO, "slow_call", ms=call.ms, strain=strain, doing=call.doing)


def _piece() -> float:
    """Do the fixed piece of work; gives its seconds of processor time.

    Memory is taken and given back, as widgets do: that suffers from a shared cache the most.
    """
    began = thread_seconds()
    kept = {str(number): [number] for number in range(PIECE)}
    del kept
    return thread_seconds() - began


def _called(receiver: QObject) -> str:
    """Name who got the event; one that the event itself took away has its kind left."""
    kind = type(receiver).__name__
    return f"{kind} {receiver.objectName()}".strip() if isValid(receiver) else kind
