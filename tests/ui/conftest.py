"""What every test of the window needs: no display, and the Chinese catalogues compiled."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from PySide6.QtWidgets import QApplication

from app.kit import words
from ui.theme.theme import Theme


def compile_catalogues(folder: Path) -> None:
    """Compile each .po whose .mo is missing or older, each put in place whole."""
    for source in folder.glob("*/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        with tempfile.NamedTemporaryFile(dir=source.parent, delete=False) as file:
            write_mo(file, catalogue)
        Path(file.name).replace(target)


compile_catalogues(words.LOCALES)


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
