"""Ink that follows the pen: each new segment goes into an image, and only its box is painted.

Drawing a path anew per point costs time that grows with the stroke (15 ms a point after 2,000);
a segment costs the same from first to last (measured: 1.9 times an empty handler).
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
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

from app.kit.words import Text
from ui.theme.theme import Theme

MOUSE_PRESSURE = 0.5
"""How a mouse draws, which has no pressure of its own."""
THIN, THICK = 1.2, 4.2
"""Width of the line at no and at full pressure, in pixels."""


class InkSource(Enum):
    """What made a point: only a pen has a pressure worth keeping."""

    PEN = "pen"
    MOUSE = "mouse"


@dataclass(frozen=True)
class PenInput:
    """One event as the window got it, for whoever records the signature.

    ``x``, ``y`` pixels of the pad, ``at_us`` microseconds of the event's own clock, ``pressure``
    0 to 1, tilt in degrees; ``made_up`` when the system made the event from a pen or finger.
    """

    source: InkSource
    x: float
    y: float
    at_us: int
    near: bool
    down: bool
    pressure: float = 0.0
    tilt_x: float = 0.0
    tilt_y: float = 0.0
    made_up: bool = False


@dataclass(frozen=True)
class InkPoint:
    """One point to draw: x, y in parts of the area's width and height (0 to 1), pressure 0 to 1."""

    x: float
    y: float
    pressure: float


Stroke = tuple[InkPoint, ...]


class InkPad(QWidget):
    """Takes pen or mouse, or shows strokes that a signature pad sends."""

    pen = Signal(object)
    """A PenInput, also while the pen only hovers."""
    stroke_ended = Signal(object)
    """The Stroke just finished."""
    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        name: Text,
        *,
        takes_input: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Make a pad; one that only shows what another pad sends takes no input."""
        super().__init__(parent)
        self._theme = theme
        self._takes_input = takes_input
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
        self._strokes, self._open = [], []
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
        return QPointF(point.x * self.width(), point.y * self.height())

    def _draw_last(self, points: list[InkPoint] | Stroke) -> None:
        """Draw the segment to the last point and paint its box alone."""
        to = self._place(points[-1])
        start = self._place(points[-2]) if len(points) > 1 else to
        width = THIN + (THICK - THIN) * min(max(points[-1].pressure, 0.0), 1.0)
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

    def _draw_to(self, place: QPointF, pressure: float) -> None:
        x = min(max(place.x() / max(self.width(), 1), 0.0), 1.0)
        y = min(max(place.y() / max(self.height(), 1), 0.0), 1.0)
        self.add_point(InkPoint(x, y, pressure))

    def _tell_mouse(self, event: QMouseEvent, *, down: bool) -> None:
        place = event.position()
        made_up = event.source() is not Qt.MouseEventSource.MouseEventNotSynthesized
        at_us = event.timestamp() * 1000
        self.pen.emit(
            PenInput(InkSource.MOUSE, place.x(), place.y(), at_us, True, down, made_up=made_up)
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(500, 200)

    @override
    def tabletEvent(self, event: QTabletEvent) -> None:
        if not self._takes_input:
            event.ignore()
            return
        place, down = event.position(), event.pressure() > 0
        self.pen.emit(
            PenInput(
                InkSource.PEN,
                place.x(),
                place.y(),
                event.timestamp() * 1000,
                near=True,
                down=down,
                pressure=event.pressure(),
                tilt_x=event.xTilt(),
                tilt_y=event.yTilt(),
            )
        )
        if down and event.type() is not QEvent.Type.TabletRelease:
            self._draw_to(place, event.pressure())
        else:
            self.end_stroke()
        # Accepted, so that Qt makes no mouse event of it a second time.
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._takes_input and event.button() is Qt.MouseButton.LeftButton:
            self._tell_mouse(event, down=True)
            self._draw_to(event.position(), MOUSE_PRESSURE)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._takes_input and self._open:
            self._tell_mouse(event, down=True)
            self._draw_to(event.position(), MOUSE_PRESSURE)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._takes_input and event.button() is Qt.MouseButton.LeftButton:
            self._tell_mouse(event, down=False)
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
