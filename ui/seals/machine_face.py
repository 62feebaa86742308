"""The machine as it stands, drawn: door, paper, head, and in words what state it is in."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from devices.seal.api import DeviceState
from ui.seals.session import MachineView
from ui.theme.theme import Theme
from ui.theme.tokens import ARM_LENGTH, BODY, NEAR, PLAIN, RADIUS, Mood
from ui.widgets.spoken import Spoken

STATES: dict[DeviceState, tuple[Text, Mood]] = {
    DeviceState.LOCKED: (t("Ready, locked"), Mood.OK),
    DeviceState.AUTHED: (t("Persons proved"), Mood.WAIT),
    DeviceState.ARMED: (t("Armed"), Mood.WARN),
    DeviceState.STAMPING: (t("Stamping"), Mood.WARN),
    DeviceState.CAPTURING: (t("Photographing"), Mood.WAIT),
    DeviceState.FAULT: (t("Jammed or at fault"), Mood.STOP),
    DeviceState.TAMPERED: (t("Housing was opened"), Mood.STOP),
    DeviceState.INDETERMINATE: (t("Does not know its last act"), Mood.STOP),
    DeviceState.MAINTENANCE: (t("In maintenance"), Mood.STOP),
}
GONE = (t("Not connected"), Mood.STOP)


def state_words(view: MachineView | None) -> tuple[Text, Mood]:
    """Say how the machine stands."""
    if view is None:
        return t("Asking the machine…"), Mood.WAIT
    if view.state is None:
        return GONE
    return STATES.get(view.state, GONE)


class MachineFace(Spoken, QWidget):
    """Paints the machine from its sensors; never from what we think it should be."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: MachineView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._redraw)
        self.say()

    @property
    def view(self) -> MachineView | None:
        """What is shown."""
        return self._view

    def show_machine(self, view: MachineView) -> None:
        """Show how it stands now."""
        self._view = view
        self.say()

    def _lines(self) -> list[Text]:
        view = self._view
        if view is None or view.state is None:
            return []
        return [
            t("Door closed") if view.door_closed else t("Door open"),
            t("Paper lies in it") if view.paper else t("No paper in it"),
            t("Counter {n}", n=f"{view.total:,}" if view.total is not None else "–"),
        ]

    @override
    def say(self) -> None:
        words = [state_words(self._view)[0], *self._lines()]
        self.setAccessibleName(" · ".join(str(word) for word in words))
        self.update()

    @Slot()
    def _redraw(self) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(290, 212)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words, mood = state_words(self._view)
        ink, ground = self._theme.colours.of(mood)
        self._paint_body(painter, ground, ink)
        painter.setPen(QColor(ink))
        painter.setFont(self._font(BODY * ARM_LENGTH, bold=True))
        painter.drawText(QRectF(0, 102, 290, 32), Qt.AlignmentFlag.AlignHCenter, str(words))
        painter.setPen(QColor(self._theme.colours.text))
        painter.setFont(self._font(BODY + 2))
        for place, line in enumerate(self._lines()):
            box = QRectF(0, 136 + place * 24, 290, 24)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, str(line))
        painter.end()

    def _paint_body(self, painter: QPainter, ground: str, ink: str) -> None:
        """Draw housing, head and bed; the door hangs open or closes the mouth."""
        colours, view = self._theme.colours, self._view
        known = view is not None and view.state is not None
        painter.setPen(QPen(QColor(ink), 2))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(65, 4, 160, 94), RADIUS, RADIUS)
        painter.setBrush(QColor(colours.surface))
        mouth = QRectF(81, 42, 128, 46)
        painter.drawRect(mouth)
        self._paint_head(painter, ink)
        if known and view is not None and view.paper:
            painter.setPen(QPen(QColor(colours.edge), 1))
            painter.setBrush(QColor("white"))
            painter.drawRect(QRectF(97, 76, 96, 9))
        if known and view is not None:
            painter.setPen(QPen(QColor(ink), 4))
            if view.door_closed:
                painter.drawLine(mouth.bottomLeft(), mouth.bottomRight())
            else:
                away = QPointF(mouth.right() + 40, mouth.bottom() + 6)
                painter.drawLine(mouth.bottomRight(), away)

    def _paint_head(self, painter: QPainter, ink: str) -> None:
        view = self._view
        down = view is not None and view.state is DeviceState.STAMPING
        top = 24 if down else 10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawRect(QRectF(139, top, PLAIN, 34))
        painter.drawRoundedRect(QRectF(121, top + 34, 48, NEAR + 2), 3, 3)

    def _font(self, size: float, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(size))
        font.setBold(bold)
        return font
