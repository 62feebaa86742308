"""The pages of a window: each is made a step at a time, each step short enough for one turn.

A page nobody looks at is not told of another language: all pages of a day at once would hold the
window up. It says its words anew when it is opened next.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from app.kit.words import language_in_use
from ui.shell.page import Page, PageView, Surroundings

MakeStep = Callable[[], object]


class PageStack(QStackedWidget):
    """The pages that were opened, one of them in front; that one alone hears of a language."""

    @override
    def event(self, event: QEvent) -> bool:
        front = self.currentWidget()
        if event.type() == QEvent.Type.LanguageChange and front is not None:
            return QCoreApplication.sendEvent(front, event)
        return super().event(event)


class _Shelf(QWidget):
    """Holds what is built and was never opened: outside the window and its stylesheet."""

    @override
    def event(self, event: QEvent) -> bool:
        return event.type() == QEvent.Type.LanguageChange or super().event(event)


class PagePile:
    """Makes pages: built first, then taken into the window, which dresses them, then completed.

    ``made`` hears of each page built.
    """

    def __init__(
        self,
        at: Surroundings,
        pages: Sequence[Page],
        stack: PageStack,
        made: Callable[[str, PageView], None],
    ) -> None:
        self._at, self._stack, self._made = at, stack, made
        self.declared = {page.key: page for page in pages}
        self.views: dict[str, PageView] = {}
        self._shelf = _Shelf()
        self._ahead = deque(pages)
        self._language: dict[str, str] = {}
        self._front: PageView | None = None

    def missing(self, key: str, target: object = None) -> MakeStep | None:
        """Give what is to be done next before a page can show ``target``; None when all is done.

        Raises KeyError for a page we do not have.
        """
        view = self.views.get(key)
        if view is None:
            return partial(self._build, self.declared[key])
        if self._language[key] != language_in_use():
            return partial(self._say, key)
        if self._stack.indexOf(view) < 0:
            return partial(self._stack.addWidget, view)
        return view.missing(target)

    def whole(self, key: str, target: object = None) -> PageView:
        """Make a page in one go, as far as it is not made; raises KeyError."""
        while (step := self.missing(key, target)) is not None:
            step()
        return self.views[key]

    def taken_in(self) -> tuple[PageView, ...]:
        """Give the pages that are in the window, the one in front last."""
        front = self._stack.currentWidget()
        inside = [view for view in self.views.values() if self._stack.indexOf(view) >= 0]
        return tuple(sorted(inside, key=lambda view: view is front))

    def take_out(self, view: PageView) -> None:
        """Take a page out of the window; it is dressed by it when it is taken in again."""
        if view is self._stack.currentWidget():
            self._front = view
        self._stack.removeWidget(view)
        self.shelve(view)

    def shelve(self, part: QWidget) -> None:
        """Put a page, or a part of one, where no window dresses it."""
        part.setParent(self._shelf)

    def dress_front(self) -> None:
        """Let the window dress the page that was in front; nobody sees it yet."""
        if self._front is not None:
            self._front.setParent(self._stack)

    def put_back(self) -> None:
        """Put the page that was in front back, unless another was opened meanwhile."""
        front, self._front = self._front, None
        if front is not None and self._stack.currentWidget() is None:
            self._stack.addWidget(front)
            self._stack.setCurrentWidget(front)

    def next_ahead(self) -> MakeStep | None:
        """Give the building of the next page nobody opened yet, in the order of the navigation.

        Each is given once: one that cannot be built is told, and tried again when it is opened.
        """
        while self._ahead:
            page = self._ahead.popleft()
            if page.key not in self.views:
                return partial(self._build, page)
        return None

    def said(self, key: str) -> None:
        """Note that the page in front has heard of the language of now."""
        self._language[key] = language_in_use()

    def go(self) -> None:
        """Let every page be destroyed, each in a turn of its own."""
        for view in self.views.values():
            view.deleteLater()
        self._shelf.deleteLater()

    def _build(self, page: Page) -> None:
        view = page.build(self._at)
        view.setParent(self._shelf)
        self.views[page.key] = view
        self.said(page.key)
        self._made(page.key, view)

    def _say(self, key: str) -> None:
        self.said(key)
        QCoreApplication.sendEvent(self.views[key], QEvent(QEvent.Type.LanguageChange))
