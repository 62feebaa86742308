"""What comes later is imported a module a turn, lowest first, and none holds the window up."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.assembly.desk import LATER, LATER_WITH_QT
from app.kit.lanes import Lane
from ui.shell.bridge import Bridge
from ui.shell.busy_guard import LIMIT

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = f"""
import json, sys
from importlib import import_module
from app.kit.clock import thread_seconds
import ui.shell.sign_in
from ui.shell.busy_guard import BusyApplication
from ui.shell.preload import one_by_one

app = BusyApplication()
for _ in range(20):
    app.pace()
for name in {LATER}:
    import_module(name)
turns, modules = [], one_by_one({LATER_WITH_QT})
while True:
    began, before = thread_seconds(), set(sys.modules)
    name = next(modules, None)
    if name is None:
        break
    import_module(name)
    worked = thread_seconds() - began
    ours = [one for one in set(sys.modules) - before if one.startswith(("ui.", "app.", "sync."))]
    turns.append((name, worked / app.pace(), sorted(ours)))
print(json.dumps(turns))
"""


@pytest.fixture(scope="module")
def turns(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, float, list[str]]]:
    """Import the screens in a fresh interpreter that finds nothing compiled."""
    around = {
        "QT_QPA_PLATFORM": "offscreen",
        "PATH": "/usr/bin",
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("nothing_compiled")),
    }
    asked = [sys.executable, "-c", PROGRAM]
    ran = subprocess.run(asked, cwd=ROOT, env=around, capture_output=True, text=True, check=True)
    said: list[tuple[str, float, list[str]]] = json.loads(ran.stdout)
    return said


def test_no_module_of_a_screen_takes_longer_than_a_turn_may(
    turns: list[tuple[str, float, list[str]]],
) -> None:
    assert len(turns) > 80
    assert [(name, worked) for name, worked, _ in turns if worked > LIMIT] == []


def test_a_turn_imports_one_module_of_ours(turns: list[tuple[str, float, list[str]]]) -> None:
    """Where another comes with it, it is a room, which holds its docstring alone."""
    for name, _, brought in turns:
        assert [one for one in brought if one != name and one.count(".") > 1] == [], name


def test_all_that_was_asked_for_is_there(turns: list[tuple[str, float, list[str]]]) -> None:
    assert {name for name, _, _ in turns} >= {one for one in LATER_WITH_QT if one.startswith("ui.")}


def test_what_is_there_already_is_not_named_again() -> None:
    from ui.shell.preload import one_by_one

    assert list(one_by_one(["ui.shell.bridge", "app.kit.lanes"])) == []
    assert Lane.__module__ in sys.modules and Bridge.__module__ in sys.modules
