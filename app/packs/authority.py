"""The authority table: which office must decide a quote (domain.md 3.3), as signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.packs.decision import Decision, DecisionTable
from app.packs.header import PackOrigin, pack_path
from app.packs.reading import Reading

TRIGGERS = (
    "discretion",
    "SI per person",
    "policy premium",
    "max occupation class",
    "share of class 5-6",
    "share of age>60",
    "age>65 present",
    "3y loss ratio",
    "location accumulation",
)
"""What is looked at, in the order it is reported. Sums in fen, ratios in basis points."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How the shares are counted: which classes are high, above which age a person is old."""

    high_classes: tuple[int, ...]
    old_above_age: int


class AuthorityTable:
    """Says for one trigger and value which level must decide, and what that level is called."""

    def __init__(self, origin: PackOrigin, content: Mapping[str, Any]) -> None:
        """Read the table; raises BranchError E-PACK-CONTENT."""
        reading = Reading(content, pack_path(origin.kind, origin.id))
        reading.only("levels", "measures", "inputs", "outputs", "rows")
        self.origin = origin
        self._table = DecisionTable(origin.id, reading)
        self._names = _level_names(reading.at("levels"))
        self.measures = _measures(reading.at("measures"))
        _check_columns(self._table, self._names, reading)

    @property
    def table(self) -> DecisionTable:
        """The table itself, for a page that shows the limits."""
        return self._table

    def decide(self, trigger: str, value: int) -> Decision:
        """Find the row for one trigger; raises BranchError E-RULE-NO-ROW where none holds."""
        return self._table.decide(trigger=trigger, value=value)

    def name_of(self, level: int) -> str:
        """Say what a level is called, code first: ``L2 …``."""
        return self._names[level]

    @property
    def levels(self) -> tuple[int, ...]:
        """Give the levels, lowest first."""
        return tuple(sorted(self._names))


def _measures(content: Reading) -> Measures:
    content.only("high_classes", "old_above_age")
    return Measures(
        high_classes=tuple(item.whole(1) for item in content.at("high_classes").items()),
        old_above_age=content.at("old_above_age").whole(),
    )


def _level_names(content: Reading) -> dict[int, str]:
    names = {}
    for key in content.keys():  # noqa: SIM118
        name = content.at(key).text()
        if not name.startswith(f"L{key} "):
            raise content.wrong(key)
        names[int(key)] = name
    return names


def _check_columns(table: DecisionTable, names: Mapping[int, str], reading: Reading) -> None:
    """Refuse a table that asks for anything else than a quote can answer."""
    columns = {column.name: column for column in table.inputs}
    if set(columns) != {"trigger", "value"} or set(columns["trigger"].words) != set(TRIGGERS):
        raise reading.wrong("inputs")
    outputs = {column.name: column for column in table.outputs}
    if set(outputs) != {"level"} or outputs["level"].words:
        raise reading.wrong("outputs")
    if not set(range(outputs["level"].least, outputs["level"].most + 1)) <= set(names):
        raise reading.wrong("levels")
