"""The lists of the reports page: the figures line by line, and the rows behind one of them."""

from app.kit.sheets.writing import CellKind
from app.kit.words import t
from app.reports.queries.reading import Behind
from app.reports.rules.declared import Report
from app.reports.rules.kept import Ran
from ui.reports.presenter import figure_cells, row_cells
from ui.theme.theme import Theme
from ui.widgets.empty import EmptyState
from ui.widgets.rows import Column, FixedRows, Row
from ui.widgets.table import ListTable


def figures_table(theme: Theme, ran: Ran) -> ListTable:
    """List the figures of a run, a line per group (and group across), totals last."""
    keys = [key for key in (ran.asked.group, ran.asked.across) if key]
    columns = (
        *(
            Column(key, ran.report.field(key).title, 160, sortable=False, stretch=not place)
            for place, key in enumerate(keys)
        ),
        *(
            Column(f"m_{one.key}", one.title, 150, numeric=True, sortable=False)
            for one in ran.report.measures
        ),
    )
    rows = tuple(Row(figure, cells) for figure, cells in figure_cells(ran))
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
            140,
            numeric=one.kind in (CellKind.COUNT, CellKind.MONEY) and not one.words,
            sortable=False,
        )
        for one in report.fields
    )
    cells = row_cells(report, found) if found is not None else ()
    rows = tuple(Row(place, one) for place, one in enumerate(cells))
    empty = EmptyState(
        theme,
        t("No figure is opened."),
        t("Go to a figure and press Enter: the rows behind it stand here."),
    )
    return ListTable(
        theme, columns, FixedRows(columns, rows), name=t("Rows"), empty=empty, filtering=False
    )
