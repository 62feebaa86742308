"""The yardstick of T1: an empty QMainWindow of PySide6, shown and painted."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow
from typing_extensions import override

from tests.benchmarks.painted import tell_and_end


class EmptyWindow(QMainWindow):
    """Ends the process once its first frame is through."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, tell_and_end)


if __name__ == "__main__":
    app = QApplication(sys.argv)
    window = EmptyWindow()
    window.resize(1024, 700)
    window.show()
    app.exec()
