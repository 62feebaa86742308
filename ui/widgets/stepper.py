"""The steps of a piece of work, painted as they are: done, now, to come, and in doubt."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import ARM_LENGTH, BODY, NEAR, SMALL, Mood
from ui.widgets.spoken import Spoken


@dataclass(frozen=True)
class Step:
    """One step by its key and its name."""

    key: str
    label: Text


class StepState(Enum):
    """How far a step is."""

    TODO = "todo"
    NOW = "now"
    DONE = "done"
    DOUBT = "doubt"


SEALING_STEPS = (
    Step("choose", t("Choose")),
    Step("check", t("Check")),
    Step("prove", t("Prove")),
    Step("stamp", t("Stamp")),
    Step("look", t("Look")),
    Step("done", t("Done")),
)
"""The custodian's steps; they mirror the states of a sealing job."""


class Stepper(Spoken, QWidget):
    """Paints steps from left to right; ``arm_length`` is the size for a custodian standing."""

    def __init__(
        self,
        theme: Theme,
        steps: tuple[Step, ...] = SEALING_STEPS,
        *,
        arm_length: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._steps = steps
        self._now = 0
        self._doubt = False
        self._scale = ARM_LENGTH if arm_length else 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._redraw)
        self.say()

    def go(self, key: str, *, doubt: bool = False) -> None:
        """Show the step with this key as the present one, in doubt or not.

        Raises ValueError for a key that is not among the steps.
        """
        self._now = [step.key for step in self._steps].index(key)
        self._doubt = doubt
        self.say()

    def state_of(self, key: str) -> StepState:
        """Say how far a step is."""
        place = [step.key for step in self._steps].index(key)
        if place < self._now:
            return StepState.DONE
        if place > self._now:
            return StepState.TODO
        if self._doubt:
            return StepState.DOUBT
        last = self._now == len(self._steps) - 1
        return StepState.DONE if last else StepState.NOW

    @override
    def say(self) -> None:
        said = t(
            "Step {n} of {of}: {step}",
            n=self._now + 1,
            of=len(self._steps),
            step=self._steps[self._now].label,
        )
        doubtful = t("{step}, in doubt", step=said)
        self.setAccessibleName(str(doubtful if self._doubt else said))
        self.update()

    @Slot()
    def _redraw(self) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(round(96 * self._scale) * len(self._steps), round(64 * self._scale))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(round(72 * self._scale) * len(self._steps), round(64 * self._scale))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.width() / len(self._steps)
        for place in range(len(self._steps)):
            self._paint_step(painter, place, QPointF(room * (place + 0.5), 22 * self._scale), room)
        painter.end()

    def _paint_step(self, painter: QPainter, place: int, centre: QPointF, room: float) -> None:
        radius = 14 * self._scale
        colours = self._theme.colours
        state = self.state_of(self._steps[place].key)
        if place + 1 < len(self._steps):
            passed = place < self._now
            painter.setPen(QPen(QColor(colours.accent if passed else colours.edge), 2))
            gap = radius + NEAR
            end = QPointF(centre.x() + room - gap, centre.y())
            painter.drawLine(QPointF(centre.x() + gap, centre.y()), end)
        ink = self._paint_disc(painter, centre, radius, state)
        painter.setPen(QColor(ink))
        painter.setFont(self._font(SMALL, bold=True))
        disc = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        mark = {StepState.DONE: "\u2713", StepState.DOUBT: "?"}.get(state, str(place + 1))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, mark)
        present = place == self._now
        painter.setFont(self._font(BODY, bold=present))
        painter.setPen(QColor(colours.text if present else colours.muted))
        below = QRectF(centre.x() - room / 2, disc.bottom(), room, 26 * self._scale)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(self._steps[place].label))

    def _paint_disc(
        self, painter: QPainter, centre: QPointF, radius: float, state: StepState
    ) -> str:
        """Paint the disc of a step and give the ink for its mark."""
        colours = self._theme.colours
        ground, edge, ink = {
            StepState.NOW: (colours.accent, colours.accent, colours.on_accent),
            StepState.DONE: (colours.accent_soft, colours.accent, colours.accent),
            StepState.DOUBT: (*reversed(colours.of(Mood.WARN)), colours.warn),
            StepState.TODO: (colours.surface, colours.edge, colours.muted),
        }[state]
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(edge), 2))
        painter.drawEllipse(centre, radius, radius)
        return ink

    def _font(self, size: int, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(size * self._scale))
        font.setBold(bold)
        return font
