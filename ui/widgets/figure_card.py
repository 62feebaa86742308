"""A card: one figure, what it means, how bad it is; pressed, it opens what it counts.

The cards of a page stand in a flow: as many side by side as there is room for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import BODY, NEAR, PLAIN, RADIUS, SMALL, TIGHT, TITLE, Mood
from ui.widgets.badge import paint_shape
from ui.widgets.label import tip
from ui.widgets.spoken import Spoken

LEAST_WIDTH, HEIGHT = 146, 84
WORD_LINES = 2
SHAPE = 10


@dataclass(frozen=True)
class Figure:
    """What a card shows; ``key`` tells it from the others."""

    key: str
    figure: str
    words: Text
    mood: Mood


class FigureCard(Spoken, QAbstractButton):
    """One card; checked while what it counts is on the screen."""

    def __init__(self, theme: Theme, shown: Figure, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.shown = shown
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._redraw)
        self.say()

    def tell(self, shown: Figure) -> None:
        """Show another figure."""
        if shown != self.shown:
            self.shown = shown
            self.say()

    @property
    def cut(self) -> bool:
        """Whether its words or its figure have no room."""
        wanted = self._words_box(QRect(0, 0, self._inner().width(), 10_000)).height()
        figure = QFontMetrics(self._figure_font()).horizontalAdvance(self.shown.figure)
        return wanted > self._words_room().height() or figure > self._figure_room()

    @override
    def say(self) -> None:
        self.setAccessibleName(
            str(t("{words}: {figure}", words=self.shown.words, figure=self.shown.figure))
        )
        tip(self, self.shown.words if self.cut else "")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tip(self, self.shown.words if self.cut else "")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked()
        painter.setPen(QPen(QColor(colours.accent if marked else colours.line), 2 if marked else 1))
        ground = colours.accent_soft if self.isChecked() else colours.surface
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), TIGHT, TIGHT)
        inner, mood = self._inner(), self.shown.mood
        ink = colours.of(mood)[0] if mood in (Mood.STOP, Mood.WARN) else colours.text
        if mood is Mood.OK:  # nothing waits here: the eye shall find the cards where something does
            ink = colours.muted
        painter.setFont(self._figure_font())
        painter.setPen(QColor(ink))
        height = QFontMetrics(self._figure_font()).height()
        top = QRect(inner.left(), inner.top(), inner.width(), height)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, self.shown.figure)
        if mood is not Mood.PLAIN:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.of(mood)[0]))
            centre = QPointF(inner.right() - SHAPE / 2, inner.top() + height / 2)
            paint_shape(painter, centre, mood, SHAPE)
        painter.setFont(self._font(SMALL))
        painter.setPen(QColor(colours.muted))
        painter.drawText(self._words_room(), int(WRAPPED), str(self.shown.words))
        painter.end()

    def _inner(self) -> QRect:
        return self.rect().adjusted(PLAIN, NEAR, -PLAIN, -NEAR)

    def _words_room(self) -> QRect:
        inner = self._inner()
        height = QFontMetrics(self._font(SMALL)).lineSpacing() * WORD_LINES + TIGHT
        return QRect(inner.left(), inner.bottom() + 1 - height, inner.width(), height)

    def _words_box(self, room: QRect) -> QRect:
        metrics = QFontMetrics(self._font(SMALL))
        return metrics.boundingRect(room, int(WRAPPED), str(self.shown.words))

    def _figure_room(self) -> int:
        mark = 0 if self.shown.mood is Mood.PLAIN else SHAPE + TIGHT
        return self._inner().width() - mark

    def _figure_font(self) -> QFont:
        """Give the large font, or a smaller one where a long amount needs it."""
        font = self._font(TITLE)
        font.setWeight(QFont.Weight.DemiBold)
        if QFontMetrics(font).horizontalAdvance(self.shown.figure) > self._figure_room():
            font.setPixelSize(BODY)
        return font

    def _font(self, size: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size)
        return font

    @Slot()
    def _redraw(self) -> None:
        self.update()


WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class CardFlow(QWidget):
    """Cards side by side, in rows; ``pressed`` carries the key of one."""

    pressed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cards: list[FigureCard] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(NEAR)

    def put(self, figures: Sequence[Figure]) -> None:
        """Show these figures in this order; cards that are there are told, not made anew."""
        for place, shown in enumerate(figures):
            if place == len(self.cards):
                self._add(shown)
            self.cards[place].tell(shown)
            self.cards[place].show()
        for card in self.cards[len(figures) :]:
            card.hide()
        self._lay(len(figures))
        self.setVisible(bool(figures))

    def mark(self, key: str) -> None:
        """Mark the card whose list is on the screen, "" for none."""
        for card in self.cards:
            card.setChecked(card.shown.key == key)

    def card(self, key: str) -> FigureCard:
        """Give a card by its key; raises StopIteration for one that is not shown."""
        return next(one for one in self.cards if one.shown.key == key and not one.isHidden())

    def _add(self, shown: Figure) -> None:
        # Shown without a parent it would be a window of its own and take the focus away.
        card = FigureCard(self._theme, shown, self)
        card.clicked.connect(self._press)
        self.cards.append(card)

    @Slot()
    def _press(self) -> None:
        card = self.sender()
        assert isinstance(card, FigureCard)
        self.pressed.emit(card.shown.key)

    def _lay(self, count: int) -> None:
        fits = max(1, (self.width() + NEAR) // (LEAST_WIDTH + NEAR))
        rows = max(1, -(-count // fits))
        columns = max(1, -(-count // rows))
        for place in range(count):
            self._grid.addWidget(self.cards[place], place // columns, place % columns)
        self._columns = fits

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = max(1, (self.width() + NEAR) // (LEAST_WIDTH + NEAR))
        if fits != self._columns:
            self._lay(sum(not card.isHidden() for card in self.cards))
