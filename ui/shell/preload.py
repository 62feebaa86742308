"""Imports what comes later while the person types: after the first paint, one package at a time.

What knows no Qt is imported on a lane and the next one is asked for from the event loop, so keys
are taken in between; imported in the event loop, one big package alone would stop it for 300 ms.

What knows Qt is imported in the event loop, one module a turn, and never on a lane: making a class
of Qt known to Python changes tables that Qt, while it paints, reads without Python's lock
(PySide6 6.11: ``SignalManager::retrieveMetaObject``), and the program would end in a crash now and
then. What such a module needs besides Qt is there by then, so a turn stays short.
"""

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.lanes import Lane
from ui.shell.bridge import Bridge


class Preloader(QObject):
    """Imports packages without Qt, then modules with it; ``finished`` when the last is there."""

    finished = Signal()

    def __init__(
        self, bridge: Bridge, lane: Lane, packages: Sequence[str], screens: Sequence[str] = ()
    ) -> None:
        """``packages`` know no Qt and go to the lane; ``screens`` may, and go to the event loop."""
        super().__init__()
        self._bridge = bridge
        self._lane = lane
        self._left = list(packages)
        self._screens = list(screens)

    @Slot()
    def start(self) -> None:
        """Begin with the next turn of the event loop; call it once the first paint is done."""
        QTimer.singleShot(0, self, self._next)

    def stop(self) -> None:
        """Leave the rest to first use."""
        self._left, self._screens = [], []

    @Slot()
    def _next(self) -> None:
        if self._left:
            package = self._left.pop(0)
            self._bridge.run(self._lane, import_module, package, done=self._imported, owner=self)
        elif self._screens:
            self._imported(import_module(self._screens.pop(0)))
        else:
            self.finished.emit()

    def _imported(self, _module: object) -> None:
        QTimer.singleShot(0, self, self._next)
