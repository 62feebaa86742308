"""T1, T1b, T2, T3: from a double click to the first painted page, from Enter to the first list.

Each start is a process of its own, ours and an empty QMainWindow in turn. Both run as an installed
program does, from compiled modules: what the first, unmeasured pair compiles lies in a folder of
the bench, whatever the environment says about writing it.
"""

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
from typing import Any

from tests.benchmarks.harness import PAIRS, ROOT, Figure, alternate, counted, figure, python
from tests.faults.drill import PASSPHRASE, found_site

CLERK = "E1001"
EMPTY = python("-m", "tests.benchmarks.yardsticks.empty_window")
LATER = ("sqlalchemy", "numpy", "pyqtgraph", "httpx", "docx", "pyhanko", "pypinyin")
"""What nobody needs before the first paint."""
LONGEST_GAP = 0.050
"""Seconds the event loop may be held up while the desk makes itself ready behind the sign-in."""


@dataclass(frozen=True)
class Start:
    """One start: seconds to its first painted frame, or from Enter to the first painted list.

    ``gap`` is how long the event loop was held up at most before Enter, ``sources`` of how many
    modules the source text was read.
    """

    seconds: float
    rss_kib: float
    modules: frozenset[str]
    gap: float = 0.0
    sources: int = 0


def start(
    words: Sequence[str], probe: str = "", typed: str = "", compiled: Path | None = None
) -> Start:
    """Start a program and wait for the line it prints when it has painted.

    ``compiled`` is the folder for compiled modules; without it they lie where they always do.
    """
    environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"SEALDESK_PROBE": probe}
    if compiled is not None:
        environment["PYTHONPYCACHEPREFIX"] = str(compiled)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
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
        derivations: list[dict[str, float]] = []
        said: dict[str, Any] = {}
        for line in process.stdout:
            said = json.loads(line)
            if "modules" in said:
                break
            derivations.append(said)
        seconds = time.perf_counter() - began
        if "modules" not in said:
            process.wait()
            complaints.seek(0)
            raise RuntimeError(f"{' '.join(words)} never painted:\n{complaints.read()[-2000:]}")
    if "seconds" in said:
        seconds = said["seconds"] - key_derivation(derivations, since=said["began"])
    modules = frozenset(said["modules"])
    gap, sources = said.get("gap", 0.0), said.get("sources", 0)
    return Start(seconds, float(said["rss_kib"]), modules, gap, sources)


def key_derivation(derivations: Sequence[dict[str, float]], since: float) -> float:
    """Add up the seconds of the key derivations that began after Enter was pressed."""
    return sum(one["key_derivation"] for one in derivations if one["began"] >= since)


def first_paint() -> Iterator[Figure]:
    """Start both in turn; wall time and resident memory of the same starts."""
    with tempfile.TemporaryDirectory() as name:
        folder, compiled = Path(name) / "desk", Path(name) / "compiled"
        words = python("-m", "app", "open", "--folder", str(folder))
        ours = partial(start, words, "first-paint", compiled=compiled)
        theirs = partial(start, EMPTY, compiled=compiled)
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
    """T1b from Enter at sign-in to the painted list, without key derivation; T3 before Enter."""
    with tempfile.TemporaryDirectory() as name:
        site, compiled = Path(name) / "site", Path(name) / "compiled"
        found_site(site)
        password = hmac.digest(PASSPHRASE.encode(), CLERK.encode(), hashlib.sha256).hex()[:24]
        typed = json.dumps({"number": CLERK, "password": password}) + "\n"
        words = python("-m", "tests.benchmarks.first_list", str(site / "stores" / "desk"))
        ours = partial(start, words, "first-list", typed, compiled)
        theirs = partial(start, EMPTY, compiled=compiled)
        theirs(), ours()
        pairs = list(alternate(ours, theirs, PAIRS + 2))
    seconds = [(mine.seconds, other.seconds) for mine, other in pairs]
    yield figure("T1b", seconds, unit="s", yardstick="empty PySide6 QMainWindow", target=1.0)
    gaps = [(mine.gap, LONGEST_GAP) for mine, _ in pairs]
    yield figure("T3", gaps, unit="s", yardstick="what a person does not feel", target=1.0)


def loaded_too_early(modules: frozenset[str]) -> set[str]:
    """Name the packages that were loaded though nobody needs them yet."""
    return {name.split(".")[0] for name in modules} & set(LATER)


FIGURES = [first_paint, first_list]
