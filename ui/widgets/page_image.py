"""A page of a document or a photograph, as large as its place allows, with differences boxed.

A picture is read at the size it is painted at, and no sooner: a photograph of five megapixels, read
whole and then made small, would hold up the window for 60 ms, and takes a quarter of that read
small (a JPEG gives every second, fourth or eighth pixel without the others).
"""

from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.kit.words import Text
from ui.theme.theme import Theme
from ui.theme.tokens import LIGHT, Mood


@dataclass(frozen=True)
class Box:
    """A place on the page in parts of its width and height (0 to 1), and what it means."""

    left: float
    top: float
    width: float
    height: float
    mood: Mood = Mood.WARN


class PageImage(QWidget):
    """Shows one picture with its proportions kept."""

    def __init__(self, theme: Theme, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = b""
        self._size = QSize()
        self._scaled = QImage()
        self._boxes: tuple[Box, ...] = ()
        self.setAccessibleName(str(name))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._redraw)

    def show_page(self, picture: bytes, boxes: tuple[Box, ...] = ()) -> None:
        """Show a PNG or JPEG; raises ValueError when the bytes are no picture."""
        size = _Source(picture).size()
        if size.isEmpty():
            raise ValueError("the bytes are no picture")
        self._picture, self._size, self._scaled, self._boxes = picture, size, QImage(), boxes
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._picture, self._size, self._scaled, self._boxes = b"", QSize(), QImage(), ()
        self.update()

    def picture_box(self) -> QRect:
        """Say where in the widget the picture is drawn; empty without one."""
        if self._size.isEmpty():
            return QRect()
        size = self._size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        box = QRect(0, 0, size.width(), size.height())
        box.moveCenter(self.rect().center())
        return box

    @Slot()
    def _redraw(self) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, 420)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.picture_box()
        if not box.isEmpty():
            painter.drawImage(box, self._fitted(box.size()))
            painter.setPen(QPen(QColor(self._theme.colours.line), 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            for mark in self._boxes:
                self._paint_mark(painter, box, mark)
        painter.end()

    def _paint_mark(self, painter: QPainter, box: QRect, mark: Box) -> None:
        # The picture is paper in either theme, so the mark has the colours for light ground.
        place = QRectF(
            box.left() + mark.left * box.width(),
            box.top() + mark.top * box.height(),
            mark.width * box.width(),
            mark.height * box.height(),
        )
        painter.setPen(QPen(QColor(LIGHT.of(mark.mood)[1]), 5))
        painter.drawRect(place)
        painter.setPen(QPen(QColor(LIGHT.of(mark.mood)[0]), 2))
        painter.drawRect(place)

    def _fitted(self, size: QSize) -> QImage:
        wanted = size * self.devicePixelRatioF()
        if self._scaled.size() != wanted:
            self._scaled = _Source(self._picture).read(wanted)
        return self._scaled


class _Source:
    """Reads a picture from its bytes; the buffer lives as long as its reader."""

    def __init__(self, picture: bytes) -> None:
        self._buffer = QBuffer()
        self._buffer.setData(picture)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._reader = QImageReader(self._buffer)

    def size(self) -> QSize:
        """Give its width and height from its head; empty where it is no picture."""
        return self._reader.size()

    def read(self, size: QSize) -> QImage:
        """Read it at a size; a null picture where its body is broken."""
        self._reader.setScaledSize(size)
        return self._reader.read()
