"""Pictures of the running window, and what a picture would show as a defect."""

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget

from app.kit.words import language_in_use
from ui.theme.theme import Theme
from ui.widgets.label import ElidedLabel


def picture_name(screen: str, language: str, theme: str) -> str:
    """Name the picture of a screen, for instance ``quote.zh_CN.light.png``."""
    return f"{screen}.{language}.{theme}.png"


def take_picture(window: QWidget, folder: Path, screen: str, theme: Theme) -> Path:
    """Write the window as it is now into a folder; raises OSError when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / picture_name(screen, language_in_use(), theme.name)
    if not window.grab().save(str(target), "PNG"):
        raise OSError(f"the picture {target.name} could not be written")
    return target


def nameless(window: QWidget) -> list[str]:
    """Name the visible controls a screen reader would have no word for."""
    controls = (QAbstractButton, QLineEdit, QComboBox, QTableView)
    return [
        _where(widget)
        for widget in window.findChildren(QWidget)
        if isinstance(widget, controls) and _counts(widget) and not _said(widget)
    ]


def cut_off(window: QWidget) -> list[str]:
    """Name the visible texts that have less room than they need."""
    return [
        f"{_where(widget)}: {widget.text()!r}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QLabel | QAbstractButton) and _counts(widget) and _is_cut(widget)
    ]


def _counts(widget: QWidget) -> bool:
    """Leave out what Qt puts inside its own widgets (a corner button, a calendar's arrows)."""
    ours = not widget.objectName().startswith("qt_")
    inner = isinstance(widget.parent(), QTableView | QLineEdit | QComboBox)
    return widget.isVisible() and ours and not inner


def _said(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _is_cut(widget: QLabel | QAbstractButton) -> bool:
    if not widget.text() or isinstance(widget, ElidedLabel):
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        room = QRect(0, 0, max(widget.contentsRect().width(), 1), 10_000)
        flags = int(widget.alignment()) | 0x1000
        needed = widget.fontMetrics().boundingRect(room, flags, widget.text())
        return needed.height() > widget.height() + 1
    return widget.sizeHint().width() > widget.width() + 1


def _where(widget: QWidget) -> str:
    return f"{type(widget).__name__} in {type(widget.parent()).__name__}"
