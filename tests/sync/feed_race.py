"""A race over a feed: writers that are slow or break off, and one reader that follows.

What was committed is written down by the writers themselves; the reader keeps what it was given. A
feed that numbers its rows before they are committed loses some of them here within a second.
"""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.kit.clock import SystemClock
from app.kit.ids import new_id
from sync.hub.database import HubBusyError

Name = tuple[str, UUID]
"""Scope and id of a row."""
WRITERS = 8
SLOWEST_S = 0.02


class BrokenOffError(Exception):
    """A writer that gives up in the middle of its transaction."""


@dataclass(frozen=True)
class Step:
    """What one transaction does: the rows it writes, where it lingers, whether it breaks off."""

    rows: tuple[Name, ...]
    before_numbers: float
    """Seconds it stays open before its rows get their places."""
    before_commit: float
    """Seconds between its places and its commit."""
    breaks_off: bool


class Feed(Protocol):
    """A feed under test."""

    def write(self, step: Step) -> dict[Name, int]:
        """Do a step in one transaction; gives what version each row has by it."""
        ...

    def read(self) -> dict[Name, int]:
        """Read on from where the last reading ended; gives the versions that came."""
        ...


@dataclass
class Race:
    """What came of a race: every row's newest committed version, and what the reader was given."""

    committed: dict[Name, int] = field(default_factory=dict)
    given: dict[Name, int] = field(default_factory=dict)
    transactions: int = 0
    broken_off: int = 0
    readings: int = 0

    @property
    def missed(self) -> set[Name]:
        """The rows whose newest version the reader never got."""
        return {name for name, ver in self.committed.items() if self.given.get(name, 0) < ver}

    @property
    def invented(self) -> set[Name]:
        """What the reader was given though nobody committed it."""
        return {name for name, ver in self.given.items() if self.committed.get(name, 0) < ver}


def run_race(feed: Feed, scopes: list[str], steps: int, seed: int) -> Race:
    """Let the writers do their steps while a reader follows; then let it read to the end."""
    race, lock, over = Race(), threading.Lock(), threading.Event()

    def write(writer: int) -> None:
        chance = random.Random(seed * 100 + writer)
        mine: list[Name] = []
        for _ in range(steps):
            step = _step(chance, scopes, mine)
            try:
                versions = feed.write(step)
            except BrokenOffError:
                with lock:
                    race.broken_off += 1
                continue
            except HubBusyError:
                continue
            mine.extend(name for name in step.rows if name not in mine)
            with lock:
                race.transactions += 1
                for name, ver in versions.items():
                    race.committed[name] = max(ver, race.committed.get(name, 0))

    def follow() -> None:
        while not over.is_set():
            _take(race, feed.read)
            over.wait(0.001)

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(follow)
        try:
            for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
                done.result()
        finally:
            over.set()
        reader.result()
    while _take(race, feed.read):
        pass
    return race


def _step(chance: random.Random, scopes: list[str], mine: list[Name]) -> Step:
    rows = [
        chance.choice(mine)
        if mine and chance.random() < 0.4
        else (chance.choice(scopes), new_id(SystemClock()))
        for _ in range(chance.randint(1, 4))
    ]
    slow = chance.random() < 0.3
    return Step(
        rows=tuple(dict.fromkeys(rows)),
        before_numbers=chance.uniform(0, SLOWEST_S) if slow else 0.0,
        before_commit=chance.uniform(0, SLOWEST_S / 4) if slow and chance.random() < 0.5 else 0.0,
        breaks_off=chance.random() < 0.15,
    )


def _take(race: Race, read: Callable[[], dict[Name, int]]) -> int:
    """Read on; a version that goes back is a fault of its own."""
    came = read()
    race.readings += 1
    for name, ver in came.items():
        assert ver >= race.given.get(name, 0), f"{name} went back to version {ver}"
        race.given[name] = ver
    return len(came)
