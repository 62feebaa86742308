"""Money in whole fen, and the one rounding rule of the house.

Amounts are integers of fen (1/100 yuan) everywhere inside; decimal text exists only at the border.
Rounding is half up, ties away from zero (domain.md, global conventions).
"""

import re
from typing import NewType

from app.kit.errors.base import BranchError
from app.kit.errors.money import money_not_readable

Fen = NewType("Fen", int)
"""An amount in fen; may be negative (a refund)."""

_YUAN = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)


def fen_of(text: str) -> Fen:
    """Read an amount in yuan (``"14,400.00"``, ``"0.5"``) as fen.

    Raises BranchError E-MONEY-FORM for anything else, more than two decimals included.
    """
    match = _YUAN.fullmatch(text.strip().replace(",", ""))
    if match is None:
        raise BranchError(money_not_readable(text))
    sign, yuan, cents = match.groups()
    fen = int(yuan) * 100 + int((cents or "0").ljust(2, "0"))
    return Fen(-fen if sign else fen)


def yuan_text(fen: int) -> str:
    """Write fen as yuan with two decimals and no thousands mark: 1440000 is ``"14400.00"``."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{cents:02d}"


def yuan_grouped(fen: int) -> str:
    """Write fen as yuan for the screen, with thousands marks: 1440000 is ``"14,400.00"``."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{cents:02d}"


def half_up(numerator: int, denominator: int) -> int:
    """Divide exactly and round half up, ties away from zero; the denominator must be positive."""
    if denominator <= 0:
        raise ZeroDivisionError("half_up needs a positive denominator")
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -quotient if numerator < 0 else quotient
