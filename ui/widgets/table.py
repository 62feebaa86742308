"""The list every screen uses: filters, count, columns in any order, rows without end.

A quick filter over all columns stands above; the button beside it has everything else a person may
do with a list: filters by column, columns, order, groups, totals, saved views, a sheet of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.listing import Sort, Unhurried
from app.kit.words import Text, t, tn
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR
from ui.widgets.empty import EmptyState
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.list_columns import ColumnPanel
from ui.widgets.list_filters import FilterPanel
from ui.widgets.list_layout import TableLayout, sorted_by
from ui.widgets.list_menu import Choice, Choices, list_menu
from ui.widgets.list_out import Backing, ListOutput
from ui.widgets.list_paper import PaperList
from ui.widgets.list_totals import TotalsLine
from ui.widgets.list_views import NameLine, SavedView
from ui.widgets.list_windows import Errand
from ui.widgets.row_view import ListHeader, RowModel, RowView
from ui.widgets.rows import Asked, Column, LongRows, Row, RowSource, Shown
from ui.widgets.spoken import Spoken

LONGEST_FILTER = 200
"""Signs the filter takes; what is pasted beyond is no name and no number."""
SETTLE_MS = 150
"""How long typing in the filter rests before the list is read again."""


class ListTable(Spoken, QWidget):
    """A list of records. ``opened`` and ``chosen`` carry the Row; ``arranged`` the TableLayout."""

    opened = Signal(object)
    chosen = Signal(object)
    arranged = Signal(object)
    told = Signal(object)
    """A Text for the toast, for instance what was copied."""
    troubled = Signal(object)
    """A Problem, for instance of an export that did not come about."""

    def __init__(
        self,
        theme: Theme,
        columns: tuple[Column, ...],
        source: RowSource,
        *,
        name: Text,
        empty: EmptyState | None = None,
        filtering: bool = True,
        backing: Backing | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._columns = columns
        self._source = source
        self.backing = backing
        self.model = RowModel(columns, source, backing.background if backing else None)
        self.view = RowView(self.model, theme)
        self.filter = QLineEdit()
        self.filter.setMaxLength(LONGEST_FILTER)
        self.more = QPushButton()
        self._theme = theme
        self._filters: FilterPanel | None = None
        self._panel: ColumnPanel | None = None
        self._name_line: NameLine | None = None
        self._totals: TotalsLine | None = None
        self._out: ListOutput | None = None
        self._count = PlainLabel(size="small")
        self._empty = empty
        self._nothing: EmptyState | None = None
        self._settle = QTimer(self)
        self._cursor: tuple[object, int] | None = None
        self._views: Sequence[SavedView] = ()
        self._adding: Errand | None = None
        self._build(filtering)
        self._wire()
        self._say_names()
        self.reload()
        self._fetch_views(self._open_default)

    def lend(self, backing: Backing) -> None:
        """Give a short list that was made without one what it needs for views, sheets and paper."""
        self.backing = backing
        self._fetch_views(self._open_default)

    @property
    def key(self) -> str:
        """What its views and its paper are kept under: its English name, which stays."""
        return self._name.msgid

    def reload(self) -> None:
        """Read the list anew; the cursor stays on the same record where it is still near."""
        self._ask(self.model.asked)

    def show_only(self, words: str) -> None:
        """Filter by words at once."""
        self.filter.setText(words)
        self._filter_now()

    def order_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column's key alone."""
        self._sort((Sort(key, descending),))

    def group_by(self, key: str) -> None:
        """Gather the rows by the values of a column; not at all where the key is empty."""
        self._ask_arranged(replace(self.model.asked, group=key))

    def show_totals(self, shown: bool) -> None:
        """Show the line of totals, or hide it."""
        self._set_totals(shown)
        self._add_up()
        self._tell_arranged()

    def current(self) -> Row | None:
        """Give the row under the cursor; none on the line above a group."""
        row = self.view.current_row()
        return row if row is not None and row.head is None else None

    def choose(self, row_id: object) -> bool:
        """Put the cursor on a record; False when it is not in what has been read."""
        place = self.model.place_of(row_id)
        if place is not None:
            self.view.go_to(place)
        return place is not None

    def layout_now(self) -> TableLayout:
        """Give widths, hidden columns, their order, what is asked and whether totals are shown."""
        keys = [column.key for column in self._columns]
        shown = [place for place in range(len(keys)) if not self.view.isColumnHidden(place)]
        return TableLayout(
            widths=tuple((keys[place], self.view.columnWidth(place)) for place in shown),
            hidden=tuple(key for place, key in enumerate(keys) if place not in shown),
            asked=self.model.asked,
            order=tuple(self._order()),
            totals=self.totals_shown,
        )

    def arrange(self, layout: TableLayout) -> None:
        """Put a stored view back; columns that no longer exist are passed over."""
        self._stand(layout.order)
        widths = dict(layout.widths)
        for place, column in enumerate(self._columns):
            self.view.setColumnHidden(place, column.key in layout.hidden)
            self.view.setColumnWidth(place, widths.get(column.key, column.width))
        keys = {column.key for column in self._columns}
        asked = sorted_by(layout.asked, tuple(one for one in layout.asked.sorts if one.key in keys))
        self.filter.setText(asked.words)
        if asked.filters or self._filters is not None:
            self.filters.put(asked.filters)
            self.filters.setVisible(bool(asked.filters) or self.filters.isVisible())
        self._set_totals(layout.totals)
        self._put_columns()
        self._ask_arranged(asked)

    def save_view(self, name: str, default: bool) -> None:
        """Save the list as it stands under a name, in place of a view that has it."""
        shelf = self.backing.shelf if self.backing else None
        if shelf is None:
            return
        shelf.keep(SavedView(name, self.layout_now(), default), partial(self._saved, name))

    def drop_view(self, name: str) -> None:
        """Forget a saved view; the list stays as it is."""
        shelf = self.backing.shelf if self.backing else None
        if shelf is not None:
            shelf.drop(name, self._fetch_views)

    def export_to(self, path: Path) -> None:
        """Write every row that is shown to a sheet, with progress; what comes of it is told."""
        if self.output is not None:
            self.output.write(path)

    @property
    def printable(self) -> bool:
        """Whether this list can be put on paper here."""
        return self.backing is not None and self.backing.paper is not None

    def print_rows(self) -> None:
        """Open the window that prints what is shown, or the rows that are selected."""
        if self.backing is not None and self.backing.paper is not None:
            self.backing.paper(self.on_paper())

    def on_paper(self) -> PaperList:
        """Give the list as it would be printed now; a single selected row is only the cursor."""
        spans = self.view.selected_spans()
        count = sum(bottom - top + 1 for top, bottom in spans)
        some = 1 < count < self.model.windows.count
        records = self.model.windows.records_in(spans) if some else ()
        widths = tuple(self.view.columnWidth(place) for place in self.view.shown_columns())
        return PaperList(self.key, self._shown(), widths, self.totals_shown, records)

    def _shown(self) -> Shown:
        windows = self.model.windows
        columns = [(place, self._columns[place]) for place in self.view.shown_columns()]
        vector = None if windows.coming else windows.vector
        return Shown(str(self._name), tuple(columns), self._source, self.model.asked, vector,
                     windows.records)  # fmt: skip

    # -- parts that are made when they are first needed ----------------------------------------

    @property
    def filters(self) -> FilterPanel:
        """The filters by column."""
        if self._filters is None:
            self._filters = FilterPanel(self._theme, self._columns)
            self._filters.changed.connect(self._start_settling)
            self._add_panel(self._filters)
        return self._filters

    @property
    def columns(self) -> ColumnPanel:
        """The columns to choose from."""
        if self._panel is None:
            self._panel = ColumnPanel(self._columns)
            self._panel.arranged.connect(self._take_columns)
            self._add_panel(self._panel)
        return self._panel

    @property
    def name_line(self) -> NameLine:
        """The line that takes the name of a view."""
        if self._name_line is None:
            self._name_line = NameLine()
            self._name_line.given.connect(self.save_view)
            self._name_line.left.connect(self._leave_name)
            self._add_panel(self._name_line)
        return self._name_line

    @property
    def totals(self) -> TotalsLine:
        """The line of totals."""
        if self._totals is None:
            self._totals = TotalsLine(self.view, self._columns, self._theme)
            self._totals.hide()
            self._column.addWidget(self._totals)
        return self._totals

    @property
    def output(self) -> ListOutput | None:
        """What writes this list out; none without a lane to do it on."""
        if self._out is None and self.backing is not None:
            self._out = ListOutput(self, self.backing, self._shown, self._add_panel)
            self._out.told.connect(self.told)
            self._out.troubled.connect(self.troubled)
        return self._out

    def _add_panel(self, panel: QWidget) -> None:
        """Put a part between the filter and the list, not shown yet."""
        panel.hide()
        self._column.insertWidget(self._column.count() - (2 if self._totals else 1), panel)

    def _state(self, number: int) -> int:
        """Give the place in the pile of what stands where no row is: empty, or nothing matches."""
        if number == 1 and self._pile.count() == 1:
            if self._empty is None:
                what, how = t("Nothing here yet."), t("Records appear here as they are made.")
                self._empty = EmptyState(self._theme, what, how)
            self._pile.addWidget(self._empty)
        elif number == 2:
            self._state(1)
            if self._nothing is None:
                how = t("Shorten the filter or press Esc to clear it.")
                self._nothing = EmptyState(self._theme, t("Nothing matches."), how)
                self._pile.addWidget(self._nothing)
        return number

    @property
    def totals_shown(self) -> bool:
        """Whether the line of totals is shown."""
        return self._totals is not None and not self._totals.isHidden()

    # -- building ----------------------------------------------------------------------------

    def _build(self, filtering: bool) -> None:
        top = QHBoxLayout()
        top.setSpacing(NEAR)
        top.addWidget(self.filter, 1)
        top.addWidget(self._count)
        top.addWidget(self.more)
        if not filtering:
            # Never shown here: still without a parent, they would flash up as windows of their own.
            for needless in (self.filter, self._count, self.more):
                needless.hide()
        body = QWidget()
        self._pile = QStackedLayout(body)
        self._pile.addWidget(self.view)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)
        self._column.addLayout(top)
        self._column.addWidget(body, 1)
        self.setFocusProxy(self.view)

    def _wire(self) -> None:
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._filter_now)
        self.filter.textEdited.connect(self._start_settling)
        self.filter.installEventFilter(self)
        self.more.clicked.connect(self._offer_menu)
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._put_cursor)
        self.model.recounted.connect(self._recounted)
        self._wire_header()
        self.view.opened.connect(self._pass_opened)
        self.view.chosen.connect(self._pass_chosen)
        self.view.copied.connect(self._tell_copied)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._offer_menu_at)

    def _wire_header(self) -> None:
        header = self.view.horizontalHeader()
        # Sorting switched on, a click on a heading no longer selects its column, which is all rows;
        # the model's own sort() stays the empty one, the list asks its source anew instead.
        self.view.setSortingEnabled(True)
        header.setSortIndicatorShown(False)
        assert isinstance(header, ListHeader)
        header.picked.connect(self._pick_heading)
        header.sectionResized.connect(self._tell_arranged)
        header.sectionMoved.connect(self._tell_moved)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)

    def _say_names(self) -> None:
        named(self.view, self._name)
        named(self.filter, t("Filter {list}", list=self._name))
        self.filter.setPlaceholderText(str(t("Filter…")))
        self._say_more()

    def _say_more(self) -> None:
        """Name the button, with how many filters by column narrow the list."""
        filters = len(self.model.asked.filters)
        words = t("View ({n})", n=filters) if filters else t("View")
        self.more.setText(button_text(words))
        named(self.more, t("View of {list}", list=self._name))

    # -- asking ------------------------------------------------------------------------------

    def _ask(self, asked: Asked) -> None:
        self.model.ask(asked)
        self._recounted()

    def _ask_arranged(self, asked: Asked) -> None:
        if asked != self.model.asked:
            self._ask(asked)
            self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
            self._tell_arranged()

    @Slot()
    def _remember(self) -> None:
        row = self.view.current_row()
        if row is not None:
            self._cursor = (row.id, self.view.currentIndex().row())

    @Slot()
    def _put_cursor(self) -> None:
        """Put the cursor back on the record it was on, or where it was."""
        count = self.model.rowCount()
        if self._cursor is None or not count:
            return
        (row_id, place), self._cursor = self._cursor, None
        self.model.row(min(place, count - 1))
        found = self.model.place_of(row_id)
        self.view.go_to(found if found is not None else min(place, count - 1))

    @Slot()
    def _recounted(self) -> None:
        """Say how many there are, and whether more is coming."""
        windows = self.model.windows
        records = f"{windows.records:,}"
        if windows.coming:
            self._count.tell(t("Reading…"))
        elif not windows.settled:
            self._count.tell(t("More than {shown} rows", shown=records))
        else:
            self._count.tell(tn("{shown} row", "{shown} rows", windows.records, shown=records))
        empty = 2 if self.model.asked.narrowed else 1
        shown = bool(windows.count) or windows.coming
        self._pile.setCurrentIndex(0 if shown else self._state(empty))
        self._say_more()
        self._add_up()

    def _has_totals(self) -> bool:
        return any(column.total is not None for column in self._columns)

    def _set_totals(self, shown: bool) -> None:
        wanted = shown and self._has_totals()
        if wanted or self._totals is not None:
            self.totals.setVisible(wanted)

    def _add_up(self) -> None:
        """Have the totals added up, where they are shown and the list is what it was asked for."""
        if self._adding is not None:
            self._adding.cancel()
            self._adding = None
        windows = self.model.windows
        if not self.totals_shown or windows.coming:
            return
        asked, source = self.model.asked, self._source
        if self.backing is None or not isinstance(source, LongRows) or not windows.long:
            self.totals.show_sums(dict(source.totals(asked, Unhurried())))
            return
        self.totals.show_sums(None)
        self._adding = self.backing.background.run(
            partial(source.totals, asked), partial(self._take_sums, asked)
        )

    def _take_sums(self, asked: Asked, sums: Sequence[tuple[str, int]]) -> None:
        if asked is self.model.asked:
            self.totals.show_sums(dict(sums))

    @Slot()
    def _start_settling(self) -> None:
        self._settle.start()

    @Slot()
    def _filter_now(self) -> None:
        self._settle.stop()
        asked = self.model.asked
        words = self.filter.text().strip()
        filters = asked.filters if self._filters is None else self._filters.filters()
        self._ask_arranged(replace(asked, words=words, filters=filters))

    @Slot(int, bool)
    def _pick_heading(self, place: int, adding: bool) -> None:
        if self._columns[place].sortable:
            self.turn(self._columns[place].key, adding=adding)

    def turn(self, key: str, *, adding: bool = False) -> None:
        """Sort by a column, then the other way round, then no longer; ``adding`` keeps the rest."""
        sorts = self.model.asked.sorts
        mine = next((one for one in sorts if one.key == key), None)
        alone = not adding and len(sorts) > 1
        if mine is None or alone:
            turned: tuple[Sort, ...] = (Sort(key),)
        elif not mine.descending:
            turned = (Sort(key, descending=True),)
        else:
            turned = ()
        if not adding:
            self._sort(turned)
        elif mine is None:
            self._sort((*sorts, *turned))
        else:
            place = sorts.index(mine)
            self._sort((*sorts[:place], *turned, *sorts[place + 1 :]))

    def _sort(self, sorts: tuple[Sort, ...]) -> None:
        self._ask_arranged(sorted_by(self.model.asked, sorts))

    # -- columns -----------------------------------------------------------------------------

    def _order(self) -> list[str]:
        header = self.view.horizontalHeader()
        places = [header.logicalIndex(visual) for visual in range(len(self._columns))]
        return [self._columns[place].key for place in places]

    def _stand(self, order: Sequence[str]) -> None:
        """Let the columns stand in this order; those it does not name come after."""
        keys = [column.key for column in self._columns]
        wanted = [key for key in order if key in keys]
        wanted += [key for key in keys if key not in wanted]
        header = self.view.horizontalHeader()
        header.blockSignals(True)
        for visual, key in enumerate(wanted):
            header.moveSection(header.visualIndex(keys.index(key)), visual)
        header.blockSignals(False)
        header.viewport().update()
        self.view.viewport().update()
        if self._totals is not None:
            self._totals.update()

    def _put_columns(self) -> None:
        if self._panel is not None and self._panel.isVisible():
            hidden = set(self.layout_now().hidden)
            order = self._order()
            self._panel.put(order, [key for key in order if key not in hidden])

    @Slot()
    def _take_columns(self) -> None:
        self._stand(self.columns.order())
        shown = self.columns.shown()
        for place, column in enumerate(self._columns):
            self.view.setColumnHidden(place, column.key not in shown)
        self._tell_arranged()

    @Slot()
    def _tell_arranged(self) -> None:
        self.arranged.emit(self.layout_now())

    @Slot()
    def _tell_moved(self) -> None:
        self.view.viewport().update()
        self._put_columns()
        self._tell_arranged()

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
        self._put_columns()
        self._tell_arranged()

    # -- the menu ----------------------------------------------------------------------------

    @Slot()
    def _offer_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    @Slot(QPoint)
    def _offer_menu_at(self, point: QPoint) -> None:
        self.menu().popup(self.view.viewport().mapToGlobal(point))

    def menu(self) -> QMenu:
        """Make the menu of everything a person may do with this list."""
        return list_menu(self, self._choices())

    def _choices(self) -> list[Choice | Choices]:
        asked, totals = self.model.asked, self.totals_shown
        filtering = self._filters is not None and not self._filters.isHidden()
        choosing = self._panel is not None and not self._panel.isHidden()
        parts: list[Choice | Choices] = [
            Choice(t("Filters by column"), self.open_filters, filtering),
            Choice(t("Columns"), self.open_columns, choosing),
            Choices(t("Sort by"), self._order_choices(adding=False)),
            Choices(t("Then by"), self._order_choices(adding=True) if asked.order else ()),
            Choices(t("Group by"), self._group_choices()),
        ]
        if asked.group:
            parts.append(Choice(t("Fold all groups"), partial(self.fold_all, True)))
            parts.append(Choice(t("Unfold all groups"), partial(self.fold_all, False)))
        if self._has_totals():
            parts.append(Choice(t("Totals"), partial(self.show_totals, not totals), totals))
        if self.backing is not None and self.backing.shelf is not None:
            parts += self._view_choices()
        parts.append(Choice(t("Copy the chosen rows"), self.view.copy))
        if self.printable:
            parts.append(Choice(t("Print the list"), self.print_rows))
        if self.backing is not None:
            parts.append(Choice(t("Export…"), self.export))
        return parts

    def _order_choices(self, *, adding: bool) -> tuple[Choice, ...]:
        on = {one.key for one in self.model.asked.sorts}
        return tuple(
            Choice(one.title, partial(self.turn, one.key, adding=adding), one.key in on)
            for one in self._columns
            if one.sortable
        )

    def _group_choices(self) -> tuple[Choice, ...]:
        group = self.model.asked.group
        chosen = [one for one in self._columns if one.grouping]
        none = Choice(t("Not at all"), partial(self.group_by, ""), not group)
        by = (
            Choice(one.title, partial(self.group_by, one.key), one.key == group) for one in chosen
        )
        return (none, *by) if chosen else ()

    def _view_choices(self) -> list[Choice | Choices]:
        opened = (
            Choice(one.name, partial(self.arrange, one.layout), one.default) for one in self._views
        )
        dropped = (Choice(one.name, partial(self.drop_view, one.name)) for one in self._views)
        return [
            Choices(t("Saved views"), tuple(opened)),
            Choice(t("Save this view…"), self.name_view),
            Choices(t("Forget a view"), tuple(dropped)),
        ]

    def open_filters(self) -> None:
        """Show the filters by column, or clear and hide them."""
        if self.filters.isHidden():
            self.filters.show()
            self.filters.focus_first()
        else:
            self.filters.hide()
            self.filters.put(())
            self._filter_now()
            self.view.setFocus()

    def open_columns(self) -> None:
        """Show which columns there are, or hide that again."""
        self.columns.setVisible(self.columns.isHidden())
        if self.columns.isVisible():
            self._put_columns()
            self.columns.setFocus()
        else:
            self.view.setFocus()

    def fold_all(self, away: bool) -> None:
        """Fold every group away, or show the rows of all."""
        self.model.anew(partial(self.model.windows.fold_all, away))

    def name_view(self) -> None:
        """Ask for the name of a view to save."""
        default = next((one for one in self._views if one.default), None)
        self.name_line.begin(default.name if default else "", default is not None)

    def export(self) -> None:
        """Ask where to write the list, then write it."""
        if self.output is not None:
            self.output.choose_file()

    # -- saved views -------------------------------------------------------------------------

    def _fetch_views(self, then: Callable[[], None] | None = None) -> None:
        shelf = self.backing.shelf if self.backing else None
        if shelf is not None:
            keys = frozenset(column.key for column in self._columns)
            shelf.fetch(keys, partial(self._take_views, then))

    def _take_views(self, then: Callable[[], None] | None, views: Sequence[SavedView]) -> None:
        self._views = tuple(views)
        if then is not None:
            then()

    def _open_default(self) -> None:
        """Open the list as its default view says, where nobody has touched it meanwhile."""
        default = next((one for one in self._views if one.default), None)
        if default is not None and self.model.asked == Asked():
            self.arrange(default.layout)

    def _saved(self, name: str) -> None:
        self._leave_name()
        self._fetch_views()
        self.told.emit(t("View saved: {name}.", name=name))

    @Slot()
    def _leave_name(self) -> None:
        self.name_line.hide()
        self.view.setFocus()

    # -- what is passed on -------------------------------------------------------------------

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
