"""Stores a form as it is typed, on a lane, once the fingers rest for a moment."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.lanes import Lane
from ui.shell.bridge import Bridge

RESTS_MS = 250
Texts = tuple[tuple[str, str], ...]


class DraftKeeper(QObject):
    """Keeps one draft; what was typed last is stored, ``store`` runs on the lane.

    ``stands`` says whether everything typed is stored: False at a letter, True once it is.
    """

    stands = Signal(bool)

    def __init__(
        self, bridge: Bridge, lane: Lane, store: Callable[[Texts], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._lane, self._store = bridge, lane, store
        self._waiting: Texts | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(RESTS_MS)
        self._timer.timeout.connect(self.now)

    def typed(self, texts: Texts) -> None:
        """Take what is typed; it is stored within RESTS_MS of the last letter."""
        if self._waiting is None:
            self.stands.emit(False)
        self._waiting = texts
        if not self._timer.isActive():
            self._timer.start()

    def forget(self) -> None:
        """Store nothing more: the form was saved or thrown away."""
        self._timer.stop()
        self._waiting = None

    @Slot()
    def now(self) -> None:
        """Store what waits at once: the page is left, the desk locks."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._bridge.run(self._lane, self._store, waiting, done=self._stored, owner=self)

    def _stored(self, _nothing: object) -> None:
        if self._waiting is None:
            self.stands.emit(True)
