"""Every screen by keyboard and by a screen reader: reached, in order, seen, with its words."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.gallery import COLUMNS, ListPage, sample_rows, sample_window, surroundings
from tests.ui.reach import out_of_order, spoken, stops, unreached, unsaid, unseen_focus
from tests.ui.screens import Screen, Walk
from ui.shell.pictures import layout_defects, nameless
from ui.shell.reading_order import reading_order
from ui.shell.window import DeskWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Density
from ui.widgets.label import named

LOOKS = {
    "clerk": ("light", Density.COMPACT),
    "custodian": ("dark", Density.COMFORTABLE),
    "branch_manager": ("light", Density.COMFORTABLE),
}
"""The looks a role is walked in; the journey of the pictures has the others."""


@pytest.mark.slow
@pytest.mark.parametrize("role", LOOKS)
def test_every_screen_is_reached_in_order_seen_and_said(walk: Walk, role: str) -> None:
    walk.sitting.desk.theme.use(*LOOKS[role])
    names = set()
    wrong = []
    for screen in screens(walk, role):
        names.add(screen.name)
        wrong += [f"{screen.name}: {what}" for what in found_on(screen)]
    assert wrong == []
    assert {"workbench", "customers", "devices", "palette"} <= names
    assert ("pricing" in names) is (role != "custodian"), "a custodian sees no quotes"


def screens(walk: Walk, role: str) -> Iterator[Screen]:
    """Give the screens of a role, and the door for the clerk."""
    yield from walk.screens(role)
    if role == "clerk":
        yield from walk.at_the_door()


def found_on(screen: Screen) -> list[str]:
    """Name what keeps a person from this screen; a list that is open holds the keys."""
    window = screen.window
    found = [*layout_defects(window), *nameless(window), *unsaid(window)]
    if screen.name == "palette":
        return found
    reached = stops(window)
    return [
        *found,
        *(f"not reached: {one}" for one in unreached(window, reached)),
        *(f"against the order: {one}" for one in out_of_order(window, reached)),
        *(f"focus not seen: {one}" for one in unseen_focus(window, reached)),
    ]


@pytest.fixture
def sample(qtbot: QtBot, qapp: QApplication, theme: Theme) -> DeskWindow:
    """Give the window with the sample pages, in front."""
    window = sample_window(surroundings(theme))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_a_table_gives_a_screen_reader_its_headings_and_cells(sample: DeskWindow) -> None:
    sample.open_page("pricing")
    page = sample.page("pricing")
    assert isinstance(page, ListPage)
    node = QAccessible.queryAccessibleInterface(page.table.view)
    assert node is not None and node.role() is QAccessible.Role.Table
    assert node.text(QAccessible.Text.Name) == "报价单"
    said = [
        (child.role(), child.text(QAccessible.Text.Name))
        for child in map(node.child, range(3 * len(COLUMNS)))
        if child is not None
    ]
    headings = [name for role, name in said if role is QAccessible.Role.ColumnHeader]
    cells = [name for role, name in said if role is QAccessible.Role.Cell]
    assert headings == [str(column.title) for column in COLUMNS]
    rows = [cell for row in sample_rows(2) for cell in row.cells]
    assert cells == rows[: len(cells)] and len(cells) >= len(COLUMNS)


def test_a_field_says_its_name_its_value_and_whether_it_is_in_use(sample: DeskWindow) -> None:
    sample.open_page("customers")
    editable = QAccessible.Role.EditableText
    said = [one for one in spoken(sample) if one.role is editable]
    company = next(one for one in said if one.name.startswith("企业名称"))
    assert company.value == "江川县宏远建筑劳务有限公司"
    field = next(one for one in sample.findChildren(QLineEdit) if one.text() == company.value)
    node = QAccessible.queryAccessibleInterface(field)
    assert node is not None and node.state().focusable and not node.state().disabled
    field.setDisabled(True)
    assert node.state().disabled


def test_shift_tab_goes_the_same_way_back(sample: DeskWindow) -> None:
    sample.open_page("customers")
    order = reading_order(sample)
    order[0].setFocus()
    for expected in reversed(order):
        QTest.keyClick(sample.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
        assert QApplication.focusWidget() is expected


# -- the checks themselves: each defect is planted and must be named ------------------------------


@pytest.fixture
def sheet(qtbot: QtBot, theme: Theme) -> QWidget:
    """Give a window with three fields and a button in reading order."""
    made = QWidget()
    theme.clothe(made)
    column, row = QVBoxLayout(made), QHBoxLayout()
    for place in range(3):
        field = QLineEdit(f"{place}")
        named(field, f"字段{place}")
        row.addWidget(field)
    column.addLayout(row)
    column.addWidget(QPushButton("提交"))
    qtbot.addWidget(made)
    made.resize(500, 120)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def fields(sheet: QWidget) -> list[QLineEdit]:
    """Give the fields of the sheet, left to right."""
    return sorted(sheet.findChildren(QLineEdit), key=lambda one: one.x())


def test_a_sound_sheet_has_nothing_wrong(sheet: QWidget) -> None:
    reached = stops(sheet)
    assert len(reached) == 4
    assert unreached(sheet, reached) == out_of_order(sheet, reached) == []
    assert unseen_focus(sheet, reached) == unsaid(sheet) == []


def test_a_control_tab_passes_by_is_found(sheet: QWidget) -> None:
    fields(sheet)[1].setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    (found,) = unreached(sheet, stops(sheet))
    assert "字段1" in found


def test_a_step_back_is_found(sheet: QWidget) -> None:
    one, other, third = fields(sheet)
    QWidget.setTabOrder(one, third)
    QWidget.setTabOrder(third, other)
    (found,) = out_of_order(sheet, stops(sheet))[:1]
    assert found.startswith("QLineEdit '字段2'")


def test_a_focus_nobody_sees_is_found(sheet: QWidget) -> None:
    (button,) = sheet.findChildren(QPushButton)
    button.setStyleSheet("QPushButton, QPushButton:focus { border: 1px solid #78818f; }")
    (found,) = unseen_focus(sheet, stops(sheet))
    assert "提交" in found


def test_a_control_without_a_word_is_found(sheet: QWidget) -> None:
    fields(sheet)[1].setAccessibleName("")
    (found,) = unsaid(sheet)
    assert "EditableText" in found


def test_a_table_without_a_name_is_found(sheet: QWidget) -> None:
    table = QTableView(sheet)
    table.setGeometry(0, 60, 100, 40)
    table.show()
    assert any("QTableView" in one for one in unsaid(sheet))
