"""A call that works too long on the GUI thread logs itself and fails a test; the rest is quick."""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.kit.clock import SystemClock, thread_seconds
from app.kit.lanes import Lane
from app.kit.logs import FIELDS
from tests.ui.desk_site import Sitting
from ui.customers.view import CustomersView
from ui.shell import busy_guard
from ui.shell.bridge import Bridge
from ui.shell.busy_guard import LIMIT, BusyApplication, SlowCall

ROOT = Path(__file__).resolve().parents[3]
COST = 50e-6
"""Seconds the guard may add to an outermost event: a thousandth of what it watches for."""


def work(seconds: float) -> None:
    """Use the processor for a while."""
    until = thread_seconds() + seconds
    while thread_seconds() < until:
        pass


@pytest.fixture
def guarded(slow_on_purpose: BusyApplication) -> BusyApplication:
    return slow_on_purpose


def test_a_call_that_works_too_long_is_kept_and_logged(
    guarded: BusyApplication, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.setObjectName("planted")
    button.clicked.connect(lambda: work(LIMIT + 0.02))
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert [call.doing for call in guarded.slow] == ["QPushButton planted KeyRelease"]
    assert guarded.slow[0].ms >= 50
    record = next(one for one in caplog.records if getattr(one, "event", "") == "slow_call")
    fields: dict[str, object] = record.fields  # type: ignore[attr-defined]
    assert set(fields) == {"ms", "strain", "doing"} <= FIELDS
    assert "withheld" not in fields.values() and fields["strain"] == round(
        guarded.slow[0].strain, 2
    )


def test_what_the_bridge_brings_is_named(guarded: BusyApplication, qtbot: QtBot) -> None:
    lane, bridge = Lane("read"), Bridge(lambda _error: None)

    def shown(_result: int) -> None:
        work(LIMIT + 0.02)

    bridge.run(lane, lambda: 1, done=shown)
    qtbot.waitUntil(lambda: len(guarded.slow) > 0, timeout=3000)
    lane.close()
    bridge.close()
    assert guarded.slow[0].doing.endswith("shown MetaCall")


def test_a_shortcut_says_what_it_called(guarded: BusyApplication, sitting: Sitting) -> None:
    sitting.sit()
    sitting.hush()
    guarded.slow.clear()
    sitting.window.toast.undo = lambda: work(LIMIT + 0.02)  # type: ignore[method-assign]
    sitting.window._take_keys()
    sitting.window.navigation.setFocus()
    sitting.control(Qt.Key.Key_Z)
    assert any("lambda" in call.doing and "Shortcut" in call.doing for call in guarded.slow)


def test_waiting_and_other_threads_are_not_its_business(
    guarded: BusyApplication, qtbot: QtBot
) -> None:
    """A loaded machine makes a call wait; that must fail no test."""
    button = QPushButton("x")
    qtbot.addWidget(button)
    lane = Lane("read")
    busy = lane.post(lambda: work(0.15))
    button.clicked.connect(lambda: Event().wait(LIMIT * 2))
    qtbot.keyClick(button, Qt.Key.Key_Space)
    busy.result()
    lane.close()
    assert list(guarded.slow) == []


def test_many_short_calls_are_no_long_one(guarded: BusyApplication, qtbot: QtBot) -> None:
    done: list[int] = []

    def short() -> None:
        work(LIMIT / 3)
        done.append(1)

    for _ in range(6):
        QTimer.singleShot(0, short)
    qtbot.waitUntil(lambda: len(done) == 6, timeout=3000)
    # Timers that are due in one turn are one event of the dispatcher each.
    assert [call for call in guarded.slow if call.ms > 6 * 1000 * LIMIT] == []


def test_a_call_that_raises_is_timed_and_the_next_one_too(
    guarded: BusyApplication, qtbot: QtBot
) -> None:
    button = QPushButton("x")
    qtbot.addWidget(button)

    def fails() -> None:
        work(LIMIT + 0.01)
        raise ValueError("planted")

    button.clicked.connect(fails)
    with qtbot.captureExceptions() as met:
        qtbot.keyClick(button, Qt.Key.Key_Space)
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert len(met) == 2 and len(guarded.slow) == 2


def test_it_costs_next_to_nothing(guarded: BusyApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    event = QEvent(QEvent.Type.User)

    def best(send: Callable[[QObject, QEvent], bool]) -> float:
        rounds = []
        for _ in range(7):
            began = thread_seconds()
            for _ in range(2_000):
                send(widget, event)
            rounds.append((thread_seconds() - began) / 2_000)
        return min(rounds)

    outermost = best(QCoreApplication.sendEvent)
    guarded._inside = True
    within = best(QCoreApplication.sendEvent)
    guarded._inside = False
    assert outermost < COST and within < COST / 2, (outermost, within)


def test_the_days_keys_stay_within_the_limit(sitting: Sitting) -> None:
    """Typing, moving, the palette and going back and forth, on pages that have been opened."""
    sitting.sit()
    sitting.hush()
    app = QApplication.instance()
    assert isinstance(app, BusyApplication)
    view = sitting.open("customers", CustomersView)
    sitting.rest()
    for key in ("workbench", "customers", "help", "customers"):
        sitting.window.open_page(key)
        sitting.rest()
    app.slow.clear()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End):
        view.table.view.setFocus()
        sitting.press(key)
        sitting.rest()
    sitting.control(Qt.Key.Key_K)
    sitting.type("99")
    sitting.rest()
    sitting.press(Qt.Key.Key_Escape)
    sitting.press(Qt.Key.Key_F6)
    sitting.press(Qt.Key.Key_F6)


@pytest.mark.parametrize(
    ("ms", "strain", "too_long"), [(70, 1.0, True), (70, 1.5, False), (160, 3.0, True)]
)
def test_what_the_machine_takes_is_not_held_against_a_call(
    ms: int, strain: float, too_long: bool
) -> None:
    assert SlowCall("x", ms, strain).too_long is too_long


def test_strain_is_told_beside_the_call(guarded: BusyApplication, qtbot: QtBot) -> None:
    button = QPushButton("x")
    qtbot.addWidget(button)
    worked = [LIMIT + 0.02]
    button.clicked.connect(lambda: work(worked[0]))
    kept = guarded._best
    guarded._best = guarded.pace() and guarded._best / 4
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert guarded.slow[-1].strain >= 3 and not guarded.slow[-1].too_long
    guarded._best = kept
    assert guarded.pace() >= 1.0
    worked[0] = LIMIT * 10
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert guarded.slow[-1].too_long


def test_a_slower_machine_is_measured_against_the_one_of_the_limit(
    guarded: BusyApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busy_guard, "REFERENCE_S", 1e-6)
    assert guarded.pace() > 100


def test_a_slow_call_fails_its_test_whoever_asks_for_nothing(tmp_path: Path) -> None:
    """Every test of the window is watched: one that plants a slow call fails, and one that says so
    does not.
    """
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import qapp_cls\nfrom tests.ui.conftest import *\n"
    )
    (tmp_path / "test_planted.py").write_text(
        """
from app.kit.clock import thread_seconds
from PySide6.QtCore import QTimer

def spin():
    until = thread_seconds() + 0.2
    while thread_seconds() < until:
        pass

def run(qtbot):
    done = []
    QTimer.singleShot(0, lambda: (spin(), done.append(1)))
    qtbot.waitUntil(lambda: bool(done))

def test_plain(qtbot):
    run(qtbot)

def test_on_purpose(qtbot, slow_on_purpose):
    run(qtbot)

def test_quick(qtbot):
    qtbot.wait(1)
"""
    )
    asked = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", str(tmp_path)]
    asked += ["-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT)
    assert "3 passed, 1 error" in done.stdout, done.stdout
    assert "SlowCall" in done.stdout and "ERROR" in done.stdout and "test_plain" in done.stdout


def test_the_clock_of_the_guard_runs_with_work_alone() -> None:
    clock = SystemClock()
    began, used = clock.monotonic(), thread_seconds()
    Event().wait(0.05)
    assert clock.monotonic() - began >= 0.05 and thread_seconds() - used < 0.03
