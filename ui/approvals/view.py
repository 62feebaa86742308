"""The approvals page: what waits on this person, the quote's figures, the signed decision."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app.access.queries import PeopleNames
from app.approvals.queries import CaseCard
from app.approvals.rules import Choice
from app.kit.lanes import Lane
from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from app.kit.written import written_count, written_moment
from app.pricing.labels import cover, region, trigger
from app.pricing.queries import QuoteCard
from ui.approvals.presenter import ApprovalsPresenter, CaseView
from ui.approvals.texts import DONE, level, state
from ui.shell.lanes import DeskLanes
from ui.shell.list_record import ListRecordPage
from ui.shell.page import Page, Surroundings
from ui.shell.ports import Desk
from ui.shell.record_reading import RecordKey
from ui.shell.record_states import decision
from ui.theme.tokens import TIGHT, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact, RecordHead
from ui.widgets.label import PlainLabel, named
from ui.widgets.loaded import LoadedRows
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb

COLUMNS = (
    Column("summary", t("Quote"), 180, stretch=True),
    Column("state", t("State"), 120, badge=True, grouping=True),
    Column("level", t("Level"), 60, grouping=True),
    Column("by", t("Asked by"), 104, grouping=True),
    Column("due", t("Due"), 132),
)
LINE_COLUMNS = (
    Column("group", t("Group"), 56, numeric=True),
    Column("cover", t("Coverage"), 70, stretch=True),
    Column("people", t("People"), 60, numeric=True),
    Column("class", t("Class"), 56, numeric=True),
    Column("age", t("Age"), 52, numeric=True),
    Column("sum", t("Sum insured"), 92, numeric=True),
    Column("subtotal", t("Subtotal"), 104, numeric=True),
)
STEP_COLUMNS = (
    Column("level", t("Level"), 56),
    Column("person", t("Person"), 104),
    Column("choice", t("Decision"), 96),
    Column("opinion", t("Opinion"), 120, stretch=True),
    Column("at", t("Time"), 130),
)
OPINION_HEIGHT = 60
LONGEST_OPINION = 500


def approvals_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of approvals."""
    return Page(
        "approvals",
        t("Approvals"),
        "approvals",
        lambda at: ApprovalsView(at, lanes.desk, ApprovalsPresenter(desk)),
    )


class ApprovalsView(ListRecordPage[CaseView]):
    """Cases beside the one under the cursor, with an opinion and three answers."""

    def __init__(self, at: Surroundings, lane: Lane, presenter: ApprovalsPresenter) -> None:
        self._presenter = presenter
        self._opinions: dict[object, str] = {}
        empty = EmptyState(
            at.theme,
            t("Nothing to approve."),
            t("Quotes that need a decision appear here when they are submitted and synced."),
        )
        super().__init__(
            at,
            lane,
            COLUMNS,
            name=t("Approvals"),
            empty=empty,
            reader=presenter.reader(),
            seen=presenter.sees,
        )
        self.facts = FactSheet(t("Facts"))
        self._lines, self._steps = LoadedRows(LINE_COLUMNS), LoadedRows(STEP_COLUMNS)
        self.lines = ListTable(
            at.theme, LINE_COLUMNS, self._lines, name=t("Lines"), filtering=False
        )
        self.steps = ListTable(
            at.theme,
            STEP_COLUMNS,
            self._steps,
            name=t("Decisions"),
            empty=EmptyState(
                at.theme, t("Nobody has decided yet."), t("Each level decides by another person.")
            ),
            filtering=False,
        )
        self.opinion = QPlainTextEdit()
        self.opinion_label = PlainLabel(t("Opinion"), size="label")
        self._furnish()

    @override
    def read_all(self) -> Sequence[CaseView]:
        return self._presenter.views()

    @override
    def read_one(self, wanted: object) -> CaseView | None:
        return self._presenter.found(wanted) if isinstance(wanted, UUID) else None

    @override
    def id_of(self, record: CaseView) -> object:
        return record.case.id

    @override
    def row_of(self, record: CaseView) -> Row:
        case = record.case
        words, mood = state(case.state, mine=record.mine)
        due = _moment(case) if case.state == "waiting" else ""
        by = self._presenter.staff.of(case.requester)
        cells = (case.summary, str(words), str(level(case.level)), by, due)
        return Row(case.id, cells, (Mood.PLAIN, mood))

    @override
    def head_of(self, record: CaseView) -> RecordHead:
        words, mood = state(record.case.state, mine=record.mine)
        quote = record.quote
        facts = (
            Fact(t("Premium, yuan"), yuan_grouped(quote.premium_fen)),
            Fact(t("People"), written_count(quote.people)),
            Fact(t("Decides now"), level(record.case.level)),
            Fact(t("Needs"), quote.level_name),
        )
        return RecordHead(quote.customer_name, words, mood, facts)

    @override
    def around_of(self, record: CaseView) -> RecordKey:
        return RecordKey("approval_case", record.case.scope, record.case.id)

    @override
    def show_record(self, record: CaseView) -> None:
        self.facts.show_facts(_facts(record, self._presenter.staff))
        self._lines.put([_line(n, line) for n, line in enumerate(record.quote.lines)])
        self._steps.put(
            [
                Row(
                    n,
                    (
                        str(level(one.level)),
                        self._presenter.staff.of(one.person),
                        str(decision(one.choice)),
                        one.opinion,
                        written_moment(one.at),
                    ),
                )
                for n, one in enumerate(record.case.steps)
            ]
        )
        self.lines.reload()
        self.steps.reload()
        self._deciding.setVisible(record.mine)
        kept = self._opinions.get(record.case.id, "")
        if self.opinion.toPlainText() != kept:
            self.opinion.setPlainText(kept)

    @override
    def offered(self, record: CaseView | None) -> Sequence[Verb]:
        if record is None or not record.mine:
            return ()
        approve = t("Approve and sign")
        return (
            Verb("approve", approve, partial(self.decide, "approve"), "approve"),
            Verb("return", t("Return"), partial(self.decide, "return"), "back"),
            Verb("decline", t("Decline"), partial(self.decide, "decline"), "reject"),
        )

    def decide(self, chosen: Choice) -> None:
        """Sign a decision about exactly what is shown; returning and declining need a reason."""
        record = self.current
        if record is None or not record.mine:
            return
        opinion = self.opinion.toPlainText().strip()
        if chosen != "approve" and not opinion:
            self.opinion_label.tell(t("Opinion: say why, so that the clerk knows what to change."))
            self.opinion_label.colour(Mood.STOP)
            self.opinion.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        call = partial(self._presenter.decide, record.case.id, chosen, opinion[:LONGEST_OPINION])
        self.act(call, done=partial(self._decided, chosen))

    def _decided(self, chosen: Choice, case: CaseCard) -> None:
        self._opinions.pop(case.id, None)
        self.opinion.clear()
        self.tell(DONE[chosen])
        self.refresh()

    def _furnish(self) -> None:
        self.record.add_tab(t("Facts"), self.facts)
        self.record.add_tab(t("Lines"), self.lines)
        self.record.add_tab(t("Decisions"), self.steps)
        self.opinion.setFixedHeight(OPINION_HEIGHT)
        self.opinion.setTabChangesFocus(True)
        named(self.opinion, t("Opinion"))
        self.opinion_label.setBuddy(self.opinion)
        self._deciding = QWidget()
        below = QVBoxLayout(self._deciding)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(TIGHT)
        below.addWidget(self.opinion_label)
        below.addWidget(self.opinion)
        self.record.put_below_tabs(self._deciding)
        self.opinion.textChanged.connect(self._typed)
        self._deciding.hide()

    @Slot()
    def _typed(self) -> None:
        record = self.current
        text = self.opinion.toPlainText()
        if record is not None and record.mine:
            self._opinions[record.case.id] = text
        if text:
            self.opinion_label.tell(t("Opinion"))
            self.opinion_label.colour(Mood.PLAIN)


def _facts(record: CaseView, people: PeopleNames) -> tuple[Fact, ...]:
    case, quote = record.case, record.quote
    reasons = "\n".join(f"{trigger(code)}: {value}" for code, value, _ in quote.reasons)
    return (
        Fact(t("Asked by"), people.of(case.requester)),
        Fact(t("Term of cover"), t("{start} to {end}", start=quote.cover_from, end=quote.cover_to)),
        Fact(t("Region"), region(str(quote.request["region"]))),
        Fact(t("Discretion"), str(quote.request["discretion"])),
        *(Fact(label, value) for label, value in record.further),
        Fact(t("Tariff"), f"{quote.tariff_id} v{quote.tariff_version}"),
        Fact(t("Why this level"), reasons),
        Fact(t("Due"), _moment(case)),
        Fact(t("Bound to"), case.subject_hash[:16]),
        Fact(t("Head office"), _hub_words(case, quote)),
    )


def _hub_words(case: CaseCard, quote: QuoteCard) -> Text:
    if case.pending or quote.pending:
        return t("Not everything is there yet.")
    return t("Has this case.")


def _line(place: int, line: dict[str, object]) -> Row:
    names = ("n", "class", "age", "SI", "subtotal")
    plain = tuple(str(line[name]) for name in names)
    return Row(place, (str(line["cohort"]), str(cover(str(line["coverage"]))), *plain))


def _moment(case: CaseCard) -> str:
    return written_moment(case.due_at)
