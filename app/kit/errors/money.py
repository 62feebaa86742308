"""What is said when an amount cannot be read."""

from app.kit.errors.base import Problem
from app.kit.words import t


def money_not_readable(text: str) -> Problem:
    """Say that a text is not an amount in yuan."""
    return Problem(
        code="E-MONEY-FORM",
        what=t("“{text}” is not an amount in yuan.", text=text[:40]),
        safe=t("Nothing was saved or changed."),
        next=t("Type the amount with at most two decimals, for example 14400.00."),
    )
