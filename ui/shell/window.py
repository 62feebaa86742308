"""The one window: top bar, pages at the left, the page, the strip, and the words that float above.

Which keys do what stands in ui.shell.shortcuts, and a person may have others; Alt+1…9 always opens
the pages and Esc always goes one step back.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.errors.access import not_seen
from app.kit.errors.base import Problem
from app.kit.words import Text, t
from ui.shell.ahead import Ahead
from ui.shell.dressing import Dressing
from ui.shell.held_input import HeldInput
from ui.shell.lock_warning import LockWarning
from ui.shell.navigation import Navigation
from ui.shell.page import Page, PageView, Person, Surroundings
from ui.shell.page_pile import PagePile, PageStack
from ui.shell.palette import CommandPalette, Searcher
from ui.shell.reading_order import step
from ui.shell.shortcuts_bound import Keyboard
from ui.shell.strip import StatusStrip, StripState
from ui.shell.toast import Toast
from ui.shell.tour import Tour, TourStep
from ui.theme.tokens import FAR, NEAR, PLAIN, WIDE, Mood
from ui.widgets.label import PlainLabel, button_text
from ui.widgets.problem import ProblemPanel
from ui.widgets.spoken import Spoken
from ui.widgets.table import ListTable
from ui.widgets.verb import Verb, VerbBar, VerbButton, keys_text, verb_action

SEARCH_WIDTH = 460
LONGEST_SEARCH = 200
"""Signs the search takes; what is pasted beyond is no name and no number."""
HELP = "help"
"""The key of the page of help."""
LEAST = (1120, 700)
"""The window fits a screen of 1366 x 768 with its frame and a task bar."""


class DeskWindow(Spoken, QMainWindow):
    """The shell around the pages. Pages speak to it by signals; it speaks to no store."""

    settled = Signal()
    """A page that had to be made first stands now, or it is told why it cannot."""
    closing = Signal()

    def __init__(
        self,
        surroundings: Surroundings,
        pages: Sequence[Page],
        person: Person,
        *,
        person_verbs: Sequence[Verb] = (),
        search: Searcher | None = None,
        keyboard: Keyboard | None = None,
    ) -> None:
        super().__init__()
        surroundings.theme.clothe(self, self._put_on)
        self.keyboard = keyboard or Keyboard(parent=self)
        self._surroundings = surroundings
        self._theme = surroundings.theme
        self._person, self._person_verbs = person, tuple(person_verbs)
        self._own_shortcuts: list[QShortcut] = []
        self._shortcuts: list[QShortcut] = []
        self._now = ""
        self.search = QLineEdit()
        self.search.setMaxLength(LONGEST_SEARCH)
        self.person = QPushButton()
        self.navigation = Navigation(self._theme, pages)
        self.banner = ProblemPanel()
        self.stack = PageStack()
        self._pile = PagePile(surroundings, pages, self.stack, self._made)
        self._pages, self._views = self._pile.declared, self._pile.views
        self.held = HeldInput(self, self.stack)
        self.dressing = Dressing(self, self._pile, self.held)
        self._asked: tuple[str, object] | None = None
        """The page that is being made to be opened, and what to open in it."""
        self.strip = StatusStrip(self._theme)
        self._as_of: Text | None = None
        self._state = StripState(())
        self._build()
        self.toast = Toast(self, self._toast_room)
        self.lock_warning = LockWarning(self)
        self.tour = Tour(self._theme, self, self._tour_steps())
        self.palette_box = CommandPalette(
            self._theme, self, self.search, pages=pages, verbs=self.verbs_now, search=search
        )
        self.ahead = Ahead(self._pile.next_ahead, self._calm, self)
        self._wire()
        self._say_person()

    @property
    def page_key(self) -> str:
        """The key of the page that is open, empty before the first."""
        return self._now

    @property
    def page_keys(self) -> tuple[str, ...]:
        """The keys of all pages, in the order of the navigation."""
        return tuple(self._pages)

    @property
    def opening(self) -> bool:
        """Whether a page or a new look is on its way, or keys are still to be played."""
        return self._asked is not None or self.held.waiting

    def page(self, key: str) -> PageView:
        """Give a page, made whole when it is asked for the first time; raises KeyError."""
        return self._pile.whole(key)

    def go_to(self, key: str, target: object = None) -> None:
        """Open a page, as a key or a click asks: what is missing of it is made over several turns.

        What is typed meanwhile reaches the new page, in its order; a page asked for meanwhile is
        opened behind it. A page that is not this person's is refused in words.
        """
        if self.held.waiting:
            self.held.keep(partial(self.go_to, key, target))
        elif key not in self._pages or self._pile.missing(key, target) is None:
            self.open_page(key, target)
        else:
            self._asked = (key, target)
            self.held.hold()
            QTimer.singleShot(0, self, self._make_on)

    @Slot()
    def _make_on(self) -> None:
        """Make one step more of the page that was asked for; open it when nothing is missing."""
        if self._asked is None:
            return
        step = self._pile.missing(*self._asked)
        if step is None:
            self._arrive(*self._asked)
            return
        asked, self._asked = self._asked, None
        try:
            step()
            self._asked = asked
        finally:
            # A page that cannot be made is told as any trouble is; the keys stay where she is.
            if self._asked is None:
                self._settle()
        QTimer.singleShot(0, self, self._make_on)

    def _arrive(self, key: str, target: object) -> None:
        self._asked = None
        # What was completed after it was built has buttons that show their keys, too.
        self._tell_keys(key, self._views[key])
        try:
            self.open_page(key, target)
        finally:
            self._settle()

    def _settle(self) -> None:
        self.settled.emit()
        self._play()

    @Slot()
    def _play(self) -> None:
        """Play what was typed, unless the window is not ready for it yet."""
        if self._asked is None and not self.dressing.under_way:
            self.held.play()

    def _put_on(self, sheet: str) -> None:
        self.dressing.put_on(sheet)

    def make_ahead(self) -> None:
        """Build the other pages while nobody does anything; the window is on the screen."""
        handle = self.windowHandle()
        if handle is not None:
            self.ahead.start(handle)

    def open_page(self, key: str, target: object = None) -> None:
        """Open a page at once, and a record in it; one that is not this person's is refused."""
        if key not in self._pages:
            self.show_problem(not_seen())
            return
        view = self._pile.whole(key, target)
        stays = key == self._now
        if not stays:
            if self._now:
                self._views[self._now].keep()
                self.tour.make_way()
            self._now = key
            self.banner.clear()
            self.stack.setCurrentWidget(view)
            self.navigation.show_page(key)
            self._title()
        if target is not None:
            view.open_at(target)
        else:
            view.refresh()
        self._take_verbs()
        # A page that opened something in itself has put the focus there.
        if target is None or not (stays and self._holds_focus(view)):
            self._focus_page()

    def verbs_now(self) -> tuple[Verb, ...]:
        """Give every verb the person may do now: the page's, then her own."""
        page = tuple(self._views[self._now].verbs()) if self._now else ()
        own = (*self._list_verbs(), *self._person_verbs)
        return (*self._bound(self._now, page), *self._bound("", own))

    def print_list(self) -> None:
        """Print the list the keyboard is in, else the first one a person sees on the page."""
        lists = self._printable_lists()
        focused = QApplication.focusWidget()
        held = (one for one in lists if focused is not None and one.isAncestorOf(focused))
        chosen = next(held, lists[0] if lists else None)
        if chosen is not None:
            chosen.print_rows()

    def _list_verbs(self) -> tuple[Verb, ...]:
        if not self._printable_lists():
            return ()
        return (Verb("print_list", t("Print the list"), self.print_list, "print"),)

    def _printable_lists(self) -> list[ListTable]:
        page = self.stack.currentWidget()
        if page is None:
            return []
        self._back_lists(page)
        found = page.findChildren(ListTable)
        return [one for one in found if one.printable and one.isVisibleTo(page)]

    def _back_lists(self, page: QWidget) -> None:
        """Give the lists of a page that came without one a lane, a shelf and paper."""
        lists = self._surroundings.lists
        if lists is None:
            return
        for table in page.findChildren(ListTable):
            if table.backing is None:
                table.lend(lists.backing(f"{self._now}.{table.key}", table))

    def open_help(self) -> None:
        """Open the help of the page that is open; does nothing where the desk has no help."""
        if HELP in self._pages and self._now != HELP:
            self.go_to(HELP, self._now)

    def _tour_steps(self) -> tuple[TourStep, ...]:
        """Say what the tour shows: the day, finding things, the work, the strip, help."""

        def keys(action: str) -> str:
            return keys_text(self.keyboard.bindings.keys(action))

        return (
            TourStep(
                t("What needs you today"),
                lambda: t(
                    "The workbench has it in order of harm. Enter opens a line; {keys} does the"
                    " filled button of any page.", keys=keys("next_verb"),
                ),
                lambda: self.stack,
            ),
            TourStep(
                t("Find and do"),
                lambda: t(
                    "{keys} finds every verb, page and record: a name, pinyin initials, a number.",
                    keys=keys("search"),
                ),
                lambda: self.search,
            ),
            TourStep(
                t("From customer to seal"),
                lambda: t(
                    "The pages stand in the order of the work: take up a customer, price a quote,"
                    " have it approved, sign and seal. Alt and a digit opens one."
                ),
                lambda: self.navigation,
            ),
            TourStep(
                t("Is it saved, has head office got it"),
                lambda: t(
                    "The strip always says so, and how the machines stand. Each part of it opens"
                    " the page that explains it."
                ),
                lambda: self.strip,
            ),
            TourStep(
                t("Help, wherever you are"),
                lambda: t(
                    "{keys} opens the help of the page you are on, with its keys, which you can"
                    " change. {tour} shows this tour again.", keys=keys("help"), tour=keys("tour"),
                ),
                lambda: self.person,
            ),
        )  # fmt: skip

    def _bound(self, page: str, verbs: Sequence[Verb]) -> list[Verb]:
        return [replace(one, shortcut=self.keyboard.keys_of(page, one)) for one in verbs]

    def show_strip(self, state: StripState) -> None:
        """Show the state of link, outbox and devices; the page's own as-of stays."""
        self._state = state
        self.strip.show_state(StripState(state.items, self._as_of or state.as_of))
        self.toast.settle()

    def show_problem(self, problem: Problem) -> None:
        """Show a problem above the page."""
        self.banner.show_problem(problem)

    def tell(self, words: Text, undo: Verb | None = None) -> None:
        """Show a toast."""
        self.toast.tell(words, undo)

    def _toast_room(self) -> QRect:
        return self.strip.free_room().translated(self.strip.mapTo(self, QPoint(0, 0)))

    def focus_area(self, step: int) -> None:
        """Move the focus to the next area (or back): search, pages, page, strip."""
        areas = self._areas()
        at = next((n for n, area in enumerate(areas) if self._holds_focus(area)), -1)
        target = areas[(at + step) % len(areas)]
        if target is self.stack:
            self._focus_page()
        else:
            self._entrance(target).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def may_close(self) -> Text | None:
        """Say why the window must not close yet, None when it may."""
        reasons = (view.may_close() for view in self._views.values())
        return next((reason for reason in reasons if reason is not None), None)

    def go(self) -> None:
        """Be destroyed soon, each page in a turn of its own: all at once would hold up the next."""
        self._asked = None
        self.dressing.stop()
        self.held.drop()
        self.ahead.stop()
        self._pile.go()
        self.deleteLater()

    def _build(self) -> None:
        self.resize(1280, 760)
        self.setMinimumSize(*LEAST)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.navigation)
        middle.addWidget(self._page_area(), 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top_bar())
        column.addLayout(middle, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(whole)

    def _top_bar(self) -> QWidget:
        bar = QFrame()
        bar.setProperty("look", "bar")
        self.search.setMaximumWidth(SEARCH_WIDTH)
        self.person.setProperty("look", "ghost")
        row = QHBoxLayout(bar)
        row.setContentsMargins(WIDE, NEAR, NEAR, NEAR)
        row.setSpacing(PLAIN)
        row.addWidget(PlainLabel(t("Sealdesk"), size="strong"))
        row.addStretch(1)
        row.addWidget(self.search, 4)
        row.addStretch(1)
        row.addWidget(self.person)
        return bar

    def _page_area(self) -> QWidget:
        area = QWidget()
        area.setProperty("look", "window")
        column = QVBoxLayout(area)
        column.setContentsMargins(FAR, WIDE, FAR, WIDE)
        column.setSpacing(PLAIN)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        return area

    def _wire(self) -> None:
        self.dressing.ended.connect(self._play)
        self.navigation.asked_for.connect(self._open_plain)
        self.strip.asked_for.connect(self._open_plain)
        self.palette_box.asked_for.connect(self.go_to)
        self.person.clicked.connect(self.open_person_menu)
        for place, key in enumerate(list(self._pages)[:9], 1):
            self._key(f"Alt+{place}", self._page_opener(key))
        self.keyboard.changed.connect(self._take_keys)
        self._take_keys()

    @Slot()
    def _take_keys(self) -> None:
        """Give the desk's own actions and the page's verbs the keys this person has."""
        calls: dict[str, Callable[[], object]] = {
            "search": self.palette_box.open,
            "help": self.open_help,
            "next_area": self._next_area,
            "former_area": self._former_area,
            "refresh": self._refresh,
            "next_verb": self._do_next,
            "undo": self.toast.undo,
        }
        self._own_shortcuts = _let_go(self._own_shortcuts)
        for action, call in calls.items():
            for keys in self.keyboard.all_keys(action):
                self._own_shortcuts.append(self._key(keys, call))
        self.palette_box.called_by(self.keyboard.bindings.keys("search"))
        self.tour.say()
        for page, view in self._views.items():
            self._tell_keys(page, view)
        self._take_verbs()

    def _tell_keys(self, page: str, view: QWidget) -> None:
        """Let the buttons of a page show the keys their verbs have."""
        keys = partial(self.keyboard.keys_of, page)
        for button in view.findChildren(VerbButton):
            button.heed(keys)
        for bar in view.findChildren(VerbBar):
            bar.heed(keys)

    def _key(self, keys: str, call: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        # For the busy guard, which says what was called.
        shortcut.setObjectName(getattr(call, "__qualname__", ""))
        shortcut.activated.connect(call)
        return shortcut

    def _page_opener(self, key: str) -> Callable[[], None]:
        def call() -> None:
            self.go_to(key)

        return call

    def _made(self, key: str, view: PageView) -> None:
        self._listen(view)
        self._tell_keys(key, view)

    def _calm(self) -> bool:
        """Say whether nobody waits for anything: no page on its way, no answer of a lane."""
        return not self.opening and self._surroundings.bridge.under_way == 0

    def _listen(self, view: PageView) -> None:
        view.told.connect(self._on_told)
        view.undoable.connect(self._on_undoable)
        view.troubled.connect(self._on_troubled)
        view.asked_for.connect(self.go_to)
        view.verbs_changed.connect(self._take_verbs)
        view.read_at.connect(self._on_read_at)

    def _say_person(self) -> None:
        person = t("{name} · {role}", name=self._person.name, role=self._person.role)
        self.person.setText(button_text(person))
        self.person.setAccessibleName(str(person))
        self._title()

    def _title(self) -> None:
        if self._now:
            title = t("{page} – Sealdesk", page=self._pages[self._now].title)
            self.setWindowTitle(str(title))
        else:
            self.setWindowTitle(str(t("Sealdesk")))

    @Slot()
    def _take_verbs(self) -> None:
        """Give each verb of the page its shortcut; a verb that is gone leaves its keys."""
        self._shortcuts = _let_go(self._shortcuts)
        wanted: dict[str, Verb] = {}
        for verb in self.verbs_now():
            # Two of the same keys would call neither: the first that is offered has them.
            if verb.shortcut and verb.enabled:
                wanted.setdefault(verb.shortcut, verb)
        self._shortcuts = [self._key(keys, verb.call) for keys, verb in wanted.items()]

    @Slot()
    def open_person_menu(self) -> QMenu:
        """Show what the person may do for herself: language, theme, lock, sign out."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for verb in self._bound("", self._person_verbs):
            menu.addAction(verb_action(verb, menu, self._theme))
        corner = self.person.mapToGlobal(self.person.rect().bottomLeft())
        menu.popup(corner)
        return menu

    def _areas(self) -> tuple[QWidget, ...]:
        tour = (self.tour,) if self.tour.isVisible() else ()
        return (self.search, self.navigation, self.stack, self.strip, *tour)

    def _holds_focus(self, area: QWidget) -> bool:
        focused = QApplication.focusWidget()
        return area is focused or (focused is not None and area.isAncestorOf(focused))

    def _entrance(self, area: QWidget) -> QWidget:
        if area is self.tour:
            return self.tour.go_on
        return self.strip.first_button() if area is self.strip else area

    def _focus_page(self) -> None:
        view = self.stack.currentWidget()
        if view is not None:
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self._holds_focus(self.stack):
                _focus_first(view)

    @Slot(str)
    def _open_plain(self, key: str) -> None:
        self.go_to(key)

    @Slot()
    def _next_area(self) -> None:
        self.focus_area(1)

    @Slot()
    def _former_area(self) -> None:
        self.focus_area(-1)

    @Slot()
    def _refresh(self) -> None:
        if self._now:
            self._views[self._now].refresh()

    @Slot()
    def _do_next(self) -> None:
        verbs = self._views[self._now].verbs() if self._now else ()
        if verbs and verbs[0].enabled:
            verbs[0].call()

    @Slot()
    def _step_back(self) -> None:
        if self.banner.isVisible():
            self.banner.clear()
        elif self._now:
            self._views[self._now].step_back()

    @Slot(object)
    def _on_told(self, words: Text) -> None:
        self.toast.tell(words)

    @Slot(object, object)
    def _on_undoable(self, words: Text, undo: Verb) -> None:
        self.toast.tell(words, undo)

    @Slot(object)
    def _on_troubled(self, problem: Problem) -> None:
        self.show_problem(problem)

    @Slot(object)
    def _on_read_at(self, words: Text) -> None:
        self._as_of = words
        self.show_strip(self._state)

    @override
    def say(self) -> None:
        if self._now:
            self._pile.said(self._now)
        self._say_person()
        self.strip.redraw()
        self.toast.settle()
        self.palette_box.say()

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        return step(self, forward=next)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Esc is no shortcut: a field, a filter, a menu that has its own use for it comes first.
        if event.key() == Qt.Key.Key_Escape:
            self._step_back()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toast.settle()
        self.lock_warning.settle()
        self.palette_box.settle()
        self.tour.settle()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        for view in self._views.values():
            view.keep()
        reason = self.may_close()
        if reason is None:
            self.closing.emit()
            event.accept()
            return
        event.ignore()
        self.banner.show_problem(not_closed(reason), Mood.WARN)


def _let_go(shortcuts: list[QShortcut]) -> list[QShortcut]:
    """Take keys away; a shortcut that is only deleted later would still be called until then."""
    for shortcut in shortcuts:
        shortcut.setEnabled(False)
        shortcut.deleteLater()
    return []


def not_closed(reason: Text) -> Problem:
    """Say why the window stays open."""
    return Problem(
        code="E-SHELL-OPEN",
        what=reason,
        safe=t("What you typed is stored."),
        next=t("Finish or stop it, then close the window again."),
    )


def _focus_first(view: QWidget) -> None:
    """Put the focus on the first thing of a page that takes it by Tab."""
    for child in view.findChildren(QWidget):
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            child.setFocus(Qt.FocusReason.TabFocusReason)
            return
