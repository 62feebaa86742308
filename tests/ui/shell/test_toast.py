"""A toast floats where it covers no button and no field."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.kit.words import t
from ui.shell.strip import StatusStrip, StripState, link_item, outbox_item
from ui.shell.toast import Toast
from ui.theme.theme import Theme
from ui.widgets.verb import Verb

pytestmark = pytest.mark.usefixtures("theme")


def page_with(qtbot: QtBot, *placed: tuple[QWidget, QRect]) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(1280, 760)
    for widget, place in placed:
        widget.setParent(page)
        widget.setGeometry(place)
        widget.show()
    page.show()
    qtbot.waitExposed(page)
    return page


def told(page: QWidget) -> Toast:
    toast = Toast(page)
    toast.tell(t("Done"))
    return toast


def test_an_empty_page_has_it_at_the_lower_left(qtbot: QtBot) -> None:
    page = page_with(qtbot)
    toast = told(page)
    assert toast.x() < 40 and toast.geometry().bottom() > 680


@pytest.mark.parametrize("room", [QRect(0, 640, 500, 80), QRect(0, 560, 1280, 160)])
def test_it_leaves_what_can_be_pressed_free(qtbot: QtBot, room: QRect) -> None:
    button = QPushButton("Draw up")
    page = page_with(qtbot, (button, room))
    toast = told(page)
    assert not toast.geometry().intersects(room)
    assert page.rect().contains(toast.geometry())


def test_it_lies_on_the_rows_of_a_list_rather_than_on_a_button(qtbot: QtBot) -> None:
    rows = QListWidget()
    button = QPushButton("Approve")
    low = QRect(0, 690, 1280, 40)
    page = page_with(qtbot, (rows, QRect(0, 0, 1280, 690)), (button, low))
    toast = told(page)
    assert not toast.geometry().intersects(low) and page.rect().contains(toast.geometry())


def test_it_makes_way_when_the_page_gets_smaller(qtbot: QtBot) -> None:
    button = QPushButton("Stop")
    page = page_with(qtbot, (button, QRect(0, 500, 400, 120)))
    toast = told(page)
    page.resize(1280, 640)
    toast.settle()
    assert not toast.geometry().intersects(button.geometry())
    assert page.rect().contains(toast.geometry())


def test_it_stands_at_home_where_there_is_room_and_floats_where_there_is_none(
    qtbot: QtBot,
) -> None:
    page = page_with(qtbot)
    room = QRect(300, 720, 900, 30)
    toast = Toast(page, lambda: room)
    toast.tell(t("Done"))
    assert room.contains(toast.geometry().center())
    assert room.left() <= toast.x() and toast.geometry().right() <= room.right()
    room = QRect(300, 720, 20, 30)
    toast.settle()
    assert not room.intersects(toast.geometry())


def test_a_tall_word_with_undo_stays_whole_over_a_low_strip(qtbot: QtBot) -> None:
    page = page_with(qtbot)
    room = QRect(300, 732, 900, 28)
    toast = Toast(page, lambda: room)
    toast.tell(t("Done"), Verb("undo", t("Undo"), lambda: None))
    assert toast.height() > room.height(), "the strip is lower than it"
    assert page.rect().contains(toast.geometry())


def test_the_strip_keeps_the_room_between_its_states_and_the_time(
    qtbot: QtBot, theme: Theme
) -> None:
    strip = StatusStrip(theme)
    page = page_with(qtbot, (strip, QRect(0, 720, 1280, 32)))
    toast = Toast(page, lambda: strip.free_room().translated(strip.pos()))
    for items in ((link_item(True, 0),), (link_item(True, 0), outbox_item(1_234_567))):
        strip.show_state(StripState(items, t("As of {time}", time="09:41")))
        toast.tell(t("Done"))
        assert all(
            not one.isVisible()
            or not toast.geometry().intersects(one.geometry().translated(strip.pos()))
            for one in strip.findChildren(QPushButton)
        )
        assert strip.geometry().contains(toast.geometry().center())
