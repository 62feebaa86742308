"""The chain of a contract drawn as a line: drawn up, signed, sealed, photographed."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.documents.archive import ArchiveLink, LinkKind
from app.kit.words import t
from ui.contracts.texts import LINKS, short
from ui.theme.theme import Theme
from ui.theme.tokens import BODY, NEAR, SMALL, Mood
from ui.widgets.spoken import Spoken

RADIUS = 9
TOP = 14


class ChainLine(Spoken, QWidget):
    """Paints one mark per kind of link; a link that is there carries its short hash."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._links: dict[LinkKind, ArchiveLink] = {}
        self._torn = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._redraw)
        self.say()

    def show_chain(self, links: tuple[ArchiveLink, ...], *, torn: bool) -> None:
        """Show a chain; a torn one is drawn in the colour that stops."""
        self._links = {link.kind: link for link in links}
        self._torn = torn
        self.say()

    @override
    def say(self) -> None:
        there = ", ".join(str(LINKS[kind]) for kind in LinkKind if kind in self._links)
        said = t("The chain does not hold: {links}", links=there) if self._torn else t(
            "Chain: {links}", links=there or "–"
        )  # fmt: skip
        self.setAccessibleName(str(said))
        self.update()

    @Slot()
    def _redraw(self) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(110 * len(LinkKind), 74)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(90 * len(LinkKind), 74)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.width() / len(LinkKind)
        kinds = list(LinkKind)
        for place, kind in enumerate(kinds):
            centre = QPointF(room * (place + 0.5), TOP)
            if place + 1 < len(kinds):
                self._paint_way(painter, centre, room, kinds[place + 1] in self._links)
            self._paint_link(painter, kind, centre, room)
        painter.end()

    def _paint_way(self, painter: QPainter, centre: QPointF, room: float, gone: bool) -> None:
        colours = self._theme.colours
        style = Qt.PenStyle.SolidLine if gone else Qt.PenStyle.DotLine
        painter.setPen(QPen(QColor(colours.ok if gone else colours.edge), 2, style))
        gap = RADIUS + NEAR
        start = QPointF(centre.x() + gap, centre.y())
        painter.drawLine(start, QPointF(centre.x() + room - gap, centre.y()))

    def _paint_link(self, painter: QPainter, kind: LinkKind, centre: QPointF, room: float) -> None:
        colours, link = self._theme.colours, self._links.get(kind)
        ink, ground = colours.of(Mood.STOP if self._torn else Mood.OK)
        painter.setPen(QPen(QColor(ink if link else colours.edge), 2))
        painter.setBrush(QColor(ground if link else colours.surface))
        painter.drawEllipse(centre, RADIUS, RADIUS)
        if link:
            painter.setBrush(QColor(ink))
            painter.drawEllipse(centre, 3, 3)
        left, width = centre.x() - room / 2, room
        painter.setFont(self._font(BODY))
        painter.setPen(QColor(colours.text if link else colours.muted))
        name = QRectF(left, TOP + RADIUS + 4, width, 22)
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, str(LINKS[kind]))
        painter.setFont(self._font(SMALL))
        painter.setPen(QColor(colours.muted))
        below = QRectF(left, name.bottom(), width, 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, short(link.sha256) if link else "–")

    def _font(self, size: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(size)
        return font
