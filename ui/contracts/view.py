"""The contracts page: list, one contract with pages, files and chain, and what comes next."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.access.queries import PeopleNames
from app.contracts.queries import ContractCard
from app.contracts.rules import DRAFTED, SEALED, SIGNED
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.kit.written import written_count, written_moment
from app.packs.form_values import KeptFile as Attached
from app.pricing.queries import QuoteCard
from ui.contracts.chain_line import ChainLine
from ui.contracts.files import FileList, KeptFile, files_of
from ui.contracts.presenter import (
    ContractRecord,
    ContractsPresenter,
    DrawnContract,
    paper_of,
)
from ui.contracts.texts import TO_DRAW_UP, state_words
from ui.printing.presenter import PrintPresenter
from ui.shell.attaching import DeskFiles
from ui.shell.bridge import BusyWidgets, Job
from ui.shell.lanes import DeskLanes
from ui.shell.list_record import ListRecordPage
from ui.shell.page import Page, Surroundings
from ui.shell.ports import Desk
from ui.shell.record_reading import RecordKey, RecordKind
from ui.shell.targets import FilesOf
from ui.theme.tokens import NEAR, PLAIN, WIDE, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact, RecordHead
from ui.widgets.label import PlainLabel
from ui.widgets.page_image import PageImage
from ui.widgets.pages import PagesView
from ui.widgets.rows import Column, Row
from ui.widgets.verb import Verb

R = TypeVar("R")
COLUMNS = (
    Column("number", t("Contract no."), 208),
    Column("customer", t("Customer"), 120, stretch=True),
    Column("state", t("State"), 108, badge=True, grouping=True),
)
PREVIEW_DPI = 96
FILES = 2
"""The place of the tab of files."""
Listed = ContractCard | QuoteCard
"""A contract, or an approved quote that waits to be drawn up."""


class ContractsPage(ListRecordPage[Listed]):
    """List and record of contracts; the next verb follows the state."""

    shares = (470, 590)

    def __init__(self, at: Surroundings, desk: Desk, lanes: DeskLanes) -> None:
        self._desk, self._lanes = desk, lanes
        self._presenter = ContractsPresenter(desk)
        self._record: ContractRecord | None = None
        self._beside = ""
        self._job: Job | None = None
        super().__init__(
            at,
            lanes.desk,
            COLUMNS,
            name=t("Contracts"),
            empty=_empty(at),
            reader=self._presenter.reader(),
            seen=self._presenter.sees,
        )
        self.chain = ChainLine(at.theme)
        self.pages = PagesView(at.theme, t("Pages of the contract"))
        self.photo = PageImage(at.theme, t("Photograph of the sealed page"))
        self.photo_words = PlainLabel(size="small", wrap=True)
        self.photo_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.nothing_drawn = EmptyState(
            at.theme,
            t("Nothing is drawn up yet."),
            t("The contract takes the next number of this office and is drawn in one go."),
            icon="contracts",
        )
        self.files = FileList()
        self.facts = FactSheet(t("Facts"))
        self.working = PlainLabel(t("Working…"), size="small")
        self._furnish()

    def _furnish(self) -> None:
        paper = QWidget()
        column = QVBoxLayout(paper)
        column.setContentsMargins(0, NEAR, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self.chain)
        column.addLayout(self._pictures(), 1)
        column.addWidget(self.nothing_drawn, 1)
        self.record.add_tab(t("Pages"), paper)
        self.record.add_tab(t("Facts"), self.facts)
        files = QWidget()
        column = QVBoxLayout(files)
        column.setContentsMargins(0, PLAIN, 0, 0)
        column.addWidget(self.files)
        column.addStretch(1)
        self.record.add_tab(t("Files"), files)
        self.record.tabs.setCurrentIndex(0)
        self.record.put_below_tabs(self.working)
        self.photo.hide()
        self.photo_words.hide()
        self.working.hide()
        self.pages.wanted.connect(self._fetch_page)
        self.files.copied.connect(self.told)
        self.files.asked_open.connect(self._open_file)
        self._opened = DeskFiles(self.at.bridge, self._lanes.desk, self._desk, self)

    @Slot(object)
    def _open_file(self, file: KeptFile) -> None:
        """Lay a file of the contract open for the system's viewer, under the contract's number."""
        record = self._record
        if record is not None:
            named = Attached(file.sha256, f"{record.card.number} {file.name}", 0)
            self._opened.open(named, failed=self.record.problem.show_problem)

    def _pictures(self) -> QHBoxLayout:
        pictures = QHBoxLayout()
        pictures.setSpacing(WIDE)
        pictures.addWidget(self.pages, 1)
        beside = QVBoxLayout()
        beside.setSpacing(NEAR)
        beside.addWidget(self.photo, 1)
        beside.addWidget(self.photo_words)
        pictures.addLayout(beside, 1)
        return pictures

    # -- the list ------------------------------------------------------------------------------

    @override
    def read_all(self) -> Sequence[Listed]:
        return [*self._presenter.to_draw_up(), *self._presenter.contracts()]

    @override
    def read_one(self, wanted: object) -> Listed | None:
        return self._presenter.found(wanted) if isinstance(wanted, UUID) else None

    @override
    def id_of(self, record: Listed) -> object:
        return record.id

    @override
    def meant_by(self, wanted: object) -> object:
        """Take the id of a quote for the contract that was drawn from it."""
        drawn = (
            one.id
            for one in self._records.values()
            if isinstance(one, ContractCard) and one.quote_id == wanted
        )
        return next(drawn, wanted)

    @override
    def row_of(self, record: Listed) -> Row:
        number = record.number if isinstance(record, ContractCard) else "–"
        words, mood = state_words(_state(record))
        cells = (number, record.customer_name, str(words))
        return Row(record.id, cells, (Mood.PLAIN, Mood.PLAIN, mood))

    @override
    def open_at(self, target: object) -> None:
        if isinstance(target, FilesOf):
            self.record.tabs.setCurrentIndex(FILES)
            super().open_at(target.contract_id)
        else:
            super().open_at(target)

    # -- the record ----------------------------------------------------------------------------

    @override
    def head_of(self, record: Listed) -> RecordHead:
        words, mood = state_words(_state(record))
        premium = Fact(t("Premium, yuan"), yuan_grouped(record.premium_fen))
        cover = Fact(t("Cover"), _period(record.cover_from, record.cover_to))
        if isinstance(record, ContractCard):
            facts: tuple[Fact, ...] = (Fact(t("Contract no."), record.number), premium)
        else:
            facts = (premium, cover, Fact(t("People"), written_count(record.people)))
        return RecordHead(record.customer_name, words, mood, facts)

    @override
    def around_of(self, record: Listed) -> RecordKey:
        kind: RecordKind = "contract" if isinstance(record, ContractCard) else "quote"
        return RecordKey(kind, record.scope, record.id)

    @override
    def show_record(self, record: Listed) -> None:
        if isinstance(record, ContractCard):
            self._show_contract(record)
        else:
            self._record = None
            self.facts.show_facts(self.head_of(record).facts)
            self._show_parts(False)

    @override
    def offered(self, record: Listed | None) -> Sequence[Verb]:
        if record is None:
            return ()
        if isinstance(record, QuoteCard):
            return (self._draw_up_verb(),)
        paper = Verb("print", t("Print or save"), self.print_or_save, "print")
        return (*self._contract_verbs(record), paper)

    def _show_contract(self, card: ContractCard) -> None:
        before = self._record.card if self._record is not None else None
        if before is None or before.id != card.id:
            self._record = None
            self.photo.hide()
            self.photo_words.hide()
        self.facts.show_facts(_facts(card, self._presenter.staff))
        self.files.show_files(files_of(card))
        self.chain.show_chain(card.chain, torn=False)
        self._show_parts(True)
        self.at.bridge.run(
            self.lane, self._presenter.record, card.id, done=self._show_details, owner=self
        )

    def _show_details(self, record: ContractRecord) -> None:
        current = self.current
        if current is None or current.id != record.card.id:
            return
        before = self._record.card if self._record is not None else None
        self._record, card = record, record.card
        self.chain.show_chain(card.chain, torn=record.torn)
        self._show_photo(record)
        if before != card:
            page = record.photos[0].page if record.photos else self.pages.page
            self.pages.begin(card.pages, page if before or record.photos else 1)
        self.offer()

    def _show_parts(self, drawn: bool) -> None:
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

        self.at.bridge.run(self.lane, fetch, sha256, done=put, owner=self)

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

        self.at.bridge.run(self.lane, draw, done=put, owner=self)

    # -- verbs ---------------------------------------------------------------------------------

    def _contract_verbs(self, card: ContractCard) -> tuple[Verb, ...]:
        roles = self._desk.actor.roles
        if card.state == DRAFTED:
            return (self._goes("sign", t("Let the customer sign"), "signing", "pen"),)
        if card.state == SIGNED:
            mine = "custodian" in roles
            why = None if mine else t("The custodian seals; change the person at the top right.")
            return (self._goes("seal", t("Seal the contract"), "seals", "seals", mine, why),)
        if card.state == SEALED:
            return (self._archive_verb(),)
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
            if self.current is not None:
                self.asked_for.emit(page, self.current.id)

        return Verb(key, label, go, icon, enabled=enabled, reason=reason)

    def _draw_up_verb(self) -> Verb:
        return Verb("draw_up", t("Draw up the contract"), self.draw_up, "contracts")

    def _archive_verb(self) -> Verb:
        there = self._record is not None and bool(self._record.photos)
        why = None if there else t("The photograph has not come from the machine yet.")
        label = t("The photograph shows this page: archive")
        return Verb("archive", label, self.archive, "archive", enabled=there, reason=why)

    def draw_up(self) -> None:
        """Draw up the contract of the quote that is shown."""
        quote = self.current
        if not isinstance(quote, QuoteCard):
            return

        def drawn(made: DrawnContract) -> None:
            self.tell(t("Contract {number} is drawn up.", number=made.number))
            self._wanted = made.contract_id
            self.refresh()

        self._run(self._presenter.draw_up, quote.id, drawn)

    def print_or_save(self) -> None:
        """Open the window that prints the contract that is shown, or all those selected."""
        if self._record is None:
            return
        from ui.printing.batch_window import BatchWindow
        from ui.printing.printout import DocumentPrinting
        from ui.printing.window import PrintWindow

        cards = self._chosen_contracts() or [self._record.card]
        papers = [DocumentPrinting(PrintPresenter(self._desk, paper_of(card))) for card in cards]
        lane, top = self._lanes.printer, self.window()
        window = (
            BatchWindow(self.at, papers, lane, top)
            if len(papers) > 1
            else PrintWindow(self.at, papers[0], lane, top)
        )
        window.told.connect(self.told)
        window.show()

    def _chosen_contracts(self) -> list[ContractCard]:
        """Give the contracts among the selected rows, where more than the cursor's is selected."""
        places = self.table.view.selected_places()
        rows = [self.table.model.row(place) for place in places] if len(places) > 1 else []
        records = (self._records.get(row.id) for row in rows if row is not None)
        return [one for one in records if isinstance(one, ContractCard)]

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

        self._run(close, record.card.id, archived)

    def _run(
        self,
        call: Callable[[UUID], R],
        record_id: UUID,
        done: Callable[[R], object],
    ) -> None:
        if self._job is not None and self._job.future is not None and not self._job.future.done():
            return
        busy = BusyWidgets(self.record.bar, shown=self.working)
        self.record.problem.clear()
        self._job = self.at.bridge.run(
            self.lane,
            call,
            record_id,
            done=done,
            failed=self.record.problem.show_problem,
            busy=busy,
            owner=self,
        )


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


def _state(record: Listed) -> str:
    return record.state if isinstance(record, ContractCard) else TO_DRAW_UP


def _facts(card: ContractCard, people: PeopleNames) -> tuple[Fact, ...]:
    return (
        Fact(t("Contract no."), card.number),
        Fact(t("Premium, yuan"), yuan_grouped(card.premium_fen)),
        Fact(t("Cover"), _period(card.cover_from, card.cover_to)),
        Fact(t("Pages"), str(card.pages)),
        Fact(t("Drawn up by"), people.of(card.drawn_by)),
        Fact(t("Drawn up at"), written_moment(card.drawn_at)),
    )


def _period(start: object, end: object) -> str:
    return f"{start} – {end}"
