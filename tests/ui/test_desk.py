"""The desk as a whole: signing in, locking, changing persons, the first paint, the collector."""

import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.benchmarks.bench_ui import loaded_too_early
from tests.ui.desk_site import PATIENCE_MS, Sitting
from ui.customers.view import CustomersView
from ui.shell.pictures import cut_off, nameless
from ui.shell.speaking import speak
from ui.shell.tidying import Tidying

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "workbench", "customers", "pricing", "approvals", "problems", "sync", "devices",
)  # fmt: skip


def test_locking_takes_the_window_away_and_keeps_what_was_typed(sitting: Sitting) -> None:
    sitting.sit()
    view = sitting.open("customers", CustomersView)
    sitting.rest()
    sitting.control(Qt.Key.Key_N)
    view.new.form.editor("credit_code").setFocus()
    sitting.type("9179")
    seat = sitting.seat
    sitting.control(Qt.Key.Key_L)
    desk = sitting.desk
    assert desk.window is None and desk.front.isVisible() and desk.sign_in is not None
    assert desk.sign_in.number.text() == seat.actor.person
    sitting.rest()
    assert dict(seat.read_draft("customers.new_organisation"))["credit_code"] == "9179"
    QTest.keyClicks(desk.sign_in.password, "not the password")
    QTest.keyClick(desk.sign_in.password, Qt.Key.Key_Return)
    sitting.until(lambda: desk.sign_in is not None and desk.sign_in.problem.isVisible())
    assert desk.window is None
    sitting.rest()
    desk.sign_in.password.clear()
    QTest.keyClicks(desk.sign_in.password, sitting.site.password(seat.actor.person))
    QTest.keyClick(desk.sign_in.password, Qt.Key.Key_Return)
    sitting.until(lambda: desk.window is not None)
    seat.drop_draft("customers.new_organisation")


def test_who_signs_in_right_behind_another_sits_there_alone(sitting: Sitting) -> None:
    """Sitting down takes several turns; somebody else may come before the first has the window."""
    site, desk = sitting.site, sitting.desk
    first = site.sit(site.branch, site.person("reviewer").number)
    number = site.person("clerk").number
    second = site.branch.sign_in(number, site.password(number))
    left: list[str] = []
    first.leave = lambda: left.append("first")  # type: ignore[method-assign]
    desk.sit(first)
    assert desk.window is None and desk.front.isEnabled()
    desk.sit(second)
    sitting.until(lambda: desk.window is not None and desk.window.isVisible())
    sitting.rest()
    assert sitting.seat.actor.person == number and left == ["first"]
    assert sitting.window.page_key == "workbench"


def test_an_approver_is_asked_for_a_code(sitting: Sitting) -> None:
    sitting.sit()
    sitting.desk.change_person()
    view = sitting.desk.sign_in
    assert view is not None and not view.code.isVisible()
    number = sitting.site.person("reviewer").number
    QTest.keyClicks(view.number, number)
    QTest.keyClick(view.number, Qt.Key.Key_Return)
    sitting.until(view.code.isVisible)
    QTest.keyClicks(view.password, sitting.site.password(number))
    QTest.keyClicks(view.code, sitting.site.code(sitting.site.branch, number))
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    sitting.until(lambda: sitting.desk.window is not None)
    assert sitting.seat.actor.person == number


def test_nobody_there_for_a_while_locks_the_desk(sitting: Sitting) -> None:
    sitting.sit()
    sitting.desk._idle.look()
    assert sitting.desk.window is not None, "somebody was just here"
    sitting.desk._idle._seconds = 0.0
    sitting.desk._idle.look()
    assert sitting.desk.window is None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_page_cuts_a_word_or_forgets_a_name(sitting: Sitting, language: str) -> None:
    sitting.sit()
    speak(language)
    for key in PAGES:
        sitting.window.open_page(key)
        sitting.rest()
        assert nameless(sitting.window) == [], key
        assert cut_off(sitting.window) == [], key


def test_the_strip_names_link_outbox_problems_and_devices(sitting: Sitting) -> None:
    sitting.sit()
    life = sitting.desk._seat_life
    assert life is not None
    sitting.until(lambda: life.sync.reached is True and len(life._devices) == 2)
    life.beat()
    sitting.rest()
    keys = [item.key for item in sitting.window.strip._state.items]
    assert keys == ["link", "outbox", "problems", "seal", "pad"]
    sitting.window.strip.button("outbox").click()
    sitting.arrive()
    assert sitting.window.page_key == "sync"


def test_the_desk_paints_before_it_loads_anything_heavy(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "app", "open", "--folder", str(tmp_path)]
    place = {**os.environ, "SEALDESK_PROBE": "first-paint", "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(words, cwd=ROOT, env=place, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    modules = frozenset(json.loads(ran.stdout)["modules"])
    assert "ui.shell.sign_in" in modules and loaded_too_early(modules) == set()


def test_rubbish_is_collected_by_the_event_loop_alone(qtbot: QtBot, qapp: QApplication) -> None:
    gc.enable()
    tidying = Tidying()
    try:
        assert not gc.isenabled()
        gc.collect()
        knots = [[] for _ in range(2 * gc.get_threshold()[0])]  # type: ignore[var-annotated]
        for knot in knots:
            knot.append(knot)
        del knots, knot
        assert gc.get_count()[0] > gc.get_threshold()[0]
        qtbot.waitUntil(lambda: gc.get_count()[0] <= gc.get_threshold()[0], timeout=PATIENCE_MS)
    finally:
        tidying.stop()
    assert gc.isenabled()
    gc.disable()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_desk_in_order(sitting: Sitting, qapp: QApplication, number: int) -> None:
    sitting.sit()
    view = sitting.open("customers", CustomersView)
    sitting.rest()
    sitting.control(Qt.Key.Key_N)
    view.new.form.editor("credit_code").setFocus()
    sitting.type("9188")
    seat = sitting.seat
    sitting.desk.heed_signals()
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), number))
    late = QTimer(interval=PATIENCE_MS, singleShot=True)
    late.timeout.connect(qapp.quit)
    late.start()
    assert qapp.exec() == 128 + number
    assert sitting.desk.window is None
    sitting.rest()
    assert dict(seat.read_draft("customers.new_organisation"))["credit_code"] == "9188"
    seat.drop_draft("customers.new_organisation")
