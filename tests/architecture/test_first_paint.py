"""What the house may not do before its first paint, and what Qt may not do to None."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from tests.benchmarks.bench_ui import loaded_too_early, start

CALLS = 2_000


def test_nothing_heavy_is_loaded_at_first_paint(tmp_path: Path) -> None:
    """T2: the real desk loads only Qt and our own small modules before its first frame."""
    words = [sys.executable, "-m", "app", "open", "--folder", str(tmp_path)]
    modules = start(words, "first-paint").modules
    assert "ui.shell.sign_in" in modules
    assert loaded_too_early(modules) == set()


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
