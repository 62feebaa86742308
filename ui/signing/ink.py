"""Ink on its way: from the pad's lane to the screen, and from the window to the pad's lane."""

from collections.abc import Callable
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from devices.signpad.api import Axes, InkRecord, Sample
from devices.signpad.tablet import PenEvent, Pointer
from ui.widgets.ink_pad import InkPad, InkPoint, InkSource, PenInput

POINTERS = {InkSource.PEN: Pointer.PEN, InkSource.MOUSE: Pointer.MOUSE}


class InkFeed(QObject):
    """Lets a lane's calls run on the GUI thread at once, in their order.

    One bare signal knocks, as the bridge does: no Python object travels inside a Qt signal.
    """

    _knocked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._knocked.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Take a call from any thread."""
        self._calls.put(call)
        self._knocked.emit()

    @Slot()
    def _drain(self) -> None:
        while (call := self._next()) is not None:
            call()

    def _next(self) -> Callable[[], None] | None:
        try:
            return self._calls.get_nowait()
        except Empty:
            return None


class AspectBox(QWidget):
    """Holds one widget as large as fits with a given width by height: ink is never stretched."""

    def __init__(self, inner: QWidget, aspect: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inner = inner
        self._aspect = aspect
        inner.setParent(self)
        self.setMinimumHeight(150)

    def keep(self, aspect: float) -> None:
        """Keep another proportion from now on."""
        self._aspect = aspect
        self._settle()

    def _settle(self) -> None:
        width = min(self.width(), round(self.height() * self._aspect))
        height = min(self.height(), round(width / self._aspect))
        self._inner.setGeometry((self.width() - width) // 2, 0, max(width, 1), max(height, 1))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()


def draw_sample(ink: InkPad, sample: Sample, axes: Axes) -> None:
    """Let the line follow one reading of a pad."""
    if sample.down:
        pressure = sample.pressure if axes.p_max else 0.5
        ink.add_point(InkPoint(sample.x / axes.x_max, sample.y / axes.y_max, pressure))
    else:
        ink.end_stroke()


def draw_record(ink: InkPad, record: InkRecord) -> None:
    """Show exactly what was recorded, in place of what was followed."""
    ink.clear()
    for stroke in record.strokes():
        for point in stroke:
            ink.add_point(InkPoint(point.x, point.y, point.pressure))
        ink.end_stroke()


def pen_event(pen: PenInput) -> PenEvent:
    """Give an event of the window in the form the tablet driver takes."""
    return PenEvent(
        pointer=POINTERS[pen.source],
        x=pen.x,
        y=pen.y,
        at_us=pen.at_us,
        near=pen.near,
        down=pen.down,
        pressure=pen.pressure,
        tilt_x=pen.tilt_x,
        tilt_y=pen.tilt_y,
        synthesized=pen.made_up,
    )
