"""The workbench: cards of risk above, below them what needs this person, the most harmful first.

A card that counts puts exactly what it counts into the list; Esc brings back what needs the person.
Who leads an office sees beside it how much lies with each person and at each step.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.access.queries import NOBODY_NAMED, PeopleNames
from app.kit.lanes import Lane
from app.kit.words import Text, t, tn
from app.kit.written import written_clock, written_count, written_moment
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.figure_card import CardFlow, Figure
from ui.widgets.header import RecordHead, RecordHeader
from ui.widgets.loaded import LoadedRows
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar
from ui.workbench.gathering import Waiting
from ui.workbench.presenter import Bench, Card, Load, WorkbenchPresenter
from ui.workbench.steps import Urgency
from ui.workbench.texts import empty_of, urgency

COLUMNS = (
    Column("urgency", t("Urgency"), 110, badge=True, grouping=True),
    Column("what", t("What"), 300, stretch=True),
    Column("who", t("Left by"), 100, grouping=True),
    Column("due", t("Due"), 140),
)
LOAD_COLUMNS = (
    Column("name", t("Who or what"), 220, stretch=True),
    Column("count", t("Waits"), 90, numeric=True),
    Column("late", t("At once"), 110, numeric=True),
    Column("oldest", t("Oldest since"), 150),
)
LIST, PEOPLE, STEPS = range(3)


def workbench_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the workbench."""
    name = desk.actor.name
    return Page(
        "workbench",
        t("Workbench"),
        "workbench",
        lambda at: WorkbenchView(at, lanes.desk, WorkbenchPresenter(desk), name),
    )


class WorkbenchView(PageView):
    """Cards and lists; every line opens its record with the next verb focused."""

    def __init__(
        self, at: Surroundings, lane: Lane, presenter: WorkbenchPresenter, name: str
    ) -> None:
        super().__init__()
        self.at, self._presenter, self._name = at, presenter, name
        self._lane = at.lists.readers if at.lists else lane
        self.bench: Bench | None = None
        self._slice: Card | Load | None = None
        self._reading = self._again = False
        self.header = RecordHeader(at.theme)
        self.cards = CardFlow(at.theme)
        self.tabs = QTabWidget()
        self._rows, self._people = LoadedRows(COLUMNS), LoadedRows(LOAD_COLUMNS)
        self._steps = LoadedRows(LOAD_COLUMNS)
        self.empty = self._empty()
        self.table = ListTable(at.theme, COLUMNS, self._rows, name=t("Today"), empty=self.empty)
        self.people = self._load_table(self._people, t("By person"))
        self.steps = self._load_table(self._steps, t("By step"))
        self.bar = VerbBar(at.theme)
        self._build()

    @property
    def lines(self) -> tuple[Waiting, ...]:
        """What the list shows now."""
        if self._slice is not None:
            return self._slice.lines
        return self.bench.today if self.bench is not None else ()

    @override
    def refresh(self) -> None:
        if self._reading:
            self._again = True
            return
        self._reading = True
        self.at.bridge.run(
            self._lane, self._presenter.bench, done=self._take, failed=self._failed, owner=self
        )

    @override
    def verbs(self) -> Sequence[Verb]:
        own = self._own_verbs()
        back = Verb("all", t("Show what needs me"), self.show_mine, "back")
        sliced = (back,) if self._slice is not None else ()
        if not (self.lines or self._loads()):
            return (*own, *sliced)
        return (Verb("open", t("Open"), self.open_current, "next"), *own, *sliced)

    @override
    def step_back(self) -> bool:
        if self._slice is None and self.tabs.currentIndex() == LIST:
            return False
        self.show_mine()
        return True

    def open_current(self) -> None:
        """Open the record of the line under the cursor."""
        table = (self.table, self.people, self.steps)[self.tabs.currentIndex()]
        row = table.current() or table.model.row(0)
        if row is not None:
            (self._open if table is self.table else self._choose_load)(row)

    def show_mine(self) -> None:
        """Show what needs this person again."""
        self._show_slice(None)

    @Slot(str)
    def press(self, key: str) -> None:
        """Do what a card is for: put what it counts into the list, or open its page."""
        bench = self.bench
        card = next((one for one in bench.cards if one.key == key), None) if bench else None
        if card is None:
            return
        if card.page:
            self.cards.mark(self._marked())
            self.asked_for.emit(card.page, card.target)
        elif self._slice is card:
            self.show_mine()
        else:
            self._show_slice(card)

    def _own_verbs(self) -> tuple[Verb, ...]:
        """Give what begins something new: the verb that fills an empty workbench."""
        page, label, icon = empty_of(self._presenter.role).verb
        return (Verb("begin", label, self._begin, icon),) if page else ()

    @Slot()
    def _begin(self) -> None:
        self.asked_for.emit(empty_of(self._presenter.role).verb[0], None)

    def _empty(self) -> EmptyState:
        words = empty_of(self._presenter.role)
        page, label, icon = words.verb
        verb = Verb("begin", label, self._begin, icon) if page else None
        return EmptyState(
            self.at.theme, t("Nothing waits on you."), words.how, verb=verb, icon="approve"
        )

    def _load_table(self, rows: LoadedRows, name: Text) -> ListTable:
        table = ListTable(
            self.at.theme,
            LOAD_COLUMNS,
            rows,
            name=name,
            empty=EmptyState(
                self.at.theme,
                t("Nothing is under way."),
                t("What waits at each person and at each step stands here."),
            ),
            filtering=False,
        )
        table.opened.connect(self._choose_load)
        table.told.connect(self.told)
        return table

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        column.addWidget(self.cards)
        for part in (self.table, self.people, self.steps):
            self.tabs.addTab(_below_the_bar(part), "")
        column.addWidget(self.tabs, 1)
        column.addWidget(self.bar)
        column.setSpacing(NEAR)
        self.setFocusProxy(self.table)
        self.cards.hide()
        self.cards.pressed.connect(self.press)
        self.tabs.currentChanged.connect(self._offer)
        self.table.opened.connect(self._open)
        self.table.told.connect(self.told)
        self._draw()

    def _take(self, bench: Bench) -> None:
        self._reading = False
        self.bench = bench
        self._slice = self._same_slice(bench)
        self.tabs.tabBar().setVisible(bench.leading)
        self._draw()
        if self.table.current() is None and self.lines:
            self.table.view.go_to(0)
        self.read_at.emit(t("As of {time}", time=written_clock(self.at.clock.now())))
        self._offer()
        if self._again:
            self._again = False
            self.refresh()

    def _failed(self, problem: object) -> None:
        self._reading = False
        self.troubled.emit(problem)

    def _same_slice(self, bench: Bench) -> Card | Load | None:
        """Find again what was chosen; back to the person's own where it is gone."""
        chosen = self._slice
        if chosen is None:
            return None
        found: tuple[Card | Load, ...] = (*bench.cards, *bench.people, *bench.steps)
        return next((one for one in found if one.key == chosen.key and one.lines), None)

    def _show_slice(self, chosen: Card | Load | None) -> None:
        self._slice = chosen
        self.tabs.setCurrentIndex(LIST)
        self._draw()
        if self.lines:
            self.table.view.go_to(0)
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._offer()

    def _loads(self) -> tuple[Load, ...]:
        """Give what the tab that is open shows of people or steps; nothing on the list's own."""
        place = self.tabs.currentIndex()
        if self.bench is None or place == LIST:
            return ()
        return self.bench.people if place == PEOPLE else self.bench.steps

    @Slot()
    def _offer(self) -> None:
        # Where nothing waits the empty list itself offers what fills it.
        something = bool(self.lines or self._loads() or self._slice)
        self.bar.offer(self.verbs() if something else ())
        self.empty.offer(not something)
        self.verbs_changed.emit()

    def _marked(self) -> str:
        return self._slice.key if isinstance(self._slice, Card) else ""

    def _draw(self) -> None:
        self.header.show_head(self._head())
        self.tabs.setTabText(LIST, str(t("Today")))
        self.tabs.setTabText(PEOPLE, str(t("By person")))
        self.tabs.setTabText(STEPS, str(t("By step")))
        bench = self.bench
        names = bench.names if bench is not None else NOBODY_NAMED
        self._rows.put([_row(n, one, names) for n, one in enumerate(self.lines)])
        self.table.reload()
        if bench is None:
            self.tabs.tabBar().hide()
            return
        self.cards.put([Figure(c.key, c.figure, c.words, c.mood) for c in bench.cards])
        self.cards.mark(self._marked())
        self._people.put([_load_row(n, one) for n, one in enumerate(bench.people)])
        self._steps.put([_load_row(n, one) for n, one in enumerate(bench.steps)])
        self.people.reload()
        self.steps.reload()

    def _head(self) -> RecordHead:
        lines = self.lines
        stops = any(one.urgency is Urgency.STOP for one in lines)
        mood = Mood.STOP if stops else Mood.WAIT if lines else Mood.OK
        count = tn("{n} thing to do", "{n} things to do", len(lines))
        if isinstance(self._slice, Card):
            return RecordHead(str(self._slice.words), count, mood)
        if self._slice is not None:
            return RecordHead(str(self._slice.name), count, mood)
        return RecordHead(self._name, count if lines else "", mood)

    @Slot(object)
    def _open(self, row: Row) -> None:
        if isinstance(row.id, int) and row.id < len(self.lines):
            one = self.lines[row.id]
            if one.page:
                self.asked_for.emit(one.page, one.target)
            else:
                self.tell(t("They sign in at a desk of their office with their first code."))

    @Slot(object)
    def _choose_load(self, row: Row) -> None:
        if isinstance(row.id, int) and row.id < len(self._loads()):
            self._show_slice(self._loads()[row.id])

    @override
    def say(self) -> None:
        self._draw()
        self._offer()


def _row(place: int, one: Waiting, names: PeopleNames) -> Row:
    words, mood = urgency(one.urgency)
    due = written_moment(one.due) if one.due else ""
    by = names.of(one.by)
    return Row(place, (str(words), str(one.what), by, due), (mood,))


def _below_the_bar(part: QWidget) -> QWidget:
    """Keep a list off the bar of tabs above it."""
    held = QWidget()
    column = QVBoxLayout(held)
    column.setContentsMargins(0, NEAR, 0, 0)
    column.addWidget(part)
    return held


def _load_row(place: int, one: Load) -> Row:
    cells = (
        str(one.name),
        written_count(len(one.lines)),
        written_count(one.late),
        written_moment(one.oldest),
    )
    return Row(place, cells)
