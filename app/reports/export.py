"""A report as files: a workbook of cross table, figures, rows and definitions; rows as CSV.

Everything in one workbook is read in one snapshot, so its figures are those of its rows; the
workbook of a kept run has its figures alone, because rows are not kept. Texts are in the language
of the desk.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.documents.letter import Bar, BarPicture, Heading, Letter, Part, Table
from app.kit.figures import figure_text
from app.kit.money import half_up
from app.kit.sheets.writing import (
    Cell,
    CellKind,
    Sheet,
    SheetColumn,
    write_csv,
    write_xlsx,
)
from app.kit.words import Text, t
from app.kit.written import written_count, written_moment
from app.reports.queries.reading import Reader, Reading, Step, run
from app.reports.rules.declared import Asked, Facts, Field, Report
from app.reports.rules.kept import Ran
from app.reports.rules.pivot import ALL
from app.store.session import Session

Line = tuple[Cell, ...]
MOST_BARS = 40
"""Bars that stand on one sheet; of more groups the table says more than a picture."""
MOST_ON_PAPER = 10
"""Columns of a cross table that stand on a sheet beside one another; with more the lines say it."""
WIDTH = 10_000
"""The width of the picture, in the parts it is measured in."""


def export_xlsx(
    session: Session,
    reader: Reader,
    asked: Asked,
    as_of: datetime,
    path: Path,
    step: Step,
    measure: str = "",
) -> Ran:
    """Write a report as one workbook, read anew; gives what was written.

    ``measure`` is that of the cross table. Raises what reading and writing raise, and leaves no
    half file.
    """
    ran = run(session, reader, asked, as_of, step)
    read = Reading(session, reader, asked)
    with closing(read.rows(step)) as rows:
        sheets = (
            *cross_sheets(ran, measure),
            figure_sheet(ran),
            row_sheet(ran.report, rows),
            _definition_sheet(ran),
        )
        write_xlsx(path, sheets, created=as_of)
    return ran


def export_figures(ran: Ran, path: Path, measure: str = "") -> None:
    """Write the figures of a run and their definitions as a workbook, without its rows.

    Raises what writing raises.
    """
    sheets = (*cross_sheets(ran, measure), figure_sheet(ran), _definition_sheet(ran))
    write_xlsx(path, sheets, created=ran.stamp.as_of)


def export_rows(session: Session, reader: Reader, asked: Asked, path: Path, step: Step) -> None:
    """Write all rows of a report as CSV; raises what reading and writing raise."""
    read = Reading(session, reader, asked)
    with closing(read.rows(step)) as rows:
        write_csv(path, row_sheet(read.report, rows))


def figure_sheet(ran: Ran) -> Sheet:
    """Give the figures as a sheet: a line per group (and group across), totals last."""
    groups = [ran.report.field(key) for key in (ran.asked.group, ran.asked.across) if key]
    columns = (
        *(SheetColumn(str(one.title), CellKind.TEXT, 22) for one in groups),
        *(SheetColumn(str(one.title), one.unit, 18) for one in ran.report.measures),
    )
    return Sheet(str(ran.report.title), columns, figure_lines(ran))


def cross_sheets(ran: Ran, measure: str = "") -> tuple[Sheet, ...]:
    """Give the cross table of a measure as a sheet; none where nothing stands across."""
    if not ran.asked.across:
        return ()
    wanted = ran.report.measure(measure or ran.report.shown)
    field = ran.report.field(ran.asked.group)
    across = ran.report.field(ran.asked.across)
    columns = (
        SheetColumn(str(field.title), CellKind.TEXT, 22),
        *(SheetColumn(_said(across, one), wanted.unit, 16) for one in (*ran.pivot.across, ALL)),
    )
    return (Sheet(str(t("Cross table")), columns, cross_lines(ran, wanted.key)),)


def cross_lines(ran: Ran, measure: str) -> Iterator[Line]:
    """Give the lines of a cross table: a group each, totals last in line and column."""
    field, pivot = ran.report.field(ran.asked.group), ran.pivot
    for group in (*pivot.groups, ALL):
        figures = (pivot.figure(measure, group, one) for one in (*pivot.across, ALL))
        yield (_said(field, group), *figures)


def figure_lines(ran: Ran) -> Iterator[Line]:
    """Give the lines of the figures, groups said in the language of now."""
    report, asked = ran.report, ran.asked
    for (group, column), figures in ran.pivot.figures.items():
        said = _said(report.field(asked.group), group)
        second = (_said(report.field(asked.across), column),) if asked.across else ()
        yield (said, *second, *figures)


def row_sheet(report: Report, rows: Iterator[Facts]) -> Sheet:
    """Give rows as a sheet, codes said in words."""
    columns = tuple(
        SheetColumn(str(one.title), CellKind.TEXT if one.words else one.kind, 18)
        for one in report.fields
    )
    lines = (tuple(map(_cell, report.fields, facts)) for facts in rows)
    return Sheet(str(t("Rows")), columns, lines)


def stamp_lines(ran: Ran) -> tuple[tuple[Text, str], ...]:
    """Say under what a report was read: version, parameters, grouping, time, fingerprint."""
    report, asked, stamp = ran.report, ran.asked, ran.stamp
    across = report.field(asked.across).title if asked.across else t("None")
    calendar = [(t("Work calendar"), stamp.calendar)] if stamp.calendar else []
    return (
        (t("Report"), f"{report.title} v{report.version}"),
        (t("As of"), written_moment(stamp.as_of, seconds=True)),
        (t("Period"), str(period(asked))),
        (t("Offices"), ", ".join(stamp.offices)),
        *(
            (report.field(one.field).title, str(report.field(one.field).said(one.value)))
            for one in asked.only
        ),
        (t("Rows by"), str(report.field(asked.group).title)),
        (t("Columns by"), str(across)),
        *calendar,
        (t("Rows read"), written_count(stamp.rows)),
        (t("Fingerprint of the rows (SHA-256)"), stamp.sha256),
    )


def letter_of(ran: Ran, company: str, office: str, measure: str = "") -> Letter:
    """Put the figures of a report on the branch's paper, in the language of now.

    ``measure`` is what its picture shows; without one, what the report's own picture shows.
    """
    keys = [key for key in (ran.asked.group, ran.asked.across) if key]
    units = [one.unit for one in ran.report.measures]
    rows = tuple(
        (*map(str, line[: len(keys)]), *map(_figure, units, line[len(keys) :]))
        for line in figure_lines(ran)
    )
    return Letter(
        company=company,
        office=office,
        title=str(ran.report.title),
        about=str(ran.report.about),
        facts=tuple((str(name), said) for name, said in stamp_lines(ran)),
        heading=(
            *(Heading(str(ran.report.field(key).title)) for key in keys),
            *(Heading(str(one.title), number=True) for one in ran.report.measures),
        ),
        rows=rows,
        notes=tuple(
            (f"{one.title} v{one.version}", str(one.definition)) for one in ran.report.measures
        ),
        written=ran.stamp.as_of,
        picture=bar_picture(ran, measure or ran.report.shown),
        cross=_cross_table(ran, measure or ran.report.shown),
    )


def _cross_table(ran: Ran, measure: str) -> Table | None:
    """Put the cross table of a measure on paper, where it finds room beside itself."""
    if not ran.asked.across or not 0 < len(ran.pivot.across) <= MOST_ON_PAPER:
        return None
    wanted, field = ran.report.measure(measure), ran.report.field(ran.asked.group)
    across = ran.report.field(ran.asked.across)
    heading = (
        Heading(str(field.title)),
        *(Heading(_said(across, one), number=True) for one in (*ran.pivot.across, ALL)),
    )
    rows = tuple(
        (str(said), *(_figure(wanted.unit, one) for one in figures))
        for said, *figures in cross_lines(ran, measure)
    )
    title = t("{figure}: {rows} by {columns}", figure=wanted.title, rows=field.title,
              columns=across.title)  # fmt: skip
    return Table(str(title), heading, rows)


def bar_picture(ran: Ran, measure: str) -> BarPicture | None:
    """Draw a measure of a report as bars, a group each, as the picture on the screen has them.

    None where there is no group, more than MOST_BARS bars, or nothing but noughts.
    """
    report, pivot = ran.report, ran.pivot
    across = pivot.across if ran.asked.across else (ALL,)
    wanted = report.measure(measure)
    stacks = report.chart == "stacked" and wanted.unit is not CellKind.SHARE
    lines = [
        (group, columns)
        for group in pivot.groups
        for columns in ((across,) if stacks else tuple((one,) for one in across))
        if stacks or (group, columns[0]) in pivot.figures
    ]
    values = [
        [pivot.figure(measure, group, column) or 0 for column in columns]
        for group, columns in lines
    ]
    low = min((sum(min(one, 0) for one in row) for row in values), default=0)
    high = max((sum(max(one, 0) for one in row) for row in values), default=0)
    if not 0 < len(lines) <= MOST_BARS or high == low:
        return None
    field = report.field(ran.asked.group)
    bars = []
    for (group, columns), row in zip(lines, values, strict=True):
        places = [across.index(column) for column in columns]
        whole = pivot.figure(measure, group, ALL if stacks else columns[0])
        second = [_said(report.field(ran.asked.across), columns[0])] if ran.asked.across else []
        label = " · ".join([_said(field, group), *([] if stacks else second)])
        parts = _parts(row, places, low, high)
        bars.append(Bar(label, _figure(wanted.unit, whole), parts))
    names = [_said(report.field(ran.asked.across), one) for one in across if ran.asked.across]
    title = str(t("{report}: {figure}", report=report.title, figure=wanted.title))
    return BarPicture(title, tuple(names), _share(-low, low, high), tuple(bars))


def _parts(row: Sequence[int], places: Sequence[int], low: int, high: int) -> tuple[Part, ...]:
    """Place the parts of one bar: what is above nought to its right, what is below to its left."""
    right, left, parts = 0, 0, []
    for value, place in zip(row, places, strict=True):
        if value > 0:
            begin, right = right, right + value
            end = right
        else:
            begin, end, left = left + value, left, left + value
        start, stop = _share(begin - low, low, high), _share(end - low, low, high)
        if stop > start:
            parts.append((start, stop - start, place))
    return tuple(parts)


def _share(part: int, low: int, high: int) -> int:
    return half_up(part * WIDTH, high - low)


def period(asked: Asked) -> Text:
    """Say which days a report is about."""
    if asked.since is None and asked.until is None:
        return t("all days")
    if asked.since is None:
        return t("until {day}", day=asked.until)
    if asked.until is None:
        return t("from {day}", day=asked.since)
    return t("{start} to {end}", start=asked.since, end=asked.until)


def _definition_sheet(ran: Ran) -> Sheet:
    lines: list[Line] = [(str(name), said, "") for name, said in stamp_lines(ran)]
    lines += [
        (str(one.title), str(one.definition), f"v{one.version}") for one in ran.report.measures
    ]
    columns = (
        SheetColumn(str(t("Name")), width=30),
        SheetColumn(str(t("Meaning")), width=80),
        SheetColumn(str(t("Version")), width=8),
    )
    return Sheet(str(t("Definitions")), columns, lines)


def _figure(unit: CellKind, value: Cell) -> str:
    assert value is None or isinstance(value, int)
    return figure_text(unit, value)


def _said(field: Field, value: object) -> str:
    if value is ALL:
        return str(t("Total"))
    return str(field.said(value))  # type: ignore[arg-type]  # not ALL, so a cell


def _cell(field: Field, value: Cell) -> Cell:
    if not field.words:
        return str(value) if field.kind is CellKind.TEXT and value is not None else value
    return None if value is None else str(field.said(value))
