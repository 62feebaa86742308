"""The clock seam: nothing else in the house asks the machine for the time.

The wall clock is a hint, used for display, evidence and expiry; nothing is ordered by it.
"""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from typing_extensions import override

from app.kit.calendar import SHANGHAI


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Give the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Give seconds of a clock that never goes back."""
        ...


class SystemClock(Clock):
    """The machine's own clock."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the seam itself

    @override
    def monotonic(self) -> float:
        return time.monotonic()


class FixedClock(Clock):
    """A clock that moves only when told: drills, tests and replays use it."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now.astimezone(UTC)
        self._monotonic = 0.0

    @override
    def now(self) -> datetime:
        return self._now

    @override
    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass on both hands."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, now: datetime) -> None:
        """Set the wall hand alone, as a person who sets the clock does."""
        self._now = now.astimezone(UTC)


def thread_seconds() -> float:
    """Give the seconds of processor time this thread has used; waiting does not count."""
    return time.thread_time()


def today(clock: Clock) -> date:
    """Give today's date in China."""
    return clock.now().astimezone(SHANGHAI).date()
