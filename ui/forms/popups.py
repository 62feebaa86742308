"""What opens under a field: the values it or its person had before, or how it was reckoned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from app.packs.form_sums import Reckoned
from ui.theme.theme import Theme
from ui.theme.tokens import TIGHT
from ui.widgets.label import PlainLabel, named
from ui.widgets.trace import TraceStep, TraceTable

WIDTH = 420
TRACE_WIDTH = 620
TRACE_HEIGHT = 220
MOST_LINES = 8


@dataclass(frozen=True)
class Former:
    """A value a field held or a person typed: as typed into the field, and who and when."""

    text: str
    shown: str
    detail: str = ""


class Memory(Protocol):
    """Gives what fields held before; what it reads, it reads off the GUI thread."""

    def has(self, key: str) -> bool:
        """Say whether anything is kept of a field at all."""
        ...

    def ask(self, key: str, take: Callable[[Sequence[Former]], object]) -> None:
        """Hand over what a field held, newest first."""
        ...


class FormerList(QFrame):
    """A list of former values: Enter or a click takes one, Esc closes."""

    def __init__(self, theme: Theme, name: Text, taken: Callable[[str], object]) -> None:
        super().__init__()
        self._theme, self._taken = theme, taken
        self._former: tuple[Former, ...] = ()
        self.list = QListWidget()
        self.none = PlainLabel(t("Nothing is kept of this field."), size="small")
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("look", "overlay")
        column = QVBoxLayout(self)
        column.setContentsMargins(TIGHT, TIGHT, TIGHT, TIGHT)
        column.addWidget(self.none)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.itemActivated.connect(self._take)
        self.list.itemClicked.connect(self._take)
        named(self, name)
        named(self.list, name)

    def show_under(self, field: QWidget, former: Sequence[Former]) -> None:
        """Open under a field."""
        self._former = tuple(former)
        self.list.clear()
        for one in self._former:
            self.list.addItem(f"{one.shown}    {one.detail}" if one.detail else one.shown)
        self.none.setVisible(not self._former)
        self.list.setVisible(bool(self._former))
        lines = max(min(len(self._former), MOST_LINES), 1)
        self.resize(WIDTH, lines * self._theme.density.row + 4 * TIGHT)
        self.move(field.mapToGlobal(QPoint(0, field.height())))
        self.show()
        self.list.setCurrentRow(0)
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def _take(self) -> None:
        row = self.list.currentRow()
        self.hide()
        if 0 <= row < len(self._former):
            self._taken(self._former[row].text)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)


class Workings(QFrame):
    """How a computed field came about, line by line; Esc closes."""

    def __init__(self, theme: Theme, name: Text) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("look", "overlay")
        self.table = TraceTable(theme, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(TIGHT, TIGHT, TIGHT, TIGHT)
        column.addWidget(self.table)
        named(self, name)

    def show_under(self, field: QWidget, reckoned: Reckoned) -> None:
        """Open under a field."""
        self.table.show_steps(
            [
                TraceStep(step.what, step.value, t("line {n}", n=place))
                for place, step in enumerate(reckoned.steps, 1)
            ]
        )
        self.resize(TRACE_WIDTH, TRACE_HEIGHT)
        self.move(field.mapToGlobal(QPoint(0, field.height())))
        self.show()
        self.table.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
