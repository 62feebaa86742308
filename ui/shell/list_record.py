"""A page that is a list beside a record: what most screens are.

The list is read on the desk's lane and put up when it comes; the record under the cursor stands
beside it with its next verb. Reading again keeps cursor, filter and order. A problem of a verb
stands beside the record it is about, in words.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.words import Text, t
from app.kit.written import written_clock
from ui.shell.page import PageView, Surroundings
from ui.shell.record_page import RecordPage, RecordPane
from ui.shell.record_reading import RecordKey, RecordReader
from ui.theme.tokens import NEAR, WIDE
from ui.widgets.empty import EmptyState, tell_unseen
from ui.widgets.header import RecordHead
from ui.widgets.loaded import LoadedRows
from ui.widgets.rows import Column, Row, SortKey
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar

R = TypeVar("R")
Answer = TypeVar("Answer")
LIST_SHARE, RECORD_SHARE = 580, 460
"""How the width is shared at first, in pixels of a window 1280 wide."""


class ListRecordPage(PageView, Generic[R]):
    """The base of such a page: a screen says how to read, what a row is, what a record shows."""

    shares = (LIST_SHARE, RECORD_SHARE)

    def __init__(
        self,
        at: Surroundings,
        lane: Lane,
        columns: tuple[Column, ...],
        *,
        name: Text,
        empty: EmptyState,
        sort_keys: dict[str, Callable[[Row], SortKey]] | None = None,
        reader: RecordReader | None = None,
        seen: bool = True,
    ) -> None:
        """Build the page; ``seen``: whether the person may see the records of this office."""
        super().__init__()
        if not seen:
            tell_unseen(empty)
        self.at, self.lane = at, lane
        self.rows = LoadedRows(columns, sort_keys)
        # A list's views are stored under its English name, which no language changes.
        backing = at.lists.backing(name.msgid, self) if at.lists else None
        self.table = ListTable(
            at.theme, columns, self.rows, name=name, empty=empty, backing=backing
        )
        self.record = RecordPane(at, reader=reader, lane=lane)
        self._records: dict[object, R] = {}
        self._wanted: object = None
        self._shown: object = None
        self._reading = False
        self._again = False
        self._acting = False
        self._build()

    # -- what a screen says ----------------------------------------------------------------

    @abstractmethod
    def read_all(self) -> Sequence[R]:
        """Read the list; runs on the lane."""

    def read_one(self, wanted: object) -> R | None:  # noqa: ARG002 - a screen says
        """Read a record that was asked for and is not in the list; runs on the lane."""
        return None

    def meant_by(self, wanted: object) -> object:
        """Say which record of the list is meant by an id another page knows."""
        return wanted

    @abstractmethod
    def id_of(self, record: R) -> object:
        """Say which id a record goes by."""

    @abstractmethod
    def row_of(self, record: R) -> Row:
        """Write a record as a row of the list, its badges with their moods."""

    @abstractmethod
    def head_of(self, record: R) -> RecordHead:
        """Say what stands above a record."""

    def show_record(self, record: R) -> None:
        """Fill the tabs with a record."""

    def offered(self, record: R | None) -> Sequence[Verb]:  # noqa: ARG002 - a screen says
        """Give what may be done with a record, or with the list where there is none."""
        return ()

    def around_of(self, record: R) -> RecordKey | None:  # noqa: ARG002 - a screen says
        """Say whose timeline and belongings a record has; None where it has none."""
        return None

    # -- what every such page does -----------------------------------------------------------

    @property
    def current(self) -> R | None:
        """The record under the cursor."""
        return self._records.get(self._shown)

    @override
    def refresh(self) -> None:
        if self._reading:
            self._again = True
            return
        self._reading = True
        self.at.bridge.run(
            self.lane, self.read_all, done=self._take, failed=self._read_failed, owner=self
        )

    @override
    def open_at(self, target: object) -> None:
        self._wanted = target
        self.refresh()

    @override
    def verbs(self) -> Sequence[Verb]:
        return self.record.bar.verbs

    @override
    def step_back(self) -> bool:
        if self.record.problem.isVisible():
            self.record.problem.clear()
            return True
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def act(
        self,
        call: Callable[[], Answer],
        *,
        done: Callable[[Answer], object],
        failed: Callable[[Problem], object] | None = None,
        lane: Lane | None = None,
    ) -> None:
        """Do a verb on a lane, one at a time; its problem stands beside the record."""
        if self._acting:
            return
        self._acting = True
        self.record.problem.clear()

        def finished(answer: Answer) -> None:
            self._acting = False
            done(answer)

        def refused(problem: Problem) -> None:
            self._acting = False
            (failed or self.record.problem.show_problem)(problem)

        self.at.bridge.run(
            lane or self.lane,
            call,
            done=finished,
            failed=refused,
            owner=self,
        )

    def offer(self) -> None:
        """Show the verbs of the record as it is now."""
        self.record.bar.offer(self.offered(self.current))
        self.verbs_changed.emit()

    def go(self, record_id: object) -> None:
        """Put the cursor on a record that has been read; the filter gives way to it."""
        if not self._go(record_id) and self.table.filter.text():
            self.table.show_only("")
            self._go(record_id)

    def _go(self, record_id: object) -> bool:
        for place in range(self.table.model.rowCount()):
            row = self.table.model.row(place)
            if row is not None and row.id == record_id:
                self.table.view.go_to(place)
                self._show(row)
                return True
        return False

    def _build(self) -> None:
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.addWidget(self.table)
        self._side_widget = self._side()
        both.addWidget(self._side_widget)
        both.setSizes(list(self.shares))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        row.addWidget(both)
        self.setFocusProxy(self.table)
        self.table.chosen.connect(self._show)
        self.table.opened.connect(self._open)
        self.table.told.connect(self.told)
        self.table.troubled.connect(self.troubled)
        self.record.asked_for.connect(self.asked_for)

    def _side(self) -> QWidget:
        """Show the record only where there is one."""
        side = QWidget()
        self._pile = QStackedLayout(side)
        nothing = QWidget()
        self._empty_bar = VerbBar(self.at.theme)
        column = QVBoxLayout(nothing)
        column.setContentsMargins(WIDE, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(self._empty_bar)
        self._pile.addWidget(nothing)
        self._pile.addWidget(self.record)
        return side

    def _take(self, records: Sequence[R]) -> None:
        self._reading = self._acting = False
        self._records = {self.id_of(record): record for record in records}
        self._put_rows()
        self._settle_cursor()
        self.read_at.emit(t("As of {time}", time=written_clock(self.at.clock.now())))
        if self._again:
            self._again = False
            self.refresh()

    def _put_rows(self) -> None:
        self.rows.put([self.row_of(one) for one in self._records.values()])
        self.table.reload()

    def _settle_cursor(self) -> None:
        wanted, self._wanted = self.meant_by(self._wanted), None
        if wanted is not None and wanted in self._records:
            self._go_and_offer(wanted)
        elif wanted is not None:
            self.at.bridge.run(
                self.lane,
                self.read_one,
                wanted,
                done=self._take_one,
                failed=self.troubled.emit,
                owner=self,
            )
        elif self._shown in self._records:
            self._keep_cursor()
        elif self.table.current() is None and self.table.model.rowCount():
            self.table.view.go_to(0)
        elif not self._records:
            self._show_id(None)

    def _keep_cursor(self) -> None:
        """Show the record as it is now, and leave the cursor on its row: an act may move it."""
        here = self.table.current()
        astray = here is None or here.id != self._shown
        if not (astray and self._go(self._shown)):
            self._show_id(self._shown)

    def _go_and_offer(self, record_id: object) -> None:
        self.go(record_id)
        self.record.bar.focus_next()

    def _take_one(self, record: R | None) -> None:
        """Put a record that was too far down for the list on top of it."""
        if record is not None:
            record_id = self.id_of(record)
            self._records = {record_id: record, **self._records}
            self._put_rows()
            self._go_and_offer(record_id)

    def _read_failed(self, problem: Problem) -> None:
        self._reading = False
        self.troubled.emit(problem)

    @Slot(object)
    def _show(self, row: Row) -> None:
        if row.id != self._shown:
            self.record.problem.clear()
        self._show_id(row.id)

    @Slot(object)
    def _open(self, _row: Row) -> None:
        self.record.bar.focus_next()

    def _show_id(self, record_id: object) -> None:
        self._shown = record_id
        record = self.current
        self._pile.setCurrentIndex(0 if record is None else 1)
        self._side_widget.setVisible(bool(self._records))
        if record is None:
            self._empty_bar.offer(self.offered(None))
            self.record.bar.offer(self.offered(None))
        else:
            self.show_record(record)
            page = RecordPage(
                self.head_of(record), tuple(self.offered(record)), self.around_of(record)
            )
            self.record.show_page(page)
        self.verbs_changed.emit()

    @override
    def say(self) -> None:
        if self._records:
            self._put_rows()
            self._show_id(self._shown)
