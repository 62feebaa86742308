"""Rubbish is taken out on the GUI thread only.

A window that is gone is a knot of widgets, verbs and callbacks that only Python's cycle collector
unties. Left alone it runs in whatever thread happens to allocate, and a widget destroyed on a lane
takes the program with it. So the collector is switched off and its work is done here, in small
turns, by the same thresholds.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 500


class Tidying(QObject):
    """Collects rubbish between the turns of the event loop while it lives; one per program."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        self._settled = False
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._tidy)
        self._timer.start()

    def stop(self) -> None:
        """Let the collector run by itself again."""
        self._timer.stop()
        if self._was_on:
            gc.enable()

    def wait(self) -> None:
        """Take nothing out for now: much is being made, and none of it is rubbish."""
        self._timer.stop()

    @Slot()
    def go_on(self) -> None:
        """Begin again; what is there the first time stays and is never looked through again.

        Code and tables of a thousand modules would take the collector 50 ms and more each time.
        What comes later, the windows of people above all, is rubbish one day.
        """
        if not self._settled:
            self._settled = True
            gc.freeze()
        self._timer.start()

    @Slot()
    def _tidy(self) -> None:
        tidy()


def tidy() -> None:
    """Collect the oldest generation whose threshold is passed, the younger ones with it."""
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > limits[generation]:
            gc.collect(generation)
            return
