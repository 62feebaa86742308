"""Words are shown as typed, everywhere, and said again in a new language."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.kit.words import t
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.theme.tokens import Mood
from ui.widgets.badge import StateBadge
from ui.widgets.label import ElidedLabel, PlainLabel, button_text, tip
from ui.widgets.verb import Verb, VerbBar, verb_action

HOSTILE = "<img src='http://x/y.png'><b>张三</b>"
UI = Path(__file__).resolve().parents[3] / "ui"


def test_a_label_shows_markup_as_typed(qtbot: QtBot) -> None:
    label = PlainLabel(HOSTILE)
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == HOSTILE
    bold = PlainLabel("张三")
    qtbot.addWidget(bold)
    assert label.sizeHint().width() > bold.sizeHint().width() * 3


def test_a_label_refuses_rich_text(qtbot: QtBot) -> None:
    label = PlainLabel("x")
    qtbot.addWidget(label)
    with pytest.raises(ValueError):
        label.setTextFormat(Qt.TextFormat.RichText)


def test_a_tip_shows_markup_as_typed(qtbot: QtBot) -> None:
    label = PlainLabel("x")
    qtbot.addWidget(label)
    tip(label, HOSTILE)
    assert "<img" not in label.toolTip() and "&lt;img" in label.toolTip()
    tip(label, "")
    assert label.toolTip() == ""


def test_no_screen_makes_a_label_of_its_own() -> None:
    """A QLabel made anywhere else would guess markup: only pictures may use one."""
    allowed = {"label.py", "empty.py"}
    offenders = [
        f"{path.name}:{node.lineno}"
        for path in UI.rglob("*.py")
        if path.name not in allowed
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"QLabel", "QTextEdit", "QTextBrowser", "QMessageBox"}
    ]
    assert offenders == []


def test_an_ampersand_stays(qtbot: QtBot, theme: Theme) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    assert button_text("R&D <b>") == "R&&D <b>"
    action = verb_action(Verb("x", t("{a}", a="R&D"), lambda: None), menu, theme)
    assert action.text() == "R&&D"


def test_a_long_name_ends_in_dots_and_is_told_in_the_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("云岭物流（集团）有限责任公司昆西分拨中心")
    qtbot.addWidget(label)
    label.resize(100, 24)
    label.show()
    assert label.text().endswith("…") and len(label.text()) < 20
    assert "昆西分拨中心" in label.toolTip()
    label.resize(900, 24)
    assert label.text() == label.accessibleName() and label.toolTip() == ""


def test_labels_speak_the_new_language_at_once(qtbot: QtBot, theme: Theme) -> None:
    label = PlainLabel(t("Password"))
    badge = StateBadge(theme, t("Done"), Mood.OK)
    bar = VerbBar(theme)
    verbs = [Verb(str(n), t("Cancel"), lambda: None) for n in range(6)]
    for widget in (label, badge, bar):
        qtbot.addWidget(widget)
        widget.show()
    bar.offer(verbs)
    assert (label.text(), badge.text(), badge.accessibleName()) == ("密码", "完成", "完成")
    narrow = badge.sizeHint().width()
    speak("en")
    assert (label.text(), badge.text(), badge.accessibleName()) == ("Password", "Done", "Done")
    assert badge.sizeHint().width() > narrow
    assert [button.text() for button in bar.buttons] == ["Cancel"] * 4 + ["More"]


@pytest.mark.parametrize("mood", list(Mood))
def test_badges_differ_without_colour(qtbot: QtBot, theme: Theme, mood: Mood) -> None:
    shapes = {}
    for other in Mood:
        badge = StateBadge(theme, "状态", other)
        qtbot.addWidget(badge)
        image = badge.grab().toImage()
        ground = image.pixelColor(4, image.height() // 2)
        shapes[other] = tuple(
            image.pixelColor(x, y) != ground
            for x in range(7, 18)
            for y in range(image.height() // 2 - 6, image.height() // 2 + 6)
        )
    assert sum(shape == shapes[mood] for shape in shapes.values()) == 1


def test_the_next_verb_is_the_only_filled_button(qtbot: QtBot, theme: Theme) -> None:
    done: list[str] = []
    reason = t("Needed.")
    bar = VerbBar(theme)
    qtbot.addWidget(bar)
    bar.offer(
        [
            Verb("a", t("Stamp"), lambda: done.append("a"), "seals", "Ctrl+S"),
            Verb("b", t("Look"), lambda: done.append("b")),
            Verb("c", t("Check"), lambda: done.append("c"), enabled=False, reason=reason),
        ]
    )
    bar.show()
    assert [button.property("look") for button in bar.buttons] == ["filled", "quiet", "quiet"]
    assert "Ctrl+S" in bar.buttons[0].toolTip()
    assert "必填" in bar.buttons[2].toolTip() and not bar.buttons[2].isEnabled()
    bar.focus_next()
    qtbot.keyClick(bar.buttons[0], Qt.Key.Key_Space)
    assert bar.do_next() and done == ["a", "a"]
    bar.offer([Verb("c", t("Check"), lambda: done.append("c"), enabled=False)])
    assert not bar.do_next() and done == ["a", "a"]


def test_verbs_beyond_four_stand_in_a_menu(qtbot: QtBot, theme: Theme, qapp: QApplication) -> None:
    done: list[int] = []

    def act(n: int) -> Verb:
        return Verb(str(n), t("{n} h", n=n), lambda: done.append(n), shortcut=f"Ctrl+{n}")

    bar = VerbBar(theme)
    qtbot.addWidget(bar)
    bar.offer([act(n) for n in range(7)])
    menu = bar.buttons[-1].menu()
    assert isinstance(menu, QMenu)
    assert [action.text().split("\t") for action in menu.actions()] == [
        [f"{n} 小时", f"Ctrl+{n}"] for n in (4, 5, 6)
    ]
    menu.actions()[1].trigger()
    assert done == [5]
