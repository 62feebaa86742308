"""The state of a record in a word, a shape and a colour, so it is read without the colour too."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, RADIUS, SMALL, TIGHT, Colours, Mood
from ui.widgets.label import Words
from ui.widgets.spoken import Spoken

SHAPE = 8
"""Side of the shape before the word."""


def paint_badge(
    painter: QPainter, box: QRectF, words: str, mood: Mood, colours: Colours, font: QFont
) -> None:
    """Paint a badge into the left of a box, as wide as its words and no wider than the box."""
    ink, ground = colours.of(mood)
    width = min(box.width(), badge_width(words, font))
    height = min(box.height(), font.pixelSize() + NEAR + 2)
    pill = QRectF(box.left(), box.center().y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(pill, RADIUS, RADIUS)
    painter.setBrush(QColor(ink))
    paint_shape(painter, QPointF(pill.left() + NEAR + SHAPE / 2, pill.center().y()), mood)
    painter.setPen(QColor(ink))
    room = pill.adjusted(NEAR + SHAPE + TIGHT, 0, -NEAR, 0)
    fitted = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, fitted)
    painter.restore()


def paint_shape(painter: QPainter, centre: QPointF, mood: Mood, side: float = SHAPE) -> None:
    """Paint the shape of a mood with the brush in hand: dot, ring, triangle, square, dash."""
    half = side / 2
    x, y = centre.x(), centre.y()
    if mood is Mood.OK:
        painter.drawEllipse(centre, half, half)
    elif mood is Mood.WAIT:
        painter.drawPie(QRectF(x - half, y - half, side, side), 90 * 16, -270 * 16)
    elif mood is Mood.WARN:
        corners = [QPointF(x, y - half), QPointF(x + half, y + half), QPointF(x - half, y + half)]
        painter.drawPolygon(QPolygonF(corners))
    elif mood is Mood.STOP:
        painter.drawRect(QRectF(x - half, y - half, side, side))
    else:
        painter.drawRect(QRectF(x - half, y - 1, side, 2))


def badge_width(words: str, font: QFont) -> float:
    """Say how wide a badge with these words is."""
    return QFontMetricsF(font).horizontalAdvance(words) + 2 * NEAR + SHAPE + TIGHT


class StateBadge(Spoken, QWidget):
    """A badge on its own, beside a record's name or in a form."""

    def __init__(
        self,
        theme: Theme,
        words: Words = "",
        mood: Mood = Mood.PLAIN,
        *,
        scale: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale = scale
        self._words: Words = words
        self._mood = mood
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._redraw)
        self.tell(words, mood)

    @property
    def mood(self) -> Mood:
        """The mood shown."""
        return self._mood

    def text(self) -> str:
        """Give the words shown."""
        return str(self._words)

    def tell(self, words: Words, mood: Mood) -> None:
        """Show another state."""
        self._words, self._mood = words, mood
        self.say()

    @override
    def say(self) -> None:
        self.setAccessibleName(str(self._words))
        self.updateGeometry()
        self.update()

    @Slot()
    def _redraw(self) -> None:
        self.update()

    def _own_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(SMALL * self._scale))
        return font

    @override
    def sizeHint(self) -> QSize:
        font = self._own_font()
        return QSize(round(badge_width(str(self._words), font)) + 1, font.pixelSize() + NEAR + 4)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not str(self._words):
            return
        painter = QPainter(self)
        colours = self._theme.colours
        box = QRectF(self.rect())
        paint_badge(painter, box, str(self._words), self._mood, colours, self._own_font())
        painter.end()
