"""The lists of the reports page: the figures line by line, and the rows behind one of them."""

from collections.abc import Callable, Sequence
from typing import overload

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.kit.sheets.writing import CellKind
from app.kit.words import Text, t
from app.reports.queries.reading import Behind
from app.reports.rules.declared import Report
from app.reports.rules.kept import Ran
from ui.reports.presenter import figure_cells
from ui.reports.texts import cell_text
from ui.theme.theme import Theme
from ui.theme.tokens import BODY, PLAIN
from ui.widgets.empty import EmptyState
from ui.widgets.rows import Column, FixedRows, Row
from ui.widgets.table import ListTable

LEAST_FIGURE, LEAST_VALUE = 120, 140


def heading_width(title: Text | str, least: int) -> int:
    """Say how wide a column is that shows its heading whole."""
    font = QFont(QApplication.font())
    font.setPixelSize(BODY)
    return max(least, QFontMetrics(font).horizontalAdvance(str(title)) + 2 * PLAIN)


class MadeRows(Sequence[Row]):
    """Rows made when they are looked at: a table shows a page of what may be a hundred thousand."""

    def __init__(self, count: int, make: Callable[[int], Row]) -> None:
        self._count, self._make = count, make

    @override
    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    @override
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        found = range(self._count)[place]
        return self._make(found) if isinstance(found, int) else [self._make(n) for n in found]


def figures_table(theme: Theme, ran: Ran) -> ListTable:
    """List the figures of a run, a line per group (and group across), totals last."""
    keys = [key for key in (ran.asked.group, ran.asked.across) if key]
    columns = (
        *(
            Column(key, ran.report.field(key).title, 160, sortable=False, stretch=not place)
            for place, key in enumerate(keys)
        ),
        *(
            Column(
                f"m_{one.key}",
                one.title,
                heading_width(one.title, LEAST_FIGURE),
                numeric=True,
                sortable=False,
            )
            for one in ran.report.measures
        ),
    )
    figures = list(ran.pivot.figures)
    rows = MadeRows(len(figures), lambda n: Row(figures[n], figure_cells(ran, figures[n])))
    empty = EmptyState(theme, t("No rows in this period."), t("Choose a longer one."))
    return ListTable(
        theme, columns, FixedRows(columns, rows), name=t("Figures"), empty=empty, filtering=False
    )


def rows_table(theme: Theme, report: Report, found: Behind | None) -> ListTable:
    """List the rows behind a figure; none where no figure was opened."""
    columns = tuple(
        Column(
            one.key,
            one.title,
            heading_width(one.title, LEAST_VALUE),
            numeric=one.kind in (CellKind.COUNT, CellKind.MONEY) and not one.words,
            sortable=False,
        )
        for one in report.fields
    )
    facts = found.rows if found is not None else ()
    rows = MadeRows(len(facts), lambda n: Row(n, tuple(map(cell_text, report.fields, facts[n]))))
    empty = EmptyState(
        theme,
        t("No figure is opened."),
        t("Go to a figure and press Enter: the rows behind it stand here."),
    )
    return ListTable(
        theme, columns, FixedRows(columns, rows), name=t("Rows"), empty=empty, filtering=False
    )
