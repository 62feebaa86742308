"""The four parts of the drill: paper, pen, people, line. Each shows and offers; none of them acts.

A panel is told what to show once a second, so it changes a list, a picture or a button only where
something is different: what a person is about to press must not move away.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.drill.ports import DemoLogin, Fault, MachineNow, Manner, Written
from ui.drill.presenter import DrillNow, Paper
from ui.drill.texts import (
    FAULTS,
    MANNERS,
    code_text,
    faults_on,
    lies_there,
    machine_stands,
    written_text,
)
from ui.shell.page import Surroundings
from ui.theme.tokens import NEAR, PLAIN, WIDE, Mood
from ui.widgets.badge import StateBadge
from ui.widgets.choice import ChoiceBox
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact
from ui.widgets.label import PlainLabel, named
from ui.widgets.loaded import LoadedRows
from ui.widgets.page_image import PageImage
from ui.widgets.rows import Column, Row
from ui.widgets.spoken import Spoken
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar, VerbButton

SIDE_BY_SIDE = 720
"""From this width on the picture stands beside what can be done, not above it."""
PICTURE_LEAST = 150
LABEL, WIDEST = 128, 640
"""Width of the labels before fields, and of what needs no more room, in pixels."""
PEOPLE = (
    Column("name", t("Who"), 90),
    Column("role", t("Role"), 150, stretch=True),
    Column("number", t("Person number"), 110),
)
LONGEST_NAME = 16
"""Signs of a customer's name a choice of contracts has room for beside the number."""


class Offer(VerbBar):
    """A bar of verbs that is made anew only when something about them is different."""

    def keep(self, verbs: Sequence[Verb]) -> bool:
        """Offer these verbs; says whether that changed anything."""
        if [_shape(verb) for verb in verbs] == [_shape(verb) for verb in self.verbs]:
            return False
        self.offer(verbs)
        return True


class QuietOffer(Offer):
    """A bar beside the one that has the next verb: none of its own is filled."""

    @override
    def offer(self, verbs: Sequence[Verb]) -> None:
        focused = self._focused_key()
        self._clear()
        self._verbs = tuple(verbs)
        for verb in verbs:
            button = VerbButton(verb, self._theme, look="quiet")
            self._add(button)
            if verb.key == focused:
                button.setFocus()
        self.offered.emit()


class Panel(Spoken, QWidget):
    """One part of the drill; ``changed`` when the person chose something else in it."""

    changed = Signal()

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.at = at

    def show_now(self, now: DrillNow) -> None:
        """Show how things stand."""

    @override
    def say(self) -> None:
        """Say its own words in the language in use."""


class PaperPanel(Panel):
    """What lies in the simulated machine, what to lay in, what to let go wrong."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__(at)
        self.picture = PageImage(at.theme, t("What lies in the machine"))
        self.lies = PlainLabel(wrap=True)
        self.stands = StateBadge(at.theme)
        self.contract, self.page = ChoiceBox(at.theme), ChoiceBox(at.theme)
        self.fault = ChoiceBox(at.theme)
        self.fault_words, self.on = PlainLabel(size="small", wrap=True), PlainLabel(wrap=True)
        self.paper_bar, self.fault_bar = Offer(at.theme), QuietOffer(at.theme)
        self._papers: tuple[Paper, ...] = ()
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._build()
        self.say()

    @property
    def chosen(self) -> tuple[Paper, int] | None:
        """The contract and page at hand."""
        place, page = self.contract.currentIndex(), self.page.currentIndex() + 1
        return (self._papers[place], page) if 0 <= place < len(self._papers) and page else None

    @property
    def fault_chosen(self) -> Fault:
        """What would go wrong."""
        return tuple(FAULTS)[max(self.fault.currentIndex(), 0)]

    @override
    def show_now(self, now: DrillNow) -> None:
        machine = now.machine
        self.stands.tell(*machine_stands(machine))
        self.lies.tell(lies_there(machine))
        self.on.tell(faults_on(machine))
        self.on.setVisible(bool(str(faults_on(machine))))
        self._show_picture(machine, now.bed)
        if now.papers != self._papers:
            self._put_papers(now.papers)

    @override
    def say(self) -> None:
        named(self.contract, t("Contract"))
        named(self.page, t("Page of it"))
        named(self.fault, t("What goes wrong"))
        _refill(self.fault, [str(words) for words, _ in FAULTS.values()])
        self.fault_words.tell(FAULTS[self.fault_chosen][1])
        self._say_pages()

    def _build(self) -> None:
        self.picture.setMinimumHeight(PICTURE_LEAST)
        self._row.setContentsMargins(0, PLAIN, 0, 0)
        self._row.setSpacing(PLAIN)
        self._row.addWidget(self.picture, 1)
        side = QVBoxLayout()
        side.setSpacing(NEAR)
        side.addWidget(self.lies)
        for words, box in ((t("Contract"), self.contract), (t("Page of it"), self.page)):
            side.addLayout(_line(words, box))
        side.addWidget(self.paper_bar)
        side.addWidget(_rule())
        top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        top.addWidget(PlainLabel(t("Let something go wrong"), size="strong"), 1)
        top.addWidget(self.stands)
        side.addLayout(top)
        side.addWidget(self.fault)
        side.addWidget(self.fault_words)
        side.addWidget(self.on)
        side.addWidget(self.fault_bar)
        side.addStretch(1)
        self._row.addLayout(side, 1)
        for box in (self.contract, self.page, self.fault):
            _narrow(box)
        self.setFocusProxy(self.page)
        self.on.colour(Mood.WARN)
        self.contract.currentIndexChanged.connect(self._on_contract)
        self.page.currentIndexChanged.connect(self._on_choice)
        self.fault.currentIndexChanged.connect(self._on_fault)

    def _show_picture(self, machine: MachineNow, bed: bytes | None) -> None:
        if bed:
            self.picture.show_page(bed)
        if not machine.paper:
            self.picture.clear()

    def _put_papers(self, papers: tuple[Paper, ...]) -> None:
        """Take the contracts over; what the desk waits for next lies on top of the pile."""
        before, stays = self.chosen, papers[:1] == self._papers[:1]
        ids = [one.contract_id for one in papers]
        self._papers = papers
        _refill(self.contract, [str(_paper_words(one)) for one in papers])
        if before is not None and stays and before[0].contract_id in ids:
            self._put_on_top(ids.index(before[0].contract_id))
            self._say_pages()
        else:
            self._put_on_top(0 if papers else -1)
            self._turn_to_wanted()
        self.changed.emit()

    def _put_on_top(self, place: int) -> None:
        self.contract.blockSignals(True)
        self.contract.setCurrentIndex(place)
        self.contract.blockSignals(False)

    def _say_pages(self) -> None:
        place = self.contract.currentIndex()
        paper = self._papers[place] if 0 <= place < len(self._papers) else None
        count = paper.pages if paper is not None else 0
        lines = [str(_page_words(paper, n)) for n in range(1, count + 1)] if paper else []
        _refill(self.page, lines)

    def _turn_to_wanted(self) -> None:
        self._say_pages()
        place = self.contract.currentIndex()
        if 0 <= place < len(self._papers):
            self.page.setCurrentIndex(self._papers[place].wanted - 1)

    @Slot()
    def _on_contract(self) -> None:
        self._turn_to_wanted()
        self.changed.emit()

    @Slot()
    def _on_choice(self) -> None:
        self.changed.emit()

    @Slot()
    def _on_fault(self) -> None:
        self.fault_words.tell(FAULTS[self.fault_chosen][1])
        self.changed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= SIDE_BY_SIDE
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)


class PenPanel(Panel):
    """The hand that signs on the simulated pad."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__(at)
        self.stands = StateBadge(at.theme)
        self.name, self.manner = QLineEdit(), ChoiceBox(at.theme)
        self.manner_words = PlainLabel(size="small", wrap=True)
        self.came = PlainLabel(wrap=True)
        self.bar = Offer(at.theme)
        self._proposed = ""
        self._build()
        self.say()

    @property
    def manner_chosen(self) -> Manner:
        """How the hand would sign."""
        return tuple(MANNERS)[max(self.manner.currentIndex(), 0)]

    @override
    def show_now(self, now: DrillNow) -> None:
        plugged = now.pad_plugged
        self.stands.tell(t("In order") if plugged else t("Cable pulled"),
                         Mood.OK if plugged else Mood.STOP)  # fmt: skip
        if now.signer != self._proposed and self.name.text() in ("", self._proposed):
            self.name.setText(now.signer)
        self._proposed = now.signer

    def tell_written(self, written: Written | None) -> None:
        """Say what the hand left; None while it writes."""
        self.came.tell(t("The hand writes…") if written is None else written_text(written))

    @override
    def say(self) -> None:
        named(self.name, t("Name to write"))
        named(self.manner, t("How the hand signs"))
        _refill(self.manner, [str(words) for words, _ in MANNERS.values()])
        self.manner_words.tell(MANNERS[self.manner_chosen][1])

    def _build(self) -> None:
        self.setMaximumWidth(WIDEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, PLAIN, 0, 0)
        column.setSpacing(NEAR)
        top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        top.addWidget(PlainLabel(t("The hand at the signature pad"), size="strong"), 1)
        top.addWidget(self.stands)
        column.addLayout(top)
        hint = t("First let the signing page listen: what is written before counts for nothing.")
        column.addWidget(PlainLabel(hint, size="small", wrap=True))
        column.addLayout(_line(t("Name to write"), self.name))
        column.addLayout(_line(t("How the hand signs"), self.manner))
        column.addWidget(self.manner_words)
        column.addWidget(self.bar)
        column.addWidget(self.came)
        column.addStretch(1)
        _narrow(self.manner)
        self.setFocusProxy(self.name)
        self.manner.currentIndexChanged.connect(self._on_manner)

    @Slot()
    def _on_manner(self) -> None:
        self.manner_words.tell(MANNERS[self.manner_chosen][1])
        self.changed.emit()


class PeoplePanel(Panel):
    """Who there is, and how to sign in as each of them."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__(at)
        self.rows = LoadedRows(PEOPLE)
        self.table = ListTable(
            at.theme, PEOPLE, self.rows, name=t("People of the demo"), filtering=False
        )
        self.facts = FactSheet(t("How to sign in"))
        self.bar = Offer(at.theme)
        self._logins: tuple[DemoLogin, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, PLAIN, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self.table, 1)
        column.addWidget(self.facts)
        column.addWidget(self.bar)
        self.facts.setFixedHeight(3 * WIDE + 4 * PLAIN)
        self.setFocusProxy(self.table)
        self.table.chosen.connect(self._on_chosen)

    @property
    def chosen(self) -> DemoLogin | None:
        """The person under the cursor, as last read."""
        row = self.table.current()
        return next((one for one in self._logins if row and one.number == row.id), None)

    @override
    def show_now(self, now: DrillNow) -> None:
        before = [one.number for one in self._logins]
        self._logins = now.people
        if before != [one.number for one in now.people]:
            self.say()
            self.table.view.go_to(0)
        self._show_login()

    @override
    def say(self) -> None:
        self.rows.put(
            [Row(one.number, (one.name, str(one.role), one.number)) for one in self._logins]
        )
        self.table.reload()

    @Slot(object)
    def _on_chosen(self, _row: Row) -> None:
        self._show_login()
        self.changed.emit()

    def _show_login(self) -> None:
        login = self.chosen
        facts = () if login is None else (
            Fact(t("Password"), login.password), Fact(t("Verification code"), code_text(login)),
        )  # fmt: skip
        if [str(one.value) for one in facts] != [str(one.value) for one in self.facts.facts]:
            self.facts.show_facts(facts)


class LinePanel(Panel):
    """The line to head office."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__(at)
        self.stands = StateBadge(at.theme)
        self.bar = Offer(at.theme)
        self.setMaximumWidth(WIDEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, PLAIN, 0, 0)
        column.setSpacing(NEAR)
        top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        top.addWidget(PlainLabel(t("The line to head office"), size="strong"), 1)
        top.addWidget(self.stands)
        column.addLayout(top)
        for words in (
            t("Cut it and go on: customers, prices and the branch's own approvals need no line."),
            t("Numbers from the block go on too. Permits for the seal, and levels above the "
              "branch, wait until the line is back."),
        ):  # fmt: skip
            column.addWidget(PlainLabel(words, wrap=True))
        column.addWidget(self.bar)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @override
    def show_now(self, now: DrillNow) -> None:
        if now.line_up:
            self.stands.tell(t("Head office answers"), Mood.OK)
        else:
            self.stands.tell(t("The line is cut"), Mood.STOP)


def _shape(verb: Verb) -> tuple[str, str, bool]:
    return verb.key, str(verb.label), verb.enabled


def _paper_words(paper: Paper) -> Text:
    """Name a contract in few letters: whose it is, and how its number ends."""
    whole = paper.customer
    name = whole if len(whole) <= LONGEST_NAME else f"{whole[: LONGEST_NAME - 1]}…"
    return t("{customer} · …{end}", customer=name, end=paper.number[-6:])


def _page_words(paper: Paper, page: int) -> Text:
    if page == paper.wanted:
        return t("Page {n} of {all}, the desk waits for it", n=page, all=paper.pages)
    return t("Page {n} of {all}", n=page, all=paper.pages)


def _line(words: Text, field: QWidget) -> QBoxLayout:
    row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    row.setSpacing(NEAR)
    label = PlainLabel(words, size="label")
    label.setMinimumWidth(LABEL)
    row.addWidget(label)
    row.addWidget(field, 1)
    return row


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("look", "rule")
    return rule


def _narrow(box: QComboBox) -> None:
    """Let a long contract or sentence not widen the whole window."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(10)
    box.view().setTextElideMode(Qt.TextElideMode.ElideRight)


def _refill(box: QComboBox, lines: Sequence[str]) -> None:
    """Say the lines of a box anew; the choice stays where it was."""
    place = max(box.currentIndex(), 0)
    box.blockSignals(True)
    box.clear()
    box.addItems(list(lines))
    box.setCurrentIndex(min(place, len(lines) - 1))
    box.blockSignals(False)
