"""The kill loop (R01, R02, R07): what was acknowledged is there, what is there is whole.

``bench faults`` runs ``kill_at_random`` with a large N, the suite with a small one. Zero failures
in N trials bound the rate at 3/N (95 %).
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select as sql
from sqlalchemy.orm import Session

from app.approvals.records import ApprovalCase
from app.audit.queries import check_chain
from app.audit.records import AuditLine
from app.pricing.records import Quote
from app.store.desk_tables import OutboxRow
from app.store.keyslots import new_slots
from app.store.outbox import mutation_hash
from app.store.store import Store
from tests.faults.clerk import START, FixedClock

ROOT = Path(__file__).resolve().parents[2]
FOR_EVER = "1000000"


@dataclass(frozen=True)
class Acked:
    """What a clerk's process said before it ended."""

    lines: tuple[str, ...]

    def of(self, word: str) -> list[str]:
        """Give what stands behind each line that begins with a word."""
        return [line.split(" ", 1)[1] for line in self.lines if line.startswith(f"{word} ")]

    def says(self, word: str) -> bool:
        """Say whether a line of one word came."""
        return word in self.lines


@dataclass(frozen=True)
class KillFigure:
    """What a run of the loop found; ``bound`` is the upper limit of the failure rate (95 %)."""

    trials: int
    acknowledged: int
    seed: int
    seconds: float

    @property
    def bound(self) -> float:
        """Give 3/N, the rule of three for zero failures."""
        return 3 / self.trials


def new_store(folder: Path) -> bytes:
    """Make an empty store and close it; gives its key."""
    slots, key = new_slots()
    Store.create(folder, slots, key, FixedClock(START)).close()
    return key


def clerk_command(folder: Path, key: bytes, count: str) -> list[str]:
    """Give the command line of a clerk's process."""
    return [sys.executable, "-m", "tests.faults.clerk", str(folder), key.hex(), count]


def run_clerk(command: Sequence[str], seconds: float = 120.0) -> Acked:
    """Run a clerk's process to its end, however it ends."""
    done = subprocess.run(
        list(command),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
    )
    return Acked(tuple(done.stdout.decode().split("\n")[:-1]))


class WarmClerks:
    """Clerks forked from one process that has imported everything; leave the block to end it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> "WarmClerks":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def stand_by(self, folder: Path, key: bytes, count: str, acks: Path) -> int:
        """Fork a clerk that stops before its first step; gives its process id."""
        assert self._process.stdin is not None
        order = json.dumps([str(folder), key.hex(), count, str(acks)])
        self._process.stdin.write(order.encode() + b"\n")
        self._process.stdin.flush()
        return int(self._line())

    def ended(self) -> int:
        """Wait until the clerk has ended; gives the status the system told of it."""
        return int(self._line())

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        assert select.select([self._process.stdout], [], [], 60)[0], "the clerk hangs"
        return self._process.stdout.readline()


def said(acks: Path) -> Acked:
    """Read what a clerk has said; it keeps nothing back, so what is not there was not said."""
    return Acked(tuple(acks.read_text().split("\n")[:-1]))


def kill_after(warm: WarmClerks, folder: Path, key: bytes, seconds: float, acks: Path) -> Acked:
    """Let a clerk open the store and work for a while, and kill it there."""
    clerk = warm.stand_by(folder, key, FOR_EVER, acks)
    os.kill(clerk, signal.SIGCONT)
    time.sleep(seconds)
    os.kill(clerk, signal.SIGKILL)
    assert os.WTERMSIG(warm.ended()) == signal.SIGKILL, "the clerk ended before it was killed"
    return said(acks)


def check(folder: Path, key: bytes, acked: Acked) -> int:
    """Open the store again and hold it against what was acknowledged; gives the quotes in it.

    Raises AssertionError for a lost acknowledgement, a half act, a torn chain or a hash that does
    not fit.
    """
    store = Store.open(folder, key, FixedClock(START), reserve=0)
    try:
        return store.read(_hold_together, acked)
    finally:
        store.close()


def _hold_together(session: Session, acked: Acked) -> int:
    quotes = {row.id.hex: row for row in session.scalars(sql(Quote))}
    for quote_id in acked.of("priced"):
        assert quote_id in quotes, f"an acknowledged quote is lost: {quote_id}"
    for quote_id in acked.of("submitted"):
        assert quotes[quote_id].state == "submitted", (
            f"an acknowledged submission is lost: {quote_id}"
        )
    cases = {row.subject_id.hex for row in session.scalars(sql(ApprovalCase))}
    assert cases == {key for key, row in quotes.items() if row.state == "submitted"}
    verdict = check_chain(session, "desk-1", [])
    assert verdict.whole, verdict.fault
    assert verdict.entries == len(quotes) + len(cases), "an act without its line, or the reverse"
    outbox = session.scalars(sql(OutboxRow).order_by(OutboxRow.mseq)).all()
    commands = [row for row in outbox if row.op == "command"]
    lines = [row for row in outbox if row.kind == AuditLine.__tablename__]
    assert len(commands) == len(lines) == verdict.entries, "an act without its mutation"
    assert len(commands) + len(lines) == len(outbox)
    assert all(mutation_hash(row) == row.hash for row in outbox)
    assert all(row.pending for row in quotes.values())
    return len(quotes)


def kill_at_random(folder: Path, trials: int, seed: int, longest: float = 0.5) -> KillFigure:
    """Kill a clerk at random instants from its start, again and again over the same store."""
    chance, start, acknowledged = random.Random(seed), time.monotonic(), 0
    key = new_store(folder)
    told: list[str] = []
    with WarmClerks() as warm:
        for n in range(trials):
            acks = folder.with_name(f"acks-{n}")
            acked = kill_after(warm, folder, key, chance.uniform(0.0, longest), acks)
            told += acked.lines
            acknowledged += len(acked.of("priced")) + len(acked.of("submitted"))
            check(folder, key, Acked(tuple(told)))
    return KillFigure(trials, acknowledged, seed, time.monotonic() - start)
