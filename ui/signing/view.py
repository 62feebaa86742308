"""The signing page: the customer reads, signs and accepts; the clerk sees how far it is.

::

    choose --contract--> reading --sign--> writing --done--> accepting --accept--> signed
                            ^                 |  ^              |
                            +--stop, trouble--+  +--sign again--+

Ink exists only in memory until it was accepted; whatever ends a signature before leaves nothing.
"""

from collections.abc import Sequence
from enum import Enum
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.contracts.queries import ContractCard
from app.kit.clock import today
from app.kit.errors.base import Problem
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.kit.written import written_clock
from devices.signpad.api import Axes, InkRecord, Sample, SignaturePad, Watch
from devices.signpad.capture import Captured
from devices.signpad.quality import explain
from devices.signpad.tablet import TabletPad, WritingArea
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.signing.ink import AspectBox, InkFeed, draw_record, draw_sample, pen_event
from ui.signing.presenter import BegunSigning, SignedContract, SigningPresenter, SigningSheet
from ui.theme.tokens import FAR, NEAR, PLAIN, TIGHT, WIDE, Mood
from ui.widgets.badge import StateBadge
from ui.widgets.choice import ChoiceBox
from ui.widgets.empty import EmptyState
from ui.widgets.ink_pad import InkPad, InkSource, PenInput
from ui.widgets.label import PlainLabel, named
from ui.widgets.loaded import LoadedRows
from ui.widgets.pages import PagesView
from ui.widgets.problem import ProblemPanel
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar

COLUMNS = (
    Column("number", t("Contract no."), 200),
    Column("customer", t("Customer"), 240, stretch=True),
    Column("premium", t("Premium, yuan"), 130, numeric=True),
    Column("cover", t("Cover"), 210),
)
PAD_ASPECT = 2.5
"""Width by height of the writing area in the window; a pad brings its own."""
SIGN_NAME, SIGN_AMOUNT, SIGN_DATE = t("Contract no."), t("Premium, yuan"), t("Date")


class Phase(Enum):
    """How far a signature is."""

    CHOOSE = "choose"
    READING = "reading"
    BEGINNING = "beginning"
    WRITING = "writing"
    ACCEPTING = "accepting"
    BINDING = "binding"
    SIGNED = "signed"


SAYS = {
    Phase.CHOOSE: (t("Choose a contract"), Mood.PLAIN),
    Phase.READING: (t("To read"), Mood.PLAIN),
    Phase.BEGINNING: (t("Getting ready…"), Mood.WAIT),
    Phase.WRITING: (t("Please sign now"), Mood.WAIT),
    Phase.ACCEPTING: (t("Please check and accept"), Mood.WARN),
    Phase.BINDING: (t("Signing the file…"), Mood.WAIT),
    Phase.SIGNED: (t("Signed"), Mood.OK),
}


class SigningPage(PageView):
    """Lays one contract before the customer and takes the signature."""

    def __init__(self, at: Surroundings, desk: Desk, lanes: DeskLanes) -> None:
        super().__init__()
        self._at, self._desk, self._lanes = at, desk, lanes
        self._presenter = SigningPresenter(desk)
        self._sheet: SigningSheet | None = None
        self._begun: BegunSigning | None = None
        self._watch = Watch()
        self._axes: Axes | None = None
        self._tablet: TabletPad | None = None
        self._record: InkRecord | None = None
        self._points = 0
        self.phase = Phase.CHOOSE
        self._feed = InkFeed(self)
        self.rows = LoadedRows(COLUMNS)
        self.table = ListTable(
            at.theme, COLUMNS, self.rows, name=t("Waiting for a signature"), empty=_empty(at)
        )
        self.pages = PagesView(at.theme, t("Pages of the contract"))
        self.badge = StateBadge(at.theme)
        self.title = PlainLabel(size="title")
        self.facts = QGridLayout()
        self.signer = ChoiceBox(at.theme)
        self.consent = PlainLabel(size="strong", wrap=True)
        self.pad_ink = InkPad(at.theme, t("Signature"), takes_input=False)
        self.screen_ink = InkPad(at.theme, t("Signature, on this screen"))
        self.progress = PlainLabel(size="small", wrap=True)
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._pile = QStackedLayout(self)
        self._build()
        self._wire()
        self._go(Phase.CHOOSE)

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self._inks = QWidget()
        self._ink_pile = QStackedLayout(self._inks)
        self.pad_box = AspectBox(self.pad_ink, PAD_ASPECT)
        self.screen_box = AspectBox(self.screen_ink, PAD_ASPECT)
        self._ink_pile.addWidget(self.pad_box)
        self._ink_pile.addWidget(self.screen_box)
        sheet = QWidget()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(FAR)
        row.addWidget(self.pages, 5)
        row.addWidget(self._customer_side(), 6)
        choose = QWidget()
        column = QVBoxLayout(choose)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(PlainLabel(t("Who signs today?"), size="title"))
        column.addWidget(self.table, 1)
        self._pile.addWidget(choose)
        self._pile.addWidget(sheet)

    def _customer_side(self) -> QWidget:
        card = QFrame()
        card.setProperty("look", "surface")
        column = QVBoxLayout(card)
        column.setContentsMargins(FAR, WIDE, FAR, WIDE)
        column.setSpacing(PLAIN)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.badge)
        column.addLayout(top)
        self.facts.setHorizontalSpacing(WIDE)
        self.facts.setVerticalSpacing(TIGHT)
        self.facts.setColumnStretch(1, 1)
        column.addLayout(self.facts)
        who = QHBoxLayout()
        who.setSpacing(NEAR)
        who.addWidget(PlainLabel(t("Signer"), size="label"))
        who.addWidget(self.signer, 1)
        column.addLayout(who)
        column.addWidget(self.consent)
        column.addWidget(self._inks, 1)
        column.addWidget(self.progress)
        column.addWidget(self.problem)
        column.addWidget(self.bar)
        return card

    def _wire(self) -> None:
        self.table.opened.connect(self._open_row)
        self.table.told.connect(self.told)
        self.pages.wanted.connect(self._fetch_page)
        self.screen_ink.pen.connect(self._on_pen)
        named(self.signer, t("Signer"))

    # -- what the window asks ------------------------------------------------------------------

    @override
    def refresh(self) -> None:
        if self.phase is Phase.CHOOSE:
            self._sheet = None
            self._go(Phase.CHOOSE)
            run, read = self._at.bridge.run, self._presenter.waiting
            run(self._lanes.desk, read, done=self._list, owner=self)

    @override
    def open_at(self, target: object) -> None:
        if isinstance(target, UUID) and self.phase in (Phase.CHOOSE, Phase.READING, Phase.SIGNED):
            self._lay_out(target)

    @override
    def step_back(self) -> bool:
        if self.phase in (Phase.READING, Phase.SIGNED) and self._begun is None:
            self._go(Phase.CHOOSE)
            self.refresh()
        return self.phase is not Phase.CHOOSE

    @override
    def keep(self) -> None:
        if self.phase is Phase.SIGNED:  # seen: whoever comes back chooses anew
            self._go(Phase.CHOOSE)

    @override
    def may_close(self) -> Text | None:
        if self.phase in (Phase.WRITING, Phase.ACCEPTING, Phase.BINDING):
            return t("The customer is signing; stop it or let it finish first.")
        return None

    @override
    def verbs(self) -> Sequence[Verb]:
        match self.phase:
            case Phase.READING:
                return self._reading_verbs()
            case Phase.WRITING:
                return (
                    Verb("done", t("Signed: show it"), self.end_writing, "approve"),
                    Verb("again", t("Clear, sign again"), self.clear_ink, "clear"),
                    Verb("stop", t("Stop"), self.stop, "cancel"),
                )
            case Phase.ACCEPTING:
                return (
                    Verb("accept", t("I accept this contract"), self.accept, "approve"),
                    Verb("again", t("Sign again"), self.let_write, "clear"),
                    Verb("stop", t("Stop"), self.stop, "cancel"),
                )
            case Phase.SIGNED:
                return (Verb("open", t("Open the contract"), self._open_contract, "contracts"),)
            case _:
                return ()

    def _reading_verbs(self) -> tuple[Verb, ...]:
        again = self._begun is not None
        label = t("Let the customer sign again") if again else t("Let the customer sign")
        here = Verb("screen", t("Sign on this screen"), self.sign_here, "edit")
        first = Verb("sign", label, self.sign_on_pad, "pen")
        give_up = Verb("stop", t("Give up"), self.stop, "cancel")
        return (first, here, give_up) if again else (first, here)

    # -- choosing and reading ------------------------------------------------------------------

    def _list(self, cards: list[ContractCard]) -> None:
        self.rows.put([_row(card) for card in cards])
        self.table.reload()
        if cards and self.table.current() is None:
            self.table.view.go_to(0)
        now = written_clock(self._at.clock.now())
        self.read_at.emit(t("As of {time}", time=now))

    @Slot(object)
    def _open_row(self, row: Row) -> None:
        assert isinstance(row.id, UUID)
        self._lay_out(row.id)

    def _lay_out(self, contract_id: UUID) -> None:
        run, read = self._at.bridge.run, self._presenter.sheet
        run(self._lanes.desk, read, contract_id, done=self._show_sheet, owner=self)

    def _show_sheet(self, sheet: SigningSheet) -> None:
        self._sheet, self._begun, self._record = sheet, None, None
        self.problem.clear()
        self.signer.clear()
        self.signer.addItems(list(sheet.signers))
        self.consent.tell(sheet.consent)
        self.pad_ink.clear()
        self.screen_ink.clear()
        self._say_facts()
        self.pages.begin(sheet.contract.pages)
        self._go(Phase.READING)
        self._note(
            t("An earlier signature was begun and not finished; a new one takes its place.")
            if sheet.left_open
            else t("The pages turn with Page Up and Page Down.")
        )

    def _say_facts(self) -> None:
        if self._sheet is None:
            return
        contract = self._sheet.contract
        self.title.tell(contract.customer_name)
        day = today(self._at.clock).isoformat()
        facts = (
            (SIGN_NAME, contract.number),
            (SIGN_AMOUNT, yuan_grouped(contract.premium_fen)),
            (t("Cover"), f"{contract.cover_from} – {contract.cover_to}"),
            (SIGN_DATE, day),
        )
        while (item := self.facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (label, value) in enumerate(facts):
            called = PlainLabel(label, size="label")
            self.facts.addWidget(called, row, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(PlainLabel(value, size="strong", wrap=True), row, 1)

    @Slot(int)
    def _fetch_page(self, page: int) -> None:
        if self._sheet is None:
            return
        contract = self._sheet.contract

        def draw() -> bytes:
            return self._presenter.page_picture(contract, page)

        def put(picture: bytes) -> None:
            if self._sheet is not None and self._sheet.contract.id == contract.id:
                self.pages.put(page, picture)

        self._at.bridge.run(self._lanes.desk, draw, done=put, owner=self)

    # -- signing -------------------------------------------------------------------------------

    def sign_on_pad(self) -> None:
        """Let the customer sign on the pad of this desk."""
        self._tablet = None
        self._begin()

    def sign_here(self) -> None:
        """Let the customer sign on this screen with a pen."""
        box = self.screen_box
        area = WritingArea(
            max(self.screen_ink.width(), 1),
            max(self.screen_ink.height(), 1),
            max(box.logicalDpiX(), 1),
            self.screen().name(),
        )
        self._tablet = TabletPad(area, self._at.clock)
        self._begin()

    def _begin(self) -> None:
        if self._sheet is None or self.phase is not Phase.READING:
            return
        self.problem.clear()
        if self._begun is not None:
            self.let_write()
            return
        self._go(Phase.BEGINNING)
        self._at.bridge.run(
            self._lanes.desk,
            self._presenter.begin,
            self._sheet.contract.id,
            self.signer.currentText(),
            done=self._on_begun,
            failed=self._on_trouble,
            owner=self,
        )

    def _on_begun(self, begun: BegunSigning) -> None:
        self._begun = begun
        self.let_write()

    def let_write(self) -> None:
        """Open the pad and follow the pen; also when the customer wants to sign again."""
        if self._begun is None:
            return
        self._go(Phase.BEGINNING)
        self._record, self._points, self._axes = None, 0, None
        ink = self._ink()
        ink.clear()
        self._watch = Watch()
        self._lanes.pad_held.set()
        self._at.bridge.run(
            self._lanes.pad,
            self._take,
            self._begun,
            self._watch,
            self._tablet,
            done=self._on_captured,
            failed=self._on_trouble,
            owner=self,
        )

    def _take(self, begun: BegunSigning, watch: Watch, pad: SignaturePad | None) -> Captured:
        """Run on the pad's lane."""
        try:
            return self._presenter.take_ink(
                begun,
                watch,
                ready=lambda: self._feed.post(lambda: self._on_ready(watch)),
                seen=lambda sample: self._feed.post(lambda: self._on_sample(watch, sample)),
                pad=pad,
                measured=lambda axes: self._feed.post(lambda: self._on_measured(axes)),
            )
        finally:
            self._lanes.pad_held.clear()

    def _on_measured(self, axes: Axes) -> None:
        self._axes = axes
        if self._tablet is None:
            self.pad_box.keep(axes.aspect)

    def _on_ready(self, watch: Watch) -> None:
        if watch is self._watch and self.phase is Phase.BEGINNING:
            self._go(Phase.WRITING)
            self._note(t("The pad listens. Please sign on it with the pen.")
                       if self._tablet is None
                       else t("Please sign in the field with the pen."))  # fmt: skip
            self.setFocus()

    def _on_sample(self, watch: Watch, sample: Sample) -> None:
        if watch is not self._watch or self._axes is None:
            return
        if self._tablet is None:
            draw_sample(self.pad_ink, sample, self._axes)
        if sample.down:
            self._points += 1
            self._note(t("{n} points of ink so far", n=self._points))

    @Slot(object)
    def _on_pen(self, pen: PenInput) -> None:
        if self._tablet is None or self.phase is not Phase.WRITING:
            return
        self._tablet.feed(pen_event(pen))
        if pen.source is InkSource.MOUSE and not pen.made_up:
            self._note(t("This is a mouse. Ink drawn with a mouse is not accepted."), Mood.WARN)

    def clear_ink(self) -> None:
        """Throw away what was drawn and go on listening."""
        if self.phase is Phase.WRITING:
            self._ink().clear()
            self._points = 0
            self._watch.again.set()
            self._note(t("Cleared. Please sign again."))

    def end_writing(self) -> None:
        """Take what was drawn as the signature, to be looked at and accepted."""
        if self.phase is Phase.WRITING:
            self._watch.done.set()

    def _on_captured(self, captured: Captured) -> None:
        if self.phase is not Phase.WRITING:
            return
        self._record = captured.record
        draw_record(self._ink(), captured.record)
        self._go(Phase.ACCEPTING)
        warned = captured.quality.warned
        if warned:
            self._note(t("Look twice: {reason}", reason=explain(warned[0])), Mood.WARN)
        else:
            self._note(t("Is this your signature, under this document, amount and date?"))

    def accept(self) -> None:
        """Bind the ink to the document and sign the file."""
        if self._begun is None or self._record is None or self.phase is not Phase.ACCEPTING:
            return
        self._go(Phase.BINDING)
        self._at.bridge.run(
            self._lanes.desk,
            self._presenter.finish,
            self._begun,
            self._record,
            done=self._on_signed,
            failed=self._on_trouble,
            owner=self,
        )

    def _on_signed(self, signed: SignedContract) -> None:
        self._begun = self._record = None
        self._go(Phase.SIGNED)
        self._note(
            t("The signed file is kept and was checked: {hash}…", hash=signed.signed_sha256[:12]),
            Mood.OK,
        )
        self.tell(t("The contract is signed."))

    def stop(self) -> None:
        """Stop for good: nothing is kept but the note that somebody stopped."""
        self._watch.cancel.set()
        begun, self._begun, self._record = self._begun, None, None
        self._ink().clear()
        self._go(Phase.READING)
        self._note(t("Stopped. Nothing was kept; the document is as it was."))
        if begun is not None:
            self._at.bridge.run(
                self._lanes.desk, self._presenter.abandon, begun.signature_id, "stopped", owner=self
            )

    def _on_trouble(self, problem: Problem) -> None:
        """Say what went wrong; the ink is gone, the begun signature can be tried again."""
        self._record = None
        self._ink().clear()
        self._note("")
        self._go(Phase.READING)
        self.problem.show_problem(problem)

    # -- showing -------------------------------------------------------------------------------

    def _ink(self) -> InkPad:
        return self.pad_ink if self._tablet is None else self.screen_ink

    def _note(self, words: Text | str, mood: Mood = Mood.PLAIN) -> None:
        self.progress.tell(words)
        self.progress.colour(mood)

    def _go(self, phase: Phase) -> None:
        self.phase = phase
        self._pile.setCurrentIndex(0 if phase is Phase.CHOOSE else 1)
        self._ink_pile.setCurrentIndex(0 if self._tablet is None else 1)
        self.signer.setEnabled(phase is Phase.READING and self._begun is None)
        words, mood = SAYS[phase]
        self.badge.tell(words, mood)
        self.setFocusProxy(self.table if phase is Phase.CHOOSE else self.pages)
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()
        if phase in (Phase.READING, Phase.WRITING, Phase.ACCEPTING, Phase.SIGNED):
            self.bar.focus_next()

    def _open_contract(self) -> None:
        if self._sheet is not None:
            self.asked_for.emit("contracts", self._sheet.contract.id)

    @override
    def say(self) -> None:
        named(self.signer, t("Signer"))
        self._say_facts()


def signing_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the signing page of a desk."""
    return Page("signing", t("Signing"), "signing", lambda at: SigningPage(at, desk, lanes))


def _empty(at: Surroundings) -> EmptyState:
    return EmptyState(
        at.theme,
        t("Nothing waits for a signature."),
        t("A contract appears here once it is drawn up."),
        icon="signing",
    )


def _row(card: ContractCard) -> Row:
    cover = f"{card.cover_from} – {card.cover_to}"
    return Row(card.id, (card.number, card.customer_name, yuan_grouped(card.premium_fen), cover))
