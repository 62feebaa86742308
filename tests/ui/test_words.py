"""Every sentence of the desk's parts has its Chinese, and no Chinese is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.catalogues import problems_of, read

ROOT = Path(__file__).resolve().parents[2]


def sentences(room: str) -> Iterator[str]:
    """Give the msgid of every t() and tn(); a msgid that is no literal is an error."""
    for path in sorted((ROOT / "ui" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("t", "tn"):
                first = node.args[0]
                assert isinstance(first, ast.Constant), f"{path.name}:{node.lineno}"
                assert isinstance(first.value, str) and first.value, f"{path.name}:{node.lineno}"
                yield first.value


@pytest.mark.parametrize("room", ["shell", "widgets", "forms"])
def test_the_catalogue_of_a_room_has_nothing_left_over(room: str) -> None:
    catalogue = read(ROOT / "resources" / "locale" / "zh_CN" / f"{room}.po")
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id
    }
    # What a room says beyond it stands in a catalogue of its own (charts, lists), and every
    # sentence of the house has its Chinese somewhere (tests/architecture/test_words.py).
    assert translated <= set(sentences(room))
    assert problems_of(catalogue) == []
