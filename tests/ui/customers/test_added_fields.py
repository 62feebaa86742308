"""Head office adds fields by a signed bundle: no code changes; answers reach the next desk."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.customers.actions import ContactDetails, CorrectCustomer, FieldEdit, RegisterOrganisation
from app.customers.further import FurtherValue
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.kit.lanes import Lane
from tests.ui.customers.added_fields import Office, second_bundle
from tests.ui.customers.added_fields import at as at
from tests.ui.customers.added_fields import lane as lane
from tests.ui.customers.added_fields import office as office
from ui.customers.new import Correction, NewOrganisation
from ui.customers.presenter import CustomersPresenter
from ui.forms.fields import Standing
from ui.forms.popups import FormerList
from ui.shell.page import Surroundings

CODE, OPERATOR_ID, MOBILE = "91790102MA0U80TY03", "790115199001011231", "13900000000"


def order(
    office: Office, *further: FurtherValue, name: str = "Alpha", address: str = ""
) -> RegisterOrganisation:
    clock = office.hub.clock
    person = ContactDetails(new_id(clock), "operator", "Wang", "111", OPERATOR_ID, MOBILE)
    return RegisterOrganisation(
        new_id(clock), new_id(clock), name, CODE, headcount=40, address=address,
        contacts=(person,), further=further,
    )  # fmt: skip


def told(seat_presenter: CustomersPresenter, customer: RegisterOrganisation) -> dict[str, str]:
    found = seat_presenter.card_told(customer.customer_id)
    assert found is not None
    return {label.in_language("en"): value.in_language("en") for label, value in found[1]}


def take_second(office: Office) -> None:
    office.hand_down(second_bundle(office.keys, office.first))
    office.both()


def correct(office: Office, seat: int, customer: RegisterOrganisation, **edits: str) -> None:
    clock = office.hub.clock
    fields = tuple(FieldEdit(key, value) for key, value in edits.items())
    act = CorrectCustomer(customer.customer_id, new_id(clock), fields)
    office.seats[seat].perform("customers.correct_customer", act)


def test_a_field_is_refused_until_the_bundle_that_asks_for_it_is_here(office: Office) -> None:
    first, _ = office.seats
    with pytest.raises(BranchError) as caught:
        first.perform("customers.register_organisation", order(office, FurtherValue("fleet", "7")))
    assert caught.value.code == "E-CUSTOMER-FIELD"
    take_second(office)
    first.perform("customers.register_organisation", order(office, FurtherValue("fleet", "7")))


@pytest.mark.parametrize(
    ("key", "value"),
    [("fleet", "501"), ("fleet", "many"), ("site", "rented"), ("since", "2026-13"),
     ("grade", "A"), ("per_head", "1"), ("nobody", "1"), ("name", "x")],
)  # fmt: skip
def test_what_the_form_does_not_take_changes_nothing(office: Office, key: str, value: str) -> None:
    take_second(office)
    first, _ = office.seats
    act = order(office, FurtherValue(key, value))
    with pytest.raises(BranchError) as caught:
        first.perform("customers.register_organisation", act)
    assert caught.value.code == "E-CUSTOMER-FIELD"
    assert CustomersPresenter(first).card(act.customer_id) is None


def test_answers_of_two_desks_meet_field_by_field_at_both(office: Office) -> None:
    take_second(office)
    a, b = (CustomersPresenter(seat) for seat in office.seats)
    customer = order(office, FurtherValue("fleet", "7"), address="江川路1号")
    office.seats[0].perform("customers.register_organisation", customer)
    office.both()
    assert told(b, customer) == {"Vehicles": "7", "Vehicles per head": "0.175"}
    correct(office, 0, customer, site="hired")
    correct(office, 1, customer, since="2019-04", fleet="8")
    office.both()
    want = {
        "Vehicles": "8",
        "Premises": "Hired",
        "Founded": "2019-04",
        "Vehicles per head": "0.2",
    }
    assert told(a, customer) == told(b, customer) == want


def test_what_a_field_held_is_kept_with_who_and_when_and_travels(office: Office) -> None:
    take_second(office)
    a, b = (CustomersPresenter(seat) for seat in office.seats)
    customer = order(office, FurtherValue("fleet", "7"))
    office.seats[0].perform("customers.register_organisation", customer)
    office.both()
    correct(office, 1, customer, fleet="8", address="Old Street 1")
    correct(office, 1, customer, fleet="9")
    office.both()
    former = a.forms.former(customer.customer_id, "fleet")
    assert [one.before for one in former] in (["8", "7"], ["7", "8"])
    assert {one.person for one in former} == {"c2"}
    assert [one.before for one in b.forms.former(customer.customer_id, "address")] == [""]
    card = a.card(customer.customer_id)
    assert card is not None
    lines = [str(line.text) for line in card.timeline]
    assert any("车辆数" in line for line in lines), "in head office's words"


def test_the_same_field_at_two_desks_is_settled_by_the_hub_and_told(office: Office) -> None:
    take_second(office)
    a, b = (CustomersPresenter(seat) for seat in office.seats)
    customer = order(office, address="江川路1号")
    office.seats[0].perform("customers.register_organisation", customer)
    office.both()
    correct(office, 0, customer, site="own")
    correct(office, 1, customer, site="hired")
    office.both()
    assert told(a, customer) == told(b, customer) == {"Premises": "Owned"}


def test_the_form_changes_without_code_and_an_open_draft_stays(
    qtbot: QtBot, office: Office, at: Surroundings, lane: Lane
) -> None:
    presenter = CustomersPresenter(office.seats[0])
    sheet = NewOrganisation(at, lane, presenter)
    qtbot.addWidget(sheet)
    sheet.show()
    assert not sheet.form.has("fleet")
    sheet.form.editor("name").put("Alpha")
    take_second(office)
    sheet.freshen()
    form = sheet.form
    keys = [key for key, _ in form.draft().texts]
    assert keys.index("name") > keys.index("mobile"), "it moved"
    assert form.draft().text("name") == "Alpha"
    form.editor("fleet").put("41")
    form.editor("headcount").put("40")
    note = form.notes()["fleet"]
    assert note.standing is Standing.WARNED
    assert note.reason is not None
    assert note.reason.in_language("en") == "More vehicles than employees."
    form.editor("fleet").put("501")
    assert form.notes()["fleet"].standing is Standing.WRONG
    form.editor("fleet").put("7")
    assert form.notes()["fleet"].standing is Standing.OK
    assert form.answers().value("per_head") == "0.175"
    form.editor("site").put("hired")
    assert form.notes()["address"].standing is Standing.INCOMPLETE
    form.editor("address").put("Old Street 1")
    assert form.notes()["address"].standing is Standing.OK
    workings = form.show_workings("per_head")
    assert workings is not None and workings.table.view.model().rowCount() == 4
    assert (
        not form.editor("grade").isEnabled() or form.editor("grade").property("state") == "theirs"
    )


def test_a_customer_is_taken_up_with_added_fields_and_what_was_typed_is_remembered(
    qtbot: QtBot, office: Office, at: Surroundings, lane: Lane
) -> None:
    take_second(office)
    presenter = CustomersPresenter(office.seats[0])
    sheet = NewOrganisation(at, lane, presenter)
    qtbot.addWidget(sheet)
    sheet.show()
    typed = {
        "name": "Alpha", "credit_code": CODE, "operator": "Wang", "operator_id": OPERATOR_ID,
        "mobile": MOBILE, "industry": "Haulage", "headcount": "40", "fleet": "7", "site": "own",
        "since": "0419",
    }  # fmt: skip
    for key, text in typed.items():
        sheet.form.editor(key).put(text)
    sheet.form.editor("wants").put("GPA")
    assert sheet.form.complete(), sheet.form.notes()
    with qtbot.waitSignal(sheet.saved, timeout=20_000) as saved:
        sheet.save()
    qtbot.waitUntil(lambda: at.bridge.under_way == 0)
    found = presenter.card_told(saved.args[0].customer_id)
    assert found is not None
    said = {label.in_language("en"): value.in_language("en") for label, value in found[1]}
    assert said == {
        "Vehicles": "7", "Premises": "Owned", "Wants": "GPA", "Founded": "2019-04",
        "Vehicles per head": "0.175",
    }  # fmt: skip
    assert presenter.forms.remembered("organisation", "industry") == ("Haulage",)
    assert presenter.forms.remembered("organisation", "mobile") == ()
    assert sheet.form.show_former("industry")
    qtbot.waitUntil(lambda: isinstance(sheet.form.popup, FormerList))
    assert not sheet.form.show_former("mobile"), "numbers and names are never offered again"
    assert not sheet.form.show_former("name")


def test_a_correction_shows_what_stood_there_and_changes_only_what_differs(
    qtbot: QtBot, office: Office, at: Surroundings, lane: Lane
) -> None:
    take_second(office)
    presenter = CustomersPresenter(office.seats[0])
    customer = order(office, FurtherValue("fleet", "7"))
    office.seats[0].perform("customers.register_organisation", customer)
    correct(office, 0, customer, fleet="9")
    card = presenter.card(customer.customer_id)
    assert card is not None
    holding, kept = presenter.forms.to_correct(card)
    assert kept == ()
    sheet = Correction(at, lane, presenter, holding)
    qtbot.addWidget(sheet)
    sheet.show()
    assert sheet.form.draft().text("fleet") == "9" and not sheet.form.has("credit_code")
    assert sheet.form.show_former("fleet")
    qtbot.waitUntil(lambda: isinstance(sheet.form.popup, FormerList))
    popup = sheet.form.popup
    assert isinstance(popup, FormerList) and popup.list.count() == 1
    assert popup.list.item(0).text().startswith("7 ")
    popup.list.itemActivated.emit(popup.list.item(0))
    assert sheet.form.draft().text("fleet") == "7"
    with qtbot.waitSignal(sheet.saved, timeout=20_000):
        sheet.save()
    qtbot.waitUntil(lambda: at.bridge.under_way == 0)
    assert told(presenter, customer)["Vehicles"] == "7"
    assert len(presenter.forms.former(customer.customer_id, "fleet")) == 2
    assert presenter.forms.former(customer.customer_id, "address") == ()


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
