"""Signing in by keyboard, with a lane that takes its time."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.kit.errors.base import BranchError
from app.kit.errors.money import money_not_readable
from app.kit.lanes import Lane
from ui.shell.bridge import Bridge
from ui.shell.pictures import cut_off, nameless
from ui.shell.preload import Preloader
from ui.shell.sign_in import Credentials, SignInView
from ui.shell.speaking import speak
from ui.theme.theme import Theme

ROOT = Path(__file__).resolve().parents[3]
BANNED_AT_START = (
    "sqlalchemy",
    "numpy",
    "pyqtgraph",
    "httpx",
    "docx",
    "typst",
    "pyhanko",
    "pypinyin",
    "qtawesome",
)


class Gate:
    """Stands where access checks a password; waits until the test lets it go on."""

    def __init__(self) -> None:
        self.given: list[Credentials] = []
        self.open = Event()
        self.open.set()

    def attempt(self, given: Credentials) -> str:
        self.open.wait(5)
        self.given.append(given)
        if given.password != "correct" or (given.number == "S1" and given.code != "123456"):
            raise BranchError(money_not_readable("no"))
        return given.number


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("access")
    yield made
    made.close()


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    def bug(error: BaseException) -> None:
        raise error

    made = Bridge(bug)
    yield made
    made.close()


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, bridge: Bridge, lane: Lane, gate: Gate) -> SignInView:
    made = SignInView(
        theme,
        bridge,
        lane,
        branch="玉湖中心支公司（790101）",
        attempt=gate.attempt,
        needs_code=lambda number: number.startswith("S"),
    )
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.setFocus()
    return made


def type_in(qtbot: QtBot, words: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, words)
    qtbot.keyClick(focused, Qt.Key.Key_Return)


def test_number_password_enter(qtbot: QtBot, view: SignInView, gate: Gate) -> None:
    with qtbot.waitSignal(view.signed_in) as signed_in:
        type_in(qtbot, " C1 ")
        type_in(qtbot, "correct")
    assert signed_in.args == ["C1"]
    assert gate.given == [Credentials("C1", "correct", "")]
    assert view.password.text() == ""


def test_a_second_factor_is_asked_for_who_needs_one(
    qtbot: QtBot, view: SignInView, gate: Gate
) -> None:
    assert view.code.isHidden()
    type_in(qtbot, "S1")
    qtbot.waitUntil(lambda: not view.code.isHidden(), timeout=3000)
    type_in(qtbot, "correct")
    assert view.code.hasFocus()
    with qtbot.waitSignal(view.signed_in):
        type_in(qtbot, "123 456")
    assert gate.given[-1].code == "123456"


def test_the_code_field_goes_when_the_number_changes(qtbot: QtBot, view: SignInView) -> None:
    type_in(qtbot, "S1")
    qtbot.waitUntil(lambda: not view.code.isHidden(), timeout=3000)
    view.number.setFocus()
    view.number.clear()
    type_in(qtbot, "C1")
    qtbot.waitUntil(view.code.isHidden, timeout=3000)


def test_a_refusal_stands_inside_and_the_password_is_selected(
    qtbot: QtBot, view: SignInView
) -> None:
    type_in(qtbot, "C1")
    type_in(qtbot, "wrong")
    qtbot.waitUntil(lambda: view.problem.isVisible(), timeout=3000)
    assert view.password.hasFocus() and view.password.selectedText() == "wrong"
    assert view.number.text() == "C1"
    assert cut_off(view) == []


def test_while_checking_nothing_is_asked_twice(qtbot: QtBot, view: SignInView, gate: Gate) -> None:
    gate.open.clear()
    type_in(qtbot, "C1")
    qtbot.waitUntil(lambda: view.code.isHidden(), timeout=1000)
    type_in(qtbot, "correct")
    view.try_now()
    assert not view.enter.isEnabled()
    qtbot.waitUntil(lambda: view.enter.text() == "正在核对…", timeout=3000)
    with qtbot.waitSignal(view.signed_in):
        gate.open.set()
    assert len(gate.given) == 1
    assert view.enter.text() == "登录" and view.enter.isEnabled()


def test_what_is_missing_gets_the_cursor(qtbot: QtBot, view: SignInView, gate: Gate) -> None:
    qtbot.mouseClick(view.enter, Qt.MouseButton.LeftButton)
    assert view.number.hasFocus()
    type_in(qtbot, "C1")
    qtbot.mouseClick(view.enter, Qt.MouseButton.LeftButton)
    assert view.password.hasFocus() and gate.given == []


def test_secrets_do_not_print() -> None:
    printed = repr(Credentials("C1", "correct", "123456"))
    assert "correct" not in printed and "123456" not in printed


def test_language_and_theme_are_asked_for(qtbot: QtBot, view: SignInView) -> None:
    with qtbot.waitSignal(view.language_asked) as asked:
        view.language.setCurrentIndex(1)
        view.language.activated.emit(1)
    assert asked.args == ["en"]
    with qtbot.waitSignal(view.theme_asked) as look:
        view.look.activated.emit(view.look.findData("dark"))
    assert look.args == ["dark"]
    with qtbot.waitSignal(view.theme_asked) as look:
        view.look.activated.emit(0)
    assert look.args == ["system"]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_everything_has_a_name_and_room(qtbot: QtBot, view: SignInView, language: str) -> None:
    view.problem.show_problem(money_not_readable("12x"))
    speak(language)
    qtbot.waitUntil(lambda: cut_off(view) == [], timeout=2000)
    assert nameless(view) == []
    assert view.enter.text() == {"zh_CN": "登录", "en": "Sign in"}[language]


def test_packages_are_imported_one_after_another(qtbot: QtBot, bridge: Bridge, lane: Lane) -> None:
    names = ["colorsys", "sched"]
    for name in names:
        sys.modules.pop(name, None)
    preloader = Preloader(bridge, lane, names)
    with qtbot.waitSignal(preloader.finished):
        preloader.start()
    assert all(name in sys.modules for name in names)


def test_the_first_paint_needs_qt_and_our_own_modules_only(tmp_path: Path) -> None:
    """T2: what is loaded when the sign-in window has painted itself."""
    code = f"""
import sys
from PySide6.QtWidgets import QApplication
from app.kit.lanes import Lane
from ui.shell.bridge import Bridge
from ui.shell.sign_in import SignInView
from ui.theme.theme import Theme
app = QApplication([])
theme = Theme(app)
lane = Lane("access")
view = SignInView(theme, Bridge(print), lane, branch="x", attempt=print, needs_code=bool)
def painted():
    print([name for name in {BANNED_AT_START!r} if name in sys.modules])
    app.quit()
view.painted.connect(painted)
view.show()
app.exec()
lane.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
