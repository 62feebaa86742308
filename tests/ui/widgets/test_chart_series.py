"""Numbers into points: nothing lost that a pixel could show, nothing rounded that is read."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.figures import figure_text
from app.kit.sheets.writing import CellKind
from app.kit.words import t
from ui.theme.tokens import THEMES, contrast
from ui.widgets.chart_colours import LEAST_DISTANCE, SERIES, SIGHTS, distance
from ui.widgets.chart_series import Chart, ChartKind, Series, extent, stacked, thinned

NAMES = [(name, sight) for name in SERIES for sight in SIGHTS]


@pytest.mark.parametrize(("name", "sight"), NAMES)
def test_every_eye_tells_the_colours_apart(name: str, sight: str) -> None:
    pairs = itertools.combinations(SERIES[name], 2)
    assert min(distance(one, other, sight) for one, other in pairs) >= LEAST_DISTANCE


def test_red_and_green_of_one_brightness_would_not_pass() -> None:
    """Planted: the common pair that a third of a percent of us cannot tell apart."""
    assert distance("#d62728", "#2ca02c") > 100
    assert distance("#a52a2a", "#556b2f", "deuteranopia") < LEAST_DISTANCE


@pytest.mark.parametrize("name", list(SERIES))
def test_every_colour_stands_out_from_the_ground(name: str) -> None:
    assert min(contrast(one, THEMES[name].surface) for one in SERIES[name]) >= 3.0


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=400),
    st.integers(1, 50),
)
def test_no_peak_is_lost_by_thinning(values: list[int], columns: int) -> None:
    heights = Series("x", values).heights
    places, points = thinned(heights, 0, len(values), columns)
    assert len(points) <= 2 * max(columns, 1) + 2 or len(points) == len(values)
    assert (points.min(), points.max()) == (min(values), max(values))
    assert list(places) == sorted(places)
    assert places[0] >= 0 and places[-1] <= len(values) - 1
    for low, high, place in zip(points[0::2], points[1::2], places[0::2], strict=False):
        if len(points) != len(values):
            near = [values[n] for n in range(len(values)) if abs(n - place) <= len(values)]
            assert low <= high and low in near and high in near


def test_thinning_takes_only_what_is_seen() -> None:
    heights = Series("x", list(range(1_000))).heights
    places, points = thinned(heights, 100, 200, 10)
    assert (points.min(), points.max()) == (100, 199)
    assert places[0] >= 100 and places[-1] <= 200


def test_a_gap_stays_a_gap() -> None:
    one = Series("x", [None, 3, None])
    assert [one.at(place) for place in range(3)] == [None, 3, None]
    assert np.isnan(one.heights).tolist() == [True, False, True]
    chart = Chart(t("x"), ChartKind.LINE, ["a", "b", "c"], (one,))
    assert extent(chart, 0, 3) == (0.0, 3.0)
    assert extent(chart, 0, 1) == (0.0, 0.0)


def test_bars_stand_on_each_other_above_and_below_nought_apart() -> None:
    series = (Series("a", [2, -1]), Series("b", [3, 4]), Series("c", [-5, -6]))
    feet = [foot.tolist() for foot, _ in stacked(series)]
    assert feet == [[0, 0], [2, 0], [0, -1]]
    chart = Chart(t("x"), ChartKind.STACKED, ["a", "b"], series)
    assert extent(chart, 0, 2) == (-7, 5)
    assert extent(chart, 0, 1) == (-5, 5)


def test_what_is_read_is_exact() -> None:
    large = 9_007_199_254_740_993  # one more than a float can count
    assert Series("x", [large]).at(0) == large
    assert figure_text(CellKind.MONEY, large) == "90,071,992,547,409.93"
    assert figure_text(CellKind.SHARE, 1_234) == "12.34%"
    assert figure_text(CellKind.COUNT, None) == "–"


def test_a_series_that_does_not_fit_its_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values"):
        Chart(t("x"), ChartKind.BAR, ["a"], (Series("x", [1, 2]),))
