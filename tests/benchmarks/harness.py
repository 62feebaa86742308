"""Measures ours against a yardstick in one run: alternating pairs, medians, no stop-watch limits.

Machines are noisy, so a figure is the median of pair ratios: in every pair ours and the yardstick
run one right after the other, and who goes first alternates. A yardstick that uses what the product
bans (a plain SQLite) lives in a process of its own, a `Worker`, and so does ours beside it.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

R = TypeVar("R")
ROOT = Path(__file__).resolve().parents[2]
PAIRS = 9
"""The least number of pairs a figure is made of."""
ALLOWED = 1.15
"""How far over its target a figure may be before it counts as missed: machines are noisy."""


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    `value` is ours in `unit` (median); `ratio` the median of `runs`, which are the pair ratios of
    ours to the yardstick; `target` the ratio to reach.
    """

    id: str
    value: float
    unit: str
    yardstick: str
    ratio: float
    target: float
    runs: tuple[float, ...]

    @property
    def reached(self) -> bool:
        """At most the target, with the allowance for noise."""
        return self.ratio <= self.target * ALLOWED

    def as_json(self) -> dict[str, object]:
        """Give the figure as `bench --json` prints it, under its id."""
        fields = asdict(self)
        del fields["id"]
        return fields


def compare(
    id: str,
    *,
    unit: str,
    yardstick: str,
    target: float,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    pairs: int = PAIRS,
) -> Figure:
    """Measure pairs after one unmeasured pair; each call gives its own measured amount, above zero.

    Raises ValueError for fewer than nine pairs.
    """
    if pairs < PAIRS:
        raise ValueError(f"{pairs} pairs are no figure")
    theirs(), ours()
    measured = list(alternate(ours, theirs, pairs))
    return figure(id, measured, unit=unit, yardstick=yardstick, target=target)


def figure(
    id: str,
    measured: Sequence[tuple[float, float]],
    *,
    unit: str,
    yardstick: str,
    target: float,
) -> Figure:
    """Make a figure of measured pairs (ours, yardstick)."""
    runs = tuple(mine / other for mine, other in measured)
    return Figure(
        id=id,
        value=statistics.median(mine for mine, _ in measured),
        unit=unit,
        yardstick=f"{yardstick}: {statistics.median(other for _, other in measured):.4g} {unit}",
        ratio=statistics.median(runs),
        target=target,
        runs=runs,
    )


def counted(id: str, counts: Sequence[int], *, unit: str, yardstick: str) -> Figure:
    """Make a figure that must be zero: a count, the same in every run."""
    worst = float(max(counts))
    return Figure(id, worst, unit, yardstick, worst, 0.0, tuple(float(one) for one in counts))


def alternate(ours: Callable[[], R], theirs: Callable[[], R], pairs: int) -> Iterator[tuple[R, R]]:
    """Run pairs (ours, theirs); who goes first changes from pair to pair."""
    for turn in range(pairs):
        if turn % 2:
            mine = ours()
            other = theirs()
        else:
            other = theirs()
            mine = ours()
        yield mine, other


class Worker:
    """A process that measures on demand: one word in, one JSON number out, line by line."""

    def __init__(self, *words: str) -> None:
        self._process = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, word: str) -> float:
        """Have one thing measured; raises RuntimeError when the worker died of it."""
        inward, outward = self._process.stdin, self._process.stdout
        assert inward is not None and outward is not None
        inward.write(f"{word}\n")
        inward.flush()
        answer = outward.readline()
        if not answer:
            raise RuntimeError(f"the worker ended at {word!r} with {self._process.wait()}")
        return float(json.loads(answer))

    def close(self) -> None:
        """Let the process go."""
        self._process.communicate(timeout=60)


@contextmanager
def workers(*commands: Sequence[str]) -> Iterator[list[Worker]]:
    """Run several workers and let them all go at the end."""
    running = [Worker(*words) for words in commands]
    try:
        yield running
    finally:
        for worker in running:
            worker.close()


def python(*words: str) -> list[str]:
    """Make the command of a Python program of ours."""
    return [sys.executable, *words]


def machine() -> dict[str, str]:
    """Say what was measured on: processor, memory, system, versions."""
    return {
        "processor": f"{os.cpu_count()} × {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 20} MiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3")},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
