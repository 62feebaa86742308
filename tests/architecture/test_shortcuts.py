"""No key means two things at once: the desk's own keys belong to no page."""

import ast
from pathlib import Path

from ui.drill.view import DRILL_KEYS

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "app" / "assembly" / "desk.py"
WINDOW = ROOT / "ui" / "shell" / "window.py"
KEYS = ("Ctrl+", "Alt+", "Shift+", "F")


def keys_in(path: Path) -> set[str]:
    """Give every literal of a file that names a key."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            key = node.value
            first, _, last = key.rpartition("+")
            if (first and key.startswith(KEYS)) or (key[:1] == "F" and key[1:].isdigit()):
                found.add(key) if last or not first else None
    return found


def test_the_pages_leave_the_desks_own_keys_alone() -> None:
    own = keys_in(DESK) | keys_in(WINDOW)
    assert {"Ctrl+L", "Ctrl+Shift+L", "Ctrl+K", "F6", DRILL_KEYS} <= own
    taken = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in (ROOT / "ui").rglob("*.py")
        if path.relative_to(ROOT).parts[1] not in ("shell", "drill")
        for key in keys_in(path) & own
    }
    assert taken == set()
