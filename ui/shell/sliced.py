"""Imports one big package with Qt in it a slice at a time: keys are taken in between.

Such a package must be imported in the event loop (ui.shell.preload says why) and would hold it up
for a quarter of a second. Two things make it up, and both can be done in parts:

* PySide6 makes a class of Qt, and its enumerations, when its name is asked for the first time, and
  such a package asks for all of them: they are asked for here beforehand, some at a time;
* a package is the statements of its ``__init__``, most of them imports of its own modules: they are
  run here as Python would, one after another, as many as fit into a slice.

One statement is never divided; of pyqtgraph's, the longest takes some 20 ms.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.util import find_spec, module_from_spec
from types import ModuleType

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.kit.clock import thread_seconds

SLICE = 0.015
"""Seconds of processor time after which a slice takes up nothing new."""


class SlicedImport(QObject):
    """Imports a package and makes the classes of Qt it will ask for; ``finished`` at the end."""

    finished = Signal()

    def __init__(self, package: str, qt: Sequence[str], parent: QObject | None = None) -> None:
        """``qt`` names modules of PySide6, each imported in a step of its own."""
        super().__init__(parent)
        self._steps = steps(package, qt)

    @Slot()
    def start(self) -> None:
        """Begin with the next turn of the event loop."""
        QTimer.singleShot(0, self, self._slice)

    @Slot()
    def _slice(self) -> None:
        until = thread_seconds() + SLICE
        for _ in self._steps:
            if thread_seconds() >= until:
                self.start()
                return
        self.finished.emit()


def steps(package: str, qt: Sequence[str]) -> Iterator[None]:
    """Do one small thing more each time it is asked: a class of Qt, a statement of the package.

    A package that is there already gives no step; one that fails is not there, and raises.
    """
    if package in sys.modules:
        return
    for name in qt:
        module = import_module(name)
        yield
        for attribute in dir(module):
            getattr(module, attribute)
            yield
    yield from _statements(package)


def _statements(package: str) -> Iterator[None]:
    """Run the package's statements; between two of them it is not there for anybody.

    Whoever needs it meanwhile imports it whole, in one go, and nothing is left to do here.
    """
    module, written = _shell(package)
    for statement in ast.parse(written).body:
        if package in sys.modules:
            return
        code = compile(ast.Module([statement], []), str(module.__file__), "exec")
        sys.modules[package] = module
        try:
            exec(code, module.__dict__)  # noqa: S102 - the package's own source, as import runs it
        finally:
            del sys.modules[package]
        yield
    sys.modules.setdefault(package, module)


def _shell(package: str) -> tuple[ModuleType, str]:
    """Make the module that is to be filled; raises ImportError where there is no source of it."""
    spec = find_spec(package)
    if spec is None or not isinstance(spec.loader, InspectLoader):
        raise ImportError(f"no source of {package}", name=package)
    written = spec.loader.get_source(package)
    if written is None:
        raise ImportError(f"no source of {package}", name=package)
    return module_from_spec(spec), written
