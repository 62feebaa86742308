"""The grid of cells that are judged elsewhere, with a judge that knows numbers and nothing else."""

from collections.abc import Iterable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.kit.words import Text, t
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.widgets.judged_grid import (
    DISPLAY,
    EDIT,
    NOWHERE,
    AnyIndex,
    JudgedGrid,
    JudgedModel,
    Lines,
    Mark,
)

ROWS, COLUMNS = 4, 3


class Numbers(JudgedModel):
    """Cells that must hold digits: an x is wrong, a 0 doubtful."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = {(row, column): "1" for row in range(ROWS) for column in range(COLUMNS)}

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else ROWS

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else COLUMNS

    @override
    def data(self, index: AnyIndex, role: int = DISPLAY) -> object:
        return self.cells[index.row(), index.column()] if role in (DISPLAY, EDIT) else None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = EDIT) -> bool:
        self.type_block(index, [[str(value)]])
        return True

    @override
    def mark(self, index: AnyIndex) -> Mark:
        typed = self.cells[index.row(), index.column()]
        if not typed:
            return Mark.EMPTY
        if not typed.isdecimal():
            return Mark.WRONG
        return Mark.GOOD if int(typed) else Mark.DOUBTFUL

    @override
    def problem(self, index: AnyIndex) -> Text | None:
        wrong = index.isValid() and self.mark(index) is Mark.WRONG
        return t("A whole number.") if wrong else None

    @override
    def wrong_places(self) -> Iterable[tuple[int, int]]:
        return [place for place, typed in self.cells.items() if not typed.isdecimal()][::-1]

    @override
    def type_block(self, first: AnyIndex, lines: Lines) -> None:
        for down, line in enumerate(lines):
            for across, text in enumerate(line):
                place = (first.row() + down, first.column() + across)
                if place in self.cells:
                    self.cells[place] = text
        self.typed.emit(tuple(self.cells.values()))


@pytest.fixture
def judged() -> Numbers:
    return Numbers()


@pytest.fixture
def grid(qtbot: QtBot, theme: Theme, judged: Numbers) -> JudgedGrid:
    made = JudgedGrid(theme, t("People"), judged)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    qtbot.waitExposed(made)
    made.go_to(0)
    return made


def at(grid: JudgedGrid) -> tuple[int, int]:
    return grid.currentIndex().row(), grid.currentIndex().column()


def test_f8_goes_round_the_wrong_cells_in_reading_order(grid: JudgedGrid, judged: Numbers) -> None:
    QTest.keyClick(grid, Qt.Key.Key_F8)
    assert at(grid) == (0, 0), "nothing is wrong: the cursor stays"
    assert not grid.go_to_next_wrong()
    judged.cells |= {(2, 0): "x", (0, 2): "x", (3, 1): ""}
    seen = []
    for _ in range(4):
        QTest.keyClick(grid, Qt.Key.Key_F8)
        seen.append(at(grid))
    assert seen == [(0, 2), (2, 0), (3, 1), (0, 2)]


def test_what_is_wrong_is_told_when_the_cursor_comes(grid: JudgedGrid, judged: Numbers) -> None:
    told: list[object] = []
    grid.cell_told.connect(told.append)
    judged.cells[1, 1] = "x"
    grid.go_to(1, 1)
    grid.go_to(1, 2)
    grid.setCurrentIndex(QModelIndex())
    assert [str(one) for one in told if one is not None] == ["请录整数。"]
    assert told[1:] == [None, None]


def test_a_letter_opens_a_cell_and_enter_ends_it(
    grid: JudgedGrid, judged: Numbers, qtbot: QtBot
) -> None:
    typed: list[object] = []
    grid.typed.connect(typed.append)
    QTest.keyClicks(grid, "7")
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: grid.state() is not JudgedGrid.State.EditingState)
    assert judged.cells[0, 0] == "7" and len(typed) == 1
    grid.enter()
    assert grid.state() is JudgedGrid.State.EditingState, "Enter opens the cell under the cursor"


def test_a_block_is_pasted_from_the_cursor_on(grid: JudgedGrid, judged: Numbers) -> None:
    grid.go_to(2, 1)
    QGuiApplication.clipboard().setText("5\t6\t7\r\n8\t9\r\n1\t1\r\n")
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [judged.cells[2, n] for n in range(3)] == ["1", "5", "6"], "what lies outside is dropped"
    assert [judged.cells[3, n] for n in range(3)] == ["1", "8", "9"]
    QGuiApplication.clipboard().setText(" \r\n")
    before = dict(judged.cells)
    grid.paste()
    assert judged.cells == before, "nothing pasted types nothing"


def test_without_a_cell_the_whole_paste_is_handed_on(grid: JudgedGrid) -> None:
    whole: list[str] = []
    grid.pasted_whole.connect(whole.append)
    grid.setCurrentIndex(QModelIndex())
    QGuiApplication.clipboard().setText("a\tb\n1\t2")
    grid.paste()
    assert whole == ["a\tb\n1\t2"]


@pytest.mark.parametrize(
    ("key", "held"),
    [
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_the_screens_own_keys_are_left_to_it(
    grid: JudgedGrid, judged: Numbers, key: Qt.Key, held: Qt.KeyboardModifier
) -> None:
    before = dict(judged.cells)
    QTest.keyClick(grid, key, held)
    assert at(grid) == (0, 0) and judged.cells == before
    assert grid.state() is not JudgedGrid.State.EditingState


def test_each_mark_has_its_look_in_both_themes(
    grid: JudgedGrid, judged: Numbers, theme: Theme
) -> None:
    judged.cells |= {(1, 0): "x", (2, 0): "0", (3, 0): ""}
    grid.go_to(0, 2)
    for name in ("light", "dark"):
        theme.use(name)
        picture = grid.viewport().grab().toImage()
        colours = theme.colours
        edges = []
        for row in range(ROWS):
            box = grid.visualRect(judged.index(row, 0))
            edges.append(
                [picture.pixelColor(x, box.center().y()) for x in (box.left() + 1, box.right() - 2)]
            )
        assert edges == [
            [QColor(colours.surface), QColor(colours.surface)],
            [QColor(colours.stop), QColor(colours.stop_soft)],
            [QColor(colours.warn), QColor(colours.warn_soft)],
            [QColor(colours.wait), QColor(colours.surface)],
        ]


def test_its_name_follows_the_language(grid: JudgedGrid) -> None:
    before = grid.accessibleName()
    speak("en")
    assert (before, grid.accessibleName()) == ("人数", "People")
