"""Print or save a document or a list: its sheets to look at on the left, the choice on the right.

A window of its own over the desk's. Ctrl+Enter prints, Esc closes; what was chosen is offered
again for this kind of document. The sheets on the left are those that would come out, margins and
all. While sheets come out the window counts them and can be stopped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPagedPaintDevice
from PySide6.QtWidgets import QFileDialog, QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t, tn
from ui.forms.view import FormView
from ui.printing.fields import filled, page_fields, page_of, print_fields, setup_of
from ui.printing.paper import picture, print_pages, printer_for, printers
from ui.printing.printout import Printing, Printout
from ui.printing.setup import PrintSetup, read_pages
from ui.printing.sides import side_by_side
from ui.shell.bridge import Job, Progress
from ui.shell.page import Surroundings
from ui.widgets.label import PlainLabel
from ui.widgets.pages import PagesView
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbBar

SIZE = (1160, 720)
PREVIEW_WIDTH = 440
SETTLE_MS = 200
"""How long typing in the choice rests before the sheets are drawn anew."""
PaperFor = Callable[[PrintSetup, str], QPagedPaintDevice]
NONE_HERE = t("No printer is set up on this machine. Save the document instead.")


@dataclass(frozen=True)
class _Opened:
    """What was fetched: the printout of a part, the printers there are, the choice of last time."""

    printout: Printout
    part: str
    names: tuple[str, ...]
    last: PrintSetup | None


class PrintWindow(Spoken, QWidget):
    """``told`` carries a Text when all is printed or saved; the window closes then."""

    told = Signal(object)

    def __init__(
        self,
        at: Surroundings,
        printing: Printing,
        lane: Lane,
        top: QWidget,
        *,
        paper_for: PaperFor = printer_for,
        names: Callable[[], tuple[str, ...]] = printers,
    ) -> None:
        super().__init__(top, Qt.WindowType.Window)
        self._at, self.document, self._lane = at, printing, lane
        self._paper_for, self._names = paper_for, names
        self._opened: _Opened | None = None
        self._page = printing.usual
        self._job: Job | None = None
        self._settle = QTimer(self)
        self.form: FormView | None = None
        self.pages = PagesView(at.theme, printing.name)
        self.missing = PlainLabel("", wrap=True)
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._build()
        self.say()
        parts = printing.parts
        self._open(parts[0][0] if parts else "")

    @property
    def printing(self) -> bool:
        """Whether sheets are coming out, or are being fetched."""
        return self._job is not None

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done with the document."""
        ready = self._opened is not None and not self.printing
        some = self._opened is not None and bool(self._opened.names)
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
        opened, form = self._opened, self.form
        if opened is None or form is None or not opened.names or self.printing:
            return
        if not form.complete() or not self._settled():
            form.focus_first_open()
            return
        setup = setup_of(form.answers())
        chosen = read_pages(form.answers().text("pages"), opened.printout.count(setup.page))
        title, printout = self.document.file_name, opened.printout

        def call(progress: Progress) -> int:
            self.document.keep_setup(setup)
            paper = self._paper_for(setup, title)
            print_pages(printout, setup.page, chosen, paper, setup.printer, progress.step)
            return len(chosen)

        self._count(t("Printing…"), call, self._printed)

    def stop(self) -> None:
        """Stop at the next sheet."""
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
        chooser.selectFile(self.document.file_name)
        chooser.fileSelected.connect(self.save_to)
        chooser.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Save a document's own bytes, or a list as it would be printed."""
        opened, target = self._opened, Path(path)
        if opened is None or self.printing or not self._settled():
            return
        printout, page = opened.printout, self._page

        def call(progress: Progress) -> None:
            self.document.save(printout, page, target, progress)

        words = t("Saved as {name}.", name=target.name)
        self._count(t("The file is being written…"), call, lambda _: self._over(words))

    def leave(self) -> None:
        """Close; a print under way is stopped at its next sheet."""
        self.stop()
        self.close()

    # -- fetching and looking --------------------------------------------------------------------

    def _open(self, part: str) -> None:
        """Fetch what is to be printed; a long list is counted while it is read."""

        def call(progress: Progress) -> _Opened:
            printout = self.document.open(part, progress)
            return _Opened(printout, part, self._names(), self.document.last_setup())

        self._count(t("Being read…"), call, self._looked)

    def _looked(self, found: _Opened) -> None:
        first = self._opened is None
        self._opened = found
        self._rest()
        if first:
            self._ask(found)
        self._show_sheets()
        self._offer()
        if first and self.form is not None:
            # Shown first: the focus of the bar would otherwise outlive that of a hidden field.
            self.form.show()
            self.form.focus_first_open()

    def _ask(self, found: _Opened) -> None:
        if not found.names:
            self.missing.tell(NONE_HERE)
            if self.document.exact:
                return
        form = FormView(
            self._at.theme,
            self._at.clock,
            (
                *print_fields(found.names, self._sheets, self.document.parts),
                *page_fields(exact=self.document.exact),
            ),
            name=t("How to print"),
            next_verb=self.print_now,
        )
        usual = PrintSetup(found.names[0] if found.names else "", page=self.document.usual)
        setup = found.last or usual
        self._page = setup.page
        # A printer that is gone leaves its place empty: the person chooses, we do not.
        asked = {key for key, _ in form.draft().texts}
        values = filled(setup) | {"part": found.part}
        form.fill({key: value for key, value in values.items() if key in asked})
        form.stepped_back.connect(self.leave)
        form.changed.connect(self._on_typed)
        self._right.insertWidget(0, form)
        self.form = form

    def _sheets(self) -> int:
        return self._opened.printout.count(self._page) if self._opened is not None else 1

    def _settled(self) -> bool:
        """Take the choice as typed at once; False where it has to be read anew first."""
        self._settle.stop()
        return self._take_choice()

    @Slot(object)
    def _on_typed(self, _draft: object) -> None:
        self._settle.start()

    @Slot()
    def _typed(self) -> None:
        self._take_choice()

    def _take_choice(self) -> bool:
        """Follow the choice of sheet and part; False where the part is being fetched."""
        form, opened = self.form, self._opened
        if form is None or opened is None or self.printing:
            return True
        notes, answers = form.notes(), form.answers()
        if self.document.parts and answers.text("part") not in ("", opened.part):
            self._open(answers.text("part"))
            return False
        right = all(
            notes[key].standing.value in ("ok", "warned")
            for key in ("paper", "landscape", "margin", "scale")
        )
        page = page_of(answers) if right else self._page
        if page != self._page:
            self._page = page
            self._show_sheets()
        return True

    def _show_sheets(self) -> None:
        self.pages.begin(self._sheets(), min(max(1, self.pages.page), self._sheets()))

    @Slot(int)
    def _fetch(self, number: int) -> None:
        opened = self._opened
        if opened is None:
            return
        self._at.bridge.run(
            self._lane,
            picture,
            opened.printout,
            self._page,
            number,
            done=partial(self.pages.put, number),
            failed=self.problem.show_problem,
            owner=self,
        )

    # -- what comes of it ------------------------------------------------------------------------

    def _count(
        self, words: Text, call: Callable[[Progress], object], done: Callable[..., object]
    ) -> None:
        """Run long work on the printer's lane, counted and to be stopped."""
        self.problem.clear()
        self.progress.begin(words)
        self._job = self._at.bridge.run_counted(
            self._lane,
            call,
            counted=self.progress.advance,
            done=done,
            failed=self._refused,
            owner=self,
        )
        self._offer()

    def _printed(self, pages: int) -> None:
        self._over(tn("{n} page is printed.", "{n} pages are printed.", pages))

    def _refused(self, problem: Problem) -> None:
        self._rest()
        self.problem.show_problem(problem)

    def _rest(self) -> None:
        self._job = None
        self.progress.end()
        self._offer()

    def _over(self, words: Text) -> None:
        self._rest()
        self.told.emit(words)
        self.close()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.resize(*SIZE)
        self.pages.setMinimumWidth(PREVIEW_WIDTH)
        parts = (self.missing, self.progress, self.problem)
        self._right = side_by_side(self, self.pages, parts, self.bar)
        self.pages.wanted.connect(self._fetch)
        self.progress.cancelled.connect(self.stop)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._typed)
        self._offer()

    def _offer(self) -> None:
        self.bar.offer(self.verbs())

    @override
    def say(self) -> None:
        self.setWindowTitle(str(t("Print – {name}", name=self.document.name)))
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
