"""The help by keyboard: opened where one is, searched, keys changed and changed back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.kit.words import t
from tests.ui.desk_site import Sitting
from ui.customers.view import CustomersView
from ui.help.keys import KeysButton
from ui.help.view import HelpView
from ui.shell.pictures import cut_off, nameless
from ui.shell.speaking import speak
from ui.widgets.verb import VerbButton

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def helped(sitting: Sitting) -> HelpView:
    view = sitting.window.page("help")
    assert isinstance(view, HelpView)
    return view


def keys_button(sitting: Sitting, action: str) -> KeysButton:
    sitting.until(lambda: bool(helped(sitting).keys))
    sheets = helped(sitting).keys
    return next(sheet.buttons[action] for sheet in sheets if action in sheet.buttons)


def rebind(sitting: Sitting, action: str, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    button = keys_button(sitting, action)
    button.setFocus()
    sitting.press(Qt.Key.Key_Space)
    assert button.waits
    QTest.keyClick(QApplication.focusWidget(), key, held)
    sitting.rest()


@pytest.fixture
def at_customers(sitting: Sitting) -> Sitting:
    sitting.sit()
    sitting.open("customers", CustomersView)
    sitting.rest()
    return sitting


def test_f1_opens_the_help_of_the_page_and_esc_goes_back(at_customers: Sitting) -> None:
    at_customers.press(Qt.Key.Key_F1)
    assert at_customers.window.page_key == "help"
    view = helped(at_customers)
    assert view.shown == "customers" and view.article.accessibleName() == "客户"
    assert any("统一社会信用代码" in line for line in view.lines)
    at_customers.press(Qt.Key.Key_F1)
    assert at_customers.window.page_key == "help" and view.shown == "customers"
    at_customers.press(Qt.Key.Key_Escape)
    assert at_customers.window.page_key == "customers"


def test_what_was_typed_stands_after_the_help(at_customers: Sitting) -> None:
    at_customers.control(Qt.Key.Key_N)
    view = at_customers.window.page("customers")
    assert isinstance(view, CustomersView)
    view.new.form.editor("credit_code").setFocus()
    at_customers.type("9179")
    at_customers.press(Qt.Key.Key_F1)
    at_customers.press(Qt.Key.Key_Escape)
    assert view.typing_new and view.new.form.editor("credit_code").text() == "9179"
    view.new.discard()
    at_customers.rest()


def test_searching_and_opening_what_was_found_by_keyboard(at_customers: Sitting) -> None:
    at_customers.press(Qt.Key.Key_F1)
    view = helped(at_customers)
    view.search.setFocus()
    view.search.setText("脚踏")
    view.search.textEdited.emit("脚踏")
    assert view.hits and view.hits[0].key == "seals"
    at_customers.press(Qt.Key.Key_Return)
    assert view.shown == "seals" and view.list.hasFocus()
    at_customers.press(Qt.Key.Key_Escape)
    assert at_customers.window.page_key == "help" and view.search.text() == ""
    view.search.setText("无此内容吗")
    view.search.textEdited.emit("")
    assert view.hits == () and view._nothing.isVisible()
    view.search.clear()


def test_a_key_of_ones_own_counts_everywhere(at_customers: Sitting) -> None:
    window = at_customers.window
    at_customers.press(Qt.Key.Key_F1)
    rebind(at_customers, "customers.new", Qt.Key.Key_J, CTRL)
    assert keys_button(at_customers, "customers.new").text() == "Ctrl+J"
    assert keys_button(at_customers, "customers.new").hasFocus()
    assert any("Ctrl+J" in line for line in helped(at_customers).lines)
    at_customers.press(Qt.Key.Key_Escape)
    at_customers.rest()
    view = window.page("customers")
    assert isinstance(view, CustomersView)
    tips = [button.toolTip() for button in view.findChildren(VerbButton) if button.isVisible()]
    assert any("Ctrl+J" in tip for tip in tips) and not any("Ctrl+N" in tip for tip in tips)
    window.palette_box.open()
    details = {entry.title: entry.detail for entry in window.palette_box.entries}
    window.palette_box.close()
    assert details[str(t("New organisation"))] == "Ctrl+J"
    at_customers.control(Qt.Key.Key_N)
    assert not view.typing_new, "the old keys do nothing"
    at_customers.control(Qt.Key.Key_J)
    assert view.typing_new
    view.new.discard()
    at_customers.rest()
    again(at_customers)


def again(sitting: Sitting) -> None:
    """The next time the same person sits down the keys are hers, another person's are not."""
    sitting.sit()
    sitting.rest()
    assert sitting.window.keyboard.bindings.own == {"customers.new": "Ctrl+J"}
    sitting.sit("reviewer")
    assert dict(sitting.window.keyboard.bindings.own) == {}
    sitting.sit()
    sitting.window.open_page("help")
    helped(sitting).verbs()[-1].call()
    sitting.rest()
    assert dict(sitting.window.keyboard.bindings.own) == {}
    sitting.window.toast.undo()
    sitting.rest()
    assert sitting.window.keyboard.bindings.own == {"customers.new": "Ctrl+J"}
    helped(sitting).verbs()[-1].call()
    sitting.rest()
    life = sitting.desk._seat_life
    assert life is not None and life.ways.bindings() == ()


def test_keys_that_mean_something_else_are_refused_in_words(at_customers: Sitting) -> None:
    at_customers.press(Qt.Key.Key_F1)
    banner = at_customers.window.banner
    for key, held, code in (
        (Qt.Key.Key_Q, CTRL, "E-KEYS-TAKEN"),
        (Qt.Key.Key_K, CTRL, "E-KEYS-TAKEN"),
        (Qt.Key.Key_1, ALT, "E-KEYS-RESERVED"),
        (Qt.Key.Key_V, CTRL, "E-KEYS-RESERVED"),
        (Qt.Key.Key_J, SHIFT, "E-KEYS-PLAIN"),
        (Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier, "E-KEYS-PLAIN"),
        (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, "E-KEYS-TAKEN"),
    ):
        rebind(at_customers, "customers.new", key, held)
        assert banner.problem is not None and banner.problem.code == code, key
        banner.clear()
    assert at_customers.window.page_key == "help", "none of them was called meanwhile"
    assert dict(at_customers.window.keyboard.bindings.own) == {}


def test_esc_while_keys_are_asked_changes_nothing_and_stays(at_customers: Sitting) -> None:
    at_customers.press(Qt.Key.Key_F1)
    rebind(at_customers, "customers.new", Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert at_customers.window.page_key == "help"
    assert not keys_button(at_customers, "customers.new").waits
    assert dict(at_customers.window.keyboard.bindings.own) == {}


def test_a_key_that_is_held_alone_is_waited_for(at_customers: Sitting) -> None:
    at_customers.press(Qt.Key.Key_F1)
    button = keys_button(at_customers, "customers.new")
    button.setFocus()
    at_customers.press(Qt.Key.Key_Space)
    QTest.keyPress(button, Qt.Key.Key_Control, CTRL)
    assert button.waits
    helped(at_customers).search.setFocus()
    assert not button.waits, "leaving it ends the waiting"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_article_cuts_a_word_or_forgets_a_name(sitting: Sitting, language: str) -> None:
    sitting.sit()
    sitting.hush()
    speak(language)
    sitting.window.open_page("help")
    view = helped(sitting)
    for key in view._presenter.titles:
        view.show_article(key)
        sitting.qtbot.waitUntil(lambda: view._turns.at_rest)
        sitting.qtbot.wait(5)
        assert nameless(sitting.window) == [], key
        assert cut_off(sitting.window) == [], key
        assert not any("{" in line for line in view.lines), key
    speak("zh_CN")
    assert view.search.placeholderText() == "查找帮助"
