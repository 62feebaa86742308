"""A problem where it belongs: what happened, what is safe, what to do next, and the code."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.words import t
from ui.theme.theme import dress
from ui.theme.tokens import NEAR, PLAIN, TIGHT, Mood
from ui.widgets.label import PlainLabel, button_text
from ui.widgets.spoken import Spoken


class ProblemPanel(Spoken, QFrame):
    """Shows one problem inside the page it belongs to; ``closed`` when the person puts it away."""

    closed = Signal()

    def __init__(self, *, closable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._what = PlainLabel(size="strong", mood=Mood.STOP, wrap=True)
        self._safe = PlainLabel(wrap=True)
        self._next = PlainLabel(wrap=True)
        self._code = PlainLabel(size="small").selectable()
        self._copy = QPushButton()
        self._close = QPushButton()
        self._build(closable)
        self.hide()

    @property
    def problem(self) -> Problem | None:
        """The problem shown, if one is."""
        return self._problem

    def show_problem(self, problem: Problem, mood: Mood = Mood.STOP) -> None:
        """Show a problem; a warning one may pass is shown with Mood.WARN."""
        self._problem = problem
        dress(self, mood=mood.value)
        self._what.colour(mood)
        for label, words in (
            (self._what, problem.what),
            (self._safe, problem.safe),
            (self._next, problem.next),
        ):
            label.tell(words)
        self._code.tell(problem.code)
        self.say()
        self.show()

    def clear(self) -> None:
        """Put the problem away."""
        self._problem = None
        self.hide()

    def _build(self, closable: bool) -> None:
        self.setProperty("look", "banner")
        self.setProperty("mood", Mood.STOP.value)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = QVBoxLayout()
        words.setSpacing(TIGHT)
        for label in (self._what, self._safe, self._next):
            words.addWidget(label)
        side = QVBoxLayout()
        side.setSpacing(TIGHT)
        for button, slot in ((self._copy, self._copy_all), (self._close, self._put_away)):
            button.setProperty("look", "link")
            button.clicked.connect(slot)
        if not closable:
            # Never shown here: still without a parent, it would flash up as a window of its own.
            self._close.hide()
        row_below = QHBoxLayout()
        row_below.addWidget(self._code)
        row_below.addWidget(self._copy)
        row_below.addStretch(1)
        words.addLayout(row_below)
        side.addWidget(self._close)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(PLAIN, NEAR, NEAR, NEAR)
        row.setSpacing(NEAR)
        row.addLayout(words, 1)
        row.addLayout(side)

    @override
    def say(self) -> None:
        self._copy.setText(button_text(t("Copy for support")))
        self._close.setText(button_text(t("Close")))
        if self._problem is not None:
            self.setAccessibleName(str(self._problem.what))
            self.setAccessibleDescription(f"{self._problem.safe} {self._problem.next}")

    @Slot()
    def _copy_all(self) -> None:
        if self._problem is not None:
            lines = self._problem.as_dict().values()
            QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot()
    def _put_away(self) -> None:
        self.clear()
        self.closed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._close.isVisible():
            self._put_away()
        else:
            super().keyPressEvent(event)
