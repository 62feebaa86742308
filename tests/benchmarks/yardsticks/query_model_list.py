"""The yardstick of T4–T7: PySide6's own QTableView over a QSqlQueryModel on a plain SQLite file.

A process of its own, because no second SQLite may live beside the product's. The same rows, the
same nine columns and widths, the same index of names, the same window in the same theme.
"""

import sys
import time
from pathlib import Path

from PySide6.QtSql import QSqlDatabase, QSqlQueryModel  # noqa: TID251 - the yardstick itself
from PySide6.QtWidgets import QApplication, QTableView

from tests.benchmarks.list_work import SIZE, rss_mib, serve
from tests.benchmarks.many_customers import SCOPE, plain_file
from ui.theme.theme import Theme

REPAINTS = 30
WIDTHS = (200, 104, 176, 116, 90, 140, 90, 110, 130)
"""Pixels, as our list's columns have them."""
QUERY = (
    "SELECT name, party, id_no, mobile, region, industry, headcount, birth, _pend FROM customer"
    f" WHERE scope = '{SCOPE}' ORDER BY search_name {{side}}, id {{side}}"
)


class Trial:
    """The list as the shortest program with PySide6 makes it."""

    def __init__(self, folder: Path) -> None:
        self._app = QApplication([])
        self._theme = Theme(self._app)
        self._database = QSqlDatabase.addDatabase("QSQLITE")
        self._database.setDatabaseName(str(plain_file(folder)))
        if not self._database.open():
            raise RuntimeError(self._database.lastError().text())
        self._view: QTableView | None = None
        self._descending = False
        counted = QSqlQueryModel()
        counted.setQuery(f"SELECT count(*) FROM customer WHERE scope = '{SCOPE}'", self._database)
        self._count = int(counted.data(counted.index(0, 0)))

    def first(self) -> float:
        """Make the list and paint its first page."""
        self._away()
        began = time.perf_counter()
        self._make()
        return time.perf_counter() - began

    def repaint(self) -> float:
        """Paint the page that is shown."""
        view = (self._view or self._make()).viewport()
        view.repaint()
        began = time.perf_counter()
        for _ in range(REPAINTS):
            view.repaint()
        return (time.perf_counter() - began) / REPAINTS

    def jump(self) -> float:
        """Jump to the middle, then to the end, of a list that has just been read."""
        self._away()
        view = self._make()
        began = time.perf_counter()
        self._go(view, middle=True)
        self._go(view, middle=False)
        return time.perf_counter() - began

    def early(self) -> float:
        """Jump to the middle of a list that has just been read."""
        self._away()
        view = self._make()
        began = time.perf_counter()
        self._go(view, middle=True)
        return time.perf_counter() - began

    def sort(self) -> float:
        """Sort by name the other way round, once it was read to the end; paint the first page."""
        self.jump()
        view = self._view or self._make()
        self._descending = not self._descending
        began = time.perf_counter()
        model = view.model()
        assert isinstance(model, QSqlQueryModel)
        model.setQuery(QUERY.format(side="DESC" if self._descending else "ASC"), self._database)
        view.scrollToTop()
        view.viewport().repaint()
        return time.perf_counter() - began

    def memory(self) -> float:
        """Say by how many MiB this process grows from the first page over the middle to the end."""
        self._away()
        view = self._make()
        before = rss_mib()
        self._go(view, middle=True)
        self._go(view, middle=False)
        return rss_mib() - before

    def _make(self) -> QTableView:
        view, model = QTableView(), QSqlQueryModel()
        self._theme.clothe(view)
        model.setParent(view)
        model.setQuery(QUERY.format(side="ASC"), self._database)
        view.setModel(model)
        view.verticalHeader().setDefaultSectionSize(self._theme.density.row)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setShowGrid(False)
        view.setWordWrap(False)
        for place, width in enumerate(WIDTHS):
            view.setColumnWidth(place, width)
        view.resize(*SIZE)
        view.show()
        self._app.processEvents()
        view.viewport().repaint()
        self._view = view
        return view

    def _go(self, view: QTableView, *, middle: bool) -> None:
        """Go to a row: a query model has those it has fetched, so it fetches until it has it."""
        model = view.model()
        wanted = self._count // 2 if middle else self._count
        while model.rowCount() < wanted and model.canFetchMore():
            model.fetchMore()
        place = (wanted if middle else model.rowCount()) - 1
        view.setCurrentIndex(model.index(place, 0))
        view.viewport().repaint()

    def _away(self) -> None:
        if self._view is not None:
            self._view.deleteLater()
            self._view = None
            self._app.processEvents()


def main(folder: Path) -> None:
    """Serve the trial."""
    serve(Trial(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
