"""The tour: five steps through the desk, shown to a person once, and again when asked for.

It lies over the window and takes neither the focus nor a key by itself: who types goes on typing,
and who opens another page has it out of the way.
With the focus in it (its own keys, or F6) Enter goes on, the arrows go on and back, Esc leaves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import FAR, NEAR, PLAIN, RADIUS, TIGHT, WIDE
from ui.widgets.filled import FilledButton
from ui.widgets.label import PlainLabel, button_text
from ui.widgets.spoken import Spoken

CARD_WIDTH = 340
KEY = "tour"


@dataclass(frozen=True)
class TourStep:
    """One step: what it shows (a part of the window, None where it is not there) and says."""

    title: Text
    words: Callable[[], Text]
    part: Callable[[], QWidget | None]


class _Ring(QWidget):
    """A frame around the part a step speaks of; clicks go through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._over = theme, parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def surround(self, part: QWidget) -> None:
        """Lie around a part of the window."""
        corner = part.mapTo(self._over, QPoint(0, 0))
        room = self._over.rect()
        self.setGeometry(QRect(corner, part.size()).adjusted(-3, -3, 3, 3).intersected(room))
        self.show()
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.colours.accent), 3))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), RADIUS, RADIUS)
        painter.end()


class Tour(Spoken, QFrame):
    """The card of the tour over its window; ``left`` comes when it is at its end or left."""

    left = Signal()

    def __init__(self, theme: Theme, window: QWidget, steps: Sequence[TourStep]) -> None:
        super().__init__(window)
        self._over, self._steps = window, tuple(steps)
        self._ring = _Ring(theme, window)
        self._back_to: QWidget | None = None
        self.place = 0
        self._count = PlainLabel(size="small")
        self._title = PlainLabel(size="strong")
        self._words = PlainLabel(wrap=True)
        self.skip, self.back, self.go_on = QPushButton(), QPushButton(), FilledButton()
        self._build()
        theme.changed.connect(self._ring.update)

    def start(self) -> None:
        """Begin with the first step, without taking the focus."""
        self.place = 0
        self._show()

    def call_up(self) -> None:
        """Begin, or come to the card that is shown already: it takes the focus."""
        if self.isHidden():
            self.start()
        focused: QWidget | None = self._over.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._back_to = focused
        self.go_on.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def make_way(self) -> None:
        """Step aside for who goes on working: not seen yet, it comes again at the next sign-in."""
        focused: QWidget | None = self._over.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self.hide()
            self._ring.hide()

    def settle(self) -> None:
        """Take the place beside the part the step speaks of."""
        if self.isHidden():
            return
        self.setFixedSize(CARD_WIDTH, self.heightForWidth(CARD_WIDTH))
        self._column.activate()
        part = self._steps[self.place].part()
        if part is None or not part.isVisible():
            self._ring.hide()
            self.move(self._within(self._over.rect().center() - self.rect().center()))
            return
        self._ring.surround(part)
        self.move(self._within(self._beside(part)))
        self.raise_()

    @override
    def say(self) -> None:
        step, count = self._steps[self.place], len(self._steps)
        self._count.tell(t("Step {n} of {of}", n=self.place + 1, of=count))
        self._title.tell(step.title)
        self._words.tell(step.words())
        last = self.place == count - 1
        for button, words in (
            (self.skip, t("Leave the tour")),
            (self.back, t("Back")),
            (self.go_on, t("Done") if last else t("Next")),
        ):
            button.setText(button_text(words))
            button.setAccessibleName(str(words))
        self.back.setEnabled(self.place > 0)
        self.setAccessibleName(str(step.title))
        self.setAccessibleDescription(str(step.words()))
        self.settle()

    def _build(self) -> None:
        self.setProperty("look", "overlay")
        self.hide()
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, PLAIN, WIDE, PLAIN)
        column.setSpacing(NEAR)
        for part in (self._count, self._title, self._words):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self.skip.setProperty("look", "ghost")
        self.go_on.setProperty("look", "filled")
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.go_on)
        column.addSpacing(TIGHT)
        column.addLayout(row)
        self.skip.clicked.connect(self.leave)
        self.back.clicked.connect(self._step_back)
        self.go_on.clicked.connect(self._step_on)
        for button in (self.skip, self.back, self.go_on):
            button.installEventFilter(self)

    def _show(self) -> None:
        self.show()
        self.say()

    @Slot()
    def leave(self) -> None:
        """End the tour where it is; the focus goes back to where it was."""
        if self.isHidden():
            return
        back, self._back_to = self._back_to, None
        self.hide()
        self._ring.hide()
        if back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.left.emit()

    @Slot()
    def _step_on(self) -> None:
        if self.place + 1 == len(self._steps):
            self.leave()
        else:
            self._go(self.place + 1)

    @Slot()
    def _step_back(self) -> None:
        if self.place:
            self._go(self.place - 1)

    def _go(self, place: int) -> None:
        focused: QWidget | None = self._over.focusWidget()
        held = focused is not None and self.isAncestorOf(focused)
        self.place = place
        self._show()
        if held:
            self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _beside(self, part: QWidget) -> QPoint:
        """Below a part at the top, above one at the bottom, right of a tall one, or inside it."""
        window = self._over.rect()
        box = QRect(part.mapTo(self._over, QPoint(0, 0)), part.size())
        if box.height() > window.height() // 2:
            side = box.right() + NEAR if box.width() < window.width() // 2 else box.center().x()
            return QPoint(side, box.top() + FAR)
        below = box.center().y() < window.height() // 2
        return QPoint(
            box.left(), box.bottom() + NEAR if below else box.top() - self.height() - NEAR
        )

    def _within(self, corner: QPoint) -> QPoint:
        room = self._over.rect().adjusted(NEAR, NEAR, -NEAR, -NEAR)
        x = max(room.left(), min(corner.x(), room.right() - self.width()))
        return QPoint(x, max(room.top(), min(corner.y(), room.bottom() - self.height())))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A button takes the arrows for a walk to the next button: here they turn the steps.
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in arrows
        ):
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.leave()
            case Qt.Key.Key_Right | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._step_on()
            case Qt.Key.Key_Left:
                self._step_back()
            case _:
                super().keyPressEvent(event)
