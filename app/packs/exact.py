"""Exact decimals: text at the border, a fraction of whole numbers inside.

A factor of a tariff keeps the text it was filed with, because a clerk and a regulator read ``1.00``
where arithmetic reads 1. Nothing here is ever a float.
"""

import re
from dataclasses import dataclass

from app.kit.money import half_up

_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Exact:
    """A number that is not negative, as ``num / den``, and how it is written."""

    text: str
    num: int
    den: int

    @property
    def basis_points(self) -> int:
        """Give the number in ten-thousandths, half up."""
        return half_up(self.num * 10_000, self.den)


ONE = Exact("1", 1, 1)


def exact_of(text: str, least_places: int = 0) -> Exact:
    """Read ``"0.95"``; up to 12 digits before and 6 after the point, no sign, no exponent.

    With ``least_places`` the kept text gets at least so many decimals (``"0.9"`` is ``"0.90"``).
    Raises ValueError for anything else.
    """
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a plain decimal")
    whole, _, places = text.partition(".")
    num, den = int(whole + places), 10 ** len(places)
    if least_places == 0:
        return Exact(text, num, den)
    return Exact(decimal_text(num, den, least_places), num, den)


def decimal_text(num: int, den: int, least_places: int = 0, most_places: int = 6) -> str:
    """Write ``num / den`` as a decimal, exactly where it ends within ``most_places``, else half up.

    Zeros at the end are dropped down to ``least_places``.
    """
    digits = f"{half_up(num * 10**most_places, den):0{most_places + 1}d}"
    whole, places = digits[:-most_places], digits[-most_places:]
    kept = places.rstrip("0").ljust(least_places, "0")
    return f"{whole}.{kept}" if kept else whole
