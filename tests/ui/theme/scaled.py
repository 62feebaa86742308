"""The sample window on screens of several scalings, moved while it runs; prints defects as JSON.

``scaled.py CONFIG``: CONFIG describes the screens to the offscreen platform.
"""

import json
import os
import sys
from itertools import product

os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={sys.argv[1]}"

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.gallery import sample_window, surroundings
from ui.shell.pictures import defects
from ui.shell.speaking import speak
from ui.shell.window import DeskWindow
from ui.theme.theme import Theme
from ui.theme.tokens import Density

PAGES = ("workbench", "customers", "pricing", "seals")


def main() -> None:
    """Carry one window from screen to screen and look at it on each."""
    qInstallMessageHandler(lambda kind, _where, words: heard(kind, words))
    app = QApplication([])
    theme = Theme(app)
    window = sample_window(surroundings(theme))
    window.show()
    told = []
    for screen, (language, density) in product(
        QGuiApplication.screens(), (("zh_CN", Density.COMFORTABLE), ("en", Density.COMPACT))
    ):
        speak(language)
        theme.use("light", density)
        while window.opening:
            QTest.qWait(1)
        carry(window, screen, app)
        for key in PAGES:
            window.open_page(key)
            app.sendPostedEvents()
            picture = window.grab()
            told.append(
                {
                    "page": key,
                    "ratio": window.devicePixelRatio(),
                    "picture": [picture.width(), picture.height()],
                    "window": [window.width(), window.height()],
                    "row": row_height(window),
                    "defects": defects(window),
                }
            )
    print(json.dumps(told))


def carry(window: DeskWindow, screen: QScreen, app: QApplication) -> None:
    """Move a window to another screen, as a person drags it or changes the scaling."""
    handle = window.windowHandle()
    assert handle is not None
    handle.setScreen(screen)
    window.setGeometry(screen.geometry())
    app.sendPostedEvents()


def row_height(window: DeskWindow) -> int:
    """Give the height of the line of search, in device-independent pixels."""
    return window.search.height()


def heard(kind: QtMsgType, words: str) -> None:
    """Stop at a warning of Qt, but for what the offscreen platform says of itself."""
    if kind is not QtMsgType.QtDebugMsg and "plugin does not support" not in words:
        raise SystemExit(words)


if __name__ == "__main__":
    main()
