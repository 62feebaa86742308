"""Who waits for a feed to move: one look at the heads for everyone in this process.

Whoever waits keeps the board up to date: the first to find it older than LOOK asks the database for
all the scopes anybody here waits on, in one query; the others read what it found. So a thousand
waiting workstations cost one query per look, and nobody waiting costs none.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio
import anyio.to_thread

LOOK = 0.5
"""Seconds between two looks at the heads."""
HEARTBEAT = 15.0
"""Seconds after which a quiet stream says it is still there; grants are looked at again then."""


@dataclass
class HeadBoard:
    """The heads as of the last look; ``read`` is the one query, run on a thread."""

    read: Callable[[Sequence[str]], dict[str, int]]
    heads: dict[str, int] = field(default_factory=dict)
    _watched: Counter[str] = field(default_factory=Counter)
    _looked_at: float = float("-inf")
    _looking: bool = False

    @contextmanager
    def watching(self, scopes: Sequence[str]) -> Iterator[None]:
        """Have scopes looked at while somebody waits on them."""
        self._watched.update(scopes)
        try:
            yield
        finally:
            self._watched.subtract(scopes)
            for scope in [scope for scope, n in self._watched.items() if n <= 0]:
                del self._watched[scope]
                self.heads.pop(scope, None)

    async def wait(self) -> None:
        """Come back after one look, one's own or another's."""
        if not self._looking and anyio.current_time() - self._looked_at >= LOOK:
            await self._look()
        else:
            await anyio.sleep(LOOK)

    async def _look(self) -> None:
        self._looking, self._looked_at = True, anyio.current_time()
        try:
            found = await anyio.to_thread.run_sync(self.read, sorted(self._watched))
            self.heads.update(found)
        finally:
            self._looking = False

    def moved(self, known: dict[str, int]) -> dict[str, int]:
        """Give the heads that are further than what is known."""
        return {
            scope: head
            for scope, before in known.items()
            if (head := self.heads.get(scope, before)) > before
        }
