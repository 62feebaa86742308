"""What pricing and packs say is there in Chinese too, with the same values in it."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.kit.words import LOCALES

APP = Path(__file__).resolve().parents[2] / "app"
SPOKEN = {
    "packs": ["kit/errors/packs.py"],
    "pricing": [
        "kit/errors/pricing.py",
        "pricing/groups.py",
        "pricing/requests.py",
        "pricing/roster.py",
    ],
}
VALUE = re.compile(r"\{(\w+)\}")


def msgids(path: Path) -> set[str]:
    """Find every literal first argument of t()."""
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "t"
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize("room", sorted(SPOKEN))
def test_every_sentence_has_its_chinese_and_no_more(room: str) -> None:
    said = set().union(*(msgids(APP / name) for name in SPOKEN[room]))
    with (LOCALES / "zh_CN" / f"{room}.po").open("rb") as file:
        catalogue = {str(m.id): str(m.string) for m in read_po(file) if m.id}
    assert set(catalogue) == said
    for msgid, chinese in catalogue.items():
        assert chinese
        assert sorted(VALUE.findall(msgid)) == sorted(VALUE.findall(chinese)), msgid
