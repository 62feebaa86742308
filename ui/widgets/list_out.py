"""What leaves a list: a sheet of it for a spreadsheet, or paper; written on a lane, counted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.kit.clock import Clock
from app.kit.errors.base import Problem
from app.kit.listing import Stride
from app.kit.words import t, tn
from app.kit.written import written_count
from ui.widgets.list_paper import PaperList
from ui.widgets.list_views import ViewShelf
from ui.widgets.list_windows import Background, Errand
from ui.widgets.progress import ProgressLine
from ui.widgets.rows import Shown


@dataclass(frozen=True)
class Backing:
    """What a list needs beyond its rows: a lane for long work, a clock, a shelf for its views.

    ``paper`` opens the window that prints a list; a list without it offers no printing.
    """

    background: Background
    clock: Clock
    shelf: ViewShelf | None = None
    paper: Callable[[PaperList], object] | None = None


class ListOutput(QObject):
    """Writes one list out. ``told`` carries a Text, ``troubled`` a Problem."""

    told = Signal(object)
    troubled = Signal(object)

    def __init__(
        self,
        list_: QWidget,
        backing: Backing,
        shown: Callable[[], Shown],
        add_panel: Callable[[QWidget], object],
    ) -> None:
        """``shown`` says what the list shows now; ``add_panel`` puts the progress above it."""
        super().__init__(list_)
        self._list, self._backing, self._shown = list_, backing, shown
        self._add_panel = add_panel
        self._progress: ProgressLine | None = None
        self._errand: Errand | None = None

    def choose_file(self) -> None:
        """Ask where to write the list, then write it."""
        chooser = QFileDialog(self._list, str(t("Export the list")))
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilters(
            [str(t("Excel workbook")) + " (*.xlsx)", str(t("CSV table")) + " (*.csv)"]
        )
        chooser.setDefaultSuffix("xlsx")
        chooser.fileSelected.connect(self._chosen)
        chooser.open()

    def write(self, path: Path) -> None:
        """Write every row that is shown, with progress; what comes of it is told."""
        if self._errand is not None:
            return
        if self._progress is None:
            self._progress = ProgressLine(self._backing.clock)
            self._progress.cancelled.connect(self._stop)
            self._add_panel(self._progress)
        line = self._progress
        line.begin(t("The list is being written…"))
        self._errand = self._backing.background.run(
            partial(_written, self._shown(), path, self._backing.clock),
            partial(self._exported, path),
            counted=line.advance,
            failed=self._not_exported,
        )

    @Slot(str)
    def _chosen(self, chosen: str) -> None:
        self.write(Path(chosen))

    def _exported(self, path: Path, rows: int) -> None:
        self._end()
        self.told.emit(
            tn("{rows} row written to {file}.", "{rows} rows written to {file}.", rows,
               rows=written_count(rows), file=path.name)
        )  # fmt: skip

    def _not_exported(self, problem: Problem) -> None:
        self._end()
        self.troubled.emit(problem)

    def _end(self) -> None:
        self._errand = None
        if self._progress is not None:
            self._progress.end()

    @Slot()
    def _stop(self) -> None:
        if self._errand is not None:
            self._errand.cancel()
        self._end()
        self.told.emit(t("The export was stopped; nothing was written."))


def _written(shown: Shown, path: Path, clock: Clock, stride: Stride) -> int:
    # The writer of sheets is large; it comes with the first export, on the lane.
    from ui.widgets.list_export import write_list

    return write_list(shown, path, clock.now(), stride)
