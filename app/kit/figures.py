"""Figures as people read them; exact, whatever their size."""

from app.kit.money import yuan_grouped
from app.kit.sheets.writing import CellKind
from app.kit.written import written_count, written_share


def figure_text(unit: CellKind, value: int | None) -> str:
    """Write a figure: thousands marks, fen as yuan with two decimals, basis points as percent."""
    if value is None:
        return "–"
    match unit:
        case CellKind.MONEY:
            return yuan_grouped(value)
        case CellKind.SHARE:
            return written_share(value)
        case _:
            return written_count(value)
