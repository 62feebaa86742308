"""Taking customers up from a file: what was understood, what is wrong, mending it, doing it.

Nothing is written before the person says so. The file is read and the import done on a lane beside
the desk's own, so that every other page goes on meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.customers.importing_plan import Counts, CustomerList, Standing
from app.kit.errors.base import Cancelled, Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t, tn
from ui.customers.importing_grid import ListGrid, Typed
from ui.customers.presenter_importing import (
    ImportPresenter,
    Taken,
    UnderWay,
    Waiting,
    one_after_another,
    understood,
)
from ui.shell.bridge import Job, Progress
from ui.shell.page import Surroundings
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import RecordHead, RecordHeader
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.offer import OfferLine
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbBar, VerbButton

KINDS = "*.xlsx *.csv *.txt"
NOTHING, ROWS = 0, 1
MOST_TROUBLES = 3
"""Columns that are not read, named one by one; a file of other things may have hundreds."""


class ImportView(Spoken, QWidget):
    """The import; ``taken`` carries the Taken when all is done, ``left`` says one step back."""

    taken = Signal(object)
    left = Signal()
    verbs_changed = Signal()

    def __init__(self, at: Surroundings, lane: Lane, presenter: ImportPresenter) -> None:
        super().__init__()
        self._at, self._presenter = at, presenter
        self._lane = at.lists.readers if at.lists else lane
        self._here: CustomerList | None = None
        self._job: Job | None = None
        self._working = False
        self.header = RecordHeader(at.theme)
        self.begun = OfferLine(at.theme)
        self.refused = OfferLine(at.theme)
        self.file = QLineEdit()
        self.standing = PlainLabel(size="strong", wrap=True)
        self.columns = PlainLabel(size="label", wrap=True)
        self.fill = QCheckBox()
        self.grid = ListGrid(at.theme, t("Rows to look at"))
        self.cell = PlainLabel(size="label", wrap=True)
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._build()
        self._wire()
        self.say()

    @property
    def here(self) -> CustomerList | None:
        """The file as it was understood; None before one was read."""
        return self._here

    @property
    def working(self) -> bool:
        """Whether a file is being read or taken up now."""
        return self._working

    def begin(self) -> None:
        """Come to the front: offer what was cut off, and wait for a file."""
        self.problem.clear()
        self._offer()
        self.file.setFocus()
        if not self._working:
            self._at.bridge.run(
                self._lane, self._presenter.waiting, done=self._offer_waiting, owner=self
            )

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done here, the next one first."""
        back = Verb("back", t("Back to the list"), self.left.emit, "back")
        browse = Verb("file", t("Choose a file"), self.choose_file, "import")
        if self._working:
            return (back,)
        if self._here is None:
            return (browse, back)
        wrong = Verb("wrong", t("Next wrong place"), self.go_to_next_wrong, "next")
        out = Verb("out", t("Leave the row out"), self.leave_out, "clear")
        return (self._take_verb(), wrong, out, *self._alike_verbs(), browse, back)

    def choose_file(self) -> None:
        """Ask for a file and read it."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, str(t("Choose a list of customers")), "", f"{t('Sheets')} ({KINDS})"
        )
        if chosen:
            self.read_file(chosen)

    def read_file(self, path: str) -> None:
        """Read a file and show what was understood."""
        if self._working or not path.strip():
            return
        self.file.setText(path)
        self._start(
            t("Reading the file…"),
            partial(self._presenter.read_file, Path(path.strip())),
            self._show,
        )

    def mend_refused(self) -> None:
        """Show the rows that were refused, to be mended and taken up again."""
        if not self._working:
            self.refused.withdraw()
            self._start(t("Reading the refused rows…"), self._read_refused, self._show)

    def take_up(self) -> None:
        """Take up what is good."""
        if self._here is None:
            return
        take = partial(_take, self._presenter, self._here, self.fill.isChecked())
        self._start(t("Taking customers up…"), take, self._done)

    def go_on(self) -> None:
        """Do the rest of an import that was cut off."""
        self.begun.withdraw()
        self._start(t("Taking customers up…"), self._presenter.go_on, self._done)

    def forget(self) -> None:
        """Leave the rest of an import that was cut off."""
        self.begun.withdraw()
        self._at.bridge.run(self._lane, self._presenter.forget, owner=self)

    def go_to_next_wrong(self) -> None:
        """Put the cursor on the next wrong place."""
        self.grid.go_to_next_wrong()

    def leave_out(self) -> None:
        """Leave the row under the cursor out, or take it in again."""
        number = self.grid.current_row_number()
        if number is not None and self._here is not None:
            self._amend({}, self._here.out ^ {number}, self._here.others)

    def take_as_other(self) -> None:
        """Say that the row under the cursor is another customer than who it looks like, or not.

        Where that is no question of this row, go to the next row of which it is.
        """
        here, number = self._here, self.grid.current_row_number()
        if here is None or number is None:
            return
        if number in here.others or here.standing(number) is Standing.ALIKE:
            self._amend({}, here.out, here.others ^ {number})
        else:
            self.grid.go_to_next_wrong()

    def take_all_as_others(self) -> None:
        """Say so of every row that looks like somebody."""
        self._again(self._presenter.all_as_others)

    def leave_alike_out(self) -> None:
        """Leave every row out that looks like somebody."""
        self._again(self._presenter.without_alike)

    @override
    def say(self) -> None:
        named(self.file, t("List of customers"))
        self.file.setPlaceholderText(str(t("Path of an .xlsx or CSV file")))
        self.fill.setText(button_text(t("Fill empty fields of those who are here already")))
        self._tell()
        self._offer()

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(NEAR)
        browse = Verb("file", t("Choose a file"), self.choose_file, "import")
        line.addWidget(PlainLabel(t("List of customers"), size="label"))
        line.addWidget(self.file, 1)
        line.addWidget(VerbButton(browse, self._at.theme, look="quiet"))
        self._pages = QStackedWidget()
        self._pages.addWidget(
            EmptyState(
                self._at.theme,
                t("No file yet."),
                t(
                    "Choose an .xlsx or CSV file with headings above the rows, or drop it here."
                    " Nothing is saved before you say so."
                ),
                icon="import",
            )
        )
        self._pages.addWidget(self.grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        above: tuple[QWidget, ...] = (self.header, self.begun, self.refused)
        told: tuple[QWidget, ...] = (self.standing, self.columns, self.fill)
        below: tuple[QWidget, ...] = (self.cell, self.progress, self.problem, self.bar)
        for part in above:
            column.addWidget(part)
        column.addLayout(line)
        for part in told:
            column.addWidget(part)
        column.addWidget(self._pages, 1)
        for part in below:
            column.addWidget(part)
        self.setFocusProxy(self.file)
        self.setAcceptDrops(True)

    def _wire(self) -> None:
        self.file.returnPressed.connect(self._read_typed)
        self.grid.typed.connect(self._typed)
        self.grid.cell_told.connect(self._tell_cell)
        self.fill.toggled.connect(self._choice_made)
        self.progress.cancelled.connect(self._cancel)

    def _take_verb(self) -> Verb:
        count = self._count()
        words = tn("Take up {n} customer", "Take up {n} customers", count)
        reason = None if count else t("No row of this file can be taken up.")
        return Verb("take", words, self.take_up, "save", enabled=bool(count), reason=reason)

    def _alike_verbs(self) -> tuple[Verb, ...]:
        """Give what may be done with rows that look like somebody, where there are any."""
        if self._here is None or not (self._here.counts.alike or self._here.others):
            return ()
        open_ones = bool(self._here.counts.alike)
        return (
            Verb("other", t("Another customer"), self.take_as_other, "person"),
            Verb("others", t("All of them others"), self.take_all_as_others, "approve",
                 enabled=open_ones),
            Verb("outs", t("Leave all alike out"), self.leave_alike_out, "clear",
                 enabled=open_ones),
        )  # fmt: skip

    def _count(self) -> int:
        if self._here is None:
            return 0
        counts = self._here.counts
        return counts.good + (counts.meets if self.fill.isChecked() else 0)

    def _start(
        self,
        words: Text,
        call: Callable[[Progress], object],
        done: Callable[[object], object],
    ) -> None:
        self._working = True
        self.problem.clear()
        self.progress.begin(words)
        self._offer()
        self._job = self._at.bridge.run_counted(
            self._lane,
            partial(_unless_stopped, call),
            counted=self.progress.advance,
            done=partial(self._ended, done),
            failed=self._failed,
            owner=self,
        )

    def _ended(self, done: Callable[[object], object], answer: object) -> None:
        self._rest()
        if answer is None:
            self.begin()
        else:
            done(answer)

    def _failed(self, problem: Problem) -> None:
        self._rest()
        self.problem.show_problem(problem)
        self._offer()

    def _rest(self) -> None:
        self._working, self._job = False, None
        self.progress.end()

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None and self._job.progress is not None:
            self._job.progress.stop()

    def _show(self, here: object) -> None:
        assert isinstance(here, CustomerList)
        self._here = here
        self.grid.begin(here)
        self._tell()
        self._offer()
        (self.grid if self.grid.list.rows else self.bar).setFocus()
        if not self.grid.list.rows:
            self.bar.focus_next()

    def _done(self, taken: object) -> None:
        assert isinstance(taken, Taken)
        self._here = None
        self.file.clear()
        self.grid.begin(None)
        self._tell()
        self._offer()
        self.taken.emit(taken)

    @Slot()
    def _read_typed(self) -> None:
        self.read_file(self.file.text())

    @Slot(object)
    def _typed(self, typed: Typed) -> None:
        if self._here is not None:
            edits = {(row, field): text for row, field, text in typed}
            self._amend(edits, self._here.out, self._here.others)

    def _amend(
        self, edits: Mapping[tuple[int, str], str], out: frozenset[int], others: frozenset[int]
    ) -> None:
        def judge(here: CustomerList) -> CustomerList:
            return self._presenter.amend(here, edits, out, others)

        self._again(judge)

    def _again(self, judge: Callable[[CustomerList], CustomerList]) -> None:
        """Judge the list again on the lane and show it where it stands."""
        self._at.bridge.run(
            self._lane,
            judge,
            self._here,
            done=self._show_again,
            failed=self.problem.show_problem,
            owner=self,
        )

    def _read_refused(self, _progress: Progress) -> CustomerList | None:
        return self._presenter.refused_again()

    def _show_again(self, here: CustomerList) -> None:
        self._here = here
        self.grid.put(here)
        self._tell()
        self._offer()

    @Slot(object)
    def _tell_cell(self, problem: Text | None) -> None:
        self.cell.tell(problem or "")
        self.cell.colour(self._mood_of_cell() if problem is not None else Mood.PLAIN)

    def _mood_of_cell(self) -> Mood:
        here, number = self._here, self.grid.current_row_number()
        wrong = here is not None and number is not None and bool(here.judged[number].wrong)
        return Mood.STOP if wrong else Mood.WARN

    @Slot(bool)
    def _choice_made(self, _fill: bool) -> None:
        self._offer()

    def _tell(self) -> None:
        here = self._here
        self._pages.setCurrentIndex(ROWS if here is not None and self.grid.list.rows else NOTHING)
        self._pages.setVisible(here is None or bool(self.grid.list.rows))
        self.fill.setVisible(here is not None and bool(here.counts.meets))
        self.columns.setVisible(here is not None and bool(here.troubles))
        if here is None:
            self.standing.tell("")
            self.cell.tell("")
            return
        self.standing.tell(understood(here))
        self.standing.colour(_mood(here.counts))
        if here.troubles:
            self.columns.tell(
                one_after_another([one.reason for one in here.troubles[:MOST_TROUBLES]])
            )
        self._tell_cell(self.grid.list.problem(self.grid.currentIndex()))

    def _offer(self) -> None:
        name = self._here.name if self._here is not None else ""
        state = t("Nothing is saved yet") if self._here is not None else t("No file yet")
        title = name or str(t("Import customers"))
        self.header.show_head(RecordHead(title, state, Mood.WAIT))
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()

    def _offer_waiting(self, waiting: Waiting) -> None:
        self._offer_begun(waiting.begun)
        if not waiting.refused or self._here is not None:
            self.refused.withdraw()
            return
        words = tn(
            "{n} row of {name} was refused and is kept.",
            "{n} rows of {name} were refused and are kept.",
            waiting.refused,
            name=waiting.refused_name,
        )
        self.refused.offer(
            words, (Verb("mend", t("Mend refused rows"), self.mend_refused, "edit"),)
        )

    def _offer_begun(self, begun: UnderWay | None) -> None:
        if begun is None:
            self.begun.withdraw()
            return
        words = t(
            "The import of {name} was cut off: {taken} of {parts} parts were taken up.",
            name=begun.file_name,
            taken=begun.taken,
            parts=begun.parts,
        )
        self.begun.offer(
            words,
            (
                Verb("go_on", t("Go on with the import"), self.go_on, "next"),
                Verb("forget", t("Leave the rest"), self.forget, "clear"),
            ),
        )

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        local = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            self.read_file(local[0])


def _take(presenter: ImportPresenter, here: CustomerList, fill: bool, progress: Progress) -> Taken:
    return presenter.take(here, fill=fill, stride=progress)


def _unless_stopped(call: Callable[[Progress], object], progress: Progress) -> object | None:
    """Do a call; None where the person said stop, so that the page comes to rest."""
    try:
        return call(progress)
    except Cancelled:
        return None


def _mood(counts: Counts) -> Mood:
    if counts.wrong:
        return Mood.STOP
    return Mood.WARN if counts.alike else Mood.OK
