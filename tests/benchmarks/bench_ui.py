"""T1 and T2: what stands between a double click and the first painted sign-in page."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.harness import PAIRS, ROOT, Figure, alternate, counted, figure, python

OURS = python("-m", "tests.benchmarks.sign_in_window")
EMPTY = python("-m", "tests.benchmarks.yardsticks.empty_window")
LATER = ("sqlalchemy", "numpy", "pyqtgraph", "httpx", "docx", "pyhanko", "pypinyin")
"""What nobody needs before the first paint."""


@dataclass(frozen=True)
class Start:
    """One start, up to its first painted frame."""

    seconds: float
    rss_kib: float
    modules: frozenset[str]


def start(words: Sequence[str]) -> Start:
    """Start a program and wait for the line it prints when it has painted."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        if not line:
            process.wait()
            complaints.seek(0)
            raise RuntimeError(f"{' '.join(words)} never painted:\n{complaints.read()[-2000:]}")
    said = json.loads(line)
    return Start(seconds, float(said["rss_kib"]), frozenset(said["modules"]))


def first_paint() -> Iterator[Figure]:
    """Start both in turn; wall time and resident memory of the same starts."""
    start(EMPTY), start(OURS)
    pairs = list(alternate(partial(start, OURS), partial(start, EMPTY), PAIRS + 4))
    empty = "empty PySide6 QMainWindow"
    wall = [(ours.seconds, other.seconds) for ours, other in pairs]
    yield figure("T1.wall", wall, unit="s", yardstick=empty, target=1.6)
    memory = [(ours.rss_kib / 1024, other.rss_kib / 1024) for ours, other in pairs]
    yield figure("T1.rss", memory, unit="MiB", yardstick=empty, target=1.25)
    counts = [len(loaded_too_early(ours.modules)) for ours, _ in pairs]
    yield counted("T2", counts, unit="modules", yardstick=f"none of {', '.join(LATER)}")


def loaded_too_early(modules: frozenset[str]) -> set[str]:
    """Name the packages that were loaded though nobody needs them yet."""
    return {name.split(".")[0] for name in modules} & set(LATER)


FIGURES = [first_paint]
