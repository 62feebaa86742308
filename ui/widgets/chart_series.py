"""What a chart shows: a kind, labels along the bottom, series of whole numbers. No Qt in here.

Numbers stay whole (fen, basis points, counts) and become floats only as heights on the screen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from app.kit.sheets.writing import CellKind
from app.kit.words import Text

Heights = npt.NDArray[np.float64]


class ChartKind(Enum):
    """How the series are drawn."""

    LINE = "line"
    BAR = "bar"
    STACKED = "stacked"


@dataclass(frozen=True, eq=False)
class Series:
    """One row of numbers, one per label; None is a gap. ``name`` is shown as typed."""

    name: str
    values: Sequence[int | None] | npt.NDArray[Any]

    @cached_property
    def heights(self) -> Heights:
        """The numbers as they are drawn; a gap is NaN."""
        if isinstance(self.values, np.ndarray):
            return np.asarray(self.values, dtype=np.float64)
        return np.array([np.nan if one is None else one for one in self.values], dtype=np.float64)

    def at(self, place: int) -> int | None:
        """Give one number, exactly as it came."""
        value = self.values[place]
        return None if value is None or value != value else int(value)


@dataclass(frozen=True, eq=False)
class Chart:
    """One picture; ``unit`` says what the numbers are (a count, fen or basis points).

    Raises ValueError where a series has not one value per label.
    """

    title: Text
    kind: ChartKind
    labels: Sequence[str]
    series: tuple[Series, ...]
    unit: CellKind = CellKind.COUNT

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.labels):
                raise ValueError(f"{one.name!r} has {len(one.values)} values")

    @property
    def width(self) -> int:
        """How many labels there are."""
        return len(self.labels)

    @cached_property
    def longest(self) -> str:
        """The label with the most letters; of very many, the longest of a thousand."""
        step = max(self.width // 1_000, 1)
        return max((*self.labels[::step], *self.labels[-1:]), key=len, default="")


def stacked(series: Sequence[Series]) -> Iterator[tuple[Heights, Heights]]:
    """Give foot and height of every series' bars: what is above nought and below it apart."""
    above = below = np.zeros(0)
    for one in series:
        heights = np.nan_to_num(one.heights)
        if not above.size:
            above, below = np.zeros_like(heights), np.zeros_like(heights)
        yield np.where(heights >= 0, above, below), heights
        above = above + np.maximum(heights, 0)
        below = below + np.minimum(heights, 0)


def extent(chart: Chart, first: int, last: int) -> tuple[float, float]:
    """Give the lowest and highest point drawn from label ``first`` to before ``last``.

    Nought is always among them, so that no difference looks larger than it is.
    """
    low = high = 0.0
    if chart.kind is ChartKind.STACKED:
        for foot, heights in stacked(chart.series):
            tops = (foot + heights)[first:last]
            if tops.size:
                low, high = min(low, float(tops.min())), max(high, float(tops.max()))
        return low, high
    return reach([one.heights[first:last] for one in chart.series])


def reach(lines: Sequence[Heights]) -> tuple[float, float]:
    """Give the lowest and highest of all heights and nought; gaps count for nothing."""
    low = high = 0.0
    for heights in lines:
        if heights.size:
            low = float(np.fmin(low, _lowest(heights)))
            high = float(np.fmax(high, _highest(heights)))
    return low, high


def thinned(heights: Heights, first: int, last: int, columns: int) -> tuple[Heights, Heights]:
    """Give the points of a line from ``first`` to before ``last`` that ``columns`` pixels can show.

    Few points come as they are; of many, the lowest and the highest of each column, so that no
    peak is lost. Gives places along the bottom and heights.
    """
    seen = heights[first:last]
    step = -(-len(seen) // max(columns, 1))
    if step <= 2:
        return np.arange(first, last, dtype=np.float64), seen
    whole = len(seen) // step * step
    body = seen[:whole].reshape(-1, step)
    lows, highs = _lowest(body), _highest(body)
    if whole < len(seen):
        lows = np.append(lows, _lowest(seen[whole:]))
        highs = np.append(highs, _highest(seen[whole:]))
    points = np.empty(2 * len(lows))
    points[0::2], points[1::2] = lows, highs
    places = first + step * np.arange(len(lows), dtype=np.float64) + (step - 1) / 2
    places[-1] = min(places[-1], last - 1)
    return np.repeat(places, 2), points


def _lowest(heights: Heights) -> Any:
    """Give the lowest along the last axis; gaps are looked for only where there are any."""
    found = np.minimum.reduce(heights, axis=-1)
    return np.fmin.reduce(heights, axis=-1) if np.isnan(found).any() else found


def _highest(heights: Heights) -> Any:
    found = np.maximum.reduce(heights, axis=-1)
    return np.fmax.reduce(heights, axis=-1) if np.isnan(found).any() else found
