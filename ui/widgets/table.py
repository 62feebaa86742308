"""The list every screen uses: filter box, count, sortable columns, rows without end."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.words import Text, t, tn
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR
from ui.widgets.empty import EmptyState
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.row_view import RowModel, RowView
from ui.widgets.rows import Asked, Column, Row, RowSource
from ui.widgets.spoken import Spoken

SETTLE_MS = 150
"""How long typing in the filter rests before the list is read again."""


@dataclass(frozen=True)
class TableLayout:
    """What a person arranged, to be stored as a saved view: widths in pixels, hidden columns."""

    widths: tuple[tuple[str, int], ...]
    hidden: tuple[str, ...]
    asked: Asked


class ListTable(Spoken, QWidget):
    """A list of records. ``opened`` and ``chosen`` carry the Row; ``arranged`` the TableLayout."""

    opened = Signal(object)
    chosen = Signal(object)
    arranged = Signal(object)
    told = Signal(object)
    """A Text for the toast, for instance what was copied."""

    def __init__(
        self,
        theme: Theme,
        columns: tuple[Column, ...],
        source: RowSource,
        *,
        name: Text,
        empty: EmptyState | None = None,
        filtering: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._columns = columns
        self.model = RowModel(columns, source)
        self.view = RowView(self.model, theme)
        self.filter = QLineEdit()
        self._count = PlainLabel(size="small")
        self._empty = empty or EmptyState(
            theme, t("Nothing here yet."), t("Records appear here as they are made.")
        )
        self._nothing = EmptyState(
            theme, t("Nothing matches."), t("Shorten the filter or press Esc to clear it.")
        )
        self._settle = QTimer(self)
        self._build(filtering)
        self._wire()
        self._say_names()
        self.reload()

    def reload(self) -> None:
        """Read the list anew; the cursor stays on the same record where it is still near."""
        self._ask(self.model.asked)

    def show_only(self, words: str) -> None:
        """Filter by words at once."""
        self.filter.setText(words)
        self._filter_now()

    def order_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column's key."""
        place = [column.key for column in self._columns].index(key)
        side = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.view.horizontalHeader().setSortIndicator(place, side)

    def current(self) -> Row | None:
        """Give the row under the cursor."""
        return self.view.current_row()

    def choose(self, row_id: object) -> bool:
        """Put the cursor on a record; False when it is not in what has been read."""
        place = self.model.place_of(row_id)
        if place is not None:
            self.view.go_to(place)
        return place is not None

    def layout_now(self) -> TableLayout:
        """Give widths, hidden columns, order and filter as they are."""
        keys = [column.key for column in self._columns]
        shown = [place for place in range(len(keys)) if not self.view.isColumnHidden(place)]
        return TableLayout(
            widths=tuple((keys[place], self.view.columnWidth(place)) for place in shown),
            hidden=tuple(key for place, key in enumerate(keys) if place not in shown),
            asked=self.model.asked,
        )

    def arrange(self, layout: TableLayout) -> None:
        """Put a stored view back; columns that no longer exist are passed over."""
        widths = dict(layout.widths)
        for place, column in enumerate(self._columns):
            self.view.setColumnHidden(place, column.key in layout.hidden)
            self.view.setColumnWidth(place, widths.get(column.key, column.width))
        self.filter.setText(layout.asked.words)
        if layout.asked.order in {column.key for column in self._columns}:
            self.order_by(layout.asked.order, descending=layout.asked.descending)
        self._filter_now()

    def _build(self, filtering: bool) -> None:
        top = QHBoxLayout()
        top.setSpacing(NEAR)
        top.addWidget(self.filter, 1)
        top.addWidget(self._count)
        if not filtering:
            # Never shown here: still without a parent, they would flash up as windows of their own.
            self.filter.hide()
            self._count.hide()
        body = QWidget()
        self._pile = QStackedLayout(body)
        for part in (self.view, self._empty, self._nothing):
            self._pile.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addLayout(top)
        column.addWidget(body, 1)
        self.setFocusProxy(self.view)

    def _wire(self) -> None:
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._filter_now)
        self.filter.textEdited.connect(self._start_settling)
        self.filter.installEventFilter(self)
        header = self.view.horizontalHeader()
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        # Sorting switched on, a click on a heading no longer selects its column, which is all rows;
        # the model's own sort() stays the empty one, the list asks its source anew instead.
        self.view.setSortingEnabled(True)
        header.setSortIndicatorShown(False)
        header.sortIndicatorChanged.connect(self._sort)
        header.sectionResized.connect(self._tell_arranged)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        self.view.opened.connect(self._pass_opened)
        self.view.chosen.connect(self._pass_chosen)
        self.view.copied.connect(self._tell_copied)

    def _say_names(self) -> None:
        named(self.view, self._name)
        named(self.filter, t("Filter {list}", list=self._name))
        self.filter.setPlaceholderText(str(t("Filter…")))

    def _ask(self, asked: Asked) -> None:
        before, place = self.view.current_row(), self.view.currentIndex().row()
        self.model.ask(asked)
        self._tell_count()
        count = self.model.rowCount()
        self._pile.setCurrentIndex(0 if count else (2 if asked.words else 1))
        if before is None or not count:
            return
        self.model.row(min(place, count - 1))
        found = self.model.place_of(before.id)
        self.view.go_to(found if found is not None else min(place, count - 1))

    def _tell_count(self) -> None:
        count = self.model.rowCount()
        self._count.tell(tn("{shown} row", "{shown} rows", count, shown=f"{count:,}"))

    @Slot()
    def _start_settling(self) -> None:
        self._settle.start()

    @Slot()
    def _filter_now(self) -> None:
        self._settle.stop()
        asked = self.model.asked
        words = self.filter.text().strip()
        if words != asked.words:
            self._ask(Asked(asked.order, asked.descending, words))
            self.arranged.emit(self.layout_now())

    @Slot(int, Qt.SortOrder)
    def _sort(self, place: int, side: Qt.SortOrder) -> None:
        words = self.model.asked.words
        if place >= 0 and not self._columns[place].sortable:
            return
        key = self._columns[place].key if place >= 0 else ""
        self._ask(Asked(key, bool(key) and side is Qt.SortOrder.DescendingOrder, words))
        self.arranged.emit(self.layout_now())

    @Slot()
    def _tell_arranged(self) -> None:
        self.arranged.emit(self.layout_now())

    @Slot(QPoint)
    def _offer_columns(self, point: QPoint) -> None:
        self.column_menu().popup(self.view.horizontalHeader().mapToGlobal(point))

    def column_menu(self) -> QMenu:
        """Make the menu that shows and hides columns; the last one shown cannot be hidden."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = sum(not self.view.isColumnHidden(n) for n in range(len(self._columns)))
        for place, column in enumerate(self._columns):
            action = QAction(button_text(column.title), menu)
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(place))
            action.setEnabled(shown > 1 or not action.isChecked())
            action.setData(place)
            menu.addAction(action)
        menu.triggered.connect(self._toggle_column)
        return menu

    @Slot(QAction)
    def _toggle_column(self, action: QAction) -> None:
        self.view.setColumnHidden(action.data(), not action.isChecked())
        self.arranged.emit(self.layout_now())

    @Slot(object)
    def _pass_opened(self, row: Row) -> None:
        self.opened.emit(row)

    @Slot(object)
    def _pass_chosen(self, row: Row) -> None:
        self.chosen.emit(row)

    @Slot(int, int)
    def _tell_copied(self, copied: int, of: int) -> None:
        if copied < of:
            words = t("Copied the first {copied} of {of} rows.", copied=copied, of=of)
        else:
            words = tn("Copied {n} row.", "Copied {n} rows.", copied)
        self.told.emit(words)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.filter
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
        ):
            return self._filter_key(event)
        return super().eventFilter(watched, event)

    def _filter_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._filter_now()
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
            if not self.view.currentIndex().isValid() and self.model.rowCount():
                self.view.go_to(0)
            return True
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.show_only("")
            return True
        return False

    @override
    def say(self) -> None:
        self._say_names()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
