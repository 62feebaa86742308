"""The picture of a chart: pyqtgraph, wrapped once, in the desk's colours and by its rules.

A line of any length is drawn from two points a pixel column (the lowest and the highest), ranges
are set and never searched for, and pens of long lines are one pixel wide: each of these is most of
what a redraw costs. Words are drawn as plain text only; pyqtgraph's own legend and titles read
markup, so none of them is used.

The keyboard does what the pointer does: Left and Right go from value to value, Home and End to the
ends, Plus and Minus zoom, 0 shows all.
"""

import math
import os
from collections.abc import Sequence

os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"  # before the import: it would take any Qt it finds

import numpy as np
import pyqtgraph as pg  # type: ignore[import-untyped]  # the library ships no types
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPen,
)
from typing_extensions import override

from app.kit.figures import figure_text
from app.kit.sheets.writing import CellKind
from app.kit.words import t
from ui.theme.theme import Theme, body_font
from ui.theme.tokens import BODY, SMALL
from ui.widgets.chart_colours import SERIES
from ui.widgets.chart_series import (
    Chart,
    ChartKind,
    Heights,
    Series,
    extent,
    reach,
    stacked,
    thinned,
)
from ui.widgets.label import named
from ui.widgets.spoken import Spoken

Ticks = list[tuple[float, list[float]]]
"""Levels of ticks as the library takes them: the step of each, and where its ticks stand."""
NARROW_FROM = 400
"""Points from which a line is drawn one pixel wide: a wider pen costs many times as much."""
ROOM = 0.3
"""Share of a step left free at least above what is drawn."""
STEP_PIXELS = 48
"""Least height between two figures of the left axis."""
BAR_SHARE = 0.8
"""Share of the room between two labels that bars take at most; of a few labels, less."""
TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


class LabelAxis(pg.AxisItem):  # type: ignore[misc]  # the library ships no types
    """The bottom: as many of the chart's labels as fit without touching."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.enableAutoSIPrefix(False)
        self._labels: Sequence[str] = ()
        self._widest = 1.0

    def use(self, labels: Sequence[str], widest: float) -> None:
        """Take labels, the widest of which is so many pixels wide."""
        self._labels, self._widest = labels, widest
        self.picture = None
        self.update()

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[object]:
        fit = max(int(size / (self._widest + BODY)), 1)
        first, last = max(math.ceil(minVal), 0), min(int(maxVal), len(self._labels) - 1)
        step = _round_step(-(-(last - first + 1) // fit))
        first = -(-first // step) * step
        return [(step, [float(one) for one in range(first, last + 1, step)])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._labels[int(one)] for one in values]


class FigureAxis(pg.AxisItem):  # type: ignore[misc]  # the library ships no types
    """The left: figures as people write them, in whole units where the steps allow."""

    def __init__(self) -> None:
        super().__init__("left")
        self.enableAutoSIPrefix(False)
        self._unit = CellKind.COUNT

    def use(self, unit: CellKind) -> None:
        """Say what the numbers are."""
        self._unit = unit
        self.picture = None
        self.update()

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        step = _height_step((maxVal - minVal) / max(int(size / STEP_PIXELS), 1))
        if self._unit is CellKind.COUNT:
            step = max(step, 1.0)
        first, last = math.ceil(minVal / step), math.floor(maxVal / step)
        return [(step, [one * step for one in range(first, last + 1)])]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        texts = [figure_text(self._unit, round(one)) for one in values]
        if self._unit is CellKind.MONEY and all(text.endswith(".00") for text in texts):
            return [text.removesuffix(".00") for text in texts]
        return texts

    def make_room(self) -> None:
        """Be as wide as the figures of now before they are painted: the first frame cuts none."""
        low, high = self.range
        ((step, places),) = self.tickValues(low, high, max(self.geometry().height(), STEP_PIXELS))
        metrics = QFontMetricsF(self.style["tickFont"])
        words = self.tickStrings(places, 1.0, step)
        self._updateMaxTextSize(max(map(metrics.horizontalAdvance, words), default=0))

    @override
    def generateDrawSpecs(self, p: QPainter) -> tuple[object, object, object] | None:
        """Place line, ticks and figures, all of one level: the library's way, which knows several
        and looks for room among them, is a third of what a redraw costs.
        """
        p.setFont(self.style["tickFont"])
        bounds: QRectF = self.mapRectFromParent(self.geometry())
        low, high = self.range
        if high <= low or bounds.height() <= 0:
            return None
        ((step, places),) = self.tickValues(low, high, bounds.height())
        words = self.tickStrings(places, 1.0, step)
        right, half = bounds.right(), p.fontMetrics().height() / 2
        heights = [bounds.bottom() - (one - low) * bounds.height() / (high - low) for one in places]
        self._updateMaxTextSize(max(map(p.fontMetrics().horizontalAdvance, words), default=0))
        line = (self.pen(), QPointF(right - 1, bounds.top()), QPointF(right - 1, bounds.bottom()))
        pen, inward = self.tickPen(), right - self.style["tickLength"]
        ticks = [(pen, QPointF(right, y), QPointF(inward, y)) for y in heights]
        room = right - self.style["tickTextOffset"][0]
        texts = [
            (QRectF(0, y - half, room, 2 * half), TO_THE_RIGHT, said)
            for y, said in zip(heights, words, strict=True)
            if bounds.top() <= y - half and y + half <= bounds.bottom()
        ]
        return line, ticks, texts


class ChartPicture(Spoken, pg.PlotWidget):  # type: ignore[misc]  # the library ships no types
    """One chart. ``pointed`` carries the place of the label that is read, from 0."""

    pointed = Signal(int)

    def __init__(self, theme: Theme, chart: Chart) -> None:
        self._bottom, self._left = LabelAxis(), FigureAxis()
        super().__init__(
            viewBox=pg.ViewBox(enableMenu=False),
            axisItems={"bottom": self._bottom, "left": self._left},
        )
        self._theme = theme
        self._chart = chart
        self._lines: list[object] = []
        self._fed: tuple[object, ...] = ()
        self._place = -1
        self._cursor = pg.InfiniteLine(angle=90)
        self._cursor.hide()
        self._build()
        self.show_chart(chart)

    @property
    def chart(self) -> Chart:
        """What is shown."""
        return self._chart

    @property
    def place(self) -> int:
        """The label that is read, -1 for none."""
        return self._place

    def show_chart(self, chart: Chart) -> None:
        """Show another chart; a line chart of the same make is redrawn without being rebuilt."""
        before, self._chart = self._chart, chart
        if chart.unit is not before.unit or not self._lines:
            self._left.use(chart.unit)
        if chart.labels is not before.labels or not self._lines:
            self._bottom.use(chart.labels, self.fontMetrics().horizontalAdvance(chart.longest))
        lines = chart.kind is ChartKind.LINE is before.kind
        same = lines and len(self._lines) == len(chart.series) and chart.width == before.width
        if not same:
            self._place = -1
            self._cursor.hide()
            self._rebuild()
        self.show_all()
        if not same:
            self._left.make_room()
            self.getPlotItem().layout.activate()
        if self._place >= 0 or chart.title != before.title or chart is before:
            self.say()

    def show_all(self) -> None:
        """Show every label."""
        self._look_at(-0.5, max(self._chart.width, 1) - 0.5)

    def point_at(self, place: int) -> None:
        """Read the values at a label: the nearest one there is."""
        if not self._chart.width:
            return
        self._place = min(max(place, 0), self._chart.width - 1)
        self._cursor.setPos(self._place)
        self._cursor.show()
        self._say_reading()
        self.pointed.emit(self._place)

    def reading(self) -> str:
        """Say the values at the label that is read; empty while none is."""
        if self._place < 0:
            return ""
        chart = self._chart
        parts = [
            f"{one.name} {figure_text(chart.unit, one.at(self._place))}" for one in chart.series
        ]
        return " · ".join([chart.labels[self._place], *parts])

    def colour_of(self, number: int) -> QColor:
        """Give the colour of a series."""
        colours = SERIES[self._theme.name]
        return QColor(colours[number % len(colours)])

    @override
    def say(self) -> None:
        named(self, self._chart.title)
        self._say_reading()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: self._place - 1,
            Qt.Key.Key_Right: self._place + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._chart.width - 1,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self.point_at(steps[key])
            self._bring_into_view()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(0.5)
        elif key is Qt.Key.Key_Minus:
            self._zoom(2.0)
        elif key is Qt.Key.Key_0:
            self.show_all()
        else:
            event.ignore()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._frame(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._frame(False)

    def _build(self) -> None:
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.disableAutoRange()
        item.setMouseEnabled(x=True, y=False)
        item.addItem(self._cursor, ignoreBounds=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        font = body_font(SMALL / BODY)
        self._bottom.setTickFont(font)
        self._left.setTickFont(font)
        item.getViewBox().sigXRangeChanged.connect(self._feed)
        item.getViewBox().sigResized.connect(self._feed)
        self.scene().sigMouseMoved.connect(self._hover)
        self._theme.changed.connect(self._recolour)

    def _rebuild(self) -> None:
        item = self.getPlotItem()
        for line in self._lines:
            item.removeItem(line)
        self._lines = [pg.PlotCurveItem(skipFiniteCheck=True) for _ in self._line_series()]
        if self._chart.kind is not ChartKind.LINE:
            self._lines += self._bars()
        for line in self._lines:
            item.addItem(line, ignoreBounds=True)
        self._recolour()

    def _line_series(self) -> tuple[Series, ...]:
        return self._chart.series if self._chart.kind is ChartKind.LINE else ()

    def _bars(self) -> list[object]:
        places = np.arange(self._chart.width, dtype=np.float64)
        taken = min(BAR_SHARE, (self._chart.width + 1) / 10)
        if self._chart.kind is ChartKind.STACKED:
            return [
                pg.BarGraphItem(x=places, y0=foot, height=heights, width=taken)
                for foot, heights in stacked(self._chart.series)
            ]
        share = taken / max(len(self._chart.series), 1)
        return [
            pg.BarGraphItem(
                x0=places - taken / 2 + share * number,
                y0=0.0,
                height=np.nan_to_num(one.heights),
                width=share,
            )
            for number, one in enumerate(self._chart.series)
        ]

    def _recolour(self) -> None:
        colours = self._theme.colours
        self.setBackground(QColor(colours.surface))
        for axis in (self._bottom, self._left):
            axis.setPen(QPen(QColor(colours.line), 1))
            axis.setTextPen(QPen(QColor(colours.muted)))
        self._cursor.setPen(QPen(QColor(colours.edge), 0, Qt.PenStyle.DashLine))
        self._frame(self.hasFocus())
        narrow = self._chart.width >= NARROW_FROM
        for number, line in enumerate(self._lines):
            colour = self.colour_of(number)
            if isinstance(line, pg.PlotCurveItem):
                dash = _DASHES[number // len(SERIES[self._theme.name]) % len(_DASHES)]
                line.setPen(pg.mkPen(colour, width=1 if narrow else 2, style=dash))
            elif isinstance(line, pg.BarGraphItem):
                line.setOpts(brush=colour, pen=pg.mkPen(QColor(colours.surface), width=1))
        self._fed = ()
        self._feed()

    def _frame(self, focused: bool) -> None:
        colours = self._theme.colours
        pen = pg.mkPen(QColor(colours.accent if focused else colours.line), width=2)
        self.getPlotItem().getViewBox().setBorder(pen)

    def _look_at(self, left: float, right: float) -> None:
        """Show a stretch of the bottom, and as much height as it needs."""
        points = self._points(left, right)
        if self._chart.kind is ChartKind.LINE:
            low, high = reach([heights for _, heights in points])
        else:
            low, high = extent(self._chart, max(int(left), 0), max(math.ceil(right) + 1, 1))
        self._fed = self._key(left, right)
        high = high if high > low else low + 1.0
        step = _height_step((high - low) / 8)
        foot, top = math.floor(low / step) * step, math.ceil(high / step + ROOM) * step
        box = self.getPlotItem().getViewBox()
        if box.viewRange() != [[left, right], [foot, top]]:
            box.setRange(
                xRange=(left, right), yRange=(foot, top), padding=0, disableAutoRange=False
            )
        self._draw(points)

    def _feed(self) -> None:
        """Give each line the points its pixels can show, where it does not have them already."""
        (left, right), _ = self.getPlotItem().getViewBox().viewRange()
        key = self._key(left, right)
        if key != self._fed:
            self._fed = key
            self._draw(self._points(left, right))

    def _key(self, left: float, right: float) -> tuple[object, ...]:
        return self._chart, left, right, int(self.getPlotItem().getViewBox().width())

    def _points(self, left: float, right: float) -> list[tuple[Heights, Heights]]:
        columns = max(int(self.getPlotItem().getViewBox().width()), 1)
        first, last = max(int(left), 0), min(math.ceil(right) + 1, self._chart.width)
        return [
            thinned(one.heights, first, max(last, first), columns) for one in self._line_series()
        ]

    def _draw(self, points: Sequence[tuple[Heights, Heights]]) -> None:
        for line, (places, heights) in zip(self._lines, points, strict=False):
            if isinstance(line, pg.PlotCurveItem):
                whole = bool(np.isfinite(heights).all())
                line.setData(places, heights, connect="all" if whole else "finite")

    def _zoom(self, factor: float) -> None:
        (left, right), _ = self.getPlotItem().getViewBox().viewRange()
        middle = self._place if self._place >= 0 else (left + right) / 2
        half = max((right - left) * factor, 2.0) / 2
        widest = max(self._chart.width, 1) - 0.5
        self._look_at(max(middle - half, -0.5), min(middle + half, widest))

    def _bring_into_view(self) -> None:
        (left, right), _ = self.getPlotItem().getViewBox().viewRange()
        if not left <= self._place <= right:
            half = (right - left) / 2
            self._look_at(self._place - half, self._place + half)

    def _hover(self, where: QPointF) -> None:
        item = self.getPlotItem()
        if item.sceneBoundingRect().contains(where):
            place = round(item.getViewBox().mapSceneToView(where).x())
            if place != self._place and 0 <= place < self._chart.width:
                self.point_at(place)

    def _say_reading(self) -> None:
        keys = t("Left and Right read the values, Plus and Minus zoom, 0 shows all.")
        self.setAccessibleDescription(self.reading() or str(keys))
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)


def _round_step(least: int) -> int:
    """Give the smallest of 1, 2, 5, 10, 20, 50 … that is not less."""
    decade = 1
    while True:
        for step in (decade, 2 * decade, 5 * decade):
            if step >= least:
                return step
        decade *= 10


def _height_step(least: float) -> float:
    """Give 1, 2 or 5 times a power of ten, not less: a height that ends on a step moves seldom."""
    decade = 10.0 ** math.floor(math.log10(least))
    return next((decade * one for one in (1.0, 2.0, 5.0) if decade * one >= least), decade * 10.0)
