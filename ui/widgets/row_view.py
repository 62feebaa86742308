"""A table view that paints whole rows itself.

Asking a Python model cell by cell costs some 1,600 calls a repaint and three times the C++ view;
painting rows costs a third of it (measured). Selection, header, keyboard and accessibility stay
QTableView's own.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, SMALL, Colours, Mood
from ui.widgets.badge import paint_badge
from ui.widgets.list_windows import Background, Watcher, Windows
from ui.widgets.rows import Asked, Column, Head, Row, RowSource, tsv

AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
MIDDLE = Qt.AlignmentFlag.AlignVCenter
LEFT, RIGHT = int(Qt.AlignmentFlag.AlignLeft | MIDDLE), int(Qt.AlignmentFlag.AlignRight | MIDDLE)
"""How the words of a cell stand in it."""
MARKED = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
MOST_PICTURES = 96
"""Pictures of rows kept: two pages, a fifth of a megabyte each on a common screen."""
LEAST_WORDS = 96
"""Pixels the column that takes the rest keeps at least, where it was not declared narrower."""
MOST_COPIED = 10_000
"""Rows one copy takes; more would stop the window while it reads them."""


@dataclass(frozen=True)
class Look:
    """What pictures of rows depend on: columns seen (left edge, room), size, screen, colours."""

    seen: tuple[tuple[int, int, int], ...]
    size: QSize
    ratio: float
    colours: Colours
    font: str


class RowModel(QAbstractTableModel):
    """A model over windows of rows; it never holds the list."""

    recounted = Signal()
    """The count has become another by itself."""
    arrived = Signal()
    """Rows that were awaited are there."""

    def __init__(
        self,
        columns: tuple[Column, ...],
        source: RowSource,
        background: Background | None = None,
    ) -> None:
        super().__init__()
        self.columns = columns
        self.windows = Windows(source, columns, background, _Told(self))

    @property
    def asked(self) -> Asked:
        """The order and filter in use, or coming into use."""
        return self.windows.asked

    def ask(self, asked: Asked) -> None:
        """Show another order or filter, or the same read anew."""
        self.beginResetModel()
        self.windows.ask(asked)
        self.endResetModel()

    def fold(self, value: str, away: bool) -> None:
        """Fold a group away, or show its rows again."""
        self.anew(partial(self.windows.fold, value, away))

    def row(self, place: int) -> Row | None:
        """Give the row at a position."""
        return self.windows.row(place) if 0 <= place < self.windows.count else None

    def place_of(self, row_id: object) -> int | None:
        """Find a row that is loaded by its id."""
        if isinstance(row_id, Head):
            return self.windows.place_of_group(row_id.value)
        known = self.windows.known()
        return next((place for place, row in known if row.id == row_id), None)

    def anew(self, change: Callable[[], None]) -> None:
        """Let a change make everything another."""
        self.beginResetModel()
        change()
        self.endResetModel()
        self.recounted.emit()

    def grow(self, first: int, last: int, change: Callable[[], None]) -> None:
        """Let a change put rows at the end."""
        self.beginInsertRows(NOWHERE, first, last)
        change()
        self.endInsertRows()
        self.recounted.emit()

    def _heading(self, column: Column) -> str:
        """Give a title, with an arrow on the sorted ones (Qt paints its own over the words)."""
        sorts = self.asked.sorts
        rank = next((n for n, one in enumerate(sorts, 1) if one.key == column.key), 0)
        if not rank:
            return str(column.title)
        arrow = "↓" if sorts[rank - 1].descending else "↑"
        return f"{column.title} {arrow}{rank if len(sorts) > 1 else ''}"

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else self.windows.count

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: AnyIndex, role: int = DISPLAY) -> object:
        if role != DISPLAY:
            return None
        row = self.row(index.row())
        if row is None:
            return ""
        if row.head is not None:
            return str(head_words(row.head)) if index.column() == 0 else ""
        return row.cells[index.column()]

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        # Qt asks for eight roles of each heading several times over before it is first seen.
        if role not in (DISPLAY, ALIGNMENT) or orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == DISPLAY:
            return self._heading(column)
        side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class _Told(Watcher):
    """Hands on to a model what its windows say of themselves."""

    def __init__(self, model: RowModel) -> None:
        self._model = weakref.proxy(model)

    @override
    def anew(self, change: Callable[[], None]) -> None:
        self._model.anew(change)

    @override
    def grown(self, first: int, last: int, change: Callable[[], None]) -> None:
        self._model.grow(first, last, change)

    @override
    def came(self) -> None:
        self._model.arrived.emit()


class ListHeader(QHeaderView):
    """The headings; says which one was clicked, and whether Shift was held."""

    picked = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._adding = False
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.sectionClicked.connect(self._pick)

    @Slot(int)
    def _pick(self, section: int) -> None:
        self.picked.emit(section, self._adding)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._adding = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mousePressEvent(event)


class RowView(QTableView):
    """Paints the rows of a RowModel; Enter or a double click opens a row, Ctrl+C copies as TSV."""

    opened = Signal(object)
    """The Row a person opened."""
    chosen = Signal(object)
    """The Row the cursor is on now."""
    copied = Signal(int, int)
    """How many rows were copied, of how many that were selected."""

    def __init__(self, model: RowModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._theme = theme
        self._small = QFont()
        self._awaiting = False
        """Whether the cursor is on a row that is still being read."""
        self._look: Look | None = None
        self._pictures: dict[tuple[int, bool], tuple[Row, QPixmap]] = {}
        self._badges: dict[tuple[str, Mood, int, bool], QPixmap] = {}
        self.setHorizontalHeader(ListHeader(self))
        self.setModel(model)
        self._set_up()
        self._dress()
        theme.changed.connect(self._dress)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._choose)
        model.arrived.connect(self._receive)

    @property
    def pictures_kept(self) -> int:
        """How many pictures of rows and badges are in memory."""
        return len(self._pictures) + len(self._badges)

    def current_row(self) -> Row | None:
        """Give the row under the cursor, the line above a group included."""
        return self._rows.row(self.currentIndex().row())

    def selected_places(self) -> list[int]:
        """Give the positions of the selected rows, top to bottom."""
        spans = self.selected_spans()
        return sorted({place for top, bottom in spans for place in range(top, bottom + 1)})

    def selected_spans(self) -> list[tuple[int, int]]:
        """Give the selected rows as stretches, first and last position, top to bottom.

        A stretch is never taken apart, so a million selected rows cost no more than one.
        """
        chosen = self.selectionModel().selection()
        return sorted((chosen.at(n).top(), chosen.at(n).bottom()) for n in range(chosen.size()))

    def copy(self) -> None:
        """Put the selected rows on the clipboard as TSV, MOST_COPIED at most."""
        places = self.selected_places()
        rows = [row for row in map(self._rows.row, places[:MOST_COPIED]) if row is not None]
        rows = [row for row in rows if row.head is None]
        shown = self.shown_columns()
        cells = [Row(row.id, tuple(row.cells[place] for place in shown)) for row in rows]
        columns = [self._rows.columns[place] for place in shown]
        QGuiApplication.clipboard().setText(tsv(columns, cells))
        self.copied.emit(len(rows), len(places))

    def shown_columns(self) -> list[int]:
        """Give the places of the columns a person sees, from left to right."""
        header = self.horizontalHeader()
        places = [header.logicalIndex(visual) for visual in range(len(self._rows.columns))]
        return [place for place in places if not self.isColumnHidden(place)]

    def go_to(self, place: int) -> None:
        """Put the cursor on a position, and the mark with it.

        Qt's own setCurrentIndex asks which keys are held: with Ctrl still down from the verb that
        brought her here the row would stay unmarked.
        """
        self.selectionModel().setCurrentIndex(self._rows.index(place, 0), MARKED)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        # The header would ask for every row whether it is selected: 7 s with a million selected.
        header.setSelectionModel(QItemSelectionModel(self._rows, header))
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(48)
        header.setStretchLastSection(not any(column.stretch for column in self._rows.columns))
        for place, column in enumerate(self._rows.columns):
            self.setColumnWidth(place, column.width)
            self.setColumnHidden(place, column.hidden)
            if column.stretch:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

        self._rows.headerDataChanged.connect(self._give_room)

    @Slot()
    def _give_room(self) -> None:
        """Let the column that takes the rest keep its heading and a word: a narrow list scrolls."""
        header = self.horizontalHeader()
        shown = self.shown_columns()
        for place in (one for one in shown if self._rows.columns[one].stretch):
            others = sum(header.sectionSize(one) for one in shown if one != place)
            words = min(self._rows.columns[place].width, LEAST_WORDS)
            least = max(header.sectionSizeHint(place), words)
            if self.viewport().width() - others >= least:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(place, least)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._give_room()
        super().resizeEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Let the pictures go with the page: some 10 MiB, drawn again in milliseconds."""
        self._forget_pictures()
        super().hideEvent(event)

    @Slot()
    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.density.row)
        self._small = QFont(self.font())
        self._small.setPixelSize(SMALL)
        self._forget_pictures()
        self.viewport().update()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row(index.row())
        if row is not None and row.head is not None:
            self.fold(row.head, not row.head.folded)
        elif row is not None:
            self.opened.emit(row)

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, now: QModelIndex, _before: QModelIndex) -> None:
        row = self._rows.row(now.row())
        self._awaiting = row is None and now.isValid()
        if row is not None and row.head is None:
            self.chosen.emit(row)

    @Slot()
    def _receive(self) -> None:
        self.viewport().update()
        if self._awaiting:
            self._choose(self.currentIndex(), NOWHERE)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._fold_by_key(event):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def fold(self, head: Head, away: bool) -> None:
        """Fold a group away or show it; the cursor comes to the line above it."""
        self._rows.fold(head.value, away)
        place = self._rows.windows.place_of_group(head.value)
        if place is not None:
            self.go_to(place)

    def _fold_by_key(self, event: QKeyEvent) -> bool:
        """Fold with Left and unfold with Right, where the cursor is on the line above a group."""
        row = self.current_row()
        if row is None or row.head is None:
            return False
        away = event.key() == Qt.Key.Key_Left
        if away != row.head.folded:
            self.fold(row.head, away)
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        box = event.rect()
        first, last = self.rowAt(box.top()), self.rowAt(box.bottom())
        count = self._rows.rowCount()
        if first >= 0:
            self._look_again()
            for place in range(first, (last if last >= 0 else count - 1) + 1):
                self._paint_row(painter, place)
        painter.end()

    def _look_again(self) -> None:
        """Throw the pictures of rows away where columns, colours, font or screen are others now."""
        seen = tuple(
            (place, self.columnViewportPosition(place) + NEAR, width - 2 * NEAR)
            for place in range(len(self._rows.columns))
            if not self.isColumnHidden(place) and (width := self.columnWidth(place)) > 2 * NEAR
        )
        viewport, height = self.viewport(), self._theme.density.row
        look = Look(
            seen,
            QSize(viewport.width(), height),
            viewport.devicePixelRatio(),
            self._theme.colours,
            self.font().key(),
        )
        if look != self._look or len(self._pictures) > MOST_PICTURES:
            self._look = look
            self._forget_pictures()

    def _forget_pictures(self) -> None:
        self._pictures.clear()
        self._badges.clear()

    def _paint_row(self, painter: QPainter, place: int) -> None:
        row, look = self._rows.row(place), self._look
        if row is None or look is None:
            return
        top = self.rowViewportPosition(place)
        selected = self.selectionModel().isRowSelected(place, NOWHERE)
        drawn = self._pictures.get((id(row), selected))
        # The row is kept beside its picture: while it lives, nothing else can have its id.
        if drawn is None:
            drawn = self._pictures[(id(row), selected)] = row, self._picture(row, look, selected)
        painter.drawPixmap(0, top, drawn[1])
        if place == self.currentIndex().row() and self.hasFocus():
            painter.fillRect(0, top, 3, look.size.height(), QColor(look.colours.accent))

    def _picture(self, row: Row, look: Look, selected: bool) -> QPixmap:
        """Draw a row once: shaping Chinese is most of what painting a list costs."""
        picture = _ground(look, look.size.width(), selected)
        painter = QPainter(picture)
        painter.setFont(self.font())
        painter.setPen(QColor(look.colours.text))
        if row.head is not None:
            self._paint_head(painter, row.head, 0, look.size.height())
        else:
            self._paint_cells(painter, row, look, selected)
        painter.end()
        return picture

    def _paint_cells(self, painter: QPainter, row: Row, look: Look, selected: bool) -> None:
        metrics, height = self.fontMetrics(), look.size.height()
        for place, left, room in look.seen:
            spec, words = self._rows.columns[place], row.cells[place]
            if words and spec.badge:
                badge = self._badge(words, row.mood(place), look, room, selected)
                painter.drawPixmap(left, 0, badge)
            elif words:
                fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
                side = RIGHT if spec.numeric else LEFT
                painter.drawText(left, 0, room, height, side, fitted)

    def _badge(self, words: str, mood: Mood, look: Look, room: int, selected: bool) -> QPixmap:
        """Draw a badge once for all rows that show it: it costs three times what words do."""
        kind = (words, mood, room, selected)
        drawn = self._badges.get(kind)
        if drawn is None:
            drawn = self._badges[kind] = _ground(look, room, selected)
            painter = QPainter(drawn)
            box = QRectF(0, 0, room, look.size.height())
            paint_badge(painter, box, words, mood, look.colours, self._small)
            painter.end()
        return drawn

    def _paint_head(self, painter: QPainter, head: Head, top: int, height: int) -> None:
        painter.save()
        strong = QFont(self.font())
        strong.setBold(True)
        painter.setFont(strong)
        box = QRectF(NEAR, top, self.viewport().width() - 2 * NEAR, height)
        arrow = "▸" if head.folded else "▾"
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), f"{arrow} {head_words(head)}")
        painter.restore()


def _ground(look: Look, width: int, selected: bool) -> QPixmap:
    """Give what a row is drawn on: its colour, and the line under it."""
    colours, height = look.colours, look.size.height()
    ground = QPixmap(QSize(width, height) * look.ratio)
    ground.setDevicePixelRatio(look.ratio)
    ground.fill(QColor(colours.accent_soft if selected else colours.surface))
    painter = QPainter(ground)
    painter.fillRect(0, height - 1, width, 1, QColor(colours.line))
    painter.end()
    return ground


def head_words(head: Head) -> Text:
    """Say what the line above a group says."""
    if not head.title:
        return t("None ({count})", count=f"{head.count:,}")
    return t("{group} ({count})", group=head.title, count=f"{head.count:,}")
