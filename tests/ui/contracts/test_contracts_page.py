"""Contracts by keyboard: drawn up, looked at page by page, its files by their hashes."""

from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.contracts.rules import DRAFTED, SIGNED
from app.kit.words import Text, t
from tests.ui.contract_site import Branch
from tests.ui.desk_site import Sitting
from tests.ui.shell.test_opened_files import Viewer
from ui.contracts.chain_line import ChainLine
from ui.contracts.files import KeptFile
from ui.contracts.view import ContractsPage


def contracts(sitting: Sitting, target: UUID) -> ContractsPage:
    """Open the page at a record."""
    view = sitting.open("contracts", ContractsPage, target)
    sitting.rest()
    return view


def on_it(view: ContractsPage, contract_id: UUID) -> None:
    """The record shown is the one the cursor is on, and it is marked."""
    row = view.table.current()
    assert row is not None and row.id == contract_id == view.current.id  # type: ignore[union-attr]
    assert [one.row() for one in view.table.view.selectionModel().selectedRows()] == [
        view.table.view.currentIndex().row()
    ]


def test_an_approved_quote_is_drawn_up_with_one_key(sitting: Sitting, branch: Branch) -> None:
    quote = branch.approved(601)
    sitting.sit()
    view = contracts(sitting, quote)
    assert [verb.key for verb in view.verbs()] == ["draw_up"]
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: [verb.key for verb in view.verbs()] == ["sign", "print"])
    sitting.rest()
    card = view._presenter.of_quote(quote)
    assert card is not None and card.state == DRAFTED
    on_it(view, card.id)
    view.table.view.setCurrentIndex(QModelIndex())
    sitting.press(Qt.Key.Key_F5)
    sitting.rest()
    on_it(view, card.id)
    assert sitting.window.toast.isVisible()
    assert not view.pages.image.picture_box().isEmpty()
    # The quote's id, which other pages still know, leads to the contract drawn from it.
    assert contracts(sitting, quote)._record is not None


def test_pages_turn_and_the_whole_hash_is_copied(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(602)
    sitting.sit()
    view = contracts(sitting, contract_id)
    view.pages.setFocus()
    sitting.press(Qt.Key.Key_PageDown)
    assert view.pages.page == 2
    sitting.press(Qt.Key.Key_PageUp)
    sitting.press(Qt.Key.Key_PageUp)
    assert view.pages.page == 1
    sitting.rest()
    record = view._record
    assert record is not None and not record.torn
    view.files.buttons[0].setFocus()
    sitting.press(Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == record.card.pdf_sha256
    assert len(view.files.buttons) == 2


def test_a_file_of_the_contract_is_opened_for_the_systems_viewer(
    sitting: Sitting, branch: Branch
) -> None:
    contract_id = branch.drafted(609)
    sitting.sit()
    view = contracts(sitting, contract_id)
    assert view._record is not None
    viewer = Viewer()
    QDesktopServices.setUrlHandler("file", viewer, "show")
    try:
        view.record.tabs.setCurrentIndex(2)
        assert len(view.files.openers) == 2
        view.files.openers[0].setFocus()
        sitting.press(Qt.Key.Key_Space)
        sitting.until(lambda: bool(viewer.shown))
    finally:
        QDesktopServices.unsetUrlHandler("file")
    (path,) = viewer.paths
    assert path.name.startswith(view._record.card.number) and path.suffix == ".pdf"
    kept = sitting.seat.vault.get(view._record.card.pdf_sha256)
    assert path.read_bytes() == kept
    view._open_file(KeptFile(t("Photograph"), "00" * 32))
    sitting.until(lambda: view.record.problem.problem is not None)
    assert view.record.problem.problem is not None
    assert view.record.problem.problem.code == "E-VAULT-MISSING"


def test_a_clerk_does_not_seal_and_reads_why(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.signed(603)
    sitting.sit()
    view = contracts(sitting, contract_id)
    assert view._record is not None and view._record.card.state == SIGNED
    verb, _ = view.verbs()
    assert verb.key == "seal" and not verb.enabled and isinstance(verb.reason, Text)
    sitting.control(Qt.Key.Key_Return)
    assert sitting.window.page_key == "contracts"


def test_the_chain_says_in_words_what_it_draws(sitting: Sitting, branch: Branch) -> None:
    contract_id = branch.drafted(604)
    sitting.sit()
    view = contracts(sitting, contract_id)
    record = view._record
    assert record is not None
    said = view.chain.accessibleName()
    line = ChainLine(sitting.desk.theme)
    line.show_chain(record.card.chain, torn=True)
    assert line.accessibleName() != said and "已出具" in said
