"""The filled button: the next verb, with a ring inside its edge while it has the focus."""

from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton
from typing_extensions import override

from ui.theme.tokens import TIGHT

RING = 2


class FilledButton(QPushButton):
    """A button that shows its focus inside where it is filled (its ``look``).

    A stylesheet draws its outline around the words, whatever room is beside them.
    """

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus() or self.property("look") != "filled":
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.HighlightedText), RING))
        inside = self.rect().adjusted(TIGHT, TIGHT, -TIGHT, -TIGHT)
        painter.drawRoundedRect(inside, RING, RING)
        painter.end()
