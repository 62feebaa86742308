"""One table of shortcuts: it names verbs that are there, and no key means two things at once."""

import ast
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tree
from ui.shell.shortcuts import ALSO, RESERVED, SHORTCUTS, Bindings, Shortcut, _together

UI = ROOT / "ui"
KEY = re.compile(r"((Ctrl|Alt|Shift)\+)+\S+|F([1-9]|1[0-2])")
MAY_NAME_KEYS = {
    "ui/shell/shortcuts.py": "the table",
    "ui/drill/view.py": "the drill's own window",
    "ui/seals/view.py": "the foot pedal",
    "ui/shell/navigation.py": "Alt and a digit, which nobody binds",
    "ui/shell/window.py": "Alt and a digit, which nobody binds",
}


def keys_in(path: Path) -> set[str]:
    """Give every literal of a file that is nothing but keys."""
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KEY.fullmatch(node.value)
    }


def verbs_in(page: str) -> Iterator[tuple[str, str]]:
    """Give key and first label of every verb made in a room; "" where the label is put together."""
    for path in sorted((UI / page).glob("*.py")):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or len(node.args) < 2 or _declares(node):
                continue
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, _label(node.args[1])


def _declares(call: ast.Call) -> bool:
    """Say whether a call makes a page, a column or a field, which have keys and labels too."""
    return getattr(call.func, "id", "") in ("Page", "Column", "Field", "Choice")


def _label(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "t":
        said = node.args[0]
        return said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
    return ""


def test_keys_stand_in_the_table_alone() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): keys_in(path)
        for path in sorted(UI.rglob("*.py"))
        if keys_in(path)
    }
    assert set(found) <= set(MAY_NAME_KEYS), found


def test_keys_that_stand_elsewhere_are_found(tmp_path: Path) -> None:
    planted = tmp_path / "view.py"
    planted.write_text('a = ("Ctrl+Shift+G", "F9", "Ctrl", "Alt+1 opens", "Formula")\n')
    assert keys_in(planted) == {"Ctrl+Shift+G", "F9"}


@pytest.mark.parametrize("row", [row for row in SHORTCUTS if row.page], ids=lambda row: row.action)
def test_every_verb_of_the_table_is_there(row: Shortcut) -> None:
    """A verb that is renamed would lose its keys, and its help would name what is not there."""
    made = dict(verbs_in(row.page))
    assert set(row.verbs) <= set(made), made
    labels = {label for key, label in verbs_in(row.page) if key in row.verbs and label}
    if len(row.verbs) == 1 and labels:
        assert row.label.msgid in labels


def test_no_two_of_the_table_share_keys_where_both_can_be_asked_for() -> None:
    shared = [
        (one.action, other.action)
        for one, other in combinations(SHORTCUTS, 2)
        if _together(one, other)
        and {one.keys, *ALSO.get(one.action, ())} & {other.keys, *ALSO.get(other.action, ())}
    ]
    assert shared == []


def test_the_table_takes_none_of_the_reserved_keys() -> None:
    own = {"Ctrl+Return"}
    assert {row.keys for row in SHORTCUTS} & RESERVED == own, "Ctrl+Enter is the next verb's alone"


def test_an_action_stands_once() -> None:
    actions = [row.action for row in SHORTCUTS]
    assert len(set(actions)) == len(actions)
    for row in SHORTCUTS:
        assert Bindings().keys(row.action) == row.keys
