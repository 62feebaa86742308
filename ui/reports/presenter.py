"""What the reports screen decides: which reports a person has, how one is shown, what goes out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from app.access.policy import policy_of
from app.access.queries import names_of_people, office_name
from app.documents.fonts import fonts_folder
from app.documents.letter import LetterPress, letter_docx
from app.kit.clock import today
from app.kit.errors.base import BranchError
from app.kit.errors.reports import report_refused
from app.kit.errors.sheets import sheet_not_written
from app.kit.figures import figure_text
from app.kit.files import atomic_write
from app.kit.ids import new_id
from app.kit.sheets.writing import CellKind
from app.kit.words import Text, t
from app.packs.in_force import calendar_in_force
from app.packs.resources import resource_bytes
from app.reports.export import export_figures, export_rows, export_xlsx, letter_of
from app.reports.queries.kept import KeptLine, kept_run, kept_runs
from app.reports.queries.reading import (
    Behind,
    OfficeChoice,
    Reader,
    Step,
    behind,
    offices_for,
    products_for,
    reports_for,
    run,
)
from app.reports.queries.saved import saved_reports
from app.reports.rules.declared import Asked, Field, Report
from app.reports.rules.due import Saved, Schedule, Span, days_of
from app.reports.rules.kept import KeptRun, Ran
from app.reports.rules.pivot import ALL
from ui.shell.ports import Desk
from ui.widgets.chart_colours import SERIES
from ui.widgets.chart_series import Chart, ChartKind, Series

MOST_SHOWN = 2_000
"""Rows behind a figure that are shown; an export has all."""
MOST_SERIES = len(SERIES["light"])
"""Groups across that a picture has colours for; with more it shows the totals of the rows."""
MOST_FOUND = 8
"""People and products offered for what is typed."""
Figure = tuple[object, object]


@dataclass(frozen=True)
class Choices:
    """What this person may choose: reports with their offices, what they saved and kept."""

    reports: tuple[tuple[Report, tuple[OfficeChoice, ...]], ...]
    saved: tuple[Saved, ...]
    kept: tuple[KeptLine, ...]


@dataclass(frozen=True)
class Known:
    """A person or a product a report can be narrowed to: number or code, name, what tells it."""

    value: str
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Shown:
    """A report on the screen: read now, or a kept run of before."""

    ran: Ran
    kept: KeptRun | None = None


class ReportsPresenter:
    """The reports of the person at a desk. Everything blocks; run it on a reader lane."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._press: LetterPress | None = None

    def choices(self) -> Choices:
        """Say what this person may choose."""
        reader, person = self._reader(), self._desk.actor.person
        reports = self._desk.read(reports_for, reader)
        return Choices(
            tuple((one, self._desk.read(offices_for, reader, one)) for one in reports),
            self._desk.read(saved_reports, person),
            self._desk.read(kept_runs, person),
        )

    def people(self, words: str) -> Sequence[Known]:
        """Find the people of the house whose name or number has these letters."""
        sought = words.casefold()
        found = sorted(self._desk.read(names_of_people).names.items())
        fitting = [Known(n, name, n) for n, name in found if sought in f"{name}\n{n}".casefold()]
        return fitting[:MOST_FOUND]

    def products(self, report: Report, words: str) -> Sequence[Known]:
        """Find the products of a report's rows whose code has these letters."""
        found = self._desk.read(products_for, self._reader(), report, words, at_most=MOST_FOUND)
        return [Known(one, one) for one in found]

    def run(self, asked: Asked, step: Step) -> Ran:
        """Read a report; raises BranchError E-REPORT-…, and Cancelled through ``step``."""
        return self._desk.read(run, self._reader(), asked, self._desk.clock.now(), step)

    def behind(self, asked: Asked, figure: Figure, step: Step) -> Behind:
        """Read the rows behind a figure, the first MOST_SHOWN of them."""
        return self._desk.read(behind, self._reader(), asked, figure, at_most=MOST_SHOWN, step=step)

    def open_kept(self, run_id: UUID) -> KeptRun:
        """Give a kept run with its figures.

        Raises BranchError E-REPORT-GONE, -ALTERED, -UNKNOWN, and E-REPORT-LEAVE where the person
        may no longer see one of its offices.
        """
        kept = self._desk.read(kept_run, self._desk.actor.person, run_id)
        may = self._desk.read(offices_for, self._reader(), kept.ran.report)
        if not set(kept.ran.stamp.offices) <= {one.path for one in may}:
            raise BranchError(report_refused())
        return kept

    def export(self, kind: str, shown: Shown, measure: str, path: Path, step: Step) -> Path:
        """Write what is shown to a file of a kind: xlsx, csv, pdf or docx.

        A workbook and a CSV hold rows and so are read anew, in one snapshot; paper has the very
        figures that are shown, and so has the workbook of a kept run. Raises BranchError
        E-REPORT-…, E-SHEET-…, E-DOC-… and Cancelled; nothing half is left.
        """
        ran = shown.ran
        if kind == "xlsx" and shown.kept is not None:
            export_figures(ran, path, measure)
        elif kind == "xlsx":
            now, reader = self._desk.clock.now(), self._reader()
            self._desk.read(export_xlsx, reader, ran.asked, now, path, step, measure)
        elif kind == "csv":
            self._desk.read(export_rows, self._reader(), ran.asked, path, step)
        else:
            _written(path, self.paper(kind, ran, measure))
        return path

    def paper(self, kind: str, ran: Ran, measure: str) -> bytes:
        """Put the figures of a run on the branch's paper (pdf or docx); raises E-DOC-…."""
        insurer = json.loads(resource_bytes("templates/form_words.json"))["insurer"]["company"]
        office = self._desk.read(office_name, self._desk.scope)
        letter = letter_of(ran, insurer, office, measure)
        if self._press is None:
            self._press = LetterPress(fonts_folder())
        if kind == "docx":
            return letter_docx(letter, self._press.picture(letter))
        return self._press.press(letter)

    def save(self, saved: Saved) -> Saved:
        """Keep a report under its name; one of the same name is replaced."""
        mine = self._desk.read(saved_reports, self._desk.actor.person)
        twin = next((one for one in mine if one.name == saved.name), None)
        kept = replace(saved, id=twin.id) if twin else saved
        self._desk.keep_report(kept)
        return kept

    def named(
        self, name: str, asked: Asked, measure: str, *, span: Span, schedule: Schedule
    ) -> Saved:
        """Make a saved report of what is chosen; its first run comes at its next time."""
        now = self._desk.clock.now()
        return Saved(new_id(self._desk.clock), name, asked, measure, span, schedule, now, None)

    def drop(self, saved: Saved) -> None:
        """Forget a saved report; the runs that were kept of it stay."""
        self._desk.drop_report(saved.id)

    def keep(self, ran: Ran, measure: str, name: str) -> KeptRun:
        """Keep the figures that are shown under a name."""
        kept = KeptRun(new_id(self._desk.clock), name, measure, ran)
        self._desk.keep_run(kept)
        return kept

    def put_back(self, kept: KeptRun) -> None:
        """Keep a run again that was deleted."""
        self._desk.keep_run(kept)

    def drop_kept(self, run_id: UUID) -> KeptRun | None:
        """Forget a kept run, and give it to be brought back; None where it could not be read."""
        try:
            kept = self._desk.read(kept_run, self._desk.actor.person, run_id)
        except BranchError:
            kept = None
        self._desk.drop_run(run_id)
        return kept

    def asked_of(self, saved: Saved) -> Asked:
        """Give what a saved report asks for today."""
        return days_of(saved.asked, saved.span, today(self._desk.clock))

    def _reader(self) -> Reader:
        policy = policy_of(resource_bytes("rules/access.json"))
        calendar = calendar_in_force(self._desk.packs, self._desk.clock)
        return Reader(self._desk.actor, policy, self._desk.scope, calendar)


def picture(ran: Ran, measure: str) -> Chart:
    """Give the picture of a figure of a report: its groups along the bottom.

    The groups across are its series; with more of them than MOST_SERIES it shows each row's total.
    """
    report, pivot = ran.report, ran.pivot
    field, wanted = report.field(ran.asked.group), report.measure(measure)
    told_apart = ran.asked.across and 0 < len(pivot.across) <= MOST_SERIES
    across: tuple[object, ...] = pivot.across if told_apart else (ALL,)
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


def figure_cells(ran: Ran, figure: Figure) -> tuple[str, ...]:
    """Give the line of a figure ready to show: its groups, then every measure."""
    report, asked = ran.report, ran.asked
    said = [group_text(report.field(asked.group), figure[0])]
    if asked.across:
        said.append(group_text(report.field(asked.across), figure[1]))
    values = zip(report.measures, ran.pivot.figures[figure], strict=True)
    return (*said, *(figure_text(one.unit, value) for one, value in values))


def group_text(field: Field, value: object) -> str:
    """Say a group's value, or that it is the total."""
    return str(t("Total")) if value is ALL else str(field.said(value))  # type: ignore[arg-type]  # not ALL, so a cell


def _series_name(ran: Ran, title: Text, column: object) -> str:
    if not ran.asked.across or column is ALL:
        return str(title)
    return group_text(ran.report.field(ran.asked.across), column)


def _written(path: Path, content: bytes) -> None:
    try:
        atomic_write(path, content)
    except OSError as error:
        raise BranchError(sheet_not_written(path.name, error.strerror or str(error))) from error
