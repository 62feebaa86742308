"""The colours of series in a chart: told apart by every eye, on either theme's ground.

Six colours a theme, chosen by search: the least distance of any two (CIE 1976 L*a*b*), seen with
normal sight and with each of the three dichromacies, is as large as it can be, and every one stands
out from the ground by 3:1. Dichromacy after Machado, Oliveira and Fernandes (2009), severity 1.
"""

SERIES = {
    "light": ("#2249bf", "#da2f5a", "#8b8b04", "#331c4a", "#c76bb0", "#630303"),
    "dark": ("#88a5fc", "#f3e4ba", "#da2f2f", "#10f910", "#bc4e85", "#9938fa"),
}
"""Colours in the order series take them; a seventh series takes the first again, dashed."""

LEAST_DISTANCE = 30.0
"""Any two colours of a theme are at least so far apart for any eye; about 2 is just visible."""

Matrix = tuple[tuple[float, float, float], ...]

SIGHTS: dict[str, Matrix] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""How an eye mixes linear RGB."""

_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
"""Linear sRGB to XYZ (D65)."""


def distance(one: str, other: str, sight: str = "normal") -> float:
    """Give how far apart two colours (``#rrggbb``) are for an eye, in L*a*b*."""
    pairs = zip(_lab(one, SIGHTS[sight]), _lab(other, SIGHTS[sight]), strict=True)
    return float(sum((mine - theirs) ** 2 for mine, theirs in pairs) ** 0.5)


def _lab(colour: str, sight: Matrix) -> tuple[float, float, float]:
    linear = tuple(_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    seen = tuple(min(max(one, 0.0), 1.0) for one in _mixed(sight, linear))
    white = tuple(sum(row) for row in _XYZ)
    x, y, z = (_bent(v / w) for v, w in zip(_mixed(_XYZ, seen), white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _mixed(matrix: Matrix, vector: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _bent(t: float) -> float:
    return float(t ** (1 / 3)) if t > 0.008856 else 7.787 * t + 16 / 116
