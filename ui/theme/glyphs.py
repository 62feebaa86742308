"""Icons drawn from the signs of one font, which qtawesome brings (Material Design Icons 6).

qtawesome itself stays unloaded: it reads and checks twelve fonts and makes every class of Qt known
to Python, which holds the window up for a quarter of a second. A font and its list of signs are all
an icon needs.
"""

import json
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from app.kit.errors.base import BugError

FONT = "materialdesignicons6-webfont"
"""How the names of the font's file and of its list of signs begin; the rest is its version."""
SIZES = (10, 16, 18, 20, 24, 32, 36, 40, 48, 64, 96)
"""Pixels an icon is drawn at, on common and on fine screens; Qt takes the next larger for others.

Drawn beforehand and not on demand: a drawing engine in Python would be called while Qt paints, and
could be gone while an icon still asks for it.
"""
SHARE = 0.875
"""How much of an icon's height its sign takes: a little air is left around it."""


class Glyphs:
    """The font and its signs by their names; raises BugError where it was not installed."""

    def __init__(self) -> None:
        folder = _fonts()
        loaded = QFontDatabase.addApplicationFont(str(_newest(folder, "ttf")))
        families = QFontDatabase.applicationFontFamilies(loaded)
        if not families:
            raise BugError(f"{FONT} is no font")
        self._family = families[0]
        self._signs: dict[str, str] = json.loads(_newest(folder, "json").read_text("utf-8"))

    def icon(self, glyph: str, ink: str, disabled: str) -> QIcon:
        """Make an icon in ``#rrggbb``; raises KeyError for a glyph the font does not have."""
        sign, icon = chr(int(self._signs[glyph], 16)), QIcon()
        for size in SIZES:
            drawn = _drawn(self._family, sign, ink, size)
            icon.addPixmap(drawn, QIcon.Mode.Normal)
            # Left out, Qt would tint the icon of a chosen line.
            icon.addPixmap(drawn, QIcon.Mode.Selected)
            icon.addPixmap(_drawn(self._family, sign, disabled, size), QIcon.Mode.Disabled)
        return icon


def _drawn(family: str, sign: str, ink: str, size: int) -> QPixmap:
    """Draw one sign of a font into a square."""
    font = QFont(family)
    font.setPixelSize(round(size * SHARE))
    drawn = QPixmap(size, size)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(drawn.rect(), Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return drawn


def _fonts() -> Path:
    """Find the fonts of qtawesome without importing it."""
    found = find_spec("qtawesome")
    if found is None or found.origin is None:
        raise BugError("qtawesome is not installed")
    return Path(found.origin).parent / "fonts"


def _newest(folder: Path, extension: str) -> Path:
    files = sorted(folder.glob(f"{FONT}-*.{extension}"))
    if not files:
        raise BugError(f"qtawesome brings no {FONT}")
    return files[-1]
