"""Runs saved reports that are due, while the desk is open and whichever page is shown."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from ui.reports.presenter import DueRun, ReportsPresenter
from ui.shell.bridge import Bridge

FIRST_MS = 60_000
"""A minute after sitting down, when the first syncing is over."""
EVERY_MS = 15 * 60_000


class DueReports(QObject):
    """Looks now and then what is due and runs it on a lane; ``told`` carries a Text for each."""

    told = Signal(object)

    def __init__(
        self, bridge: Bridge, lane: Lane, presenter: ReportsPresenter, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._lane, self._presenter = bridge, lane, presenter
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def start(self, after_ms: int = FIRST_MS) -> None:
        """Begin; the first look comes after a while."""
        self._timer.start(after_ms)

    def stop(self) -> None:
        """Look no more; what is being read ends by itself."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Run what is due now."""
        self._timer.stop()
        self._bridge.run(
            self._lane, self._presenter.run_due, done=self._ran, failed=self._failed, owner=self
        )

    def _ran(self, runs: tuple[DueRun, ...]) -> None:
        for one in runs:
            self.told.emit(_words(one))
        self._timer.start(EVERY_MS)

    def _failed(self, _problem: Problem) -> None:
        """Try again later: the problem belongs to the store, which says it where a person acts."""
        self._timer.start(EVERY_MS)


def _words(run: DueRun) -> Text:
    if run.changed:
        return t("The report “{name}” ran by itself: its rows have changed.", name=run.saved.name)
    return t("The report “{name}” ran by itself: nothing has changed.", name=run.saved.name)
