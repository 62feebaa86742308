"""Runs the tests: one suite per folder of tests/, three at a time, each timed and counted.

Suites run beside each other, each in one process: that fills two cores without two tests of a suite
ever meeting; the third works while another waits for a process or for a person's next code. Tests
marked ``serial`` run at the end, alone. What pytest counted is read from its own XML reports, never
from its words.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from installer.environment import PYTHON
from installer.machine import ROOT

TESTS = ROOT / "tests"
WORK = ROOT / "var" / "test"
LEAVES = WORK / "leaves"
LIMIT_SECONDS = 1500
NO_TESTS = 5
"""pytest's exit code for a suite in which nothing was selected."""


@dataclass(frozen=True)
class Task:
    """One thing to run: a suite of tests, or a check that passes or fails as a whole."""

    name: str
    words: tuple[str, ...]
    counted: bool


AT_ONCE = 3
FIRST_GUESS = {"ui": 780.0, "faults": 420.0, "sync": 340.0, "journeys": 210.0, "devices": 90.0}
"""Seconds on two cores, so that a clone without times of its own starts with the longest too."""


@dataclass(frozen=True)
class Outcome:
    """What came of a task; the counts of a check are zero."""

    name: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: tuple[str, ...] = ()
    trouble: str = field(default="", repr=False)

    @property
    def good(self) -> bool:
        """Nothing failed and nothing broke."""
        return not self.trouble and not self.failed


def suites(chosen: Iterable[str] = ()) -> list[Task]:
    """Make the suites named, or all of them."""
    wanted = list(chosen) or folders()
    return [_suite(name, TESTS / name, marker="not serial") for name in wanted]


def folders() -> list[str]:
    """Name the suites: every folder of tests/ with tests in it, and the tests right in tests/."""
    return sorted({test.relative_to(TESTS).parts[0] for test in TESTS.rglob("test_*.py")})


def serial_suite(chosen: Iterable[str] = ()) -> Task:
    """The tests that need the machine to themselves."""
    places = [str(TESTS / name) for name in chosen] or [str(TESTS)]
    return _suite("serial", *places, marker="serial")


def environment(**added: str) -> dict[str, str]:
    """Give what every task sees: no screen, a home of its own, the leaf counter on."""
    home = WORK / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": tempfile.mkdtemp(prefix="sealdesk-run-"),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "SEALDESK_LEAVES": "1",
        "SEALDESK_LEAVES_DIR": str(LEAVES),
        **added,
    }


@cache
def seed() -> str:
    """Draw the order of the tests once for the whole run, or take it from SEALDESK_SEED."""
    return os.environ.get("SEALDESK_SEED") or str(secrets.randbelow(2**32))


def run_all(tasks: list[Task], surroundings: dict[str, str], *, at_once: int) -> list[Outcome]:
    """Run tasks, the ones that took longest last time first; outcomes in the order given."""
    times = {**FIRST_GUESS, **last_times()}
    longest_first = sorted(tasks, key=lambda task: -times.get(task.name, 0.0))
    with ThreadPoolExecutor(at_once) as pool:
        posted = {task.name: pool.submit(_run, task, surroundings) for task in longest_first}
        return [posted[task.name].result() for task in tasks]


def table(outcomes: list[Outcome]) -> str:
    """Lay out passed, failed, skipped and seconds per suite."""
    width = max(len(one.name) for one in outcomes)
    lines = [f"{'':{width}}  passed  failed skipped  seconds"]
    for one in outcomes:
        counts = f"{one.passed:7} {one.failed:7} {len(one.skipped):7}"
        mark = "" if one.good else "  <- failed"
        lines.append(f"{one.name:{width}} {counts}  {one.seconds:7.1f}{mark}")
    return "\n".join(lines)


def last_line(outcomes: list[Outcome]) -> str:
    """Say the sum: ``N passed, M skipped``; what failed stands between when anything did."""
    passed = sum(one.passed for one in outcomes)
    skipped = sum(len(one.skipped) for one in outcomes)
    failed = sum(max(one.failed, not one.good) for one in outcomes)
    middle = f" {failed} failed," if failed else ""
    return f"{passed} passed,{middle} {skipped} skipped"


def last_times() -> dict[str, float]:
    """Read how long each task took last time; nothing known on a fresh clone."""
    try:
        times: dict[str, float] = json.loads((WORK / "seconds.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return times


def keep_times(outcomes: list[Outcome]) -> None:
    """Remember the seconds, so that the next run starts the longest first."""
    times = {**last_times(), **{one.name: one.seconds for one in outcomes}}
    (WORK / "seconds.json").write_text(json.dumps(times, indent=1), encoding="utf-8")


def count(report: Path) -> tuple[int, int, tuple[str, ...]]:
    """Read passed, failed and the reasons of skips from a JUnit XML report of pytest."""
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 - pytest wrote it just now
    failed = sum(1 for case in cases if _has(case, "failure") or _has(case, "error"))
    skipped = [case for case in cases if _has(case, "skipped")]
    reasons = tuple(f"{_name(case)}: {_reason(case)}" for case in skipped)
    return len(cases) - failed - len(skipped), failed, reasons


def _has(case: ElementTree.Element, tag: str) -> bool:
    return case.find(tag) is not None


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname')}::{case.get('name')}"


def _reason(case: ElementTree.Element) -> str:
    skipped = case.find("skipped")
    return "" if skipped is None else skipped.get("message", "")


def _suite(name: str, *places: str | Path, marker: str) -> Task:
    words = (str(PYTHON), "-m", "pytest", "-q", "-m", marker, f"--junitxml={WORK}/{name}.xml")
    order = f"--randomly-seed={seed()}"
    return Task(name, (*words, order, *(str(place) for place in places)), counted=True)


def _run(task: Task, surroundings: dict[str, str]) -> Outcome:
    log = WORK / f"{task.name}.log"
    report = WORK / f"{task.name}.xml"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    with log.open("w") as said:
        try:
            code = subprocess.run(
                task.words,
                cwd=ROOT,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            said.write(f"\nstopped after {LIMIT_SECONDS} seconds\n")
            code = -1
    outcome = _outcome(task, code, time.monotonic() - began, report, log)
    print(f"  {task.name}: {_short(outcome)}, {outcome.seconds:.1f} s", flush=True)
    return outcome


def _outcome(task: Task, code: int, seconds: float, report: Path, log: Path) -> Outcome:
    nothing = task.counted and code == NO_TESTS
    trouble = "" if code == 0 or nothing else _tail(log)
    if not task.counted:
        return Outcome(task.name, seconds, trouble=trouble)
    if not report.exists():
        return Outcome(task.name, seconds, trouble=trouble or f"{task.name} left no report")
    passed, failed, skipped = count(report)
    return Outcome(task.name, seconds, passed, failed, skipped, trouble)


def _short(outcome: Outcome) -> str:
    counts = f"{outcome.passed} passed" if outcome.passed else "passed"
    return counts if outcome.good else "FAILED"


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-80:])
