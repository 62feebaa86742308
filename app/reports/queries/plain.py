"""Questions, stamps and figures in the form they are kept in, and back."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from app.kit.errors.base import BranchError
from app.kit.errors.reports import report_unknown
from app.kit.sheets.writing import Cell
from app.kit.words import t
from app.reports.declarations import REPORTS
from app.reports.rules.declared import Asked, Measure, Only, Report, Stamp
from app.reports.rules.kept import Ran, versions_of
from app.reports.rules.pivot import ALL, pivot_of
from app.store.types import canonical_json, micros_of, moment_of

_ALL = -1
"""Stands for the total in the place of a group's number."""


def plain_asked(asked: Asked) -> dict[str, Any]:
    """Give the form a question is kept in."""
    return {
        "report": asked.report,
        "group": asked.group,
        "across": asked.across,
        "since": _text(asked.since),
        "until": _text(asked.until),
        "office": asked.office,
        "only": [[one.field, one.value] for one in asked.only],
    }


def asked_of(plain: Mapping[str, Any]) -> Asked:
    """Read a question; one kept by an earlier program has no parameters."""
    return Asked(
        plain["report"],
        plain["group"],
        plain["across"],
        day_of(plain["since"]),
        day_of(plain["until"]),
        plain["office"],
        tuple(Only(field, value) for field, value in plain.get("only", ())),
    )


def plain_stamp(stamp: Stamp | None) -> dict[str, Any] | None:
    """Give the form a stamp is kept in."""
    if stamp is None:
        return None
    return {
        "as_of": micros_of(stamp.as_of),
        "rows": stamp.rows,
        "sha256": stamp.sha256,
        "offices": list(stamp.offices),
        "position": stamp.position,
        "calendar": stamp.calendar,
    }


def stamp_of(plain: Mapping[str, Any] | None) -> Stamp | None:
    """Read a stamp; one kept by an earlier program knows neither position nor calendar."""
    if plain is None:
        return None
    return Stamp(
        moment_of(plain["as_of"]),
        plain["rows"],
        plain["sha256"],
        tuple(plain["offices"]),
        plain.get("position", ""),
        plain.get("calendar", ""),
    )


def plain_ran(ran: Ran, measure: str) -> dict[str, Any]:
    """Give the form a run is kept in, with its figures and the versions it was made under."""
    pivot = ran.pivot
    rows, columns = _numbers(pivot.groups), _numbers(pivot.across)
    return {
        "asked": plain_asked(ran.asked),
        "stamp": plain_stamp(ran.stamp),
        "measure": measure,
        "versions": [list(one) for one in versions_of(ran.report)],
        "groups": [_plain_cell(one) for one in pivot.groups],
        "across": [_plain_cell(one) for one in pivot.across],
        "figures": sorted(
            [rows[group], columns[across], list(figures)]
            for (group, across), figures in pivot.figures.items()
        ),
    }


def ran_of(plain: Mapping[str, Any]) -> Ran:
    """Read a run as it was kept, under the versions it was made under.

    Raises BranchError E-REPORT-UNKNOWN where this program has no such report any more.
    """
    asked, stamp = asked_of(plain["asked"]), stamp_of(plain["stamp"])
    assert stamp is not None
    report = REPORTS.get(asked.report)
    versions: dict[str, int] = dict(plain["versions"])
    known = [key for key, _ in plain["versions"] if key]
    if report is None or not _is_known(report, asked, known):
        raise BranchError(report_unknown(asked.report))
    then = _as_then(report, versions)
    groups, across = (tuple(map(_cell_of, plain[key])) for key in ("groups", "across"))
    places = [known.index(one.key) for one in then.measures]
    figures: dict[tuple[object, object], tuple[int | None, ...]] = {
        (_at(groups, row), _at(across, column)): tuple(values[place] for place in places)
        for row, column, values in plain["figures"]
    }
    return Ran(then, asked, pivot_of(then.measures, groups, across, figures), stamp)


def digest_of(plain: Mapping[str, Any]) -> str:
    """Give the SHA-256 of a run in the form it is kept in."""
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()


def day_of(plain: str | None) -> date | None:
    """Read a day, None for none."""
    return None if plain is None else date.fromisoformat(plain)


def _is_known(report: Report, asked: Asked, measures: Sequence[str]) -> bool:
    """Say whether what a run was grouped by, and any of its measures, is still declared."""
    fields = {one.key for one in report.fields} | {""}
    kept = {asked.group, asked.across, *(one.field for one in asked.only)} <= fields
    return kept and any(one.key in measures for one in report.measures)


def _as_then(report: Report, versions: Mapping[str, int]) -> Report:
    """Give a declaration with the versions of a kept run, and the measures both know."""
    measures = tuple(
        _measure_then(one, versions[one.key]) for one in report.measures if one.key in versions
    )
    shown = report.shown if report.shown in versions else measures[0].key
    return replace(report, version=versions[""], measures=measures, shown=shown)


def _measure_then(measure: Measure, version: int) -> Measure:
    if version == measure.version:
        return measure
    words = t("Version {n} of this figure; its definition is that of the program then.", n=version)
    return replace(measure, version=version, definition=words)


def _numbers(values: Sequence[Cell]) -> dict[object, int]:
    return {ALL: _ALL} | {one: number for number, one in enumerate(values)}


def _at(values: Sequence[Cell], number: int) -> object:
    return ALL if number == _ALL else values[number]


def _plain_cell(value: Cell) -> Any:
    """Keep a value with what it is: a day is not its own text."""
    match value:
        case datetime():
            return {"moment": micros_of(value)}
        case date():
            return {"day": value.isoformat()}
        case _:
            return value


def _cell_of(plain: Any) -> Cell:
    match plain:
        case {"moment": moment}:
            return moment_of(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case None | str() | int():
            return plain
        case _:
            raise TypeError(f"{type(plain).__name__} is no value of a group")


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
