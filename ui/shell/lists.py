"""What a page's lists get beyond their rows: a reader's lane, a clock, the person's saved views."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject
from typing_extensions import override

from app.kit.clock import Clock
from app.kit.errors.base import Problem
from app.kit.lanes import Lane
from app.kit.listing import Stride
from ui.shell.bridge import Bridge
from ui.widgets.list_layout import read_layout, write_layout
from ui.widgets.list_out import Backing
from ui.widgets.list_paper import PaperList
from ui.widgets.list_views import SavedView, ViewShelf
from ui.widgets.list_windows import Background, Errand

R = TypeVar("R")


@dataclass(frozen=True)
class WrittenView:
    """A saved view as it is stored: its layout is the list's own text."""

    name: str
    layout: str
    first: bool


class OwnViews(Protocol):
    """The saved views of the person who sits here; every call blocks for a commit or a read."""

    def views(self, list_key: str) -> Sequence[WrittenView]:
        """Give the views of a list by name."""
        ...

    def keep_view(self, list_key: str, view: WrittenView) -> None:
        """Keep a view in place of one of the same name; a first one takes the place of another."""
        ...

    def drop_view(self, list_key: str, name: str) -> None:
        """Forget a view."""
        ...


@dataclass(frozen=True)
class Lists:
    """Makes what the lists of a desk's pages stand on.

    ``readers`` carries long reading, ``lane`` what is stored; neither runs on the GUI thread.
    ``paper`` opens the window that prints a list.
    """

    bridge: Bridge
    readers: Lane
    lane: Lane
    clock: Clock
    own: OwnViews
    paper: Callable[[PaperList], object] | None = None

    def backing(self, list_key: str, owner: QObject) -> Backing:
        """Give a list its backing; ``list_key`` is what its views are stored under."""
        background = BridgeBackground(self.bridge, self.readers, owner)
        shelf = LaneShelf(self.bridge, self.lane, self.own, list_key, owner)
        return Backing(background, self.clock, shelf, self.paper)


@dataclass(frozen=True)
class BridgeBackground(Background):
    """Runs a list's long work on a lane; what comes of it is dropped when the list is gone."""

    bridge: Bridge
    lane: Lane
    owner: QObject

    @override
    def run(
        self,
        call: Callable[[Stride], R],
        done: Callable[[R], object],
        *,
        counted: Callable[[int, int], object] | None = None,
        failed: Callable[[Problem], object] | None = None,
        after_ms: int = 0,
    ) -> Errand:
        def late(stride: Stride) -> R:
            Event().wait(after_ms / 1000)
            stride.step(0, 0)
            return call(stride)

        return self.bridge.run_counted(
            self.lane,
            late if after_ms else call,
            counted=counted or _unheard,
            done=done,
            failed=failed,
            owner=self.owner,
        )


@dataclass(frozen=True)
class LaneShelf(ViewShelf):
    """The saved views of one list, read and stored on a lane."""

    bridge: Bridge
    lane: Lane
    own: OwnViews
    list_key: str
    owner: QObject

    @override
    def fetch(self, keys: frozenset[str], done: Callable[[Sequence[SavedView]], object]) -> None:
        def read(written: Sequence[WrittenView]) -> None:
            laid = [(one, read_layout(one.layout, keys)) for one in written]
            done([SavedView(one.name, it, one.first) for one, it in laid if it is not None])

        self.bridge.run(self.lane, self.own.views, self.list_key, done=read, owner=self.owner)

    @override
    def keep(self, view: SavedView, done: Callable[[], object]) -> None:
        written = WrittenView(view.name, write_layout(view.layout), view.default)
        self._store(partial(self.own.keep_view, self.list_key, written), done)

    @override
    def drop(self, name: str, done: Callable[[], object]) -> None:
        self._store(partial(self.own.drop_view, self.list_key, name), done)

    def _store(self, call: Callable[[], None], done: Callable[[], object]) -> None:
        def stored(_nothing: None) -> None:
            done()

        self.bridge.run(self.lane, call, done=stored, owner=self.owner)


def _unheard(_done: int, _total: int) -> None:
    """Take no notice of how far it is."""
