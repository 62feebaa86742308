"""Decision tables of head office, run by zen-engine behind a typed door.

The engine itself is lax: a text where a number was meant, or a cell it cannot parse, silently
matches no row. So every cell is checked when the pack is read and every value before the engine
sees it; ratios are whole basis points and money whole fen; no row is an error, never a default.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import zen

from app.kit.errors.base import BranchError, BugError
from app.kit.errors.packs import table_not_matched
from app.packs.reading import Reading

_INTERVAL = re.compile(r"[\[(](\d{1,15})\.\.(\d{1,15})[\])]", re.ASCII)
_NUMBER = re.compile(r"(?:[<>]=? ?)?\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column takes: one of the named words, or a whole number between two bounds."""

    name: str
    words: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    def takes(self, value: object) -> bool:
        """Say whether a value may enter this column."""
        if self.words:
            return isinstance(value, str) and value in self.words
        return type(value) is int and self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table said, and the row that said it."""

    table: str
    row: int
    """Number of the row in the pack, from 1."""
    inputs: Mapping[str, int | str]
    cells: Mapping[str, str]
    """The row's conditions as head office wrote them."""
    outputs: Mapping[str, int | str]


class DecisionTable:
    """One table of a rules pack: the first row whose every cell holds decides."""

    def __init__(self, name: str, content: Reading) -> None:
        """Read and check ``inputs``, ``outputs`` and ``rows``; raises E-PACK-CONTENT."""
        self.name = name
        self.inputs = _columns(content.at("inputs"))
        self.outputs = _columns(content.at("outputs"))
        self._rows = [self._row(row) for row in content.at("rows").items()]
        self._engine = zen.ZenEngine().create_decision(json.dumps(self._graph()))

    @property
    def rows(self) -> tuple[Mapping[str, str], ...]:
        """Give the conditions of every row as written, in order."""
        return tuple(self._cells(row) for row in range(len(self._rows)))

    def decide(self, **values: int | str) -> Decision:
        """Find the row for these values.

        Raises BugError where a value is missing, unknown or of the wrong type, and BranchError
        E-RULE-NO-ROW where no row holds.
        """
        self._check(values)
        answer = self._engine.evaluate(values, {"trace": True})
        outputs = answer["result"]
        steps = [step["traceData"] for step in answer["trace"].values() if step["id"] == "table"]
        if not outputs or not steps or steps[0] is None:
            raise BranchError(table_not_matched(self.name, _spoken(values)))
        row = int(steps[0]["index"])
        return Decision(self.name, row + 1, dict(values), self._cells(row), outputs)

    def _cells(self, row: int) -> dict[str, str]:
        """Give a row's conditions as head office wrote them."""
        written = {c: self._rows[row][f"i.{c.name}"] for c in self.inputs}
        return {c.name: json.loads(cell) if c.words else cell for c, cell in written.items()}

    def _check(self, values: Mapping[str, int | str]) -> None:
        if set(values) != {column.name for column in self.inputs}:
            raise BugError(f"table {self.name} was asked with {sorted(values)}")
        for column in self.inputs:
            value = values[column.name]
            if type(value) is int and not column.words and not column.takes(value):
                raise BranchError(table_not_matched(self.name, _spoken(values)))
            if not column.takes(value):
                raise BugError(f"table {self.name} was asked with {column.name}={value!r}")

    def _row(self, row: Reading) -> dict[str, str]:
        row.only(*(c.name for c in self.inputs), *(c.name for c in self.outputs))
        cells = {f"i.{c.name}": _condition(c, row.at(c.name)) for c in self.inputs}
        return cells | {f"o.{c.name}": _result(c, row.at(c.name)) for c in self.outputs}

    def _graph(self) -> dict[str, object]:
        """Build the engine's own form: input node, table node, output node."""
        content = {
            "hitPolicy": "first",
            "inputs": [_field(f"i.{c.name}", c.name, "expression") for c in self.inputs],
            "outputs": [_field(f"o.{c.name}", c.name, "expression") for c in self.outputs],
            "rules": [{"_id": str(n), **row} for n, row in enumerate(self._rows)],
        }
        return {
            "nodes": [
                _node("in", "inputNode"),
                {**_node("table", "decisionTableNode"), "content": content},
                _node("out", "outputNode"),
            ],
            "edges": [
                {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
                {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
            ],
        }


def _columns(content: Reading) -> tuple[Column, ...]:
    return tuple(_column(name, content.at(name)) for name in content.keys())  # noqa: SIM118


def _column(name: str, content: Reading) -> Column:
    content.only("one_of", "whole_number")
    if content.has("one_of") == content.has("whole_number"):
        raise content.wrong()
    if content.has("one_of"):
        return Column(name, words=tuple(word.text() for word in content.at("one_of").items()))
    least, most = content.at("whole_number").pair()
    return Column(name, least=least.whole(), most=most.whole(least.whole()))


def _condition(column: Column, cell: Reading) -> str:
    """Take a condition: a known word, or a number, a bound or an interval."""
    text = cell.text()
    if column.words:
        if text not in column.words:
            raise cell.wrong()
        return json.dumps(text)
    interval = _INTERVAL.fullmatch(text)
    if interval and int(interval[1]) > int(interval[2]):
        raise cell.wrong()
    if not interval and not _NUMBER.fullmatch(text):
        raise cell.wrong()
    return text


def _result(column: Column, cell: Reading) -> str:
    value: int | str = cell.text() if column.words else cell.whole()
    if not column.takes(value):
        raise cell.wrong()
    return json.dumps(value)


def _field(key: str, name: str, kind: str) -> dict[str, str]:
    return {"id": key, "name": name, "field": name, "type": kind}


def _node(key: str, kind: str) -> dict[str, object]:
    return {"id": key, "type": kind, "name": key, "position": {"x": 0, "y": 0}}


def _spoken(values: Mapping[str, int | str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
