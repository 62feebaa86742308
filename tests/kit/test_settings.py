"""Settings: declared once, read typed, and never in the way of a desk that opens."""

import ast
import json
from pathlib import Path

import pytest

from app.kit import settings as declared
from app.kit.errors.base import BugError
from app.kit.settings import (
    DECLARED,
    LANGUAGE,
    LOCK_SECONDS,
    SYNC_SECONDS,
    THEME,
    Setting,
    Settings,
)
from app.kit.words import t

ROOT = Path(__file__).resolve().parents[2]
HEIGHT = Setting("row.height", int, 5, t("Row height"), least=1, most=9, renames=("height", "h"))


def names_of_settings() -> set[str]:
    return {name for name, value in vars(declared).items() if isinstance(value, Setting)}


def test_every_setting_is_in_the_list_and_every_key_is_its_own() -> None:
    made = [getattr(declared, name) for name in names_of_settings()]
    assert {id(one) for one in made} == {id(one) for one in DECLARED}
    keys = [key for one in DECLARED for key in (one.key, *one.renames)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("setting", DECLARED, ids=lambda one: one.key)
def test_a_default_is_a_value_and_a_label_has_its_chinese(setting: Setting[str]) -> None:
    assert setting.takes(setting.default)
    assert setting.label.in_language("zh_CN") != setting.label.in_language("en")


def test_every_setting_used_is_declared_and_every_declared_one_is_used() -> None:
    used: set[str] = set()
    for place in ("app", "ui", "sync", "devices"):
        for path in (ROOT / place).rglob("*.py"):
            if path == ROOT / "app" / "kit" / "settings.py":
                continue
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module == "app.kit.settings":
                    used |= {alias.name for alias in node.names}
                made = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Setting"
                assert not made, f"{path}: a setting is declared in app.kit.settings"
    beside = {"FILE", "PERSONAL"}
    assert {name for name in used if name.isupper()} - beside == names_of_settings()


def test_what_was_changed_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    before = Settings.read(path)
    before.changed(THEME, "dark").changed(SYNC_SECONDS, 60).write(path)
    after = Settings.read(path)
    assert (after.get(THEME), after.get(SYNC_SECONDS)) == ("dark", 60)
    assert (before.get(THEME), after.get(LANGUAGE)) == ("system", "zh_CN")


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\ufeff{}", '"dark"'])
def test_a_file_that_is_no_object_is_all_defaults(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    assert Settings.read(path).get(LOCK_SECONDS) == 600


@pytest.mark.parametrize("value", [9, 3601, "30", 30.0, True, None, [30]])
def test_a_value_that_does_not_fit_is_the_default(value: object) -> None:
    assert Settings({"sync.seconds": value}).get(SYNC_SECONDS) == 30


def test_a_value_that_is_not_on_the_list_is_the_default_and_is_never_written() -> None:
    assert Settings({"theme": "pink"}).get(THEME) == "system"
    with pytest.raises(BugError, match="theme"):
        Settings().changed(THEME, "pink")


def test_an_older_name_is_read_and_goes_with_the_first_change() -> None:
    old = Settings({"h": 3, "height": 4})
    assert old.get(HEIGHT) == 4
    assert dict(old.changed(HEIGHT, 7).values) == {"row.height": 7}
    assert Settings({"height": 4, "row.height": 2}).get(HEIGHT) == 2


def test_what_a_newer_version_wrote_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"from.later": {"a": 1}}), encoding="utf-8")
    Settings.read(path).changed(THEME, "light").write(path)
    assert json.loads(path.read_text("utf-8")) == {"from.later": {"a": 1}, "theme": "light"}
