"""What can be put on paper, page by page: documents, and whatever else draws itself.

A printout draws in units of 0.1 mm, from the upper left corner of what the margins leave; the same
drawing serves the printer, the PDF and the preview. Everything here runs on the printer's lane.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from typing_extensions import override

from app.documents.pages import page_png
from app.kit.listing import Stride
from app.kit.words import Text
from ui.printing.presenter import PrintPresenter, Sheets
from ui.printing.setup import PageSetup, PrintSetup

MOST_DPI = 300


class Printout(Protocol):
    """Pages that are ready to be drawn."""

    def count(self, page: PageSetup) -> int:
        """Say how many pages there are on such a sheet."""
        ...

    def draw(self, painter: QPainter, page: PageSetup, number: int, dpi: int) -> None:
        """Draw a page (from 1); ``dpi`` is how fine the device is."""
        ...


class Printing(Protocol):
    """One thing on its way to paper, and what the print window asks about it.

    ``parts`` are what may be printed of it (key, words), the first unless another is chosen; none
    where it is one thing. ``exact`` says that machines read its pages at their own size.
    """

    @property
    def name(self) -> Text:
        """What stands in the title."""
        ...

    @property
    def file_name(self) -> str:
        """What a saved PDF is called, with its ending."""
        ...

    @property
    def exact(self) -> bool:
        """Whether machines read its pages at their own size."""
        ...

    @property
    def usual(self) -> PageSetup:
        """The sheet that is offered the first time."""
        ...

    @property
    def parts(self) -> Sequence[tuple[str, Text]]:
        """What may be printed of it."""
        ...

    def open(self, part: str, stride: Stride) -> Printout:
        """Fetch what is to be drawn; raises BranchError and Cancelled."""
        ...

    def save(self, printout: Printout, page: PageSetup, path: Path, stride: Stride) -> None:
        """Write a PDF; raises BranchError E-PRINT-FILE and Cancelled, an older file then stays."""
        ...

    def last_setup(self) -> PrintSetup | None:
        """Give what this person chose the last time."""
        ...

    def keep_setup(self, setup: PrintSetup) -> None:
        """Keep the choice for the next time."""
        ...


class DocumentSheets(Printout):
    """The pages of a PDF, one on a sheet, fitted without cropping."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets

    @override
    def count(self, page: PageSetup) -> int:
        return self.sheets.pages

    @override
    def draw(self, painter: QPainter, page: PageSetup, number: int, dpi: int) -> None:
        image = QImage.fromData(page_png(self.sheets.pdf, number, dpi=min(dpi, MOST_DPI)))
        width, height = page.room
        size = image.size().scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio)
        share = page.scale / 100
        wide, high = size.width() * share, size.height() * share
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF((width - wide) / 2, (height - high) / 2, wide, high), image)


class DocumentPrinting(Printing):
    """A document of the vault on its way to paper; saved, it is its own bytes."""

    def __init__(self, presenter: PrintPresenter) -> None:
        self._presenter = presenter

    @property
    @override
    def name(self) -> Text:
        return self._presenter.document.name

    @property
    @override
    def file_name(self) -> str:
        return self._presenter.document.file_name

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
    def open(self, part: str, stride: Stride) -> DocumentSheets:
        return DocumentSheets(self._presenter.sheets())

    @override
    def save(self, printout: Printout, page: PageSetup, path: Path, stride: Stride) -> None:
        assert isinstance(printout, DocumentSheets)
        self._presenter.save(printout.sheets, path)

    @override
    def last_setup(self) -> PrintSetup | None:
        return self._presenter.last_setup()

    @override
    def keep_setup(self, setup: PrintSetup) -> None:
        self._presenter.keep_setup(setup)
