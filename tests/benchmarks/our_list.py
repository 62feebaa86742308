"""Our side of T4–T8: the customers' own list over the encrypted store, in a process of its own.

``python -m tests.benchmarks.our_list FOLDER [WIDTH]``; words on standard input, see `Trial`. The
list is what the page shows, with a lane beside it, all nine columns; rubbish is taken out as the
desk does it, between the turns of the event loop.
"""

import random
import sys
import time
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy.orm import Session

from app.access.leave import Leave
from app.access.policy import policy_of
from app.customers.listing import CustomersAsked, customers_at, order_of_customers
from app.kit.clock import SystemClock
from app.kit.lanes import Lane
from app.kit.listing import Unhurried
from app.kit.words import t
from app.packs.resources import resource_bytes
from app.packs.shipped import shipped_packs
from app.store.actor import Actor
from app.store.engine import reading_engine
from tests.benchmarks.list_work import PAGE, SIZE, rss_mib, serve
from tests.benchmarks.many_customers import SCOPE, key_of, store_file
from ui.customers.long_list import COLUMNS, CustomerRows
from ui.customers.presenter import CustomersPresenter
from ui.shell.bridge import Bridge
from ui.shell.lists import BridgeBackground
from ui.shell.ports import Desk
from ui.shell.tidying import Tidying
from ui.theme.theme import Theme
from ui.widgets.list_out import Backing
from ui.widgets.table import ListTable

REPAINTS = 30
PAGES = 100
LINE = """id, party, name, id_type, id_no, mobile, region, industry, headcount, birth, _pend,
 search_name"""


class Reader:
    """What the list asks of a desk: a snapshot of the store, its office and packs, what is seen."""

    scope = SCOPE

    def __init__(self, folder: Path) -> None:
        self.clock = SystemClock()
        self.packs = shipped_packs(self.clock)
        policy = policy_of(resource_bytes("rules/access.json"))
        self.seeing = Leave(Actor("clerk", "", frozenset({"clerk"}), SCOPE, "bench"), policy)
        self.engine = reading_engine(store_file(folder), key_of(folder), connections=4)

    def read(self, query, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        """Run a query as the store does."""
        with Session(self.engine) as session:
            return query(session, *args, **kwargs)


class Trial:
    """The list, made anew for each measurement but the repaint."""

    def __init__(self, folder: Path) -> None:
        self._app = QApplication([])
        self._theme = Theme(self._app)
        self._tidying = Tidying(self._app)
        self._file = store_file(folder)
        self._reader = Reader(folder)
        self._lane = Lane("database readers", workers=2)
        self._bridge = Bridge(self._bug)
        self._table: ListTable | None = None
        self._chance = random.Random(8)
        self._order = None
        self._tidying.go_on()

    def first(self) -> float:
        """Make the list and paint its first page."""
        self._away()
        began = time.perf_counter()
        self._make()
        return time.perf_counter() - began

    def repaint(self) -> float:
        """Paint the page that is shown."""
        view = self._settled().view.viewport()
        view.repaint()
        began = time.perf_counter()
        for _ in range(REPAINTS):
            view.repaint()
        return (time.perf_counter() - began) / REPAINTS

    def jump(self) -> float:
        """Jump to the middle, then to the end, of a list that has just been read."""
        table = self._anew()
        count = table.model.rowCount()
        began = time.perf_counter()
        for place in (count // 2, count - 1):
            table.view.go_to(place)
            table.view.viewport().repaint()
            assert table.model.row(place) is not None
        return time.perf_counter() - began

    def early(self) -> float:
        """Jump to the middle as soon as the first page is painted: nothing else is read yet."""
        self._away()
        table = self._make()
        began = time.perf_counter()
        self._until(lambda: table.model.windows.settled)
        place = table.model.rowCount() // 2
        table.view.go_to(place)
        self._until(lambda: table.model.row(place) is not None)
        table.view.viewport().repaint()
        return time.perf_counter() - began

    def sort(self) -> float:
        """Sort by name the other way round, once it was read to the end; paint the first page."""
        self.jump()
        table = self._settled()
        descending = not table.model.asked.descending
        began = time.perf_counter()
        table.order_by("name", descending=descending)
        table.view.scrollToTop()
        table.view.viewport().repaint()
        seconds = time.perf_counter() - began
        assert table.model.row(0) is not None
        self._rest()
        return seconds

    def memory(self) -> float:
        """Say by how many MiB this process grows from the first page over the middle to the end."""
        self._away()
        table = self._make()
        before = rss_mib()
        self._rest()
        count = table.model.rowCount()
        for place in (count // 2, count - 1):
            table.view.go_to(place)
            table.view.viewport().repaint()
            assert table.model.row(place) is not None
        return rss_mib() - before

    def deep(self) -> float:
        """Read pages at random depths by the order of names, as the list does."""
        if self._order is None:
            self._warm()
            self._order = self._reader.read(
                order_of_customers, SCOPE, CustomersAsked(), Unhurried()
            )
        order = self._order
        firsts = [self._chance.randrange(len(order) - PAGE) for _ in range(PAGES)]
        began = time.perf_counter()
        for first in firsts:
            found = self._reader.read(customers_at, order[first : first + PAGE])
            assert len(found) == PAGE
        return (time.perf_counter() - began) / PAGES

    def rowid(self) -> float:
        """Read pages at random depths as they lie in the same file, as plain tuples."""
        raw = self._reader.engine.raw_connection()
        try:
            cursor = raw.cursor()
            (last,) = cursor.execute("SELECT max(rowid) FROM customer").fetchone()
            firsts = [self._chance.randrange(last - PAGE) for _ in range(PAGES)]
            wanted = f"SELECT {LINE} FROM customer WHERE rowid > ? ORDER BY rowid LIMIT {PAGE}"
            began = time.perf_counter()
            for first in firsts:
                assert len(cursor.execute(wanted, (first,)).fetchall()) == PAGE
            return (time.perf_counter() - began) / PAGES
        finally:
            raw.close()

    def _warm(self) -> None:
        """Have the system hold the whole file, for both sides of T8: the disk is neither's work."""
        with self._file.open("rb") as file:
            while file.read(1 << 20):
                pass

    def _make(self) -> ListTable:
        presenter = CustomersPresenter(cast(Desk, self._reader))
        background = BridgeBackground(self._bridge, self._lane, self._bridge)
        self._table = ListTable(
            self._theme,
            COLUMNS,
            CustomerRows(presenter),
            name=t("Customers"),
            backing=Backing(background, SystemClock()),
        )
        self._theme.clothe(self._table)
        for place in range(len(COLUMNS)):
            self._table.view.setColumnHidden(place, False)
        self._table.resize(*SIZE)
        self._table.show()
        self._app.processEvents()
        self._table.view.viewport().repaint()
        return self._table

    def _anew(self) -> ListTable:
        self._away()
        self._make()
        return self._settled()

    def _settled(self) -> ListTable:
        if self._table is None:
            self._make()
        self._rest()
        assert self._table is not None and self._table.model.windows.vector is not None
        return self._table

    def _away(self) -> None:
        if self._table is not None:
            self._rest()
            self._table.hide()
            self._table.deleteLater()
            self._table = None
            self._app.processEvents()

    def _rest(self) -> None:
        windows = self._table.model.windows if self._table is not None else None
        self._until(lambda: windows is None or windows.vector is not None)
        self._until(lambda: self._bridge.under_way == 0)

    def _until(self, holds) -> None:  # type: ignore[no-untyped-def]
        loop, timer = QEventLoop(), QTimer()
        timer.setInterval(1)
        timer.timeout.connect(lambda: holds() and loop.quit())
        timer.start()
        if not holds():
            loop.exec()
        timer.stop()

    def _bug(self, error: BaseException) -> None:
        raise error


def main(folder: Path) -> None:
    """Serve the trial."""
    serve(Trial(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
