"""What every test of the window needs: no display, and the Chinese catalogues compiled."""

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from app.kit import words
from installer import catalogues
from ui.theme.theme import Theme


def stale(folder: Path) -> bool:
    """Say whether a catalogue has not been compiled since it was written."""
    return any(
        not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
        for source in folder.glob("*/*.po")
    )


if stale(words.LOCALES):
    catalogues.main()


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Start and leave every test in Chinese."""
    words.use_language("zh_CN")
    yield
    words.use_language("zh_CN")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """Give the light theme, applied."""
    return Theme(qapp)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the one complaint of the offscreen platform pass: it has no window manager to tell."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))
