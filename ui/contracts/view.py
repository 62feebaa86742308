"""The contracts page: list, one contract with pages, files and chain, and what comes next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from app.contracts.queries import ContractCard
from app.contracts.rules import DRAFTED, SEALED, SIGNED
from app.kit.calendar import SHANGHAI
from app.kit.errors.base import Problem
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.pricing.queries import QuoteCard
from ui.contracts.chain_line import ChainLine
from ui.contracts.files import FileList, files_of
from ui.contracts.presenter import (
    ContractRecord,
    ContractsPresenter,
    DrawnContract,
    paper_of,
)
from ui.contracts.texts import TO_DRAW_UP, state_words
from ui.printing.presenter import PrintPresenter
from ui.shell.bridge import BusyWidgets, Job
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.theme.tokens import NEAR, PLAIN, WIDE, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.label import PlainLabel
from ui.widgets.loaded import LoadedRows
from ui.widgets.page_image import PageImage
from ui.widgets.pages import PagesView
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar

R = TypeVar("R")
COLUMNS = (
    Column("number", t("Contract no."), 208),
    Column("customer", t("Customer"), 120, stretch=True),
    Column("state", t("State"), 108, badge=True),
)
PREVIEW_DPI = 96
LIST_SHARE, RECORD_SHARE = 470, 590


@dataclass(frozen=True)
class ContractList:
    """What the list shows: contracts, and approved quotes that wait to be drawn up."""

    contracts: list[ContractCard]
    quotes: list[QuoteCard]


class ContractsPage(PageView):
    """List and record of contracts; the next verb follows the state."""

    def __init__(self, at: Surroundings, desk: Desk, lanes: DeskLanes) -> None:
        super().__init__()
        self._at, self._desk, self._lanes = at, desk, lanes
        self._presenter = ContractsPresenter(desk)
        self._listed = ContractList([], [])
        self._record: ContractRecord | None = None
        self._quote: QuoteCard | None = None
        self._wanted: UUID | None = None
        self._beside = ""
        self._job: Job | None = None
        self.rows = LoadedRows(COLUMNS)
        self.table = ListTable(at.theme, COLUMNS, self.rows, name=t("Contracts"), empty=_empty(at))
        self.header = RecordHeader(at.theme)
        self.chain = ChainLine(at.theme)
        self.pages = PagesView(at.theme, t("Pages of the contract"))
        self.photo = PageImage(at.theme, t("Photograph of the sealed page"))
        self.photo_words = PlainLabel(size="small", wrap=True)
        self.nothing_drawn = EmptyState(
            at.theme,
            t("Nothing is drawn up yet."),
            t("The contract takes the next number of this office and is drawn in one go."),
            icon="contracts",
        )
        self.files = FileList()
        self.working = PlainLabel(t("Working…"), size="small")
        self.bar = VerbBar(at.theme)
        self.record = self._build()
        self._wire()

    def _build(self) -> QWidget:
        record = QWidget()
        column = QVBoxLayout(record)
        column.setContentsMargins(WIDE, 0, 0, 0)
        column.setSpacing(PLAIN)
        for part in (self.header, self.chain):
            column.addWidget(part)
        pictures = QHBoxLayout()
        pictures.setSpacing(WIDE)
        pictures.addWidget(self.pages, 1)
        beside = QVBoxLayout()
        beside.setSpacing(NEAR)
        beside.addWidget(self.photo, 1)
        beside.addWidget(self.photo_words)
        pictures.addLayout(beside, 1)
        column.addLayout(pictures, 1)
        column.addWidget(self.nothing_drawn, 1)
        column.addWidget(self.files)
        column.addWidget(self.working)
        column.addWidget(self.bar)
        both = QSplitter()
        both.addWidget(self.table)
        both.addWidget(record)
        both.setSizes([LIST_SHARE, RECORD_SHARE])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(both)
        self.setFocusProxy(self.table)
        self.photo.hide()
        self.photo_words.hide()
        self.working.hide()
        record.hide()
        return record

    def _wire(self) -> None:
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._open)
        self.table.told.connect(self.told)
        self.pages.wanted.connect(self._fetch_page)
        self.files.copied.connect(self.told)

    @override
    def refresh(self) -> None:
        self._at.bridge.run(self._lanes.desk, self._read, done=self._list, owner=self)

    @override
    def open_at(self, target: object) -> None:
        if isinstance(target, UUID):
            self._wanted = target
        self.refresh()

    @override
    def verbs(self) -> Sequence[Verb]:
        if self._quote is not None:
            return (self._draw_up_verb(),)
        if self._record is None:
            return ()
        paper = Verb("print", t("Print or save"), self.print_or_save, "print")
        return (*self._contract_verbs(self._record), paper)

    def _read(self) -> ContractList:
        return ContractList(self._presenter.contracts(), self._presenter.to_draw_up())

    def _list(self, listed: ContractList) -> None:
        self._listed = listed
        rows = [_quote_row(quote) for quote in listed.quotes]
        self.rows.put(rows + [_contract_row(card) for card in listed.contracts])
        self.table.reload()
        self.read_at.emit(_as_of(self._at))
        wanted, self._wanted = self._named(self._wanted), None
        if wanted is not None and self.table.choose(wanted):
            self._show_id(wanted)
            self.bar.focus_next()
        elif (current := self.table.current()) is not None:
            self._show_id(_id(current))
        elif listed.quotes or listed.contracts:
            self.table.view.go_to(0)

    def _named(self, wanted: UUID | None) -> UUID | None:
        """Take the id of a quote for the contract that was drawn from it."""
        drawn = (card.id for card in self._listed.contracts if card.quote_id == wanted)
        return next(drawn, wanted)

    @Slot(object)
    def _choose(self, row: Row) -> None:
        self._show_id(_id(row))

    @Slot(object)
    def _open(self, row: Row) -> None:
        self._show_id(_id(row))
        self.bar.focus_next()

    def _show_id(self, record_id: UUID) -> None:
        quote = next((quote for quote in self._listed.quotes if quote.id == record_id), None)
        if quote is not None:
            self._show_quote(quote)
            return
        read = self._presenter.record
        self._at.bridge.run(self._lanes.desk, read, record_id, done=self._show, owner=self)

    def _show_quote(self, quote: QuoteCard) -> None:
        self._quote, self._record = quote, None
        words, mood = state_words(TO_DRAW_UP)
        facts = (
            Fact(t("Premium, yuan"), yuan_grouped(quote.premium_fen)),
            Fact(t("Cover"), _period(quote.cover_from, quote.cover_to)),
            Fact(t("People"), f"{quote.people:,}"),
        )
        self.header.show_head(RecordHead(quote.customer_name, words, mood, facts))
        self._show_parts(False)
        self._offer()

    def _show(self, record: ContractRecord) -> None:
        current = self.table.current()
        if current is not None and _id(current) != record.card.id:
            return
        same = self._record is not None and self._record.card.id == record.card.id
        before = self._record.card if self._record is not None and same else None
        self._record, self._quote = record, None
        card = record.card
        words, mood = state_words(card.state)
        self.header.show_head(RecordHead(card.customer_name, words, mood, _facts(card)))
        self.chain.show_chain(card.chain, torn=record.torn)
        self.files.show_files(files_of(card))
        self._show_parts(True)
        self._show_photo(record)
        if before != card:
            page = record.photos[0].page if record.photos else self.pages.page
            self.pages.begin(card.pages, page if before or record.photos else 1)
        self._offer()

    def _show_parts(self, drawn: bool) -> None:
        self.record.show()
        for part in (self.chain, self.pages, self.files):
            part.setVisible(drawn)
        self.nothing_drawn.setVisible(not drawn)
        if not drawn:
            self.photo.hide()
            self.photo_words.hide()

    def _show_photo(self, record: ContractRecord) -> None:
        """Show what lay in the machine beside the approved page, from the seal on."""
        self._beside = record.photos[0].sha256 if record.photos else ""
        self.photo.setVisible(bool(record.photos))
        self.photo_words.setVisible(bool(record.photos))
        if not record.photos:
            return
        self.photo_words.tell(
            t("Photograph of page {page}, taken by the machine", page=record.photos[0].page)
        )
        fetch, sha256 = self._presenter.photo, self._beside

        def put(photo: bytes) -> None:
            if sha256 == self._beside:
                self.photo.show_page(photo)

        self._at.bridge.run(self._lanes.desk, fetch, sha256, done=put, owner=self)

    @Slot(int)
    def _fetch_page(self, page: int) -> None:
        if self._record is None:
            return
        contract_id = self._record.card.id

        def draw() -> bytes:
            return self._presenter.page_picture(contract_id, page, dpi=PREVIEW_DPI)

        def put(picture: bytes) -> None:
            if self._record is not None and self._record.card.id == contract_id:
                self.pages.put(page, picture)

        self._at.bridge.run(self._lanes.desk, draw, done=put, owner=self)

    def _offer(self) -> None:
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()

    # -- verbs ---------------------------------------------------------------------------------

    def _contract_verbs(self, record: ContractRecord) -> tuple[Verb, ...]:
        card = record.card
        roles = self._desk.actor.roles
        if card.state == DRAFTED:
            return (self._goes("sign", t("Let the customer sign"), "signing", "pen"),)
        if card.state == SIGNED:
            mine = "custodian" in roles
            why = None if mine else t("The custodian seals; change the person at the top right.")
            return (self._goes("seal", t("Seal the contract"), "seals", "seals", mine, why),)
        if card.state == SEALED:
            return (self._archive_verb(record),)
        return ()

    def _goes(
        self,
        key: str,
        label: Text,
        page: str,
        icon: str,
        enabled: bool = True,
        reason: Text | None = None,
    ) -> Verb:
        def go() -> None:
            if self._record is not None:
                self.asked_for.emit(page, self._record.card.id)

        return Verb(key, label, go, icon, enabled=enabled, reason=reason)

    def _draw_up_verb(self) -> Verb:
        return Verb("draw_up", t("Draw up the contract"), self.draw_up, "contracts")

    def _archive_verb(self, record: ContractRecord) -> Verb:
        there = bool(record.photos)
        why = None if there else t("The photograph has not come from the machine yet.")
        label = t("The photograph shows this page: archive")
        return Verb("archive", label, self.archive, "archive", enabled=there, reason=why)

    def draw_up(self) -> None:
        """Draw up the contract of the quote that is shown."""
        quote = self._quote
        if quote is None:
            return
        self._quote = None

        def drawn(made: DrawnContract) -> None:
            self.tell(t("Contract {number} is drawn up.", number=made.number))
            self._wanted = made.contract_id
            self.refresh()

        def failed(problem: Problem) -> None:
            self._quote = quote
            self._offer()
            self.show_trouble(problem)

        self._run(self._presenter.draw_up, quote.id, drawn, failed)

    def print_or_save(self) -> None:
        """Open the window that prints the contract that is shown, as it stands now."""
        if self._record is None:
            return
        from ui.printing.printout import DocumentPrinting
        from ui.printing.window import PrintWindow

        printing = DocumentPrinting(PrintPresenter(self._desk, paper_of(self._record.card)))
        window = PrintWindow(self._at, printing, self._lanes.printer, self.window())
        window.told.connect(self.told)
        window.show()

    def archive(self) -> None:
        """Close the chain of the contract that is shown with the photograph beside it."""
        record = self._record
        if record is None or not record.photos:
            return
        photo = record.photos[0]

        def archived(card: ContractCard) -> None:
            self.tell(t("Contract {number} is archived.", number=card.number))
            self.refresh()

        def close(_contract_id: UUID) -> ContractCard:
            return self._presenter.archive(record.card.id, photo.sha256, photo.page)

        self._run(close, record.card.id, archived, self.show_trouble)

    def _run(
        self,
        call: Callable[[UUID], R],
        record_id: UUID,
        done: Callable[[R], object],
        failed: Callable[[Problem], object],
    ) -> None:
        if self._job is not None and self._job.future is not None and not self._job.future.done():
            return
        busy = BusyWidgets(self.bar, shown=self.working)
        self._job = self._at.bridge.run(
            self._lanes.desk, call, record_id, done=done, failed=failed, busy=busy, owner=self
        )

    @override
    def say(self) -> None:
        if self.record.isVisible():
            self.refresh()


def contracts_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the contracts page of a desk."""
    return Page("contracts", t("Contracts"), "contracts", lambda at: ContractsPage(at, desk, lanes))


def _empty(at: Surroundings) -> EmptyState:
    return EmptyState(
        at.theme,
        t("No contracts yet."),
        t("An approved quote appears here and is drawn up with one key."),
        icon="contracts",
    )


def _contract_row(card: ContractCard) -> Row:
    words, mood = state_words(card.state)
    cells = (card.number, card.customer_name, str(words))
    return Row(card.id, cells, (Mood.PLAIN, Mood.PLAIN, mood))


def _quote_row(quote: QuoteCard) -> Row:
    words, mood = state_words(TO_DRAW_UP)
    cells = ("–", quote.customer_name, str(words))
    return Row(quote.id, cells, (Mood.PLAIN, Mood.PLAIN, mood))


def _facts(card: ContractCard) -> tuple[Fact, ...]:
    return (
        Fact(t("Contract no."), card.number),
        Fact(t("Premium, yuan"), yuan_grouped(card.premium_fen)),
        Fact(t("Cover"), _period(card.cover_from, card.cover_to)),
        Fact(t("Drawn up by"), card.drawn_by),
    )


def _period(start: object, end: object) -> str:
    return f"{start} – {end}"


def _id(row: Row) -> UUID:
    assert isinstance(row.id, UUID)
    return row.id


def _as_of(at: Surroundings) -> Text:
    return t("As of {time}", time=f"{at.clock.now().astimezone(SHANGHAI):%H:%M}")
