"""A report as data: the columns of its rows, the measures of its figures, its parameters.

A row is one fact (a quote, a decision, an impression); a figure is a measure over the rows of one
group. Whoever changes what a measure means raises its version, whoever changes what a row is, the
report's: a figure on paper names both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Literal

from app.kit.sheets.writing import Cell, CellKind
from app.kit.words import Text

Chart = Literal["line", "bar", "stacked"]
Facts = tuple[Cell, ...]
"""One row: a value per field, in the order of the fields."""


class Fold(Enum):
    """How a measure is worked out over the rows of a group."""

    COUNT = "count"
    """How many rows."""
    SUM = "sum"
    """The sum of a field; a row without a value adds nothing."""
    MEAN = "mean"
    """The mean of a field over the rows that have a value, rounded half up."""
    MOST = "most"
    """The largest value of a field."""
    SHARE = "share"
    """The share of rows whose field is not nought among those that have a value, basis points."""


@dataclass(frozen=True)
class Field:
    """A column of the rows. ``words`` says codes; ``groups`` lets figures be grouped by it."""

    key: str
    title: Text
    kind: CellKind = CellKind.TEXT
    words: Mapping[str, Text] = field(default_factory=dict)
    groups: bool = False

    def said(self, value: Cell) -> Text | str:
        """Say a group's value for a person; nothing is a dash."""
        if value is None or value == "":
            return "–"
        return self.words.get(str(value)) or str(value)


@dataclass(frozen=True)
class Measure:
    """A figure: its unit, how it is folded and of which field, and its definition in words."""

    key: str
    title: Text
    unit: CellKind
    fold: Fold
    definition: Text
    of: str = ""
    version: int = 1


class ParameterKind(Enum):
    """What a report can be narrowed to, besides days and office."""

    PERSON = "person"
    """A staff number."""
    PRODUCT = "product"
    """A code of a product or of its tariff."""
    STATE = "state"
    """A code among the field's words."""


@dataclass(frozen=True)
class Parameter:
    """Narrows a report to the rows whose field has one value."""

    kind: ParameterKind
    field: str


@dataclass(frozen=True)
class Report:
    """A report. ``action`` is the leave it needs, ``dated`` the field its period is about.

    ``group`` and ``across`` are what it is grouped by at first (``across`` may be empty), ``shown``
    the measure its picture shows. A ``here`` report is about this desk and knows no other office.
    A ``worked`` one counts working time, so that the work calendar is part of what it says.
    """

    key: str
    title: Text
    about: Text
    action: str
    fields: tuple[Field, ...]
    measures: tuple[Measure, ...]
    dated: Text | None
    group: str
    shown: str
    across: str = ""
    chart: Chart = "bar"
    here: bool = False
    worked: bool = False
    parameters: tuple[Parameter, ...] = ()
    version: int = 1

    def field(self, key: str) -> Field:
        """Give a field; raises KeyError."""
        return self.fields[self.place(key)]

    def place(self, key: str) -> int:
        """Give the place of a field in a row; raises KeyError."""
        for place, one in enumerate(self.fields):
            if one.key == key:
                return place
        raise KeyError(key)

    def measure(self, key: str) -> Measure:
        """Give a measure; raises KeyError."""
        return {one.key: one for one in self.measures}[key]

    def parameter(self, kind: ParameterKind) -> Parameter | None:
        """Give the parameter of a kind; None where the report has no such field."""
        return next((one for one in self.parameters if one.kind is kind), None)


@dataclass(frozen=True, order=True)
class Only:
    """The value a parameter was given: rows whose ``field`` has another are left out."""

    field: str
    value: str


@dataclass(frozen=True)
class Asked:
    """What a person asked for: days are China's and both inclusive, None leaves an end open.

    ``office`` empty means every office they may see. ``group`` and ``across`` are keys of fields.
    ``only`` holds the parameters that were given, in the order of their fields.
    """

    report: str
    group: str
    across: str = ""
    since: date | None = None
    until: date | None = None
    office: str = ""
    only: tuple[Only, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """Under what a report was read: when, which rows, and their fingerprint.

    ``sha256`` is over the canonical rows in the order of their ids, after a line that names report,
    version, period, offices, parameters and work calendar; the same data gives it again.
    ``position`` says how far the desk's data had come (`queries.position`): while it is the same,
    nothing was written that the rows could come from. ``calendar`` is written for a person, empty
    where the report counts no working time.
    """

    as_of: datetime
    rows: int
    sha256: str
    offices: tuple[str, ...]
    position: str = ""
    calendar: str = ""


LONGEST_VALUE = 64
"""Signs of a staff number or a code."""


def fits(report: Report, only: tuple[Only, ...]) -> bool:
    """Say whether parameters are this report's own, each given once, with a value it can have."""
    kinds = {one.field: one.kind for one in report.parameters}
    if len({one.field for one in only}) < len(only) or not {one.field for one in only} <= set(
        kinds
    ):
        return False
    return all(
        one.value in report.field(one.field).words
        if kinds[one.field] is ParameterKind.STATE
        else 0 < len(one.value) <= LONGEST_VALUE
        for one in only
    )
