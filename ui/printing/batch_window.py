"""Several documents on their way to paper: which they are, how to print them, what became of each.

Ctrl+Enter prints, Esc closes. The window stays where something did not come out, and says what and
why; documents that did not come out can be printed again, the others are not printed twice.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t, tn
from ui.forms.view import FormView
from ui.printing.batch import Failed, Outcome, PaperFor, print_batch
from ui.printing.fields import copy_fields, filled, page_fields, printer_field, setup_of
from ui.printing.paper import printer_for, printers
from ui.printing.printout import Printing
from ui.printing.setup import PrintSetup
from ui.printing.sides import side_by_side
from ui.shell.bridge import Job, Progress
from ui.shell.page import Surroundings
from ui.theme.tokens import Mood
from ui.widgets.label import PlainLabel
from ui.widgets.loaded import LoadedRows
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.rows import Column, Row
from ui.widgets.spoken import Spoken
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar

SIZE = (1160, 640)
LIST_WIDTH = 440
COLUMNS = (
    Column("name", t("What is printed"), 200, stretch=True),
    Column("state", t("State"), 180, badge=True),
)
NO_PRINTER = t("No printer is set up on this machine.")


class BatchWindow(Spoken, QWidget):
    """``told`` carries a Text when it is over; the window closes where all are out."""

    told = Signal(object)

    def __init__(
        self,
        at: Surroundings,
        documents: Sequence[Printing],
        lane: Lane,
        top: QWidget,
        *,
        paper_for: PaperFor = printer_for,
        names: Callable[[], tuple[str, ...]] = printers,
    ) -> None:
        super().__init__(top, Qt.WindowType.Window)
        self._at, self._lane = at, lane
        self.documents = tuple(documents)
        self._paper_for, self._names = paper_for, names
        self._out: frozenset[int] = frozenset()
        self._failed: dict[int, Failed] = {}
        self._job: Job | None = None
        self.form: FormView | None = None
        self.missing = PlainLabel("", wrap=True)
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._rows = LoadedRows(COLUMNS)
        self.table = ListTable(
            at.theme, COLUMNS, self._rows, name=t("Documents to print"), filtering=False
        )
        self._build()
        self.say()
        at.bridge.run(lane, self._look, done=self._looked, failed=self._refused, owner=self)

    @property
    def printing(self) -> bool:
        """Whether sheets are coming out."""
        return self._job is not None

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done with the batch."""
        ready = self.form is not None and not self.printing
        reason = None if self.form is not None else NO_PRINTER
        return (
            Verb("print", t("Print"), self.print_now, "print", enabled=ready, reason=reason),
            Verb("close", t("Close"), self.leave, "close"),
        )

    def print_now(self) -> None:
        """Print what is not out yet."""
        form = self.form
        if form is None or self.printing:
            return
        if not form.complete():
            form.focus_first_open()
            return
        setup = setup_of(form.answers())
        places = [place for place in range(len(self.documents)) if place not in self._out]
        wanted = [self.documents[place] for place in places]

        def call(progress: Progress) -> tuple[list[int], Outcome]:
            wanted[0].keep_setup(setup)
            return places, print_batch(wanted, setup, self._paper_for, progress)

        self.problem.clear()
        self._failed = {}
        self.progress.begin(t("Printing…"))
        self._job = self._at.bridge.run_counted(
            self._lane,
            call,
            counted=self.progress.advance,
            done=self._over,
            failed=self._refused,
            owner=self,
        )
        self.say()

    def stop(self) -> None:
        """Stop at the next sheet; what is out stays out, and is said."""
        if self._job is not None and self._job.progress is not None:
            self._job.progress.stop()

    def leave(self) -> None:
        """Close, or stop first where sheets are coming out: how many are out is worth knowing."""
        if self.printing:
            self.stop()
        else:
            self.close()

    def _over(self, came: tuple[list[int], Outcome]) -> None:
        places, outcome = came
        self._job = None
        self.progress.end()
        self._out |= {places[place] for place in outcome.out}
        self._failed = {places[place]: failed for place, failed in outcome.failed}
        out, of = len(self._out), len(self.documents)
        if out == of:
            self.told.emit(tn("{n} document is printed.", "{n} documents are printed.", out))
            self.close()
            return
        self.problem.show_problem(_short(out, of, tuple(self._failed.values())), Mood.WARN)
        self.say()

    def _refused(self, problem: Problem) -> None:
        self._job = None
        self.progress.end()
        self.problem.show_problem(problem)
        self.say()

    def _look(self) -> tuple[tuple[str, ...], PrintSetup | None]:
        return self._names(), self.documents[0].last_setup()

    def _looked(self, found: tuple[tuple[str, ...], PrintSetup | None]) -> None:
        names, last = found
        if not names:
            self.missing.tell(NO_PRINTER)
            self.say()
            return
        exact = any(one.exact for one in self.documents)
        self.form = FormView(
            self._at.theme,
            self._at.clock,
            (printer_field(names), *copy_fields(), *page_fields(exact=exact)),
            name=t("How to print"),
            next_verb=self.print_now,
        )
        self.form.fill(filled(last or PrintSetup(names[0], page=self.documents[0].usual)))
        self.form.stepped_back.connect(self.leave)
        self._right.insertWidget(0, self.form)
        self.say()
        self.form.show()
        self.form.focus_first_open()

    def _state(self, place: int) -> tuple[str, Mood]:
        if place in self._failed:
            return str(self._failed[place].problem.what), Mood.STOP
        if place in self._out:
            return str(t("Printed")), Mood.OK
        return str(t("To be printed")), Mood.WAIT if self.printing else Mood.PLAIN

    def _build(self) -> None:
        self.resize(*SIZE)
        self.table.setMinimumWidth(LIST_WIDTH)
        parts = (self.missing, self.progress, self.problem)
        self._right = side_by_side(self, self.table, parts, self.bar)
        self.progress.cancelled.connect(self.stop)

    @override
    def say(self) -> None:
        count = len(self.documents)
        title = tn("Print {n} document", "Print {n} documents", count)
        self.setWindowTitle(str(title))
        rows = []
        for place, document in enumerate(self.documents):
            words, mood = self._state(place)
            rows.append(Row(place, (str(document.name), words), (Mood.PLAIN, mood)))
        self._rows.put(rows)
        self.table.reload()
        self.bar.offer(self.verbs())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.print_now()
        else:
            super().keyPressEvent(event)


def _short(out: int, of: int, failed: tuple[Failed, ...]) -> Problem:
    """Say how many are out and which did not come."""
    if failed:
        names: Text | str = ", ".join(str(one.name) for one in failed)
        code = failed[0].problem.code
        what = t("{out} of {of} are printed. Not printed: {names}.", out=out, of=of, names=names)
        return Problem(code, what, t("The documents are unchanged."), failed[0].problem.next)
    return Problem(
        "E-PRINT-ENDED",
        t("Stopped: {out} of {of} are printed.", out=out, of=of),
        t("The documents are unchanged."),
        t("Look what came out; printing again leaves out what is printed."),
    )
