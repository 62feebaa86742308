"""The window of the desk: the only place outside ``ui`` that knows Qt.

Before the first paint only Qt and what the sign-in page is made of are imported: what is used later
is imported where it is used (tests/architecture/test_first_paint.py holds the list). The store is
opened on the desk's lane and the screens are imported while the password is typed; a seat makes the
window, and locking takes it away again: nothing of it stays on the screen.
"""

import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QRect, QStandardPaths, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QPixmapCache
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.assembly import probe
from app.kit.clock import Clock, SystemClock
from app.kit.errors.base import BranchError, Problem
from app.kit.errors.desk import desk_still_opening
from app.kit.lanes import Lane
from app.kit.settings import (
    BRANCH_NAME,
    BRANCH_OFFICE,
    DENSITY,
    FILE,
    LANGUAGE,
    LOCK_SECONDS,
    PERSONAL,
    SCALE,
    THEME,
    Setting,
    Settings,
)
from app.kit.words import LANGUAGES, Text, language_in_use, t, use_language
from ui.shell.bridge import Bridge
from ui.shell.busy_guard import BusyApplication
from ui.shell.guard import TurnGuard, catch_bugs
from ui.shell.heartbeat import IdleWatch
from ui.shell.preload import Preloader
from ui.shell.sign_in import Credentials, SignInView, branch_line
from ui.shell.tidying import Tidying
from ui.theme.theme import SYSTEM, Theme
from ui.theme.tokens import THEMES, Density

if TYPE_CHECKING:
    from app.assembly.demo import DemoSite
    from app.assembly.resting import Known, RestingStore
    from app.assembly.seat_life import SeatLife
    from app.assembly.workstation import Seat, Workstation
    from ui.drill.window import DrillWindow
    from ui.shell.ending import EndSignals
    from ui.shell.turns import Turns
    from ui.shell.window import DeskWindow
    from ui.widgets.verb import Verb

T = TypeVar("T", str, int)
LOG = logging.getLogger("desk")
SCREENS = "app.assembly.seat_life"
"""The window and all its pages."""
DRILL_KEYS = "Ctrl+Shift+D"
UNUSED_MS = 120_000
"""How long the store stays open for somebody who began to sign in and did not."""
PAUSE_MS = 250
LATER = (
    "sqlalchemy",
    "numpy",
    "app.assembly.workstation",
    "app.assembly.opening",
    "sync.client.backoff",
    "ui.pricing.presenter",
    "ui.approvals.presenter",
    "ui.contracts.presenter",
    "ui.customers.presenter",
    "ui.devices.presenter",
    "ui.help.presenter",
    "ui.problems.presenter",
    "ui.seals.presenter",
    "ui.signing.presenter",
    "ui.sync.presenter",
    "ui.workbench.presenter",
)
"""What is imported on the lane while the password is typed, one after another: nothing with Qt."""
LATER_WITH_QT = (
    "ui.shell.window",
    "ui.widgets.table",
    "ui.shell.list_record",
    "ui.workbench.view",
    "ui.customers.view",
    "ui.pricing.view",
    "ui.contracts.view",
    "ui.signing.view",
    "ui.seals.view",
    "ui.reports.view",
    "ui.help.view",
    "ui.theme.glyphs",
    SCREENS,
)
"""What is imported in the event loop after it, each small enough for one turn (T3)."""
DEMO_FOLDER = Path(__file__).resolve().parents[2] / "var" / "demo"
STEPS: dict[str, Text] = {
    "head office": t("Head office is being set up…"),
    "workstations": t("The workstations are being enrolled…"),
    "people": t("The people are taken in…"),
    "customers": t("The customers are taken up…"),
    "resume": t("The demo is being started again…"),
}
"""What the demo says while it is set up."""


def open_desk(
    *,
    folder: Path | None = None,
    demo: bool = False,
    language: str = "",
    theme: str = "",
    passphrase: str | None = None,
) -> int:
    """Open the desk in a window and stay until it is closed; gives the exit code.

    SIGINT and SIGTERM end it in order, with the exit code 128 and their number.

    ``folder`` holds the workstation's store (the demo's folder with ``demo``); without ``theme`` or
    ``language`` those used last are used. ``passphrase`` opens a store that no keyring opens; where
    it is needed and not given, the window asks.
    """
    place = folder or (DEMO_FOLDER if demo else _usual_folder())
    # Qt takes the scale once, when the application is made.
    _scale(place / FILE)
    app = QApplication.instance() or BusyApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    desk = DeskApplication(
        app, place, demo=demo, passphrase=passphrase, tours=True, makes_ahead=True
    )
    desk.dress(language, theme)
    desk.open()
    try:
        return app.exec()
    finally:
        desk.close()


def open_demo_desk(folder: Path = DEMO_FOLDER, passphrase: str | None = None) -> int:
    """Open the desk of the demo, its clerk signed in."""
    return open_desk(folder=folder, demo=True, passphrase=passphrase)


class DeskApplication(QObject):
    """Everything one running desk is made of, from the first window to the last."""

    def __init__(
        self,
        app: QApplication,
        folder: Path,
        *,
        demo: bool = False,
        passphrase: str | None = None,
        clock: Clock | None = None,
        lock_after: float | None = None,
        tours: bool = False,
        makes_ahead: bool = False,
    ) -> None:
        """``tours``: whether a person new at this desk is shown around.

        ``makes_ahead``: whether pages nobody has opened yet are built while nobody types.
        """
        super().__init__()
        self.tours, self._makes_ahead = tours, makes_ahead
        self._app, self._folder, self._demo = app, folder, demo
        self._passphrase = passphrase
        self.settings = Settings.read(folder / FILE)
        self.clock = clock or SystemClock()
        self.theme = Theme(app)
        self._tidying = Tidying(self)
        self.bridge = Bridge(self._bug, self._trouble)
        self.lane = Lane("desk")
        self.site: DemoSite | None = None
        self.station: Workstation | None = None
        self.window: DeskWindow | None = None
        self.sign_in: SignInView | None = None
        self.front = QMainWindow()
        self.theme.clothe(self.front)
        self._tell_front: Callable[[Problem], object] | None = None
        self._guard = TurnGuard(self.clock, LOG)
        self._restore_hook = catch_bugs(self._bug, self._trouble)
        rest = self.settings.get(LOCK_SECONDS) if lock_after is None else lock_after
        self._idle = IdleWatch(self.clock, rest, self)
        self._idle.idle.connect(self.lock)
        self._idle.soon.connect(self._lock_soon)
        self._preloader = Preloader(self.bridge, self.lane, LATER, LATER_WITH_QT)
        self._preloader.finished.connect(self._tidying.go_on)
        self._preloader.finished.connect(self._first_icon)
        self._seat_life: SeatLife | None = None
        self._coming: Turns | None = None
        """What is still to be done before somebody who signed in sits at the desk."""
        self._awaited: Seat | None = None
        self._bringing: Preloader | None = None
        """What is still to be imported before that."""
        self._resting: RestingStore | None = None
        self._away = False
        """Whether the store is to be put away as soon as nothing is under way."""
        self._opening = False
        """Whether the store is being opened, or a pause awaited to ask for its passphrase."""
        self._copied_here = False
        """Whether what is on the clipboard was copied in one of the desk's windows."""
        self._sat = False
        """Whether anybody has sat here since the start."""
        self._unused = QTimer(self)
        self._unused.setSingleShot(True)
        self._unused.setInterval(UNUSED_MS)
        self._unused.timeout.connect(self._put_away)
        self._recent: tuple[Known, ...] = ()
        self.bridge.idle.connect(self._go_to_rest)
        self._drill: DrillWindow | None = None
        self._signals: EndSignals | None = None

    # -- opening -------------------------------------------------------------------------------

    def dress(self, language: str, theme: str) -> None:
        """Use a language and theme: those given, else those used last, else the system's."""
        use_language(language or self.settings.get(LANGUAGE))
        wanted = theme or self.settings.get(THEME)
        density = Density(self.settings.get(DENSITY))
        self.theme.use(wanted if wanted in THEMES else SYSTEM, density)

    def open(self) -> None:
        """Show the first window; everything heavy comes after its first frame."""
        self.front.resize(1280, 760)
        if self._demo:
            self._show_working()
            QTimer.singleShot(0, self, self.heed_signals)
            QTimer.singleShot(0, self, self._open_demo)
        else:
            view = self._show_sign_in()
            view.painted.connect(self._after_first_paint)
        self.front.show()

    def serve(self, station: "Workstation") -> None:
        """Take a workstation that is open already, and ask who is there."""
        from app.assembly.opening import branch_name

        self.station = station
        self.front.resize(1280, 760)
        view = self._show_sign_in()
        view.branch.tell(branch_line(branch_name(station), station.office.rsplit(".", 1)[-1]))
        self.front.show()

    def close(self) -> None:
        """End what runs: drafts are stored first, then lanes, store and the demo's processes."""
        if self._seat_life is not None:
            self._seat_life.stop()
        self._preloader.stop()
        self._await_nobody()
        # The store is closed below: nothing is to put it away on a lane that has ended.
        self._away = False
        self._unused.stop()
        self.bridge.idle.disconnect(self._go_to_rest)
        self.lane.close()
        self.bridge.close()
        if self.site is not None:
            self.site.close()
        elif self.station is not None:
            self.station.close()
        self.let_go()

    def let_go(self) -> None:
        """Give back what belongs to the whole program: the hook for bugs, the collector."""
        self._tidying.stop()
        self._restore_hook()
        if self._signals is not None:
            self._signals.let_go()
            self._signals = None

    def heed_signals(self) -> None:
        """End when the system or the terminal says so, from now on."""
        from ui.shell.ending import EndSignals

        self._signals = EndSignals(self)
        self._signals.asked.connect(self.end)

    @Slot(int)
    def end(self, number: int) -> None:
        """End because of a signal: what was typed is stored first.

        Ctrl+C is told why where a machine moves or a customer signs, as closing the window is;
        SIGTERM is no question: the machine, left alone, locks itself.
        """
        if number == SIGINT and not self._may_leave():
            return
        life, self._seat_life, self.window = self._seat_life, None, None
        if life is not None:
            life.end()
        self._app.exit(128 + number)

    @Slot()
    def _after_first_paint(self) -> None:
        if probe.wanted() == probe.FIRST_PAINT:
            QTimer.singleShot(0, self, probe.end_here)
            return
        self.heed_signals()
        self._tidying.wait()
        self._preloader.start()
        self._open_store()
        if probe.wanted() == probe.FIRST_LIST:
            self._guard.longest = 0.0
            self._preloader.finished.connect(self._type_for_the_probe)

    def _open_store(self, typed: str | None = None) -> None:
        """Open the store of this folder, at the start and when somebody comes back to it."""
        self._opening = True

        def call() -> "tuple[Workstation, str, tuple[Known, ...]]":
            from app.assembly.opening import branch_name
            from app.assembly.resting import recent_people

            resting = self._rest_of_store()
            if typed is not None:
                resting.type(typed)
            # Set here already: a password that was typed early is tried right behind this.
            self.station = resting.open()
            return self.station, branch_name(self.station), recent_people(self.station)

        self.bridge.run(self.lane, call, done=self._store_open, failed=self._store_shut)

    def _rest_of_store(self) -> "RestingStore":
        if self._resting is None:
            from app.assembly.resting import RestingStore

            self._resting = RestingStore(self._folder, self._passphrase, self.clock)
        return self._resting

    def _store_open(self, opened: "tuple[Workstation, str, tuple[Known, ...]]") -> None:
        station, name, self._recent = opened
        self._opening = False
        self._set(BRANCH_NAME, name)
        self._set(BRANCH_OFFICE, station.office)
        if self.window is not None:
            return
        view = self.sign_in or self._show_sign_in()
        view.branch.tell(branch_line(name, station.office.rsplit(".", 1)[-1]))
        view.offer_people([(one.number, one.name) for one in self._recent])
        if self._sat:
            self._unused.start()

    # -- while nobody sits here ----------------------------------------------------------------

    @Slot()
    def _wake(self) -> None:
        """Somebody begins to type: open the store again, and put it away if nobody signs in."""
        if self._resting is not None and self.window is None:
            self._away = False
            self._unused.start()
            if self.station is None and not self._opening:
                self._open_store()

    @Slot()
    def _put_away(self) -> None:
        """Put the store away, and its key with it, once nothing is under way any more.

        Only a store this desk opened itself: a demo's is held by its hands too.
        """
        if self._resting is not None and self.window is None:
            self._away = True
            if self.bridge.under_way == 0:
                self._go_to_rest()

    @Slot()
    def _go_to_rest(self) -> None:
        resting = self._resting
        if not self._away or resting is None or self.window is not None:
            return
        self._away, self.station = False, None
        self._unused.stop()
        self.bridge.run(self.lane, resting.put_away, failed=self._trouble)

    @Slot(str)
    def _forget(self, number: str) -> None:
        """Offer somebody at sign-in no longer."""
        self._recent = tuple(one for one in self._recent if one.number != number)

        def call() -> None:
            from app.assembly.resting import forget

            if self.station is not None:
                forget(self.station, number)

        self._wake()
        self.bridge.run(self.lane, call)

    def _store_shut(self, problem: Problem) -> None:
        if problem.code in ("E-STORE-KEYSLOTS", "E-STORE-KEY"):
            self._ask_in_a_pause(problem)
            return
        self._opening = False
        if self.sign_in is not None:
            self.sign_in.problem.show_problem(problem)

    def _ask_in_a_pause(self, problem: Problem) -> None:
        """Let who types at the sign-in come to a pause: letters must not go astray."""
        if self.sign_in is not None and self.sign_in.typing:
            QTimer.singleShot(PAUSE_MS, self, partial(self._ask_in_a_pause, problem))
        else:
            self._opening = False
            self._ask_passphrase(problem)

    def _ask_passphrase(self, problem: Problem) -> None:
        """Ask for the passphrase; a wrong one is told as wrong, a missing one only asked for."""
        from ui.shell.unlock import PassphraseView

        words = (
            t("No keyring keeps the demo's passphrase. Choose one, or type the one chosen before.")
            if self._demo
            else t("No keyring of this system opens the store of this desk.")
        )
        view = PassphraseView(words)
        if problem.code == "E-STORE-KEY":
            view.refuse(problem)

        typed = self.sign_in.typed() if self.sign_in is not None else None

        def given(passphrase: str) -> None:
            if self._demo:
                self._passphrase = passphrase
                self._show_working()
                self._open_demo()
            else:
                shown = self._show_sign_in()
                if typed is not None:
                    shown.restore(typed)
                self._open_store(passphrase)

        view.given.connect(given)
        self.sign_in = None
        # Made in this turn, dressed in the next: both together hold the window up.
        QTimer.singleShot(0, self, partial(self._in_front, view, view.refuse))

    # -- the demo ------------------------------------------------------------------------------

    def _show_working(self) -> None:
        from ui.shell.unlock import WorkingView

        self._working: WorkingView = WorkingView(t("The demo branch is being made ready."))
        self._in_front(self._working, self._working.stop)

    @Slot()
    def _open_demo(self) -> None:
        folder, passphrase, clock = self._folder, self._passphrase, self.clock
        told = Steps()

        def call() -> "tuple[DemoSite, Seat]":
            from app.assembly.opening import open_demo

            site = open_demo(folder, passphrase, clock, told.put)
            number = site.person("clerk").number
            return site, site.branch.sign_in(number, site.password(number))

        timer = QTimer(self)
        timer.setInterval(200)
        timer.timeout.connect(lambda: self._tell_step(told))
        timer.start()

        def done(opened: "tuple[DemoSite, Seat]") -> None:
            timer.stop()
            self.site, seat = opened
            self.station = seat.station
            self.sit(seat)

        def failed(problem: Problem) -> None:
            timer.stop()
            if problem.code in ("E-STORE-KEYSLOTS", "E-STORE-KEY"):
                self._ask_passphrase(problem)
            else:
                self._working.stop(problem)

        self.bridge.run(self.lane, call, done=done, failed=failed)

    def _tell_step(self, told: "Steps") -> None:
        step = STEPS.get(told.latest)
        if step is not None:
            self._working.tell(step)

    def sit_as(self, number: str, at_head_office: bool) -> None:
        """Let another person of the demo take the seat; their device's code is read for them."""
        site = self.site
        if site is None or not self._may_leave():
            return
        station = site.head_office if at_head_office else site.branch
        self._show_working()
        self._leave_seat()
        self.bridge.run(
            self.lane, site.sit, station, number, done=self.sit, failed=self._working.stop
        )

    # -- signing in ----------------------------------------------------------------------------

    def _show_sign_in(self, number: str = "") -> SignInView:
        name = self.settings.get(BRANCH_NAME)
        office = self.settings.get(BRANCH_OFFICE).rsplit(".", 1)[-1]
        branch = str(branch_line(name, office)) if name else ""
        view = SignInView(
            self.theme,
            self.bridge,
            self.lane,
            branch=branch,
            attempt=self._attempt,
            needs_code=self._needs_code,
        )
        view.signed_in.connect(self._signed_in)
        view.language_asked.connect(self.speak)
        view.theme_asked.connect(self.use_theme)
        view.stirred.connect(self._wake)
        view.forgotten.connect(self._forget)
        view.offer_people([(one.number, one.name) for one in self._recent])
        self.sign_in = view
        self._in_front(view, view.problem.show_problem)
        if number:
            view.begin_for(number)
        return view

    def _attempt(self, given: Credentials) -> "Seat":
        """Check who it is; runs on the lane behind the opening of the store."""
        if self.station is None:
            if self._resting is None:
                raise BranchError(desk_still_opening())
            self.station = self._resting.open()
        return self.station.sign_in(given.number, given.password, given.code)

    def _needs_code(self, number: str) -> bool:
        if self.station is None:
            return False
        from app.access.login import needs_second_factor
        from app.access.queries import person_by_number

        card = self.station.store.read(person_by_number, number)
        return card is not None and needs_second_factor(card.roles)

    @Slot(object)
    def _signed_in(self, seat: "Seat") -> None:
        # The screens are there by now as a rule; where they are not, sitting down brings them.
        self.sit(seat)

    def _type_for_the_probe(self) -> None:
        self._gap = self._guard.longest
        said = probe.credentials()
        view = self.sign_in
        assert view is not None
        view.number.setText(said["number"])
        view.password.setText(said["password"])
        if said.get("code"):
            view.code.setText(said["code"])
            view.code.show()
        self._began = self.clock.monotonic()
        view.try_now()

    # -- a person at the desk --------------------------------------------------------------------

    def sit(self, seat: "Seat") -> None:
        """Make the window for a person, over several turns, and show it where the former one stood.

        What is typed from now on reaches the page the person comes to first.
        """
        from ui.shell.locale_qt import translate_qt
        from ui.shell.turns import Turns

        self._tidying.go_on()
        self._leave_seat()
        self._away, self._sat = False, True
        self._unused.stop()
        translate_qt(self._app, language_in_use())
        self.station = seat.station
        QGuiApplication.clipboard().dataChanged.connect(
            self._copied, Qt.ConnectionType.UniqueConnection
        )
        if self._resting is not None:
            self._remember(seat)
        self._awaited, self._coming = seat, Turns(self)
        left = [name for name in LATER if name not in sys.modules]
        # What the preloader has not come to yet; nothing as a rule.
        self._bringing = Preloader(self.bridge, self.lane, left, LATER_WITH_QT)
        self._bringing.finished.connect(partial(self._begin_seat, seat))
        self._bringing.start()

    def _begin_seat(self, seat: "Seat") -> None:
        assert self._coming is not None
        self._coming.begin(self._first_icon, partial(self._lay_out, seat))

    @Slot()
    def _first_icon(self) -> None:
        self.theme.icon("workbench")

    def _lay_out(self, seat: "Seat") -> None:
        """Make the window; it opens its first page unseen, turn by turn, and is shown with it."""
        from app.assembly.seat_life import SeatLife

        self._awaited = None
        self._seat_life = life = SeatLife(self, seat, demo=self._demo)
        self.window = life.window
        life.window.setGeometry(self.front.geometry())
        life.window.closing.connect(self._window_closed)
        life.window.settled.connect(self._show_window, Qt.ConnectionType.SingleShotConnection)
        life.window.go_to(life.window.page_keys[0])
        life.window.held.hold(self.front)

    @Slot()
    def _show_window(self) -> None:
        life = self._seat_life
        assert life is not None
        life.window.show()
        if self._drill is not None:
            # In a turn of its own: the window is enough for one.
            QTimer.singleShot(0, self, self._take_drill_along)
        handle = life.window.windowHandle()
        if handle is not None:
            self._idle.watch(handle)
        self._idle.stir()
        self.front.hide()
        life.start()
        if self._makes_ahead:
            life.window.make_ahead()
        if probe.wanted() == probe.FIRST_LIST:
            self.bridge.idle.connect(self._tell_first_list)

    def _remember(self, seat: "Seat") -> None:
        """Offer who sat down at the next sign-in, before the others."""

        def call() -> "tuple[Known, ...]":
            from app.assembly.resting import recent_people, remember

            remember(seat.station, seat.actor.person)
            return recent_people(seat.station)

        def known(people: "tuple[Known, ...]") -> None:
            self._recent = people

        self.bridge.run(self.lane, call, done=known)

    @Slot()
    def _tell_first_list(self) -> None:
        # A timer comes after the paint that was asked for: what is told is on the screen.
        QTimer.singleShot(0, self, self._tell_painted_list)

    def _tell_painted_list(self) -> None:
        seconds = self.clock.monotonic() - self._began
        probe.end_here(began=self._began, seconds=seconds, gap=self._gap)

    @Slot()
    def lock(self) -> None:
        """Take the window away and ask who is there; what was typed is stored, nothing is lost."""
        if self.window is None or not self._may_leave():
            return
        number = self._seat_life.seat.actor.person if self._seat_life is not None else ""
        self._leave_seat()
        self._at_the_door(number)

    @Slot(int)
    def _lock_soon(self, seconds: int) -> None:
        if self.window is not None:
            self.window.lock_warning.warn(seconds)

    @Slot()
    def change_person(self) -> None:
        """Let another person sign in at this desk."""
        if self.window is not None and self._may_leave():
            self._leave_seat()
            self._at_the_door()

    def _at_the_door(self, number: str = "") -> None:
        """Ask who is there, and for the passphrase first where it is forgotten with the seat."""
        resting = self._resting
        self._show_sign_in(number)
        if resting is not None and resting.was_typed:
            from app.kit.errors.store import store_key_missing

            self._ask_passphrase(store_key_missing())
        self.front.show()
        self._people_at_the_door()
        self._put_away()

    def _may_leave(self) -> bool:
        """Stay while a machine moves; the window says why."""
        window = self.window
        if window is None:
            return True
        reason = window.may_close()
        if reason is not None:
            window.tell(reason)
        return reason is None

    def _await_nobody(self) -> None:
        """Drop what was still to be done for somebody who was about to sit down, and her key."""
        awaited, self._awaited = self._awaited, None
        if awaited is not None:
            self.bridge.run(self.lane, awaited.leave)
        if self._coming is not None:
            self._coming.begin()
        if self._bringing is not None:
            self._bringing.finished.disconnect()
            self._bringing.stop()
            self._bringing = None

    def _leave_seat(self) -> None:
        life, self._seat_life, self.window = self._seat_life, None, None
        self._await_nobody()
        if life is not None:
            place = QRect(life.window.geometry())
            self.front.setGeometry(place)
            # Shown first: a program whose last window closes ends.
            self.front.show()
            if self._drill is not None:
                self._drill.follow(self.front)
            life.end()
            self._clear_what_was_shown()

    def _clear_what_was_shown(self) -> None:
        """Take what was copied here, and the pictures Qt keeps, with the person."""
        clipboard = QGuiApplication.clipboard()
        if self._copied_here or clipboard.ownsClipboard():
            clipboard.clear()
        self._copied_here = False
        QPixmapCache.clear()

    @Slot()
    def _copied(self) -> None:
        # What another program copies comes while none of our windows is in front.
        self._copied_here = QApplication.activeWindow() is not None

    @Slot()
    def _window_closed(self) -> None:
        self._app.quit()

    def _in_front(self, view: QWidget, tell: Callable[[Problem], object]) -> None:
        """Put a view into the first window; ``tell`` shows a problem in it."""
        self._tell_front = tell
        self.front.setWindowTitle(str(t("Sealdesk")))
        self.front.setCentralWidget(view)
        view.setFocus()
        if self.window is None:
            self.front.show()

    # -- looks -----------------------------------------------------------------------------------

    @Slot(str)
    def speak(self, language: str) -> None:
        """Say everything in another language, and remember it."""
        from ui.shell.speaking import speak

        # Known first: pages that say themselves again may ask which it is.
        self._set(LANGUAGE, language)
        speak(language)
        self.front.setWindowTitle(str(t("Sealdesk")))

    @Slot(str)
    def use_theme(self, name: str) -> None:
        """Use another theme or leave it to the system, and remember it."""
        self._set(THEME, name)
        self.theme.use(name)

    def use_density(self, density: Density) -> None:
        """Give rows more air or less, and remember it."""
        self.theme.use(self.theme.choice, density)
        self._set(DENSITY, density.value)

    def prefer(self, setting: Setting[T], value: T) -> None:
        """Let a setting take effect at once and remember it; the scale waits for the next start."""
        if setting.key == LANGUAGE.key:
            self.speak(str(value))
        elif setting.key == THEME.key:
            self.use_theme(str(value))
        elif setting.key == DENSITY.key:
            self.use_density(Density(value))
        else:
            self._set(setting, value)
        if setting.key == LOCK_SECONDS.key:
            self._idle.wait(float(value))

    def take_ways(self, looks: tuple[tuple[str, str], ...]) -> None:
        """Dress the desk as the person who sits here had it; what is no setting is passed over."""
        kept = dict(looks)
        for setting in PERSONAL:
            value = kept.get(setting.key)
            if value is not None and setting.takes(value) and value != self.settings.get(setting):
                self.prefer(setting, value)

    def _set(self, setting: Setting[T], value: T) -> None:
        """Remember a setting for the next start, where this desk has a folder yet.

        What is a person's own is kept for her too.
        """
        self.settings = self.settings.changed(setting, value)
        if self._folder.is_dir():
            self.settings.write(self._folder / FILE)
        if self._seat_life is not None and setting in PERSONAL:
            self._seat_life.keep_looks()

    # -- trouble -----------------------------------------------------------------------------------

    def _bug(self, error: BaseException) -> None:
        from app.kit.ids import new_id
        from ui.shell.crash import bug_problem, log_bug

        number = new_id(self.clock)
        log_bug(error, number)
        self._trouble(bug_problem(number))

    def _trouble(self, problem: Problem) -> None:
        if self.window is not None:
            self.window.show_problem(problem)
        elif self._tell_front is not None:
            self._tell_front(problem)

    def person_verbs(self) -> "tuple[Verb, ...]":
        """Give what a person may do for herself from every page."""
        from ui.widgets.verb import Verb

        return (
            Verb("lock", t("Lock"), self.lock, "lock"),
            Verb("settings", t("Settings"), self.open_settings, "settings"),
            Verb("person", t("Change person"), self.change_person, "person"),
            Verb("tour", t("Tour of the desk"), self.show_tour, "look"),
            *self._demo_verbs(),
            Verb("theme", t("Light or dark"), self._other_theme, "theme"),
            Verb("theme_system", t("Light or dark as the system"), self._theme_of_system, "theme"),
            Verb("language", t("Chinese or English"), self._other_language, "language"),
            Verb("density", t("Wide or narrow rows"), self._other_density, "filter"),
        )

    @Slot()
    def _other_theme(self) -> None:
        self.use_theme("dark" if self.theme.name == "light" else "light")

    @Slot()
    def _theme_of_system(self) -> None:
        self.use_theme(SYSTEM)

    @Slot()
    def _other_language(self) -> None:
        self.speak(LANGUAGES[1 - LANGUAGES.index(language_in_use())])

    @Slot()
    def _other_density(self) -> None:
        narrow = self.theme.density is Density.COMPACT
        self.use_density(Density.COMFORTABLE if narrow else Density.COMPACT)

    def _demo_verbs(self) -> "tuple[Verb, ...]":
        if self.site is None:
            return ()
        from app.assembly.demo import BRANCH
        from app.assembly.desk_pages import role_words
        from ui.widgets.verb import Verb

        drill = Verb("drill", t("Drill beside the desk"), self.open_drill, "drill")
        return drill, *(
            Verb(
                f"sit_{one.number}",
                t("Demo: sit here as {name}, {role}", name=one.name,
                  role=role_words(frozenset(one.roles))),
                partial(self.sit_as, one.number, one.office != BRANCH),
                "person",
            )
            for one in self.site.company.people
        )  # fmt: skip

    @Slot()
    def open_settings(self) -> None:
        """Open the page of settings."""
        if self.window is not None:
            self.window.open_page("settings")

    @Slot()
    def show_tour(self) -> None:
        """Show the person who sits here around."""
        if self._seat_life is not None:
            self._seat_life.tour()

    @Slot()
    def open_drill(self) -> None:
        """Bring the demo's drill up beside the window in front, or go back from it to the desk."""
        if self.site is not None and self._drill is None:
            self._drill_of(self.site)
            QTimer.singleShot(0, self, self.open_drill)
        elif self._drill is not None:
            self._drill.call_up(self.window or self.front)

    @Slot()
    def _take_drill_along(self) -> None:
        if self._drill is not None:
            self._drill.follow(self.window or self.front)

    def _people_at_the_door(self) -> None:
        """Show a demo's people beside the sign-in: nobody can know their passwords."""
        if self.site is not None:
            self._drill_of(self.site).put_beside(self.front, "people")

    def _drill_of(self, site: "DemoSite") -> "DrillWindow":
        if self._drill is None:
            from PySide6.QtGui import QKeySequence, QShortcut

            from app.assembly.desk_pages import drill_at
            from ui.drill.window import DrillWindow
            from ui.shell.page import Surroundings

            at = Surroundings(self.theme, self.bridge, self.clock)
            sit, watched = self.sit_as, self._idle.watch
            self._drill = DrillWindow(at, drill_at(site), site.hands, sit, watched=watched)
            QShortcut(QKeySequence(DRILL_KEYS), self.front).activated.connect(self.open_drill)
        return self._drill


class Steps:
    """Where the setting up of the demo is; written on a lane, read by the window now and then."""

    def __init__(self) -> None:
        self.latest = ""

    def put(self, step: str) -> None:
        """Note a step."""
        self.latest = step


def _scale(settings: Path) -> None:
    """Let Qt draw everything at the size that was chosen; what the system says already stands."""
    percent = Settings.read(settings).get(SCALE)
    if percent != SCALE.default:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{percent / 100:g}")


def _usual_folder() -> Path:
    """Say where a workstation's store lies when nobody names a folder."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(place) / "sealdesk"
