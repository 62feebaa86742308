"""Brings what a picture needs once a page wants one: numpy on a lane, then the rest in slices.

The library of the pictures takes a quarter of a second to import, and so it comes neither before
the first paint nor while the password is typed, but when the first page with a picture is opened.
"""

import os

from PySide6.QtCore import QObject, Signal, Slot

from app.kit.lanes import Lane
from ui.shell.bridge import Bridge
from ui.shell.preload import Preloader
from ui.shell.sliced import SlicedImport

NO_QT = (
    "numpy",
    "xml.etree.ElementTree",
    "multiprocessing.connection",
    "app.kit.sheets.writing",
    "ui.widgets.chart_series",
)
"""What needs no Qt, on the lane."""
QT = (
    "PySide6.QtCore",
    "PySide6.QtGui",
    "PySide6.QtWidgets",
    "PySide6.QtSvg",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest",
)
"""The modules of Qt whose classes the library asks for."""
LIBRARY = "pyqtgraph"
OURS = ("ui.widgets.chart", "ui.widgets.chart_panel")
"""What draws with it."""


class ChartImport(QObject):
    """Imports what a ChartPanel needs, never more than a slice at a time; ``finished`` once."""

    finished = Signal()

    def __init__(self, bridge: Bridge, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first = Preloader(bridge, lane, NO_QT)
        self._library: SlicedImport | None = None
        self._last = Preloader(bridge, lane, (), OURS)
        self._first.finished.connect(self._bring_library)
        self._last.finished.connect(self.finished)

    def start(self) -> None:
        """Begin with the next turn of the event loop."""
        self._first.start()

    @Slot()
    def _bring_library(self) -> None:
        os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"  # it would take any Qt it finds
        self._library = SlicedImport(LIBRARY, QT, self)
        self._library.finished.connect(self._last.start)
        self._library.start()
