"""The two commands of this repository, and what they are made of.

``python3 installer/dev.py run``    sets everything up and opens the demo branch
``python3 installer/dev.py test``   sets up what tests need, runs every check and test
``python3 installer/dev.py setup``  sets up only what ``sealdesk`` itself needs
``python3 installer/dev.py check``  the checks alone, and the figures of the source
``python3 installer/dev.py bench``  measures; ratios against yardsticks in the same run

Standard library only: it runs before anything is installed, and far enough on any Python from 3.7
to say that another one is needed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # this file's own folder is no place to import from

from installer import checks, environment, mirror, services, suites  # noqa: E402
from installer.terminal import Stop, speak_any_locale, stop_with  # noqa: E402

BENCHES = ROOT / "tests" / "benchmarks"


def main() -> int:
    """Do what the words say; 0 when all held, 1 when something failed, 2 for what is missing."""
    speak_any_locale()
    order = _parser().parse_args()
    try:
        return int(order.do(order))
    except Stop as stop:
        return stop_with(str(stop), code=2)


def setup(_order: argparse.Namespace) -> int:
    """Set up what ``sealdesk`` needs."""
    environment.set_up("run")
    print("Set up. Try: .venv/bin/sealdesk --help")
    return 0


def run(_order: argparse.Namespace) -> int:
    """Set up and open the demo branch; without a display the same day runs headless."""
    environment.set_up("run")
    sealdesk = str(environment.BIN / "sealdesk")
    if _has_display():
        words = [sealdesk, "open", "--demo"]
    else:
        print(
            "No display here, so the same day runs headless: sealdesk demo --headless", flush=True
        )
        words = [sealdesk, "demo", "--headless"]
    return _hand_over(words)


def check(_order: argparse.Namespace) -> int:
    """Run the checks, then print the figures of the source."""
    environment.set_up("test")
    suites.WORK.mkdir(parents=True, exist_ok=True)
    lints = suites.suites(["architecture"])
    outcomes = suites.run_all([*checks.checks(), *lints], suites.environment(), at_once=2)
    print(mirror.table(mirror.look(ROOT)))
    return _close(outcomes)


def test(order: argparse.Namespace) -> int:
    """Run every check and every suite, or the suites named; the last line is the sum."""
    chosen = order.suite
    unknown = sorted(set(chosen) - set(suites.folders()))
    if unknown:
        raise Stop(f"No suite {', '.join(unknown)}. There are: {', '.join(suites.folders())}")
    environment.set_up("test")
    suites.WORK.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(suites.LEAVES, ignore_errors=True)
    print(f"Order of the tests: SEALDESK_SEED={suites.seed()} repeats it", flush=True)
    with services.postgres(suites.WORK) as database, services.display(suites.WORK) as screen:
        around = suites.environment(SEALDESK_TEST_PG=database, SEALDESK_TEST_DISPLAY=screen)
        tasks = [*([] if chosen else checks.checks()), *suites.suites(chosen)]
        outcomes = suites.run_all(tasks, around, at_once=suites.AT_ONCE)
        outcomes += suites.run_all([suites.serial_suite(chosen)], around, at_once=1)
    if not chosen:
        leaves = (str(environment.PYTHON), "-m", "tests.leaves", str(suites.LEAVES))
        task = suites.Task("example leaves", leaves, counted=False)
        outcomes += suites.run_all([task], suites.environment(), at_once=1)
    suites.keep_times(outcomes)
    return _close(outcomes)


def bench(order: argparse.Namespace) -> int:
    """Measure groups of figures, all when none is named."""
    environment.set_up("test")
    words = [str(environment.PYTHON), "-m", "tests.benchmarks.run", *order.group]
    words += ["--json"] if order.json else []
    words += ["--keep"] if order.keep else []
    around = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(words, cwd=ROOT, env=around, check=False).returncode


def _hand_over(words: list[str]) -> int:
    """Become the program where the system can, so that Ctrl-C and its exit code are its own."""
    if sys.platform == "win32":
        return subprocess.run(words, cwd=ROOT, check=False).returncode
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(words[0], words)  # noqa: S606 - a program of ours, no shell on purpose


def _close(outcomes: list[suites.Outcome]) -> int:
    """Show what failed, why anything was skipped, the table, and the sum as the last line."""
    for one in outcomes:
        if not one.good:
            print(f"\n--- {one.name} ---\n{one.trouble}")
    for reason in [reason for one in outcomes for reason in one.skipped]:
        print(f"skipped: {reason}")
    print(f"\n{suites.table(outcomes)}\n\n{suites.last_line(outcomes)}", flush=True)
    return 0 if all(one.good for one in outcomes) else 1


def _bench_groups() -> list[str]:
    """Name the groups of figures there are: one module bench_<group>.py each."""
    return sorted(path.stem.split("_", 1)[1] for path in BENCHES.glob("bench_*.py"))


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="installer/dev.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, do in (("setup", setup), ("run", run), ("check", check)):
        commands.add_parser(name, help=do.__doc__).set_defaults(do=do)
    testing = commands.add_parser("test", help=test.__doc__)
    testing.add_argument("suite", nargs="*", help="folders of tests/; all when none is named")
    testing.set_defaults(do=test)
    measuring = commands.add_parser("bench", help=bench.__doc__)
    groups = " ".join(_bench_groups())
    measuring.add_argument("group", nargs="*", help=f"any of: {groups}; all when none is named")
    measuring.add_argument("--json", action="store_true", help="one JSON object on standard output")
    measuring.add_argument("--keep", action="store_true", help="renew these rows of the page")
    measuring.set_defaults(do=bench)
    return parser


if __name__ == "__main__":
    sys.exit(main())
