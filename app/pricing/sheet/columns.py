"""Finding the heading row, and which column holds which field."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app.kit.sheets.table import Cell, Row, Table, cell_text
from app.kit.words import Text, t
from app.pricing.sheet.form import FIELDS, Field, RosterForm, folded

_LOOK_FOR_HEADINGS = 20
"""Filled rows above the heading row at most: titles, the group's name."""
_ENOUGH = 3
"""Known headings that make a row the heading row."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong place: the row as the spreadsheet numbers it, the heading as it stands there."""

    row: int
    column: str
    code: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Columns:
    """The heading row and the place of each field in a row (from 0)."""

    row: int
    places: Mapping[Field, int]
    headings: Mapping[Field, str]
    """Field → heading as in the file; the official one for a field that is missing."""


def find_columns(table: Table, form: RosterForm) -> tuple[Columns, tuple[Problem, ...]]:
    """Find the heading row; the problems name headings that are missing, doubled or unknown."""
    row = next(
        (row for row in table.rows[:_LOOK_FOR_HEADINGS] if _known(row, form) >= _ENOUGH), None
    )
    if row is None:
        first = table.rows[0].number if table.rows else 1
        reason = t("No row with the headings of a roster was found.")
        none = Problem(first, "", "E-ROSTER-HEADINGS", reason)
        return Columns(first, {}, form.official), (none,)
    return _columns(row, form)


def _known(row: Row, form: RosterForm) -> int:
    return len({form.fields[word] for word in map(_heading, row.cells) if word in form.fields})


def _columns(row: Row, form: RosterForm) -> tuple[Columns, tuple[Problem, ...]]:
    places: dict[Field, int] = {}
    headings = dict(form.official)
    problems: list[Problem] = []
    for place, cell in enumerate(row.cells):
        word, said = _heading(cell), cell_text(cell).strip()
        field = form.fields.get(word)
        if field is None:
            if word and word not in form.ignored:
                problems.append(_unknown(row.number, said))
        elif field in places:
            problems.append(_doubled(row.number, said, form.official[field]))
        else:
            places[field], headings[field] = place, said
    missing = (field for field in FIELDS if field not in places)
    problems += [_missing(row.number, form.official[field]) for field in missing]
    return Columns(row.number, places, headings), tuple(problems)


def _heading(cell: Cell) -> str:
    """Fold a heading, without the star that marks it as required and a line broken in it."""
    return folded(unicodedata.normalize("NFKC", cell_text(cell)).strip("*")).strip("*")


def _unknown(row: int, said: str) -> Problem:
    reason = t("The heading “{heading}” is not known.", heading=said[:40])
    return Problem(row, said, "E-ROSTER-HEADING-UNKNOWN", reason)


def _doubled(row: int, said: str, official: str) -> Problem:
    reason = t("Two columns say “{heading}”.", heading=official)
    return Problem(row, said, "E-ROSTER-HEADING-DOUBLE", reason)


def _missing(row: int, official: str) -> Problem:
    reason = t("The column “{heading}” is missing.", heading=official)
    return Problem(row, official, "E-ROSTER-HEADING-MISSING", reason)
