"""The list over many rows: windows, order, filter, cursor, clipboard, accessibility."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.kit.words import t
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.theme.tokens import LIGHT, Mood
from ui.widgets import row_view
from ui.widgets.badge import paint_badge
from ui.widgets.list_windows import KEPT, Windows
from ui.widgets.row_view import MOST_COPIED
from ui.widgets.rows import WINDOW, Asked, Column, FixedRows, Row, RowSource, tsv
from ui.widgets.table import ListTable

COLUMNS = (
    Column("number", t("Step"), 120),
    Column("name", t("Value"), 200),
    Column("sum", t("From"), 120, numeric=True),
    Column("state", t("Page"), 120, badge=True, sortable=False),
)


def numbered(n: int, total: int) -> Row:
    cells = (f"{n:07d}", f"客户 {total - n}", f"{n % 97}.00", "通过")
    return Row(n, cells, (Mood.PLAIN, Mood.PLAIN, Mood.PLAIN, Mood.OK))


class Endless(RowSource):
    """A source that makes its rows when asked and notes what it was asked."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.windows: list[tuple[Asked, int, int, object]] = []

    @override
    def count(self, asked: Asked) -> int:
        return 0 if asked.words == "nothing" else self.total

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        self.windows.append((asked, first, size, after.id if after else None))
        rows = range(first, min(first + size, self.total))
        if asked.descending:
            return [numbered(self.total - 1 - n, self.total) for n in rows]
        return [numbered(n, self.total) for n in rows]


@pytest.fixture
def source() -> Endless:
    return Endless(1_000_000)


@pytest.fixture
def table(qtbot: QtBot, theme: Theme, source: Endless) -> ListTable:
    made = ListTable(theme, COLUMNS, source, name=t("Pages"))
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.view.grab()
    return made


def test_a_million_rows_ask_for_one_window(table: ListTable, source: Endless) -> None:
    assert table.model.rowCount() == 1_000_000
    assert [asked[1:] for asked in source.windows] == [(0, WINDOW, None)]


def test_the_next_window_is_a_keyset_step_and_a_jump_is_not(
    table: ListTable, source: Endless
) -> None:
    table.model.row(WINDOW)
    table.model.row(900_000)
    assert source.windows[-2][1:] == (WINDOW, WINDOW, WINDOW - 1)
    assert source.windows[-1][1:] == (900_000 // WINDOW * WINDOW, WINDOW, None)


def test_end_goes_to_the_last_row(qtbot: QtBot, table: ListTable, source: Endless) -> None:
    table.view.setFocus()
    table.view.go_to(0)
    qtbot.keyClick(table.view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    row = table.current()
    assert row is not None and row.id == 999_999
    assert len(source.windows) <= 4


def test_old_windows_are_let_go() -> None:
    source = Endless(1_000_000)
    windows = Windows(source)
    windows.ask(Asked())
    for number in range(KEPT + 10):
        windows.row(number * WINDOW)
    assert len(windows.known()) == KEPT * WINDOW
    asked_before = len(source.windows)
    windows.row(0)
    assert len(source.windows) == asked_before + 1


@given(st.lists(st.integers(0, 4999), max_size=40))
def test_any_walk_gives_the_right_rows(walk: list[int]) -> None:
    windows = Windows(Endless(5000))
    windows.ask(Asked())
    for place in walk:
        row = windows.row(place)
        assert row is not None and row.id == place


def test_a_source_that_became_shorter_paints_nothing_there(qtbot: QtBot, table: ListTable) -> None:
    windows = Windows(Endless(300))
    windows.ask(Asked())
    windows._source = Endless(250)
    assert windows.row(260) is None


def test_a_header_click_sorts_and_a_second_turns_round(
    qtbot: QtBot, table: ListTable, source: Endless
) -> None:
    header = table.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(0) + 20, header.height() // 2)
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.model.asked == Asked("number", True)
    row = table.model.row(0)
    assert row is not None and row.id == 999_999
    assert table.view.selected_places() == []
    assert table.model.headerData(0, Qt.Orientation.Horizontal) == "步骤 ↓"
    assert table.model.headerData(1, Qt.Orientation.Horizontal) == "数值"


def test_a_column_that_cannot_be_sorted_asks_nothing(
    qtbot: QtBot, table: ListTable, source: Endless
) -> None:
    before = len(source.windows)
    header = table.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(3) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.model.asked == Asked() and len(source.windows) == before


def test_typing_in_the_filter_asks_once_it_rests(qtbot: QtBot, table: ListTable) -> None:
    qtbot.keyClicks(table.filter, "12")
    assert table.model.asked.words == ""
    qtbot.waitUntil(lambda: table.model.asked.words == "12", timeout=2000)
    qtbot.keyClick(table.filter, Qt.Key.Key_Down)
    row = table.current()
    assert table.view.hasFocus() and row is not None and row.id == 0
    qtbot.keyClick(table.filter, Qt.Key.Key_Escape)
    assert table.model.asked.words == "" and table.filter.text() == ""


def test_nothing_found_says_how_to_go_on(qtbot: QtBot, table: ListTable) -> None:
    table.show_only("nothing")
    assert not table.view.isVisible()
    table.show_only("")
    assert table.view.isVisible()


def test_enter_and_double_click_open_the_row(qtbot: QtBot, table: ListTable) -> None:
    opened: list[Row] = []
    table.opened.connect(opened.append)
    table.view.go_to(4)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    box = table.view.visualRect(table.model.index(2, 1)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=box)
    qtbot.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert [row.id for row in opened] == [4, 2]


def test_reloading_keeps_the_cursor_on_the_record(qtbot: QtBot, table: ListTable) -> None:
    table.view.go_to(150)
    table.reload()
    row = table.current()
    assert row is not None and row.id == 150


def test_copy_is_tsv_with_titles(qtbot: QtBot, table: ListTable) -> None:
    table.view.go_to(1)
    qtbot.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(table.told) as told:
        qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "步骤\t数值\t依据\t页面"
    assert [line.split("\t")[0] for line in lines[1:]] == ["0000001", "0000002"]
    assert str(told.args[0]) == "已复制 2 行。"  # type: ignore[index]


def test_copying_everything_takes_a_bounded_part_and_says_so(
    qtbot: QtBot, table: ListTable
) -> None:
    table.view.selectAll()
    with qtbot.waitSignal(table.view.copied) as copied:
        table.view.copy()
    assert copied.args == [MOST_COPIED, 1_000_000]


def test_a_million_selected_rows_do_not_stop_the_painting(
    qtbot: QtBot, table: ListTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    flags = table.model.flags
    monkeypatch.setattr(table.model, "flags", lambda index: asked.append(1) or flags(index))
    table.view.selectAll()
    table.view.repaint()
    table.view.horizontalHeader().repaint()
    assert len(asked) < 1_000


@pytest.mark.parametrize(
    ("cell", "copied"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@x", "'@x"),
        ("+86 138", "+86 138"),
        ("-5.00", "-5.00"),
        ("-cmd", "'-cmd"),
        ("a\tb\nc", "a b c"),
        ("", ""),
    ],
)
def test_a_copied_cell_cannot_run(cell: str, copied: str) -> None:
    assert tsv(COLUMNS[:1], [Row(1, (cell,))], titles=False) == copied


def test_columns_can_be_hidden_but_not_the_last(qtbot: QtBot, table: ListTable) -> None:
    menu = table.column_menu()
    qtbot.addWidget(menu)
    for action in menu.actions()[:3]:
        action.trigger()
    assert table.layout_now().hidden == ("number", "name", "sum")
    last = table.column_menu()
    qtbot.addWidget(last)
    assert [action.isEnabled() for action in last.actions()] == [True, True, True, False]


def test_a_saved_view_comes_back(
    qtbot: QtBot, theme: Theme, table: ListTable, source: Endless
) -> None:
    table.view.setColumnWidth(1, 333)
    table.view.setColumnHidden(2, True)
    table.order_by("name", descending=True)
    table.show_only("张")
    other = ListTable(theme, COLUMNS, source, name=t("Pages"))
    qtbot.addWidget(other)
    other.arrange(table.layout_now())
    assert other.layout_now() == table.layout_now()
    assert other.model.asked == Asked("name", True, "张")


def test_the_painted_row_shows_selection_and_state(qtbot: QtBot, table: ListTable) -> None:
    table.view.go_to(1)
    image = table.view.viewport().grab().toImage()
    top = table.view.rowViewportPosition(1) + 3
    assert image.pixelColor(8, top).name() == LIGHT.accent_soft
    left = table.view.columnViewportPosition(3) + 12
    centre = table.view.rowViewportPosition(4) + table.view.rowHeight(4) // 2
    colours = {image.pixelColor(left + x, centre).name() for x in range(30)}
    assert LIGHT.ok in colours and LIGHT.ok_soft in colours


def test_a_badge_that_many_rows_show_is_drawn_once(
    table: ListTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def noted(painter: object, box: object, words: str, *rest: object) -> None:
        drawn.append(words)
        paint_badge(painter, box, words, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(row_view, "paint_badge", noted)
    table.view.hide()
    table.view.show()
    picture = table.view.viewport().grab().toImage()
    assert drawn == ["通过"]
    table.view.viewport().grab()
    assert drawn == ["通过"], "a second painting draws nothing anew"
    left = table.view.columnViewportPosition(3)
    height = table.view.rowHeight(0)
    box = picture.copy(left, 0, table.view.columnWidth(3), height)
    assert box == picture.copy(left, 3 * height, table.view.columnWidth(3), height)
    table.view.go_to(0)
    table.view.viewport().grab()
    assert drawn == ["通过", "通过"], "on the ground of a chosen row it is another"


def test_a_list_that_is_not_shown_keeps_no_pictures(table: ListTable) -> None:
    table.view.viewport().grab()
    assert table.view.pictures_kept > 0
    table.hide()
    assert table.view.pictures_kept == 0
    table.show()
    assert table.view.viewport().grab().toImage().pixelColor(5, 5).isValid()


def test_a_screen_reader_reads_cells_and_headings(qtbot: QtBot, table: ListTable) -> None:
    heard = QAccessible.queryAccessibleInterface(table.view)
    assert heard is not None and heard.text(QAccessible.Text.Name) == "页面"
    assert table.model.data(table.model.index(3, 1)) == "客户 999997"
    assert table.filter.accessibleName() == "筛选页面"


def test_headings_follow_the_language(qtbot: QtBot, table: ListTable) -> None:
    speak("en")
    assert table.model.headerData(0, Qt.Orientation.Horizontal) == "Step"
    assert table.view.accessibleName() == "Pages"


def test_a_short_list_sorts_by_value_not_by_text() -> None:
    rows = tuple(Row(n, ("", "", f"{n:,}.00", "")) for n in (1_000, 9, 200))
    source = FixedRows(COLUMNS, rows, {"sum": lambda row: int(str(row.id))})
    found = source.window(Asked("sum"), 0, 10, None)
    assert [row.id for row in found] == [9, 200, 1_000]
    assert source.count(Asked(words="200")) == 1
