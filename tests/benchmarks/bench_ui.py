"""T1, T1b and T2: from a double click to the first painted page, from Enter to the first list."""

import hashlib
import hmac
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.benchmarks.harness import PAIRS, ROOT, Figure, alternate, counted, figure, python
from tests.faults.drill import PASSPHRASE, found_site

CLERK = "E1001"
EMPTY = python("-m", "tests.benchmarks.yardsticks.empty_window")
LATER = ("sqlalchemy", "numpy", "pyqtgraph", "httpx", "docx", "pyhanko", "pypinyin")
"""What nobody needs before the first paint."""


@dataclass(frozen=True)
class Start:
    """One start: seconds to its first painted frame, or from Enter to the first filled list."""

    seconds: float
    rss_kib: float
    modules: frozenset[str]


def start(words: Sequence[str], probe: str = "", typed: str = "") -> Start:
    """Start a program and wait for the line it prints when it has painted."""
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"SEALDESK_PROBE": probe}
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(typed)
        process.stdin.flush()
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        if not line:
            process.wait()
            complaints.seek(0)
            raise RuntimeError(f"{' '.join(words)} never painted:\n{complaints.read()[-2000:]}")
    said = json.loads(line)
    if "seconds" in said:
        seconds = said["seconds"] - said["key_derivation"]
    return Start(seconds, float(said["rss_kib"]), frozenset(said["modules"]))


def first_paint() -> Iterator[Figure]:
    """Start both in turn; wall time and resident memory of the same starts."""
    with tempfile.TemporaryDirectory() as folder:
        ours = partial(start, python("-m", "app", "open", "--folder", folder), "first-paint")
        theirs = partial(start, EMPTY)
        theirs(), ours()
        pairs = list(alternate(ours, theirs, PAIRS + 4))
    empty = "empty PySide6 QMainWindow"
    wall = [(mine.seconds, other.seconds) for mine, other in pairs]
    yield figure("T1.wall", wall, unit="s", yardstick=empty, target=1.6)
    memory = [(mine.rss_kib / 1024, other.rss_kib / 1024) for mine, other in pairs]
    yield figure("T1.rss", memory, unit="MiB", yardstick=empty, target=1.25)
    counts = [len(loaded_too_early(mine.modules)) for mine, _ in pairs]
    yield counted("T2", counts, unit="modules", yardstick=f"none of {', '.join(LATER)}")


def first_list() -> Iterator[Figure]:
    """From Enter at sign-in to the filled list, the password check left out."""
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        found_site(site)
        password = hmac.digest(PASSPHRASE.encode(), CLERK.encode(), hashlib.sha256).hex()[:24]
        typed = json.dumps({"number": CLERK, "password": password}) + "\n"
        words = python("-m", "tests.benchmarks.first_list", str(site / "stores" / "desk"))
        ours = partial(start, words, "first-list", typed)
        theirs = partial(start, EMPTY)
        theirs(), ours()
        pairs = [(a.seconds, b.seconds) for a, b in alternate(ours, theirs, PAIRS + 2)]
    yield figure("T1b", pairs, unit="s", yardstick="empty PySide6 QMainWindow", target=1.0)


def loaded_too_early(modules: frozenset[str]) -> set[str]:
    """Name the packages that were loaded though nobody needs them yet."""
    return {name.split(".")[0] for name in modules} & set(LATER)


FIGURES = [first_paint, first_list]
