"""The ink picture: where the pen was, as hard as it pressed, nothing elsewhere."""

import io
import math
from collections.abc import Sequence

import pytest
from PIL import Image

from app.documents.ink import InkStroke, ink_picture

WAVE = tuple((0.1 + 0.8 * i / 60, 0.5 + 0.3 * math.sin(i / 6), 0.5) for i in range(61))


def alpha(strokes: Sequence[InkStroke], aspect: float = 2.5, height: int = 120) -> Image.Image:
    """Draw and give the coverage of the ink."""
    with Image.open(io.BytesIO(ink_picture(strokes, aspect=aspect, height_px=height))) as picture:
        assert picture.mode == "RGBA"
        return picture.getchannel("A")


def inked(mask: Image.Image) -> float:
    """Add the coverage up, in whole pixels."""
    return sum(value * count for value, count in enumerate(mask.histogram())) / 255


def test_no_stroke_no_ink() -> None:
    mask = alpha([])
    assert mask.size == (300, 120)
    assert mask.getbbox() is None


def test_the_pen_went_through_every_sample() -> None:
    mask = alpha([WAVE])
    for x, y, _ in WAVE:
        at = (round((0.06 + 0.88 * x) * 300), round((0.06 + 0.88 * y) * 120))
        assert max(
            mask.getpixel((at[0] + dx, at[1] + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)
        )


def test_a_stroke_is_one_piece() -> None:
    sparse = ((0.0, 0.2, 0.3), (0.5, 0.9, 0.3), (1.0, 0.2, 0.3))
    mask = alpha([sparse])
    columns = [mask.crop((x, 0, x + 1, 120)).getbbox() is not None for x in range(20, 280)]
    assert all(columns)


def test_two_strokes_do_not_touch() -> None:
    left = ((0.1, 0.2, 0.5), (0.1, 0.8, 0.5))
    right = ((0.9, 0.2, 0.5), (0.9, 0.8, 0.5))
    assert alpha([left, right]).crop((60, 0, 240, 120)).getbbox() is None


def test_more_pressure_more_ink() -> None:
    amounts = [
        inked(alpha([tuple((x, y, pressure) for x, y, _ in WAVE)])) for pressure in (0, 0.3, 0.6, 1)
    ]
    assert amounts == sorted(amounts)
    assert amounts[-1] > 2 * amounts[0]


def test_the_line_is_smooth() -> None:
    mask = alpha([WAVE])
    between = sum(mask.histogram()[1:255])
    assert between > 0.2 * inked(mask)


def test_a_dot_is_a_dot() -> None:
    box = alpha([((0.5, 0.5, 1.0),)]).getbbox()
    assert box is not None
    assert box[2] - box[0] <= 5
    assert box[3] - box[1] <= 5


def test_the_same_strokes_give_the_same_bytes() -> None:
    assert ink_picture([WAVE], aspect=2.0) == ink_picture([WAVE], aspect=2.0)
    assert ink_picture([WAVE], aspect=2.0) != ink_picture([WAVE[:-1]], aspect=2.0)


@pytest.mark.parametrize(
    "point", [(1.1, 0, 0), (-0.1, 0, 0), (0, 0, 2), (math.nan, 0, 0), (0, math.inf, 0)]
)
def test_a_point_off_the_pad_is_refused(point: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="outside"):
        ink_picture([(point,)], aspect=2.0)


@pytest.mark.parametrize("aspect", [0.0, -1.0, 13.0, math.nan])
def test_an_unlikely_surface_is_refused(aspect: float) -> None:
    with pytest.raises(ValueError, match="shape"):
        ink_picture([WAVE], aspect=aspect)


def test_a_flood_of_points_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer"):
        ink_picture([[(0.5, 0.5, 0.5)] * 200_001], aspect=2.0)
