"""Paper itself: the printers of this machine, and pages drawn onto one. Runs on the printer's lane.

Qt allows a QPainter on a printer and a QImage outside the GUI thread; nothing here touches a
widget. A page of a document is drawn at the printer's own resolution, 300 dots per inch at most,
fitted to the sheet without cropping: the page code must stay readable and at its place.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSaveFile
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageWriter,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.kit.errors.base import BranchError
from app.kit.errors.printing import file_not_written, printer_refused, printing_stopped
from ui.printing.printout import Printout
from ui.printing.setup import PageSetup, Paper, PrintSetup, Sides

Step = Callable[[int, int], None]
PREVIEW_DPI, PDF_DPI = 96, 300
UNITS = 254
"""Units of 0.1 mm in an inch."""
_DUPLEX = {
    Sides.ONE: QPrinter.DuplexMode.DuplexNone,
    Sides.LONG_EDGE: QPrinter.DuplexMode.DuplexLongSide,
    Sides.SHORT_EDGE: QPrinter.DuplexMode.DuplexShortSide,
}
_PAPERS = {
    Paper.A3: QPageSize.PageSizeId.A3,
    Paper.A4: QPageSize.PageSizeId.A4,
    Paper.A5: QPageSize.PageSizeId.A5,
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
    lay_out(printer, setup.page)
    return printer


def lay_out(device: QPagedPaintDevice, page: PageSetup) -> None:
    """Give a device its sheet: paper, which way round, margins."""
    ways = QPageLayout.Orientation
    edge = page.margin
    device.setPageLayout(
        QPageLayout(
            QPageSize(_PAPERS[page.paper]),
            ways.Landscape if page.landscape else ways.Portrait,
            QMarginsF(edge, edge, edge, edge),
            QPageLayout.Unit.Millimeter,
        )
    )


def print_pages(
    printout: Printout,
    page: PageSetup,
    pages: Sequence[int],
    device: QPagedPaintDevice,
    name: str,
    step: Step,
) -> None:
    """Draw pages (numbers from 1) onto paper, one on a sheet.

    ``step`` is told before each page and may raise Cancelled. Raises BranchError E-PRINT-START,
    E-PRINT-STOPPED, and those of what cannot be drawn.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise BranchError(printer_refused(name))
    whole = False
    try:
        for place, number in enumerate(pages):
            step(place, len(pages))
            if place and not device.newPage():
                raise BranchError(printing_stopped(name, place + 1, len(pages)))
            painter.save()
            _fit(painter, device, page)
            printout.draw(painter, page, number, device.logicalDpiX())
            painter.restore()
        step(len(pages), len(pages))
        whole = True
    finally:
        if not whole and isinstance(device, QPrinter):
            device.abort()
        ended = painter.end()
    if not ended:
        raise BranchError(printing_stopped(name, len(pages), len(pages)))


def picture(printout: Printout, page: PageSetup, number: int) -> bytes:
    """Draw a whole sheet, margins and all, to look at (PNG)."""
    width, height = page.sheet
    image = QImage(
        width * PREVIEW_DPI // UNITS, height * PREVIEW_DPI // UNITS, QImage.Format.Format_RGB32
    )
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.scale(PREVIEW_DPI / UNITS, PREVIEW_DPI / UNITS)
    painter.translate(page.margin * 10, page.margin * 10)
    printout.draw(painter, page, number, PREVIEW_DPI)
    painter.end()
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # QImage.save takes a str where its own types ask for bytes; the writer takes what it says.
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(written.data())


def write_pdf(printout: Printout, page: PageSetup, path: Path, title: str, step: Step) -> None:
    """Write all pages to a PDF, whole or not at all; raises E-PRINT-FILE and Cancelled."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise BranchError(file_not_written(path.name, file.errorString()))
    writer = QPdfWriter(file)
    writer.setResolution(PDF_DPI)
    writer.setTitle(title)
    lay_out(writer, page)
    # Left without commit, QSaveFile throws away what was written and keeps the older file.
    try:
        print_pages(printout, page, range(1, printout.count(page) + 1), writer, path.name, step)
    except BranchError as refused:
        if refused.code not in ("E-PRINT-START", "E-PRINT-STOPPED"):
            raise
        raise BranchError(file_not_written(path.name, file.errorString())) from refused
    if not file.commit():
        raise BranchError(file_not_written(path.name, file.errorString()))


def _fit(painter: QPainter, device: QPagedPaintDevice, page: PageSetup) -> None:
    """Let a unit be 0.1 mm; where a printer's own edge takes more, everything shrinks alike."""
    width, height = page.room
    unit = min(device.width() / width, device.height() / height)
    painter.translate((device.width() - width * unit) / 2, (device.height() - height * unit) / 2)
    painter.scale(unit, unit)
