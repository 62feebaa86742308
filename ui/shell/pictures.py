"""Pictures of the running window, and what a picture would show as a defect."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.kit.words import language_in_use
from ui.shell.picture_contrast import faint
from ui.shell.picture_structure import cut_off as cut_off
from ui.shell.picture_structure import layout_defects, ours, where
from ui.theme.theme import Theme


@dataclass(frozen=True)
class Format:
    """A screen a picture is taken for: its pixels, its scaling, what its pictures' names end in."""

    width: int
    height: int
    percent: int
    suffix: str

    @property
    def window(self) -> QSize:
        """How large the window is that fills it, in device-independent pixels."""
        return QSize(self.width * 100 // self.percent, self.height * 100 // self.percent)


SMALL_SCREEN = Format(1366, 768, 100, "")
FINE_SCREEN = Format(1920, 1080, 150, ".1920x1080@150")
FORMATS = (SMALL_SCREEN, FINE_SCREEN)


def picture_name(screen: str, language: str, theme: str, format: Format = SMALL_SCREEN) -> str:
    """Name the picture of a screen: ``quote.zh_CN.light.png``, ``….light.1920x1080@150.png``."""
    return f"{screen}.{language}.{theme}{format.suffix}.png"


def take_picture(
    window: QWidget, folder: Path, screen: str, theme: Theme, format: Format = SMALL_SCREEN
) -> Path:
    """Write the window as it is now into a folder; raises OSError when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / picture_name(screen, language_in_use(), theme.name, format)
    if not _drawn(window, format.percent / 100).save(str(target), "PNG"):
        raise OSError(f"the picture {target.name} could not be written")
    return target


def defects(window: QWidget) -> list[str]:
    """Name what is wrong with a window as it is now: its layout, its contrast, its names."""
    return [*layout_defects(window), *nameless(window), *map(str, faint(window))]


def nameless(window: QWidget) -> list[str]:
    """Name the visible controls a screen reader would have no word for."""
    controls = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView)
    return [
        f"{where(widget)} has no name"
        for widget in ours(window)
        if isinstance(widget, controls)
        and not isinstance(widget, QHeaderView)
        and not _said(widget)
    ]


def _drawn(window: QWidget, scale: float) -> QPixmap:
    """Draw a window as a screen of this scaling would show it."""
    picture = QPixmap(window.size() * scale)
    picture.setDevicePixelRatio(scale)
    window.render(picture, QPoint(0, 0))
    return picture


def _said(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text
