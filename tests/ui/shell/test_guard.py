"""A slow turn of the event loop logs itself; what escapes a slot is told or logged."""

import logging
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock, SystemClock
from app.kit.errors.base import BranchError, Cancelled, Problem
from app.kit.errors.money import money_not_readable
from ui.shell.busy_guard import BusyApplication
from ui.shell.crash import bug_problem, log_bug
from ui.shell.guard import TurnGuard, catch_bugs

LOG = logging.getLogger("test.guard")


def spin(seconds: float) -> None:
    clock = SystemClock()
    until = clock.monotonic() + seconds
    while clock.monotonic() < until:
        pass


def test_a_slow_turn_is_logged_with_what_was_done(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, slow_on_purpose: BusyApplication
) -> None:
    caplog.set_level(logging.INFO)
    guard = TurnGuard(SystemClock(), LOG)

    def slow() -> None:
        with guard.doing("pricing.submit_quote"):
            spin(0.12)

    QTimer.singleShot(0, slow)
    qtbot.waitUntil(lambda: guard.longest > 0.07, timeout=3000)
    lines = [record.getMessage() for record in caplog.records if "slow_turn" in record.message]
    assert any(line.endswith("doing=pricing.submit_quote") for line in lines)


def test_a_turn_within_the_limit_is_not_logged(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = FixedClock(datetime(2026, 3, 5, tzinfo=UTC))
    guard = TurnGuard(clock, LOG)
    QTimer.singleShot(0, lambda: clock.advance(0.060))
    qtbot.waitUntil(lambda: guard.longest > 0, timeout=3000)
    assert guard.longest == pytest.approx(0.040)
    mine = [record for record in caplog.records if record.name == LOG.name]
    assert not [record for record in mine if "slow_turn" in record.message]


def test_the_hook_tells_problems_and_catches_bugs() -> None:
    bugs: list[BaseException] = []
    told: list[Problem] = []
    restore = catch_bugs(bugs.append, told.append)
    hook = sys.excepthook
    restore()
    problem = money_not_readable("x")
    hook(BranchError, BranchError(problem), None)
    hook(Cancelled, Cancelled(), None)
    hook(KeyError, KeyError("k"), None)
    assert told == [problem]
    assert [type(error) for error in bugs] == [KeyError]
    assert sys.excepthook is not hook


def test_a_slot_that_raises_reaches_the_hook() -> None:
    code = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from ui.shell.guard import catch_bugs
app = QCoreApplication([])
catch_bugs(lambda error: (print("bug", type(error).__name__), app.quit()), print)
QTimer.singleShot(0, lambda: {}["missing"])
app.exec()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "bug KeyError"


def test_the_log_of_a_bug_holds_no_value(caplog: pytest.LogCaptureFixture) -> None:
    number = UUID("01890000-0000-7000-8000-0000deadbeef")
    try:
        raise KeyError("790101199003074518")
    except KeyError as error:
        log_bug(error, number)
    assert "790101199003074518" not in caplog.text
    assert str(number) in caplog.text and "KeyError" in caplog.text
    assert bug_problem(number).code == "E-BUG deadbeef"
