"""The reports page: parameters above; the picture, cross table, figures, the rows behind them, kept
runs and definitions below.

A report is read on a reader lane, with a count and a way to stop; the page keeps what it read, and
everything it shows carries its "as of". The picture's library comes one module a turn of the event
loop once the page is first opened.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import BranchError, Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t, tn
from app.kit.written import written_clock, written_count, written_moment
from app.reports.export import stamp_lines
from app.reports.queries.reading import Behind
from app.reports.rules.declared import ParameterKind
from app.reports.rules.due import Saved
from app.reports.rules.kept import Difference, KeptRun, Ran
from ui.reports.asking import AskingPanel
from ui.reports.checking import Checked, RunKeeping
from ui.reports.cross import CrossTable
from ui.reports.kept_panel import KeptPanel
from ui.reports.presenter import Choices, Figure, Known, ReportsPresenter, Shown, picture
from ui.reports.tables import figures_table, rows_table
from ui.reports.texts import VERDICTS
from ui.shell.bridge import Job, Progress
from ui.shell.chart_import import ChartImport
from ui.shell.lanes import DeskLanes
from ui.shell.page import Page, PageView, Surroundings
from ui.shell.ports import Desk
from ui.shell.targets import ShowReport
from ui.shell.turns import Turns
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.facts import FactSheet
from ui.widgets.header import Fact
from ui.widgets.label import ElidedLabel
from ui.widgets.picker import Pick
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar

if TYPE_CHECKING:
    from ui.widgets.chart_panel import ChartPanel

R = TypeVar("R")
KINDS = {
    "xlsx": t("Workbook: figures, rows, definitions"),
    "csv": t("All rows as CSV"),
    "pdf": t("On paper (PDF)"),
    "docx": t("On paper (docx)"),
    "png": t("Picture (PNG)"),
    "svg": t("Picture (SVG)"),
}
PICTURES = ("png", "svg")
TABS = (
    t("Picture"),
    t("Cross table"),
    t("Figures"),
    t("Rows"),
    t("Kept runs"),
    t("Definitions"),
)
PICTURE, CROSS, FIGURES, ROWS, KEPT, MEANING = range(len(TABS))


def reports_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of reports."""
    return Page(
        "reports",
        t("Reports"),
        "reports",
        lambda at: ReportsView(at, desk, lanes),
    )


class ReportsView(PageView):
    """Choose, run, look, drill, take out, save, keep, hold against the data."""

    def __init__(self, at: Surroundings, desk: Desk, lanes: DeskLanes) -> None:
        super().__init__()
        self.at, self._desk, self._printer = at, desk, lanes.printer
        self._lane: Lane = at.lists.readers if at.lists else lanes.desk
        self._presenter = ReportsPresenter(desk)
        self._keeping = RunKeeping(desk, self._presenter)
        self.asking = AskingPanel(at.theme, at.clock, self._find)
        self.head = ElidedLabel(size="small")
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self.tabs = QTabWidget()
        self.chart: ChartPanel | None = None
        self.cross = CrossTable(at.theme)
        self.kept = KeptPanel(at.theme)
        self.figures: ListTable | None = None
        self.rows: ListTable | None = None
        self.meaning = FactSheet(t("Definitions"))
        self.bar = VerbBar(at.theme)
        self.shown: Shown | None = None
        self._found: Behind | None = None
        self._from = FIGURES
        """The table the rows that are shown were opened from."""
        self._wanted: ShowReport | UUID | None = None
        self._job: Job | None = None
        self._drawable = False
        self._pictures = ChartImport(at.bridge, self._lane, self)
        self._turns, self._opening = Turns(self), Turns(self)
        self._build()

    @property
    def ran(self) -> Ran | None:
        """The run that is shown: read now, or kept before."""
        return self.shown.ran if self.shown is not None else None

    @property
    def measure(self) -> str:
        """The figure of picture, cross table and paper."""
        assert self.ran is not None
        wanted = str(self.asking.measure.value())
        known = {one.key for one in self.ran.report.measures}
        return wanted if wanted in known else self.ran.report.shown

    @property
    def at_rest(self) -> bool:
        """Whether nothing is being read, and what was read is shown."""
        return self._job is None and self._turns.at_rest and self._opening.at_rest

    @override
    def refresh(self) -> None:
        self.at.bridge.run(self._lane, self._presenter.choices, done=self._take_choices, owner=self)

    @override
    def open_at(self, target: object) -> None:
        """Run the report another page asked for, as it was asked; or open a kept run by its id."""
        self._wanted = target if isinstance(target, ShowReport | UUID) else None
        self.refresh()

    @override
    def verbs(self) -> Sequence[Verb]:
        if self.tabs.currentIndex() == KEPT:
            return self._kept_verbs()
        idle, read = self._job is None, self.ran is not None
        run = Verb("run", t("Run the report"), self.run, "next", enabled=idle)
        first = t("Run the report first.")
        keep = Verb("keep", t("Keep these figures"), self.keep_run, "archive",
                    enabled=idle and read, reason=first)  # fmt: skip
        paper = Verb("print", t("Print the report"), self.print_run, "print",
                     enabled=idle and read, reason=first)  # fmt: skip
        drill = Verb(
            "drill",
            t("Rows behind the figure"),
            self.drill,
            "look",
            enabled=idle and read,
            reason=first,
        )
        save = Verb("save", t("Save this report"), self.save, "save", enabled=idle)
        known = self.asking.chosen_saved() is not None
        drop = Verb(
            "drop",
            t("Delete the saved report"),
            self.drop,
            "reject",
            enabled=idle and known,
            reason=t("Choose a saved report first."),
        )
        return (run, drill, save, keep, paper, *self._ways_out(idle=idle and read), drop)

    def _ways_out(self, *, idle: bool) -> list[Verb]:
        """Offer every kind of file; a kept run has no rows, and a picture must have been drawn."""
        kept = self.shown is not None and self.shown.kept is not None
        missing = {"csv": kept, "png": self.chart is None, "svg": self.chart is None}
        rows_gone = t("A kept run has its figures alone; run the report for its rows.")
        return [
            Verb(
                f"export_{kind}",
                words,
                partial(self.choose_file, kind),
                "import",
                enabled=idle and not missing.get(kind, False),
                reason=rows_gone if kind == "csv" and kept else t("Run the report first."),
            )
            for kind, words in KINDS.items()
        ]

    def _kept_verbs(self) -> Sequence[Verb]:
        """Offer what may be done with the kept run under the cursor."""
        chosen = self._job is None and self.kept.current() is not None
        none = t("Choose a kept run first.")
        return (
            Verb("open_kept", t("Open the kept run"), self.open_kept, "next",
                 enabled=chosen, reason=none),
            Verb("check", t("Check against the data"), self.check, "look",
                 enabled=chosen, reason=none),
            Verb("compare", t("Compare with the report shown"), self.compare, "look",
                 enabled=chosen and self.ran is not None,
                 reason=t("Run or open the report to compare with first.")),
            Verb("drop_kept", t("Delete the kept run"), self.drop_kept, "reject",
                 enabled=chosen, reason=none),
        )  # fmt: skip

    @override
    def step_back(self) -> bool:
        if self._job is not None:
            self._stop()
            return True
        if self.tabs.currentIndex() == ROWS:
            self.tabs.setCurrentIndex(self._from)
            table = self.cross if self._from == CROSS else self.figures
            if table is not None:
                table.setFocus()
            return True
        return False

    @Slot()
    def run(self) -> None:
        """Read what is asked for; the figures that are shown stay until the new ones are there."""
        asked = self.asking.asked()
        if asked is None or self._job is not None:
            return
        self._count(
            t("Reading the report…"),
            lambda progress: self._presenter.run(asked, progress.step),
            self._take_ran,
        )

    @Slot()
    def drill(self) -> None:
        """Read the rows behind the figure under the cursor; without one, all rows."""
        figure = self._figure()
        if self.ran is None or self._job is not None or figure is None:
            return
        asked = self.ran.asked
        self._count(
            t("Reading the rows…"),
            lambda progress: self._presenter.behind(asked, figure, progress.step),
            self._take_rows,
        )

    def _figure(self) -> Figure | None:
        """Give the figure under the cursor of the table that is shown."""
        if self.tabs.currentIndex() == CROSS:
            self._from = CROSS
            return self.cross.current()
        self._from = FIGURES
        row = self.figures.current() if self.figures is not None else None
        return row.id if row is not None and isinstance(row.id, tuple) else None

    def choose_file(self, kind: str) -> None:
        """Ask where to, then write."""
        if self.ran is None:
            return
        chooser = QFileDialog(self, str(KINDS[kind]))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix(kind)
        chooser.selectFile(f"{self.ran.report.key}.{kind}")
        chooser.fileSelected.connect(partial(self._file_chosen, kind))
        chooser.open()

    def export_to(self, kind: str, path: Path) -> None:
        """Write the report that is shown to a file of a kind."""
        shown = self.shown
        if shown is None or self._job is not None:
            return
        if kind in PICTURES:
            self._save_picture(kind, path)
            return
        measure = self.measure
        self._count(
            t("Writing {file}…", file=path.name),
            lambda progress: self._presenter.export(kind, shown, measure, path, progress.step),
            self._written,
        )

    @Slot()
    def print_run(self) -> None:
        """Open the window that prints the figures that are shown."""
        if self.ran is None:
            return
        from ui.printing.printout import DocumentPrinting
        from ui.printing.window import PrintWindow
        from ui.reports.paper import ReportSheets

        printing = DocumentPrinting(ReportSheets(self._desk, self.ran, self.measure))
        window = PrintWindow(self.at, printing, self._printer, self.window())
        window.told.connect(self.tell)
        window.show()

    @Slot()
    def keep_run(self) -> None:
        """Keep the figures that are shown, under the name that is typed or the report's own."""
        if self.ran is None:
            return
        name = self.asking.name.text().strip()[:60] or str(self.ran.report.title)
        self._do(
            partial(self._presenter.keep, self.ran, self.measure, name),
            lambda _kept: self._changed(t("Kept as “{name}”.", name=name)),
        )

    @Slot()
    def open_kept(self) -> None:
        """Show the kept run under the cursor as it was read; nothing is read anew."""
        run = self.kept.current()
        if run is not None and self._job is None:
            self._open_kept(run)

    @Slot()
    def check(self) -> None:
        """Ask the kept run's question again and say how both stand."""
        run = self.kept.current()
        if run is None or self._job is not None:
            return
        self._count(
            t("Reading the report…"),
            lambda progress: self._keeping.check(self._presenter.open_kept(run), progress.step),
            self._take_checked,
        )

    @Slot()
    def compare(self) -> None:
        """Hold the kept run under the cursor against the run that is shown."""
        run, shown = self.kept.current(), self.ran
        if run is None or shown is None or self._job is not None:
            return
        self._count(
            t("Comparing…"),
            lambda _progress: self._compared(self._presenter.open_kept(run), shown),
            partial(self._take_compared, shown),
        )

    @Slot()
    def drop_kept(self) -> None:
        """Delete the kept run under the cursor; its toast brings it back."""
        run = self.kept.current()
        if run is None:
            return
        self._do(partial(self._presenter.drop_kept, run), self._kept_dropped)

    @Slot()
    def save(self) -> None:
        """Keep what is asked for under the name that is typed."""
        asked, wanted = self.asking.asked(), self.asking.save_as()
        if asked is None or wanted is None:
            return
        saved = self._presenter.named(
            wanted.name,
            asked,
            str(self.asking.measure.value()),
            span=wanted.span,
            schedule=wanted.schedule,
        )
        self._do(
            partial(self._presenter.save, saved),
            lambda _saved: self._changed(t("Saved as “{name}”.", name=wanted.name)),
        )

    @Slot()
    def drop(self) -> None:
        """Delete the saved report that is chosen; its toast brings it back."""
        saved = self.asking.chosen_saved()
        if saved is None:
            return
        self._do(partial(self._presenter.drop, saved), lambda _none: self._dropped(saved))

    @override
    def say(self) -> None:
        for place, words in enumerate(TABS):
            self.tabs.setTabText(place, str(words))
        self.kept.say_anew()
        self.bar.offer(self.verbs())
        if self.shown is not None:
            self._show(self.shown)

    def _build(self) -> None:
        empty = EmptyState(
            self.at.theme,
            t("No report has been run yet."),
            t("Choose one above and press Ctrl+Enter."),
        )
        for place, words in enumerate(TABS):
            holder = QWidget()
            QVBoxLayout(holder).setContentsMargins(0, NEAR, 0, 0)
            self.tabs.addTab(holder, str(words))
            if place == PICTURE:
                self._put(PICTURE, empty)
        for tab, widget in ((CROSS, self.cross), (KEPT, self.kept), (MEANING, self.meaning)):
            self._put(tab, widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        for part in (self.asking, self.progress, self.problem, self.head):
            column.addWidget(part)
        self.head.hide()
        column.addWidget(self.tabs, 1)
        column.addWidget(self.bar)
        self.setFocusProxy(self.asking.report)
        self.progress.cancelled.connect(self._stop)
        self.asking.measure.currentIndexChanged.connect(self._measure_chosen)
        self.tabs.currentChanged.connect(self._tab_chosen)
        self.cross.opened.connect(self.drill)
        self.kept.opened.connect(self.open_kept)
        self.kept.chosen.connect(self._offer)
        self.asking.loaded.connect(self._load)
        self._pictures.finished.connect(self._can_draw)
        self._pictures.start()
        self.bar.offer(self.verbs())

    def _put(self, tab: int, widget: QWidget) -> None:
        """Put a widget into a tab in place of what is there."""
        holder = self.tabs.widget(tab)
        layout = holder.layout() if holder is not None else None
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None and old is not widget:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        layout.addWidget(widget)

    def _count(
        self, what: Text, call: Callable[[Progress], R], done: Callable[[R], object]
    ) -> None:
        self.problem.clear()
        self.progress.begin(what)
        self._job = self.at.bridge.run_counted(
            self._lane,
            call,
            counted=self.progress.advance,
            done=lambda result: self._rest(partial(done, result)),
            failed=self._refused,
            owner=self,
        )
        self._offer()

    def _take_choices(self, choices: Choices) -> None:
        self.asking.put(choices)
        self._opening.begin(
            partial(self.kept.show_lines, choices.kept),
            self._offer,
            partial(self._open_wanted, choices),
        )

    def _open_wanted(self, choices: Choices) -> None:
        """Open what another page asked for, once it can be chosen."""
        wanted, self._wanted = self._wanted, None
        offered = {one.key for one, _ in choices.reports}
        if isinstance(wanted, UUID):
            self.kept.go_to(wanted)
            self._open_kept(wanted)
        elif wanted is not None and wanted.asked.report in offered:
            self.asking.show_asked(wanted.asked, wanted.measure)
            self.run()

    def _take_ran(self, ran: Ran) -> None:
        self._show(Shown(ran))
        if self.tabs.currentIndex() in (ROWS, KEPT):
            self.tabs.setCurrentIndex(FIGURES)

    def _open_kept(self, run: UUID) -> None:
        self._count(
            t("Opening the kept run…"),
            lambda _progress: self._presenter.open_kept(run),
            self._take_kept,
        )

    def _take_kept(self, kept: KeptRun) -> None:
        self.asking.show_asked(kept.ran.asked, kept.measure)
        self._show(Shown(kept.ran, kept))
        self.tabs.setCurrentIndex(FIGURES)
        self.tell(t("These are the figures that were kept; nothing was read anew."))

    def _take_checked(self, checked: Checked) -> None:
        self.kept.show_result(*VERDICTS[checked.verdict])
        self.kept.show_differences(checked.now, checked.differences)
        self.refresh()
        if checked.problem is not None:
            self.problem.show_problem(checked.problem)

    def _compared(self, kept: KeptRun, shown: Ran) -> tuple[Difference, ...] | None:
        """Give the differences; None where the two are no answers to one question."""
        before, after = kept.ran.asked, shown.asked
        alike = ("report", "group", "across")
        if any(getattr(before, one) != getattr(after, one) for one in alike):
            return None
        return self._keeping.compare(kept, shown)

    def _take_compared(self, shown: Ran, found: tuple[Difference, ...] | None) -> None:
        if found is None:
            words = t("Show the same report by the same rows and columns, then compare.")
            self.kept.show_result(words, Mood.WARN)
            return
        words = tn("{n} figure differs.", "{n} figures differ.", len(found))
        self.kept.show_result(words, Mood.PLAIN)
        self.kept.show_differences(shown, found)

    def _kept_dropped(self, kept: KeptRun | None) -> None:
        if kept is not None:
            back = Verb("undo", t("Bring it back"), partial(self._put_back, kept), "undo")
            self.undoable.emit(t("“{name}” is deleted.", name=kept.name), back)
        self.refresh()

    def _put_back(self, kept: KeptRun) -> None:
        self._back(partial(self._presenter.put_back, kept))

    def _show(self, shown: Shown) -> None:
        """Put a run up, a part a turn."""
        self.shown, self._found = shown, None
        ran = shown.ran
        self._turns.begin(
            partial(self._show_figures, ran),
            self._show_cross,
            self._show_rows,
            partial(self._show_meaning, ran),
            self._draw,
        )
        self.head.tell(_head_words(shown))
        self.head.show()
        self.read_at.emit(t("As of {time}", time=written_clock(ran.stamp.as_of)))

    def _show_cross(self) -> None:
        if self.ran is not None:
            self.cross.show_ran(self.ran, self.measure)

    def _show_meaning(self, ran: Ran) -> None:
        facts = [Fact(name, said) for name, said in stamp_lines(ran)]
        facts += [
            Fact(t("{name} (v{version})", name=one.title, version=one.version), str(one.definition))
            for one in ran.report.measures
        ]
        self.meaning.show_facts(facts)

    def _show_figures(self, ran: Ran) -> None:
        self.figures = figures_table(self.at.theme, ran)
        self.figures.opened.connect(self.drill)
        self._put(FIGURES, self.figures)

    def _show_rows(self) -> None:
        assert self.ran is not None
        self.rows = rows_table(self.at.theme, self.ran.report, self._found)
        self._put(ROWS, self.rows)

    def _take_rows(self, found: Behind) -> None:
        assert self.ran is not None
        self._found = found
        self._show_rows()
        self.tabs.setCurrentIndex(ROWS)
        if self.rows is not None:
            self.rows.view.setFocus()
        if found.sha256 != self.ran.stamp.sha256:
            self.tell(t("Something changed since the figures were read: run the report again."))
        elif found.count > len(found.rows):
            self.tell(
                t(
                    "The first {shown} of {count} rows are shown; an export has all.",
                    shown=written_count(len(found.rows)),
                    count=written_count(found.count),
                )
            )
        else:
            self.tell(
                tn("{rows} row behind the figure.", "{rows} rows behind the figure.", found.count,
                   rows=written_count(found.count))
            )  # fmt: skip

    @Slot()
    def _can_draw(self) -> None:
        self._drawable = True
        QTimer.singleShot(0, self, self._draw)

    @Slot()
    def _measure_chosen(self) -> None:
        if self._turns.at_rest:
            self._turns.begin(self._show_cross, self._draw)

    @Slot()
    def _tab_chosen(self) -> None:
        self._offer()

    @Slot()
    def _draw(self) -> None:
        if self.ran is None or not self._drawable:
            return
        chart = picture(self.ran, self.measure)
        if self.chart is None:
            from ui.widgets.chart_panel import ChartPanel

            self.chart = ChartPanel(self.at.theme, chart)
            self._put(PICTURE, self.chart)
            self._offer()
        else:
            self.chart.show_chart(chart)

    def _save_picture(self, kind: str, path: Path) -> None:
        if self.chart is None:
            return
        try:
            if kind == "png":
                self.chart.save_png(path)
            else:
                self.chart.save_svg(path)
        except BranchError as error:
            self._refused(error.problem)
            return
        self._written(path)

    def _file_chosen(self, kind: str, chosen: str) -> None:
        self.export_to(kind, Path(chosen))

    def _written(self, path: Path) -> None:
        self.tell(t("Written to {file}.", file=path.name))

    def _load(self, saved: Saved) -> None:
        self.asking.show_asked(self._presenter.asked_of(saved), saved.measure)
        self._offer()

    def _changed(self, words: Text) -> None:
        self.tell(words)
        self.refresh()

    def _dropped(self, saved: Saved) -> None:
        back = Verb("undo", t("Bring it back"), partial(self._bring_back, saved), "undo")
        self.undoable.emit(t("“{name}” is deleted.", name=saved.name), back)
        self.refresh()

    def _bring_back(self, saved: Saved) -> None:
        self._back(partial(self._presenter.save, saved))

    def _back(self, put: Callable[[], object]) -> None:
        self._do(put, lambda _done: self.refresh())

    def _do(self, call: Callable[[], R], done: Callable[[R], object]) -> None:
        """Do something on the lane; a refusal stands on the page."""
        self.at.bridge.run(self._lane, call, done=done, failed=self._refused, owner=self)

    def _find(
        self, kind: ParameterKind, words: str, take: Callable[[Sequence[Pick]], object]
    ) -> None:
        """Look for people or products on the lane, for a field that is being typed into."""
        report = self.asking.chosen()
        if report is None:
            return
        presenter = self._presenter
        call = (
            partial(presenter.people, words)
            if kind is ParameterKind.PERSON
            else partial(presenter.products, report, words)
        )

        def offer(found: Sequence[Known]) -> None:
            take([Pick(one.value, one.name, one.detail) for one in found])

        self._do(call, offer)

    def _refused(self, problem: Problem) -> None:
        self._rest(lambda: self.problem.show_problem(problem, Mood.WARN))

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._rest(lambda: self.tell(t("Stopped.")))

    def _rest(self, then: Callable[[], object]) -> None:
        self._job = None
        self.progress.end()
        then()
        self._offer()

    def _offer(self) -> None:
        self.bar.offer(self.verbs())
        self.verbs_changed.emit()


def _head_words(shown: Shown) -> Text:
    """Say in a line under what the figures on the screen were read."""
    lines = stamp_lines(shown.ran)[:-2]
    said = " · ".join(f"{name}: {words}" for name, words in lines)
    if shown.kept is None:
        return Text("{said}", {"said": said})
    return t("Kept run “{name}” of {time} · {said}", name=shown.kept.name,
             time=written_moment(shown.ran.stamp.as_of, seconds=True), said=said)  # fmt: skip
