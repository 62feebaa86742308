"""A list of a million: what is read at once, what comes later, and what never waits.

The lane and the bridge are the desk's own; a gate lets a test hold the lane's work up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.kit.clock import SystemClock
from app.kit.lanes import Lane
from app.kit.listing import AmountFilter, GroupCount, Sort, Stride
from app.kit.words import t
from ui.shell.bridge import Bridge
from ui.shell.lists import BridgeBackground
from ui.theme.theme import Theme
from ui.theme.tokens import LIGHT
from ui.widgets.list_out import Backing
from ui.widgets.list_windows import SMALL
from ui.widgets.rows import WINDOW, Asked, Column, FilterKind, LongRows, Row
from ui.widgets.table import ListTable

MILLION = 1_000_000
COLUMNS = (
    Column("name", t("Name"), 200),
    Column("sum", t("Value"), 120, numeric=True, filter=FilterKind.WHOLE, total=str),
    Column("kind", t("Kind"), 120, grouping=True),
)


class Numbers(LongRows):
    """Whole numbers in any order: quick by name, everything else by its vector alone."""

    def __init__(self, total: int = MILLION) -> None:
        self.total = total
        self.gates = {what: Event() for what in ("count", "order", "window")}
        self.let("count", "order", "window")
        self.looked_up: list[int] = []

    def let(self, *what: str) -> None:
        """Let the lane do something again."""
        for one in what:
            self.gates[one].set()

    def hold(self, *what: str) -> None:
        """Hold the lane up."""
        for one in what:
            self.gates[one].clear()

    @override
    def quick(self, asked: Asked) -> bool:
        by_name = asked.sorts in ((), (Sort("name"),), (Sort("name", True),))
        return by_name and not asked.filters and not asked.group

    @override
    def size_up_to(self, most: int) -> int:
        return min(self.total, most)

    @override
    def count(self, asked: Asked) -> int:
        self._wait("count")
        return self.total

    @override
    def order(self, asked: Asked, stride: Stride) -> Sequence[int]:
        self._wait("order")
        stride.step(0, 0)
        numbers = [n for n in range(self.total) if self._passes(n, asked)]
        if asked.group:
            numbers.sort(key=lambda n: n % 3)
        elif asked.descending:
            numbers.reverse()
        return numbers

    @override
    def at(self, numbers: Sequence[int]) -> Sequence[Row]:
        self.looked_up += numbers
        return [made(n) for n in numbers]

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        if first >= SMALL:
            self._wait("window")
        places = range(first, min(first + size, self.total))
        return [made(self.total - 1 - n if asked.descending else n) for n in places]

    @override
    def groups(self, asked: Asked, stride: Stride) -> Sequence[GroupCount]:
        return [GroupCount(str(n), len(range(n, self.total, 3))) for n in range(3)]

    @override
    def totals(self, asked: Asked, stride: Stride) -> Sequence[tuple[str, int]]:
        return [("sum", sum(n for n in range(self.total) if self._passes(n, asked)))]

    def _passes(self, n: int, asked: Asked) -> bool:
        return all(
            one.least is None or n >= one.least
            for one in asked.filters
            if isinstance(one, AmountFilter)
        )

    def _wait(self, what: str) -> None:
        assert self.gates[what].wait(20)


def made(n: int) -> Row:
    return Row(n + 1, (f"No {n}", str(n), str(n % 3)))


@dataclass
class Shown:
    """A list on the screen, its source, and what is under way."""

    table: ListTable
    source: Numbers
    bridge: Bridge

    def number(self, place: int) -> int | None:
        row = self.table.model.row(place)
        return int(row.cells[1]) if row is not None else None


Show = Callable[[Numbers], Shown]


@pytest.fixture
def show(qtbot: QtBot, theme: Theme) -> Iterator[Show]:
    bugs: list[BaseException] = []
    bridge, lane, owner = Bridge(bugs.append), Lane("readers", workers=2), QObject()
    opened: list[Numbers] = []

    def put(source: Numbers) -> Shown:
        opened.append(source)
        backing = Backing(BridgeBackground(bridge, lane, owner), SystemClock())
        table = ListTable(theme, COLUMNS, source, name=t("Pages"), backing=backing)
        qtbot.addWidget(table)
        table.resize(600, 500)
        table.show()
        table.view.grab()
        return Shown(table, source, bridge)

    yield put
    for source in opened:
        source.let("count", "order", "window")
    bridge.close()
    lane.close()
    assert bugs == []


def settled(qtbot: QtBot, shown: Shown) -> None:
    windows = shown.table.model.windows
    qtbot.waitUntil(
        lambda: windows.settled and not windows.coming and windows.vector is not None,
        timeout=20_000,
    )


def test_the_first_page_waits_for_nothing(qtbot: QtBot, show: Show) -> None:
    source = Numbers()
    source.hold("count", "order")
    shown = show(source)
    assert shown.number(0) == 0 and shown.number(WINDOW + 3) == WINDOW + 3
    assert shown.table.model.rowCount() == SMALL
    assert shown.table._count.text() == "超过 2,000 行"
    assert source.looked_up == [], "the order is not read yet"
    source.let("count", "order")
    settled(qtbot, shown)
    assert shown.table.model.rowCount() == MILLION
    assert shown.table._count.text() == "1,000,000 行"


def test_a_jump_before_the_order_is_there_waits_beside_the_window(qtbot: QtBot, show: Show) -> None:
    source = Numbers()
    source.hold("order", "window")
    shown = show(source)
    qtbot.waitUntil(lambda: shown.table.model.rowCount() == MILLION, timeout=20_000)
    chosen: list[Row] = []
    shown.table.chosen.connect(chosen.append)
    shown.table.view.go_to(700_000)
    assert shown.number(700_000) is None and chosen == []
    image = shown.table.view.viewport().grab().toImage()
    assert image.pixelColor(2, 2).name() == LIGHT.surface, "blank, not another's row"
    source.let("window")
    qtbot.waitUntil(lambda: shown.number(700_000) == 700_000, timeout=20_000)
    assert [row.id for row in chosen] == [700_001], "the record under the cursor is told"


def test_any_place_is_a_look_up_once_the_order_is_there(qtbot: QtBot, show: Show) -> None:
    shown = show(Numbers())
    settled(qtbot, shown)
    shown.source.looked_up.clear()
    assert shown.number(MILLION - 1) == MILLION - 1
    assert len(shown.source.looked_up) <= WINDOW


def test_the_cursor_stays_where_it_is_while_the_list_grows(qtbot: QtBot, show: Show) -> None:
    source = Numbers()
    source.hold("count", "order")
    shown = show(source)
    shown.table.view.go_to(1_500)
    source.let("count", "order", "window")
    settled(qtbot, shown)
    row = shown.table.current()
    assert row is not None and row.id == 1_501


def test_an_order_without_an_index_leaves_the_list_until_it_is_read(
    qtbot: QtBot, show: Show
) -> None:
    source = Numbers(50_000)
    shown = show(source)
    settled(qtbot, shown)
    source.hold("count", "order")
    shown.table.order_by("sum", descending=True)
    assert shown.table._count.text() == "正在读取…"
    assert shown.number(0) == 0, "what was there can still be read and scrolled"
    source.let("count", "order", "window")
    settled(qtbot, shown)
    assert shown.number(0) == 49_999


def test_the_last_order_asked_for_is_the_one_shown(qtbot: QtBot, show: Show) -> None:
    source = Numbers(50_000)
    shown = show(source)
    settled(qtbot, shown)
    source.hold("count", "order")
    for descending in (True, False, True):
        shown.table.order_by("sum", descending=descending)
    shown.table.order_by("name")
    source.let("count", "order", "window")
    qtbot.waitUntil(lambda: shown.bridge.under_way == 0, timeout=20_000)
    settled(qtbot, shown)
    assert shown.table.model.asked == Asked("name") and shown.number(0) == 0


def test_a_short_list_is_read_at_once(show: Show) -> None:
    source = Numbers(300)
    shown = show(source)
    assert shown.table.model.windows.settled and shown.table.model.rowCount() == 300
    shown.table.order_by("sum", descending=True)
    assert shown.number(0) == 299
    assert shown.bridge.under_way == 0


def test_reading_again_keeps_the_old_order_until_the_new_one_is_there(
    qtbot: QtBot, show: Show
) -> None:
    source = Numbers(50_000)
    shown = show(source)
    settled(qtbot, shown)
    shown.table.view.go_to(40_000)
    source.hold("count", "order")
    source.total = 50_010
    shown.table.reload()
    assert shown.table.model.rowCount() == 50_000 and shown.number(40_000) == 40_000
    source.let("count", "order", "window")
    qtbot.waitUntil(lambda: shown.table.model.rowCount() == 50_010, timeout=20_000)
    row = shown.table.current()
    assert row is not None and row.id == 40_001


def test_totals_of_a_long_list_come_from_the_lane(qtbot: QtBot, show: Show) -> None:
    shown = show(Numbers(10_000))
    settled(qtbot, shown)
    shown.table.show_totals(True)
    assert [words for _, words in shown.table.totals.words()] == ["…"]
    wanted = [str(sum(range(10_000)))]
    qtbot.waitUntil(lambda: [w for _, w in shown.table.totals.words()] == wanted, timeout=20_000)


def test_groups_of_a_long_list_fold(qtbot: QtBot, show: Show) -> None:
    shown = show(Numbers(10_000))
    settled(qtbot, shown)
    shown.table.group_by("kind")
    qtbot.waitUntil(lambda: shown.table.model.rowCount() == 10_003, timeout=20_000)
    shown.table.fold_all(True)
    heads = [shown.table.model.row(place) for place in range(3)]
    assert [row.head.count for row in heads if row is not None and row.head] == [3334, 3333, 3333]
    shown.table.model.fold("1", False)
    assert shown.number(2) == 1 and shown.table.model.rowCount() == 3 + 3333
    row = shown.table.model.row(3 + 3332)
    assert row is not None and row.head is not None and row.head.value == "2"


def test_a_long_list_is_exported_whole_and_typed(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    shown = show(Numbers(5_000))
    settled(qtbot, shown)
    shown.table.order_by("sum", descending=True)
    settled(qtbot, shown)
    with qtbot.waitSignal(shown.table.told, timeout=20_000) as told:
        shown.table.export_to(tmp_path / "list.xlsx")
    assert str(told.args[0]) == "已导出 5,000 行到 list.xlsx。"
    sheet = load_workbook(tmp_path / "list.xlsx")["页面"]
    rows = list(sheet.values)
    assert rows[0][1] == "数值"
    assert rows[1][:2] == ("No 4999", 4999) and len(rows) == 5_001


def test_an_export_that_cannot_be_written_is_told_in_words(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    shown = show(Numbers(300))
    with qtbot.waitSignal(shown.table.troubled, timeout=20_000) as troubled:
        shown.table.export_to(tmp_path / "nowhere" / "list.csv")
    assert troubled.args[0].code.startswith("E-SHEET")
    shown.table.export_to(tmp_path / "list.csv")
    qtbot.waitUntil((tmp_path / "list.csv").exists, timeout=20_000)
