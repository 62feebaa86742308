"""Locking by itself: warned before, kept open by any input, the screen and the key gone after."""

import gc
from datetime import UTC, datetime
from weakref import ref

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.words import use_language
from tests.ui.desk_site import Sitting
from ui.customers.view import CustomersView
from ui.shell.heartbeat import IdleWatch

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


class Watched:
    """An idle watch of ten minutes with a clock that moves when told."""

    def __init__(self, parent: QLineEdit) -> None:
        self.clock = FixedClock(NOW)
        self.watch = IdleWatch(self.clock, 600, parent)
        self.watch._timer.stop()
        self.said: list[int] = []
        self.locks = 0
        self.watch.soon.connect(self.said.append)
        self.watch.idle.connect(self._lock)

    def _lock(self) -> None:
        self.locks += 1

    def after(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.watch.look()


@pytest.fixture
def line(qtbot: QtBot) -> QLineEdit:
    made = QLineEdit()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_it_warns_thirty_seconds_before_and_counts_down(line: QLineEdit) -> None:
    watched = Watched(line)
    watched.after(569)
    assert watched.said == []
    watched.after(1)
    watched.after(10)
    watched.after(19)
    assert watched.said == [30, 20, 1] and watched.locks == 0
    watched.after(1)
    assert watched.locks == 1 and watched.said[-1] == 0
    watched.after(569)
    assert watched.locks == 1, "locked once, the rest begins anew"


def test_the_warning_is_not_late_by_the_beat_of_the_watch(line: QLineEdit) -> None:
    watched = Watched(line)
    watched.after(567.9)
    assert watched.watch._timer.interval() <= 2_100


@pytest.mark.parametrize("kind", ["key", "mouse", "wheel", "pen", "touch", "method"])
def test_any_input_keeps_the_desk_open(line: QLineEdit, kind: str) -> None:
    watched = Watched(line)
    watched.after(580)
    window = line.windowHandle()
    assert window is not None
    events = {
        "key": QEvent(QEvent.Type.KeyPress),
        "mouse": QEvent(QEvent.Type.MouseMove),
        "wheel": QEvent(QEvent.Type.Wheel),
        "pen": QEvent(QEvent.Type.TabletMove),
        "touch": QEvent(QEvent.Type.TouchUpdate),
        "method": QEvent(QEvent.Type.InputMethod),
    }
    watched.watch.eventFilter(window, events[kind])
    assert watched.said == [20, 0]
    watched.after(569)
    assert watched.locks == 0


def test_what_is_no_input_does_not(line: QLineEdit) -> None:
    watched = Watched(line)
    watched.watch.look()
    watched.after(580)
    window = line.windowHandle()
    assert window is not None
    QApplication.sendEvent(window, QEvent(QEvent.Type.UpdateRequest))
    assert watched.said == [20]


def test_a_menu_or_a_dialog_is_listened_at_too(line: QLineEdit, qtbot: QtBot) -> None:
    watched = Watched(line)
    menu = QMenu(line)
    menu.addAction("x")
    menu.popup(line.mapToGlobal(line.rect().center()))
    try:
        watched.after(580)
        handle = menu.windowHandle()
        assert isinstance(handle, QWindow)
        at = QPointF(2, 2)
        none = Qt.MouseButton.NoButton
        moved = QMouseEvent(
            QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(handle, moved)
        assert watched.said == [20, 0]
    finally:
        menu.close()


def test_the_window_says_how_long_and_a_key_takes_it_away(sitting: Sitting) -> None:
    sitting.sit()
    sitting.hush()
    watch, warning = sitting.desk._idle, sitting.window.lock_warning
    watch._seconds = 17.5
    watch.stir()
    watch.look()
    assert warning.isVisible() and warning.words.startswith("18 秒后锁定")
    use_language("en")
    warning.say()
    assert warning.words.startswith("The desk locks in 18 seconds")
    QTest.keyClick(sitting.window.windowHandle(), Qt.Key.Key_Shift)
    assert not warning.isVisible() and sitting.desk.window is not None


def test_who_leaves_takes_the_key_along(sitting: Sitting) -> None:
    sitting.sit("reviewer")
    seat = sitting.seat
    assert seat.sign_as_person(b"x")
    who = ref(seat.who)  # type: ignore[attr-defined]
    sitting.desk.lock()
    sitting.rest()
    assert sitting.desk.window is None
    with pytest.raises(BranchError) as refused:
        seat.sign_as_person(b"x")
    assert refused.value.problem.code == "E-ACCESS-LEFT"
    gc.collect()
    assert who() is None, "nobody holds what the key was in"


def test_the_screen_holds_nothing_of_the_person_after(sitting: Sitting) -> None:
    sitting.sit()
    sitting.open("customers", CustomersView)
    sitting.rest()
    sitting.desk.lock()
    sitting.rest()
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert shown == [sitting.desk.front]
    assert sitting.desk.sign_in is not None and sitting.desk.sign_in.password.text() == ""
