"""Print or save a document: its pages to look at on the left, the choice on the right.

A window of its own over the desk's. Ctrl+Enter prints, Esc closes; what was chosen is offered
again for this kind of document. While sheets come out the window counts them and can be stopped.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPagedPaintDevice
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import t, tn
from ui.forms.view import FormView
from ui.printing.fields import filled, print_fields, setup_of
from ui.printing.paper import print_pages, printer_for, printers
from ui.printing.presenter import PrintPresenter, Sheets
from ui.printing.setup import PrintSetup, read_pages
from ui.shell.bridge import Job, Progress
from ui.shell.page import Surroundings
from ui.theme.theme import dress
from ui.theme.tokens import PLAIN, WIDE
from ui.widgets.label import PlainLabel
from ui.widgets.pages import PagesView
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbBar

SIZE = (1160, 720)
PREVIEW_WIDTH = 440
PaperFor = Callable[[PrintSetup, str], QPagedPaintDevice]
NONE_HERE = t("No printer is set up on this machine. Save the document instead.")


class PrintWindow(Spoken, QWidget):
    """``told`` carries a Text when all is printed or saved; the window closes then."""

    told = Signal(object)

    def __init__(
        self,
        at: Surroundings,
        presenter: PrintPresenter,
        lane: Lane,
        top: QWidget,
        *,
        paper_for: PaperFor = printer_for,
        names: Callable[[], tuple[str, ...]] = printers,
    ) -> None:
        super().__init__(top, Qt.WindowType.Window)
        self._at, self._presenter, self._lane = at, presenter, lane
        self._paper_for, self._names = paper_for, names
        self._sheets: Sheets | None = None
        self._job: Job | None = None
        self.form: FormView | None = None
        self.pages = PagesView(at.theme, presenter.document.name)
        self.missing = PlainLabel("", wrap=True)
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._build()
        self.say()
        self._run(self._look)

    @property
    def printing(self) -> bool:
        """Whether sheets are coming out."""
        return self._job is not None

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done with the document."""
        ready = self._sheets is not None and not self.printing
        some = self.form is not None
        return (
            Verb(
                "print", t("Print"), self.print_now, "print",
                enabled=ready and some, reason=NONE_HERE if ready and not some else None,
            ),
            Verb("save", t("Save as PDF"), self.choose_file, "save", enabled=ready),
            Verb("close", t("Close"), self.leave, "close"),
        )  # fmt: skip

    def print_now(self) -> None:
        """Print what is chosen, or show what is missing of the choice."""
        sheets, form = self._sheets, self.form
        if sheets is None or form is None or self.printing:
            return
        if not form.complete():
            form.focus_first_open()
            return
        setup = setup_of(form.answers())
        pages = read_pages(form.answers().text("pages"), sheets.pages)
        title = self._presenter.document.file_name

        def call(progress: Progress) -> int:
            self._presenter.keep_setup(setup)
            paper = self._paper_for(setup, title)
            print_pages(sheets.pdf, pages, paper, setup.printer, progress.step)
            return len(pages)

        self.problem.clear()
        self.progress.begin(t("Printing…"))
        self._job = self._at.bridge.run_counted(
            self._lane,
            call,
            counted=self.progress.advance,
            done=self._printed,
            failed=self._refused,
            owner=self,
        )
        self._offer()

    def stop(self) -> None:
        """Stop printing at the next sheet."""
        if self._job is not None:
            self._job.cancel()
            self._rest()

    def choose_file(self) -> None:
        """Ask where the document is to be saved."""
        chooser = QFileDialog(self, str(t("Save as PDF")))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix("pdf")
        chooser.selectFile(self._presenter.document.file_name)
        chooser.fileSelected.connect(self.save_to)
        chooser.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Save the document's own bytes."""
        sheets, target = self._sheets, Path(path)
        if sheets is None:
            return
        self.problem.clear()
        self._at.bridge.run(
            self._lane,
            self._presenter.save,
            sheets,
            target,
            done=lambda _: self._over(t("Saved as {name}.", name=target.name)),
            failed=self._refused,
            owner=self,
        )

    def leave(self) -> None:
        """Close; a print under way is stopped at its next sheet."""
        self.stop()
        self.close()

    # -- looking -------------------------------------------------------------------------------

    def _run(self, call: Callable[[], tuple[Sheets, tuple[str, ...], PrintSetup | None]]) -> None:
        self._at.bridge.run(
            self._lane, call, done=self._looked, failed=self.problem.show_problem, owner=self
        )

    def _look(self) -> tuple[Sheets, tuple[str, ...], PrintSetup | None]:
        return self._presenter.sheets(), self._names(), self._presenter.last_setup()

    def _looked(self, found: tuple[Sheets, tuple[str, ...], PrintSetup | None]) -> None:
        self._sheets, names, last = found
        self.pages.begin(self._sheets.pages)
        if names:
            self._ask(self._sheets, names, last)
        else:
            self.missing.tell(NONE_HERE)
        self._offer()
        if self.form is not None:
            # Shown first: the focus of the bar would otherwise outlive that of a hidden field.
            self.form.show()
            self.form.focus_first_open()

    def _ask(self, sheets: Sheets, names: tuple[str, ...], last: PrintSetup | None) -> None:
        form = FormView(
            self._at.theme,
            self._at.clock,
            print_fields(names, sheets.pages),
            name=t("How to print"),
            next_verb=self.print_now,
        )
        usual = PrintSetup(names[0])
        # A printer that is gone leaves its place empty: the person chooses, we do not.
        form.fill(filled(last or usual))
        form.stepped_back.connect(self.leave)
        self._right.insertWidget(0, form)
        self.form = form

    @Slot(int)
    def _fetch(self, page: int) -> None:
        sheets = self._sheets
        if sheets is None:
            return
        self._at.bridge.run(
            self._lane,
            self._presenter.picture,
            sheets,
            page,
            done=lambda picture: self.pages.put(page, picture),
            failed=self.problem.show_problem,
            owner=self,
        )

    # -- what came of it -----------------------------------------------------------------------

    def _printed(self, pages: int) -> None:
        self._rest()
        self._over(tn("{n} page is printed.", "{n} pages are printed.", pages))

    def _refused(self, problem: Problem) -> None:
        self._rest()
        self.problem.show_problem(problem)

    def _rest(self) -> None:
        self._job = None
        self.progress.end()
        self._offer()

    def _over(self, words: object) -> None:
        self.told.emit(words)
        self.close()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        dress(self, look="window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        right = QWidget()
        self._right = QVBoxLayout(right)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(PLAIN)
        for part in (self.missing, self.progress, self.problem):
            self._right.addWidget(part)
        self._right.addStretch(1)
        self._right.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        row.setSpacing(WIDE)
        self.pages.setMinimumWidth(PREVIEW_WIDTH)
        row.addWidget(self.pages, 1)
        row.addWidget(right)
        self.pages.wanted.connect(self._fetch)
        self.progress.cancelled.connect(self.stop)
        self._offer()

    def _offer(self) -> None:
        self.bar.offer(self.verbs())

    @override
    def say(self) -> None:
        self.setWindowTitle(str(t("Print – {name}", name=self._presenter.document.name)))
        self._offer()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.print_now()
        else:
            super().keyPressEvent(event)
