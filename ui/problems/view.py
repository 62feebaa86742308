"""The problems page: everything a person must still settle, the most harmful first."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from typing_extensions import override

from app.kit.lanes import Lane
from app.kit.words import t
from app.kit.written import written_moment
from ui.problems.presenter import ProblemsPresenter
from ui.problems.texts import NEXT, SAFE, SOURCES, VERBS
from ui.shell.lanes import DeskLanes
from ui.shell.list_record import ListRecordPage
from ui.shell.page import Page, Surroundings
from ui.shell.ports import Desk
from ui.shell.unsettled import ProblemLine
from ui.widgets.empty import EmptyState
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact, RecordHead
from ui.widgets.rows import Column, Row
from ui.widgets.verb import Verb

COLUMNS = (
    Column("source", t("Problem"), 120, badge=True),
    Column("what", t("What happened"), 240, stretch=True),
    Column("at", t("Since"), 150),
)


def problems_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of problems."""
    return Page(
        "problems",
        t("Problems"),
        "problems",
        lambda at: ProblemsView(at, lanes.desk, ProblemsPresenter(desk)),
    )


class ProblemsView(ListRecordPage[ProblemLine]):
    """What is open, and for each what is safe and what to do next."""

    def __init__(self, at: Surroundings, lane: Lane, presenter: ProblemsPresenter) -> None:
        self._presenter = presenter
        empty = EmptyState(
            at.theme,
            t("No problems."),
            t("What a person must settle stands here: impressions in doubt, letters, conflicts."),
            icon="approve",
        )
        super().__init__(at, lane, COLUMNS, name=t("Problems"), empty=empty)
        self.facts = FactSheet(t("Facts"))
        self.record.add_tab(t("What to do"), self.facts)

    @override
    def read_all(self) -> Sequence[ProblemLine]:
        return self._presenter.problems()

    @override
    def id_of(self, record: ProblemLine) -> object:
        return record.letter or (record.source, record.target, record.at)

    @override
    def row_of(self, record: ProblemLine) -> Row:
        words, mood = SOURCES[record.source]
        since = written_moment(record.at)
        return Row(self.id_of(record), (str(words), str(record.what), since), (mood,))

    @override
    def head_of(self, record: ProblemLine) -> RecordHead:
        words, mood = SOURCES[record.source]
        return RecordHead(str(words), record.code, mood)

    @override
    def show_record(self, record: ProblemLine) -> None:
        since = written_moment(record.at)
        self.facts.show_facts(
            (
                Fact(t("What happened"), record.what),
                Fact(t("What is safe"), SAFE[record.source]),
                Fact(t("What to do"), NEXT[record.source]),
                Fact(t("Since"), since),
                Fact(t("Code"), record.code),
            )
        )

    @override
    def offered(self, record: ProblemLine | None) -> Sequence[Verb]:
        if record is None:
            return ()
        label = VERBS[record.source]
        go = Verb("go", label, partial(self._go_there, record), "next")
        if record.letter is None:
            return (go,)
        put_away = partial(self._put_away, record.letter)
        if record.source == "import":
            return (go, Verb("away", t("Put away"), put_away, "archive"))
        return (Verb("away", label, put_away, "archive"),)

    def _go_there(self, record: ProblemLine) -> None:
        self.asked_for.emit(record.page, record.target)

    def _put_away(self, letter: UUID) -> None:
        self.act(partial(self._presenter.put_away, letter), done=self._away)

    def _away(self, _nothing: None) -> None:
        self.tell(t("Put away."))
        self.refresh()
