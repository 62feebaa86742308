"""The records in the palette: groups, what was typed marked, plain text whatever it says."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from app.kit.words import t
from ui.shell.bridge import Job
from ui.shell.page import Found, Page
from ui.shell.palette import PLACE, CommandPalette, _within
from ui.theme.theme import Theme
from ui.widgets.verb import Verb

FOUND = (
    Found("customers", 1, "王小明", "790101********12", "客户", ((0, 2),)),
    Found("customers", 2, "<img src=x onerror=1>王", "139****0042", "客户", (), ((7, 11),)),
    Found("contracts", 3, "王记物流有限公司", "CGPAI7901152026000000190 · x", "合同", ((0, 1),)),
    Found("", None, "正在准备搜索：已完成 1 / 2。", ""),
)
WIDTH = 560


class Asked:
    """A search whose answers come when the test says so."""

    def __init__(self) -> None:
        self.takes: list[tuple[str, Callable[[Sequence[Found]], object]]] = []

    def search(self, words: str, take: Callable[[Sequence[Found]], object]) -> Job:
        self.takes.append((words, take))
        return Job(Future(), None, None, None, None, None)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def palette(qtbot: QtBot, theme: Theme, asked: Asked) -> Iterator[CommandPalette]:
    window = QMainWindow()
    theme.clothe(window)
    window.resize(700, 600)
    field = QLineEdit(window)
    field.setGeometry(20, 10, WIDTH, 32)
    pages = [Page(key, t("Page"), key, lambda _at: None) for key in ("customers", "contracts")]  # type: ignore[arg-type, return-value]
    verbs = [Verb("save", t("Done"), lambda: None, "save", "Ctrl+S")]
    made = CommandPalette(
        theme, window, field, pages=pages, verbs=lambda: verbs, search=asked.search
    )
    qtbot.addWidget(window)
    window.show()
    field.setFocus()
    yield made


def type_and_answer(
    qtbot: QtBot, palette: CommandPalette, asked: Asked, found: Sequence[Found] = FOUND
) -> None:
    qtbot.keyClicks(palette.field, "wx")
    qtbot.waitUntil(lambda: bool(asked.takes), timeout=3000)
    asked.takes[-1][1](found)


def lines(palette: CommandPalette) -> list[str]:
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def test_records_stand_in_groups_under_their_heading(
    qtbot: QtBot, palette: CommandPalette, asked: Asked
) -> None:
    type_and_answer(qtbot, palette, asked)
    assert lines(palette) == [
        "客户", FOUND[0].title, FOUND[1].title, "合同", FOUND[2].title, FOUND[3].title,
    ]  # fmt: skip
    assert [entry.title for entry in palette.entries] == [found.title for found in FOUND]
    assert palette.list.currentRow() == 1, "a heading is not chosen"


def test_the_keys_step_over_headings(qtbot: QtBot, palette: CommandPalette, asked: Asked) -> None:
    type_and_answer(qtbot, palette, asked)
    seen = []
    for _ in range(4):
        seen.append(palette.list.currentRow())
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert seen == [1, 2, 4, 5] and palette.list.currentRow() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 5


def test_a_record_opens_its_page_and_a_remark_opens_nothing(
    qtbot: QtBot, palette: CommandPalette, asked: Asked
) -> None:
    opened: list[tuple[str, object]] = []
    palette.asked_for.connect(lambda page, target: opened.append((page, target)))
    type_and_answer(qtbot, palette, asked)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert opened == [] and palette.drop.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert opened == [("contracts", 3)] and not palette.drop.isVisible()


def test_an_answer_to_an_earlier_question_is_dropped(
    qtbot: QtBot, palette: CommandPalette, asked: Asked
) -> None:
    type_and_answer(qtbot, palette, asked, FOUND[:1])
    qtbot.keyClicks(palette.field, "y")
    asked.takes[0][1](FOUND)
    assert [entry.title for entry in palette.entries] == []


def drawn(palette: CommandPalette, row: int) -> tuple[QImage, QRect]:
    place = palette.list.visualItemRect(palette.list.item(row))
    image = palette.list.viewport().grab().toImage()
    return image, place


def places_of(image: QImage, place: QRect, colour: str) -> list[int]:
    """Give the columns of a line in which a colour is painted."""
    wanted = QColor(colour).rgb()
    return [
        x
        for x in range(place.left(), min(place.right(), image.width() - 1))
        if any(image.pixel(QPoint(x, y)) == wanted for y in range(place.top(), place.bottom()))
    ]


def test_what_was_typed_is_marked_and_only_that(
    qtbot: QtBot, palette: CommandPalette, asked: Asked, theme: Theme, tmp_path: Path
) -> None:
    type_and_answer(qtbot, palette, asked)
    colours = theme.colours
    title, _ = drawn(palette, 1)
    marked = places_of(*drawn(palette, 1), colours.accent)
    plain = places_of(*drawn(palette, 1), colours.text)
    assert marked and plain and max(marked) < max(plain), "the third sign is not marked"
    number = places_of(*drawn(palette, 2), colours.accent)
    assert number and min(number) > WIDTH / 2, "the end of the number at the right is marked"
    assert places_of(*drawn(palette, 5), colours.accent) == []
    assert title.save(str(tmp_path / "palette.png"))


def test_a_name_that_looks_like_markup_is_shown_as_typed(
    qtbot: QtBot, palette: CommandPalette, asked: Asked
) -> None:
    type_and_answer(qtbot, palette, asked)
    said = palette.list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("<img src=x onerror=1>王")
    assert palette.list.item(0).data(PLACE) is None


def test_marks_end_where_a_shortened_text_ends() -> None:
    whole = "abcdefgh"
    assert _within(((0, 2), (5, 8)), whole, whole) == ((0, 2), (5, 8))
    assert _within(((0, 2), (2, 8), (6, 8)), whole, "abcd…") == ((0, 2), (2, 4))
    assert _within(None, whole, "") == ()
