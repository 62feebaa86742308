"""The views a person saved of a list: the line that takes a name, and the port that keeps them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from app.kit.signs import plainly_seen
from app.kit.words import t
from ui.theme.tokens import NEAR
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.list_layout import TableLayout
from ui.widgets.spoken import Spoken

LONGEST_NAME = 40
"""Signs of a view's name."""


@dataclass(frozen=True)
class SavedView:
    """A view under its name; the ``default`` one is how the list opens."""

    name: str
    layout: TableLayout
    default: bool = False


class ViewShelf(Protocol):
    """Keeps the views of one list for the person who sits here; answers come when they come."""

    def fetch(self, keys: frozenset[str], done: Callable[[Sequence[SavedView]], object]) -> None:
        """Read the views, by name; ``keys`` are the list's columns."""
        ...

    def keep(self, view: SavedView, done: Callable[[], object]) -> None:
        """Keep a view in place of one of the same name; a default takes the place of another."""
        ...

    def drop(self, name: str, done: Callable[[], object]) -> None:
        """Forget a view."""
        ...


class NameLine(Spoken, QWidget):
    """Takes the name of a view that is to be saved; Enter saves, Esc closes."""

    given = Signal(str, bool)
    """The name, and whether the list is to open so."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = PlainLabel(t("Name of the view"), size="small")
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST_NAME)
        self.default = QCheckBox()
        self.save = QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        for part in (self._label, self.line, self.default, self.save):
            row.addWidget(part)
        row.setStretchFactor(self.line, 1)
        self.setFocusProxy(self.line)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._judge)
        self.save.clicked.connect(self._take)
        self.say()
        self._judge("")

    def begin(self, name: str, default: bool) -> None:
        """Show the line with a name to begin with."""
        self.line.setText(name)
        self.line.selectAll()
        self.default.setChecked(default)
        self.show()
        self.line.setFocus()

    @Slot(str)
    def _judge(self, text: str) -> None:
        self.save.setEnabled(bool(text.strip()) and plainly_seen(text))

    @Slot()
    def _take(self) -> None:
        if self.save.isEnabled():
            self.given.emit(" ".join(self.line.text().split()), self.default.isChecked())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                self._take()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
        return super().eventFilter(watched, event)

    @override
    def say(self) -> None:
        named(self.line, t("Name of the view"))
        self.default.setText(button_text(t("Open the list so")))
        self.save.setText(button_text(t("Save")))
