"""Reading a report: every row once, in order, in the snapshot of the session; none is kept.

What a person may see is decided here and nowhere above: the leave of the report's action, office by
office (`access.decide`).
"""

import hashlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.records import Office
from app.access.rules import Policy, Resource, decide
from app.kit.errors.base import BranchError
from app.kit.errors.reports import report_parameter_wrong, report_refused, report_unknown
from app.kit.written import written_day
from app.packs.work_calendar import WorkCalendar
from app.reports.declarations import REPORTS
from app.reports.queries.position import position_of
from app.reports.queries.sources import PRODUCTS, SOURCES, Bounds
from app.reports.rules.declared import Asked, Facts, Report, Stamp, fits
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import Folding, lies_behind
from app.store.actor import Actor
from app.store.types import canonical_json, to_plain

STEP = 1_000
"""Rows fetched at once, and between two looks at the stop sign."""
Step = Callable[[int, int], None]
"""Hears how many rows of how many are read; raises Cancelled to stop the reading."""


@dataclass(frozen=True)
class Reader:
    """Who reads: the person, the policy, the desk's own office, the calendar of its work."""

    actor: Actor
    policy: Policy
    here: str
    calendar: WorkCalendar


@dataclass(frozen=True)
class Behind:
    """The rows behind a figure: the first ones, and how many there are.

    ``sha256`` is that of all rows of the report as they are now; another than the figure's says
    that something changed since.
    """

    rows: tuple[Facts, ...]
    count: int
    sha256: str


@dataclass(frozen=True)
class OfficeChoice:
    """An office a person may have a report about."""

    path: str
    name: str


def offices_for(session: Session, reader: Reader, report: Report) -> tuple[OfficeChoice, ...]:
    """List the offices whose rows this person may see in a report, by path; empty for none."""
    found = session.execute(select(Office.path, Office.name).order_by(Office.path)).all()
    names = {reader.here: reader.here} | {str(path): str(name) for path, name in found}
    return tuple(
        OfficeChoice(path, names[path])
        for path in sorted(names)
        if (path == reader.here or not report.here) and _may(reader, report, path)
    )


def products_for(
    session: Session, reader: Reader, report: Report, words: str, *, at_most: int
) -> tuple[str, ...]:
    """List the products among the rows this person may see whose code has these letters."""
    if report.key not in PRODUCTS:
        return ()
    scope, product = PRODUCTS[report.key]
    offices = [one.path for one in offices_for(session, reader, report)]
    wanted = (
        select(product)
        .where(scope.in_(offices), product.icontains(words, autoescape=True))
        .distinct()
        .order_by(product)
        .limit(at_most)
    )
    return tuple(session.scalars(wanted))


def run(session: Session, reader: Reader, asked: Asked, as_of: datetime, step: Step) -> Ran:
    """Read a report and work out its figures.

    Raises BranchError E-REPORT-LEAVE, E-REPORT-UNKNOWN, E-REPORT-PARAMETER, E-REPORT-FINE; what
    ``step`` raises.
    """
    report = report_of(asked)
    read = Reading(session, reader, asked)
    folding = Folding(report, asked)
    with closing(read.rows(step)) as rows:
        for facts in rows:
            folding.take(facts)
    return Ran(report, asked, folding.pivot(), read.stamp(as_of))


def behind(
    session: Session,
    reader: Reader,
    asked: Asked,
    figure: tuple[object, object],
    *,
    at_most: int,
    step: Step,
) -> Behind:
    """Read the rows behind a figure, told by its group and the group across (``ALL`` for a total).

    Raises what ``run`` raises.
    """
    wanted = tuple(lies_behind(report_of(asked), asked, *figure))
    read = Reading(session, reader, asked)
    count, kept = 0, []
    with closing(read.rows(step)) as rows:
        for facts in rows:
            if all(facts[place] == value for place, value in wanted):
                count += 1
                if count <= at_most:
                    kept.append(facts)
    return Behind(tuple(kept), count, read.sha256)


def report_of(asked: Asked) -> Report:
    """Give the declaration of what is asked for.

    Raises BranchError E-REPORT-UNKNOWN, and E-REPORT-PARAMETER for what it is not narrowed by.
    """
    report = REPORTS.get(asked.report)
    groups = {one.key for one in report.fields if one.groups} if report else set()
    if report is None or asked.group not in groups or asked.across not in groups | {""}:
        raise BranchError(report_unknown(asked.report))
    if not fits(report, asked.only):
        raise BranchError(report_parameter_wrong(", ".join(one.value for one in asked.only)))
    return report


class Reading:
    """One pass over the rows of a report: counted, stepped, and their fingerprint taken."""

    def __init__(self, session: Session, reader: Reader, asked: Asked) -> None:
        self._session = session
        self.report = report_of(asked)
        self._source = SOURCES[asked.report]
        self._calendar = reader.calendar
        self._offices = self._leave(reader, asked)
        bounds = Bounds.of(self._offices, asked.since, asked.until, asked.only)
        self._statement = self._source.statement(bounds)
        self._hash = hashlib.sha256(_line(self._head(asked)))
        self._count = 0

    @property
    def sha256(self) -> str:
        """The fingerprint of the rows read so far."""
        return self._hash.hexdigest()

    def rows(self, step: Step) -> Generator[Facts]:
        """Give every row in order; what is fetched ahead is never more than STEP rows.

        Whoever stops before the end closes it (`contextlib.closing`), and does so at once: a cursor
        left open ends when somebody drops it, perhaps an exception with its frames, and then begins
        the same statement anew under whoever is reading it by that time.
        """
        counted = select(func.count()).select_from(self._statement.order_by(None).subquery())
        total = self._session.scalar(counted) or 0
        result = self._session.execute(self._statement.execution_options(yield_per=STEP))
        facts_of = self._source.facts(self._calendar)
        with closing(result):
            for row in result:
                if self._count % STEP == 0:
                    step(self._count, total)
                self._count += 1
                facts = facts_of(row)
                self._hash.update(_line([to_plain(one) for one in facts]))
                yield facts
        step(self._count, total)

    def stamp(self, as_of: datetime) -> Stamp:
        """Say under what the rows were read, once they are."""
        position = position_of(self._session, self._offices, here=self.report.here)
        calendar = written_calendar(self._calendar) if self.report.worked else ""
        return Stamp(as_of, self._count, self.sha256, self._offices, position, calendar)

    def _leave(self, reader: Reader, asked: Asked) -> tuple[str, ...]:
        may = tuple(one.path for one in offices_for(self._session, reader, self.report))
        wanted = (asked.office,) if asked.office else may
        if not wanted or not set(wanted) <= set(may):
            raise BranchError(report_refused())
        return wanted

    def _head(self, asked: Asked) -> dict[str, Any]:
        """State what the rows are: whatever is not asked for is left out of the statement."""
        head: dict[str, Any] = {
            "report": self.report.key,
            "version": self.report.version,
            "fields": [one.key for one in self.report.fields],
            "since": to_plain(asked.since),
            "until": to_plain(asked.until),
            "offices": list(self._offices),
        }
        if asked.only:
            head["only"] = [[one.field, one.value] for one in sorted(asked.only)]
        if self.report.worked:
            head["calendar"] = self._calendar.origin.sha256
        return head


def reports_for(session: Session, reader: Reader) -> tuple[Report, ...]:
    """List the reports this person may have at all, in their order."""
    return tuple(one for one in REPORTS.values() if offices_for(session, reader, one))


def written_calendar(calendar: WorkCalendar) -> str:
    """Write which calendar counts: its version, the days it is published for, the office hours."""
    origin = calendar.origin
    spells = [[one.isoformat("minutes") for one in spell] for spell in calendar.hours]
    hours = ", ".join("–".join(one) for one in spells)
    days = f"{written_day(origin.valid_from)} – {written_day(origin.valid_to)}"
    return f"{origin.id} v{origin.version} ({days}); {hours}"


def _may(reader: Reader, report: Report, office: str) -> bool:
    return decide(reader.actor, report.action, Resource(office, {}), reader.policy).allowed


def _line(plain: object) -> bytes:
    return canonical_json(plain).encode() + b"\n"
