"""While the desk comes up nothing is taken out; afterwards what is there is not looked through."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.shell.busy_guard import BusyApplication
from ui.shell.tidying import EVERY_MS, Tidying


class Knot:
    """Rubbish that only the collector unties."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def tidying(qapp: QApplication) -> Iterator[Tidying]:
    """A desk's tidying that waits; the collector is left as it was found."""
    made = Tidying()
    made.wait()
    yield made
    made.stop()
    gc.unfreeze()


def rubbish() -> "weakref.ref[Knot]":
    """Make more rubbish than the collector leaves lying, and point at the last of it.

    Much more: what former tests left is destroyed meanwhile, and that counts the other way.
    """
    knots = [Knot() for _ in range(50 * gc.get_threshold()[0])]
    return weakref.ref(knots[-1])


def test_nothing_is_taken_out_while_the_desk_comes_up(qtbot: QtBot, tidying: Tidying) -> None:
    left = rubbish()
    qtbot.wait(2 * EVERY_MS)
    assert left() is not None


def test_afterwards_new_rubbish_is_taken_out(
    qtbot: QtBot, tidying: Tidying, slow_on_purpose: BusyApplication
) -> None:
    tidying.go_on()
    left = rubbish()
    qtbot.waitUntil(lambda: left() is None, timeout=10_000)


def test_what_is_there_by_then_is_never_looked_through_again(tidying: Tidying) -> None:
    kept = Knot()
    tidying.go_on()
    assert gc.get_freeze_count() > 0
    assert not [one for one in gc.get_objects() if one is kept]
