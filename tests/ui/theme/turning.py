"""A window on a platform that says whether it is light or dark; prints what it saw as JSON.

The platform's own part turns its scheme, as the settings of the system would; the desk hears it
from Qt.
"""

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme.theme import SYSTEM, Theme

LOOK_MS, LOOKS = 50, 40
"""How often and how many times to look whether the platform has told of a turn."""


def main() -> None:
    """Turn the system to and fro, with the choice left to it and with one made."""
    app = QApplication([])
    theme = Theme(app, SYSTEM)
    window = QWidget()
    theme.clothe(window)
    window.setProperty("look", "window")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    window.resize(200, 100)
    window.show()
    seen = [[theme.name, ground(window)]]

    def turn(scheme: Qt.ColorScheme) -> None:
        hints = QGuiApplication.styleHints()
        hints.setColorScheme(scheme)
        for _ in range(LOOKS):
            QTest.qWait(LOOK_MS)
            if hints.colorScheme() is scheme:
                break
        seen.append([theme.name, ground(window)])

    turn(Qt.ColorScheme.Dark)
    turn(Qt.ColorScheme.Light)
    theme.use("dark")
    seen.append([theme.name, ground(window)])
    turn(Qt.ColorScheme.Light)
    theme.use(SYSTEM)
    seen.append([theme.name, ground(window)])
    turn(Qt.ColorScheme.Dark)
    print(json.dumps(seen))


def ground(window: QWidget) -> str:
    """Give the colour of a window's ground, from its pixels."""
    return window.grab().toImage().pixelColor(100, 50).name()


if __name__ == "__main__":
    main()
