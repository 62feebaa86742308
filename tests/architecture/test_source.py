"""What must hold of the source as text: characters, names, places, docstrings."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer import mirror, rooms
from tests.architecture.source import PACKAGES, ROOT, name, python, texts, tree

# Punctuation and letters of the Chinese script, full-width forms included.
CHINESE = re.compile(
    "[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
)
# Tab and line feed aside, no control, format or private character belongs into a text.
UNSEEN = {"Cc", "Cf", "Co", "Cn", "Cs"}
# Terminals made by ourselves are the simulators' cables; Windows has neither module.
POSIX_ONLY = frozenset({"pty", "fcntl", "termios", "tty"})
MAY_USE_POSIX = frozenset({"devices/kit/pty_port.py"})
MAY_CATCH_TERMIOS = frozenset({"devices/kit/transport.py"})
"""pyserial lets termios.error out of a dead line; the one who catches it must name it."""
BANNED_MODULES = frozenset({"sqlite3", "aiosqlite", "PySide6.QtSql", "unittest.mock"})
SOMEONES_FOLDER = re.compile(r"(?<![\w.\-])/(?:work|root|home|Users|workspace)/[\w.]")
SMALL_WORDS = "a an and are as at be by for if in is it not of on or that the this to was who with"
TWICE = re.compile(rf"(?i)(?<![\w-])({SMALL_WORDS.replace(' ', '|')})\s+\1(?![\w-])")


def chinese_in(text: str) -> list[str]:
    """Give the lines with a Chinese character."""
    return [line for line in text.splitlines() if CHINESE.search(line)]


def unseen_in(text: str) -> list[str]:
    """Name the characters nobody sees, with their line."""
    unseen = {one for one in set(text) - {"\t", "\n"} if unicodedata.category(one) in UNSEEN}
    return [
        f"{number}: U+{ord(one):04X}"
        for number, line in enumerate(text.split("\n") if unseen else [], 1)
        for one in line
        if one in unseen
    ]


def modules_in(parsed: ast.Module) -> Iterator[str]:
    """Name every imported module and every name taken from one, dotted."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def posix_in(path: Path) -> set[str]:
    """Name the POSIX modules a file imports, but for one it may name to catch its error."""
    allowed = {"termios"} if name(path) in MAY_CATCH_TERMIOS else set()
    return (POSIX_ONLY & set(modules_in(tree(path)))) - allowed


def forks_in(parsed: ast.Module) -> list[str]:
    """Name what splits this process: os.fork, os.forkpty, the start method fork."""
    return [
        node.attr
        for node in ast.walk(parsed)
        if isinstance(node, ast.Attribute) and node.attr in ("fork", "forkpty")
    ]


def test_no_chinese_in_python() -> None:
    places = python(*PACKAGES, "installer")
    found = {name(path): chinese_in(path.read_text("utf-8")) for path in places}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_no_character_that_nobody_sees() -> None:
    found = {name(path): unseen_in(path.read_text("utf-8")) for path in texts()}
    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize("planted", ["\u200b", "\u202e", "\ufeff", "\u00ad", "\r", "\x00"])
def test_an_unseen_character_is_found(planted: str) -> None:
    assert unseen_in(f"a\n\tb{planted}") == [f"2: U+{ord(planted):04X}"]


@pytest.mark.parametrize("planted", ["元", "，", "（", "々", "Ａ"])
def test_a_chinese_character_is_found(planted: str) -> None:
    assert chinese_in(f'x = 1\nlabel = "{planted}"') == [f'label = "{planted}"']


def test_western_punctuation_is_not_chinese() -> None:
    assert chinese_in("“quoted” – dash — × ≤ ‰ · … →") == []


def test_terminals_and_forks_only_in_the_named_files() -> None:
    found = {
        name(path)
        for path in python(*PACKAGES, "installer")
        if posix_in(path) or forks_in(tree(path))
    }
    assert found <= MAY_USE_POSIX


def test_a_fork_is_found() -> None:
    assert forks_in(ast.parse("import os\nif os.fork() == 0:\n    pass")) == ["fork"]


def test_no_second_sqlite_and_no_mock_anywhere() -> None:
    """The benchmarks' yardsticks alone may open a plain SQLite, each in a process of its own."""
    places = [
        path for path in python(*PACKAGES, "installer", "tests") if "benchmarks" not in path.parts
    ]
    found = {name(path): BANNED_MODULES & set(modules_in(tree(path))) for path in places}
    assert {path: modules for path, modules in found.items() if modules} == {}


def test_a_banned_module_is_found_in_each_form() -> None:
    forms = "import sqlite3\nfrom PySide6 import QtSql\nfrom unittest import mock"
    assert set(modules_in(ast.parse(forms))) & BANNED_MODULES == BANNED_MODULES - {"aiosqlite"}


def test_no_path_of_somebodys_machine() -> None:
    found = {name(path): SOMEONES_FOLDER.findall(path.read_text("utf-8")) for path in texts()}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_no_word_said_twice() -> None:
    prose = [path for path in texts() if path.suffix == ".md"]
    found = {name(path): TWICE.findall(_without_code(path.read_text("utf-8"))) for path in prose}
    for path in python(*PACKAGES, "installer", "tests"):
        said = [twice for text in _docstrings(tree(path)) for twice in TWICE.findall(text)]
        found[name(path)] = said
    assert {path: words for path, words in found.items() if words} == {}


def test_a_word_said_twice_is_found() -> None:
    assert TWICE.findall("it is the\nthe rule that that one had had-been") == ["the", "that"]


def test_rooms_say_what_they_are_and_import_nothing() -> None:
    rooms_of_ours = [path for path in python(*PACKAGES) if path.name == "__init__.py"]
    assert rooms_of_ours
    for path in rooms_of_ours:
        body = tree(path).body
        if "migrations" in path.parts:
            continue
        assert len(body) == 1, f"{name(path)} holds more than its sentence"
        assert ast.get_docstring(tree(path)), f"{name(path)} does not say what the room is"


def test_the_readme_has_the_map_of_the_rooms() -> None:
    readme = ROOT / "README.md"
    assert rooms.block_in(readme.read_text("utf-8")) == rooms.block(ROOT), (
        "run: python -m installer.rooms"
    )


def test_public_things_say_what_they_are() -> None:
    """Overrides inherit their sentence; tests and migrations say it by name."""
    silent = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python(*PACKAGES, "installer")
        if "migrations" not in path.parts and path.name != "__init__.py"
        for node in _public(tree(path))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_the_mirror_sees_no_knot(capsys: pytest.CaptureFixture[str]) -> None:
    figures = mirror.look(ROOT)
    with capsys.disabled():
        print("\n" + mirror.table(figures))
    assert figures.knot == 1
    assert figures.mocks == 0


def test_the_mirror_counts_a_planted_knot(tmp_path: Path) -> None:
    for room, other in (("pricing", "seals"), ("seals", "signing"), ("signing", "pricing")):
        (tmp_path / "app" / room).mkdir(parents=True)
        (tmp_path / "app" / room / "rules.py").write_text(
            f"import app.{other}\n\n\ndef f():\n    try:\n        return 1\n"
            "    except Exception:\n        return 2\n"
        )
    (tmp_path / "tests").mkdir()
    figures = mirror.look(tmp_path)
    assert (figures.knot, figures.rooms, figures.broad, figures.handlers) == (3, 3, 3, 3)
    assert figures.functions == (5, 5, 5)


def _public(parsed: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Give the public functions and classes of a module and the public methods of those classes."""
    for node in parsed.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    inner
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef)
                    and not inner.name.startswith("_")
                    and not _overrides(inner)
                )


def _overrides(function: ast.FunctionDef) -> bool:
    names = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(one in ("override", "overload") or one.endswith(".setter") for one in names)


def _docstrings(parsed: ast.Module) -> list[str]:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [node for node in ast.walk(parsed) if isinstance(node, kinds)]
    return [text for node in nodes if (text := ast.get_docstring(node))]


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`]*`|^    .*$", "", text, flags=re.DOTALL | re.MULTILINE)
