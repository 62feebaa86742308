"""Another look with all pages opened: no call over the limit, nothing typed is lost."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.ui.desk_site import Sitting
from ui.customers.view import CustomersView
from ui.devices.view import DevicesScreen
from ui.pricing.view import BEGUN, QuotesView
from ui.theme.tokens import DARK, LIGHT, Density
from ui.widgets.verb import VerbButton


def all_opened(sitting: Sitting) -> None:
    """Sit down as the manager and open every page there is."""
    sitting.sit("branch_manager")
    sitting.hush()
    for key in sitting.window.page_keys:
        sitting.window.go_to(key)
        sitting.rest()


def ground(sitting: Sitting) -> str:
    """Give the colour beside the navigation, from the pixels."""
    image: QImage = sitting.window.grab().toImage()
    return image.pixelColor(image.width() - 6, image.height() // 2).name()


def test_light_and_dark_with_every_page_opened_take_no_long_turn(
    sitting: Sitting, no_slow_call: None
) -> None:
    all_opened(sitting)
    view = sitting.open("customers", CustomersView)
    sitting.rest()
    view.table.filter.setFocus()
    for name, colours in (("dark", DARK), ("light", LIGHT)):
        sitting.desk.use_theme(name)
        assert sitting.window.opening
        sitting.rest()
        assert ground(sitting) == colours.window
        assert view.isVisible() and QApplication.focusWidget() is view.table.filter
    sitting.desk.use_density(Density.COMPACT)
    sitting.rest()
    tall = view.table.filter.height()
    sitting.desk.use_density(Density.COMFORTABLE)
    sitting.rest()
    assert view.table.filter.height() > tall


def test_the_largest_page_in_front_and_a_page_behind_it_are_dressed_within_the_limit(
    sitting: Sitting, no_slow_call: None
) -> None:
    all_opened(sitting)
    sitting.open("pricing", QuotesView)
    sitting.rest()
    sitting.desk.use_theme("dark")
    sitting.rest()
    assert ground(sitting) == DARK.window
    sitting.window.go_to("settings")
    sitting.rest()
    assert sitting.window.page_key == "settings" and ground(sitting) == DARK.window
    sitting.desk.use_theme("light")
    sitting.rest()


def test_a_page_may_bring_a_part_to_the_front_while_it_is_taken_apart(sitting: Sitting) -> None:
    all_opened(sitting)
    view = sitting.open("pricing", QuotesView)
    sitting.rest()
    view.open_at(BEGUN)
    sitting.rest()
    assert view.composer.isVisible()
    sitting.desk.use_theme("dark")
    sitting.until(lambda: view.list.window() is not sitting.window)
    view.composer.discard()
    assert not view.composing
    sitting.desk.use_theme("light")
    sitting.rest()
    assert view.list.isVisible() and view.list.table.isVisible() and not view.composer.isVisible()
    assert ground(sitting) == LIGHT.window


def test_the_focus_stays_on_a_verb_that_is_offered_anew_meanwhile(sitting: Sitting) -> None:
    sitting.sit()
    sitting.hush()
    view = sitting.open("devices", DevicesScreen)
    sitting.rest()
    view.bar.focus_next()
    sitting.desk.use_theme("dark")
    view.bar.offer(view.verbs())
    sitting.rest()
    focused = QApplication.focusWidget()
    assert isinstance(focused, VerbButton) and focused.verb.key == "ask"
    sitting.desk.use_theme("light")
    sitting.rest()


def test_what_is_typed_during_a_change_of_look_reaches_the_field(sitting: Sitting) -> None:
    sitting.sit()
    sitting.hush()
    view = sitting.open("customers", CustomersView)
    sitting.rest()
    field: QLineEdit = view.table.filter
    field.setFocus()
    sitting.type("ab")
    sitting.desk.use_theme("dark")
    for letter in "cde":
        QTest.keyClicks(QApplication.focusWidget() or sitting.window, letter)
    sitting.rest()
    assert field.text() == "abcde"
    sitting.desk.use_theme("light")
    sitting.rest()


def test_a_page_asked_for_during_a_change_of_look_is_opened_in_it(sitting: Sitting) -> None:
    sitting.sit()
    sitting.hush()
    sitting.open("customers", CustomersView)
    sitting.rest()
    sitting.desk.use_theme("dark")
    sitting.window.go_to("devices")
    sitting.press(Qt.Key.Key_Shift)
    sitting.rest()
    assert sitting.window.page_key == "devices" and sitting.window.page("devices").isVisible()
    assert ground(sitting) == DARK.window
    sitting.desk.use_theme("light")
    sitting.desk.use_theme("dark")
    sitting.rest()
    assert ground(sitting) == DARK.window
    sitting.desk.use_theme("light")
    sitting.rest()
