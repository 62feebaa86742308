"""What printing decides: which bytes, which choice is offered again, where a copy is saved."""

from dataclasses import dataclass
from pathlib import Path

from app.documents.pages import page_count
from app.kit.errors.base import BranchError
from app.kit.errors.printing import file_not_written
from app.kit.files import atomic_write
from app.kit.words import Text
from ui.printing.setup import PrintSetup
from ui.shell.ports import Desk


@dataclass(frozen=True)
class Printable:
    """A document for paper: its name, its file in the vault, what its choice is kept under."""

    name: Text
    sha256: str
    form: str
    file_name: str


@dataclass(frozen=True)
class Sheets:
    """A document as it is there: its bytes and how many pages they have."""

    pdf: bytes
    pages: int


class PrintPresenter:
    """One document on its way to paper."""

    def __init__(self, desk: Desk, document: Printable) -> None:
        self._desk = desk
        self.document = document

    def sheets(self) -> Sheets:
        """Fetch the document; raises BranchError where the vault's copy is not what it was."""
        pdf = self._desk.vault.get(self.document.sha256)
        return Sheets(pdf, page_count(pdf))

    def last_setup(self) -> PrintSetup | None:
        """Give what this person chose for this kind of document the last time."""
        return PrintSetup.of(self._desk.read_draft(self._key()))

    def keep_setup(self, setup: PrintSetup) -> None:
        """Keep the choice for the next time."""
        self._desk.keep_draft(self._key(), setup.texts())

    def save(self, sheets: Sheets, path: Path) -> None:
        """Save the very bytes of the document, signatures and all; raises E-PRINT-FILE."""
        try:
            atomic_write(path, sheets.pdf)
        except OSError as error:
            raise BranchError(file_not_written(path.name, str(error))) from error

    def _key(self) -> str:
        return f"printing.{self.document.form}"
