"""The reports page: parameters above, the picture, the figures, the rows behind them, definitions.

A report is read on a reader lane, with a count and a way to stop; the page keeps what it read, and
everything it shows carries its "as of". The picture's library comes one module a turn of the event
loop once the page is first opened.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import BranchError, Problem
from app.kit.lanes import Lane
from app.kit.sheets.writing import CellKind
from app.kit.words import Text, t, tn
from app.kit.written import written_clock, written_count
from app.reports.export import stamp_lines
from app.reports.queries.reading import Behind, Ran
from app.reports.rules.due import Saved
from ui.reports.asking import AskingPanel
from ui.reports.presenter import (
    Choices,
    Figure,
    ReportsPresenter,
    figure_cells,
    picture,
    row_cells,
)
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
from ui.widgets.problem import ProblemPanel
from ui.widgets.progress import ProgressLine
from ui.widgets.rows import Column, FixedRows, Row
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
TABS = (t("Picture"), t("Figures"), t("Rows"), t("Definitions"))
PICTURE, FIGURES, ROWS, MEANING = range(len(TABS))


def reports_page(desk: Desk, lanes: DeskLanes) -> Page:
    """Declare the page of reports."""
    return Page(
        "reports",
        t("Reports"),
        "reports",
        lambda at: ReportsView(
            at, at.lists.readers if at.lists else lanes.desk, ReportsPresenter(desk)
        ),
    )


class ReportsView(PageView):
    """Choose, run, look, drill, take out, save."""

    def __init__(self, at: Surroundings, lane: Lane, presenter: ReportsPresenter) -> None:
        super().__init__()
        self.at, self._lane, self._presenter = at, lane, presenter
        self.asking = AskingPanel(at.theme, at.clock)
        self.progress = ProgressLine(at.clock)
        self.problem = ProblemPanel()
        self.tabs = QTabWidget()
        self.chart: ChartPanel | None = None
        self.figures: ListTable | None = None
        self.rows: ListTable | None = None
        self.meaning = FactSheet(t("Definitions"))
        self.bar = VerbBar(at.theme)
        self.ran: Ran | None = None
        self._found: tuple[Figure, Behind] | None = None
        self._wanted: ShowReport | None = None
        self._job: Job | None = None
        self._drawable = False
        self._pictures = ChartImport(at.bridge, lane, self)
        self._turns = Turns(self)
        self._build()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is being read, and what was read is shown."""
        return self._job is None and self._turns.at_rest

    @override
    def refresh(self) -> None:
        self.at.bridge.run(self._lane, self._presenter.choices, done=self._take_choices, owner=self)

    @override
    def open_at(self, target: object) -> None:
        """Run the report another page asked for, as it was asked."""
        self._wanted = target if isinstance(target, ShowReport) else None
        self.refresh()

    @override
    def verbs(self) -> Sequence[Verb]:
        idle, read = self._job is None, self.ran is not None
        run = Verb("run", t("Run the report"), self.run, "next", enabled=idle)
        first = t("Run the report first.")
        out = [
            Verb(
                f"export_{kind}",
                words,
                partial(self.choose_file, kind),
                "import",
                enabled=idle and read and (kind not in PICTURES or self.chart is not None),
                reason=first,
            )
            for kind, words in KINDS.items()
        ]
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
        return (run, drill, save, *out, drop)

    @override
    def step_back(self) -> bool:
        if self._job is not None:
            self._stop()
            return True
        if self.tabs.currentIndex() == ROWS:
            self.tabs.setCurrentIndex(FIGURES)
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
        if self.ran is None or self._job is not None or self.figures is None:
            return
        row = self.figures.current()
        figure = row.id if row is not None else None
        if not isinstance(figure, tuple):
            return
        asked = self.ran.asked
        self._count(
            t("Reading the rows…"),
            lambda progress: self._presenter.behind(asked, figure, progress.step),
            partial(self._take_rows, figure),
        )

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
        if self.ran is None or self._job is not None:
            return
        if kind in PICTURES:
            self._save_picture(kind, path)
            return
        asked = self.ran.asked
        self._count(
            t("Writing {file}…", file=path.name),
            lambda progress: self._presenter.export(kind, asked, path, progress.step),
            self._written,
        )

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
            every=wanted.every,
        )
        self.at.bridge.run(
            self._lane,
            self._presenter.save,
            saved,
            done=lambda _saved: self._changed(t("Saved as “{name}”.", name=wanted.name)),
            failed=self._refused,
            owner=self,
        )

    @Slot()
    def drop(self) -> None:
        """Delete the saved report that is chosen; its toast brings it back."""
        saved = self.asking.chosen_saved()
        if saved is None:
            return
        self.at.bridge.run(
            self._lane,
            self._presenter.drop,
            saved,
            done=lambda _none: self._dropped(saved),
            failed=self._refused,
            owner=self,
        )

    @override
    def say(self) -> None:
        for place, words in enumerate(TABS):
            self.tabs.setTabText(place, str(words))
        self.bar.offer(self.verbs())
        if self.ran is not None:
            self._show_ran(self.ran)

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
        self._put(MEANING, self.meaning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(PLAIN)
        for part in (self.asking, self.progress, self.problem):
            column.addWidget(part)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.bar)
        self.setFocusProxy(self.asking.report)
        self.progress.cancelled.connect(self._stop)
        self.asking.measure.currentIndexChanged.connect(self._draw)
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
        self._offer()
        wanted, self._wanted = self._wanted, None
        offered = {one.key for one, _ in choices.reports}
        if wanted is not None and wanted.asked.report in offered:
            self.asking.show_asked(wanted.asked, wanted.measure)
            self.run()

    def _take_ran(self, ran: Ran) -> None:
        self.ran, self._found = ran, None
        self._show_ran(ran)
        if self.tabs.currentIndex() == ROWS:
            self.tabs.setCurrentIndex(FIGURES)

    def _show_ran(self, ran: Ran) -> None:
        self._show_figures(ran)
        self._turns.begin(self._show_rows, partial(self._show_meaning, ran), self._draw)
        self.read_at.emit(t("As of {time}", time=written_clock(ran.stamp.as_of)))

    def _show_meaning(self, ran: Ran) -> None:
        facts = [Fact(name, said) for name, said in stamp_lines(ran)]
        facts += [
            Fact(t("{name} (v{version})", name=one.title, version=one.version), str(one.definition))
            for one in ran.report.measures
        ]
        self.meaning.show_facts(facts)

    def _show_figures(self, ran: Ran) -> None:
        keys = [key for key in (ran.asked.group, ran.asked.across) if key]
        columns = (
            *(
                Column(key, ran.report.field(key).title, 160, sortable=False, stretch=not place)
                for place, key in enumerate(keys)
            ),
            *(
                Column(f"m_{one.key}", one.title, 150, numeric=True, sortable=False)
                for one in ran.report.measures
            ),
        )
        rows = tuple(Row(figure, cells) for figure, cells in figure_cells(ran))
        self.figures = ListTable(
            self.at.theme,
            columns,
            FixedRows(columns, rows),
            name=t("Figures"),
            empty=EmptyState(
                self.at.theme, t("No rows in this period."), t("Choose a longer one.")
            ),
            filtering=False,
        )
        self.figures.opened.connect(self.drill)
        self._put(FIGURES, self.figures)

    def _show_rows(self) -> None:
        assert self.ran is not None
        report = self.ran.report
        columns = tuple(
            Column(
                one.key,
                one.title,
                140,
                numeric=one.kind in (CellKind.COUNT, CellKind.MONEY) and not one.words,
                sortable=False,
            )
            for one in report.fields
        )
        cells = row_cells(report, self._found[1]) if self._found else ()
        rows = tuple(Row(place, one) for place, one in enumerate(cells))
        self.rows = ListTable(
            self.at.theme,
            columns,
            FixedRows(columns, rows),
            name=t("Rows"),
            empty=EmptyState(
                self.at.theme,
                t("No figure is opened."),
                t("Go to a figure and press Enter: the rows behind it stand here."),
            ),
            filtering=False,
        )
        self._put(ROWS, self.rows)

    def _take_rows(self, figure: Figure, found: Behind) -> None:
        assert self.ran is not None
        self._found = (figure, found)
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
    def _draw(self) -> None:
        measure = self.asking.measure.value()
        if self.ran is None or not self._drawable:
            return
        known = {one.key for one in self.ran.report.measures}
        chart = picture(self.ran, str(measure) if measure in known else self.ran.report.shown)
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
        self.at.bridge.run(
            self._lane,
            self._presenter.save,
            saved,
            done=lambda _saved: self.refresh(),
            failed=self._refused,
            owner=self,
        )

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
