"""A whole demo (hub, simulators, people) once per run, and a desk at it for one test.

Nothing of ours is stood in for: the hub is its own process, the store is encrypted, the devices
are the shipped simulators.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.assembly.demo import DemoSite
from app.assembly.desk import DeskApplication
from app.kit.clock import SystemClock, today
from ui.shell.ports import Desk
from ui.shell.window import DeskWindow

V = TypeVar("V", bound=QWidget)
PATIENCE_MS = 40_000
"""Longer than a code of a person's device lasts: who used one waits for the next."""
SIZE = 12


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """Found a demo with a few customers; every test finds what the former ones left."""
    folder = tmp_path_factory.mktemp("site")
    made = DemoSite.found(folder, "for these tests", SystemClock(), size=SIZE, told=lambda _: None)
    yield made
    made.close()


class Sitting:
    """A desk with one person, driven by keyboard."""

    def __init__(self, qtbot: QtBot, desk: DeskApplication, site: DemoSite) -> None:
        self.qtbot, self.desk, self.site = qtbot, desk, site

    @property
    def window(self) -> DeskWindow:
        """The window of the person who sits here."""
        assert self.desk.window is not None
        return self.desk.window

    @property
    def seat(self) -> Desk:
        """The seat of the person who sits here."""
        life = self.desk._seat_life
        assert life is not None
        return life.seat

    def sit(self, role: str = "clerk") -> None:
        """Let a person with a role sit down."""
        number = self.site.person(role).number
        seat = (
            self.site.branch.sign_in(number, self.site.password(number))
            if role == "clerk"
            else self.site.sit(self.site.branch, number)
        )
        self.desk.sit(seat)
        self.until(lambda: self.desk.window is not None and self.desk.window.isVisible())
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow, timeout=PATIENCE_MS)
        self.rest()

    def open(self, key: str, kind: type[V], target: object = None) -> V:
        """Open a page of a kind."""
        self.window.open_page(key, target)
        view = self.window.page(key)
        assert isinstance(view, kind)
        return view

    def hush(self) -> None:
        """Stop what the desk does by itself, syncing and asking devices: a test decides when."""
        assert self.desk._seat_life is not None
        self.desk._seat_life.stop()
        self.rest()

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is, and wait for a page that has to be made for it."""
        held = Qt.KeyboardModifier.NoModifier
        for one in modifiers:
            held |= one
        QTest.keyClick(self._focus(), key, held)
        self.arrive()

    def control(self, key: Qt.Key) -> None:
        """Press a key with Ctrl."""
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        """Type plain letters where the focus is."""
        QTest.keyClicks(self._focus(), text)

    def arrive(self) -> None:
        """Wait until a page that was asked for stands."""

        def there() -> bool:
            return self.desk.window is None or not self.desk.window.opening

        if not there():
            self.until(there)

    def rest(self) -> None:
        """Wait until nothing is under way any more, what follows from it included."""

        def still() -> bool:
            return self.desk.bridge.under_way == 0

        for _ in range(3):
            self.arrive()
            self.qtbot.waitUntil(still, timeout=PATIENCE_MS)
            self.qtbot.wait(20)

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        self.qtbot.waitUntil(holds, timeout=PATIENCE_MS)

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window


@pytest.fixture
def sitting(qtbot: QtBot, qapp: QApplication, site: DemoSite, tmp_path: Path) -> Iterator[Sitting]:
    """Give a desk nobody sits at yet; at the end nothing of it is left, and no bug was met."""
    desk = DeskApplication(qapp, tmp_path, clock=site.clock)
    desk.dress("zh_CN", "light")
    met = Sitting(qtbot, desk, site)
    yield met
    met.rest()
    shown = desk.window.banner.problem if desk.window is not None else None
    desk._leave_seat()
    # Outside the event loop nothing else destroys what was left to be deleted later.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.lane.close()
    desk.bridge.close()
    desk.let_go()
    desk.front.close()
    assert shown is None or not shown.code.startswith("E-BUG"), shown


def first_day(site: DemoSite) -> str:
    """Give tomorrow as a form takes it."""
    return (today(site.clock) + timedelta(days=1)).isoformat()
