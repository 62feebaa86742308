"""The day driven through the window by its keyboard: for the pictures, and for the journey.

The same steps as headless.Day, each done the way a person does it: signing in, typing into fields,
Ctrl+Enter for the next verb. Only what hands do outside the window is played by the demo site:
laying paper into the machine, writing on the pad, reading a code off a device.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from app.assembly.demo import SEED, DemoSite
from app.assembly.demo_people import demo_branch
from app.assembly.desk import DeskApplication
from app.assembly.headless import Day, DayOptions, RosterWrong
from app.assembly.workstation import Workstation
from app.contracts.rules import ARCHIVED, DRAFTED, SIGNED
from app.customers.actions import RegisterOrganisation
from app.kit.calendar import last_day_after
from app.kit.clock import Clock, today
from app.kit.errors.base import BugError
from app.kit.lanes import Lane
from app.kit.words import language_in_use
from app.pricing.groups import YES
from app.pricing.quoting import APPROVED
from ui.approvals.view import ApprovalsView
from ui.customers.view import CustomersView
from ui.pricing.texts import group_cell
from ui.pricing.view import QuotesView
from ui.seals.view import SealingPage
from ui.seals.view import Step as SealStep
from ui.shell.busy_guard import BusyApplication
from ui.shell.page import PageView
from ui.shell.picture_structure import layout_defects
from ui.shell.pictures import FORMATS, Format, defects, take_picture
from ui.shell.record_page import RecordPane
from ui.shell.sign_in import SignInView
from ui.shell.speaking import speak
from ui.shell.window import DeskWindow
from ui.signing.view import Phase, SigningPage
from ui.workbench.view import PEOPLE, WorkbenchView

V = TypeVar("V", bound=PageView)
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LONGEST_S = 60.0
"""Seconds a person would wait for one thing before calling support."""
SETTLE_S, PICTURE_S, DRESSED_S = 0.5, 2.0, 0.3
"""Seconds after which a window that still beats counts as settled; longer for a picture, shorter
where only its looks have changed."""
LOOK_MS, STRIP_MS = 15, 3500
"""How often the screen is looked at, and how long the strip may take to follow."""
EMPTY_AT_FIRST = ("workbench", "pricing", "approvals", "contracts", "signing", "seals", "problems")
BUSY_MS = 400
"""After so long a window that works says so."""


@dataclass(frozen=True)
class Look:
    """How the desk looks in a picture: its language and its theme."""

    language: str
    theme: str


@dataclass(frozen=True)
class Pictures:
    """Where pictures go and in which looks each is taken."""

    folder: Path
    looks: Sequence[Look]
    formats: Sequence[Format] = FORMATS


class Hands:
    """A person at the keyboard: presses keys, types, waits until the screen shows something."""

    def __init__(self, app: QApplication, desk: DeskApplication, pictures: Pictures | None) -> None:
        self._app, self._desk, self._pictures = app, desk, pictures
        self.defects: list[str] = []
        self.shot: set[str] = set()

    @property
    def window(self) -> DeskWindow:
        """The window in front; raises BugError where nobody sits."""
        if self._desk.window is None:
            raise BugError("nobody sits at the window")
        return self._desk.window

    def page(self, kind: type[V]) -> V:
        """Give the open page, which is of this kind; raises BugError for another."""
        page = self.window.page(self.window.page_key)
        if not isinstance(page, kind):
            raise BugError(f"{self.window.page_key} is open, not {kind.__name__}")
        return page

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self._focus(), key, modifier)
        self.rest(LOOK_MS)

    def type_in(self, text: str) -> None:
        """Type text where the focus is; what is no key of a keyboard comes by an input method."""
        target = self._focus()
        if text.isascii():
            QTest.keyClicks(target, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QCoreApplication.sendEvent(target, event)

    def fill(self, text: str) -> None:
        """Type over what stands where the focus is."""
        self.press(Qt.Key.Key_A, CTRL)
        self.press(Qt.Key.Key_Delete)
        self.type_in(text)

    def next_verb(self) -> None:
        """Ctrl+Enter: do the next verb."""
        self.press(Qt.Key.Key_Return, CTRL)

    def open_page(self, key: str) -> None:
        """Open one of the first nine pages by its keys and wait until it has read."""
        digit = Qt.Key(int(Qt.Key.Key_1) + self.window.page_keys.index(key))
        self.press(digit, ALT)
        self.until(lambda: self.window.page_key == key, f"page {key}")
        self.settle()

    def until(self, holds: Callable[[], bool], what: str, seconds: float = LONGEST_S) -> None:
        """Let the window live until something holds; raises BugError when it never does."""
        self._wait(holds, time.monotonic() + seconds)
        if not holds():
            raise BugError(f"the window did not come to: {what}")

    def _wait(self, holds: Callable[[], bool], latest: float) -> None:
        loop, timer = QEventLoop(), QTimer()
        timer.setInterval(LOOK_MS)

        def look() -> None:
            if holds() or time.monotonic() > latest:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()

    def settle(self) -> None:
        """Wait until nothing is under way; what beats by itself is not waited for long."""
        for _ in range(2):
            latest = time.monotonic() + (PICTURE_S if self._pictures else SETTLE_S)
            self._wait(self._still, latest)
            self.rest(40)

    def _still(self) -> bool:
        """Say whether nothing is under way and no page on its way."""
        window = self._desk.window
        return self._desk.bridge.under_way == 0 and not (window is not None and window.opening)

    def rest(self, milliseconds: int) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def shoot(self, screen: str, view: QWidget | None = None) -> None:
        """Take the pictures of what is in front, in every look asked for and for every screen.

        What a person would find wrong with one (words cut off, pale, or over one another, controls
        without a name) goes to ``defects``.
        """
        if self._pictures is None:
            return
        self.shot.add(screen)
        before = Look(language_in_use(), self._desk.theme.name)
        shown = view or self.window
        size = shown.size()
        for look in self._pictures.looks:
            self._dress(look)
            for format in self._pictures.formats:
                shown.resize(format.window)
                self._come_to_rest()
                theme, folder = self._desk.theme, self._pictures.folder
                taken = take_picture(shown, folder, screen, theme, format)
                # The colours are the same at every size.
                look_for = defects if format is FORMATS[0] else layout_defects
                self.defects += [f"{taken.name}: {what}" for what in look_for(shown)]
        shown.resize(size)
        self._dress(before)

    def _dress(self, look: Look) -> None:
        if look != Look(language_in_use(), self._desk.theme.name):
            speak(look.language)
            self._desk.theme.use(look.theme)
            if self._desk.window is None and self._desk.sign_in is not None:
                asked = self._desk.sign_in
                asked.language.setCurrentIndex(asked.language.findData(look.language))
                asked.look.setCurrentIndex(asked.look.findData(look.theme))
            self._come_to_rest()

    def _come_to_rest(self) -> None:
        """Wait for what a change of looks or size brings; what was going on before goes on."""
        self.rest(LOOK_MS)
        window = self._desk.window
        self.until(lambda: not (window and window.opening), "the window in its look")
        self._wait(lambda: self._desk.bridge.under_way == 0, time.monotonic() + DRESSED_S)
        self.rest(LOOK_MS)

    def _focus(self) -> QWidget:
        top = self._desk.window or self._desk.front
        if not top.isActiveWindow():
            top.activateWindow()
            self.until(top.isActiveWindow, "the window in front")
        return self._app.focusWidget() or top


class WindowedDay(Day):
    """One day at a demo site, done through the window."""

    def __init__(
        self,
        site: DemoSite,
        options: DayOptions,
        clock: Clock,
        told: Callable[[str], None],
        pictures: Pictures | None = None,
    ) -> None:
        super().__init__(site, options, clock, told)
        self._app = application()
        self._desk = DeskApplication(self._app, site.folder, demo=False, clock=clock)
        self._desk.station = site.branch
        if pictures:
            self._desk.site = site  # the drill is a page of a demo alone, and has its picture too
        self._pictures = pictures
        self.hands = Hands(self._app, self._desk, pictures)

    @override
    def run(self) -> None:
        """Go through all steps, then take the windows away whatever came of them."""
        try:
            super().run()
        finally:
            self._close()
        for defect in self.hands.defects:
            self.told(f"picture {defect}")

    def _close(self) -> None:
        """End what the windows run on; the site's own lanes go on."""
        self._desk.bridge.on_trouble(lambda _problem: None)
        if self._desk.window is not None:
            self._desk.change_person()
        self._desk.station = self._desk.site = None
        self._desk.close()

    # -- a person at the window ------------------------------------------------------------------

    def sit_down(
        self, number: str, station: Workstation, *, code: bool, shoot: bool = False
    ) -> None:
        """Let a person sign in at the window by keyboard; another one leaves the seat."""
        hands, desk = self.hands, self._desk
        if desk.window is not None:
            hands.settle()
            desk.change_person()
            desk.station = station
        else:
            desk.serve(station)
        view = desk.sign_in
        if view is None:
            raise BugError("nobody is asked to sign in")
        view.number.setFocus()
        hands.type_in(number)
        hands.press(Qt.Key.Key_Return)
        hands.settle()
        if shoot and self._pictures:
            self._refuse_at_the_door(view)
        hands.type_in(self.site.password(number))
        if shoot:
            hands.shoot("sign_in", desk.front)
            view.password.setFocus()
        with self._held(desk.lane, "sign_in_busy" if shoot else "", desk.front):
            hands.press(Qt.Key.Key_Return)
        if code:
            hands.until(lambda: not view.code.isHidden(), "the verification code is asked")
            hands.type_in(self.site.code(station, number))
            hands.press(Qt.Key.Key_Return)
        hands.until(lambda: desk.window is not None, f"{number} sits at the window")
        hands.settle()

    def _refuse_at_the_door(self, view: SignInView) -> None:
        """Type a wrong password, for the picture of what is said to it."""
        hands = self.hands
        hands.type_in("not the password")
        hands.press(Qt.Key.Key_Return)
        hands.until(view.problem.isVisible, "the wrong password is refused")
        hands.settle()
        hands.shoot("sign_in_error", self._desk.front)
        view.problem.clear()
        view.password.setFocus()
        view.password.clear()

    @contextmanager
    def _held(self, lane: Lane, screen: str, view: QWidget | None = None) -> Iterator[None]:
        """Hold a lane while a verb is asked of it, so that the window is seen at work."""
        if self._pictures is None or not screen:
            yield
            return
        free = Event()
        lane.post(free.wait, LONGEST_S)
        try:
            yield
            self.hands.rest(BUSY_MS)
            self.hands.shoot(screen, view)
        finally:
            free.set()

    def _as_clerk(self) -> None:
        number = self.site.person("clerk").number
        life = self._desk._seat_life
        if life is None or life.seat.actor.person != number:
            self.sit_down(number, self.site.branch, code=False)

    # -- the steps -------------------------------------------------------------------------------

    @override
    def take_customer_up(self) -> None:
        hands = self.hands
        self.sit_down(self.site.person("clerk").number, self.site.branch, code=False, shoot=True)
        self._shoot_empty()
        hands.open_page("customers")
        page = hands.page(CustomersView)
        group = demo_branch(size=0, seed=SEED, on=today(self.clock)).group
        operator = group.contacts[0]
        hands.press(Qt.Key.Key_N, CTRL)
        for text in (
            group.name,
            group.credit_code,
            operator.name,
            operator.id_no,
            operator.mobile,
            group.address,
            group.industry,
            str(group.headcount or ""),
            group.legal_representative,
        ):
            hands.type_in(text)
            hands.press(Qt.Key.Key_Return)
        hands.settle()
        hands.shoot("customer_new")
        hands.next_verb()
        hands.until(lambda: not page.typing_new, "the customer is saved")
        hands.settle()
        self._refuse_double(page, group.credit_code)
        hands.shoot("customers")
        if self._pictures:
            self._shoot_import(page, group.credit_code)
        self._customers().find(group.name)

    def _shoot_empty(self) -> None:
        """Show every page on which there is nothing yet, before the branch has done a thing."""
        if self._pictures:
            for key in EMPTY_AT_FIRST:
                self.hands.open_page(key)
                self.hands.shoot(f"{key}_empty")

    def _refuse_double(self, page: CustomersView, credit_code: str) -> None:
        """Type the same credit code again: the holder is shown and nothing can be saved."""
        hands = self.hands
        hands.press(Qt.Key.Key_N, CTRL)
        hands.press(Qt.Key.Key_Return)
        hands.type_in(credit_code)
        hands.until(lambda: page.new.doubles[0].isVisible(), "the double is shown")
        if page.new.form.complete():
            raise BugError("a double may not be saved")
        hands.shoot("customer_new_error")
        page.new.discard()
        hands.until(lambda: not page.typing_new, "the list is back")
        hands.settle()

    def _shoot_import(self, page: CustomersView, known: str) -> None:
        """Look at a list with wrong rows and one who is here already; nothing is taken up."""
        hands = self.hands
        path = self.site.folder / "customers.csv"
        path.write_text(_sample_list(self.clock, known), "utf-8")
        hands.press(Qt.Key.Key_I, CTRL)
        hands.until(lambda: page.in_import, "the import is open")
        hands.settle()
        hands.shoot("customers_import_empty")
        page.importing.file.setFocus()
        hands.fill(str(path))
        hands.press(Qt.Key.Key_Return)
        hands.until(lambda: page.importing.here is not None, "the list is understood")
        hands.settle()
        hands.shoot("customers_import")
        page.leave_import()
        hands.settle()
        path.unlink()

    @override
    def price_offline(self) -> None:
        self._as_clerk()
        self._bring_home()
        self.site.stop_hub()
        hands = self.hands
        hands.open_page("sync")
        hands.next_verb()
        hands.settle()
        if self.site.branch.sync_state().offline_since is None:
            raise BugError("the desk does not know that it is offline")
        hands.rest(STRIP_MS if self._pictures else LOOK_MS)
        hands.shoot("sync")
        if self._pictures:
            hands.open_page("workbench")
            hands.shoot("workbench_offline")
        hands.open_page("pricing")
        page = hands.page(QuotesView)
        hands.press(Qt.Key.Key_N, CTRL)
        self._choose_customer(page)
        self._type_terms(page)
        hands.next_verb()
        hands.until(lambda: page.composer.step == "roster", "the roster is asked")
        self._read_roster(page)
        with self._held(self._desk.lane, "quote_busy"):
            hands.next_verb()
        hands.until(lambda: page.composer.step == "price", "the premium is there")
        hands.settle()
        hands.shoot("quote_price")
        hands.next_verb()
        hands.until(lambda: not page.composing, "the quote is kept")
        hands.settle()
        hands.shoot("quote")

    def _choose_customer(self, page: QuotesView) -> None:
        hands = self.hands
        group = demo_branch(size=0, seed=SEED, on=today(self.clock)).group
        page.composer.customer.setFocus()
        hands.type_in(group.name)
        hands.rest(400)
        hands.settle()
        hands.press(Qt.Key.Key_Return)
        hands.until(lambda: page.composer.customer.pick is not None, "the customer is chosen")

    def _type_terms(self, page: QuotesView) -> None:
        hands, form, start = self.hands, page.composer.form, self.options.start
        end = last_day_after(start, 12)
        for key, text in (("start", start.isoformat()), ("end", end.isoformat()),
                          ("discretion", self.options.discretion)):  # fmt: skip
            form.editor(key).setFocus()
            hands.fill(text)
        region = form.editor("region")
        region.setFocus()
        hands.press(Qt.Key.Key_Home)
        for _ in range(9):
            if region.typed() == self.options.region:
                break
            hands.press(Qt.Key.Key_Down)
        if region.typed() != self.options.region:
            raise BugError(f"no region {self.options.region} to choose")
        form.editor("discretion").setFocus()

    def _read_roster(self, page: QuotesView) -> None:
        hands, start = self.hands, self.options.start
        path = self.options.roster or self._made_up_roster(start)
        if self._pictures:
            self._shoot_groups()
        page.composer.file.setFocus()
        hands.fill(str(path))
        hands.press(Qt.Key.Key_Return)
        hands.until(lambda: page.composer.work is not None, "the roster is read")
        hands.settle()
        hands.shoot("roster")
        work = page.composer.work
        if work is None or not work.preview.good:
            problems = work.preview.problems if work is not None else ()
            raise RosterWrong(
                [
                    {"row": one.row, "column": one.column, "code": one.code,
                     "reason": str(one.reason)}
                    for one in problems
                ]
            )  # fmt: skip

    def _shoot_groups(self) -> None:
        """Paste a row of people priced alike, for its picture, and take it out again."""
        hands = self.hands
        hands.press(Qt.Key.Key_G, CTRL | SHIFT)
        hands.settle()
        row = ("40", "2", "35", "", "20000", str(group_cell("social", YES)), "100", "3")
        QGuiApplication.clipboard().setText("\t".join(row))
        hands.press(Qt.Key.Key_V, CTRL)
        hands.settle()
        hands.shoot("quote_groups")
        hands.press(Qt.Key.Key_R, CTRL | SHIFT)
        hands.settle()

    @override
    def submit_and_approve(self) -> None:
        hands = self.hands
        self._as_clerk()
        hands.open_page("pricing")
        hands.next_verb()
        hands.until(lambda: self.quote().state not in ("priced", "returned"), "submitted")
        self.site.start_hub()
        self.site.branch.sync()
        self._approve()
        self.site.branch.sync()
        if self.quote().state != APPROVED:
            raise BugError(f"the quote is {self.quote().state}")

    @override
    def _decide(self, number: str, station: Workstation, case_id: UUID) -> None:
        hands = self.hands
        self.sit_down(number, station, code=True)
        hands.shoot("workbench")
        hands.open_page("approvals")
        page = hands.page(ApprovalsView)
        hands.until(lambda: page.current is not None and page.current.mine, "a case to decide")
        hands.shoot("approvals")
        hands.next_verb()
        hands.until(lambda: page.current is None or not page.current.mine, "decided")
        hands.settle()

    @override
    def draw_up(self) -> None:
        if self._contract() is not None:
            return
        self.site.start_hub()
        self.site.branch.sync()
        self._as_clerk()
        hands = self.hands
        hands.open_page("contracts")
        hands.shoot("contract_to_draw_up")
        hands.next_verb()
        hands.until(lambda: self._contract() is not None, "the contract is drawn up")
        hands.settle()
        hands.shoot("contract")

    @override
    def let_sign(self) -> None:
        if self.contract().state != DRAFTED:
            return
        self.site.start_hub()
        self._as_clerk()
        hands = self.hands
        hands.open_page("contracts")
        hands.next_verb()
        hands.until(lambda: hands.window.page_key == "signing", "the signing page")
        page = hands.page(SigningPage)
        hands.until(lambda: page.phase is Phase.READING, "the document lies before the customer")
        hands.settle()
        hands.shoot("signing_read")
        hands.next_verb()
        hands.until(lambda: page.phase is Phase.WRITING, "the pad listens")
        self.site.pad.tell("sign", name=self._operator(), seconds=1.2)
        self.site.pad.answer()
        hands.rest(200)
        hands.shoot("signing")
        hands.next_verb()
        hands.until(lambda: page.phase is Phase.ACCEPTING, "the ink is shown")
        hands.shoot("signing_accept")
        hands.next_verb()
        hands.until(lambda: page.phase is Phase.SIGNED, "the contract is signed")
        hands.settle()
        hands.shoot("signing_done")

    @override
    def seal(self) -> None:
        if self.contract().state != SIGNED:
            return
        self.site.start_hub()
        self.site.branch.sync()
        custodian = self.site.person("custodian").number
        self.sit_down(custodian, self.site.branch, code=True)
        self.hands.open_page("seals")
        page = self.hands.page(SealingPage)
        pages: tuple[int, ...] = (3, self.contract().seal_place.page)
        if self._pictures is not None:
            self._lose_the_line(page, custodian, pages)
            pages = pages[1:]
        self._arm(page, custodian, pages, shoot=True)
        self._refuse_in_window(page)
        for number in pages:
            self._stamp_page(page, number)
        self.hands.until(lambda: page.step is SealStep.DONE, "the job is closed")
        self.hands.settle()
        self.hands.shoot("seals_done")

    def _arm(
        self, page: SealingPage, custodian: str, pages: tuple[int, ...], *, shoot: bool
    ) -> None:
        """Choose, check, prove: until the machine is armed."""
        hands = self.hands
        shots = hands.shoot if shoot else _no_picture
        hands.until(lambda: page.choose.table.current() is not None, "a contract to seal")
        shots("seals_choose")
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.CHECK, "the contract is shown")
        hands.settle()
        page.check.pages.setFocus()
        hands.fill(", ".join(str(number) for number in pages))
        shots("seals_check")
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.PROVE, "the proofs are asked")
        witness = self.site.person("custodian", 1).number
        station = self.site.branch
        page.prove.form.focus_first_open()
        for typed in (self.site.code(station, custodian), witness, self.site.password(witness),
                      self.site.code(station, witness)):  # fmt: skip
            hands.type_in(typed)
            hands.press(Qt.Key.Key_Return)
        shots("seals_prove")
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.STAMP, "the machine is armed")
        hands.settle()

    def _refuse_in_window(self, page: SealingPage) -> None:
        """Another page is refused by its code, and again with the code covered."""
        self._put_paper(page, 4)
        self.hands.shoot("seals_stamp")
        self._press_stamp(page)
        if page.step is not SealStep.STAMP:
            raise BugError("page 4 was taken for another")
        self.hands.shoot("seals_refused")
        self.site.machine.ask("cover_code")
        self._press_stamp(page)
        self.site.machine.ask("cover_code", off=True)
        if page.step is not SealStep.STAMP:
            raise BugError("a covered code was taken")

    def _stamp_page(self, page: SealingPage, number: int) -> None:
        hands = self.hands
        self._put_paper(page, number)
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.LOOK, f"page {number} is stamped")
        hands.settle()
        hands.shoot("seals_look")
        hands.next_verb()
        hands.until(lambda: page.step is not SealStep.LOOK, "the imprint is taken as right")

    def _put_paper(self, page: SealingPage, number: int) -> None:
        self._lay_in(self.contract(), number)
        self.hands.until(lambda: page.verbs()[0].enabled, "the machine feels the paper")

    def _press_stamp(self, page: SealingPage) -> None:
        self.hands.next_verb()
        self.hands.until(lambda: page.at_rest, "the machine has looked")

    def _lose_the_line(self, page: SealingPage, custodian: str, pages: tuple[int, ...]) -> None:
        """Pull the cable as the head goes down: the doubt's screen, then the log says it."""
        hands, machine = self.hands, self.site.machine
        self._arm(page, custodian, pages, shoot=False)
        self._put_paper(page, pages[0])
        machine.ask("unplug", at="before_intent")
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.DOUBT, "nobody knows")
        self.site.plug_machine_in()
        hands.until(lambda: not page.doubt.now.picture_box().isEmpty(), "what lies there is seen")
        hands.shoot("doubt")
        hands.open_page("problems")
        hands.shoot("problems")
        hands.open_page("seals")
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.DONE, "the log says what became of it")
        hands.settle()
        hands.shoot("seals_short")
        hands.next_verb()
        hands.until(lambda: page.step is SealStep.CHOOSE, "the next contract")
        hands.settle()

    @override
    def archive(self) -> None:
        if self.contract().state == ARCHIVED:
            return
        self._as_clerk()
        hands = self.hands
        hands.open_page("contracts")
        hands.until(self._photo_is_there, "the photograph is beside the page")
        hands.settle()
        hands.shoot("contract_photo")
        hands.next_verb()
        hands.until(lambda: self.contract().state == ARCHIVED, "the contract is archived")
        hands.settle()
        hands.shoot("contract_archived")

    def _photo_is_there(self) -> bool:
        verbs = self.hands.window.page("contracts").verbs()
        return bool(verbs) and verbs[0].key == "archive" and verbs[0].enabled

    @override
    def sync_whole(self) -> None:
        self.site.start_hub()
        self._as_clerk()
        self.hands.open_page("sync")
        with self._held(self.site.branch.network, "sync_busy"):
            self.hands.next_verb()
        self.hands.settle()
        super().sync_whole()

    @override
    def look_back(self) -> None:
        hands = self.hands
        hands.open_page("problems")
        hands.press(Qt.Key.Key_K, CTRL)
        hands.settle()
        hands.shoot("palette")
        hands.press(Qt.Key.Key_Escape)
        hands.window.open_page("devices")
        hands.settle()
        hands.shoot("devices")
        if self._pictures:
            for key in hands.window.page_keys:
                if key not in hands.shot:
                    hands.window.open_page(key)
                    hands.settle()
                    hands.shoot(key)
            self._shoot_records()
            self._shoot_lead()
        super().look_back()

    def _shoot_records(self) -> None:
        """Show what happened to the contract and to its customer, and what belongs to them."""
        hands, contract = self.hands, self.contract()
        for key, target in (("contracts", contract.id), ("customers", contract.customer_id)):
            hands.window.open_page(key, target)
            hands.settle()
            record = hands.window.page(key).findChild(RecordPane)
            if record is None or record.timeline is None:
                raise BugError(f"{key} has no timeline")
            record.tabs.setCurrentWidget(record.timeline)
            # What belongs to a record is read once the cursor rests on it.
            hands.rest(200)
            hands.settle()
            hands.shoot(f"{key}_timeline")

    def _shoot_lead(self) -> None:
        """Show the workbench of who leads the office: risk, load by person, what a card counts."""
        hands = self.hands
        self.sit_down(self.site.person("branch_manager").number, self.site.branch, code=True)
        hands.open_page("workbench")
        page = hands.page(WorkbenchView)
        hands.until(lambda: page.bench is not None, "the workbench is read")
        hands.shoot("workbench_lead")
        page.tabs.setCurrentIndex(PEOPLE)
        hands.shoot("workbench_people")
        cards = page.bench.cards if page.bench is not None else ()
        page.press(next(one.key for one in cards if not one.page))
        hands.shoot("workbench_card")


def application() -> QApplication:
    """Give the application of this process, one that times its calls as the desk's does.

    Without a platform set, it is the offscreen one.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QApplication.instance()
    return made if isinstance(made, QApplication) else BusyApplication()


def picture_day(
    site: DemoSite,
    options: DayOptions,
    folder: Path,
    looks: Sequence[tuple[str, str]],
    *,
    small_only: bool = False,
    clock: Clock,
    told: Callable[[str], None],
) -> WindowedDay:
    """Prepare a day through the window that leaves a picture of every screen; ``run`` it.

    ``looks`` are pairs of a language and a theme; ``small_only`` leaves the fine screen out.
    """
    formats = FORMATS[:1] if small_only else FORMATS
    wanted = Pictures(folder, tuple(Look(language, theme) for language, theme in looks), formats)
    return WindowedDay(site, options, clock, told, wanted)


def _sample_list(clock: Clock, known: str) -> str:
    """Write a list as offices have them: good rows, wrong ones, and one who is here already."""
    made = demo_branch(size=24, seed=SEED + 1, on=today(clock)).customers
    rows = [("Customer", "Number", "Mobile", "Address")]
    for number, one in enumerate(made):
        typed = one.credit_code if isinstance(one, RegisterOrganisation) else one.id_no
        mobile = "" if isinstance(one, RegisterOrganisation) else one.mobile
        rows.append((one.name, typed[:17] if number % 7 == 3 else typed, mobile, one.address))
    rows.append((made[0].name, known, "", made[0].address))
    return "\n".join(",".join(row) for row in rows)


def _no_picture(_screen: str, _view: QWidget | None = None) -> None:
    """Stand where no picture is wanted."""
