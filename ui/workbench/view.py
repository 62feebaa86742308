"""The workbench: what needs this person today, the most harmful first; Enter opens it."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout
from typing_extensions import override

from app.kit.calendar import SHANGHAI
from app.kit.lanes import Lane
from app.kit.words import t, tn
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.theme.tokens import PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import RecordHead, RecordHeader
from ui.widgets.loaded import LoadedRows
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar
from ui.workbench.presenter import TaskLine, WorkbenchPresenter
from ui.workbench.texts import urgency

COLUMNS = (
    Column("urgency", t("Urgency"), 110, badge=True),
    Column("what", t("What"), 300, stretch=True),
    Column("who", t("From"), 90),
    Column("due", t("Due"), 130),
)


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
    """One list; every line opens its record with the next verb focused."""

    def __init__(
        self, at: Surroundings, lane: Lane, presenter: WorkbenchPresenter, name: str
    ) -> None:
        super().__init__()
        self.at, self._lane, self._presenter, self._name = at, lane, presenter, name
        self._tasks: tuple[TaskLine, ...] = ()
        self.header = RecordHeader(at.theme)
        self._rows = LoadedRows(COLUMNS)
        self.table = ListTable(
            at.theme,
            COLUMNS,
            self._rows,
            name=t("Today"),
            empty=EmptyState(
                at.theme,
                t("Nothing waits on you."),
                t("Quotes, approvals, contracts and problems stand here when they need you."),
                icon="approve",
            ),
        )
        self.bar = VerbBar(at.theme)
        self._build()

    @override
    def refresh(self) -> None:
        self.at.bridge.run(self._lane, self._presenter.tasks, done=self._take, owner=self)

    @override
    def verbs(self) -> Sequence[Verb]:
        new = Verb("quote", t("New quote"), self._to_quotes, "add")
        if not self._tasks:
            return (new,)
        return (Verb("open", t("Open"), self.open_current, "next"), new)

    def open_current(self) -> None:
        """Open the record of the line under the cursor."""
        row = self.table.current()
        if row is not None:
            self._open(row)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        self.setFocusProxy(self.table)
        self.table.opened.connect(self._open)
        self.table.told.connect(self.told)
        self._draw()

    def _take(self, tasks: Sequence[TaskLine]) -> None:
        self._tasks = tuple(tasks)
        self._draw()
        if self.table.current() is None and self._tasks:
            self.table.view.go_to(0)
        moment = self.at.clock.now().astimezone(SHANGHAI)
        self.read_at.emit(t("As of {time}", time=moment.strftime("%H:%M")))
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()

    def _draw(self) -> None:
        self._rows.put([_row(n, task) for n, task in enumerate(self._tasks)])
        self.table.reload()
        stops = sum(task.urgency == "stop" for task in self._tasks)
        count = tn("{n} thing to do", "{n} things to do", len(self._tasks))
        mood = Mood.STOP if stops else Mood.WAIT if self._tasks else Mood.OK
        self.header.show_head(RecordHead(self._name, count if self._tasks else "", mood))

    def _to_quotes(self) -> None:
        self.asked_for.emit("pricing", None)

    @Slot(object)
    def _open(self, row: Row) -> None:
        if isinstance(row.id, int) and row.id < len(self._tasks):
            task = self._tasks[row.id]
            target: UUID | None = task.target
            self.asked_for.emit(task.page, target)

    @override
    def say(self) -> None:
        self._draw()
        self.bar.offer(self.verbs())


def _row(place: int, task: TaskLine) -> Row:
    words, mood = urgency(task.urgency)
    due = task.due.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if task.due else ""
    return Row(place, (str(words), str(task.what), task.who, due), (mood,))
