"""A bad line: what happens to octets between the machine and the host.

Every mishap is drawn from a seeded chance, so a run can be had again. What is delayed delays what
comes behind it, as on a real wire: octets are lost, bent or doubled, never reordered.
"""

from collections import deque
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Quality:
    """Chances per octet (drop, flip, duplicate, garbage before it), delay in seconds, splitting."""

    drop: float = 0.0
    flip: float = 0.0
    duplicate: float = 0.0
    garbage: float = 0.0
    delay: float = 0.0
    split: bool = False

    @property
    def harms(self) -> bool:
        """Say whether octets change at all."""
        return any((self.drop, self.flip, self.duplicate, self.garbage))


class Line:
    """One direction of the cable."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)  # noqa: S311 - a fault to repeat, not a secret
        self._queue: deque[tuple[float, bytes]] = deque()
        self.quality = Quality()

    def put(self, octets: bytes, now: float, extra_delay: float = 0.0) -> None:
        """Send octets into the line at a monotonic time."""
        if self.quality.harms:
            octets = b"".join(self._harm(octet) for octet in octets)
        last = self._queue[-1][0] if self._queue else 0.0
        due = max(last, now + self.quality.delay + extra_delay)
        pieces = self._pieces(octets)
        self._queue.extend((due, piece) for piece in pieces)

    def take(self, now: float) -> list[bytes]:
        """Give what has come out by now, piece by piece."""
        out = []
        while self._queue and self._queue[0][0] <= now:
            out.append(self._queue.popleft()[1])
        return out

    def clear(self) -> None:
        """Lose what is in the cable."""
        self._queue.clear()

    def _harm(self, octet: int) -> bytes:
        quality, chance = self.quality, self._chance.random
        if chance() < quality.drop:
            return b""
        if chance() < quality.flip:
            octet ^= 1 << self._chance.randrange(8)
        out = bytes([octet])
        if chance() < quality.duplicate:
            out += out
        if chance() < quality.garbage:
            out = self._chance.randbytes(self._chance.randrange(1, 40)) + out
        return out

    def _pieces(self, octets: bytes) -> list[bytes]:
        if not self.quality.split or len(octets) < 2:
            return [octets]
        cut = self._chance.randrange(1, len(octets))
        return [octets[:cut], octets[cut:]]
