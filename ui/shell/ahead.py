"""Makes ready, while nobody types, what a person may want next: one small step a turn.

A key or a press of the mouse has the event loop for itself: the next step waits until nothing more
came for a while, and until nothing is under way on a lane whose answer somebody may be waiting for.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QWindow
from typing_extensions import override

from ui.shell.heartbeat import STIRS

PAUSE_MS = 400
"""How long nobody may have done anything before a step."""
BETWEEN_MS = 30
"""The least that lies between two steps."""


class Ahead(QObject):
    """``step`` gives what is to be made next, None when all is; ``calm`` says whether it may be."""

    def __init__(
        self,
        step: Callable[[], Callable[[], object] | None],
        calm: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._step, self._calm = step, calm
        self._watched: QWindow | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on)

    @property
    def going(self) -> bool:
        """Whether something is still to be made, or has not been asked for yet."""
        return self._watched is not None

    def start(self, watched: QWindow) -> None:
        """Begin after a pause; what a person does arrives at ``watched``."""
        self._watched = watched
        watched.installEventFilter(self)
        self._timer.start(PAUSE_MS)

    def stop(self) -> None:
        """Make nothing more."""
        self._timer.stop()
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None

    @Slot()
    def _on(self) -> None:
        if not self._calm():
            self._timer.start(PAUSE_MS)
            return
        step = self._step()
        if step is None:
            self.stop()
            return
        # Set first: a step that fails is told, and is not the end of the others.
        self._timer.start(BETWEEN_MS)
        step()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in STIRS and self.going:
            self._timer.start(PAUSE_MS)
        return False
