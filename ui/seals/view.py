"""The custodian's page: one step at a time, as the sealing job itself goes.

::

    choose → check → prove → stamp → look → (stamp → look …) → done
                               |
                               +-- nobody knows --> in doubt --log or two persons--> done

The machine is held open on its own lane from check to done. Ctrl+Enter, the pedal (F9) or a touch
on the one filled button does the next thing; Esc goes back as long as nothing is armed.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout
from typing_extensions import override

from app.access.queries import NOBODY_NAMED, PeopleNames
from app.contracts.queries import ContractCard
from app.documents.page_codes import parse
from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from app.kit.written import written_clock
from app.seals.queries import JobCard, StampLine
from app.seals.rules import Ruling
from devices.seal.api import DeviceState
from ui.seals.arm import arm_stylesheet
from ui.seals.panels import (
    CheckPanel,
    ChoosePanel,
    DonePanel,
    DoubtPanel,
    LookPanel,
    ProvePanel,
    StampPanel,
    seal_box,
)
from ui.seals.presenter import LOWER_MIDDLE, DoubtView, SealingPresenter, SealPlan
from ui.seals.session import MachineView, Proofs, RunView, SealSession, Stamped
from ui.seals.texts import found_text
from ui.shell.bridge import BusyWidgets, Job
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.theme.tokens import PLAIN, WIDE, Mood
from ui.widgets.label import PlainLabel
from ui.widgets.page_image import Box
from ui.widgets.rows import Row
from ui.widgets.stepper import Stepper
from ui.widgets.verb import Verb, VerbBar

R = TypeVar("R")
PEDAL = "F9"
"""The key a foot pedal sends; pedals can be set to any key."""
PULSE_MS = 700
"""How often the machine is asked how it stands; an armed one wants it each second."""


class Step(Enum):
    """Where the custodian is; the values are the keys of the stepper."""

    CHOOSE = "choose"
    CHECK = "check"
    PROVE = "prove"
    STAMP = "stamp"
    LOOK = "look"
    DONE = "done"
    DOUBT = "doubt"


HOLDING = (Step.CHECK, Step.PROVE, Step.STAMP, Step.LOOK, Step.DOUBT)


@dataclass(frozen=True)
class ToSeal:
    """What the choice shows: contracts that wait, and doubts that come before all of them."""

    contracts: list[ContractCard]
    doubts: list[tuple[JobCard, StampLine]]
    people: PeopleNames = NOBODY_NAMED


@dataclass(frozen=True)
class Checked:
    """A contract to be checked, with the pages usually stamped and the seal in the machine."""

    contract: ContractCard
    pages: tuple[int, ...]
    seal_id: str


class SealingPage(PageView):
    """The stepper of one custodian at one machine."""

    def __init__(self, at: Surroundings, desk: Desk, lanes: DeskLanes) -> None:
        super().__init__()
        self._at, self._desk, self._lanes = at, desk, lanes
        self._presenter = SealingPresenter(desk)
        self._session = SealSession(desk, self._presenter, lanes.machine_held)
        self.step = Step.CHOOSE
        self._to_seal = ToSeal([], [])
        self._checked: Checked | None = None
        self._run: RunView | None = None
        self._doubt: tuple[JobCard, StampLine] | None = None
        self._asked_log = False
        self._doubt_shown = False
        self._done: JobCard | None = None
        self._wanted: UUID | None = None
        self._machine: MachineView | None = None
        self._job: Job | None = None
        self._pulse: Job | None = None
        self.stepper = Stepper(at.theme, arm_length=True)
        self.choose, self.check, self.prove = ChoosePanel(at), CheckPanel(at), ProvePanel(at)
        self.stamping, self.look, self.over = StampPanel(at), LookPanel(at), DonePanel()
        self.doubt = DoubtPanel(at)
        self.stack = QStackedWidget()
        self.working = PlainLabel(t("Working…"), size="small")
        self.bar = VerbBar(at.theme)
        self._timer = QTimer(self)
        self._build()
        self._wire()
        self._go(Step.CHOOSE)

    def _build(self) -> None:
        self.setStyleSheet(arm_stylesheet())
        self._panels = {
            Step.CHOOSE: self.choose,
            Step.CHECK: self.check,
            Step.PROVE: self.prove,
            Step.STAMP: self.stamping,
            Step.LOOK: self.look,
            Step.DONE: self.over,
            Step.DOUBT: self.doubt,
        }
        for panel in self._panels.values():
            self.stack.addWidget(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(WIDE)
        column.addWidget(self.stepper)
        column.addWidget(self.stack, 1)
        below = QVBoxLayout()
        below.setSpacing(PLAIN)
        below.addWidget(self.working)
        below.addWidget(self.bar)
        column.addLayout(below)
        self.working.hide()

    def _wire(self) -> None:
        self.choose.table.opened.connect(self._open_row)
        self.choose.table.told.connect(self.told)
        self.choose.scan.returnPressed.connect(self._scanned)
        self.check.view.wanted.connect(self._fetch_page)
        self.check.pages.returnPressed.connect(self.confirm)
        self.prove.form.stepped_back.connect(self._back)
        self.doubt.form.stepped_back.connect(self._back)
        self._timer.setInterval(PULSE_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        pedal = QShortcut(QKeySequence(PEDAL), self)
        pedal.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        pedal.activated.connect(self._pedal)
        self.destroyed.connect(_letting_go(self._lanes, self._session))

    # -- what the window asks ------------------------------------------------------------------

    @override
    def refresh(self) -> None:
        if self.step in (Step.CHOOSE, Step.DONE, Step.DOUBT):
            run = self._at.bridge.run
            run(self._lanes.desk, self._read, done=self._list, owner=self)

    @override
    def open_at(self, target: object) -> None:
        if isinstance(target, UUID) and not self._armed:
            self._wanted = target
            self._go(Step.CHOOSE)
        self.refresh()

    @override
    def step_back(self) -> bool:
        return self._step_back()

    @override
    def keep(self) -> None:
        if not self._armed and self._job is None:
            self._lanes.machine.post(self._session.release)

    @override
    def may_close(self) -> Text | None:
        if self._armed:
            return t("The machine is armed; finish the impressions or lock the machine first.")
        return None

    @property
    def at_rest(self) -> bool:
        """Whether nothing but the machine's pulse is under way."""
        return self._job is None

    @property
    def _armed(self) -> bool:
        return self._run is not None

    @override
    def verbs(self) -> Sequence[Verb]:
        match self.step:
            case Step.CHOOSE:
                return (self._check_verb(),)
            case Step.CHECK:
                return (
                    Verb("prove", t("It is this contract"), self.confirm, "next"),
                    Verb("back", t("Back"), self._back, "back"),
                )
            case Step.PROVE:
                return (
                    Verb("arm", t("Prove and arm"), self.arm, "lock"),
                    Verb("back", t("Back"), self._back, "back"),
                )
            case Step.STAMP:
                return (self._stamp_verb(), self._lock_verb())
            case Step.LOOK:
                return (
                    Verb("same", t("The imprint is right"), self.go_on, "approve"),
                    Verb("differs", t("It is not: stop the machine"), self.report, "reject"),
                )
            case Step.DONE:
                return (
                    Verb("next", t("Next contract"), self._start_over, "next"),
                    Verb("open", t("Open the contract"), self._open_contract, "contracts"),
                )
            case Step.DOUBT:
                return self._doubt_verbs()

    def _check_verb(self) -> Verb:
        mine = "custodian" in self._desk.actor.roles
        why = None if mine else t("The custodian seals; change the person at the top right.")
        there = self.choose.table.current() is not None
        if mine and not there:
            why = t("Choose a contract first.")
        label = t("Check this contract")
        return Verb("check", label, self._check_chosen, "look", enabled=mine and there, reason=why)

    def _stamp_verb(self) -> Verb:
        page = self._run.page if self._run is not None else None
        label = t("Stamp page {page}", page=page or "–")
        why = self._not_ready()
        return Verb("stamp", label, self.stamp, "seals", enabled=why is None, reason=why)

    def _lock_verb(self) -> Verb:
        return Verb("lock", t("Lock the machine, close the job"), self.finish, "lock")

    def _not_ready(self) -> Text | None:
        view = self._machine
        if view is None or view.state is not DeviceState.ARMED:
            return t("The machine is not armed.")
        if not view.door_closed:
            return t("Close the door first.")
        return None if view.paper else t("Lay the page in first.")

    def _doubt_verbs(self) -> tuple[Verb, ...]:
        read = Verb("recover", t("Read the machine's log"), self.recover, "trace")
        if not self._asked_log:
            return (read,)
        rule = Verb("rule", t("We both saw this"), self.settle, "approve")
        return (rule, Verb("recover_again", read.label, self.recover, "trace"))

    # -- choose --------------------------------------------------------------------------------

    def _read(self) -> ToSeal:
        return ToSeal(
            self._presenter.ready_contracts(), self._presenter.doubts(), self._presenter.people()
        )

    def _list(self, to_seal: ToSeal) -> None:
        self._to_seal = to_seal
        self.choose.put(to_seal.contracts)
        now = written_clock(self._at.clock.now())
        self.read_at.emit(t("As of {time}", time=now))
        if self._armed or self.step is Step.DONE:
            return
        if to_seal.doubts:
            self._enter_doubt(*to_seal.doubts[0])
            return
        if self.step is Step.DOUBT:
            self._go(Step.CHOOSE)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self.choose.table.choose(wanted):
            self._check_chosen()
        elif to_seal.contracts and self.choose.table.current() is None:
            self.choose.table.view.go_to(0)
        self._offer()

    @Slot(object)
    def _open_row(self, _row: Row) -> None:
        self._check_chosen()

    @Slot()
    def _scanned(self) -> None:
        typed = self.choose.scan.text().strip()
        code = parse(typed)
        number = code.number if code is not None else typed
        found = [card for card in self._to_seal.contracts if card.number == number]
        self.choose.scan_note.tell("" if found else t("No contract with this code waits here."))
        if found:
            self.choose.table.choose(found[0].id)
            self._check_chosen()

    def _check_chosen(self) -> None:
        row = self.choose.table.current()
        if row is None or not self.verbs()[0].enabled:
            return
        assert isinstance(row.id, UUID)
        self._work(self._lanes.desk, lambda: self._read_checked(row.id), self._show_checked)

    def _read_checked(self, contract_id: object) -> Checked:
        assert isinstance(contract_id, UUID)
        contract = self._presenter.contract(contract_id)
        pages = self._presenter.usual_pages(contract)
        return Checked(contract, pages, self._presenter.machine().seals[0])

    # -- check ---------------------------------------------------------------------------------

    def _show_checked(self, checked: Checked) -> None:
        self._checked = checked
        self.choose.scan.clear()
        self.check.pages_note.tell("")
        self.check.show_contract(checked.contract, checked.seal_id, checked.pages)
        self._go(Step.CHECK)

    @Slot(int)
    def _fetch_page(self, page: int) -> None:
        self._fetch(page, lambda picture: self.check.view.put(page, picture, self._boxes(page)))

    def _fetch(self, page: int, put: Callable[[bytes], object]) -> None:
        checked = self._checked
        if checked is None:
            return
        draw = self._presenter.page_picture
        self._at.bridge.run(self._lanes.desk, draw, checked.contract, page, done=put, owner=self)

    def _boxes(self, page: int) -> tuple[Box, ...]:
        assert self._checked is not None
        centre = (LOWER_MIDDLE.x, LOWER_MIDDLE.y)
        return (seal_box(self._checked.contract, page, centre),)

    @Slot()
    def confirm(self) -> None:
        """Take the contract and the pages as checked."""
        checked = self._checked
        if checked is None or self.step is not Step.CHECK:
            return
        pages = read_pages(self.check.pages.text(), checked.contract.pages)
        if pages is None:
            words = t("Pages from 1 to {n}, with commas between.", n=checked.contract.pages)
            self.check.pages_note.tell(words)
            self.check.pages_note.colour(Mood.STOP)
            self.check.pages.setFocus()
            return
        self._checked = Checked(checked.contract, pages, checked.seal_id)
        self.prove.show_plan(checked.contract, pages)
        self._go(Step.PROVE)

    # -- prove ---------------------------------------------------------------------------------

    def arm(self) -> None:
        """Let both prove themselves, get the permit, arm the machine."""
        checked, form = self._checked, self.prove.form
        if checked is None or self.step is not Step.PROVE:
            return
        if not form.complete():
            form.focus_first_open()
            return
        given = form.answers()
        witness = given.text("witness").strip()
        pages, contract_id = checked.pages, checked.contract.id
        proofs = Proofs(given.text("code"), given.text("password"), given.text("witness_code"))

        def prove() -> RunView:
            plan: SealPlan = self._presenter.plan(contract_id, pages, witness)
            return self._session.prove(plan, proofs)

        self._work(self._lanes.machine, prove, self._on_armed, self._on_not_proved)

    def _on_armed(self, run: RunView) -> None:
        self._clear_secrets()
        self._show_run(run)

    def _on_not_proved(self, problem: Problem) -> None:
        self._clear_secrets()
        self.show_trouble(problem)
        self.prove.form.focus_first_open()

    def _clear_secrets(self) -> None:
        self.prove.form.fill({"code": "", "password": "", "witness_code": ""})

    # -- stamp and look ------------------------------------------------------------------------

    def _show_run(self, run: RunView) -> None:
        self._run = run
        page = run.page
        if page is None:
            return
        panel = self.stamping
        panel.count.tell(t("{k} of {n}", k=run.made + 1, n=len(run.pages)))
        panel.lay_in.tell(t("Lay in page {page}", page=page))
        panel.note.tell(t("Code towards the camera, then press."))
        panel.note.colour(Mood.PLAIN)
        panel.seen.clear()
        panel.seen_words.tell("")
        panel.approved.clear()
        self._fetch(page, lambda picture: panel.approved.show_page(picture, self._boxes(page)))
        self._go(Step.STAMP)

    def stamp(self) -> None:
        """Look at what lies in the machine and stamp it where it is the page wanted."""
        run = self._run
        if run is None or run.page is None or self.step is not Step.STAMP or self._not_ready():
            return
        page = run.page
        self._work(self._lanes.machine, lambda: self._session.stamp(page), self._on_stamped)

    def _on_stamped(self, stamped: Stamped) -> None:
        self._run = stamped.run
        panel = self.stamping
        if stamped.struck is None:
            panel.seen.show_page(stamped.look.photo)
            panel.seen_words.tell(found_text(stamped.look.verdict))
            panel.note.tell(t("Refused. Nothing moved. Take it out and lay in the right page."))
            panel.note.colour(Mood.STOP)
            self._offer()
        elif stamped.struck.outcome != "done":
            panel.note.tell(t("The machine did not stamp. Look at it, then press again."))
            panel.note.colour(Mood.WARN)
            self._offer()
        else:
            self._show_look(stamped)

    def _show_look(self, stamped: Stamped) -> None:
        made = stamped.run.made
        page = stamped.run.pages[made - 1]
        self.look.what.tell(
            t("Impression {k} of {n}, page {page}: is it right?",
              k=made, n=len(stamped.run.pages), page=page)
        )  # fmt: skip
        self.look.approved.clear()
        self._fetch(page, lambda picture: self.look.approved.show_page(picture, self._boxes(page)))
        self.look.photo.show_page(stamped.photo)
        self._go(Step.LOOK)

    def go_on(self) -> None:
        """Take the imprint as right: the next page, or the end."""
        if self._run is None or self.step is not Step.LOOK:
            return
        if self._run.page is None:
            self.finish()
        else:
            self._show_run(self._run)

    def finish(self) -> None:
        """Lock the machine, bring its log home and close the job."""
        self._work(self._lanes.machine, self._session.finish, self._on_done)

    def report(self) -> None:
        """Stop the machine on record: the imprint is not as approved."""
        run = self._run
        if run is None or self.step is not Step.LOOK:
            return
        said = str(
            t("Impression {k} of contract {number} is not as approved.",
              k=run.made, number=run.job.subject_number)
        )  # fmt: skip

        def reported(_job: JobCard) -> None:
            self._run = None
            self._start_over()
            self.tell(t("The machine is stopped on record; manager and head office decide."))

        self._work(self._lanes.machine, lambda: self._session.report(said), reported)

    def _on_done(self, job: JobCard) -> None:
        self._run, self._doubt, self._done = None, None, job
        self.doubt.form.hide()
        self.over.show_job(job, self._to_seal.people)
        self._go(Step.DONE)
        self.refresh()

    @Slot()
    def _start_over(self) -> None:
        self._checked, self._done = None, None
        self._go(Step.CHOOSE)
        self.refresh()

    def _open_contract(self) -> None:
        if self._done is not None:
            self.asked_for.emit("contracts", self._done.subject_id)

    # -- in doubt ------------------------------------------------------------------------------

    def _enter_doubt(self, job: JobCard, stamp: StampLine) -> None:
        if self.step is Step.DOUBT and self._doubt is not None and self._doubt[1].id == stamp.id:
            return
        self._doubt, self._run, self._asked_log = (job, stamp), None, False
        self._doubt_shown = False
        self.doubt.name_doubt(job, stamp.index, stamp.page)
        self._go(Step.DOUBT)
        self._ask_doubt()

    def _ask_doubt(self) -> None:
        """Ask the machine what two persons need to know; one that is away is asked again later."""
        if self._doubt is not None:
            job, stamp = self._doubt
            ask = partial(self._session.doubt, job, stamp)
            self._work(self._lanes.machine, ask, self._show_doubt, self._doubt_not_seen)

    def _show_doubt(self, view: DoubtView) -> None:
        self._doubt_shown = True
        self.doubt.show_doubt(view)

    def _doubt_not_seen(self, problem: Problem) -> None:
        self.doubt.counter.tell(t("{what} {next}", what=problem.what, next=problem.next))

    def recover(self) -> None:
        """Ask the machine's signed log what became of the impression."""
        if self._doubt is None:
            return
        job, stamp = self._doubt
        self._work(
            self._lanes.machine,
            lambda: self._session.recover(job, stamp),
            self._on_done,
            self._on_not_recovered,
        )

    def _on_not_recovered(self, problem: Problem) -> None:
        """Only a machine that does not know leads to two persons; one that is away does not."""
        if problem.code == "E-SEAL-DOUBT":
            self._asked_log = True
            self.doubt.ask_two()
            self._offer()
        else:
            self.show_trouble(problem)

    def settle(self) -> None:
        """Let two persons rule on what both saw."""
        form = self.doubt.form
        if self._doubt is None or not self._asked_log:
            return
        if not form.complete():
            form.focus_first_open()
            return
        job, stamp = self._doubt
        given = form.answers()
        ruling: Ruling = (
            "settled_done" if given.text("ruling") == "settled_done" else "settled_not_done"
        )
        proofs = Proofs(given.text("code"), given.text("password"), given.text("witness_code"))
        statement, second = given.text("statement"), given.text("witness").strip()

        def rule() -> JobCard:
            return self._session.settle(job, stamp, ruling, statement, second, proofs)

        def refused(problem: Problem) -> None:
            form.fill({"code": "", "password": "", "witness_code": ""})
            self.show_trouble(problem)

        self._work(self._lanes.machine, rule, self._on_done, refused)

    # -- the machine ---------------------------------------------------------------------------

    @Slot()
    def _tick(self) -> None:
        wanted = self.step in HOLDING and (self._armed or self.isVisible())
        if wanted and self._job is None and self._pulse is None:
            self._pulse = self._at.bridge.run(
                self._lanes.machine, self._session.pulse, done=self._on_pulse, owner=self
            )

    def _on_pulse(self, view: MachineView) -> None:
        self._pulse = None
        before, self._machine = self._machine, view
        self.stamping.face.show_machine(view)
        lost = self._armed and view.problem is not None
        if lost and view.problem is not None:
            self._run = None
            self.show_trouble(view.problem)
            self._start_over()
        elif self.step is Step.DOUBT and view.problem is None and not self._doubt_shown:
            self._ask_doubt()
        elif self.step is Step.STAMP and _stands(before) != _stands(view):
            self._offer()

    def _work(
        self,
        lane: Lane,
        call: Callable[[], R],
        done: Callable[[R], object],
        failed: Callable[[Problem], object] | None = None,
    ) -> None:
        """Do one thing at a time; a doubt has its own screen wherever it comes from."""
        if self._job is not None:
            return

        def over(result: R) -> None:
            self._job = None
            done(result)

        def refused(problem: Problem) -> None:
            self._job = None
            if problem.code == "E-SEAL-DOUBT" and self.step is not Step.DOUBT:
                self._run = None
                self._go(Step.DOUBT)
                self.refresh()
            else:
                (failed or self.show_trouble)(problem)
                self._offer()

        busy = BusyWidgets(self.bar, shown=self.working)
        self._job = self._at.bridge.run(
            lane, call, done=over, failed=refused, busy=busy, owner=self
        )

    # -- moving --------------------------------------------------------------------------------

    def _go(self, step: Step) -> None:
        self.step = step
        self.stack.setCurrentWidget(self._panels[step])
        in_doubt = step is Step.DOUBT
        self.stepper.go(Step.STAMP.value if in_doubt else step.value, doubt=in_doubt)
        self._offer()
        if step is Step.CHOOSE:
            self.setFocusProxy(self.choose.table)
            self.choose.table.setFocus()
        elif step is Step.PROVE:
            self.setFocusProxy(self.prove.form)
            self.prove.form.focus_first_open()
        else:
            self.setFocusProxy(self.stack)
            self.bar.focus_next()

    def _offer(self) -> None:
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()
        if self.step in (Step.STAMP, Step.LOOK):
            self.bar.focus_next()

    @Slot()
    def _back(self) -> None:
        self._step_back()

    def _step_back(self) -> bool:
        back = {Step.CHECK: Step.CHOOSE, Step.PROVE: Step.CHECK, Step.DONE: Step.CHOOSE}
        if self._job is None and self.step in back:
            self._go(back[self.step])
            if self.step is Step.CHOOSE:
                self._lanes.machine.post(self._session.release)
                self.refresh()
            return True
        return self.step is not Step.CHOOSE

    @Slot()
    def _pedal(self) -> None:
        verbs = self.verbs()
        if verbs and verbs[0].enabled:
            verbs[0].call()

    @override
    def say(self) -> None:
        self.choose.say()
        self.check.say()


def seals_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the sealing page of a desk."""
    return Page("seals", t("Sealing"), "seals", lambda at: SealingPage(at, desk, lanes))


def _letting_go(lanes: DeskLanes, session: SealSession) -> Callable[[], None]:
    """Let the machine go on its own lane when the page is gone, whatever was under way."""

    def let_go() -> None:
        # A lane that is closed already has ended with its process's devices.
        with suppress(RuntimeError):
            lanes.machine.post(session.release)

    return let_go


def read_pages(typed: str, count: int) -> tuple[int, ...] | None:
    """Read page numbers with commas or blanks between; None where one is not a page of these."""
    parts = [part for part in re.split(r"[\s,\uff0c\u3001]+", typed.strip()) if part]
    if not parts or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    pages = tuple(int(part) for part in parts)
    return pages if all(1 <= page <= count for page in pages) else None


def _stands(view: MachineView | None) -> tuple[object, ...]:
    return (None,) if view is None else (view.state, view.door_closed, view.paper)
