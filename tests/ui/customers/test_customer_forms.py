"""The forms of customers in the window: opened within the limit, taken up, corrected."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.customers.rules.resident_id import with_check
from tests.ui.customers.test_customers_page import customers, made_up
from tests.ui.desk_site import Sitting
from ui.customers.presenter import CustomersPresenter
from ui.customers.view import CustomersView
from ui.forms.fields import Standing
from ui.shell.busy_guard import BusyApplication

Typist = Callable[[QWidget, str], None]


def opened(sitting: Sitting) -> CustomersView:
    """Come to the customers; from here on nothing may be slow."""
    sitting.sit()
    view = customers(sitting)
    app = QApplication.instance()
    assert isinstance(app, BusyApplication)
    app.slow.clear()
    return view


def test_the_form_of_an_organisation_opens_within_the_limit(sitting: Sitting) -> None:
    view = opened(sitting)
    sitting.control(Qt.Key.Key_N)
    sitting.rest()
    assert view.new.form.isVisible() and view.typing_new


def test_a_person_is_taken_up_and_the_number_says_sex_and_birth(
    sitting: Sitting, write_chinese: Typist
) -> None:
    view = opened(sitting)
    view.begin_person()
    sitting.arrive()
    form = view.new_person.form
    number = with_check("79011519880229" + "413")
    write_chinese(form.editor("name"), "欧阳春晓")
    form.editor("id_type").put("111")
    form.editor("id_no").setFocus()
    sitting.type(number[:17])
    assert form.notes()["id_no"].standing is Standing.INCOMPLETE
    sitting.type(number[17])
    assert form.notes()["id_no"].standing in (Standing.OK, Standing.WARNED)
    texts = dict(form.draft().texts)
    assert (texts["sex"], texts["birth"]) == ("M", "1988-02-29")
    form.editor("sex").put("F")
    assert form.notes()["id_no"].standing is Standing.WRONG, "sex and number disagree"
    form.editor("sex").put("M")
    form.editor("job").put("焊工")
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.card is not None and view.card.line.name == "欧阳春晓")
    sitting.rest()
    assert view.card is not None and view.card.job == "焊工" and view.card.sex == "M"
    presenter = CustomersPresenter(sitting.seat)
    assert presenter.forms.remembered("person", "job") == ("焊工",)
    assert presenter.forms.remembered("person", "name") == ()


def test_a_customer_is_corrected_and_what_stood_there_is_shown(sitting: Sitting) -> None:
    group = made_up(sitting, 2811)
    view = opened(sitting)
    sitting.seat.perform("customers.register_organisation", group)
    view.open_at(group.customer_id)
    sitting.until(lambda: view.card is not None and view.card.line.name == group.name)
    sitting.rest()
    view.begin_correction()
    sitting.until(lambda: view.correction is not None and view.correction.form.isVisible())
    sheet = view.correction
    assert sheet is not None and sheet.form.draft().text("name") == group.name
    sheet.form.editor("industry").put("汽车运输")
    presenter = CustomersPresenter(sitting.seat)
    key = sheet.draft_key()
    sitting.until(lambda: dict(presenter.forms.draft(key)).get("industry") == "汽车运输")
    sitting.press(Qt.Key.Key_Escape)
    assert not view.typing_new, "Esc steps back and loses nothing"
    sitting.rest()
    view.begin_correction()
    sitting.until(lambda: view.correction is not sheet and view.typing_new)
    sheet = view.correction
    assert sheet is not None and sheet.form.draft().text("industry") == "汽车运输"
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: view.card is not None and view.card.industry == "汽车运输")
    sitting.rest()
    assert presenter.forms.draft(key) == ()
    former = presenter.forms.former(group.customer_id, "industry")
    assert [one.before for one in former] == [group.industry]
    assert presenter.forms.former(group.customer_id, "name") == ()


def test_the_head_says_whether_what_is_typed_is_stored(sitting: Sitting) -> None:
    view = opened(sitting)
    view.begin_new()
    sitting.arrive()
    sheet = view.new
    seen: list[bool] = []
    sheet._drafts.stands.connect(seen.append)
    sheet.form.editor("name").setFocus()
    sitting.type("A")
    sitting.until(lambda: seen[-1:] == [True])
    assert seen == [False, True]
    sitting.type("B")
    assert seen[-1] is False
    sheet.discard()
    sitting.rest()
    assert CustomersPresenter(sitting.seat).forms.first_draft() == ("", ())
