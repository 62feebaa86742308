"""Imports what comes later while the person types: after the first paint, one package at a time.

What knows no Qt is imported on a lane and the next one is asked for from the event loop, so keys
are taken in between; imported in the event loop, one big package alone would stop it for 300 ms.

What knows Qt is imported in the event loop, one module a turn, and never on a lane: making a class
of Qt known to Python changes tables that Qt, while it paints, reads without Python's lock
(PySide6 6.11: ``SignalManager::retrieveMetaObject``), and the program would end in a crash now and
then. A module is imported behind those of ours it imports itself: each turn runs the statements of
one module and no other's, compiled beforehand or not.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.lanes import Lane
from ui.shell.bridge import Bridge

OWN_IMPORT = re.compile(r"^from ((?:app|ui|sync|devices)\b[\w.]*) import (.*)$", re.MULTILINE)
"""Where a module imports another of ours at its top, and what it takes from it."""


class Preloader(QObject):
    """Imports packages without Qt, then modules with it; ``finished`` when the last is there."""

    finished = Signal()

    def __init__(
        self, bridge: Bridge, lane: Lane, packages: Sequence[str], screens: Sequence[str] = ()
    ) -> None:
        """``packages`` know no Qt and go to the lane; ``screens`` may, and go to the event loop."""
        super().__init__()
        self._bridge = bridge
        self._lane = lane
        self._left = list(packages)
        self._screens = one_by_one(screens)

    @Slot()
    def start(self) -> None:
        """Begin with the next turn of the event loop; call it once the first paint is done."""
        QTimer.singleShot(0, self, self._next)

    def stop(self) -> None:
        """Leave the rest to first use."""
        self._left, self._screens = [], iter(())

    @Slot()
    def _next(self) -> None:
        if self._left:
            package = self._left.pop(0)
            self._bridge.run(self._lane, import_module, package, done=self._imported, owner=self)
        elif (screen := next(self._screens, None)) is not None:
            self._imported(import_module(screen))
        else:
            self.finished.emit()

    def _imported(self, _module: object) -> None:
        QTimer.singleShot(0, self, self._next)


def one_by_one(modules: Iterable[str]) -> Iterator[str]:
    """Name these modules and those of ours they stand on, not imported yet, the lowest first."""
    seen: set[str] = set()
    for name in modules:
        yield from _below(name, seen)


def _below(name: str, seen: set[str]) -> Iterator[str]:
    if name in seen or name in sys.modules:
        return
    seen.add(name)
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return
    for module, taken in OWN_IMPORT.findall(Path(spec.origin).read_text("utf-8")):
        yield from _below(module, seen)
        room = sys.modules.get(module)
        if hasattr(room, "__path__"):
            for one in re.findall(r"\w+", taken):
                yield from _below(f"{module}.{one}", seen)
    yield name
