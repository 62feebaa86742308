"""The sync page: has head office got it, what still waits, how the last rounds went."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.words import Text, t
from app.kit.written import written_clock, written_count, written_moment
from app.store.queries import SyncLine, WaitingLine
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk, SyncView
from ui.sync.presenter import SyncPresenter
from ui.sync.texts import outcome, verb, waiting
from ui.theme.tokens import PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import Fact, RecordHead, RecordHeader
from ui.widgets.loaded import LoadedRows
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.rows import Column, Row
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar

WAITING_COLUMNS = (
    Column("n", t("No."), 64, numeric=True),
    Column("what", t("What"), 220, stretch=True),
    Column("state", t("State"), 140, badge=True),
    Column("who", t("Person"), 90),
    Column("at", t("Time"), 140),
)
ROUND_COLUMNS = (
    Column("at", t("Time"), 160),
    Column("outcome", t("How it ended"), 130, badge=True, stretch=True),
    Column("pushed", t("Sent"), 90, numeric=True),
    Column("pulled", t("Received"), 90, numeric=True),
)


@dataclass(frozen=True)
class SyncPicture:
    """All the page shows, read at once."""

    state: SyncView
    waiting: Sequence[WaitingLine]
    rounds: Sequence[SyncLine]


def sync_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of sync."""
    return Page("sync", t("Sync"), "sync", lambda at: SyncScreen(at, lanes, SyncPresenter(desk)))


class SyncScreen(PageView):
    """State above, two lists below, one verb."""

    def __init__(self, at: Surroundings, lanes: DeskLanes, presenter: SyncPresenter) -> None:
        super().__init__()
        self.at, self._lanes, self._presenter = at, lanes, presenter
        self._picture: SyncPicture | None = None
        self._busy = False
        self.header = RecordHeader(at.theme)
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self._waiting, self._rounds = LoadedRows(WAITING_COLUMNS), LoadedRows(ROUND_COLUMNS)
        self.waiting = ListTable(
            at.theme,
            WAITING_COLUMNS,
            self._waiting,
            name=t("To send"),
            empty=EmptyState(
                at.theme,
                t("Head office has everything."),
                t("What you do stands here until head office has answered it."),
                icon="approve",
            ),
            filtering=False,
        )
        self.rounds = ListTable(
            at.theme,
            ROUND_COLUMNS,
            self._rounds,
            name=t("Rounds"),
            empty=EmptyState(
                at.theme,
                t("No round yet."),
                t("The desk syncs by itself every half minute while it is online."),
            ),
            filtering=False,
        )
        self.bar = VerbBar(at.theme)
        self._build()

    @override
    def refresh(self) -> None:
        self.at.bridge.run(self._lanes.desk, self._read, done=self._show, owner=self)

    @override
    def verbs(self) -> Sequence[Verb]:
        label = t("Sync now")
        return (Verb("sync", label, self.sync_now, "sync", enabled=not self._busy),)

    @Slot()
    def sync_now(self) -> None:
        """Sync until nothing is left to do."""
        if self._busy:
            return
        self._busy = True
        self.problem.clear()
        self.progress.begin(t("Syncing with head office…"))
        self.bar.offer(self.verbs())
        self.at.bridge.run(
            self._lanes.network,
            self._presenter.sync_now,
            done=self._synced,
            failed=self._refused,
            owner=self,
        )

    def _build(self) -> None:
        self._tabs = QTabWidget()
        self._tabs.addTab(self.waiting, str(t("To send")))
        self._tabs.addTab(self.rounds, str(t("Rounds")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        for part in (self.progress, self.problem):
            column.addWidget(part)
        column.addWidget(self._tabs, 1)
        column.addWidget(self.bar)
        self.setFocusProxy(self.waiting)
        self.bar.offer(self.verbs())

    def _read(self) -> SyncPicture:
        presenter = self._presenter
        return SyncPicture(presenter.state(), presenter.waiting(), presenter.rounds())

    def _show(self, picture: SyncPicture) -> None:
        self._picture = picture
        self.header.show_head(_head(picture))
        self._waiting.put([_waiting_row(line) for line in picture.waiting])
        self._rounds.put([_round_row(n, line) for n, line in enumerate(picture.rounds)])
        self.waiting.reload()
        self.rounds.reload()
        self.read_at.emit(t("As of {time}", time=written_clock(picture.state.at)))

    def _synced(self, view: SyncView) -> None:
        self._rest()
        self.tell(
            t("Synced: {sent} sent, {received} received.", sent=view.pushed, received=view.pulled)
        )
        self.refresh()

    def _refused(self, problem: Problem) -> None:
        self._rest()
        self.problem.show_problem(problem, Mood.WARN)
        self.refresh()

    def _rest(self) -> None:
        self._busy = False
        self.progress.end()
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()

    @override
    def say(self) -> None:
        self._tabs.setTabText(0, str(t("To send")))
        self._tabs.setTabText(1, str(t("Rounds")))
        self.bar.offer(self.verbs())
        if self._picture is not None:
            self._show(self._picture)


def _head(picture: SyncPicture) -> RecordHead:
    state = picture.state
    online = state.offline_since is None
    facts = (
        Fact(t("To send"), written_count(state.outbox_left)),
        Fact(t("Files to send"), written_count(state.files_left)),
        Fact(t("Both sides"), _even(state.digest_equal)),
        *_lately(picture),
    )
    words, mood = (t("Online"), Mood.OK) if online else (t("Offline"), Mood.WARN)
    return RecordHead(str(t("Head office")), words, mood, facts)


def _even(equal: bool | None) -> Text:
    if equal is None:
        return t("Not compared yet")
    return t("Hold the same") if equal else t("Differ, being mended")


def _lately(picture: SyncPicture) -> tuple[Fact, ...]:
    """Say since when head office cannot be reached, else when the last round was."""
    if picture.state.offline_since is not None:
        return (Fact(t("Offline since"), written_moment(picture.state.offline_since)),)
    last = max((line.at for line in picture.rounds), default=None)
    return (Fact(t("Last round"), written_moment(last, seconds=True)),) if last else ()


def _waiting_row(line: WaitingLine) -> Row:
    words, mood = waiting(line.state)
    cells = (
        str(line.mseq),
        str(verb(line.what)),
        str(words),
        line.actor,
        written_moment(line.at),
    )
    return Row(line.mseq, cells, (Mood.PLAIN, Mood.PLAIN, mood))


def _round_row(place: int, line: SyncLine) -> Row:
    words, mood = outcome(line.outcome)
    at = written_moment(line.at, seconds=True)
    cells = (at, str(words), written_count(line.pushed), written_count(line.pulled))
    return Row(place, cells, (Mood.PLAIN, mood))
