"""The tour by keyboard: shown to a person once, called again, never in the way."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from tests.ui.desk_site import Sitting
from ui.customers.view import CustomersView
from ui.shell.pictures import cut_off, nameless
from ui.shell.speaking import speak

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def guided(sitting: Sitting) -> Sitting:
    """A desk that shows a person around, as a real one does."""
    sitting.desk.tours = True
    sitting.site.branch.store.note(f"tour.{sitting.site.person('clerk').number}", False)
    sitting.sit()
    sitting.hush()
    return sitting


def test_it_comes_by_itself_once_and_takes_no_key(guided: Sitting) -> None:
    tour = guided.window.tour
    assert tour.isVisible() and tour.place == 0
    focused = QApplication.focusWidget()
    assert focused is not None and not tour.isAncestorOf(focused)
    view = guided.open("customers", CustomersView)
    guided.rest()
    guided.control(Qt.Key.Key_N)
    guided.type("abc")
    assert view.typing_new and not tour.isVisible(), "it covers nothing somebody works on"
    view.new.discard()
    guided.sit()
    assert guided.window.tour.isVisible(), "not seen yet"
    guided.window.tour.skip.click()
    guided.rest()
    guided.sit()
    assert not guided.window.tour.isVisible(), "this person has seen it"
    guided.sit("reviewer")
    assert guided.window.tour.isVisible(), "another one has not"
    guided.window.tour.leave()
    guided.rest()


def test_five_steps_by_keyboard_and_the_focus_comes_back(guided: Sitting) -> None:
    tour = guided.window.tour
    before = QApplication.focusWidget()
    guided.press(Qt.Key.Key_F1, SHIFT)
    assert tour.go_on.hasFocus()
    said = []
    for place in range(5):
        assert tour.place == place
        said.append(tour.accessibleDescription())
        guided.press(Qt.Key.Key_Return)
    assert not tour.isVisible() and len(set(said)) == 5
    assert QApplication.focusWidget() is before
    guided.rest()
    life = guided.desk._seat_life
    assert life is not None and life.ways.tour_seen()


def test_back_leave_and_called_again(guided: Sitting) -> None:
    tour = guided.window.tour
    guided.press(Qt.Key.Key_F1, SHIFT)
    guided.press(Qt.Key.Key_Right)
    guided.press(Qt.Key.Key_Right)
    guided.press(Qt.Key.Key_Left)
    assert tour.place == 1
    guided.press(Qt.Key.Key_Escape)
    assert not tour.isVisible()
    guided.press(Qt.Key.Key_F1, SHIFT)
    assert tour.isVisible() and tour.place == 0


def test_f6_reaches_it(guided: Sitting) -> None:
    for _ in range(5):
        guided.press(Qt.Key.Key_F6)
        if guided.window.tour.go_on.hasFocus():
            return
    pytest.fail("the tour is not among the areas")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_step_lies_in_the_window_beside_its_part(guided: Sitting, language: str) -> None:
    speak(language)
    window, tour = guided.window, guided.window.tour
    window.resize(1366, 768)
    guided.qtbot.wait(10)
    for place, step in enumerate(tour._steps):
        assert tour.place == place
        assert window.rect().contains(tour.geometry())
        part = step.part()
        assert part is not None and tour._ring.isVisible()
        lies = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
        assert tour._ring.geometry().intersected(lies) == lies.intersected(window.rect())
        assert nameless(window) == [] and cut_off(window) == []
        tour.go_on.click()
    guided.rest()
    speak("zh_CN")


def test_its_words_name_the_keys_of_the_person(guided: Sitting) -> None:
    window = guided.window
    window.keyboard.bind("search", "Ctrl+J")
    window.tour._step_on()
    assert "Ctrl+J" in window.tour.accessibleDescription()
