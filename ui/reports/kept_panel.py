"""The runs that were kept: a list, and what came of holding one against another reading."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.kit.figures import figure_text
from app.kit.words import Text, t
from app.kit.written import written_count, written_moment
from app.reports.declarations import REPORTS
from app.reports.queries.kept import KeptLine
from app.reports.rules.kept import Difference, Ran
from ui.reports.presenter import group_text
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.label import PlainLabel
from ui.widgets.rows import Column, FixedRows, Row
from ui.widgets.table import ListTable

COLUMNS = (
    Column("state", t("State"), 120, badge=True, sortable=False),
    Column("name", t("Name"), 200, stretch=True, sortable=False),
    Column("report", t("Report"), 150, sortable=False),
    Column("as_of", t("As of"), 150, sortable=False),
    Column("due_at", t("Wanted at"), 150, sortable=False),
    Column("rows", t("Rows"), 90, numeric=True, sortable=False),
    Column("sha256", t("Fingerprint"), 150, sortable=False),
)
MOST_SHOWN = 2_000
"""Differences that are shown."""
PRINT = 12
"""Digits of a fingerprint that tell two apart at a glance."""


class KeptPanel(QWidget):
    """Shows kept runs; ``opened`` carries the id of the one a person opened."""

    opened = Signal(object)
    chosen = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: tuple[KeptLine, ...] = ()
        self.list: ListTable | None = None
        self.differences: ListTable | None = None
        self.result = PlainLabel(size="label", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)
        self._column.addWidget(self.result)
        self.result.hide()

    def show_lines(self, lines: Sequence[KeptLine]) -> None:
        """Show the runs there are, the newest first; the cursor stays on the same one."""
        if self.list is None or tuple(lines) != self._lines:
            self._build(tuple(lines))

    def _build(self, lines: tuple[KeptLine, ...]) -> None:
        current = self.current()
        self._lines = lines
        source = FixedRows(COLUMNS, tuple(map(_row_of, self._lines)))
        empty = EmptyState(
            self._theme,
            t("No run is kept yet."),
            t("Run a report and keep it, or let a saved one run by itself."),
        )
        table = ListTable(
            self._theme, COLUMNS, source, name=t("Kept runs"), empty=empty, filtering=False
        )
        table.opened.connect(self._open)
        table.chosen.connect(self._choose)
        self._put(self.list, table, 0)
        self.list = table
        if current is not None:
            self.go_to(current)

    def current(self) -> UUID | None:
        """Give the id of the run under the cursor."""
        row = self.list.current() if self.list is not None else None
        return row.id if row is not None and isinstance(row.id, UUID) else None

    def go_to(self, run: UUID) -> None:
        """Put the cursor on a run."""
        place = next((n for n, one in enumerate(self._lines) if one.id == run), None)
        if self.list is not None and place is not None:
            self.list.view.go_to(place)

    def show_result(self, words: Text, mood: Mood) -> None:
        """Say how a run stands against another reading."""
        self.result.tell(words)
        self.result.colour(mood)
        self.result.show()

    def show_differences(self, ran: Ran, found: Sequence[Difference]) -> None:
        """Show the figures that differ, each with what it was, what it is, and by how much."""
        columns = _difference_columns(ran)
        rows = tuple(
            Row(place, _difference_cells(ran, one)) for place, one in enumerate(found[:MOST_SHOWN])
        )
        empty = EmptyState(
            self._theme, t("No figure differs."), t("Both readings have the same figures.")
        )
        table = ListTable(
            self._theme,
            columns,
            FixedRows(columns, rows),
            name=t("Figures that differ"),
            empty=empty,
            filtering=False,
        )
        self._put(self.differences, table, 2)
        self.differences = table

    def say_anew(self) -> None:
        """Say the states again in a new language."""
        if self.list is not None:
            self._build(self._lines)

    def _put(self, old: ListTable | None, new: ListTable, place: int) -> None:
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._column.insertWidget(place, new, 1)

    def _open(self, row: Row) -> None:
        self.opened.emit(row.id)

    def _choose(self, _row: Row) -> None:
        self.chosen.emit()


def _row_of(line: KeptLine) -> Row:
    report = REPORTS.get(line.report)
    state, mood = _state_of(line)
    cells = (
        str(state),
        line.name,
        str(report.title) if report is not None else line.report,
        written_moment(line.as_of, seconds=True),
        "–" if line.due_at is None else written_moment(line.due_at),
        written_count(line.rows),
        line.sha256[:PRINT],
    )
    return Row(line.id, cells, (mood,))


def _state_of(line: KeptLine) -> tuple[Text, Mood]:
    if line.broken_at is not None:
        return t("Not the same"), Mood.STOP
    if line.due_at is None:
        return t("Kept by hand"), Mood.PLAIN
    return t("Ran by itself"), Mood.PLAIN


def _difference_columns(ran: Ran) -> tuple[Column, ...]:
    keys = [key for key in (ran.asked.group, ran.asked.across) if key]
    groups = [
        Column(key, ran.report.field(key).title, 150, sortable=False, stretch=not place)
        for place, key in enumerate(keys)
    ]
    return (
        *groups,
        Column("figure", t("Figure"), 170, sortable=False),
        Column("before", t("Kept"), 130, numeric=True, sortable=False),
        Column("after", t("Other reading"), 130, numeric=True, sortable=False),
        Column("change", t("Change"), 130, numeric=True, sortable=False),
    )


def _difference_cells(ran: Ran, one: Difference) -> tuple[str, ...]:
    said = [group_text(ran.report.field(ran.asked.group), one.group)]
    if ran.asked.across:
        said.append(group_text(ran.report.field(ran.asked.across), one.across))
    values = (figure_text(one.unit, value) for value in (one.before, one.after, one.change))
    return (*said, str(ran.report.measure(one.measure).title), *values)
