"""The status strip: is it saved, has head office got it, do the machines work, as of when."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT, Mood
from ui.widgets.badge import paint_shape
from ui.widgets.label import button_text


@dataclass(frozen=True)
class StripItem:
    """One button of the strip: what it says, how it stands, and the page that explains it."""

    key: str
    words: Text
    mood: Mood
    page: str


@dataclass(frozen=True)
class StripState:
    """The whole strip; ``as_of`` is pushed to the right."""

    items: tuple[StripItem, ...]
    as_of: Text | None = None


def age(seconds: float) -> Text:
    """Say how long something has lasted, in the largest unit that fits."""
    if seconds >= 86_400:
        return t("{n} d", n=int(seconds // 86_400))
    if seconds >= 3_600:
        return t("{n} h", n=int(seconds // 3_600))
    if seconds >= 60:
        return t("{n} min", n=int(seconds // 60))
    return t("under a minute")


def link_item(online: bool, seconds: float, page: str = "sync") -> StripItem:
    """Say whether head office is reachable and for how long that has been so."""
    words = t("Online") if online else t("Offline {age}", age=age(seconds))
    return StripItem("link", words, Mood.OK if online else Mood.WARN, page)


def outbox_item(waiting: int, page: str = "sync") -> StripItem:
    """Say how much head office has not got yet."""
    words = t("To send {n}", n=waiting)
    return StripItem("outbox", words, Mood.WAIT if waiting else Mood.PLAIN, page)


def problems_item(count: int, page: str = "problems") -> StripItem:
    """Say how many problems wait for a person."""
    words = t("Problems {n}", n=count)
    return StripItem("problems", words, Mood.STOP if count else Mood.PLAIN, page)


def device_item(key: str, name: Text, state: Text, mood: Mood, page: str = "devices") -> StripItem:
    """Say how a device stands."""
    return StripItem(key, t("{device} {state}", device=name, state=state), mood, page)


class StatusStrip(QFrame):
    """Shows the strip; ``asked_for`` carries the key of the page behind a button."""

    asked_for = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = StripState(())
        self._buttons: dict[str, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(NEAR, 0, NEAR, 0)
        self._row.setSpacing(TIGHT)
        self._row.addStretch(1)
        self._as_of = self._make("as_of")
        self._row.addWidget(self._as_of)
        self.setProperty("look", "strip")
        theme.changed.connect(self.redraw)
        self.redraw()

    def show_state(self, state: StripState) -> None:
        """Show another state; a button that stays keeps its place and focus."""
        for key in set(self._buttons) - {item.key for item in state.items}:
            gone = self._buttons.pop(key)
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, item in enumerate(state.items):
            if item.key not in self._buttons:
                self._buttons[item.key] = self._make(item.key)
                self._row.insertWidget(place, self._buttons[item.key])
                self._buttons[item.key].show()
        self._state = state
        self.redraw()

    def button(self, key: str) -> QPushButton:
        """Give the button of an item."""
        return self._buttons[key]

    def free_room(self) -> QRect:
        """Give the room between the states and the time, in the strip's own pixels."""
        self._row.activate()
        last = max((one.geometry().right() for one in self._buttons.values()), default=0)
        end = self._as_of.x() if self._as_of.isVisible() else self.width()
        return QRect(QPoint(last + NEAR, 0), QPoint(end - NEAR, self.height() - 1))

    def first_button(self) -> QPushButton:
        """Give the button the keyboard comes to first."""
        return next(iter(self._buttons.values()), self._as_of)

    @Slot()
    def redraw(self) -> None:
        """Say and draw everything again, in the language and colours in use."""
        for item in self._state.items:
            button = self._buttons[item.key]
            button.setText(button_text(item.words))
            button.setAccessibleName(str(item.words))
            button.setIcon(self._dot(item.mood))
        as_of = self._state.as_of
        self._as_of.setVisible(as_of is not None)
        self._as_of.setText(button_text(as_of or ""))
        self._as_of.setAccessibleName(str(as_of or ""))

    def _make(self, key: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(key)
        button.setProperty("look", "ghost")
        button.setIconSize(QSize(10, 10))
        button.clicked.connect(self._ask)
        return button

    @Slot()
    def _ask(self) -> None:
        key = self.sender().objectName()
        pages = {item.key: item.page for item in self._state.items}
        self.asked_for.emit(pages.get(key, "sync"))

    def _dot(self, mood: Mood) -> QIcon:
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(QSize(10, 10) * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.colours.of(mood)[0]))
        paint_shape(painter, QPointF(5, 5), mood)
        painter.end()
        return QIcon(drawn)
