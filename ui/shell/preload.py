"""Imports what comes later while the person types: after the first paint, one package at a time.

The import itself runs on a lane and the next one is asked for from the event loop, so keys are
taken in between; imported in the event loop, one big package alone would stop it for 300 ms.
"""

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.lanes import Lane
from ui.shell.bridge import Bridge


class Preloader(QObject):
    """Imports packages in their order; ``finished`` when the last one is there."""

    finished = Signal()

    def __init__(self, bridge: Bridge, lane: Lane, packages: Sequence[str]) -> None:
        super().__init__()
        self._bridge = bridge
        self._lane = lane
        self._left = list(packages)

    @Slot()
    def start(self) -> None:
        """Begin with the next turn of the event loop; call it once the first paint is done."""
        QTimer.singleShot(0, self, self._next)

    def stop(self) -> None:
        """Leave the rest to first use."""
        self._left = []

    @Slot()
    def _next(self) -> None:
        if not self._left:
            self.finished.emit()
            return
        package = self._left.pop(0)
        self._bridge.run(self._lane, import_module, package, done=self._imported, owner=self)

    def _imported(self, _module: object) -> None:
        QTimer.singleShot(0, self, self._next)
