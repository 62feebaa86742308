"""A list on paper: what is shown and nothing else, on numbered sheets, as plain text."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.documents.pages import page_count
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError, Cancelled
from app.kit.listing import GroupCount, Sort, Stride, Unhurried
from app.kit.words import t
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from tests.ui.printing.pdf_text import text_of
from ui.contracts.view import ContractsPage
from ui.printing.list_sheets import CHOSEN, ListPrinting, ListSheets
from ui.printing.paper import picture, write_pdf
from ui.printing.setup import PageSetup, Paper
from ui.printing.window import PrintWindow
from ui.theme.theme import Theme
from ui.widgets.list_out import Backing
from ui.widgets.list_paper import PaperLines, PaperList, records_of
from ui.widgets.rows import Asked, Column, FixedRows, LongRows, Row, Shown
from ui.widgets.table import ListTable

pytestmark = pytest.mark.usefixtures("theme")
NOW = datetime(2026, 3, 5, 1, 41, tzinfo=UTC)
PLAIN = Asked()
COLUMNS = (
    Column("name", t("Name"), 200, grouping=True),
    Column("people", t("People"), 90, numeric=True, total=lambda n: f"{n:,}"),
    Column("note", t("Note"), 200),
)


class Long(LongRows):
    """A list of as many rows as are asked for, none of them held; counts what is read of it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.read = 0

    @override
    def quick(self, asked: Asked) -> bool:
        return False

    @override
    def size_up_to(self, most: int) -> int:
        return min(most, self._count)

    @override
    def order(self, asked: Asked, stride: Stride) -> Sequence[int]:
        stride.step(0, self._count)
        return range(self._count - 1, -1, -1) if asked.descending else range(self._count)

    @override
    def at(self, numbers: Sequence[int]) -> Sequence[Row]:
        self.read += len(numbers)
        return [Row(n, (f"customer {n}", str(n), "")) for n in numbers]

    @override
    def count(self, asked: Asked) -> int:
        return self._count

    @override
    def window(self, asked: Asked, first: int, size: int, after: Row | None) -> Sequence[Row]:
        return self.at(self.order(asked, Unhurried())[first : first + size])

    @override
    def groups(self, asked: Asked, stride: Stride) -> Sequence[GroupCount]:
        return (GroupCount("east", 3), GroupCount("", self._count - 3))

    @override
    def totals(self, asked: Asked, stride: Stride) -> Sequence[tuple[str, int]]:
        return (("people", sum(range(self._count))),)


def paper_of(source: FixedRows | LongRows, asked: Asked = PLAIN, **more: object) -> PaperList:
    columns = ((0, COLUMNS[0]), (1, COLUMNS[1]))
    shown = Shown("Customers", columns, source, asked, None, source.count(asked))
    return replace(PaperList("Customers", shown, (200, 90)), **more)  # type: ignore[arg-type]


def sheets_of(paper: PaperList, *, chosen_only: bool = False) -> ListSheets:
    lines = PaperLines(paper, chosen_only=chosen_only, stride=Unhurried())
    return ListSheets(paper, lines, NOW, "Wang Fang (31002)")


def short(*names: str) -> FixedRows:
    return FixedRows(COLUMNS, tuple(Row(name, (name, "1", "unseen")) for name in names))


def test_every_row_stands_once_and_every_sheet_is_numbered(tmp_path: Path) -> None:
    source = Long(230)
    sheets, page = sheets_of(paper_of(source)), PageSetup(margin=12)
    target = tmp_path / "list.pdf"
    write_pdf(sheets, page, target, "Customers", lambda *_: None)
    pages = sheets.count(page)
    assert pages > 2 and page_count(target.read_bytes()) == pages
    texts = [text_of(target, number) for number in range(1, pages + 1)]
    said = re.findall(r"^\s*customer (\d+)\s+(\d+)\s*$", "\n".join(texts), re.MULTILINE)
    assert said == [(str(n), str(n)) for n in range(230)]
    for number, text in enumerate(texts, 1):
        assert re.search(rf"第 {number} \S+共 {pages} ", text)
        assert str(COLUMNS[0].title) in text and "unseen" not in text
        assert "2026年3月5日 09:41" in text and "Wang Fang (31002)" in text


def test_the_order_of_now_is_printed(tmp_path: Path) -> None:
    asked = Asked(order="name", descending=True)
    lines = PaperLines(paper_of(Long(5), asked), chosen_only=False, stride=Unhurried())
    assert [line.cells[1] for line in lines.lines(0, 9)] == ["4", "3", "2", "1", "0"]


def test_only_the_rows_of_a_sheet_are_read() -> None:
    source = Long(100_000)
    sheets, page = sheets_of(paper_of(source)), PageSetup(margin=12)
    assert source.read == 0
    picture(sheets, page, sheets.count(page) // 2)
    assert 0 < source.read < 120


def test_a_hundred_thousand_rows_are_counted_and_can_be_stopped(tmp_path: Path) -> None:
    source = Long(100_000)
    sheets, page = sheets_of(paper_of(source)), PageSetup(margin=12)
    target = tmp_path / "long.pdf"
    target.write_bytes(b"the older file")
    steps: list[tuple[int, int]] = []

    def step(done: int, total: int) -> None:
        steps.append((done, total))
        if done == 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_pdf(sheets, page, target, "Customers", step)
    assert steps[-1] == (20, sheets.count(page)) and sheets.count(page) > 1500
    assert source.read < 21 * 100 and target.read_bytes() == b"the older file"


def test_a_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(BranchError) as caught:
        write_pdf(sheets_of(paper_of(Long(3))), PageSetup(), tmp_path / "no" / "a.pdf", "x",
                  lambda *_: None)  # fmt: skip
    assert caught.value.code == "E-PRINT-FILE"


def test_groups_have_their_lines_and_totals_stand_at_the_end() -> None:
    paper = paper_of(Long(5), Asked(group="name"), totals=True)
    lines = PaperLines(paper, chosen_only=False, stride=Unhurried())
    read = lines.lines(0, 100)
    assert lines.count == len(read) == 5 + 2 + 1
    assert [line.head for line in read] == ["east", None, None, None, "", None, None, None]
    assert read[-1].total and read[-1].cells[1] == "10"
    pieces = [line for first in range(0, 8, 3) for line in lines.lines(first, 3)]
    assert pieces == read, "read in stretches it is the same"


def test_chosen_rows_alone_are_printed() -> None:
    paper = paper_of(short("a", "b", "c", "d"), totals=True, chosen=((1, 1), (3, 3)))
    lines = PaperLines(paper, chosen_only=True, stride=Unhurried())
    assert [line.cells[0] for line in lines.lines(0, 9)] == ["b", "d"]
    long = paper_of(Long(1000), Asked(order="name", descending=True), chosen=((0, 1), (998, 999)))
    lines = PaperLines(long, chosen_only=True, stride=Unhurried())
    assert [line.cells[1] for line in lines.lines(0, 9)] == ["999", "998", "1", "0"]


@pytest.mark.parametrize(
    ("spans", "records"),
    [
        (((0, 0),), ()),
        (((0, 3),), ((0, 2),)),
        (((2, 6),), ((1, 2), (7, 7))),
        (((4, 6),), ((7, 7),)),
        (((0, 6),), ((0, 2), (7, 7))),
    ],
)
def test_positions_of_groups_become_records(
    spans: tuple[tuple[int, int], ...], records: tuple[tuple[int, int], ...]
) -> None:
    """Three rows, a group of four folded away, one row: heads at 0, 4 and 5."""
    assert records_of(spans, (0, 4, 5), (0, 3, 7), (3, 0, 1)) == records


def test_markup_is_printed_as_typed(tmp_path: Path) -> None:
    typed = "<b>Bold</b> & <img src=x>"
    target = tmp_path / "markup.pdf"
    write_pdf(sheets_of(paper_of(short(typed))), PageSetup(margin=12), target, "x",
              lambda *_: None)  # fmt: skip
    assert typed in text_of(target, 1)


def test_an_empty_list_is_one_sheet_that_says_so(tmp_path: Path) -> None:
    target = tmp_path / "empty.pdf"
    sheets = sheets_of(paper_of(short()))
    write_pdf(sheets, PageSetup(), target, "x", lambda *_: None)
    assert sheets.count(PageSetup()) == page_count(target.read_bytes()) == 1
    assert "0行" in text_of(target, 1).replace(" ", "")


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("scale", [25, 100, 200])
@pytest.mark.parametrize("landscape", [False, True])
def test_any_sheet_takes_a_line(paper: Paper, scale: int, landscape: bool) -> None:
    page = PageSetup(paper, landscape, 40, scale)
    sheets = sheets_of(paper_of(Long(50)))
    assert 1 <= sheets.count(page) <= 50
    assert picture(sheets, page, 1).startswith(b"\x89PNG")


def test_smaller_letters_put_more_on_a_sheet() -> None:
    sheets = sheets_of(paper_of(Long(5000)))
    counts = [sheets.count(PageSetup(scale=scale)) for scale in (50, 100, 200)]
    assert counts == sorted(counts) and counts[0] < counts[1] < counts[2]
    assert sheets.count(PageSetup(Paper.A3)) < sheets.count(PageSetup(Paper.A4))


def test_a_selection_becomes_a_choice_of_what_to_print(qtbot: QtBot, theme: Theme) -> None:
    asked_for: list[PaperList] = []
    backing = Backing(None, FixedClock(NOW), paper=asked_for.append)  # type: ignore[arg-type]
    names = [f"n{n}" for n in range(9)]
    table = ListTable(theme, COLUMNS, short(*names), name=t("Customers"), backing=backing)
    qtbot.addWidget(table)
    table.order_by("name", descending=True)
    table.view.selectRow(2)
    table.print_rows()
    assert asked_for[0].chosen == () and asked_for[0].chosen_count == 0, "only the cursor"
    table.view.go_to(2)
    for _ in range(2):
        QTest.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    table.view.setColumnHidden(2, True)
    table.print_rows()
    assert asked_for[1].chosen == ((2, 4),)
    lines = PaperLines(asked_for[1], chosen_only=True, stride=Unhurried())
    assert [line.cells for line in lines.lines(0, 9)] == [("n6", "1"), ("n5", "1"), ("n4", "1")]
    table.view.selectAll()
    table.print_rows()
    assert asked_for[2].chosen == (), "all of them is the list itself"


def test_the_list_of_a_page_is_printed_by_its_keys(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.signed(883)
    sitting.sit()
    page = sitting.open("contracts", ContractsPage, contract_id)
    sitting.until(lambda: page.current is not None and page.current.id == contract_id)
    sitting.rest()
    page.table.view.setFocus()
    sitting.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier,
                  Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    found = sitting.window.findChildren(PrintWindow)
    assert len(found) == 1 and isinstance(found[0].document, ListPrinting)
    sitting.until(lambda: found[0].pages.page == 1)
    sitting.rest()
    assert not found[0].pages.image.picture_box().isEmpty()
    verbs = {verb.key: verb.shortcut for verb in sitting.window.verbs_now()}
    assert verbs["print_list"] == "Ctrl+Shift+P" and verbs["print"] == "Ctrl+P"
    found[0].leave()


def test_the_sheet_is_chosen_seen_kept_and_saved(
    sitting: Sitting, tmp_path: Path, no_slow_call: None
) -> None:
    sitting.sit()
    life = sitting.desk._seat_life
    assert life is not None
    paper = paper_of(short("a", "b", "c"), chosen=((0, 1),))
    life.print_list(paper)
    window = sitting.window.findChildren(PrintWindow)[0]
    sitting.until(lambda: window.form is not None and window.pages.page == 1)
    sitting.rest()
    form = window.form
    assert form is not None and form.draft().text("part") == CHOSEN
    assert form.draft().text("margin") == "12", "what is usual for a list"
    form.editor("landscape").put("yes")
    form.editor("margin").put("41")
    window._typed()
    assert window._page == PageSetup(margin=12), "a sheet that cannot be is not drawn"
    form.editor("margin").put("20")
    form.editor("part").put("all")
    target = tmp_path / "list.pdf"
    window._typed()
    sitting.until(lambda: not window.printing)
    window._typed()
    sitting.rest()
    assert window._page == PageSetup(landscape=True, margin=20)
    told: list[object] = []
    window.told.connect(told.append)
    window.save_to(str(target))
    sitting.until(lambda: bool(told))
    text = text_of(target, 1)
    assert all(name in text for name in "abc")
    assert sitting.seat.actor.name in text


def test_sorted_by_several_columns_it_comes_in_that_order() -> None:
    rows = tuple(Row(n, (name, str(n), "")) for n, name in enumerate(("b", "a", "b", "a")))
    asked = Asked(order="name", then=(Sort("people", descending=True),))
    lines = PaperLines(paper_of(FixedRows(COLUMNS, rows), asked), chosen_only=False,
                       stride=Unhurried())  # fmt: skip
    assert [line.cells for line in lines.lines(0, 9)] == [
        ("a", "3"), ("a", "1"), ("b", "2"), ("b", "0"),
    ]  # fmt: skip
