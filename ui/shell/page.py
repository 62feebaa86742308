"""A page of the window, declared as data and built the first time it is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.kit.clock import Clock
from app.kit.errors.base import Problem
from app.kit.words import Text
from ui.shell.bridge import Bridge
from ui.shell.lists import Lists
from ui.theme.theme import Theme
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb


@dataclass(frozen=True)
class Surroundings:
    """What every page gets from the window and from nowhere else."""

    theme: Theme
    bridge: Bridge
    clock: Clock
    lists: Lists | None = None
    """What long lists and saved views need; a page without it has plain lists."""


class PageView(Spoken, QWidget):
    """The base of a page: the window listens to its signals, it never reaches for the window."""

    verbs_changed = Signal()
    """What may be done here is different now."""
    told = Signal(object)
    """A Text for a toast."""
    undoable = Signal(object, object)
    """A Text for a toast and the Verb that undoes what it says."""
    troubled = Signal(object)
    """A Problem for the banner."""
    asked_for = Signal(str, object)
    """Another page by its key, and what to open there (a record's id or None)."""
    read_at = Signal(object)
    """A Text: as of when what is on the screen was read."""

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done here now, the next verb first."""
        return ()

    def open_at(self, target: object) -> None:
        """Open what another page asked for (a record, a task); None opens the page as it is."""

    def missing(self, target: object) -> Callable[[], object] | None:  # noqa: ARG002 - a page says
        """Give what is still to be made, one turn's work, before ``open_at(target)`` may be called.

        None when nothing is; asked again after each such step.
        """
        return None

    def step_back(self) -> bool:
        """Go one step back without losing anything; False where there is nothing behind."""
        return False

    def keep(self) -> None:
        """Store what is typed, now: the window is closing or locking."""

    def may_close(self) -> Text | None:
        """Say why the window must not close yet (a machine is moving), None when it may."""
        return None

    def refresh(self) -> None:
        """Read again: something changed, or the person asked."""

    def tell(self, words: Text) -> None:
        """Show a toast."""
        self.told.emit(words)

    def show_trouble(self, problem: Problem) -> None:
        """Show a problem in the banner above the page."""
        self.troubled.emit(problem)


@dataclass(frozen=True)
class Page:
    """One line of the navigation. ``icon`` is a name of ui.theme.icons.GLYPHS."""

    key: str
    title: Text
    icon: str
    build: Callable[[Surroundings], PageView]


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the top bar says it."""

    name: str
    role: Text


@dataclass(frozen=True)
class Found:
    """A record the search found: where it opens and how its line reads.

    ``group`` is the heading it stands under. Marks are the places in title and detail that what was
    typed fits: a first place and the place behind the last. A line without a page is a remark.
    """

    page: str
    target: object
    title: str
    detail: str
    group: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    detail_marks: tuple[tuple[int, int], ...] = ()
