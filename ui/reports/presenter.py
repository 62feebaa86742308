"""What the reports screen decides: which reports a person has, how one is shown, what is due."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from app.access.policy import policy_of
from app.access.queries import office_name
from app.documents.fonts import fonts_folder
from app.documents.letter import LetterPress, letter_docx
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.sheets import sheet_not_written
from app.kit.figures import figure_text
from app.kit.files import atomic_write
from app.kit.ids import new_id
from app.kit.sheets.writing import CellKind
from app.kit.words import Text, t
from app.packs.resources import resource_bytes
from app.reports.export import export_rows, export_xlsx, letter_of
from app.reports.queries.reading import (
    Behind,
    OfficeChoice,
    Ran,
    Reader,
    Step,
    behind,
    offices_for,
    reports_for,
    run,
)
from app.reports.queries.saved import saved_reports
from app.reports.rules.declared import Asked, Field, Report
from app.reports.rules.due import Every, Saved, Span, days_of, is_due
from app.reports.rules.pivot import ALL
from ui.reports.texts import cell_text
from ui.shell.ports import Desk
from ui.widgets.chart_series import Chart, ChartKind, Series

MOST_SHOWN = 2_000
"""Rows behind a figure that are shown; an export has all."""
Figure = tuple[object, object]


@dataclass(frozen=True)
class Choices:
    """What this person may choose: reports with their offices, and what they saved."""

    reports: tuple[tuple[Report, tuple[OfficeChoice, ...]], ...]
    saved: tuple[Saved, ...]


@dataclass(frozen=True)
class DueRun:
    """A scheduled run: which report, and whether its rows are others than at the run before."""

    saved: Saved
    changed: bool


class ReportsPresenter:
    """The reports of the person at a desk. Everything blocks; run it on a reader lane."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._press: LetterPress | None = None

    def choices(self) -> Choices:
        """Say what this person may choose."""
        reader = self._reader()
        reports = self._desk.read(reports_for, reader)
        return Choices(
            tuple((one, self._desk.read(offices_for, reader, one)) for one in reports),
            self._desk.read(saved_reports, self._desk.actor.person),
        )

    def run(self, asked: Asked, step: Step) -> Ran:
        """Read a report; raises BranchError E-REPORT-…, and Cancelled through ``step``."""
        return self._desk.read(run, self._reader(), asked, self._desk.clock.now(), step)

    def behind(self, asked: Asked, figure: Figure, step: Step) -> Behind:
        """Read the rows behind a figure, the first MOST_SHOWN of them."""
        return self._desk.read(behind, self._reader(), asked, figure, at_most=MOST_SHOWN, step=step)

    def export(self, kind: str, asked: Asked, path: Path, step: Step) -> Path:
        """Write a report to a file of a kind: xlsx, csv, pdf or docx.

        Raises BranchError E-REPORT-…, E-SHEET-…, E-DOC-… and Cancelled; nothing half is left.
        """
        if kind == "xlsx":
            now = self._desk.clock.now()
            self._desk.read(export_xlsx, self._reader(), asked, now, path, step)
        elif kind == "csv":
            self._desk.read(export_rows, self._reader(), asked, path, step)
        else:
            _written(path, self._paper(kind, self.run(asked, step)))
        return path

    def save(self, saved: Saved) -> Saved:
        """Keep a report under its name; one of the same name is replaced."""
        mine = self._desk.read(saved_reports, self._desk.actor.person)
        twin = next((one for one in mine if one.name == saved.name), None)
        kept = replace(saved, id=twin.id) if twin else saved
        self._desk.keep_report(kept)
        return kept

    def named(self, name: str, asked: Asked, measure: str, *, span: Span, every: Every) -> Saved:
        """Make a saved report of what is chosen."""
        return Saved(new_id(self._desk.clock), name, asked, measure, span, every, None, None)

    def drop(self, saved: Saved) -> None:
        """Forget a saved report."""
        self._desk.drop_report(saved.id)

    def asked_of(self, saved: Saved) -> Asked:
        """Give what a saved report asks for today."""
        return days_of(saved.asked, saved.span, today(self._desk.clock))

    def run_due(self) -> tuple[DueRun, ...]:
        """Run every saved report that is due, one after another, and keep under what each was read.

        One that can no longer be read (a leave withdrawn, an older declaration) waits for its
        person, who is told when they open it.
        """
        day = today(self._desk.clock)
        found = self._desk.read(saved_reports, self._desk.actor.person)
        return tuple(
            done
            for one in found
            if is_due(one.every, one.ran_on, day) and (done := self._run_saved(one)) is not None
        )

    def _run_saved(self, saved: Saved) -> DueRun | None:
        try:
            ran = self.run(self.asked_of(saved), lambda _done, _total: None)
        except BranchError:
            return None
        kept = replace(saved, ran_on=today(self._desk.clock), stamp=ran.stamp)
        self._desk.keep_report(kept)
        before = saved.stamp
        return DueRun(kept, before is None or before.sha256 != ran.stamp.sha256)

    def _paper(self, kind: str, ran: Ran) -> bytes:
        insurer = json.loads(resource_bytes("templates/form_words.json"))["insurer"]["company"]
        letter = letter_of(ran, insurer, self._desk.read(office_name, self._desk.scope))
        if self._press is None:
            self._press = LetterPress(fonts_folder())
        if kind == "docx":
            return letter_docx(letter, self._press.picture(letter))
        return self._press.press(letter)

    def _reader(self) -> Reader:
        policy = policy_of(resource_bytes("rules/access.json"))
        return Reader(self._desk.actor, policy, self._desk.scope)


def picture(ran: Ran, measure: str) -> Chart:
    """Give the picture of a figure of a report: its groups along the bottom."""
    report, pivot = ran.report, ran.pivot
    field, wanted = report.field(ran.asked.group), report.measure(measure)
    across = pivot.across if ran.asked.across else (ALL,)
    kind = ChartKind(report.chart)
    if kind is ChartKind.STACKED and (wanted.unit is CellKind.SHARE or len(across) == 1):
        kind = ChartKind.BAR
    return Chart(
        title=t("{report}: {figure}", report=report.title, figure=wanted.title),
        kind=kind,
        labels=tuple(str(field.said(one)) for one in pivot.groups),
        series=tuple(
            Series(
                _series_name(ran, wanted.title, column),
                [pivot.figure(measure, group, column) for group in pivot.groups],
            )
            for column in across
        ),
        unit=wanted.unit,
    )


def figure_cells(ran: Ran) -> tuple[tuple[Figure, tuple[str, ...]], ...]:
    """Give the lines of the figures ready to show, each with what it is a figure of."""
    report, pivot, asked = ran.report, ran.pivot, ran.asked
    across: tuple[object, ...] = (*pivot.across, ALL) if asked.across else (ALL,)
    lines = []
    for group in (*pivot.groups, ALL):
        for column in across:
            if (group, column) in pivot.figures:
                said = [_said(report.field(asked.group), group)]
                said += [_said(report.field(asked.across), column)] if asked.across else []
                figures = pivot.figures[group, column]
                said += [
                    figure_text(one.unit, value)
                    for one, value in zip(report.measures, figures, strict=True)
                ]
                lines.append(((group, column), tuple(said)))
    return tuple(lines)


def row_cells(report: Report, found: Behind) -> tuple[tuple[str, ...], ...]:
    """Give rows ready to show."""
    return tuple(tuple(map(cell_text, report.fields, facts)) for facts in found.rows)


def _series_name(ran: Ran, title: Text, column: object) -> str:
    if not ran.asked.across:
        return str(title)
    return _said(ran.report.field(ran.asked.across), column)


def _said(field: Field, value: object) -> str:
    return str(t("Total")) if value is ALL else str(field.said(value))  # type: ignore[arg-type]  # not ALL, so a cell


def _written(path: Path, content: bytes) -> None:
    try:
        atomic_write(path, content)
    except OSError as error:
        raise BranchError(sheet_not_written(path.name, error.strerror or str(error))) from error
