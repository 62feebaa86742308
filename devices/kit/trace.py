"""The last things that went over a line, kept for the person who must find out why.

Only descriptions are kept, never octets: permits, personal data and ink go over these lines too.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

KEPT = 64
Direction = Literal["out", "in", "note"]


@dataclass(frozen=True)
class Traced:
    """One line of the trace: monotonic seconds, direction, and words without secrets."""

    at: float
    direction: Direction
    text: str


class Trace:
    """A ring of the last 64 lines; ``monotonic`` is the clock's own hand."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lines: deque[Traced] = deque(maxlen=KEPT)

    def note(self, direction: Direction, text: str) -> None:
        """Add one line; the oldest falls out."""
        self._lines.append(Traced(self._monotonic(), direction, text))

    def lines(self) -> tuple[Traced, ...]:
        """Give what is kept, oldest first."""
        return tuple(self._lines)
