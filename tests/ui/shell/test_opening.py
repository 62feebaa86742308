"""Opening a page that is not made yet: over several turns, and no key typed meanwhile goes astray.

The keys come in at the window of the platform, as real ones do: through Qt's shortcuts.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from typing_extensions import override

from app.kit.clock import FixedClock, thread_seconds
from app.kit.errors.base import BranchError
from app.kit.errors.money import money_not_readable
from app.kit.words import t
from tests.ui.desk_site import Sitting
from ui.customers.view import CustomersView
from ui.shell.ahead import PAUSE_MS
from ui.shell.bridge import Bridge
from ui.shell.busy_guard import LIMIT, BusyApplication
from ui.shell.held_input import HeldInput
from ui.shell.page import Page, PageView, Person, Surroundings
from ui.shell.speaking import speak
from ui.shell.window import DeskWindow
from ui.theme.theme import Theme
from ui.widgets.label import named
from ui.widgets.verb import Verb

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
KEYS = ("workbench", "customers", "pricing", "sync")
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier
HEAVY = LIMIT * 0.7
"""Seconds of work each step of a heavy page takes: one fits into a turn, two do not."""


def work(seconds: float) -> None:
    until = thread_seconds() + seconds
    while thread_seconds() < until:
        pass


class Heavy(PageView):
    """A page whose making takes three steps, none of them small; it notes what reaches it."""

    def __init__(self, notes: list[str], key: str) -> None:
        super().__init__()
        self.notes, self.key = notes, key
        self.line, self.button = QLineEdit(), QPushButton(str(t("Done")))
        self.completed = False
        named(self.line, t("Value"))
        column = QVBoxLayout(self)
        column.addWidget(self.line)
        column.addWidget(self.button)
        self.setFocusProxy(self.line)
        self.button.clicked.connect(lambda: notes.append(f"{key} clicked"))
        notes.append(f"{key} built")
        work(HEAVY)

    @override
    def missing(self, target: object) -> Callable[[], object] | None:
        return None if self.completed else self._complete

    def _complete(self) -> None:
        self.completed = True
        work(HEAVY)

    @override
    def verbs(self) -> Sequence[Verb]:
        return (Verb("save", t("Done"), self.save, "save", "Ctrl+S"),)

    def save(self) -> None:
        self.notes.append(f"{self.key} saved {self.line.text()}")

    @override
    def say(self) -> None:
        self.notes.append(f"{self.key} said")


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def at(qapp: QApplication, theme: Theme) -> Iterator[Surroundings]:
    def bug(error: BaseException) -> None:
        raise error

    bridge = Bridge(bug)
    yield Surroundings(theme, bridge, FixedClock(NOW))
    bridge.close()


def made_of(
    qtbot: QtBot, at: Surroundings, build: Callable[[str], Callable[[Surroundings], PageView]]
) -> DeskWindow:
    pages = [Page(key, t("Page"), key, build(key)) for key in KEYS]
    made = DeskWindow(at, pages, Person("王芳", t("Check")))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.open_page("workbench")
    return made


@pytest.fixture
def window(qtbot: QtBot, at: Surroundings, notes: list[str]) -> Iterator[DeskWindow]:
    made = made_of(qtbot, at, lambda key: lambda _at: Heavy(notes, key))
    notes.clear()
    yield made
    if isValid(made):
        leave(made)


def leave(window: DeskWindow) -> None:
    """Take a window away as the desk does; outside the event loop nothing else destroys it."""
    window.blockSignals(True)
    window.close()
    window.go()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def view(window: DeskWindow, key: str) -> Heavy:
    found = window.page(key)
    assert isinstance(found, Heavy)
    return found


def key(window: DeskWindow, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Press a key as the platform brings it: to whatever window has the keyboard."""
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, key, held)


def letters(window: DeskWindow, text: str) -> None:
    for letter in text:
        key(window, Qt.Key(ord(letter.upper())))


def arrive(qtbot: QtBot, window: DeskWindow) -> None:
    qtbot.waitUntil(lambda: not window.opening)


def test_no_step_of_an_opening_is_long(
    qtbot: QtBot, window: DeskWindow, rested: BusyApplication
) -> None:
    """Building and completing take 70 ms together; the test would fail by one call over 50."""
    key(window, Qt.Key.Key_2, ALT)
    assert window.opening and window.page_key == "workbench"
    arrive(qtbot, window)
    assert window.page_key == "customers" and view(window, "customers").completed
    assert [call for call in rested.slow if call.too_long] == []


def test_made_in_one_go_the_same_page_is_too_slow(
    slow_on_purpose: BusyApplication, qtbot: QtBot, window: DeskWindow
) -> None:
    """What the test above would see if the key made the page as a whole."""
    window.navigation.asked_for.disconnect()
    window.navigation.asked_for.connect(window.open_page)
    button = QPushButton()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: window.open_page("customers"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [call for call in slow_on_purpose.slow if call.ms > 1000 * LIMIT]


def test_what_is_typed_right_behind_reaches_the_new_page_in_order(
    qtbot: QtBot, window: DeskWindow, notes: list[str]
) -> None:
    key(window, Qt.Key.Key_3, ALT)
    letters(window, "abc")
    key(window, Qt.Key.Key_Backspace)
    letters(window, "d")
    key(window, Qt.Key.Key_S, CTRL)
    letters(window, "e")
    arrive(qtbot, window)
    assert view(window, "pricing").line.text() == "abde"
    assert notes[-1] == "pricing saved abd"
    assert view(window, "workbench").line.text() == ""


def test_the_page_that_is_left_gets_no_key_and_no_press(
    qtbot: QtBot, window: DeskWindow, notes: list[str]
) -> None:
    left = view(window, "workbench")
    key(window, Qt.Key.Key_3, ALT)
    # To the widget itself as well, past the window of the platform.
    QTest.keyClicks(left.line, "xyz")
    QTest.keyClick(left.line, Qt.Key.Key_S, CTRL)
    QTest.mouseClick(left.button, Qt.MouseButton.LeftButton)
    words = QInputMethodEvent()
    words.setCommitString("投保")
    QCoreApplication.sendEvent(left.line, words)
    assert window.page_key == "workbench"
    arrive(qtbot, window)
    assert left.line.text() == ""
    assert not [note for note in notes if note.startswith("workbench")]
    assert view(window, "pricing").line.text() == "xyz投保"
    assert notes[-1] == "pricing saved xyz"


def test_a_key_that_opens_another_page_stops_the_others_until_that_stands(
    qtbot: QtBot, window: DeskWindow
) -> None:
    key(window, Qt.Key.Key_2, ALT)
    letters(window, "ab")
    key(window, Qt.Key.Key_3, ALT)
    letters(window, "cd")
    key(window, Qt.Key.Key_1, ALT)
    letters(window, "ef")
    arrive(qtbot, window)
    assert window.page_key == "workbench"
    typed = [view(window, one).line.text() for one in ("customers", "pricing", "workbench")]
    assert typed == ["ab", "cd", "ef"]


def test_what_is_typed_while_held_keys_are_played_comes_behind_them(
    qtbot: QtBot, window: DeskWindow
) -> None:
    line = view(window, "workbench").line
    window.held.hold()
    letters(window, "ab")
    more: list[str] = ["z"]

    def typed() -> None:
        # Behind the letter that is played, before the next one is.
        QTimer.singleShot(0, line, lambda: letters(window, more.pop()) if more else None)

    line.textEdited.connect(typed)
    window.held.play()
    arrive(qtbot, window)
    qtbot.waitUntil(lambda: not more)
    arrive(qtbot, window)
    assert line.text() == "abz"


def test_a_page_asked_for_by_a_click_meanwhile_is_opened_behind(
    qtbot: QtBot, window: DeskWindow
) -> None:
    key(window, Qt.Key.Key_2, ALT)
    letters(window, "a")
    window.strip.asked_for.emit("sync")
    letters(window, "b")
    arrive(qtbot, window)
    assert window.page_key == "sync"
    typed = [view(window, one).line.text() for one in ("customers", "sync")]
    assert typed == ["a", "b"]


def test_a_page_that_cannot_be_made_leaves_her_and_her_keys_where_she_is(
    qtbot: QtBot, at: Surroundings, notes: list[str]
) -> None:
    def build(key: str) -> Callable[[Surroundings], PageView]:
        def fails(_at: Surroundings) -> PageView:
            raise BranchError(money_not_readable("12x"))

        return fails if key == "pricing" else lambda _at: Heavy(notes, key)

    window = made_of(qtbot, at, build)
    with qtbot.captureExceptions() as met:
        window.go_to("pricing")
        QTest.keyClicks(view(window, "workbench").line, "ab")
        arrive(qtbot, window)
    assert [type(error) for _, error, _ in met] == [BranchError]
    assert window.page_key == "workbench" and view(window, "workbench").line.text() == "ab"
    letters(window, "c")
    assert view(window, "workbench").line.text() == "abc"
    leave(window)


def test_a_window_that_goes_gives_its_held_keys_to_nobody(
    qtbot: QtBot, window: DeskWindow, notes: list[str]
) -> None:
    window.go_to("customers")
    QTest.keyClicks(view(window, "workbench").line, "secret")
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    window.go()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    other.setFocus()
    qtbot.wait(50)
    assert other.text() == "" and "customers built" not in notes
    QTest.keyClicks(other, "mine")
    assert other.text() == "mine"


def test_other_windows_are_typed_into_meanwhile(qtbot: QtBot, window: DeskWindow) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    held = HeldInput(window, window.stack)
    held.hold()
    QTest.keyClicks(other, "mine")
    QTest.keyClicks(view(window, "workbench").line, "held")
    assert other.text() == "mine" and view(window, "workbench").line.text() == ""
    held.drop()
    QTest.keyClicks(view(window, "workbench").line, "x")
    assert view(window, "workbench").line.text() == "x"


# -- made ahead ------------------------------------------------------------------------------------


def built(notes: list[str]) -> list[str]:
    return [note.split()[0] for note in notes if note.endswith("built")]


def test_pages_are_built_ahead_in_their_order_while_nobody_types(
    qtbot: QtBot, window: DeskWindow, notes: list[str], rested: BusyApplication
) -> None:
    window.make_ahead()
    qtbot.waitUntil(lambda: not window.ahead.going)
    assert built(notes) == ["customers", "pricing", "sync"]
    assert window.page_key == "workbench" and window.stack.count() == 1
    assert [call for call in rested.slow if call.too_long] == []
    key(window, Qt.Key.Key_3, ALT)
    arrive(qtbot, window)
    assert window.page_key == "pricing" and built(notes) == ["customers", "pricing", "sync"]


def test_a_key_puts_off_what_is_made_ahead(
    qtbot: QtBot, window: DeskWindow, notes: list[str]
) -> None:
    window.make_ahead()
    for _ in range(8):
        qtbot.wait(PAUSE_MS // 4)
        letters(window, "a")
    assert built(notes) == []
    qtbot.waitUntil(lambda: not window.ahead.going)
    assert built(notes) == ["customers", "pricing", "sync"]


def test_nothing_is_made_ahead_while_an_answer_is_awaited(
    qtbot: QtBot, window: DeskWindow, notes: list[str], at: Surroundings
) -> None:
    from threading import Event

    from app.kit.lanes import Lane

    lane, go_on = Lane("read"), Event()
    at.bridge.run(lane, go_on.wait, 5)
    window.make_ahead()
    qtbot.wait(PAUSE_MS * 2)
    assert built(notes) == []
    go_on.set()
    qtbot.waitUntil(lambda: not window.ahead.going)
    lane.close()
    assert len(built(notes)) == 3


def test_a_page_made_ahead_speaks_the_language_of_when_it_is_opened(
    qtbot: QtBot, window: DeskWindow, notes: list[str]
) -> None:
    window.make_ahead()
    qtbot.waitUntil(lambda: not window.ahead.going)
    speak("en")
    assert "customers said" not in notes
    key(window, Qt.Key.Key_2, ALT)
    arrive(qtbot, window)
    assert notes.count("customers said") == 1
    speak("zh_CN")
    assert notes.count("customers said") == 2
    key(window, Qt.Key.Key_3, ALT)
    arrive(qtbot, window)
    assert "pricing said" not in notes


def test_a_page_that_fails_ahead_is_told_once_and_stops_no_other(
    qtbot: QtBot, at: Surroundings, notes: list[str]
) -> None:
    def build(key: str) -> Callable[[Surroundings], PageView]:
        def fails(_at: Surroundings) -> PageView:
            notes.append("failed")
            raise BranchError(money_not_readable("12x"))

        return fails if key == "customers" else lambda _at: Heavy(notes, key)

    window = made_of(qtbot, at, build)
    notes.clear()
    with qtbot.captureExceptions() as met:
        window.make_ahead()
        qtbot.waitUntil(lambda: not window.ahead.going)
    assert notes.count("failed") == 1 == len(met)
    assert built(notes) == ["pricing", "sync"]
    leave(window)


def test_what_is_made_ahead_ends_with_its_window(
    qtbot: QtBot, window: DeskWindow, notes: list[str]
) -> None:
    window.make_ahead()
    leave(window)
    qtbot.wait(PAUSE_MS + 100)
    assert built(notes) == []


# -- the desk's own pages --------------------------------------------------------------------------


def rss_kib() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def test_every_page_of_the_desk_opens_by_its_keys_within_the_limit(sitting: Sitting) -> None:
    sitting.sit()
    sitting.hush()
    keys = sitting.window.page_keys
    for place in range(1, min(9, len(keys))):
        sitting.press(Qt.Key(Qt.Key.Key_1 + place), ALT)
        assert sitting.window.page_key == keys[place]
        sitting.rest()
    sitting.press(Qt.Key.Key_F1)
    assert sitting.window.page_key == "help"
    sitting.rest()


def test_the_desks_pages_are_built_ahead_within_the_limit(sitting: Sitting) -> None:
    sitting.desk._makes_ahead = True
    sitting.sit()
    sitting.hush()
    before = rss_kib()
    sitting.until(lambda: not sitting.window.ahead.going)
    sitting.rest()
    window = sitting.window
    assert set(window._pile.views) == set(window.page_keys) and window.stack.count() == 1
    assert rss_kib() - before < 64 * 1024, "what nobody opened yet takes little room"
    sitting.press(Qt.Key.Key_3, ALT)
    assert window.page_key == window.page_keys[2]


def test_a_clerk_types_on_while_page_and_form_are_made(sitting: Sitting) -> None:
    """Page, form and number in one go, faster than any of it can be made."""
    sitting.sit()
    sitting.hush()
    window = sitting.window
    place = window.page_keys.index("customers")
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key(Qt.Key.Key_1 + place), ALT)
    QTest.keyClick(handle, Qt.Key.Key_N, CTRL)
    for digit in "91790102":
        QTest.keyClick(handle, Qt.Key(ord(digit)))
    sitting.arrive()
    page = window.page("customers")
    assert isinstance(page, CustomersView) and page.typing_new
    first, text = next(iter(page.new.form.draft().texts))
    assert (first, text) == ("name", "91790102")
    page.new.discard()
    sitting.rest()
