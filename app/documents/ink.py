"""The picture of a handwritten signature: smooth strokes, wider where the pen pressed.

Strokes come as plain data from any pad: points ``(x, y, pressure)``, each 0 to 1, x to the right, y
down, over a writing surface of a given width-to-height ratio. The picture is for the eye; the ink
record with its times is the evidence.
"""

import io
import math
from collections.abc import Iterable, Sequence

InkPoint = tuple[float, float, float]
InkStroke = Sequence[InkPoint]

_SUPERSAMPLE = 4
_THINNEST = 0.006
_WIDEST = 0.020
"""Width of the line as a part of the picture's height, without and with full pressure."""
_MARGIN = 0.06
_MOST_POINTS = 200_000


def ink_picture(
    strokes: Iterable[InkStroke], *, aspect: float, height_px: int = 240, colour: str = "#10203f"
) -> bytes:
    """Draw strokes as a transparent PNG of ``height_px`` rows and ``aspect`` times as many columns.

    The writing keeps its place and proportions on the surface. Same strokes, same bytes. Raises
    ValueError for a surface, a point or an amount of points no pad gives.
    """
    from PIL import Image, ImageDraw

    if not (0.2 <= aspect <= 12 and 16 <= height_px <= 2000):
        raise ValueError("the writing surface has an unlikely shape")
    drawn = [_checked(stroke) for stroke in strokes]
    if sum(map(len, drawn)) > _MOST_POINTS:
        raise ValueError("a signature has fewer points than this")
    width_px = max(1, round(height_px * aspect))
    size = (width_px * _SUPERSAMPLE, height_px * _SUPERSAMPLE)
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    for stroke in drawn:
        for x, y, radius in _dots(stroke, *size):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    picture = Image.new("RGB", (width_px, height_px), colour)
    picture.putalpha(mask.resize((width_px, height_px), Image.Resampling.BOX))
    out = io.BytesIO()
    picture.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _checked(stroke: InkStroke) -> list[InkPoint]:
    points = [(float(x), float(y), float(pressure)) for x, y, pressure in stroke]
    if any(not 0.0 <= value <= 1.0 for point in points for value in point):
        raise ValueError("a point of the ink lies outside the writing surface")
    return points


def _dots(stroke: list[InkPoint], width: int, height: int) -> Iterable[tuple[float, float, float]]:
    """Give the discs that paint a stroke: a curve through its points, dense enough to touch."""
    scale_x, scale_y = width * (1 - 2 * _MARGIN), height * (1 - 2 * _MARGIN)
    path = [
        (width * _MARGIN + x * scale_x, height * _MARGIN + y * scale_y, _radius(p, height))
        for x, y, p in _even_pressure(stroke)
    ]
    yield from path[:1]
    for index in range(len(path) - 1):
        yield from _curve(
            path[max(index - 1, 0)],
            path[index],
            path[index + 1],
            path[min(index + 2, len(path) - 1)],
        )


def _even_pressure(stroke: list[InkPoint]) -> list[InkPoint]:
    """Average pressure over three samples, since pads step in coarse levels."""
    evened = []
    for index, (x, y, _) in enumerate(stroke):
        near = stroke[max(index - 1, 0) : index + 2]
        evened.append((x, y, sum(point[2] for point in near) / len(near)))
    return evened


def _radius(pressure: float, height: int) -> float:
    return height * (_THINNEST + (_WIDEST - _THINNEST) * math.sqrt(pressure)) / 2


def _curve(before: InkPoint, start: InkPoint, end: InkPoint, after: InkPoint) -> Iterable[InkPoint]:
    """Walk the Catmull-Rom segment from ``start`` to ``end``, one disc a step."""
    length = math.dist(start[:2], end[:2])
    steps = max(1, math.ceil(length / max(0.6, min(start[2], end[2]) / 2)))
    for step in range(1, steps + 1):
        t = step / steps
        yield (
            _catmull_rom(before[0], start[0], end[0], after[0], t),
            _catmull_rom(before[1], start[1], end[1], after[1], t),
            start[2] + (end[2] - start[2]) * t,
        )


def _catmull_rom(p0: float, p1: float, p2: float, p3: float, t: float) -> float:
    """Interpolate between p1 and p2 (Catmull and Rom 1974, uniform knots, tension one half)."""
    return 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
