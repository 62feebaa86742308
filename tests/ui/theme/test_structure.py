"""The checks of a screen's layout find what is wrong: each defect is planted and must be named."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui.shell.picture_structure import (
    cut_off,
    layout_defects,
    off_grid,
    overlapping,
    sticking_out,
)
from ui.shell.pictures import nameless
from ui.theme.theme import Theme
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import ElidedLabel, PlainLabel, named

LONG = "一句放不下的话，长得很，长得很"


@pytest.fixture
def sheet(qtbot: QtBot, theme: Theme) -> QWidget:
    """Give an empty window of the desk's looks, shown."""
    made = QWidget()
    made.setProperty("look", "window")
    made.resize(400, 300)
    qtbot.addWidget(made)
    made.show()
    return made


def put(widget: QWidget, sheet: QWidget, *place: int) -> QWidget:
    """Put a widget somewhere on the sheet."""
    widget.setParent(sheet)
    widget.setGeometry(*place)
    widget.show()
    return widget


def settle(sheet: QWidget) -> None:
    """Let what came into a layout later be shown and laid out."""
    QCoreApplication.sendPostedEvents()
    sheet.grab()


def test_a_sound_sheet_has_no_defects(sheet: QWidget, theme: Theme) -> None:
    column = QVBoxLayout(sheet)
    column.setContentsMargins(16, 8, 16, 8)
    column.setSpacing(12)
    field, choice = QLineEdit(), ChoiceBox(theme)
    choice.addItem("一类")
    for widget in (PlainLabel(LONG), PlainLabel(LONG * 4, wrap=True), QPushButton("提交"), field,
                   choice):  # fmt: skip
        named(widget, "名")
        column.addWidget(widget)
    settle(sheet)
    assert layout_defects(sheet) == [] and nameless(sheet) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: PlainLabel(LONG),
        lambda: PlainLabel(LONG * 3, wrap=True),
        lambda: QPushButton(LONG),
        lambda: PlainLabel("高"),
    ],
)
def test_a_cut_word_is_found(sheet: QWidget, make: Callable[[], QWidget]) -> None:
    put(make(), sheet, 8, 8, 90, 12)
    (found,) = cut_off(sheet)
    assert "cuts" in found


def test_a_cut_placeholder_and_a_cut_choice_are_found(sheet: QWidget, theme: Theme) -> None:
    field, choice = QLineEdit(), ChoiceBox(theme)
    field.setPlaceholderText(LONG)
    choice.addItem(LONG)
    put(field, sheet, 8, 8, 90, 34)
    put(choice, sheet, 8, 60, 90, 34)
    assert len(cut_off(sheet)) == 2


def test_a_cut_heading_is_found_and_a_wide_one_is_not(sheet: QWidget) -> None:
    table = QTableWidget(1, 2)
    table.setHorizontalHeaderLabels([LONG, "客户"])
    put(table, sheet, 0, 0, 400, 200)
    table.setColumnWidth(0, 60)
    table.setColumnWidth(1, 60)
    (found,) = cut_off(sheet)
    assert LONG in found


def test_a_tab_that_is_scrolled_away_is_found(sheet: QWidget) -> None:
    tabs = QTabWidget()
    for place in range(6):
        tabs.addTab(QWidget(), f"{LONG}{place}")
    put(tabs, sheet, 0, 0, 300, 200)
    sheet.grab()
    assert any(f"{LONG}5" in one for one in cut_off(sheet))


def test_a_label_that_says_it_is_shortened_is_no_defect(sheet: QWidget) -> None:
    put(ElidedLabel(LONG), sheet, 8, 8, 90, 24)
    assert cut_off(sheet) == []


def test_siblings_over_one_another_are_found(sheet: QWidget) -> None:
    put(PlainLabel("甲"), sheet, 8, 8, 60, 24)
    put(QPushButton("乙"), sheet, 60, 8, 60, 24)
    put(QPushButton("丙"), sheet, 200, 8, 60, 24)
    (found,) = overlapping(sheet)
    assert "甲" in found


def test_what_floats_or_only_touches_is_no_defect(sheet: QWidget) -> None:
    toast = QFrame()
    toast.setProperty("look", "toast")
    put(PlainLabel("甲"), sheet, 8, 8, 60, 24)
    put(PlainLabel("乙"), sheet, 68, 8, 60, 24)
    put(toast, sheet, 20, 12, 80, 24)
    assert overlapping(sheet) == []


def test_what_its_holder_cuts_away_is_found(sheet: QWidget) -> None:
    put(QPushButton("右边"), sheet, 380, 8, 60, 34)
    (found,) = sticking_out(sheet)
    assert "右边" in found


@pytest.mark.parametrize("wrong", ["margin", "spacing", "gap", "inner"])
def test_a_distance_off_the_grid_is_found(sheet: QWidget, wrong: str) -> None:
    column, row = QVBoxLayout(sheet), QHBoxLayout()
    column.setContentsMargins(9 if wrong == "margin" else 8, 8, 8, 8)
    column.setSpacing(6 if wrong == "spacing" else 8)
    row.setSpacing(3 if wrong == "inner" else 4)
    row.addWidget(QLabel("甲"))
    row.addWidget(QLabel("乙"))
    column.addLayout(row)
    column.addSpacing(5 if wrong == "gap" else 12)
    column.addWidget(QLabel("丙"))
    settle(sheet)
    (found,) = off_grid(sheet)
    odd = {"margin": "[9]", "spacing": "[6]", "gap": "[5]", "inner": "[3]"}[wrong]
    assert found.endswith(odd)


def test_a_control_without_a_name_is_found(sheet: QWidget, theme: Theme) -> None:
    for place, widget in enumerate((QPushButton(), QLineEdit(), ChoiceBox(theme))):
        put(widget, sheet, 8, 8 + 40 * place, 90, 34)
    label = put(QLabel("不必有名"), sheet, 200, 8, 90, 24)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    assert len(nameless(sheet)) == 3
