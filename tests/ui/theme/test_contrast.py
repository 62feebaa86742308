"""Contrast measured on pixels: sound pairs pass, planted bad ones are found, each and alone."""

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui.shell.picture_contrast import Pixels, faint
from ui.theme.theme import Theme
from ui.theme.tokens import DARK, LIGHT, THEMES, Mood, contrast
from ui.widgets.badge import StateBadge
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import PlainLabel

PALE = "#9aa0a6"
"""On white 2.6:1: neither a text nor an outline."""


class Sheet(QWidget):
    """A column of one widget of every kind that is measured."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        theme.clothe(self)
        self.setProperty("look", "window")
        self.label, self.field, self.empty = PlainLabel("保费合计"), QLineEdit("甲"), QLineEdit()
        self.empty.setPlaceholderText("筛选…")
        self.button, self.quiet, self.tick = QPushButton("提交"), QPushButton("取消"), QCheckBox()
        self.button.setProperty("look", "filled")
        self.tick.setText("同意")
        self.choice, self.badge = ChoiceBox(theme), StateBadge(theme, "待审批", Mood.WAIT)
        self.choice.addItem("一类")
        self.table, self.lines, self.tabs = QTableWidget(1, 1), QListWidget(), QTabWidget()
        self.table.setItem(0, 0, QTableWidgetItem("单元格"))
        self.lines.addItem("一行")
        self.tabs.addTab(QWidget(), "页签")
        column, row = QVBoxLayout(self), QHBoxLayout()
        for widget in (self.label, self.field, self.empty, self.button, self.quiet, self.tick,
                       self.choice, self.badge):  # fmt: skip
            column.addWidget(widget)
        for view in (self.table, self.lines, self.tabs):
            row.addWidget(view)
        column.addLayout(row)


@pytest.fixture
def sheet(qtbot: QtBot, theme: Theme) -> Sheet:
    """Give the sheet in the light theme, shown."""
    made = Sheet(theme)
    made.resize(600, 520)
    qtbot.addWidget(made)
    made.show()
    made.lines.setFocus()  # in a field with the focus the words would be chosen
    return made


@pytest.mark.parametrize("name", THEMES)
def test_every_kind_of_widget_is_readable(sheet: Sheet, theme: Theme, name: str) -> None:
    theme.use(name)
    assert faint(sheet) == []


@pytest.mark.parametrize(
    ("part", "style", "needed"),
    [
        ("label", f"color: {PALE}; background: #ffffff", 4.5),
        ("field", f"color: {PALE}; background: #ffffff", 4.5),
        ("empty", f"placeholder-text-color: {PALE}", 4.5),
        ("button", f"color: {LIGHT.accent_hover}", 4.5),
        ("quiet", f"color: {PALE}", 4.5),
        ("tick", f"color: {PALE}", 4.5),
        ("table", f"color: {PALE}", 4.5),
        ("lines", f"QListWidget::item {{ color: {PALE}; }}", 4.5),
        ("tabs", f"QTabBar::tab {{ color: {PALE}; }}", 4.5),
        ("field", f"border: 1px solid {LIGHT.line}", 3.0),
        ("choice", f"border: 1px solid {LIGHT.line}", 3.0),
        ("tick", f"QCheckBox::indicator {{ border: 1px solid {LIGHT.line}; }}", 3.0),
        ("quiet", f"border: 1px solid {LIGHT.line}", 3.0),
        ("quiet", f"border: 1px solid {LIGHT.edge}; border-left: 1px solid {LIGHT.line}", 3.0),
    ],
)
def test_a_bad_pair_is_found(sheet: Sheet, part: str, style: str, needed: float) -> None:
    widget: QWidget = getattr(sheet, part)
    widget.setStyleSheet(style)
    (found,) = faint(sheet)
    assert found.needed == needed and found.found < needed
    assert type(widget).__name__ in str(found) or part == "tabs"


def test_what_is_measured_is_the_ink_itself(qtbot: QtBot, theme: Theme) -> None:
    """The thin strokes of a small text still give the contrast of their two colours."""
    label = QLabel("保费合计 1,234.00")
    label.setStyleSheet(f"color: {PALE}; background: #ffffff; font-size: 12px")
    holder = QWidget()
    QVBoxLayout(holder).addWidget(label)
    qtbot.addWidget(holder)
    holder.show()
    (found,) = faint(holder)
    assert found.found == pytest.approx(contrast(PALE, "#ffffff"), abs=0.05)


def test_a_badge_that_pales_is_found(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.theme.tokens.Colours.of", lambda colours, _mood: (PALE, colours.field))
    badge = StateBadge(theme, "待审批", Mood.WAIT)
    holder = QWidget()
    QVBoxLayout(holder).addWidget(badge)
    qtbot.addWidget(holder)
    holder.show()
    assert [one.needed for one in faint(holder)] == [4.5]


def test_pixels_are_those_of_the_window(sheet: Sheet, theme: Theme) -> None:
    theme.use("dark")
    counted = Pixels(sheet).colours(sheet.button.geometry())
    assert f"#{counted.most_common(1)[0][0] & 0xFFFFFF:06x}" == DARK.accent
