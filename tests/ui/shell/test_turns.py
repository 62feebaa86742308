"""Several things, each in a turn of its own; keys come in between, what is gone does nothing."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from pytestqt.qtbot import QtBot

from app.kit.clock import thread_seconds
from ui.shell.busy_guard import LIMIT, BusyApplication
from ui.shell.turns import Turns


@pytest.fixture
def owner(qapp: BusyApplication) -> QObject:
    return QObject()


def test_each_is_done_in_its_order_and_others_come_in_between(qtbot: QtBot, owner: QObject) -> None:
    done: list[str] = []

    def first() -> None:
        done.append("first")
        QTimer.singleShot(0, owner, lambda: done.append("a key"))

    turns = Turns(owner)
    turns.begin(first, lambda: done.append("second"), lambda: done.append("third"))
    assert not turns.at_rest and done == []
    qtbot.waitUntil(lambda: turns.at_rest and len(done) == 4)
    assert [one for one in done if one != "a key"] == ["first", "second", "third"]
    assert done.index("a key") < done.index("third")


def test_together_too_much_is_no_long_call(
    qtbot: QtBot, owner: QObject, qapp: BusyApplication
) -> None:
    def work() -> None:
        until = thread_seconds() + LIMIT * 0.4
        while thread_seconds() < until:
            pass

    qapp.slow.clear()
    turns = Turns(owner)
    turns.begin(*[work] * 5)
    qtbot.waitUntil(lambda: turns.at_rest)
    assert list(qapp.slow) == []


def test_what_is_begun_anew_takes_the_place_of_what_is_left(qtbot: QtBot, owner: QObject) -> None:
    done: list[str] = []
    turns = Turns(owner)
    turns.begin(lambda: turns.begin(lambda: done.append("new")), lambda: done.append("old"))
    qtbot.waitUntil(lambda: turns.at_rest and bool(done))
    qtbot.wait(20)
    assert done == ["new"]


def test_what_is_left_ends_with_its_owner(qtbot: QtBot, owner: QObject) -> None:
    done: list[str] = []
    Turns(owner).begin(lambda: owner.deleteLater(), lambda: done.append("too late"))
    qtbot.wait(20)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qtbot.wait(20)
    assert done == []
