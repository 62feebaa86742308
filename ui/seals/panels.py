"""What stands under the stepper at each step: the custodian's panels, in large type."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.access.queries import PeopleNames
from app.contracts.queries import ContractCard
from app.kit.money import yuan_grouped
from app.kit.words import Text, t, tn
from app.seals.queries import JobCard
from ui.forms.fields import Choice, Field, Kind
from ui.forms.view import FormView
from ui.seals.arm import arm_label
from ui.seals.machine_face import MachineFace
from ui.seals.presenter import DoubtView
from ui.seals.session import made_of, stamped_of
from ui.shell.page import Surroundings
from ui.theme.theme import body_font
from ui.theme.tokens import ARM_LENGTH, FAR, NEAR, PLAIN, TIGHT, WIDE, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.label import PlainLabel, named
from ui.widgets.loaded import LoadedRows
from ui.widgets.page_image import Box, PageImage
from ui.widgets.pages import PagesView
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable

COLUMNS = (
    Column("number", t("Contract no."), 220),
    Column("customer", t("Customer"), 260, stretch=True),
    Column("premium", t("Premium, yuan"), 130, numeric=True),
    Column("pages", t("Number of pages"), 130, numeric=True),
)
PROOF_FIELDS = (
    Field("code", t("Operator: verification code"), Kind.HIDDEN, True),
    Field("witness", t("Witness: person number"), Kind.TEXT, True),
    Field("password", t("Witness: password"), Kind.HIDDEN, True),
    Field("witness_code", t("Witness: verification code"), Kind.HIDDEN, True),
)
RULING_FIELDS = (
    Field(
        "ruling",
        t("The paper shows"),
        Kind.CHOICE,
        True,
        choices=(
            Choice("settled_done", t("It was stamped")),
            Choice("settled_not_done", t("It was not stamped")),
        ),
    ),
    Field("statement", t("What both saw"), Kind.TEXT, True),
    Field("code", t("First person: verification code"), Kind.HIDDEN, True),
    Field("witness", t("Second person: number"), Kind.TEXT, True),
    Field("password", t("Second person: password"), Kind.HIDDEN, True),
    Field("witness_code", t("Second person: verification code"), Kind.HIDDEN, True),
)
A4 = (2100, 2970)
"""An A4 page in 0.1 mm."""
IMPRINT = 420
"""Side of the box drawn around the place of the seal, in 0.1 mm: its round is 42 mm wide."""


class FactGrid(QGridLayout):
    """Facts in large type: what it is called, at the first line of what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalSpacing(WIDE)
        self.setVerticalSpacing(TIGHT)
        self.setColumnStretch(1, 1)

    def show_facts(self, facts: tuple[tuple[Text, str | Text], ...]) -> None:
        """Show other facts."""
        while (item := self.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        line = QFontMetrics(body_font(ARM_LENGTH)).height()
        for row, (label, value) in enumerate(facts):
            called, said = arm_label(label, "small"), arm_label(value, wrap=True)
            called.setMinimumHeight(line)
            self.addWidget(called, row, 0, Qt.AlignmentFlag.AlignTop)
            self.addWidget(said, row, 1)


class ChoosePanel(QWidget):
    """The contracts that wait for the seal, and a line for the code on the page."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.rows = LoadedRows(COLUMNS)
        empty = EmptyState(
            at.theme,
            t("Nothing waits for the seal."),
            t("A contract appears here once the customer has signed it."),
            icon="seals",
        )
        self.table = ListTable(
            at.theme, COLUMNS, self.rows, name=t("Waiting for the seal"), empty=empty
        )
        self.scan = QLineEdit()
        self.scan_note = PlainLabel(mood=Mood.STOP)
        column = _column(self)
        column.addWidget(arm_label(t("Scan the code on the page, or choose"), "title"))
        column.addWidget(self.scan)
        column.addWidget(self.scan_note)
        column.addWidget(self.table, 1)
        self.say()

    def say(self) -> None:
        """Say its words in the language in use."""
        named(self.scan, t("Code on the page"))
        self.scan.setPlaceholderText(str(t("Code on the page or contract no., then Enter")))

    def put(self, cards: list[ContractCard]) -> None:
        """Show the contracts that wait."""
        self.rows.put([_row(card) for card in cards])
        self.table.reload()


class CheckPanel(QWidget):
    """The page to be stamped, large, with what it is and where the seal goes."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.view = PagesView(at.theme, t("Approved page"))
        self.facts = FactGrid()
        self.pages = QLineEdit()
        self.pages_note = PlainLabel(size="small", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(FAR)
        row.addWidget(self.view, 5)
        side = QVBoxLayout()
        side.setSpacing(PLAIN)
        side.addWidget(arm_label(t("Is it this contract?"), "title"))
        side.addLayout(self.facts)
        side.addWidget(arm_label(t("Pages to stamp, in this order"), "small"))
        side.addWidget(self.pages)
        side.addWidget(self.pages_note)
        side.addStretch(1)
        row.addLayout(side, 6)
        self.say()

    def say(self) -> None:
        """Say its words in the language in use."""
        named(self.pages, t("Pages to stamp, in this order"))

    def show_contract(self, card: ContractCard, seal_id: str, pages: tuple[int, ...]) -> None:
        """Show what is to be sealed."""
        self.facts.show_facts(
            (
                (t("Contract no."), card.number),
                (t("Insured group"), card.customer_name),
                (t("Premium, yuan"), yuan_grouped(card.premium_fen)),
                (t("Cover"), f"{card.cover_from} – {card.cover_to}"),
                (t("Seal"), seal_id),
                (t("Number of pages"), str(card.pages)),
            )
        )
        self.pages.setText(", ".join(str(page) for page in pages))
        self.view.begin(card.pages, pages[0])


class ProvePanel(QWidget):
    """Two persons prove themselves for exactly what is in view."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.what = arm_label(size="title", wrap=True)
        self.whom = arm_label(wrap=True)
        self.form = FormView(at.theme, at.clock, PROOF_FIELDS, name=t("Operator and witness"))
        self.note = arm_label(
            t("The permit is for this document, this machine and this number of impressions only."),
            "small",
            wrap=True,
        )
        column = _column(self)
        column.addWidget(self.what)
        column.addWidget(self.whom)
        column.addWidget(self.note)
        column.addWidget(self.form)
        column.addStretch(1)

    def show_plan(self, card: ContractCard, pages: tuple[int, ...]) -> None:
        """Say once more what is about to be allowed."""
        self.what.tell(
            tn(
                "{n} impression on contract {number}, page {pages}",
                "{n} impressions on contract {number}, pages {pages}",
                len(pages),
                number=card.number,
                pages=", ".join(str(page) for page in pages),
            )
        )
        self.whom.tell(
            t(
                "{customer}, premium {premium} yuan",
                customer=card.customer_name,
                premium=yuan_grouped(card.premium_fen),
            )
        )
        self.form.fill(dict.fromkeys(("code", "witness", "password", "witness_code"), ""))


class StampPanel(QWidget):
    """Which page to lay in, how many are made, how the machine stands, what lay in it."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.count = arm_label(size="count")
        self.lay_in = arm_label(size="title", wrap=True)
        self.note = arm_label(wrap=True)
        self.face = MachineFace(at.theme)
        self.approved = PageImage(at.theme, t("Approved page"))
        self.seen = PageImage(at.theme, t("What lies in the machine"))
        self.seen_words = arm_label(size="small", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(FAR)
        side = QVBoxLayout()
        side.setSpacing(NEAR)
        for label in (self.count, self.lay_in, self.note):
            side.addWidget(label)
        side.addStretch(1)
        side.addWidget(self.face, 0, Qt.AlignmentFlag.AlignHCenter)
        row.addLayout(side, 5)
        row.addLayout(_pictured(self.approved, arm_label(t("Approved page"), "small")), 4)
        row.addLayout(_pictured(self.seen, self.seen_words), 4)


class LookPanel(QWidget):
    """The photograph of the imprint beside the approved page."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.what = arm_label(size="title", wrap=True)
        self.approved = PageImage(at.theme, t("Approved page"))
        self.photo = PageImage(at.theme, t("Photograph of the imprint"))
        pictures = QHBoxLayout()
        pictures.setSpacing(FAR)
        where = t("Approved page; the frame shows where the seal belongs")
        pictures.addLayout(_pictured(self.approved, arm_label(where, "small")))
        taken = arm_label(t("Photograph of the imprint"), "small")
        pictures.addLayout(_pictured(self.photo, taken))
        column = _column(self)
        column.addWidget(self.what)
        column.addLayout(pictures, 1)


class DonePanel(QWidget):
    """The line of the seal register."""

    def __init__(self) -> None:
        super().__init__()
        self.what = arm_label(size="title", wrap=True)
        self.facts = FactGrid()
        card = QFrame()
        card.setProperty("look", "surface")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(FAR, WIDE, FAR, WIDE)
        inner.addLayout(self.facts)
        column = _column(self)
        column.addWidget(self.what)
        column.addWidget(card)
        column.addStretch(1)

    def show_job(self, job: JobCard, people: PeopleNames) -> None:
        """Show what the register says of a closed job."""
        made, asked = made_of(job), job.impressions
        both = f"{people.of(job.operator)} · {people.of(job.witness)}"
        if job.state == "sealed":
            self.what.tell(t("Contract {number} is sealed.", number=job.subject_number))
        else:
            self.what.tell(
                t("Closed with {made} of {asked} impressions; the rest needs a new permit.",
                  made=made, asked=asked)
            )  # fmt: skip
        self.facts.show_facts(
            (
                (t("Register no."), str(job.register_no)),
                (t("Permit"), str(job.permit_id or "–")),
                (t("Impressions"), t("{made} of {asked}", made=made, asked=asked)),
                (t("Counter"), f"{_number(job.counter_before)} → {_number(job.counter_after)}"),
                (t("Seal"), job.seal_id),
                (t("Operator and witness"), both),
                (t("Pages stamped"), ", ".join(str(page) for page in stamped_of(job)) or "–"),
            )
        )


class DoubtPanel(QWidget):
    """Nobody knows whether it stamped: what counter and photograph show, and the two persons."""

    def __init__(self, at: Surroundings) -> None:
        super().__init__()
        self.what = arm_label(size="title", mood=Mood.WARN, wrap=True)
        self.counter = arm_label(wrap=True)
        self.advice = arm_label(size="small", wrap=True)
        self.before = PageImage(at.theme, t("Photograph before"))
        self.now = PageImage(at.theme, t("What lies in the machine now"))
        self.form = FormView(at.theme, at.clock, RULING_FIELDS, name=t("Ruling of two persons"))
        pictures = QHBoxLayout()
        pictures.setSpacing(FAR)
        before = arm_label(t("Before the stroke"), "small")
        pictures.addLayout(_pictured(self.before, before))
        pictures.addLayout(_pictured(self.now, arm_label(t("Now"), "small")))
        column = _column(self)
        for part in (self.what, self.counter, self.advice):
            column.addWidget(part)
        column.addWidget(self.form)
        column.addLayout(pictures, 1)
        self.form.hide()

    def name_doubt(self, job: JobCard, index: int, page: int) -> None:
        """Say which impression is in doubt, before the machine was asked."""
        self.what.tell(
            t(
                "Impression {k} of {n}, page {page}, contract {number}: in doubt",
                k=index,
                n=job.impressions,
                page=page,
                number=job.subject_number,
            )
        )
        self.counter.tell(t("The counter and the paper have not been looked at yet."))
        self.advice.tell(t("First read the machine's own log: it mostly knows."))
        self.form.hide()
        self.before.clear()
        self.now.clear()

    def show_doubt(self, view: DoubtView) -> None:
        """Show what counter and photographs say."""
        before, now = view.stamp.counter_before, view.counter_now
        says = {
            0: t("The counter stands where it stood: it speaks for “not stamped”."),
            1: t("The counter moved by one: it speaks for “stamped”."),
        }.get(view.counted, t("The counter moved by another number: call head office."))
        self.counter.tell(
            t("Counter {before} → {now}. {says}", before=f"{before:,}", now=f"{now:,}", says=says)
        )
        for image, photo in ((self.before, view.photo_before), (self.now, view.photo_now)):
            if photo:
                image.show_page(photo)

    def ask_two(self) -> None:
        """Ask two persons, because the machine does not know."""
        self.advice.tell(t("The log does not say it. Two persons look at the paper and rule."))
        self.form.show()
        self.form.focus_first_open()


def seal_box(card: ContractCard, page: int, centre: tuple[int, int]) -> Box:
    """Give the frame around the place of the seal on a page, in parts of the page."""
    x, y = card.seal_place.centre if card.seal_place.page == page else centre
    half = IMPRINT / 2
    return Box((x - half) / A4[0], (y - half) / A4[1], IMPRINT / A4[0], IMPRINT / A4[1], Mood.WARN)


def _column(panel: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(PLAIN)
    return column


def _pictured(image: PageImage, words: PlainLabel) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(NEAR)
    column.addWidget(image, 1)
    words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    column.addWidget(words)
    return column


def _row(card: ContractCard) -> Row:
    premium = yuan_grouped(card.premium_fen)
    return Row(card.id, (card.number, card.customer_name, premium, str(card.pages)))


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
