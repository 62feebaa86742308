"""An address in a form: its place found while it is typed, its line, and what is doubted of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.kit.clock import FixedClock
from app.kit.lanes import Lane
from app.kit.words import t
from app.packs.form_values import address_of, kept_address, shown_address
from app.packs.shipped import shipped_packs
from tests.ui.customers.added_fields import Office, make_office
from ui.customers.new import Correction, NewPerson
from ui.customers.presenter import CustomersPresenter
from ui.forms.address import AddressEditor
from ui.forms.editors import Sources
from ui.forms.fields import Field, Kind, Standing
from ui.forms.view import FormView
from ui.shell.bridge import Bridge
from ui.shell.desk_places import DeskPlaces
from ui.shell.page import Surroundings
from ui.shell.places import PlacesHere
from ui.theme.theme import Theme

CLOCK = FixedClock(datetime(2026, 3, 5, tzinfo=UTC))
FIELDS = (
    Field("before", t("Name")),
    Field("address", t("Address"), Kind.ADDRESS),
    Field("after", t("Job")),
)
BORN_THERE, BORN_NOWHERE, BORN_LONG_AGO = (
    "500103199001010013", "790115199001011231", "110103198001010015",
)  # fmt: skip


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    def bug(error: BaseException) -> None:
        raise error

    made = Bridge(bug)
    yield made
    made.close()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("desk")
    yield made
    made.close()


@pytest.fixture
def form(qtbot: QtBot, theme: Theme, bridge: Bridge, lane: Lane) -> FormView:
    book = DeskPlaces(bridge, lane, PlacesHere(shipped_packs(CLOCK), CLOCK), bridge)
    view = FormView(theme, CLOCK, FIELDS, name=t("V"), sources=Sources(places=book))
    qtbot.addWidget(view)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    book.when_read(view.judge_again)
    qtbot.waitUntil(lambda: bridge.under_way == 0)
    return view


def editor_of(form: FormView) -> AddressEditor:
    editor = form.editor("address")
    assert isinstance(editor, AddressEditor)
    return editor


def value(form: FormView) -> object:
    return form.answers().value("address")


def test_a_place_is_taken_from_the_list_and_the_line_follows(qtbot: QtBot, form: FormView) -> None:
    editor = editor_of(form)
    editor.place.setFocus()
    QTest.keyClicks(editor.place, "cqyz")
    qtbot.waitUntil(lambda: bool(editor.place.found))
    QTest.keyClick(editor.place, Qt.Key.Key_Return)
    assert editor.place.text() == "重庆市渝中区"
    QTest.keyClick(editor.place, Qt.Key.Key_Return)
    assert editor.line.hasFocus()
    editor.line.insert("人民路1号")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert form.editor("after").hasFocus()
    assert value(form) == "500103 人民路1号"
    assert form.notes()["address"].standing is Standing.OK


def test_a_whole_address_above_is_sorted_and_enter_goes_on(form: FormView) -> None:
    editor = editor_of(form)
    editor.place.setFocus()
    editor.place.insert("重庆市渝中区人民路1号")
    QTest.keyClick(editor.place, Qt.Key.Key_Return)
    assert form.editor("after").hasFocus()
    assert value(form) == "500103 人民路1号"


def test_what_is_no_place_stands_in_the_line_and_nothing_is_lost(form: FormView) -> None:
    editor = editor_of(form)
    editor.place.setFocus()
    editor.place.insert("云岭市江川路1号")
    assert value(form) == "云岭市江川路1号", "a draft holds it before it is sorted"
    QTest.keyClick(editor.place, Qt.Key.Key_Return)
    assert (editor.place.text(), editor.line.text()) == ("", "云岭市江川路1号")
    assert value(form) == "云岭市江川路1号"


@pytest.mark.parametrize(
    "kept", ["500103 人民路1号", "500103", "人民路1号", "790115 人民路1号", ""]
)
def test_a_draft_comes_back_as_it_was(form: FormView, kept: str) -> None:
    editor_of(form).put(kept)
    assert editor_of(form).typed() == kept
    assert kept_address(*address_of(kept)) == kept


def test_a_code_nobody_knows_stands_as_a_code(form: FormView) -> None:
    editor = editor_of(form)
    editor.place.setFocus()
    editor.place.insert("790115")
    QTest.keyClick(editor.place, Qt.Key.Key_Return)
    assert editor.line.hasFocus() and editor.typed() == "790115"


def test_the_line_is_as_long_as_the_form_allows(form: FormView) -> None:
    editor_of(form).put("500103 " + "路" * 201)
    assert form.notes()["address"].standing is Standing.WRONG
    editor_of(form).put("500103 " + "路" * 200)
    assert form.notes()["address"].standing is Standing.OK


def test_an_address_is_told_in_words() -> None:
    names = shipped_packs(CLOCK).divisions().whole_name
    assert shown_address("500103 人民路1号", names) == "重庆市渝中区 人民路1号"
    assert shown_address("500103 重庆市渝中区人民路1号", names) == "重庆市渝中区人民路1号"
    assert shown_address("500103", names) == "重庆市渝中区"
    assert shown_address("790115 江川路1号", names) == "江川路1号", "no bare code on a paper"
    assert shown_address("790115", names) == "790115"


# -- at a desk ---------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    made = make_office(tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def at(theme: Theme, office: Office, bridge: Bridge) -> Surroundings:
    return Surroundings(theme, bridge, office.hub.clock)


@pytest.fixture
def sheet(qtbot: QtBot, office: Office, at: Surroundings, lane: Lane) -> NewPerson:
    made = NewPerson(at, lane, CustomersPresenter(office.seats[0]))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: at.bridge.under_way == 0)
    return made


def number(sheet: NewPerson, digits: str) -> None:
    sheet.form.fill({"id_type": "111", "sex": "M", "birth": "1990-01-01"})
    sheet.form.editor("id_no").put(with_check(digits))


def with_check(number: str) -> str:
    """Give a number its check digit (ISO 7064, MOD 11-2)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True)) % 11
    return number[:17] + "10X98765432"[rest]


def test_the_list_is_read_for_the_first_form_and_not_for_a_list(office: Office) -> None:
    presenter = CustomersPresenter(office.seats[0])
    presenter.page(limit=10)
    presenter.forms.form("person")
    assert presenter.forms.places.here is None
    assert presenter.forms.places.find("cqyz")[0].code == "500103"
    assert presenter.forms.places.here is not None


def test_the_place_of_a_number_is_offered_and_never_put_in_silently(
    qtbot: QtBot, sheet: NewPerson
) -> None:
    number(sheet, BORN_THERE)
    editor = sheet.form.editor("address")
    assert isinstance(editor, AddressEditor)
    note = sheet.form.notes()["address"]
    assert note.reason is not None and "重庆市渝中区" in str(note.reason)
    assert note.standing is Standing.OK and editor.typed() == ""
    QTest.keyClick(editor.place, Qt.Key.Key_Down)
    assert [one.id for one in editor.place.found] == ["500103"]
    QTest.keyClick(editor.place, Qt.Key.Key_Return)
    assert editor.typed() == "500103"
    sheet.form.editor("name").put("李静")
    with qtbot.waitSignal(sheet.saved, timeout=20_000) as saved:
        sheet.save()
    qtbot.waitUntil(lambda: sheet._at.bridge.under_way == 0)
    presenter = CustomersPresenter(sheet._forms.desk)
    found = presenter.card_told(saved.args[0].customer_id)
    assert found is not None and (found[0].region, found[0].address) == ("500103", "")
    assert presenter.place_of("500103") == "重庆市渝中区 500103"


def test_a_number_of_a_place_there_never_was_is_warned_of_and_an_old_one_is_not(
    sheet: NewPerson,
) -> None:
    number(sheet, BORN_NOWHERE)
    note = sheet.form.notes()["id_no"]
    assert note.standing is Standing.WARNED
    number(sheet, BORN_LONG_AGO[:6] + BORN_THERE[6:])
    assert sheet.form.notes()["id_no"].standing is Standing.OK, "struck off, and no error"
    assert "重庆市" not in str(sheet.form.notes()["address"].reason or "")


def test_a_place_is_corrected_with_its_line_and_both_are_former(
    qtbot: QtBot, office: Office, at: Surroundings, lane: Lane, sheet: NewPerson
) -> None:
    number(sheet, BORN_THERE)
    sheet.form.editor("name").put("李静")
    sheet.form.editor("address").put("500103 人民路1号")
    with qtbot.waitSignal(sheet.saved, timeout=20_000) as saved:
        sheet.save()
    presenter = CustomersPresenter(office.seats[0])
    card = presenter.card(saved.args[0].customer_id)
    assert card is not None and card.whole_address == "500103 人民路1号"
    holding, _ = presenter.forms.to_correct(card)
    correction = Correction(at, lane, presenter, holding)
    qtbot.addWidget(correction)
    correction.show()
    qtbot.waitUntil(lambda: at.bridge.under_way == 0)
    editor = correction.form.editor("address")
    assert isinstance(editor, AddressEditor) and editor.place.text() == "重庆市渝中区"
    editor.put("110105 建国路5号")
    with qtbot.waitSignal(correction.saved, timeout=20_000):
        correction.save()
    qtbot.waitUntil(lambda: at.bridge.under_way == 0)
    office.both()
    other = CustomersPresenter(office.seats[1])
    there = other.card(card.line.id)
    assert there is not None and there.whole_address == "110105 建国路5号"
    (former,) = other.forms.former(card.line.id, "address")
    assert former.before == "500103 人民路1号"
    assert str(other.forms.shown("person", "address", former.before)) == "重庆市渝中区 人民路1号"
