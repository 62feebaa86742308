"""Paper itself: the printers of this machine, and pages drawn onto one. Runs on the printer's lane.

Qt allows a QPainter on a printer and a QImage outside the GUI thread; nothing here touches a
widget. A page is drawn at the printer's own resolution, 300 dots per inch at most, fitted to the
sheet without cropping: the page code must stay readable and at its place.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QMarginsF, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPagedPaintDevice, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.documents.pages import page_png
from app.kit.errors.base import BranchError
from app.kit.errors.printing import printer_refused, printing_stopped
from ui.printing.setup import PrintSetup, Sides

MOST_DPI = 300
Step = Callable[[int, int], None]
_DUPLEX = {
    Sides.ONE: QPrinter.DuplexMode.DuplexNone,
    Sides.LONG_EDGE: QPrinter.DuplexMode.DuplexLongSide,
    Sides.SHORT_EDGE: QPrinter.DuplexMode.DuplexShortSide,
}


def printers() -> tuple[str, ...]:
    """Name the printers of this machine, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    names = QPrinterInfo.availablePrinterNames()
    return tuple(sorted(names, key=lambda name: (name != usual, name)))


def printer_for(setup: PrintSetup, title: str) -> QPrinter:
    """Set a printer up; raises BranchError E-PRINT-START for one that is not there any more."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    # Without such a printer Qt would go on and write a PDF nobody asked for.
    if setup.printer in QPrinterInfo.availablePrinterNames():
        printer.setPrinterName(setup.printer)
    if printer.outputFormat() is not QPrinter.OutputFormat.NativeFormat or not printer.isValid():
        raise BranchError(printer_refused(setup.printer))
    printer.setDocName(title)
    printer.setCopyCount(setup.copies)
    printer.setCollateCopies(True)
    printer.setDuplex(_DUPLEX[setup.sides])
    mode = QPrinter.ColorMode.Color if setup.colour else QPrinter.ColorMode.GrayScale
    printer.setColorMode(mode)
    lay_out(printer)
    return printer


def lay_out(device: QPagedPaintDevice) -> None:
    """Take A4 upright without margins of our own: the document has its own."""
    device.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(0, 0, 0, 0),
        )
    )


def print_pages(
    pdf: bytes, pages: Sequence[int], device: QPagedPaintDevice, name: str, step: Step
) -> None:
    """Draw pages of a document (numbers from 1) onto paper, one sheet each.

    ``step`` is told before each page and may raise Cancelled. Raises BranchError E-PRINT-START,
    E-PRINT-STOPPED, and those of a document that cannot be drawn.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise BranchError(printer_refused(name))
    whole = False
    try:
        for place, page in enumerate(pages):
            step(place, len(pages))
            if place and not device.newPage():
                raise BranchError(printing_stopped(name, place + 1, len(pages)))
            _draw(painter, device, page_png(pdf, page, dpi=_dpi(device)))
        step(len(pages), len(pages))
        whole = True
    finally:
        if not whole and isinstance(device, QPrinter):
            device.abort()
        ended = painter.end()
    if not ended:
        raise BranchError(printing_stopped(name, len(pages), len(pages)))


def _dpi(device: QPagedPaintDevice) -> int:
    return min(device.logicalDpiX(), MOST_DPI)


def _draw(painter: QPainter, device: QPagedPaintDevice, png: bytes) -> None:
    image = QImage.fromData(png)
    sheet = QSize(device.width(), device.height())
    size = image.size().scaled(sheet, Qt.AspectRatioMode.KeepAspectRatio)
    box = QRect(0, 0, size.width(), size.height())
    box.moveCenter(QRect(0, 0, sheet.width(), sheet.height()).center())
    painter.drawImage(box, image)
