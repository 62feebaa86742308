"""A package imported in slices is the package, whoever asks for it in between; no turn is long."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.shell.sliced import SlicedImport, steps

ROOT = Path(__file__).resolve().parents[3]
NAME = "a_big_package"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Write a package of four statements that imports two modules of its own."""
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "first.py").write_text("from . import LEVEL\nFIRST = LEVEL + 1\n")
    (folder / "second.py").write_text("from . import first\nSECOND = first.FIRST + 1\n")
    (folder / "__init__.py").write_text(
        "LEVEL = 1\nfrom .first import *\nfrom .second import *\nTHIRD = SECOND + 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(NAME)]:
        del sys.modules[name]


def test_it_is_the_package_in_as_many_steps_as_it_has_statements(package: Path) -> None:
    taken = list(steps(NAME, ()))
    assert len(taken) == 4
    module = sys.modules[NAME]
    assert (module.FIRST, module.SECOND, module.THIRD) == (2, 3, 4)
    assert module.__file__ == str(package / "__init__.py")
    assert sys.modules[f"{NAME}.second"].SECOND == 3


def test_half_imported_it_is_there_for_nobody(package: Path) -> None:
    slow = steps(NAME, ())
    next(slow), next(slow)
    assert NAME not in sys.modules
    whole = __import__(NAME)
    assert whole.THIRD == 4, "who needs it now has it whole"
    assert list(slow) == [] and sys.modules[NAME] is whole


def test_what_is_there_already_is_left_alone(package: Path) -> None:
    whole = __import__(NAME)
    assert list(steps(NAME, ())) == [] and sys.modules[NAME] is whole


def test_a_statement_that_fails_leaves_nothing(package: Path) -> None:
    (package / "second.py").write_text("raise RuntimeError('planted')\n")
    slow = steps(NAME, ())
    next(slow), next(slow)
    with pytest.raises(RuntimeError, match="planted"):
        next(slow)
    assert NAME not in sys.modules


def test_what_has_no_source_is_refused() -> None:
    with pytest.raises(ImportError):
        list(steps("no_such_package", ()))


def test_it_says_when_it_is_done(package: Path, qtbot: QtBot) -> None:
    slow = SlicedImport(NAME, ("PySide6.QtSvg",))
    with qtbot.waitSignal(slow.finished):
        slow.start()
    assert sys.modules[NAME].THIRD == 4 and "PySide6.QtSvg" in sys.modules


def test_pictures_come_without_a_long_call_and_before_their_first_use() -> None:
    """The library of pictures in a program of its own: no turn over the limit."""
    code = """
import gc, json, os, sys
gc.disable()  # as the desk does, which collects in turns of its own
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from app.kit.lanes import Lane
from ui.shell.bridge import Bridge
from ui.shell.busy_guard import BusyApplication
app = BusyApplication([])
import ui.reports.view
from ui.shell.chart_import import LIBRARY, ChartImport
before = LIBRARY in sys.modules
lane = Lane("read")
coming = ChartImport(Bridge(print), lane)
coming.finished.connect(app.quit)
coming.start()
app.exec()
lane.close()
there = [name in sys.modules for name in (LIBRARY, "ui.widgets.chart_panel")]
slow = [[one.doing, one.ms, one.strain] for one in app.slow if one.too_long]
print(json.dumps([before, there, os.environ["PYQTGRAPH_QT_LIB"], slow]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    before, there, library, slow = json.loads(done.stdout)
    assert not before and there == [True, True] and library == "PySide6"
    assert slow == []
