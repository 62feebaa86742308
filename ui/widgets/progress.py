"""Long work: over 100 ms it shows, over 1 s it counts, estimates and can be stopped."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from app.kit.clock import Clock
from app.kit.words import Text, t, tn
from ui.theme.tokens import NEAR, PLAIN
from ui.widgets.label import PlainLabel, button_text
from ui.widgets.spoken import Spoken

COUNTS_AFTER = 1.0
"""Seconds before a bar with a count takes the place of a plain sentence."""


def estimate(done: int, total: int, seconds: float) -> Text | None:
    """Say how long the rest takes if it goes on as it went so far; None where one cannot say."""
    if done <= 0 or done >= total:
        return None
    left = seconds * (total - done) / done
    if left < 5:
        return t("a few seconds left")
    if left < 90:
        return tn("about {n} second left", "about {n} seconds left", round(left / 5) * 5)
    return tn("about {n} minute left", "about {n} minutes left", round(left / 60))


class ProgressLine(Spoken, QFrame):
    """One line of work under way. ``cancelled`` is emitted once when the person says stop."""

    cancelled = Signal()

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._began = 0.0
        self._doing: Text | None = None
        self._what = PlainLabel()
        self._count = PlainLabel(size="small")
        self._bar = QProgressBar()
        self._stop = QPushButton()
        self._build()
        self.hide()

    def begin(self, what: Text) -> None:
        """Show that work began; nothing is counted yet."""
        self._began = self._clock.monotonic()
        self._what.tell(what)
        self._doing = what
        self.say()
        self._bar.setRange(0, 0)
        self._bar.hide()
        self._count.tell("")
        self._stop.setEnabled(True)
        self.show()

    def advance(self, done: int, total: int) -> None:
        """Show how many are done, of how many."""
        seconds = self._clock.monotonic() - self._began
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        self._bar.setVisible(seconds >= COUNTS_AFTER)
        left = estimate(done, total, seconds)
        counted = t("{done} of {total}", done=f"{done:,}", total=f"{total:,}")
        timely = seconds >= COUNTS_AFTER and left is not None
        self._count.tell(t("{counted}, {left}", counted=counted, left=left) if timely else counted)

    @override
    def say(self) -> None:
        self._bar.setAccessibleName(str(self._doing or ""))
        self._stop.setText(button_text(t("Cancel")))

    def end(self) -> None:
        """The work is over, one way or another."""
        self.hide()

    def _build(self) -> None:
        self.setProperty("look", "surface")
        self._bar.setTextVisible(False)
        self._stop.clicked.connect(self._cancel)
        self._stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(PLAIN, NEAR, PLAIN, NEAR)
        row.setSpacing(PLAIN)
        row.addWidget(self._what)
        row.addWidget(self._bar, 1)
        row.addWidget(self._count)
        row.addStretch(0)
        row.addWidget(self._stop)

    @Slot()
    def _cancel(self) -> None:
        self._stop.setEnabled(False)
        self._what.tell(t("Stopping…"))
        self.cancelled.emit()
