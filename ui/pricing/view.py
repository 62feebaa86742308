"""The quotes page: the list, one quote with its figures, and making a quote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.access.queries import PeopleNames
from app.customers.rules.masking import masked_id
from app.kit.lanes import Lane
from app.kit.money import yuan_grouped
from app.kit.words import t
from app.kit.written import written_count, written_moment
from app.pricing.labels import region
from app.pricing.queries import QuoteCard
from app.pricing.quoting import APPROVED, DECLINED, PRICED, PROVISIONAL, RETURNED, SUBMITTED
from app.pricing.roster_file import RosterEntry
from ui.pricing.compose import QuoteComposer
from ui.pricing.presenter import QuoteDraft, QuotePresenter, Told
from ui.pricing.price_tabs import PriceViews
from ui.pricing.texts import draft_kept, state, unnamed_words
from ui.pricing.workings import Workings, lines_of
from ui.shell.lanes import DeskLanes
from ui.shell.list_record import ListRecordPage
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.shell.record_reading import RecordKey
from ui.shell.targets import NewQuoteFor
from ui.theme.tokens import NEAR, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact, RecordHead
from ui.widgets.loaded import LoadedRows
from ui.widgets.offer import OfferLine
from ui.widgets.rows import Column, FilterKind, Row, SortKey
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb

BEGUN = object()
"""Asks this page for a quote whose customer is still to be chosen."""
COLUMNS = (
    Column("customer", t("Customer"), 160, stretch=True),
    Column("state", t("State"), 140, badge=True, grouping=True),
    Column("people", t("People"), 60, numeric=True, filter=FilterKind.WHOLE, total=written_count),
    Column(
        "premium",
        t("Premium, yuan"),
        124,
        numeric=True,
        filter=FilterKind.MONEY,
        total=yuan_grouped,
    ),
    Column("start", t("First day"), 96, filter=FilterKind.DAY, grouping=True),
)
PEOPLE_COLUMNS = (
    Column("name", t("Name"), 100, stretch=True),
    Column("number", t("Document number"), 160),
    Column("class", t("Class"), 60, numeric=True),
    Column("premium", t("Premium, yuan"), 124, numeric=True),
)


def pricing_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of quotes."""
    return Page(
        "pricing",
        t("Quotes"),
        "pricing",
        lambda at: QuotesView(at, lanes.desk, QuotePresenter(desk), desk.actor.person),
    )


@dataclass(frozen=True)
class QuoteDetails:
    """What is read when a quote is shown: its workings where they still hold, and its people."""

    workings: Workings | None
    people: tuple[RosterEntry, ...]


class QuoteList(ListRecordPage[QuoteCard]):
    """The list of quotes beside one quote."""

    def __init__(
        self, at: Surroundings, lane: Lane, presenter: QuotePresenter, person: str, make: Verb
    ) -> None:
        self._presenter, self._person, self._make = presenter, person, make
        self._details: dict[UUID, tuple[str, QuoteDetails]] = {}
        empty = EmptyState(
            at.theme,
            t("No quotes yet."),
            t("A quote begins with a customer, its terms and the roster of people."),
            verb=make,
        )
        super().__init__(
            at,
            lane,
            COLUMNS,
            name=t("Quotes"),
            empty=empty,
            sort_keys=_sort_keys(),
            reader=presenter.reader(),
            seen=presenter.sees,
        )
        self.facts = FactSheet(t("Facts"))
        self.completed = False

    def complete(self) -> None:
        """Make the tabs of a quote: list and record are enough for one turn."""
        theme = self.at.theme
        self.completed = True
        self.price = PriceViews(theme)
        self._people = LoadedRows(PEOPLE_COLUMNS)
        self.people = ListTable(
            theme, PEOPLE_COLUMNS, self._people, name=t("Insured people"),
            empty=EmptyState(
                theme,
                t("Nobody is named yet."),
                t("This quote counts its people by groups; the lines say how many there are."),
            ),
        )  # fmt: skip
        mine = ((t("People"), self.people), (t("Facts"), self.facts))
        for title, view in (*self.price.tabs, *mine):
            self.record.add_tab(title, view)

    @override
    def read_all(self) -> Sequence[QuoteCard]:
        return self._presenter.quotes()

    @override
    def read_one(self, wanted: object) -> QuoteCard | None:
        return self._presenter.found(wanted) if isinstance(wanted, UUID) else None

    @override
    def id_of(self, record: QuoteCard) -> object:
        return record.id

    @override
    def row_of(self, record: QuoteCard) -> Row:
        words, mood = state(record.state)
        cells = (
            record.customer_name,
            str(words),
            written_count(record.people),
            yuan_grouped(record.premium_fen),
            record.cover_from.isoformat(),
        )
        return Row(record.id, cells, (Mood.PLAIN, mood))

    @override
    def head_of(self, record: QuoteCard) -> RecordHead:
        words, mood = state(record.state)
        facts = (
            Fact(t("Premium, yuan"), yuan_grouped(record.premium_fen)),
            Fact(t("People"), written_count(record.people)),
            Fact(t("Decided by"), record.level_name),
        )
        return RecordHead(record.customer_name, words, mood, facts)

    @override
    def around_of(self, record: QuoteCard) -> RecordKey:
        return RecordKey("quote", record.scope, record.id)

    @override
    def show_record(self, record: QuoteCard) -> None:
        self.facts.show_facts(
            _facts(record, self._presenter.staff, self._presenter.further_told(record))
        )
        known = self._details.get(record.id)
        if known is not None and known[0] == record.input_hash:
            self._show_details(record, known[1])
            return
        self.price.show_workings(None, lines_of(record.lines), record.level_name)
        self._people.put(())
        self.people.reload()
        self.at.bridge.run(
            self.lane,
            self._read_details,
            record,
            done=partial(self._keep_details, record),
            owner=self,
        )

    @override
    def offered(self, record: QuoteCard | None) -> Sequence[Verb]:
        if record is None:
            return (self._make,)
        again = Verb("again", t("Change and price anew"), self._price_anew, "edit")
        if record.state in (PRICED, RETURNED):
            mine = record.priced_by == self._person
            other = t(
                "Priced by {person}, who submits it.",
                person=self._presenter.staff.of(record.priced_by),
            )
            submit = Verb(
                "submit", t("Submit for approval"), self.submit, "send",
                enabled=mine, reason=None if mine else other,
            )  # fmt: skip
            first = (again, submit) if record.state == RETURNED else (submit, again)
            return (*first, self._make)
        if record.state == SUBMITTED:
            see = Verb("case", t("See the approval"), self._see_case, "approvals")
            return (see, self._make, again)
        if record.state == APPROVED:
            named = not record.unnamed
            draw = Verb(
                "contract", t("To the contract"), self._to_contract, "contracts",
                enabled=named, reason=None if named else unnamed_words(record.unnamed),
            )  # fmt: skip
            return (draw, self._make, again)
        if record.state == PROVISIONAL:
            sync = Verb("sync", t("Let head office confirm"), self._to_sync, "sync")
            return (sync, self._make, again)
        return (again, self._make) if record.state == DECLINED else (self._make,)

    @Slot()
    def submit(self) -> None:
        """Ask the approvers."""
        card = self.current
        if card is not None:
            self.act(partial(self._presenter.submit, card.id), done=self._submitted)

    def _submitted(self, _case: UUID) -> None:
        self.tell(t("Submitted; the approvers have it with the next sync."))
        self.refresh()

    def _price_anew(self) -> None:
        card = self.current
        if card is not None:
            self.act(partial(self._presenter.begin_again, card), done=self._begin_again)

    def _begin_again(self, draft: QuoteDraft) -> None:
        self.asked_for.emit("pricing", draft)

    def _see_case(self) -> None:
        if self.current is not None:
            self.asked_for.emit("approvals", self.current.case_id)

    def _to_contract(self) -> None:
        if self.current is not None:
            self.asked_for.emit("contracts", self.current.id)

    def _to_sync(self) -> None:
        self.asked_for.emit("sync", None)

    def _read_details(self, card: QuoteCard) -> QuoteDetails:
        return QuoteDetails(self._presenter.workings(card), self._presenter.people(card))

    def _keep_details(self, card: QuoteCard, details: QuoteDetails) -> None:
        self._details[card.id] = (card.input_hash, details)
        if self.current is not None and self.current.id == card.id:
            self._show_details(card, details)

    def _show_details(self, card: QuoteCard, details: QuoteDetails) -> None:
        self.price.show_workings(details.workings, lines_of(card.lines), card.level_name)
        self._people.put([_person_row(n, entry) for n, entry in enumerate(details.people)])
        self.people.reload()


class QuotesView(PageView):
    """The list in front, and behind it the table a quote is made on."""

    def __init__(
        self, at: Surroundings, lane: Lane, presenter: QuotePresenter, person: str
    ) -> None:
        super().__init__()
        self.at, self._lane, self._presenter = at, lane, presenter
        make = Verb("new", t("New quote"), self.begin, "add")
        self.list = QuoteList(at, lane, presenter, person, make)
        self.composer = QuoteComposer(at, lane, presenter)
        self.offer_line = OfferLine(at.theme)
        self._build()
        self._wire()

    @property
    def composing(self) -> bool:
        """Whether a quote is being made."""
        return self._pile.currentIndex() == 1

    @override
    def refresh(self) -> None:
        if not self.composing:
            self.list.refresh()
            self.at.bridge.run(
                self._lane, self._presenter.draft, done=self._offer_draft, owner=self
            )

    @override
    def missing(self, target: object) -> Callable[[], object] | None:
        if not self.list.completed:
            return self.list.complete
        composing = isinstance(target, NewQuoteFor | QuoteDraft) or target is BEGUN
        return self.composer.missing() if composing else None

    @override
    def open_at(self, target: object) -> None:
        if isinstance(target, NewQuoteFor) or target is BEGUN:
            self.composer.begin(target if isinstance(target, NewQuoteFor) else None)
            self._show_composer()
        elif isinstance(target, QuoteDraft):
            self.composer.resume(target)
            self._show_composer()
        elif isinstance(target, UUID):
            self._show_list()
            self.list.open_at(target)
        else:
            self.refresh()

    @override
    def verbs(self) -> Sequence[Verb]:
        return self.composer.verbs() if self.composing else self.list.verbs()

    @override
    def step_back(self) -> bool:
        return self.composer.step_back() if self.composing else self.list.step_back()

    @override
    def keep(self) -> None:
        self.composer.keep()

    def begin(self) -> None:
        """Begin a quote for a customer still to choose."""
        self.asked_for.emit("pricing", BEGUN)

    def _build(self) -> None:
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self.offer_line)
        column.addWidget(self.list, 1)
        body = QWidget()
        self._pile = QStackedLayout(body)
        self._pile.addWidget(front)
        self._pile.addWidget(self.composer)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(body)
        self.setFocusProxy(self.list)

    def _wire(self) -> None:
        for signal, mine in (
            (self.list.told, self.told),
            (self.list.troubled, self.troubled),
            (self.list.asked_for, self.asked_for),
            (self.list.read_at, self.read_at),
            (self.list.verbs_changed, self.verbs_changed),
            (self.composer.verbs_changed, self.verbs_changed),
            (self.composer.undoable, self.undoable),
        ):
            signal.connect(mine)
        self.composer.left.connect(self._leave)
        self.composer.kept.connect(self._kept)

    def _show_composer(self) -> None:
        self._pile.setCurrentIndex(1)
        self.setFocusProxy(self.composer)
        first = (
            self.composer.customer if self.composer.customer.pick is None else self.composer.form
        )
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.verbs_changed.emit()

    def _show_list(self) -> None:
        self._pile.setCurrentIndex(0)
        self.setFocusProxy(self.list)
        self.verbs_changed.emit()

    @Slot()
    def _leave(self) -> None:
        self._show_list()
        self.refresh()
        self.list.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _kept(self, quote_id: UUID) -> None:
        self._show_list()
        self.offer_line.withdraw()
        self.list.open_at(quote_id)
        self.tell(t("The quote is kept."))

    def _offer_draft(self, draft: QuoteDraft) -> None:
        if not draft.begun or self.composing:
            self.offer_line.withdraw()
            return
        self.offer_line.offer(
            draft_kept(draft.customer_name),
            (
                Verb("resume", t("Go on with it"), partial(self._resume, draft), "edit"),
                Verb("discard", t("Discard"), self._discard, "clear"),
            ),
        )

    def _resume(self, draft: QuoteDraft) -> None:
        self.asked_for.emit("pricing", draft)

    def _discard(self) -> None:
        self.offer_line.withdraw()
        self.composer.discard()


def _facts(card: QuoteCard, people: PeopleNames, further: Told) -> tuple[Fact, ...]:
    priced = written_moment(card.priced_at)
    return (
        Fact(t("Term of cover"), t("{start} to {end}", start=card.cover_from, end=card.cover_to)),
        Fact(t("Region"), region(str(card.request["region"]))),
        Fact(t("Discretion"), str(card.request["discretion"])),
        *(Fact(label, value) for label, value in further),
        *((Fact(t("By groups"), unnamed_words(card.unnamed)),) if card.unnamed else ()),
        Fact(t("Tariff"), f"{card.tariff_id} v{card.tariff_version}"),
        Fact(t("Tariff file"), card.tariff_sha256[:16]),
        Fact(t("Least premium applied"), t("Yes") if card.minimum_applied else t("No")),
        Fact(t("Priced by"), people.of(card.priced_by)),
        Fact(t("Priced at"), priced),
        Fact(t("Inputs bound to"), card.input_hash[:16]),
        Fact(
            t("Head office"),
            t("Not everything is there yet.") if card.pending else t("Has this quote."),
        ),
    )


def _person_row(place: int, entry: RosterEntry) -> Row:
    one = entry.person
    cells = (one.name, masked_id(one.id_no), str(one.job_class), yuan_grouped(entry.premium_fen))
    return Row(place, cells)


def _sort_keys() -> dict[str, Callable[[Row], SortKey]]:
    return {"people": partial(_amount, 2), "premium": partial(_amount, 3), "start": _first_day}


def _first_day(row: Row) -> SortKey:
    return date.fromisoformat(row.cells[4])


def _amount(place: int, row: Row) -> SortKey:
    return int(row.cells[place].replace(",", "").replace(".", ""))
