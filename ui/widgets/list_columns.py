"""Which columns a list shows and in which order: checked by Space, moved by Alt and arrow."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.words import t
from ui.theme.tokens import TIGHT
from ui.widgets.label import PlainLabel, named
from ui.widgets.rows import Column
from ui.widgets.spoken import Spoken

MOST_LINES = 7
KEY = Qt.ItemDataRole.UserRole


class ColumnPanel(Spoken, QWidget):
    """The columns of a list, in their order, the shown ones checked."""

    arranged = Signal()

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = {column.key: column.title for column in columns}
        self._hint = PlainLabel(
            t("Space shows or hides a column, Alt with an arrow key moves it."),
            size="small",
            wrap=True,
        )
        self.lines = QListWidget()
        self.lines.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.lines.setUniformItemSizes(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._hint)
        column.addWidget(self.lines)
        self.setFocusProxy(self.lines)
        self.lines.installEventFilter(self)
        self.lines.itemChanged.connect(self._keep_one)
        self.lines.model().rowsMoved.connect(self._moved)
        self.say()

    def put(self, order: Sequence[str], shown: Sequence[str]) -> None:
        """Show how the columns stand now."""
        self.lines.blockSignals(True)
        self.lines.clear()
        for key in order:
            item = QListWidgetItem(str(self._titles[key]))
            item.setData(KEY, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = Qt.CheckState.Checked if key in shown else Qt.CheckState.Unchecked
            item.setCheckState(checked)
            self.lines.addItem(item)
        self.lines.blockSignals(False)
        self.lines.setCurrentRow(0)
        height = self.lines.sizeHintForRow(0) * min(len(order), MOST_LINES)
        self.lines.setFixedHeight(height + 2 * self.lines.frameWidth() + TIGHT)

    def order(self) -> list[str]:
        """Give the columns' keys in their order."""
        return [str(item.data(KEY)) for item in self._items()]

    def shown(self) -> set[str]:
        """Give the keys of the columns to show."""
        return {str(item.data(KEY)) for item in self._items() if _checked(item)}

    def shift(self, by: int) -> None:
        """Move the column under the cursor up or down."""
        place = self.lines.currentRow()
        target = place + by
        if place >= 0 and 0 <= target < self.lines.count():
            self.lines.insertItem(target, self.lines.takeItem(place))
            self.lines.setCurrentRow(target)
            self.arranged.emit()

    def _items(self) -> list[QListWidgetItem]:
        return [self.lines.item(place) for place in range(self.lines.count())]

    @Slot(QListWidgetItem)
    def _keep_one(self, item: QListWidgetItem) -> None:
        """Check the last one again: a list without a column shows nothing."""
        if not self.shown():
            item.setCheckState(Qt.CheckState.Checked)
        else:
            self.arranged.emit()

    @Slot()
    def _moved(self) -> None:
        self.arranged.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
            and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        ):
            self.shift(-1 if event.key() == Qt.Key.Key_Up else 1)
            return True
        return super().eventFilter(watched, event)

    @override
    def say(self) -> None:
        named(self.lines, t("Columns"))
        self.lines.blockSignals(True)
        for item in self._items():
            item.setText(str(self._titles[str(item.data(KEY))]))
        self.lines.blockSignals(False)


def _checked(item: QListWidgetItem) -> bool:
    return item.checkState() is Qt.CheckState.Checked
