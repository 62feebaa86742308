"""The checks: what must hold of the source before a test is run."""

from __future__ import annotations

import json
import re
from pathlib import Path

from installer.environment import BIN, PYTHON
from installer.machine import ROOT
from installer.suites import Task

PACKAGES = ("app", "ui", "sync", "devices")
# By name, because the stubs under installer/ are no package of ours.
PROGRAMS = (
    "installer.dev",
    "installer.catalogues",
    "installer.licences",
    "installer.locks.make",
    "installer.rooms",
    "tests.leaves",
    "tests.benchmarks.run",
)
PROJECT = ROOT / "pyproject.toml"
LOCKS = ROOT / "installer" / "locks"


def checks() -> list[Task]:
    """Name every check and its command; all run from the root of the repository."""
    tool = {name: str(BIN / name) for name in ("ruff", "mypy", "lint-imports", "codespell")}
    return [
        _check("ruff", tool["ruff"], "check", "."),
        _check("format", tool["ruff"], "format", "--check", "."),
        _check("types", tool["mypy"], *_each("-p", PACKAGES), *_each("-m", PROGRAMS)),
        _check("imports", tool["lint-imports"], "--no-cache"),
        _check("spelling", tool["codespell"], "README.md", "docs"),
        _check("dead code", str(BIN / "vulture")),
        _check("dependencies", str(BIN / "deptry"), "."),
        _check("locks", str(PYTHON), "-m", "installer.checks"),
    ]


def lock_problems(locks: Path = LOCKS) -> list[str]:
    """Compare the locks, the table of Windows wheels and the list of Linux-only packages.

    Every locked package stands in the table with a wheel whose hash the lock has, or it is named in
    linux-only.txt with a reason; nothing is named there that has a wheel or is not locked.
    """
    table: dict[str, dict[str, str] | None] = json.loads((locks / "wheels.json").read_text("utf-8"))
    reasons = linux_only(locks)
    locked = {
        pin: hashes
        for name in ("run", "test")
        for pin, hashes in pins((locks / f"{name}.txt").read_text("utf-8")).items()
    }
    problems = [problem for pin in locked for problem in _pin_problems(pin, locked, table, reasons)]
    names = {pin.split("==")[0] for pin in locked if not table.get(pin)}
    problems += [f"{name} is in linux-only.txt for nothing" for name in reasons.keys() - names]
    return sorted(problems)


def project_problems(project: Path = PROJECT, locks: Path = LOCKS) -> list[str]:
    """Name what pyproject.toml asks for that the locks do not give, or give in another version."""
    # Here, because what is above also runs before anything is installed, and on older Pythons.
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    asked = tomllib.loads(project.read_text("utf-8"))["project"]
    extras = asked["optional-dependencies"]
    problems = []
    for lock, lines in (
        ("run", [*asked["dependencies"], *extras["setup"]]),
        ("test", [*asked["dependencies"], *extras["setup"], *extras["test"]]),
    ):
        locked = pins((locks / f"{lock}.txt").read_text("utf-8"))
        versions = dict(pin.split("==", 1) for pin in locked if "==" in pin)
        for one in map(Requirement, lines):
            version = versions.get(canonicalize_name(one.name))
            if version is None or not one.specifier.contains(version, prereleases=True):
                problems.append(f"{lock}.txt: {one} is asked for, {version} is locked")
    return problems


def pins(lock: str) -> dict[str, set[str]]:
    """Read a lock: ``name==version`` and the SHA-256 of the files it admits."""
    whole = lock.replace("\\\n", " ")
    found = {}
    for line in whole.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            found[re.split(r"[\s;]", line.strip(), maxsplit=1)[0]] = set(
                re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
            )
    return found


def linux_only(locks: Path = LOCKS) -> dict[str, str]:
    """Read which packages need no Windows wheel, and why."""
    lines = (locks / "linux-only.txt").read_text("utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, reason in pairs}


def _pin_problems(
    pin: str,
    locked: dict[str, set[str]],
    table: dict[str, dict[str, str] | None],
    reasons: dict[str, str],
) -> list[str]:
    name, _, version = pin.partition("==")
    if not version or not locked[pin]:
        return [f"{pin} is not pinned to a version with hashes"]
    if pin not in table:
        return [f"{pin} is not in wheels.json: run python -m installer.locks.make"]
    wheel = table[pin]
    if wheel is None:
        return [] if reasons.get(name) else [f"{pin} has no Windows wheel and no reason"]
    if wheel["sha256"] not in locked[pin]:
        return [f"{pin}: the Windows wheel {wheel['file']} is not among the lock's files"]
    return []


def _check(name: str, *words: str) -> Task:
    return Task(name, words, counted=False)


def _each(option: str, values: tuple[str, ...]) -> list[str]:
    return [word for value in values for word in (option, value)]


if __name__ == "__main__":
    found = [*lock_problems(), *project_problems()]
    print("\n".join(found) or "the locks hold")
    raise SystemExit(1 if found else 0)
