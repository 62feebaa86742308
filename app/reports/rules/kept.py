"""A run that was kept: what came of it, and how it stands against the data of another reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from app.kit.sheets.writing import CellKind
from app.reports.rules.declared import Asked, Report, Stamp
from app.reports.rules.pivot import ALL, Pivot

Versions = tuple[tuple[str, int], ...]
"""The version of the report (under an empty key) and of each of its measures."""


@dataclass(frozen=True)
class Ran:
    """A report that was read: its figures and under what they were read."""

    report: Report
    asked: Asked
    pivot: Pivot
    stamp: Stamp


@dataclass(frozen=True)
class KeptRun:
    """A run with its figures. ``saved`` is the saved report it came of, ``due_at`` its moment."""

    id: UUID
    name: str
    measure: str
    ran: Ran
    saved: UUID | None = None
    due_at: datetime | None = None
    broken_at: datetime | None = None


class Verdict(Enum):
    """How a kept run stands against the same report read again."""

    SAME = "same"
    """The same rows and the same figures."""
    MOVED = "moved"
    """Something was written since: other rows are no wonder."""
    TERMS = "terms"
    """The definition, the work calendar or the offices a person may see are others now."""
    BROKEN = "broken"
    """Nothing was written since, and yet the rows or the figures are others."""


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it was; None where there was or is none."""

    group: object
    across: object
    measure: str
    unit: CellKind
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """How much more it is now."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def versions_of(report: Report) -> Versions:
    """Name the versions a run of this report is made under."""
    return (("", report.version), *((one.key, one.version) for one in report.measures))


def verdict(kept: Ran, now: Ran) -> Verdict:
    """Hold a kept run against the same question asked again."""
    terms = [
        (versions_of(one.report), one.stamp.calendar, one.stamp.offices, one.asked)
        for one in (kept, now)
    ]
    if terms[0] != terms[1]:
        return Verdict.TERMS
    if kept.stamp.sha256 == now.stamp.sha256 and kept.pivot == now.pivot:
        return Verdict.SAME
    moved = not kept.stamp.position or kept.stamp.position != now.stamp.position
    return Verdict.MOVED if moved else Verdict.BROKEN


def differences(before: Ran, after: Ran) -> Iterator[Difference]:
    """Give every figure that differs between two runs, groups in order, totals last.

    Only measures both have are compared.
    """
    units = {one.key: one.unit for one in after.report.measures}
    both = [one.key for one in before.report.measures if one.key in units]
    for group in _either(before.pivot.groups, after.pivot.groups):
        for across in _either(before.pivot.across, after.pivot.across):
            for measure in both:
                old, new = (_figure(one.pivot, measure, group, across) for one in (before, after))
                if old != new:
                    yield Difference(group, across, measure, units[measure], old, new)


def _figure(pivot: Pivot, measure: str, group: object, across: object) -> int | None:
    """Give a figure that is there; one without a row is none, not nought."""
    if (group, across) not in pivot.figures:
        return None
    return pivot.figure(measure, group, across)


def _either(before: tuple[object, ...], after: tuple[object, ...]) -> tuple[object, ...]:
    """Join two orders: what is now, then what is no more, then the total."""
    return (*after, *(one for one in before if one not in after), ALL)
