"""T23: a line of 100,000 points redrawn with new values, against pyqtgraph as it comes.

Two lines: one that swings in every pixel column, where the ink is what costs, and one that walks
smoothly, where plain pyqtgraph has little ink to draw and what is around the line decides.

Both stand in one window each, shown, 1000×600, and paint the same values: set, then painted at
once. The yardstick is `PlotWidget.plot` and `setData` with a pen of the same width.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import time
from collections.abc import Callable, Iterator
from itertools import cycle

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QApplication

from app.kit.words import t
from tests.benchmarks.harness import PAIRS, Figure, compare
from ui.theme.theme import Theme

POINTS = 100_000
SIZE = (1_000, 600)
FRAMES = 5
"""Redraws a measured amount is the mean of."""


def swinging() -> Iterator[Figure]:
    """Redraw a season with noise on it."""
    chance = np.random.default_rng(23)
    season = 1_000 * np.sin(np.linspace(0, 20, POINTS))
    yield redrawn("T23", [season + chance.normal(0, 400, POINTS) for _ in range(4)])


def walking() -> Iterator[Figure]:
    """Redraw walks whose heights change with every frame, the figures at the left with them."""
    chance = np.random.default_rng(23)
    yield redrawn("T23-walk", [np.cumsum(chance.normal(0, 10, POINTS)) for _ in range(4)])


def redrawn(id: str, lines: list[npt.NDArray[np.float64]]) -> Figure:
    """Redraw in turn; seconds a frame."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme = Theme(app)
    import pyqtgraph as pg

    from ui.widgets.chart import ChartPicture
    from ui.widgets.chart_series import Chart, ChartKind, Series

    labels = tuple(map(str, range(POINTS)))
    charts = [Chart(t("T23"), ChartKind.LINE, labels, (Series("line", line),)) for line in lines]
    ours, plain = ChartPicture(theme, charts[0]), pg.PlotWidget()
    places = np.arange(POINTS, dtype=np.float64)
    curve = plain.plot(places, lines[0], pen=pg.mkPen("#2249bf", width=1))
    for widget in (ours, plain):
        widget.resize(*SIZE)
        widget.show()
        widget.grab()
    next_chart, next_line = cycle(charts), cycle(lines)

    def our_frame() -> None:
        ours.show_chart(next(next_chart))
        ours.grab()

    def plain_frame() -> None:
        curve.setData(places, next(next_line))
        plain.grab()

    figure = compare(
        id,
        unit="s",
        yardstick="plain pyqtgraph",
        target=0.25,
        ours=lambda: _seconds(our_frame),
        theirs=lambda: _seconds(plain_frame),
        pairs=PAIRS + 4,
    )
    for widget in (ours, plain):
        widget.close()
    return figure


def _seconds(frame: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(FRAMES):
        frame()
    return (time.perf_counter() - began) / FRAMES


FIGURES = [swinging, walking]
