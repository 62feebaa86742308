"""Search and command in one place (Ctrl+K): what may be done now, where one may go, every record.

Verbs and pages are matched at once; records are asked for on a lane once typing rests, and an
answer to an earlier question is dropped. Records stand in groups under a heading, with the part
that was typed marked: painted over plain text, whatever the text says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.words import t
from ui.shell.bridge import Job
from ui.shell.page import Found, Page
from ui.theme.theme import Theme
from ui.theme.tokens import PLAIN, TIGHT
from ui.widgets.label import PlainLabel, named
from ui.widgets.verb import Verb, keys_text

AnyIndex = QModelIndex | QPersistentModelIndex
Marks = tuple[tuple[int, int], ...]
SETTLE_MS = 60
MOST_LINES = 16


@dataclass(frozen=True)
class Entry:
    """One line of the palette and what choosing it does; ``group`` is the heading it is under."""

    title: str
    detail: str
    icon: str
    call: Callable[[], None]
    enabled: bool = True
    group: str = ""
    marks: Marks = ()
    detail_marks: Marks = ()


DETAIL = int(Qt.ItemDataRole.UserRole)
PLACE = DETAIL + 1
"""Which entry a line is; a heading is none."""
MARKS = DETAIL + 2
DETAIL_MARKS = DETAIL + 3


class _EntryLines(QStyledItemDelegate):
    """Paints an entry: its title, and at the right its detail, quieter; headings as such."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._theme.density.row)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        line = QStyleOptionViewItem(option)
        self.initStyleOption(line, index)
        title, colours = line.text, self._theme.colours
        style = line.widget.style()
        box = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, line, line.widget)
        line.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, line, painter, line.widget)
        heading = index.data(PLACE) is None
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        box.setRight(option.rect.right() - PLAIN)
        if heading:
            box.setLeft(option.rect.left() + PLAIN)
        whole = str(index.data(DETAIL) or "")
        said = line.fontMetrics.elidedText(whole, Qt.TextElideMode.ElideRight, box.width() // 2)
        detail = _laid(said, line.font, _within(index.data(DETAIL_MARKS), whole, said), self._of)
        taken = ceil(detail.boundingRect().width()) + (PLAIN if detail.text() else 0)
        room = max(box.width() - taken, 0)
        words = line.fontMetrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
        laid = _laid(words, line.font, _within(index.data(MARKS), title, words), self._of)
        painter.save()
        painter.setPen(QColor(colours.text if usable else colours.muted))
        _put(painter, laid, box, box.left())
        painter.setPen(QColor(colours.muted))
        _put(painter, detail, box, box.right() - ceil(detail.boundingRect().width()))
        painter.restore()

    def _of(self) -> QTextCharFormat:
        """Give the look of a marked part: the accent, and underlined for who sees no colours."""
        look = QTextCharFormat()
        look.setForeground(QColor(self._theme.colours.accent))
        look.setFontUnderline(True)
        return look


def _within(marks: Marks | None, whole: str, shown: str) -> Marks:
    """Cut marks to what is left of a text that was shortened."""
    end = len(whole) if shown == whole else max(len(shown) - 1, 0)
    return tuple((first, min(last, end)) for first, last in marks or () if first < end)


def _laid(
    text: str, font: QFont, marks: Marks | None, look: Callable[[], QTextCharFormat]
) -> QTextLayout:
    """Lay one line of plain text out with its marked parts."""
    layout = QTextLayout(text, font)
    ranges = []
    for first, last in marks or ():
        part = QTextLayout.FormatRange()
        part.start, part.length = _units(text[:first]), _units(text[first:last])
        part.format = look()
        ranges.append(part)
    layout.setFormats(ranges)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return layout


def _units(text: str) -> int:
    """Count as Qt does: a sign beyond the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def _put(painter: QPainter, layout: QTextLayout, box: QRect, left: int) -> None:
    high = layout.boundingRect().height()
    layout.draw(painter, QPointF(left, box.top() + (box.height() - high) / 2))


Searcher = Callable[[str, Callable[[Sequence[Found]], object]], Job]
"""Starts a search for records on a lane and hands over what was found on the GUI thread."""


class CommandPalette(QObject):
    """Owns the field in the top bar and the list that opens under it."""

    asked_for = Signal(str, object)
    """A page by its key and what to open there."""

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        field: QLineEdit,
        *,
        pages: Sequence[Page],
        verbs: Callable[[], Sequence[Verb]],
        search: Searcher | None = None,
    ) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._pages, self._verbs, self._search = tuple(pages), verbs, search
        self._entries: list[Entry] = []
        self._found: list[Entry] = []
        self._job: Job | None = None
        self._back_to: QWidget | None = None
        self._keys = ""
        self.field = field
        self.drop = QFrame(window)
        self.list = QListWidget()
        self._hint = PlainLabel(t("Nothing found."), size="small")
        self._settle = QTimer(self)
        self._build()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines as they stand."""
        return tuple(self._entries)

    def open(self) -> None:
        """Put the cursor into the field and show what can be done here."""
        focused = self._window.focusWidget()
        if focused is not self.field:
            self._back_to = focused
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._refresh()

    def close(self) -> None:
        """Put the list away and the cursor back where it was."""
        self._settle.stop()
        if self._job is not None:
            self._job.cancel()
        self.drop.hide()
        self.field.clear()
        self._found = []
        if self._back_to is not None and self._back_to.isVisible():
            self._back_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self._back_to = None

    def called_by(self, keys: str) -> None:
        """Show other keys (portable text) as those that open the palette."""
        self._keys = keys
        self.say()

    def say(self) -> None:
        """Say the field's own words in the language in use."""
        named(self.field, t("Search or command"))
        named(self.list, t("Search results"))
        shortcut = keys_text(self._keys)
        self.field.setPlaceholderText(str(t("Search or command  {keys}", keys=shortcut)))
        self._draw_again()

    def settle(self) -> None:
        """Take the place under the field."""
        corner = self.field.mapTo(self._window, self.field.rect().bottomLeft())
        lines = max(min(self.list.count(), MOST_LINES), 1)
        height = lines * self._theme.density.row + 2 * TIGHT + 2
        self.drop.setGeometry(corner.x(), corner.y() + TIGHT, self.field.width(), height)

    def _build(self) -> None:
        self.drop.setProperty("look", "overlay")
        self.drop.hide()
        column = QVBoxLayout(self.drop)
        column.setContentsMargins(TIGHT, TIGHT, TIGHT, TIGHT)
        column.addWidget(self.list)
        column.addWidget(self._hint)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(18, 18))
        self.list.setItemDelegate(_EntryLines(self._theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._do_current)
        self.field.installEventFilter(self)
        self.field.textEdited.connect(self._on_typed)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._theme.changed.connect(self._draw_again)
        self.say()

    @Slot()
    def _draw_again(self) -> None:
        """Say and paint the open list anew: its lines were made in one language and one theme."""
        if self.drop.isVisible():
            self._refresh()

    @Slot()
    def _on_typed(self) -> None:
        self._found = []
        self._refresh()
        if self._search is not None and self.field.text().strip():
            self._settle.start()

    @Slot()
    def _ask(self) -> None:
        if self._search is None:
            return
        if self._job is not None:
            self._job.cancel()
        words = self.field.text().strip()

        def take(found: Sequence[Found]) -> None:
            if words == self.field.text().strip():
                self._found = [self._entry_of(record) for record in found]
                self._refresh()

        self._job = self._search(words, take)

    def _refresh(self) -> None:
        words = self.field.text().casefold().split()
        entries = [*self._verb_entries(), *self._page_entries()]
        self._entries = [entry for entry in entries if _fits(entry, words)] + self._found
        self._fill()
        self.list.setVisible(bool(self._entries))
        self._hint.setVisible(not self._entries)
        self._choose(range(self.list.count()))
        self.settle()
        self.drop.show()
        self.drop.raise_()

    def _fill(self) -> None:
        self.list.clear()
        group = ""
        for place, entry in enumerate(self._entries):
            if entry.group and entry.group != group:
                heading = QListWidgetItem(entry.group)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(heading)
            group = entry.group
            item = self._line(entry)
            item.setData(PLACE, place)
            self.list.addItem(item)

    def _choose(self, rows: Iterable[int]) -> None:
        """Go to the first of some lines that is an entry."""
        for row in rows:
            if self.list.item(row).data(PLACE) is not None:
                self.list.setCurrentRow(row)
                return

    def _line(self, entry: Entry) -> QListWidgetItem:
        item = QListWidgetItem(self._theme.icon(entry.icon), entry.title)
        item.setData(DETAIL, entry.detail)
        item.setData(MARKS, entry.marks)
        item.setData(DETAIL_MARKS, entry.detail_marks)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title} {entry.detail}".strip())
        if not entry.enabled:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _verb_entries(self) -> list[Entry]:
        return [
            Entry(str(verb.label), _verb_detail(verb), verb.icon or "next", verb.call, verb.enabled)
            for verb in self._verbs()
        ]

    def _page_entries(self) -> list[Entry]:
        return [
            Entry(str(page.title), str(t("Page")), page.icon, self._opener(page.key, None))
            for page in self._pages
        ]

    def _entry_of(self, found: Found) -> Entry:
        icons = {page.key: page.icon for page in self._pages}
        return Entry(
            found.title,
            found.detail,
            icons.get(found.page, "search"),
            self._opener(found.page, found.target),
            enabled=bool(found.page),
            group=found.group,
            marks=found.marks,
            detail_marks=found.detail_marks,
        )

    def _opener(self, page: str, target: object) -> Callable[[], None]:
        def call() -> None:
            self.asked_for.emit(page, target)

        return call

    @Slot()
    def _do_current(self) -> None:
        row = self.list.currentRow()
        place = self.list.item(row).data(PLACE) if row >= 0 else None
        if place is not None and self._entries[place].enabled:
            entry = self._entries[place]
            self.close()
            entry.call()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() is QEvent.Type.FocusOut:
            self.drop.hide()
        if event.type() is QEvent.Type.MouseButtonPress and self.drop.isHidden():
            self.open()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do_current()
            return True
        if key == Qt.Key.Key_Escape:
            self.close()
            return True
        return False

    def _move(self, step: int) -> None:
        if self.drop.isHidden():
            self._refresh()
        elif self._entries:
            count, here = self.list.count(), self.list.currentRow()
            self._choose((here + step * n) % count for n in range(1, count + 1))


def _verb_detail(verb: Verb) -> str:
    if not verb.enabled and verb.reason is not None:
        return str(verb.reason)
    return keys_text(verb.shortcut)


def _fits(entry: Entry, words: Sequence[str]) -> bool:
    whole = f"{entry.title} {entry.detail}".casefold()
    return all(word in whole for word in words)
