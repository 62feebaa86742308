"""How a person arranged a list, and its form as text for a saved view. No Qt in here."""

import json
from dataclasses import dataclass
from typing import Any

from app.kit.listing import Sort, plain_filter, read_filter
from ui.widgets.rows import Asked


@dataclass(frozen=True)
class TableLayout:
    """Columns by their keys (widths in pixels, hidden ones, order), what is asked, totals or not.

    Without ``order`` the columns stand as the list declares them.
    """

    widths: tuple[tuple[str, int], ...]
    hidden: tuple[str, ...]
    asked: Asked
    order: tuple[str, ...] = ()
    totals: bool = False


def write_layout(layout: TableLayout) -> str:
    """Write a layout as JSON text."""
    asked = layout.asked
    plain = {
        "widths": [list(one) for one in layout.widths],
        "hidden": list(layout.hidden),
        "order": list(layout.order),
        "totals": layout.totals,
        "sorts": [[one.key, one.descending] for one in asked.sorts],
        "words": asked.words,
        "filters": [plain_filter(one) for one in asked.filters],
        "group": asked.group,
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def read_layout(text: str, keys: frozenset[str]) -> TableLayout | None:
    """Read a layout back for a list with these columns; what names another column is left out.

    None where the text is none of ours.
    """
    try:
        plain: Any = json.loads(text)
        return TableLayout(
            widths=tuple((key, int(width)) for key, width in plain["widths"] if key in keys),
            hidden=tuple(key for key in plain["hidden"] if key in keys),
            asked=_asked(plain, keys),
            order=tuple(key for key in plain["order"] if key in keys),
            totals=bool(plain["totals"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def sorted_by(asked: Asked, sorts: tuple[Sort, ...]) -> Asked:
    """Give the same list in another order."""
    first = sorts[0] if sorts else Sort("")
    return Asked(first.key, first.descending, asked.words, sorts[1:], asked.filters, asked.group)


def _asked(plain: Any, keys: frozenset[str]) -> Asked:
    known = map(read_filter, plain["filters"])
    filters = tuple(one for one in known if one is not None and one.key in keys)
    group = plain["group"] if plain["group"] in keys else ""
    sorts = tuple(Sort(key, bool(down)) for key, down in plain["sorts"] if key in keys)
    return sorted_by(Asked(words=str(plain["words"]), filters=filters, group=group), sorts)
