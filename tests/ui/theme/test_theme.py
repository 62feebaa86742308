"""Contrast of every pair in use, live switching, and icons."""

import re
import subprocess
import sys
from dataclasses import fields

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ui.theme import tokens
from ui.theme.icons import GLYPHS, Icons
from ui.theme.stylesheet import stylesheet
from ui.theme.theme import Theme
from ui.theme.tokens import DARK, LIGHT, THEMES, Colours, Density, contrast


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", tokens.TEXT_PAIRS, ids=lambda pair: "-on-".join(pair))
def test_text_is_readable(name: str, pair: tuple[str, str]) -> None:
    ink, ground = (getattr(THEMES[name], part) for part in pair)
    assert contrast(ink, ground) >= tokens.TEXT_CONTRAST


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("pair", tokens.EDGE_PAIRS, ids=lambda pair: "-on-".join(pair))
def test_edges_are_visible(name: str, pair: tuple[str, str]) -> None:
    ink, ground = (getattr(THEMES[name], part) for part in pair)
    assert contrast(ink, ground) >= tokens.EDGE_CONTRAST


def test_contrast_matches_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.542, abs=0.001)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("density", list(Density))
def test_the_stylesheet_names_only_token_colours(colours: Colours, density: Density) -> None:
    allowed = {getattr(colours, field.name) for field in fields(colours)}
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}", stylesheet(colours, density)))
    assert used and used <= allowed


def ink_and_ground(rule: str) -> tuple[str, str] | None:
    ink = re.search(r"(?<![-\w])color: (#\w+)", rule)
    ground = re.search(r"background: (#\w+)", rule)
    return (ink.group(1), ground.group(1)) if ink and ground else None


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_every_rule_of_the_stylesheet_uses_a_checked_pair(colours: Colours) -> None:
    checked = {(getattr(colours, a), getattr(colours, b)) for a, b in tokens.TEXT_PAIRS}
    rules = re.findall(r"\{([^}]*)\}", stylesheet(colours, Density.COMPACT))
    pairs = {pair for pair in map(ink_and_ground, rules) if pair}
    assert pairs and pairs <= checked


def test_switching_is_live(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    button = QPushButton("提交")
    button.setProperty("look", "filled")
    theme.clothe(button)
    qtbot.addWidget(button)
    button.resize(120, 40)
    button.show()
    assert ground_of(button) == LIGHT.accent
    with qtbot.waitSignal(theme.changed):
        theme.use("dark")
    assert ground_of(button) == DARK.accent
    assert qapp.palette().window().color().name() == DARK.window


def ground_of(button: QPushButton) -> str:
    image: QImage = button.grab().toImage()
    return image.pixelColor(12, image.height() // 2).name()


def test_density_changes_heights(qtbot: QtBot, theme: Theme) -> None:
    button = QPushButton("提交")
    theme.clothe(button)
    qtbot.addWidget(button)
    button.show()
    airy = button.sizeHint().height()
    theme.use("light", Density.COMPACT)
    assert button.sizeHint().height() < airy
    assert airy == Density.COMFORTABLE.control


def test_an_unknown_theme_is_refused(theme: Theme) -> None:
    with pytest.raises(ValueError, match="sepia"):
        theme.use("sepia")
    assert theme.name == "light"


@pytest.mark.parametrize("name", sorted(GLYPHS))
def test_every_icon_draws(theme: Theme, name: str) -> None:
    image = Icons().icon(name, theme.colours).pixmap(24, 24).toImage()
    inks = {image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)}
    assert max(inks) > 128


def test_an_icon_is_drawn_once(theme: Theme) -> None:
    icons = Icons()
    assert icons.icon("save", LIGHT) is icons.icon("save", LIGHT)
    assert icons.icon("save", LIGHT) is not icons.icon("save", DARK)


def test_the_theme_imports_no_icon_library() -> None:
    code = (
        "import sys, ui.theme.theme, ui.theme.icons;"
        "print([m for m in ('qtawesome', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
