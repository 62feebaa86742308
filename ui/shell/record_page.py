"""A record beside its list: head with state, the next verb, tabs, timeline, what belongs to it.

A screen declares it: its tabs once (`RecordTab`), and for each record a `RecordPage`. The rest is
the same everywhere: only the next verb is filled; the timeline is read in pages when somebody looks
at it; what belongs to the record stands at its side, or below it where the window is narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.lanes import Lane
from app.kit.words import Text, t, tn
from app.kit.written import written_moment
from ui.shell.page import Surroundings
from ui.shell.record_reading import (
    KINDS,
    RecordKey,
    RecordReader,
    RelatedLine,
    TimelineEntry,
    TimelinePage,
    TimelineReading,
)
from ui.theme.tokens import NEAR, PLAIN, TIGHT, WIDE, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.header import RecordHead, RecordHeader
from ui.widgets.label import PlainLabel
from ui.widgets.loaded import LoadedRows
from ui.widgets.problem import ProblemPanel
from ui.widgets.rows import Column, Row
from ui.widgets.spoken import Spoken
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar, VerbButton

RESTS_MS = 120
"""How long the cursor rests on a record before what belongs to it is read."""
WIDE_ENOUGH = 960
"""From this width of the record on, what belongs to it stands at its side: the facts keep 600."""
LEAST_LINES = 76
"""Height of two lines."""
SIDE_WIDTH, BELOW_HEIGHT = 336, 132
NO_LIMIT = (1 << 24) - 1
"""Qt's own largest size of a widget (QWIDGETSIZE_MAX, which PySide6 does not hand on)."""
RELATED_COLUMNS = (
    Column("kind", t("Kind"), 88),
    Column("title", t("Record"), 100, stretch=True),
    Column("state", t("State"), 132, badge=True),
)
TIMELINE_COLUMNS = (
    Column("at", t("Time"), 132, sortable=False),
    Column("what", t("What"), 160, sortable=False, stretch=True),
    Column("who", t("Person"), 112, sortable=False),
    Column("line", t("Log no."), 64, numeric=True, sortable=False),
)


@dataclass(frozen=True)
class RecordTab:
    """One tab of a record: its title and what it shows."""

    title: Text
    view: QWidget


@dataclass(frozen=True)
class RecordPage:
    """One record as its page shows it.

    ``verbs`` begin with the next one; ``around`` says whose timeline and belongings they are, None
    where a record has neither.
    """

    head: RecordHead
    verbs: tuple[Verb, ...] = ()
    around: RecordKey | None = None


class RecordPane(Spoken, QWidget):
    """The record's side: head, tabs, belongings, the problem of the last verb, the verbs."""

    asked_for = Signal(str, object)
    """Another page by its key, and what to open there."""

    def __init__(
        self,
        at: Surroundings,
        tabs: Sequence[RecordTab] = (),
        *,
        reader: RecordReader | None = None,
        lane: Lane | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.header = RecordHeader(at.theme)
        self.tabs = QTabWidget()
        self.problem = ProblemPanel()
        self.bar = VerbBar(at.theme)
        self._titles: list[Text] = []
        self.timeline: TimelineView | None = None
        self.related: RelatedPanel | None = None
        self._body = QSplitter(Qt.Orientation.Vertical)
        self._body.setChildrenCollapsible(False)
        self._body.addWidget(self.tabs)
        for tab in tabs:
            self.add_tab(tab.title, tab.view)
        if reader is not None and lane is not None:
            self._surround(at, reader, at.lists.readers if at.lists else lane)
        self._build()

    def add_tab(self, title: Text, view: QWidget) -> None:
        """Add a tab before the timeline; its title follows the language."""
        place = len(self._titles) - (self.timeline is not None)
        self._titles.insert(place, title)
        self.tabs.insertTab(place, view, str(title))
        self.tabs.setCurrentIndex(0)

    def show_page(self, page: RecordPage) -> None:
        """Show a record; its timeline and belongings follow from the lane."""
        self.header.show_head(page.head)
        self.bar.offer(page.verbs)
        for part in (self.timeline, self.related):
            if part is not None:
                part.show_of(page.around)

    def put_below_tabs(self, part: QWidget) -> None:
        """Put a part of the screen's own between the tabs and the verbs."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(2, part)

    def _surround(self, at: Surroundings, reader: RecordReader, lane: Lane) -> None:
        self.timeline = TimelineView(at, reader, lane)
        self.related = RelatedPanel(at, reader, lane)
        self._titles.append(t("Timeline"))
        self.tabs.addTab(self.timeline, str(self._titles[-1]))
        self._body.addWidget(self.related)
        self._body.setStretchFactor(0, 1)
        self._body.setStretchFactor(1, 0)
        self.timeline.asked_for.connect(self.asked_for)
        self.related.asked_for.connect(self.asked_for)
        self.related.grown.connect(self._share)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, 0, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        column.addWidget(self.problem)
        column.addWidget(self.bar)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.related is None:
            return
        beside = self.width() >= WIDE_ENOUGH
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self._body.orientation() is not wanted or not event.oldSize().isValid():
            self._body.setOrientation(wanted)
            self.related.stand(beside=beside)
            self._share()

    @Slot()
    def _share(self) -> None:
        """Give what belongs to the record its width or height, and the tabs the rest."""
        beside = self._body.orientation() is Qt.Orientation.Horizontal
        related = self.related
        tall = BELOW_HEIGHT if related is None else min(BELOW_HEIGHT, related.maximumHeight())
        second = SIDE_WIDTH if beside else tall
        whole = self._body.width() if beside else self._body.height()
        self._body.setSizes([max(1, whole - second), second])

    @override
    def say(self) -> None:
        for place, title in enumerate(self._titles):
            self.tabs.setTabText(place, str(title))


class RelatedPanel(Spoken, QWidget):
    """What belongs to a record; a line opens its own record with the next verb focused."""

    asked_for = Signal(str, object)
    grown = Signal()
    """It may be taller now, or less tall."""

    def __init__(self, at: Surroundings, reader: RecordReader, lane: Lane) -> None:
        super().__init__()
        self._at, self._reader, self._lane = at, reader, lane
        self._key: RecordKey | None = None
        self.lines: tuple[RelatedLine, ...] = ()
        self._title = PlainLabel(t("Belongs to it"), size="small")
        self._nothing = PlainLabel(
            t("Nothing yet. Quotes, approvals, contracts, seal jobs and files stand here."),
            size="small",
            wrap=True,
        )
        self._rows = LoadedRows(RELATED_COLUMNS)
        self.table = ListTable(
            at.theme, RELATED_COLUMNS, self._rows, name=t("Belongs to it"), filtering=False
        )
        self._rest = QTimer(self)
        self._beside = False
        self._build()

    def stand(self, *, beside: bool) -> None:
        """Stand at the record's side, or below it and no taller there than its lines."""
        self._beside = beside
        self._take_room()

    def show_of(self, key: RecordKey | None) -> None:
        """Show what belongs to another record, or read it again for the same one."""
        if key is None or self._key is None or key.id != self._key.id:
            self._take(None, ())
        self._key = key
        if key is not None:
            self._rest.start(RESTS_MS)

    def open_line(self, place: int) -> None:
        """Open the record a line is about."""
        line = self.lines[place]
        self.asked_for.emit(line.page, line.target)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._title)
        column.addWidget(self._nothing)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        self.table.view.horizontalHeader().hide()
        self.table.opened.connect(self._open)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._read)

    @Slot()
    def _read(self) -> None:
        key = self._key
        if key is not None:
            self._at.bridge.run(
                self._lane, self._reader.related, key, done=partial(self._take, key), owner=self
            )

    def _take(self, key: RecordKey | None, lines: tuple[RelatedLine, ...]) -> None:
        if key is not None and key != self._key:
            return
        if lines != self.lines or not lines:
            self.lines = lines
            self._draw()

    def _draw(self) -> None:
        self._rows.put([_related_row(place, one) for place, one in enumerate(self.lines)])
        self.table.reload()
        self.table.setVisible(bool(self.lines))
        self._nothing.setVisible(not self.lines)
        count = tn("Belongs to it: {n} record", "Belongs to it: {n} records", len(self.lines))
        self._title.tell(count if self.lines else t("Belongs to it"))
        self._take_room()

    def _take_room(self) -> None:
        """Take no more height than the lines need: the facts above have the rest."""
        lines = len(self.lines) * self._at.theme.density.row + 2 * self.table.view.frameWidth()
        self.table.setMinimumHeight(min(LEAST_LINES, lines))
        title = self._title.sizeHint().height() + TIGHT
        wanted = min(BELOW_HEIGHT, title + lines if self.lines else LEAST_LINES)
        most = NO_LIMIT if self._beside else wanted
        if most != self.maximumHeight():
            self.setMaximumHeight(most)
            self.grown.emit()

    @Slot(object)
    def _open(self, row: Row) -> None:
        if isinstance(row.id, int):
            self.open_line(row.id)

    @override
    def say(self) -> None:
        self._draw()


class TimelineView(Spoken, QWidget):
    """Who did what when, the newest first; an entry opens what it is about."""

    asked_for = Signal(str, object)

    def __init__(self, at: Surroundings, reader: RecordReader, lane: Lane) -> None:
        super().__init__()
        self._at, self._reader, self._lane = at, reader, lane
        self._key: RecordKey | None = None
        self._reading: TimelineReading | None = None
        self._busy = False
        self._fresh = False
        """Whether the next page is the first of another reading."""
        self._wanted = 0
        self.entries: list[TimelineEntry] = []
        self._rows = LoadedRows(TIMELINE_COLUMNS)
        self.table = ListTable(
            at.theme,
            TIMELINE_COLUMNS,
            self._rows,
            name=t("Timeline"),
            empty=EmptyState(
                at.theme,
                t("Nothing has happened yet."),
                t("Every act on this record stands here: who did it, and when."),
            ),
            filtering=False,
        )
        self.earlier = VerbButton(
            Verb("earlier", t("Show earlier"), self.read_on, "trace"), at.theme, look="ghost"
        )
        self._build()

    def show_of(self, key: RecordKey | None) -> None:
        """Show another record's timeline; it is read when somebody looks at it."""
        other = key is None or self._key is None or key.id != self._key.id
        self._key, self._reading = key, None
        if other:
            self._clear()
        if self.isVisible():
            self._begin()

    def read_on(self) -> None:
        """Read the next page."""
        if self._reading is not None and not self._busy:
            self._wanted = len(self.entries) + PAGE_SHOWN
            self._step(self._reading)

    @override
    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # Qt's own event, handed on
        if self._reading is None and self._key is not None:
            self._begin()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, NEAR, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.table, 1)
        column.addWidget(self.earlier, 0, Qt.AlignmentFlag.AlignLeft)
        self.earlier.hide()
        self.table.opened.connect(self._open)

    def _begin(self) -> None:
        if self._key is not None:
            self._reading = self._reader.timeline(self._key)
            self._fresh = True
            self._wanted = max(PAGE_SHOWN, len(self.entries))
            self._step(self._reading)

    def _clear(self) -> None:
        self.entries = []
        self.earlier.hide()
        self._draw()

    def _step(self, reading: TimelineReading) -> None:
        self._busy = True
        self._at.bridge.run(self._lane, reading.page, done=partial(self._take, reading), owner=self)

    def _take(self, reading: TimelineReading, page: TimelinePage) -> None:
        if reading is not self._reading:
            return
        self._busy = False
        before = [] if self._fresh else self.entries
        self._fresh = False
        self.entries = [*before, *page.entries]
        self._draw()
        if page.more and len(self.entries) < self._wanted:
            self._step(reading)
        self.earlier.setVisible(page.more and not self._busy)

    def _draw(self) -> None:
        self._rows.put([_entry_row(place, one) for place, one in enumerate(self.entries)])
        self.table.reload()

    @Slot(object)
    def _open(self, row: Row) -> None:
        if isinstance(row.id, int):
            entry = self.entries[row.id]
            self.asked_for.emit(entry.page, entry.target)

    @override
    def say(self) -> None:
        self._draw()


PAGE_SHOWN = 40
"""Entries a person sees before asking for earlier ones."""


def _related_row(place: int, line: RelatedLine) -> Row:
    words, mood = line.standing or ("", Mood.PLAIN)
    cells = (str(KINDS[line.kind]), line.title, str(words))
    return Row(place, cells, (Mood.PLAIN, Mood.PLAIN, mood))


def _entry_row(place: int, one: TimelineEntry) -> Row:
    what = f"{one.what} · {one.detail}" if one.detail else str(one.what)
    line = str(one.line) if one.line else ""
    return Row(place, (written_moment(one.at), what, one.person, line))
