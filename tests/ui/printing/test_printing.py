"""Paper: which pages, a document printed as it is, its code still readable, trouble in words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from app.documents.page_codes import read_codes
from app.documents.pages import page_count, page_png
from app.kit.errors.base import BranchError, Cancelled
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from ui.contracts.presenter import ContractsPresenter, paper_of
from ui.contracts.view import ContractsPage
from ui.printing.paper import lay_out, print_pages, printer_for
from ui.printing.presenter import PrintPresenter
from ui.printing.printout import DocumentPrinting, DocumentSheets
from ui.printing.setup import PageSetup, PrintSetup, Sides, read_pages
from ui.printing.window import NONE_HERE, PrintWindow
from ui.shell.page import Surroundings

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ("", (1, 2, 3, 4, 5)),
        ("2", (2,)),
        ("1-3, 5", (1, 2, 3, 5)),
        ("4，1－2", (4, 1, 2)),
        ("３；３;3-4", (3, 4)),
        (" 2 - 3 ", (2, 3)),
    ],
)
def test_pages_are_read_as_people_type_them(typed: str, pages: tuple[int, ...]) -> None:
    assert read_pages(typed, 5) == pages


@pytest.mark.parametrize("typed", ["0", "6", "3-2", "-2", "2-", "a", "1-9999", "1.5", "\u202e1"])
def test_what_is_no_page_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"is no page|is not between"):
        read_pages(typed, 5)


def test_a_choice_comes_back_as_it_was_kept() -> None:
    chosen = PrintSetup("Office 2", 3, Sides.LONG_EDGE, colour=False)
    assert PrintSetup.of(chosen.texts()) == chosen
    assert PrintSetup.of(()) is None
    assert PrintSetup.of((*chosen.texts(), ("sides", "both"))) is None


class Papers:
    """Printers that lay every sheet into a PDF, at 300 dots per inch as an office printer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[PrintSetup] = []

    @property
    def path(self) -> Path:
        return self.folder / f"printed-{len(self.asked)}.pdf"

    def names(self) -> tuple[str, ...]:
        return ("Office 2", "Counter")

    def paper_for(self, setup: PrintSetup, title: str) -> QPagedPaintDevice:
        self.asked.append(setup)
        writer = QPdfWriter(str(self.path))
        writer.setTitle(title)
        writer.setResolution(300)
        lay_out(writer, setup.page)
        return writer


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return Papers(tmp_path)


@pytest.fixture
def contract(branch: Branch) -> PrintPresenter:
    """The paper of one contract, the same in every test here."""
    clerk = branch.seat("clerk")
    presenter = ContractsPresenter(clerk)
    drawn = presenter.contracts()
    card = drawn[0] if drawn else presenter.card(branch.drafted(881))
    return PrintPresenter(clerk, paper_of(card))


def test_every_printed_page_has_its_readable_code(contract: PrintPresenter, papers: Papers) -> None:
    sheets = contract.sheets()
    steps: list[tuple[int, int]] = []
    paper = papers.paper_for(PrintSetup("Office 2"), "t")
    print_pages(
        DocumentSheets(sheets), PageSetup(), (3, 1), paper, "Office 2", lambda *at: steps.append(at)
    )
    assert steps == [(0, 2), (1, 2), (2, 2)]
    printed = papers.path.read_bytes()
    assert page_count(printed) == 2
    for sheet, page in ((1, 3), (2, 1)):
        whole = read_codes(page_png(sheets.pdf, page, dpi=150))
        assert whole and read_codes(page_png(printed, sheet, dpi=150)) == whole
        assert whole[0].page == page


def test_a_print_is_stopped_between_two_sheets(contract: PrintPresenter, papers: Papers) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 1:
            raise Cancelled

    paper = papers.paper_for(PrintSetup("Office 2"), "t")
    with pytest.raises(Cancelled):
        print_pages(
            DocumentSheets(contract.sheets()), PageSetup(), (1, 2, 3), paper, "Office 2", stop
        )


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_is_gone_or_takes_nothing_says_so(
    contract: PrintPresenter, tmp_path: Path
) -> None:
    with pytest.raises(BranchError) as caught:
        printer_for(PrintSetup("No such printer"), "t")
    assert caught.value.code == "E-PRINT-START"
    blocked = QPrinter()
    blocked.setOutputFileName(str(tmp_path / "no folder" / "out.pdf"))
    with pytest.raises(BranchError) as caught:
        sheets = DocumentSheets(contract.sheets())
        print_pages(sheets, PageSetup(), (1,), blocked, "Office 2", lambda *_: None)
    assert caught.value.code == "E-PRINT-START"


def test_what_is_saved_is_the_document_itself(contract: PrintPresenter, tmp_path: Path) -> None:
    sheets, target = contract.sheets(), tmp_path / "contract.pdf"
    contract.save(sheets, target)
    assert target.read_bytes() == sheets.pdf
    with pytest.raises(BranchError) as caught:
        contract.save(sheets, tmp_path / "no folder" / "contract.pdf")
    assert caught.value.code == "E-PRINT-FILE"


Open = Callable[..., PrintWindow]


@pytest.fixture
def opened(sitting: Sitting, contract: PrintPresenter, papers: Papers) -> Open:
    """Open the window over the desk, with printers of the test."""

    def made(names: Callable[[], tuple[str, ...]] = papers.names) -> PrintWindow:
        sitting.sit()
        desk = sitting.desk
        at = Surroundings(desk.theme, desk.bridge, desk.clock)
        lane = sitting.site.branch.printer_lane
        window = PrintWindow(
            at,
            DocumentPrinting(contract),
            lane,
            sitting.window,
            paper_for=papers.paper_for,
            names=names,
        )
        window.show()
        sitting.qtbot.waitExposed(window)
        window.activateWindow()
        sitting.until(window.isActiveWindow)
        sitting.until(lambda: window.pages.page == 1)
        sitting.rest()
        return window

    return made


def test_pages_and_copies_are_chosen_by_keyboard_and_offered_again(
    opened: Open, sitting: Sitting, papers: Papers, contract: PrintPresenter
) -> None:
    window = opened()
    assert window.form is not None and not window.pages.image.picture_box().isEmpty()
    told: list[object] = []
    window.told.connect(told.append)
    window.form.editor("printer").put("Counter")
    window.form.editor("pages").put("9-1")
    window.form.editor("copies").put("2")
    window.form.editor("sides").put(Sides.LONG_EDGE.value)
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not papers.asked and window.form.editor("pages").hasFocus(), "no such pages"
    window.form.editor("pages").put("1-2")
    QTest.keyClick(
        window.form.editor("pages"), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    assert window.printing
    sitting.until(lambda: bool(told))
    assert [str(one) for one in told] == ["已打印 2 页。"]
    assert papers.asked == [PrintSetup("Counter", 2, Sides.LONG_EDGE)]
    assert page_count(papers.path.read_bytes()) == 2
    assert contract.last_setup() == papers.asked[0]
    again = opened()
    assert again.form is not None and again.form.draft().text("printer") == "Counter"
    assert again.form.draft().text("copies") == "2"
    QTest.keyClick(again, Qt.Key.Key_Escape)
    assert not again.isVisible()


def test_without_a_printer_the_document_is_saved(
    opened: Open, sitting: Sitting, tmp_path: Path, contract: PrintPresenter
) -> None:
    window = opened(lambda: ())
    assert window.form is None and window.missing.text() == str(NONE_HERE)
    assert [verb.key for verb in window.verbs() if verb.enabled] == ["save", "close"]
    told: list[object] = []
    window.told.connect(told.append)
    window.save_to(str(tmp_path / "no folder" / "c.pdf"))
    sitting.until(lambda: window.problem.problem is not None)
    assert window.problem.problem is not None and window.problem.problem.code == "E-PRINT-FILE"
    window.save_to(str(tmp_path / "c.pdf"))
    sitting.until(lambda: bool(told))
    assert (tmp_path / "c.pdf").read_bytes() == contract.sheets().pdf


def test_a_printer_that_went_away_leaves_the_choice_open(
    opened: Open, sitting: Sitting, contract: PrintPresenter
) -> None:
    contract.keep_setup(PrintSetup("Gone", 4))
    window = opened()
    assert window.form is not None
    assert window.form.draft().text("printer") == "" and not window.form.complete()
    assert window.focusWidget() is window.form.editor("printer")
    window.leave()


def test_the_contracts_page_opens_it_for_the_file_that_counts(
    sitting: Sitting, branch: Branch
) -> None:
    contract_id = branch.signed(882)
    sitting.sit()
    view = sitting.open("contracts", ContractsPage, contract_id)
    sitting.until(lambda: any(verb.key == "print" for verb in view.verbs()))
    sitting.rest()
    sitting.control(Qt.Key.Key_P)
    found = sitting.window.findChildren(PrintWindow)
    assert len(found) == 1
    sitting.until(lambda: found[0].pages.page == 1)
    sitting.rest()
    card = ContractsPresenter(sitting.seat).card(contract_id)
    assert (
        card.signed_sha256
        and _shown(found[0]) == PrintPresenter(sitting.seat, paper_of(card)).sheets().pdf
    )
    found[0].leave()


def _shown(window: PrintWindow) -> bytes:
    """Give the document a window shows."""
    assert window._opened is not None and isinstance(window._opened.printout, DocumentSheets)
    return window._opened.printout.sheets.pdf
