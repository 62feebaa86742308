"""What the house may not do before its first paint, and what Qt may not do to None."""

import ast
import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from app.assembly.desk import LATER
from tests.benchmarks.bench_ui import EMPTY, Start, loaded_too_early, start
from tests.benchmarks.harness import ROOT

CALLS = 2_000
ROOMS = {
    "app.assembly",
    "app.kit",
    "app.kit.errors",
    "ui.shell",
    "ui.theme",
    "ui.widgets",
}
OURS = {
    "app.assembly.desk",
    "app.assembly.probe",
    "app.cli",
    "app.kit.calendar",
    "app.kit.clock",
    "app.kit.errors.base",
    "app.kit.errors.desk",
    "app.kit.files",
    "app.kit.lanes",
    "app.kit.logs",
    "app.kit.settings",
    "app.kit.words",
    "ui.shell.bridge",
    "ui.shell.busy_guard",
    "ui.shell.guard",
    "ui.shell.heartbeat",
    "ui.shell.imports",
    "ui.shell.preload",
    "ui.shell.sign_in",
    "ui.shell.tidying",
    "ui.theme.icons",
    "ui.theme.stylesheet",
    "ui.theme.theme",
    "ui.theme.tokens",
    "ui.widgets.choice",
    "ui.widgets.filled",
    "ui.widgets.label",
    "ui.widgets.problem",
    "ui.widgets.spoken",
}
"""What the sign-in page is made of. What is added here every start pays for (T1)."""
FEW = 3
"""Modules whose source PySide6 reads before the import can be taken back."""
OTHERS = {"PySide6", "shiboken6", "typing_extensions", "_distutils_hack"}
"""Qt, and what an interpreter of a virtual environment brings anyway."""


QT = {
    "QtCore": {
        "QEvent", "QObject", "QPoint", "QPointF", "QRect", "QStandardPaths", "QTimer", "Qt",
        "Signal", "Slot",
    },
    "QtGui": {
        "QColor", "QFont", "QGuiApplication", "QIcon", "QKeyEvent", "QPaintEvent", "QPainter",
        "QPalette", "QPen", "QPixmapCache", "QPolygonF", "QResizeEvent", "QWheelEvent",
    },
    "QtWidgets": {
        "QApplication", "QComboBox", "QFrame", "QHBoxLayout", "QLabel", "QLineEdit", "QMainWindow",
        "QPushButton", "QSizePolicy", "QVBoxLayout", "QWidget",
    },
}  # fmt: skip
"""The classes of Qt the sign-in page names; each is made known to Python, for 100 KiB and more."""
STANDARD = {
    "_bisect", "_datetime", "_heapq", "_locale", "_queue", "_socket", "bisect", "concurrent",
    "concurrent.futures", "concurrent.futures._base", "concurrent.futures.thread", "copy",
    "dataclasses", "datetime", "gc", "heapq", "locale", "mmap", "queue", "signal",
}  # fmt: skip
"""What of the standard library our start may load beyond what an empty window of PySide6 does."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """The real desk, started and ended once its first frame is painted."""
    folder = tmp_path_factory.mktemp("desk")
    words = [sys.executable, "-m", "app", "open", "--folder", str(folder)]
    return start(words, "first-paint")


@pytest.fixture(scope="module")
def modules(desk: Start) -> frozenset[str]:
    """What is loaded by then."""
    return desk.modules


def test_nothing_heavy_is_loaded_at_first_paint(modules: frozenset[str]) -> None:
    """T2: the real desk loads only Qt and our own small modules before its first frame."""
    assert loaded_too_early(modules) == set()


def test_of_our_own_only_the_sign_in_page_is_loaded_at_first_paint(modules: frozenset[str]) -> None:
    """T1: what a module costs before the first frame is felt at every start; most can wait."""
    rooms = ("app.", "ui.", "sync.", "devices.")
    loaded = {name for name in modules if name.startswith(rooms)}
    assert loaded - ROOMS == OURS


def test_of_others_only_qt_is_loaded_at_first_paint(modules: frozenset[str]) -> None:
    # Ours is installed as well, by set-up; the test above says what of it may be loaded.
    installed = set(packages_distributions()) - {"app", "ui", "sync", "devices"}
    assert {name.split(".")[0] for name in modules} & installed <= OTHERS


def test_of_the_standard_library_little_is_loaded_at_first_paint(modules: frozenset[str]) -> None:
    """``html`` alone is 300 KiB, ``uuid`` as much with what it brings."""
    bare = start(EMPTY).modules
    rooms = ("app", "ui", "sync", "devices", "tests", *OTHERS)
    brought = {name for name in modules - bare if name.split(".")[0] not in rooms}
    assert brought - STANDARD - {"__mp_main__"} == set()
    assert not brought & {"html", "uuid", "platform", "decimal", "xml", "email"}


def test_few_classes_of_qt_are_made_known_before_first_paint() -> None:
    named: dict[str, set[str]] = {}
    for module in OURS:
        whole = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
        for statement in whole.body:
            if isinstance(statement, ast.ImportFrom) and str(statement.module).startswith(
                "PySide6"
            ):
                room = named.setdefault(str(statement.module).partition(".")[2], set())
                room |= {one.name for one in statement.names}
    assert named == QT


def test_one_weight_of_one_font_is_read_before_first_paint(tmp_path: Path) -> None:
    """Chinese in a second weight is three megabytes more: titles and strong words come later."""
    around = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"SEALDESK_PROBE": "first-paint"}
    words = [sys.executable, "-m", "app", "open", "--folder", str(tmp_path)]
    ran = subprocess.run(words, cwd=ROOT, env=around, capture_output=True, text=True, check=True)
    fonts = json.loads(ran.stdout)["fonts"]
    assert fonts, "no font was read: nothing was written on the page"
    assert [name for name in fonts if "Bold" in name or "Black" in name] == []
    assert len([name for name in fonts if "CJK" in name]) <= 1


def test_no_cipher_is_loaded_at_first_paint(modules: frozenset[str]) -> None:
    """OpenSSL is three megabytes that nobody needs before the store is opened."""
    assert not modules & {"hashlib", "_hashlib", "hmac", "secrets", "ssl", "_ssl", "asyncio"}


def test_no_source_is_read_for_what_is_imported(desk: Start) -> None:
    """ui.shell.imports: PySide6 would read and keep the source of every module."""
    assert desk.sources <= FEW


def test_what_a_lane_imports_knows_no_qt() -> None:
    """A class of Qt made known on a lane while the event loop paints ends the program at times."""
    code = (
        f"import sys\nfrom importlib import import_module\nfor name in {LATER}: import_module(name)"
        "\nprint(sorted(name for name in sys.modules if name.startswith(('PySide6', 'shiboken6'))))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_a_heavy_import_is_seen() -> None:
    assert loaded_too_early(frozenset({"sys", "numpy.linalg", "docx"})) == {"numpy", "docx"}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("call", ["update", "setText", "start"])
def test_qt_calls_lose_no_reference_to_none(call: str) -> None:
    """PySide6 6.12.0 drops one per call that returns None, and aborts after some thousands."""
    widget, label, timer = QWidget(), QLabel(), QTimer()
    calls = {
        "update": widget.update,
        "setText": lambda: label.setText("x"),
        "start": lambda: (timer.start(1000), timer.stop()),
    }
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        calls[call]()
    assert abs(sys.getrefcount(None) - before) < CALLS // 10


@pytest.mark.parametrize("started", ["app.assembly.workstation", "app.assembly.hub"])
def test_what_is_current_waits_for_no_tool_that_changes_or_reads_others(started: str) -> None:
    """Alembic, and openpyxl with its numpy, take a second a start: only who needs them loads them.

    The words below are what they are imported as.
    """
    asked = f"import sys, {started}; print(sorted({{'alembic', 'openpyxl'}} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
