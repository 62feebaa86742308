"""Runs saved reports that are due, while the desk is open and whichever page is shown."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from app.reports.rules.kept import Verdict
from ui.reports.checking import DueRun, Looked, RunKeeping
from ui.shell.bridge import Bridge

FIRST_MS = 60_000
"""A minute after sitting down, when the first syncing is over."""
EVERY_MS = 15 * 60_000
LEAST_MS = 1_000


class DueReports(QObject):
    """Runs on a lane what is due, then waits for the next time; ``told`` carries a Text for each.

    ``troubled`` carries a Problem where a run no longer comes out of the same data, ``kept`` comes
    once new runs are there.
    """

    told = Signal(object)
    troubled = Signal(object)
    kept = Signal()

    def __init__(self, bridge: Bridge, lane: Lane, keeping: RunKeeping, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._lane, self._keeping = bridge, lane, keeping
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)

    def start(self, after_ms: int = FIRST_MS) -> None:
        """Begin; the first look comes after a while."""
        self._timer.start(after_ms)

    def stop(self) -> None:
        """Look no more; what is being read ends by itself."""
        self._timer.stop()

    @property
    def wait_ms(self) -> int:
        """How long it still waits for the next look; negative while it does not wait."""
        return self._timer.remainingTime()

    @Slot()
    def look(self) -> None:
        """Run what is due now."""
        self._timer.stop()
        self._bridge.run(
            self._lane, self._keeping.look, done=self._ran, failed=self._failed, owner=self
        )

    def _ran(self, looked: Looked) -> None:
        for one in looked.runs:
            self.told.emit(_words(one))
            if one.problem is not None:
                self.troubled.emit(one.problem)
        if looked.runs:
            self.kept.emit()
        # The clock of the desk says when; a saved report changed meanwhile waits no quarter hour.
        wait = EVERY_MS if looked.wait is None else round(looked.wait.total_seconds() * 1_000)
        self._timer.start(max(LEAST_MS, min(wait, EVERY_MS)))

    def _failed(self, _problem: Problem) -> None:
        """Try again later: the problem belongs to the store, which says it where a person acts."""
        self._timer.start(EVERY_MS)


def _words(run: DueRun) -> Text:
    name = run.saved.name
    match run.verdict:
        case None:
            return t("The report “{name}” ran by itself; its figures are kept.", name=name)
        case Verdict.SAME:
            return t("The report “{name}” ran by itself: nothing has changed.", name=name)
        case Verdict.BROKEN:
            return t("The report “{name}” no longer comes out of the same data.", name=name)
        case _:
            return t("The report “{name}” ran by itself: its rows have changed.", name=name)
