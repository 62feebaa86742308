"""Several documents in one go: what fails is named, the rest goes on, stopped it says how many."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QPagedPaintDevice, QPainter, QPdfWriter
from PySide6.QtTest import QTest
from shiboken6 import isValid
from typing_extensions import override

from app.documents.pages import page_count
from app.kit.errors.base import BranchError, Cancelled
from app.kit.errors.printing import file_not_written, printer_refused
from app.kit.listing import Stride, Unhurried
from app.kit.words import Text, t
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.contracts.view import ContractsPage
from ui.printing.batch import print_batch
from ui.printing.batch_window import BatchWindow
from ui.printing.paper import lay_out
from ui.printing.printout import Printing, Printout
from ui.printing.setup import PageSetup, PrintSetup
from ui.shell.page import Surroundings

SETUP = PrintSetup("Office 2")
pytestmark = pytest.mark.usefixtures("qapp")


class Blank(Printout):
    """Two sheets with a line on them."""

    @override
    def count(self, page: PageSetup) -> int:
        return 2

    @override
    def draw(self, painter: QPainter, page: PageSetup, number: int, dpi: int) -> None:
        painter.drawLine(0, 0, 100, 100)


class Sheet(Printing):
    """A document of two sheets; ``broken`` ones cannot be opened, others open ``after`` a sign."""

    def __init__(self, number: int, *, broken: bool = False, after: Event | None = None) -> None:
        self._number, self._broken, self._after = number, broken, after
        self.kept: list[PrintSetup] = []

    @property
    @override
    def name(self) -> Text:
        return t("Contract {number}", number=self._number)

    @property
    @override
    def file_name(self) -> str:
        return f"{self._number}.pdf"

    @property
    @override
    def exact(self) -> bool:
        return True

    @property
    @override
    def usual(self) -> PageSetup:
        return PageSetup()

    @property
    @override
    def parts(self) -> Sequence[tuple[str, Text]]:
        return ()

    @override
    def open(self, part: str, stride: Stride) -> Printout:
        if self._after is not None:
            self._after.wait(20)
        if self._broken:
            raise BranchError(file_not_written(self.file_name, "gone"))
        return Blank()

    @override
    def save(self, printout: Printout, page: PageSetup, path: Path, stride: Stride) -> None:
        raise AssertionError("a batch is not saved")

    @override
    def last_setup(self) -> PrintSetup | None:
        return None

    @override
    def keep_setup(self, setup: PrintSetup) -> None:
        self.kept.append(setup)


class Paper:
    """A printer that lays every document into a PDF of its own; it may break after some."""

    def __init__(self, folder: Path, breaks_after: int = 99) -> None:
        self.folder, self.breaks_after = folder, breaks_after
        self.printed: list[Path] = []

    def paper_for(self, setup: PrintSetup, title: str) -> QPagedPaintDevice:
        if len(self.printed) >= self.breaks_after:
            raise BranchError(printer_refused(setup.printer))
        self.printed.append(self.folder / f"{len(self.printed)}-{title}")
        writer = QPdfWriter(str(self.printed[-1]))
        lay_out(writer, setup.page)
        return writer


class StopAt(Stride):
    """Says stop at a document."""

    def __init__(self, place: int) -> None:
        self._place = place

    @override
    def step(self, done: int, total: int) -> None:
        if done >= self._place:
            raise Cancelled


def test_all_of_them_come_out_in_their_order(tmp_path: Path) -> None:
    paper = Paper(tmp_path)
    outcome = print_batch([Sheet(n) for n in range(3)], SETUP, paper.paper_for, Unhurried())
    assert outcome.whole and outcome.out == (0, 1, 2) and not outcome.stopped
    assert [path.name for path in paper.printed] == ["0-0.pdf", "1-1.pdf", "2-2.pdf"]
    assert all(page_count(path.read_bytes()) == 2 for path in paper.printed)


def test_what_cannot_be_drawn_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    documents = [Sheet(0), Sheet(1, broken=True), Sheet(2)]
    outcome = print_batch(documents, SETUP, Paper(tmp_path).paper_for, Unhurried())
    assert outcome.out == (0, 2) and not outcome.stopped
    assert [(place, str(one.name)) for place, one in outcome.failed] == [(1, str(Sheet(1).name))]


def test_a_printer_that_breaks_ends_the_batch(tmp_path: Path) -> None:
    paper = Paper(tmp_path, breaks_after=1)
    outcome = print_batch([Sheet(n) for n in range(4)], SETUP, paper.paper_for, Unhurried())
    assert outcome.out == (0,) and outcome.stopped
    assert [one.problem.code for _, one in outcome.failed] == ["E-PRINT-START"]


def test_stopped_it_says_how_many_are_out(tmp_path: Path) -> None:
    documents = [Sheet(n) for n in range(5)]
    outcome = print_batch(documents, SETUP, Paper(tmp_path).paper_for, StopAt(2))
    assert outcome.out == (0, 1) and outcome.stopped and outcome.of == 5


def opened(sitting: Sitting, documents: Sequence[Printing], paper: Paper) -> BatchWindow:
    sitting.sit()
    desk = sitting.desk
    at = Surroundings(desk.theme, desk.bridge, desk.clock)
    lane = sitting.site.branch.printer_lane
    window = BatchWindow(at, documents, lane, sitting.window, paper_for=paper.paper_for,
                         names=lambda: ("Office 2",))  # fmt: skip
    window.show()
    sitting.until(lambda: window.form is not None)
    window.activateWindow()
    sitting.until(window.isActiveWindow)
    sitting.rest()
    return window


def test_what_did_not_come_out_is_said_and_printed_again_alone(
    sitting: Sitting, tmp_path: Path
) -> None:
    paper, broken = Paper(tmp_path), Sheet(8, broken=True)
    window = opened(sitting, [Sheet(7), broken, Sheet(9)], paper)
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sitting.until(lambda: window.problem.problem is not None)
    problem = window.problem.problem
    assert problem is not None and problem.code == "E-PRINT-FILE"
    assert "8" in str(problem.what) and "2" in str(problem.what) and window.isVisible()
    states = [row.cells[1] for row in window._rows.rows]
    assert states[0] == states[2] == "已打印" and states[1] != "已打印"
    broken._broken = False
    told: list[object] = []
    window.told.connect(told.append)
    window.print_now()
    sitting.until(lambda: bool(told))
    assert [str(one) for one in told] == ["已打印 3 份文件。"]
    sitting.until(lambda: not isValid(window))
    assert [path.name for path in paper.printed] == ["0-7.pdf", "1-9.pdf", "2-8.pdf"]


def test_esc_stops_first_and_says_how_many_are_out(sitting: Sitting, tmp_path: Path) -> None:
    pressed = Event()
    sheets = [Sheet(0), Sheet(1, after=pressed), *(Sheet(n) for n in range(2, 40))]
    window = opened(sitting, sheets, Paper(tmp_path))
    window.print_now()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    pressed.set()
    sitting.until(lambda: not window.printing)
    problem = window.problem.problem
    assert window.isVisible() and problem is not None and problem.code == "E-PRINT-ENDED"
    assert "40" in str(problem.what)
    window.leave()
    sitting.until(lambda: not isValid(window))


def test_the_selected_contracts_are_printed_in_one_go(sitting: Sitting, branch: Branch) -> None:
    made = {branch.signed(884), branch.signed(885)}
    sitting.sit()
    view = sitting.open("contracts", ContractsPage)
    sitting.rest()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    model = view.table.view.selectionModel()
    for place in range(view.table.model.rowCount()):
        row = view.table.model.row(place)
        if row is not None and row.id in made:
            view.table.view.go_to(place)
    for place in range(view.table.model.rowCount()):
        row = view.table.model.row(place)
        chosen = row is not None and row.id in made
        index = view.table.model.index(place, 0)
        way = flags if chosen else QItemSelectionModel.SelectionFlag.Deselect
        model.select(index, way)
    sitting.rest()
    sitting.control(Qt.Key.Key_P)
    found = sitting.window.findChildren(BatchWindow)
    assert len(found) == 1 and len(found[0].documents) == 2
    found[0].leave()
