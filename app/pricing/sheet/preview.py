"""The roster as the clerk sees it before pricing: good people, wrong places, and mending them.

`read_roster` reads a file; `recheck` takes what the clerk typed over single cells, or rows left
out, and judges again what that touches: the row itself and, over all rows, people named twice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.kit.errors.base import BranchError
from app.kit.errors.roster import roster_too_long
from app.kit.sheets.read import read_table
from app.kit.sheets.table import Cell, Formula, Row, Table, cell_text
from app.kit.words import t
from app.pricing.roster import InsuredPerson
from app.pricing.sheet.columns import Columns, Problem, find_columns
from app.pricing.sheet.form import Field
from app.pricing.sheet.person import Reading, RosterRules, read_person, with_double

MOST_PEOPLE = 10_000
"""People one quote takes (architecture: more is refused in words within two seconds)."""
_ROWS_ABOVE = 20
"""Filled rows that may stand above the people: titles and headings."""

Edits = Mapping[tuple[int, Field], str]
"""(row number, field) → what the clerk typed into that cell."""


@dataclass(frozen=True)
class RosterPreview:
    """What a file gave, row by row; nothing of it is stored yet."""

    table: Table
    columns: Columns
    heading_problems: tuple[Problem, ...]
    readings: tuple[Reading, ...]
    rules: RosterRules

    @cached_property
    def people(self) -> tuple[InsuredPerson, ...]:
        """The people of the good rows, in the order of the file."""
        return tuple(reading.person for reading in self.readings if reading.person is not None)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every wrong place, by row."""
        told = self.heading_problems + tuple(
            problem for reading in self.readings for problem in reading.problems
        )
        if told or self.readings:
            return told
        reason = t("There is nobody below the headings.")
        return (Problem(self.columns.row, "", "E-ROSTER-NOBODY", reason),)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """Places a person should compare with the document; they do not stop a quote."""
        return tuple(warning for reading in self.readings for warning in reading.warnings)

    @property
    def good(self) -> bool:
        """True if every row is good, and there is one."""
        return not self.problems

    def text(self, row: int, field: Field) -> str:
        """Give what stands in a cell, to show it for mending; empty where there is none."""
        place = self.columns.places.get(field)
        found = next((line for line in self.table.rows if line.number == row), None)
        if found is None or place is None or place >= len(found.cells):
            return ""
        return cell_text(found.cells[place])


def read_roster(content: bytes, rules: RosterRules) -> RosterPreview:
    """Read a roster from .xlsx or CSV.

    Raises BranchError E-SHEET-… for a file that is not taken and E-ROSTER-TOO-LONG for more than
    10,000 people; wrong headings and cells are problems of the preview.
    """
    try:
        table = read_table(content, most_rows=MOST_PEOPLE + _ROWS_ABOVE)
    except BranchError as error:
        if error.code == "E-SHEET-LONG":
            raise BranchError(roster_too_long(MOST_PEOPLE)) from error
        raise
    columns, problems = find_columns(table, rules.form)
    people = [row for row in table.rows if row.number > columns.row]
    if len(people) > MOST_PEOPLE:
        raise BranchError(roster_too_long(MOST_PEOPLE))
    if problems:
        return RosterPreview(table, columns, problems, (), rules)
    return _judged(table, columns, rules, {})


def recheck(
    preview: RosterPreview, edits: Edits, *, leave_out: Collection[int] = ()
) -> RosterPreview:
    """Judge again with some cells typed over and some rows left out.

    Headings are mended in the file: a preview with heading problems comes back as it is.
    """
    if preview.heading_problems:
        return preview
    rows = tuple(
        _edited(row, preview.columns, edits)
        for row in preview.table.rows
        if row.number not in leave_out
    )
    touched = {row for row, _ in edits}
    kept = {
        reading.row: _without_double(reading)
        for reading in preview.readings
        if reading.row not in touched
    }
    table = Table(preview.table.sheet, rows)
    return _judged(table, preview.columns, preview.rules, kept)


def _judged(
    table: Table, columns: Columns, rules: RosterRules, kept: Mapping[int, Reading]
) -> RosterPreview:
    """Read the rows below the headings that hold something, then find people named twice."""
    used = sorted(columns.places.values())
    readings = []
    for row in table.rows:
        if row.number <= columns.row or not _says_something(row, used):
            continue
        reading = kept.get(row.number)
        if reading is None or (reading.person is None and not reading.problems):
            reading = read_person(row, columns, rules)
        readings.append(reading)
    return RosterPreview(table, columns, (), _with_doubles(readings, columns), rules)


def _says_something(row: Row, used: Iterable[int]) -> bool:
    return any(place < len(row.cells) and row.cells[place] is not None for place in used)


def _with_doubles(readings: Iterable[Reading], columns: Columns) -> tuple[Reading, ...]:
    everyone = tuple(readings)
    rows_of: dict[tuple[str, str], list[int]] = {}
    for reading in everyone:
        if reading.identity is not None:
            rows_of.setdefault(reading.identity, []).append(reading.row)
    return tuple(
        with_double(reading, columns, tuple(rows_of[reading.identity]))
        if reading.identity is not None and len(rows_of[reading.identity]) > 1
        else reading
        for reading in everyone
    )


def _without_double(reading: Reading) -> Reading:
    """Take a row back to what it says alone: whether it is doubled is judged anew."""
    problems = tuple(found for found in reading.problems if found.code != "E-ROSTER-DOUBLE")
    if problems == reading.problems:
        return reading
    return Reading(reading.row, None, problems, reading.warnings, reading.identity)


def _edited(row: Row, columns: Columns, edits: Edits) -> Row:
    own = {field: typed for (number, field), typed in edits.items() if number == row.number}
    if not own:
        return row
    width = max(len(row.cells), *(columns.places[field] + 1 for field in own))
    cells: list[Cell] = [*row.cells, *[None] * (width - len(row.cells))]
    for field, typed in own.items():
        cells[columns.places[field]] = _typed(typed)
    return Row(row.number, tuple(cells))


def _typed(text: str) -> Cell:
    bare = text.strip()
    if not bare:
        return None
    return Formula(bare) if bare.startswith("=") else bare
