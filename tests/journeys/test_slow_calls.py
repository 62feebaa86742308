"""What a journey reads from a desk's log: the calls of the window's thread that worked too long."""

import subprocess
import sys
from pathlib import Path

from tests.journeys.at_display import ROOT, too_long

PROGRAM = """
import sys
from logging import INFO
from PySide6.QtCore import QTimer
from app.kit.clock import thread_seconds
from app.kit.logs import to_stream
from ui.shell.busy_guard import BusyApplication

to_stream(sys.stderr, INFO)
app = BusyApplication()

def work(seconds):
    until = thread_seconds() + seconds
    while thread_seconds() < until:
        pass

print("{no line of the log", file=sys.stderr)
QTimer.singleShot(0, lambda: work(0.02))
QTimer.singleShot(10, lambda: work(0.6))
QTimer.singleShot(1200, app.quit)
app.exec()
"""


def test_a_call_that_was_too_long_is_found_in_the_log_a_program_writes(tmp_path: Path) -> None:
    log = tmp_path / "desk.log"
    with log.open("wb") as written:
        words = [sys.executable, "-c", PROGRAM]
        around = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin"}
        subprocess.run(words, cwd=ROOT, env=around, stderr=written, check=True, timeout=60)
    found = too_long(log)
    assert len(found) == 1 and found[0].ms >= 600 and found[0].strain >= 1.0


def test_what_the_machine_took_is_not_held_against_a_desk(tmp_path: Path) -> None:
    log = tmp_path / "desk.log"
    line = '{"event": "slow_call", "ms": %d, "strain": %s, "doing": "QTimer Timer"}\n'
    log.write_text(line % (70, 1.5) + line % (160, 3.0) + line % (70, 1.0))
    assert [(call.ms, call.strain) for call in too_long(log)] == [(160, 3.0), (70, 1.0)]
