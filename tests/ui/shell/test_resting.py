"""While nobody sits at the desk its store is shut: no key in use, nothing of it on the screen."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.assembly.demo import DemoSite
from app.assembly.desk import DeskApplication
from app.assembly.resting import recent_people
from app.store.gate import LOCK
from app.store.keyslots import KeySlots
from app.store.store import KEYS, Store
from ui.shell.sign_in import SignInView
from ui.shell.unlock import PassphraseView

PATIENCE_MS = 20_000
# These desks open cold: nothing was loaded beforehand, as the program does while a person types, so
# the first window takes its time here. How long it may is held elsewhere (T2, test_busy).
pytestmark = pytest.mark.usefixtures("slow_on_purpose")


class Alone:
    """A desk over a store of its own, opened as the program opens it."""

    def __init__(self, qtbot: QtBot, desk: DeskApplication, site: DemoSite, folder: Path) -> None:
        self.qtbot, self.desk, self.site, self.folder = qtbot, desk, site, folder
        self.number = site.person("clerk").number

    def begin(self) -> SignInView:
        """Show the sign-in and begin to open the store behind it."""
        view = self.desk._show_sign_in()
        self.desk.front.show()
        self.desk.front.activateWindow()
        self.desk._open_store()
        return view

    def give_passphrase(self) -> SignInView:
        """Type the passphrase where it is asked for, and wait for the sign-in."""
        self.until(lambda: isinstance(self.desk.front.centralWidget(), PassphraseView))
        asked = self.desk.front.centralWidget()
        assert isinstance(asked, PassphraseView)
        QTest.keyClicks(asked.passphrase, self.site.passphrase)
        QTest.keyClick(asked.passphrase, Qt.Key.Key_Return)
        return self.door()

    def door(self) -> SignInView:
        """Give the sign-in that is in front."""
        self.until(lambda: isinstance(self.desk.front.centralWidget(), SignInView))
        view = self.desk.front.centralWidget()
        assert isinstance(view, SignInView)
        return view

    def sign_in(self, view: SignInView) -> None:
        """Sign the clerk in and wait until she sits."""
        if not view.number.text():
            QTest.keyClicks(view.number, self.number)
        QTest.keyClicks(view.password, self.site.password(self.number))
        QTest.keyClick(view.password, Qt.Key.Key_Return)
        self.until(lambda: self.desk.window is not None)
        self.until(lambda: self.desk.bridge.under_way == 0)

    def until(self, holds: Callable[[], bool]) -> None:
        """Let the window live until something holds."""
        self.qtbot.waitUntil(holds, timeout=PATIENCE_MS)

    def shut(self) -> bool:
        """Say whether nobody has the store open: another program could take it now."""
        resting = self.desk._resting
        return self.desk.station is None and resting is not None and resting.station is None


Make = Callable[..., Alone]


@pytest.fixture
def alone(qtbot: QtBot, qapp: QApplication, site: DemoSite, tmp_path: Path) -> Iterator[Make]:
    made: list[Alone] = []

    def make(given: str | None = None) -> Alone:
        folder = tmp_path / "desk"
        shutil.copytree(site.branch.store.folder, folder, ignore=shutil.ignore_patterns(LOCK))
        desk = DeskApplication(qapp, folder, clock=site.clock, passphrase=given)
        desk.dress("zh_CN", "light")
        made.append(Alone(qtbot, desk, site, folder))
        return made[-1]

    yield make
    for one in made:
        one.desk._leave_seat()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        one.desk.close()
        one.desk.front.close()


def test_a_lock_shuts_the_store_and_forgets_the_passphrase(alone: Make) -> None:
    at = alone()
    at.begin()
    at.sign_in(at.give_passphrase())
    station = at.desk.station
    assert station is not None and not at.shut()
    at.desk.lock()
    at.until(at.shut)
    at.until(lambda: at.desk.bridge.under_way == 0)
    assert station.store.closed and at.desk._passphrase is None
    assert at.desk._resting is not None and not at.desk._resting.was_typed
    key = KeySlots.read(at.folder / KEYS).open_by_passphrase(at.site.passphrase)
    Store.open(at.folder, key, at.site.clock).close()
    view = at.give_passphrase()
    assert view.number.text() == at.number, "whose seat it was is still asked for"
    at.sign_in(view)
    assert at.desk.station is not station and not at.shut()


def test_a_key_that_the_machine_gives_is_fetched_when_somebody_types(alone: Make) -> None:
    at = alone(at_start := "for these tests")
    assert at_start == at.site.passphrase
    at.begin()
    at.until(lambda: at.desk.station is not None)
    at.sign_in(at.door())
    at.desk.lock()
    at.until(at.shut)
    view = at.door()
    QTest.keyClicks(view.password, "no")
    at.until(lambda: at.desk.station is not None)
    assert at.desk._unused.isActive()
    QTest.keyClick(view.password, Qt.Key.Key_Return)
    at.until(view.problem.isVisible)
    at.desk._put_away()
    at.until(at.shut)
    view.password.clear()
    at.sign_in(view)


def test_work_under_way_ends_before_the_store_is_shut(alone: Make) -> None:
    at = alone("for these tests")
    at.begin()
    at.until(lambda: at.desk.station is not None)
    at.sign_in(at.door())
    station, free = at.desk.station, Event()
    assert station is not None
    at.desk.bridge.run(station.printer_lane, free.wait, 20)
    at.desk.lock()
    at.qtbot.wait(300)
    assert not at.shut() and not station.store.closed
    free.set()
    at.until(at.shut)


def test_what_is_typed_early_is_there_after_the_passphrase(alone: Make) -> None:
    at = alone()
    view = at.begin()
    letters = "E1001"
    for letter in letters:
        QTest.keyClicks(view.number, letter)
        at.qtbot.wait(120)
    QTest.keyClicks(view.password, "half a pass")
    assert at.desk.front.centralWidget() is view, "nothing comes between two letters"
    shown = at.give_passphrase()
    assert shown.number.text() == letters and shown.password.text() == "half a pass"


def test_a_desk_offers_who_was_here_and_forgets_on_demand(alone: Make) -> None:
    at = alone("for these tests")
    at.begin()
    at.until(lambda: at.desk.station is not None)
    assert at.door().known == []
    at.sign_in(at.door())
    name = at.site.person("clerk").name
    at.desk.change_person()
    view = at.door()
    at.until(lambda: [one.name for one in view.known] == [name])
    assert view.number.text() == "" and name in view.known[0].accessibleName()
    at.desk.front.activateWindow()
    at.until(at.desk.front.isActiveWindow)
    QTest.keyClick(view.known[0], Qt.Key.Key_Space)
    assert view.number.text() == at.number and view.password.hasFocus()
    QTest.keyClick(view.known[0], Qt.Key.Key_Delete)
    assert view.known == []
    at.until(lambda: at.desk.station is not None and at.desk.bridge.under_way == 0)
    assert at.desk.station is not None and recent_people(at.desk.station) == ()


def test_only_people_of_this_desk_are_offered(alone: Make) -> None:
    at = alone("for these tests")
    at.begin()
    at.until(lambda: at.desk.station is not None)
    station = at.desk.station
    assert station is not None
    station.store.writer.ask(station.store.note, "people.recent", ["nobody", at.number, 7])
    assert [one.number for one in recent_people(station)] == [at.number]
    station.store.writer.ask(station.store.note, "people.recent", {"not": "a list"})
    assert recent_people(station) == ()


def test_what_was_copied_goes_with_the_person(alone: Make) -> None:
    at = alone("for these tests")
    at.begin()
    at.until(lambda: at.desk.station is not None)
    at.sign_in(at.door())
    assert at.desk.window is not None
    at.desk.window.activateWindow()
    at.until(at.desk.window.isActiveWindow)
    QGuiApplication.clipboard().setText("a customer's number")
    at.desk.lock()
    assert QGuiApplication.clipboard().text() == ""
    at.until(at.shut)
