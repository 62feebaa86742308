"""One person's time at the window, from sitting down to leaving.

Imported while the password is typed, in the event loop: the window and every page come with it.
"""

import random
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.assembly import desk_pages
from app.assembly.own_views import SeatViews
from app.assembly.own_ways import SeatWays
from app.assembly.workstation import Seat
from app.kit.clock import Clock
from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.settings import NOTICES, PERSONAL, SYNC_SECONDS, Setting, Settings
from app.kit.words import Text, t, tn
from sync.client.backoff import pause
from ui.devices.presenter import DeviceView
from ui.help.presenter import HelpPresenter
from ui.help.view import KEY as HELP
from ui.help.view import help_page
from ui.reports.checking import RunKeeping
from ui.reports.due import DueReports
from ui.reports.presenter import ReportsPresenter
from ui.settings.presenter import Preferences, SettingsPresenter
from ui.settings.view import KEY as SETTINGS
from ui.settings.view import TITLE as SETTINGS_TITLE
from ui.settings.view import settings_page
from ui.shell.bridge import Bridge
from ui.shell.heartbeat import STRIP_MS, BackgroundSync, Beat
from ui.shell.lanes import DeskLanes
from ui.shell.lists import Lists
from ui.shell.page import Surroundings
from ui.shell.ports import SyncView
from ui.shell.shortcuts import Bindings
from ui.shell.shortcuts_bound import Keyboard
from ui.shell.strip import StripState
from ui.shell.window import DeskWindow
from ui.theme.theme import Theme
from ui.widgets.list_paper import PaperList
from ui.widgets.verb import Verb

if TYPE_CHECKING:
    from app.assembly.demo import DemoSite

T = TypeVar("T", str, int)
DEVICE_BEATS = 7
"""The devices are asked every so many beats of the strip, some twenty seconds."""


class Around(Protocol):
    """What the program gives whoever sits at it: the desk is one."""

    tours: bool
    settings: Settings
    clock: Clock
    theme: Theme
    bridge: Bridge
    lane: Lane
    site: "DemoSite | None"

    def sit_as(self, number: str, at_head_office: bool) -> None:
        """Let another person of the demo take the seat."""

    def person_verbs(self) -> tuple[Verb, ...]:
        """Give what a person may do for herself from every page."""

    def take_ways(self, looks: tuple[tuple[str, str], ...]) -> None:
        """Dress the desk as the person who sits here had it."""

    def prefer(self, setting: Setting[T], value: T) -> None:
        """Let a setting take effect at once and remember it."""


class SeatLife(QObject):
    """One person's time at the window: the window itself, its strip, syncing by itself."""

    def __init__(self, desk: Around, seat: Seat, *, demo: bool) -> None:
        super().__init__()
        self.seat, self._desk, self._demo = seat, desk, demo
        station = seat.station
        self.lanes = DeskLanes(
            desk.lane,
            station.network,
            station.machine_lane,
            station.pad_lane,
            station.printer_lane,
        )
        readers = station.store.readers
        lists = Lists(desk.bridge, readers, desk.lane, desk.clock, SeatViews(seat), self.print_list)
        at = Surroundings(desk.theme, desk.bridge, desk.clock, lists)
        pages = desk_pages.pages_of(seat, self.lanes)
        if desk.site is not None:
            pages = (*pages, desk_pages.drill_of(desk.site, desk.sit_as))
        self.ways, self.keyboard = SeatWays(seat), Keyboard(parent=self)
        titles = {page.key: page.title for page in pages}
        titles |= {SETTINGS: SETTINGS_TITLE, HELP: t("Help")}
        help_of = HelpPresenter(titles, self.ways)
        settings = SettingsPresenter(seat, _SeatPreferences(desk, self))
        help_here = help_page(help_of, self.keyboard, desk.lane, self.tour)
        pages = (*pages, settings_page(settings), help_here)
        self.window = DeskWindow(
            at,
            pages,
            desk_pages.person_of(seat, demo=demo),
            person_verbs=desk.person_verbs(),
            search=desk_pages.searcher(seat, self.lanes, desk.bridge),
            keyboard=self.keyboard,
        )
        self.window.tour.left.connect(self._tour_left)
        chance = random.SystemRandom()
        every = desk.settings.get(SYNC_SECONDS)
        beat = Beat(every, lambda failures: pause(failures, chance.random(), at_least=every))
        self.sync = BackgroundSync(desk.bridge, station.network, station.sync, beat, self)
        self.sync.synced.connect(self._synced)
        self.sync.missed.connect(self._missed)
        keeping = RunKeeping(seat, ReportsPresenter(seat))
        self.due = DueReports(desk.bridge, readers, keeping, self)
        self.due.told.connect(self.notice)
        self.due.troubled.connect(self.window.show_problem)
        self.due.kept.connect(self._refresh)
        self._problems: int | None = None
        self._devices: dict[str, DeviceView] = {}
        self._left = 0
        self._beats = 0
        self._asked = False
        self._timer = QTimer(self)
        self._timer.setInterval(STRIP_MS)
        self._timer.timeout.connect(self.beat)

    def start(self) -> None:
        """Begin to beat; the person's own keys come with the first turn of the lane."""
        bridge, lane = self._desk.bridge, self._desk.lane
        bridge.run(lane, self.ways.bindings, done=self._take_bindings, owner=self)
        bridge.run(lane, self.ways.looks, done=self._desk.take_ways, owner=self)
        if self._desk.tours:
            bridge.run(lane, self.ways.tour_seen, done=self._first_tour, owner=self)
        self._timer.start()
        self.beat()
        self.sync.start()
        self.due.start()

    def keep_looks(self) -> None:
        """Keep this person's own settings as they are now."""
        settings = self._desk.settings
        looks = tuple((one.key, settings.get(one)) for one in PERSONAL)
        self._desk.bridge.run(self._desk.lane, self.ways.keep_looks, looks)

    @Slot(object)
    def notice(self, words: Text) -> None:
        """Tell what came by itself, as loudly as this person wants it."""
        wanted = self._desk.settings.get(NOTICES)
        if wanted != "none":
            self.window.tell(words)
        if wanted == "all":
            QApplication.alert(self.window)

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self.sync.stop()
        self.due.stop()

    def end(self) -> None:
        """Store what is typed, beat no more and take the window away."""
        self.stop()
        self.window.blockSignals(True)
        self.window.close()
        # Behind what the closing window still stores: then the person's key is gone from memory.
        self._desk.bridge.run(self._desk.lane, self.seat.leave)
        self.window.go()
        self.deleteLater()

    def print_list(self, paper: PaperList) -> None:
        """Open the window that prints a list of any page."""
        from ui.printing.list_sheets import ListPrinting
        from ui.printing.window import PrintWindow

        desk = self._desk
        at = Surroundings(desk.theme, desk.bridge, desk.clock)
        printing = ListPrinting(self.seat, paper)
        window = PrintWindow(at, printing, self.lanes.printer, self.window)
        window.told.connect(self.window.tell)
        window.show()

    def tour(self) -> None:
        """Show the tour, or bring the keyboard to it."""
        self.window.tour.call_up()

    def _take_bindings(self, kept: tuple[tuple[str, str], ...]) -> None:
        self.keyboard.take(Bindings.of(kept))

    def _first_tour(self, seen: bool) -> None:
        if not seen:
            self.window.tour.start()

    @Slot()
    def _tour_left(self) -> None:
        self._desk.bridge.run(self._desk.lane, self.ways.keep_tour_seen)

    @Slot()
    def beat(self) -> None:
        """Read what the strip says; the devices are asked less often, and never while in use."""
        if not self._asked:
            self._asked = True
            self._desk.bridge.run(
                self._desk.lane,
                desk_pages.pulse_of,
                self.seat,
                done=self._show,
                failed=self._pulse_failed,
                owner=self,
            )
        if self._beats % DEVICE_BEATS == 0:
            self._ask_devices()
        self._beats += 1

    def _ask_devices(self) -> None:
        presenter, lanes = desk_pages.devices_of(self.seat), self.lanes
        if not self.seat.seal_machine_id():
            return
        for lane, held, call in (
            (lanes.machine, lanes.machine_held, presenter.seal_machine),
            (lanes.pad, lanes.pad_held, presenter.pad),
        ):
            if not held.is_set():
                self._desk.bridge.run(lane, call, done=self._device, owner=self)

    def _device(self, view: DeviceView) -> None:
        self._devices[view.kind] = view

    def _pulse_failed(self, problem: Problem) -> None:
        self._asked = False
        self.window.show_problem(problem)

    def _show(self, pulse: desk_pages.Pulse) -> None:
        self._asked = False
        ordered: dict[str, DeviceView] = dict(sorted(self._devices.items(), reverse=True))
        items = desk_pages.strip_items(pulse, self.sync.reached, ordered, demo=self._demo)
        self.window.show_strip(StripState(items))
        if self._problems is not None and pulse.problems > self._problems:
            new = pulse.problems - self._problems
            self.notice(tn("{n} new problem.", "{n} new problems.", new))
        self._problems = pulse.problems
        if pulse.sync.outbox_left > self._left:
            self.sync.soon()
        self._left = pulse.sync.outbox_left

    @Slot(object)
    def _synced(self, view: SyncView) -> None:
        self.beat()
        if view.pulled or view.pushed:
            self._refresh()

    @Slot(object)
    def _missed(self, problem: Problem) -> None:
        # Being offline is a state of the strip, not a problem; anything else is told.
        if not problem.code.startswith(("E-SYNC-OFFLINE", "E-SYNC-BUSY", "E-SYNC-AWAY")):
            self.window.show_problem(problem)
        self.beat()

    @Slot()
    def _refresh(self) -> None:
        if self.window.page_key:
            self.window.page(self.window.page_key).refresh()


class _SeatPreferences(Preferences):
    """The running desk as the settings page sees it."""

    def __init__(self, desk: Around, life: SeatLife) -> None:
        self._desk, self._life = desk, life

    @override
    def get(self, setting: Setting[T]) -> T:
        return self._desk.settings.get(setting)

    @override
    def put(self, setting: Setting[T], value: T) -> None:
        self._desk.prefer(setting, value)

    @override
    def screen(self) -> tuple[int, int]:
        screen = self._life.window.screen()
        room, ratio = screen.availableSize(), screen.devicePixelRatio()
        return round(room.width() * ratio), round(room.height() * ratio)
