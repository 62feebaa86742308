"""What every test of the window needs: no display, and the Chinese catalogues compiled."""

import gc
import os
import weakref
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from argon2.low_level import hash_secret_raw
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.kit import words
from installer import catalogues
from tests.ui.contract_site import branch as branch
from tests.ui.desk_site import site as site
from tests.ui.desk_site import sitting as sitting
from tests.ui.screens import records as records
from tests.ui.screens import walk as walk
from ui.shell.busy_guard import BusyApplication
from ui.shell.speaking import speak
from ui.theme.theme import Theme


def stale(folder: Path) -> bool:
    """Say whether a catalogue has not been compiled since it was written."""
    return any(
        not source.with_name(words.COMPILED).exists()
        or source.with_name(words.COMPILED).stat().st_mtime < source.stat().st_mtime
        for source in folder.glob("*/*.po")
    )


if stale(words.LOCALES):
    catalogues.main()


@pytest.fixture(scope="session", autouse=True)
def rubbish_stays_on_this_thread() -> Iterator[None]:
    """Keep Python's collector off the lanes, as the desk does: a widget dies where it lived."""
    gc.disable()
    yield
    gc.enable()


TURNS = count(1)
EVERY = 10
"""After so many tests with a desk everything is looked through, what desks set aside with it."""


class Knot:
    """Holds itself: only the collector unties it, and only where it has not been set aside."""

    def __init__(self) -> None:
        self.tied = self


@pytest.fixture(autouse=True)
def rubbish(rubbish_stays_on_this_thread: None) -> Iterator[None]:
    """Take out what the test left behind, here and now.

    What was there before is set aside meanwhile, as the desk does it at its start: the collector
    would look through the modules of a thousand tests in one turn of the window. A desk sets aside
    what the test had made by then as well; that is looked through, with all the rest, once in a
    while, for it takes a quarter of a second and more.
    """
    gc.freeze()
    knot = weakref.ref(Knot())
    yield
    gc.collect()
    if knot() is not None and next(TURNS) % EVERY == 0:
        gc.unfreeze()
        gc.collect()


@pytest.fixture(scope="session", autouse=True)
def stretched_once() -> Iterator[None]:
    """Stretch a password once with the same salt: the answer is the same, a sixth of a second late.

    The people of the demo sit down hundreds of times, each time by two of these.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.access.login.hash_secret_raw", cache(hash_secret_raw))
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Start and leave every test in Chinese."""
    words.use_language("zh_CN")
    yield
    words.use_language("zh_CN")


@pytest.fixture(scope="session")
def rested(qapp: QApplication) -> BusyApplication:
    """Give the application with its best pace taken, so that strain is seen from the first test."""
    assert isinstance(qapp, BusyApplication)
    for _ in range(40):
        qapp.pace()
    return qapp


@pytest.fixture(autouse=True)
def no_slow_call(rested: BusyApplication) -> Iterator[None]:
    """Fail the test if one call on the GUI thread works longer than it may.

    By processor time and its strain (ui.shell.busy_guard), so that a loaded machine fails nothing.
    """
    rested.slow.clear()
    yield
    assert [call for call in rested.slow if call.too_long] == []


@pytest.fixture
def slow_on_purpose(no_slow_call: None, rested: BusyApplication) -> Iterator[BusyApplication]:
    """Give the application to a test that plants slow calls itself; none is held against it."""
    yield rested
    rested.slow.clear()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """Give the light theme, applied."""
    return Theme(qapp)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let pass what the offscreen platform says of itself: it has no window manager to tell."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture
def speak_english(qapp: QApplication) -> None:
    """Switch to English the way the window does, all widgets told."""
    speak("en")


@pytest.fixture
def write_chinese(qapp: QApplication) -> Callable[[QWidget, str], None]:
    """Type as a Chinese input method does: it commits whole words, no keys."""

    def write(widget: QWidget, words: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(words)
        qapp.sendEvent(widget, event)

    return write
