"""Search as you type for one record (a person, a product) and keep what was chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import Text
from ui.theme.theme import Theme, dress
from ui.theme.tokens import TIGHT
from ui.widgets.label import named
from ui.widgets.spoken import Spoken

SETTLE_MS = 120
MOST_LINES = 8


@dataclass(frozen=True)
class Pick:
    """One record that can be chosen: its id, its name, and what tells it from its namesakes."""

    id: object
    name: str
    detail: str = ""


PickSearch = Callable[[str, Callable[[Sequence[Pick]], object]], object]
"""Looks for records on a lane and hands over what was found on the GUI thread."""


class RecordPicker(Spoken, QLineEdit):
    """A field that searches while it is typed; ``picked`` carries the Pick, None when it is gone.

    Down and Up walk the list, Enter takes the line under the cursor, Esc closes the list and leaves
    what was typed.
    """

    picked = Signal(object)
    entered = Signal()
    """Enter was pressed with a record chosen."""

    def __init__(
        self, theme: Theme, name: Text, search: PickSearch, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._name, self._search = theme, name, search
        self._pick: Pick | None = None
        self._found: tuple[Pick, ...] = ()
        self.drop = QFrame(self)
        self.list = QListWidget()
        self._settle = QTimer(self)
        self._build()

    @property
    def pick(self) -> Pick | None:
        """The record chosen."""
        return self._pick

    @property
    def found(self) -> tuple[Pick, ...]:
        """What the list shows."""
        return self._found

    def choose(self, pick: Pick | None) -> None:
        """Choose a record, or none."""
        self._pick = pick
        self.drop.hide()
        self.setText(pick.name if pick is not None else "")
        self._look()
        self.picked.emit(pick)

    def _build(self) -> None:
        self.drop.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.drop.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.drop.setProperty("look", "overlay")
        column = QVBoxLayout(self.drop)
        column.setContentsMargins(TIGHT, TIGHT, TIGHT, TIGHT)
        column.addWidget(self.list)
        self.drop.hide()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._take_current)
        self.textEdited.connect(self._on_typed)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self.installEventFilter(self)
        self.say()
        self._look()

    @override
    def say(self) -> None:
        named(self, self._name)
        named(self.list, self._name)

    def _look(self) -> None:
        dress(self, state="" if self._pick is not None else "required")

    @Slot()
    def _on_typed(self) -> None:
        if self._pick is not None:
            self._pick = None
            self._look()
            self.picked.emit(None)
        self._settle.start()

    @Slot()
    def _ask(self) -> None:
        words = self.text().strip()
        if not words:
            self._show(())
            return

        def take(found: Sequence[Pick]) -> None:
            if words == self.text().strip() and self._pick is None:
                self._show(found)

        self._search(words, take)

    def _show(self, found: Sequence[Pick]) -> None:
        self._found = tuple(found)
        self.list.clear()
        for one in self._found:
            line = f"{one.name}    {one.detail}" if one.detail else one.name
            self.list.addItem(QListWidgetItem(line))
        if not self._found or not self.isVisible():
            self.drop.hide()
            return
        self.list.setCurrentRow(0)
        height = min(len(self._found), MOST_LINES) * self._theme.density.row + 2 * TIGHT + 4
        corner = self.mapToGlobal(self.rect().bottomLeft())
        self.drop.setGeometry(corner.x(), corner.y() + TIGHT, self.width(), height)
        self.drop.show()
        self.drop.raise_()

    @Slot()
    def _take_current(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._found):
            self.choose(self._found[row])

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if enter and self._pick is not None:
            self.entered.emit()
            return True
        if not self.drop.isVisible():
            return enter
        if enter:
            self._take_current()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = max(0, min(self.list.currentRow() + step, len(self._found) - 1))
            self.list.setCurrentRow(row)
        elif key == Qt.Key.Key_Escape:
            self.drop.hide()
        else:
            return False
        return True

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                return self._key(event)
        elif watched is self and event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.drop.hide()
        return super().eventFilter(watched, event)
