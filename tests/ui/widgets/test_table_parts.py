"""Several sort columns, filters by column, columns, groups, totals, saved views of a short list."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.kit.clock import SystemClock
from app.kit.listing import AmountFilter, ChoiceFilter, DayFilter, Sort, TextFilter, Unhurried
from app.kit.money import yuan_grouped
from app.kit.words import t
from tests.ui.widgets.test_table_long import Numbers
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.widgets.list_filters import ChoiceField, RangeField, WordsField, read_end
from ui.widgets.list_layout import TableLayout, read_layout, write_layout
from ui.widgets.list_out import Backing
from ui.widgets.list_views import SavedView, ViewShelf
from ui.widgets.loaded import LoadedRows
from ui.widgets.rows import Asked, Column, FilterKind, FixedRows, Row
from ui.widgets.table import ListTable

KINDS = (("p", t("Private person")), ("o", t("Organisation")))
COLUMNS = (
    Column("name", t("Name"), 160),
    Column("kind", t("Kind"), 100, filter=FilterKind.CHOICE, choices=KINDS, grouping=True),
    Column("sum", t("Value"), 120, numeric=True, filter=FilterKind.MONEY, total=yuan_grouped),
    Column("day", t("Date of birth"), 110, filter=FilterKind.DAY),
)
FIRST = date(1990, 1, 1)


def made(n: int) -> Row:
    kind = str(KINDS[n % 2][1])
    day = FIRST + timedelta(days=n)
    return Row(n, (f"<b>客户 {n % 4}", kind, yuan_grouped(n * 150), day.isoformat()))


def source() -> FixedRows:
    return FixedRows(
        COLUMNS,
        tuple(map(made, range(12))),
        {"sum": lambda row: int(str(row.id)) * 150,
         "day": lambda row: date.fromisoformat(row.cells[3])},
    )  # fmt: skip


class Shelf(ViewShelf):
    """Keeps views in memory: what a list asks of a shelf, without a store behind it."""

    def __init__(self, *views: SavedView) -> None:
        self.views = {view.name: view for view in views}

    @override
    def fetch(self, keys: frozenset[str], done: Callable[[Sequence[SavedView]], object]) -> None:
        done([self.views[name] for name in sorted(self.views)])

    @override
    def keep(self, view: SavedView, done: Callable[[], object]) -> None:
        self.views[view.name] = view
        done()

    @override
    def drop(self, name: str, done: Callable[[], object]) -> None:
        del self.views[name]
        done()


Show = Callable[..., ListTable]


@pytest.fixture
def show(qtbot: QtBot, theme: Theme) -> Show:
    def put(shelf: Shelf | None = None) -> ListTable:
        backing = None
        if shelf is not None:
            # No long work is asked of a short list.
            backing = Backing(None, SystemClock(), shelf)  # type: ignore[arg-type]
        table = ListTable(theme, COLUMNS, source(), name=t("Pages"), backing=backing)
        qtbot.addWidget(table)
        table.resize(640, 520)
        table.show()
        return table

    return put


def ids(table: ListTable) -> list[object]:
    rows = [table.model.row(place) for place in range(table.model.rowCount())]
    return [row.id for row in rows if row is not None and row.head is None]


def click(qtbot: QtBot, table: ListTable, column: int, *, shift: bool = False) -> None:
    header = table.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, held, place)


def test_shift_adds_a_column_to_the_order_and_shows_its_rank(qtbot: QtBot, show: Show) -> None:
    table = show()
    click(qtbot, table, 0)
    click(qtbot, table, 2, shift=True)
    click(qtbot, table, 2, shift=True)
    assert table.model.asked.sorts == (Sort("name"), Sort("sum", True))
    assert ids(table) == [8, 4, 0, 9, 5, 1, 10, 6, 2, 11, 7, 3]
    assert table.model.headerData(2, Qt.Orientation.Horizontal) == "数值 ↓2"
    click(qtbot, table, 2, shift=True)
    assert table.model.asked.sorts == (Sort("name"),)
    click(qtbot, table, 3)
    assert table.model.asked.sorts == (Sort("day"),), "a plain click sorts by one column alone"


def test_a_third_click_takes_the_order_away(qtbot: QtBot, show: Show) -> None:
    table = show()
    for _ in range(3):
        click(qtbot, table, 0)
    assert table.model.asked == Asked() and ids(table) == list(range(12))


def test_filters_by_column_are_typed(qtbot: QtBot, show: Show) -> None:
    table = show()
    table.open_filters()
    fields = table.filters.fields
    sums, days, kinds, names = (fields[key] for key in ("sum", "day", "kind", "name"))
    assert isinstance(sums, RangeField) and isinstance(days, RangeField)
    assert isinstance(kinds, ChoiceField) and isinstance(names, WordsField)
    qtbot.keyClicks(sums.least, "4.5")
    qtbot.waitUntil(lambda: ids(table) == list(range(3, 12)), timeout=2000)
    assert table.model.asked.filters == (AmountFilter("sum", 450, None),)
    qtbot.keyClicks(days.most, "1990-01-08")
    qtbot.waitUntil(lambda: ids(table) == [3, 4, 5, 6, 7], timeout=2000)
    kinds.box.setFocus()
    qtbot.keyClick(kinds.box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: ids(table) == [4, 6], timeout=2000)
    qtbot.keyClicks(names.line, "<B> 2")
    qtbot.waitUntil(lambda: ids(table) == [6], timeout=2000)
    assert table.more.text() == "视图（4）"
    table.open_filters()
    assert ids(table) == list(range(12)) and table.more.text() == "视图"


def test_what_cannot_be_read_filters_nothing_and_is_marked(qtbot: QtBot, show: Show) -> None:
    table = show()
    table.open_filters()
    sums = table.filters.fields["sum"]
    assert isinstance(sums, RangeField)
    qtbot.keyClicks(sums.least, "much")
    assert sums.least.property("state") == "wrong" and sums.least.toolTip()
    assert sums.asked() is None and ids(table) == list(range(12))


def test_a_choice_holds_in_another_language(show: Show) -> None:
    table = show()
    table.model.ask(Asked(filters=(ChoiceFilter("kind", "o"),)))
    assert len(ids(table)) == 6


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("1986", date(1986, 1, 1), date(1986, 12, 31)),
        ("1986-02", date(1986, 2, 1), date(1986, 2, 28)),
        ("19860305", date(1986, 3, 5), date(1986, 3, 5)),
        (" 2024/2/29 ", date(2024, 2, 29), date(2024, 2, 29)),
        ("1986-02-30", None, None),
        ("1986-13", None, None),
        ("１９８６", None, None),
        ("0000", None, None),
        ("x" * 10_000, None, None),
    ],
)
def test_a_day_a_month_or_a_year(typed: str, first: date | None, last: date | None) -> None:
    assert (read_end(typed, last=False), read_end(typed, last=True)) == (first, last)


def test_columns_are_chosen_and_moved_by_keyboard(qtbot: QtBot, show: Show) -> None:
    table = show()
    table.open_columns()
    lines = table.columns.lines
    assert lines.accessibleName() == "列"
    qtbot.keyClick(lines, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert table.layout_now().order == ("kind", "name", "sum", "day")
    qtbot.keyClick(lines, Qt.Key.Key_Space)
    assert table.layout_now().hidden == ("name",)
    table.view.go_to(1)
    table.view.copy()
    assert QGuiApplication.clipboard().text().splitlines()[0] == "类别\t数值\t出生日期"


def test_the_last_column_cannot_be_taken_away(qtbot: QtBot, show: Show) -> None:
    table = show()
    table.open_columns()
    for row in range(4):
        table.columns.lines.setCurrentRow(row)
        qtbot.keyClick(table.columns.lines, Qt.Key.Key_Space)
    assert table.layout_now().hidden == ("name", "kind", "sum")


def test_groups_fold_by_keyboard_and_say_how_many(qtbot: QtBot, show: Show) -> None:
    table = show()
    table.group_by("kind")
    assert table.model.rowCount() == 14 and table._count.text() == "12 行"
    table.view.go_to(0)
    table.view.setFocus()
    assert table.model.data(table.model.index(0, 0)) in ("个人（6）", "单位（6）")
    assert table.current() is None, "the line above a group is no record"
    qtbot.keyClick(table.view, Qt.Key.Key_Left)
    assert table.model.rowCount() == 8 and table.view.currentIndex().row() == 0
    qtbot.keyClick(table.view, Qt.Key.Key_Right)
    assert table.model.rowCount() == 14
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert table.model.rowCount() == 8
    table.group_by("")
    assert ids(table) == list(range(12))


@given(st.sets(st.sampled_from(["0", "1", "2"])), st.integers(0, 100))
def test_any_folding_shows_each_row_once(folded: set[str], total: int) -> None:
    from ui.widgets.list_windows import Windows

    kind = Column("kind", t("Kind"))
    windows = Windows(Numbers(total), (Column("name", t("Name")), kind))
    windows.ask(Asked(group="kind"))
    for value in folded:
        windows.fold(value, True)
    rows = [windows.row(place) for place in range(windows.count)]
    heads = [row.head.value for row in rows if row is not None and row.head is not None]
    shown = [row.cells[2] for row in rows if row is not None and row.head is None]
    assert heads == ["0", "1", "2"]
    assert shown == [str(n) for n in range(3) if str(n) not in folded
                     for _ in range(n, total, 3)]  # fmt: skip


def test_a_narrow_list_scrolls_before_the_column_of_words_is_lost(
    qtbot: QtBot, theme: Theme
) -> None:
    columns = (Column("day", t("Date of birth"), 300), Column("name", t("Name"), 160, stretch=True))
    rows = FixedRows(columns, (Row(1, ("1990-01-01", "客户")),), {})
    table = ListTable(theme, columns, rows, name=t("Pages"))
    qtbot.addWidget(table)
    for width in (700, 360, 250):
        table.resize(width, 400)
        table.show()
        qtbot.wait(10)
        header = table.view.horizontalHeader()
        room = table.view.viewport().width() - header.sectionSize(0)
        assert header.sectionSize(1) == max(room, 96), width


def test_a_list_read_elsewhere_gathers_and_adds_up_as_a_fixed_one(
    qtbot: QtBot, theme: Theme
) -> None:
    fixed = source()
    loaded = LoadedRows(COLUMNS, fixed.sort_keys)
    loaded.put(fixed.rows)
    table = ListTable(theme, COLUMNS, loaded, name=t("Pages"))
    qtbot.addWidget(table)
    table.group_by("kind")
    assert table.model.rowCount() == 14
    table.show_totals(True)
    assert [words for _, words in table.totals.words()] == [yuan_grouped(sum(range(12)) * 150)]
    loaded.put(fixed.rows[:3])
    table.reload()
    assert table.model.rowCount() == 5
    assert [words for _, words in table.totals.words()] == [yuan_grouped(3 * 150)]


def test_the_row_that_is_gone_to_is_marked_while_ctrl_is_held(qtbot: QtBot, show: Show) -> None:
    table = show()
    table.view.go_to(2)
    qtbot.keyPress(table.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    table.view.go_to(5)
    marked = [one.row() for one in table.view.selectionModel().selectedRows()]
    qtbot.keyRelease(table.view, Qt.Key.Key_Control)
    assert marked == [5]


def test_totals_are_of_what_is_shown(show: Show) -> None:
    table = show()
    table.show_totals(True)
    assert [words for _, words in table.totals.words()] == [yuan_grouped(sum(range(12)) * 150)]
    table.show_only("1990-01-1")
    assert [words for _, words in table.totals.words()] == [yuan_grouped((9 + 10 + 11) * 150)]
    assert table.totals.accessibleName().startswith("合计")


def test_a_view_is_saved_named_opened_and_forgotten(qtbot: QtBot, show: Show) -> None:
    shelf = Shelf()
    table = show(shelf)
    table.order_by("sum", descending=True)
    table.group_by("kind")
    table.name_view()
    assert table.name_line.line.hasFocus() or table.name_line.isVisible()
    qtbot.keyClicks(table.name_line.line, "by sum")
    table.name_line.default.setChecked(True)
    qtbot.keyClick(table.name_line.line, Qt.Key.Key_Return)
    assert shelf.views["by sum"].default and table.name_line.isHidden()
    again = show(shelf)
    assert again.model.asked == table.model.asked, "the default view opens with the list"
    again.drop_view("by sum")
    assert shelf.views == {}
    assert show(shelf).model.asked == Asked()


def test_the_menu_has_everything_and_everything_has_a_name(show: Show) -> None:
    table = show(Shelf(SavedView("A & B", TableLayout((), (), Asked("name")))))
    menu = table.menu()
    said = [action.text() for action in menu.actions()]
    assert said == [
        "按列筛选", "列", "排序", "分组", "合计行", "已存视图", "保存当前视图…", "删除视图",
        "复制所选行", "导出…",
    ]  # fmt: skip
    (view,) = menu.actions()[5].menu().actions()
    assert view.text() == "A && B"
    view.trigger()
    assert table.model.asked == Asked("name")


def test_a_layout_comes_back_from_its_text() -> None:
    asked = Asked(
        "name", True, "张", (Sort("sum"),),
        (TextFilter("name", "宏"), ChoiceFilter("kind", "o"), AmountFilter("sum", None, 5),
         DayFilter("day", FIRST, None)),
        "kind",
    )  # fmt: skip
    layout = TableLayout((("name", 99),), ("day",), asked, ("day", "name"), totals=True)
    keys = frozenset(column.key for column in COLUMNS)
    assert read_layout(write_layout(layout), keys) == layout
    fewer = read_layout(write_layout(layout), frozenset({"name"}))
    assert fewer is not None and fewer.asked == replace(
        asked, then=(), filters=(TextFilter("name", "宏"),), group=""
    )


@given(st.one_of(st.text(), st.sampled_from(["null", "[]", "{}", '{"widths": 1}', '"x"'])))
def test_no_text_breaks_the_reading_of_a_layout(text: str) -> None:
    assert read_layout(text, frozenset({"name"})) is None


def test_the_parts_follow_the_language(show: Show) -> None:
    table = show()
    table.open_filters()
    table.open_columns()
    speak("en")
    names = table.filters.fields["name"]
    assert isinstance(names, WordsField)
    assert names.line.accessibleName() == "Name holds"
    assert table.columns.lines.item(0).text() == "Name"
    assert table.more.text() == "View"


def test_rows_do_not_wait_for_a_lane_in_a_short_list() -> None:
    assert source().totals(Asked(), Unhurried()) == [("sum", sum(range(12)) * 150)]
