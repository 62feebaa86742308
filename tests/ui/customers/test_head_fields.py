"""What head office fills in: at its own desk, over the line, read and never written by a branch."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt

from app.assembly.demo import DemoSite
from app.customers.actions import CorrectCustomer, FieldEdit
from app.customers.further import FurtherValue
from app.customers.head_fields import FillHeadFields
from app.customers.records import CustomerFurther
from app.kit.errors.base import BranchError
from app.kit.ids import derived_id, new_id
from app.packs.form_needs import ORGANISATION
from tests.ui.desk_site import Sitting
from ui.customers.new import HeadFields
from ui.customers.presenter import CustomersPresenter
from ui.customers.view import CustomersView
from ui.forms.fields import Standing
from ui.forms.popups import FormerList
from ui.shell.ports import Desk

BRANCH = "ho.79.790115"


@pytest.fixture(scope="module")
def chief(site: DemoSite) -> Desk:
    """Sit E0001 down at head office's desk, with the branch's customers there."""
    site.branch.sync()
    site.head_office.sync()
    return site.sit(site.head_office, "E0001")


@pytest.fixture(scope="module")
def clerk(site: DemoSite) -> Desk:
    """Sit the branch's clerk down."""
    number = site.person("clerk").number
    return site.branch.sign_in(number, site.password(number))


def an_organisation(desk: Desk) -> UUID:
    presenter = CustomersPresenter(desk)
    return next(one.id for one in presenter.page(limit=50) if one.party == "organisation")


def filling(desk: Desk, customer: UUID, *values: FurtherValue) -> FillHeadFields:
    return FillHeadFields(customer, new_id(desk.clock), BRANCH, values)


RISK = (FurtherValue("aml_risk", "medium"), FurtherValue("aml_assessed", "2026-03-02"))


def test_head_office_sees_whose_customers_are_here_and_opens_one(chief: Desk) -> None:
    presenter = CustomersPresenter(chief)
    assert presenter.office == "ho" and presenter.page(limit=5) == ()
    assert [one.path for one in presenter.offices()] == [BRANCH]
    presenter.look_into(BRANCH)
    (customer, *_) = (one.id for one in presenter.page(limit=50) if one.party == "organisation")
    card = presenter.card(customer)
    assert card is not None and card.scope == BRANCH
    assert presenter.forms.may_fill(card)
    assert not presenter.may("customers.correct_customer", card.scope)


def test_what_head_office_fills_in_stands_at_the_branch_with_who_and_when(
    site: DemoSite, chief: Desk, clerk: Desk
) -> None:
    customer = an_organisation(clerk)
    chief.perform("customers.fill_head_fields", filling(chief, customer, *RISK))
    chief.sync()
    clerk.sync()
    presenter = CustomersPresenter(clerk)
    found = presenter.card_told(customer)
    assert found is not None
    said = {label.in_language("en"): value.in_language("en") for label, value in found[1]}
    assert said["Money-laundering risk"] == "Medium"
    former = presenter.forms.former(customer, "aml_risk")
    assert former[-1].before == "", "nothing before the first time"
    assert {one.person.split()[-1] for one in former} == {"E0001"}
    assert any("洗钱风险等级" in str(line.text) for line in found[0].timeline)
    assert not presenter.forms.may_fill(found[0])


@pytest.mark.parametrize(
    ("values", "code"),
    [((FurtherValue("aml_risk", "odd"),), "E-CUSTOMER-FIELD"),
     ((FurtherValue("industry", "x"),), "E-CUSTOMER-FIELD"),
     ((FurtherValue("aml_assessed", "1999-01-01"),), "E-CUSTOMER-FIELD"),
     ((FurtherValue("aml_risk", "high"), FurtherValue("aml_reason", "")),
      "E-FORM-RULE")],
)  # fmt: skip
def test_what_the_form_does_not_take_is_refused_at_head_offices_desk(
    chief: Desk, clerk: Desk, values: tuple[FurtherValue, ...], code: str
) -> None:
    customer = an_organisation(clerk)
    with pytest.raises(BranchError) as caught:
        chief.perform("customers.fill_head_fields", filling(chief, customer, *values))
    assert caught.value.code == code


def test_a_branch_is_refused_at_its_own_end(site: DemoSite, clerk: Desk) -> None:
    customer = an_organisation(clerk)
    manager = site.sit(site.branch, site.person("branch_manager").number)
    for desk in (clerk, manager):
        with pytest.raises(BranchError) as caught:
            desk.perform("customers.fill_head_fields", filling(desk, customer, *RISK))
        assert caught.value.code.startswith("E-ACCESS")
    edits = (FieldEdit("aml_risk", "low"),)
    with pytest.raises(BranchError) as caught:
        clerk.perform(
            "customers.correct_customer", CorrectCustomer(customer, new_id(clerk.clock), edits)
        )
    assert caught.value.code == "E-CUSTOMER-FIELD"


def test_a_branchs_rows_are_refused_at_head_offices_end(
    site: DemoSite, chief: Desk, clerk: Desk
) -> None:
    """A desk that sends the rows all the same, around its own door, is refused by the hub."""
    customer = an_organisation(clerk)
    station = site.branch

    def smuggle() -> None:
        with station.store.work(clerk.actor) as work:
            row = CustomerFurther(
                scope=BRANCH,
                id=derived_id("customer_further", customer.hex, "account_level"),
                customer_id=customer,
                field="account_level",
                form=ORGANISATION,
                kind="choice",
                value="national",
            )
            work.session.add(row)
            work.commit()

    station.store.writer.ask(smuggle)
    clerk.sync()
    site.head_office.sync()
    held = {one.key for one in CustomersPresenter(chief).forms.further(customer, BRANCH)}
    assert "account_level" not in held
    mine = {one.key for one in CustomersPresenter(clerk).forms.further(customer)}
    assert "account_level" not in mine, "the refusal takes it back at the branch as well"


def test_a_correction_of_the_branch_leaves_head_offices_fields(chief: Desk, clerk: Desk) -> None:
    customer = an_organisation(clerk)
    chief.perform("customers.fill_head_fields", filling(chief, customer, *RISK))
    chief.sync()
    clerk.sync()
    edits = (FieldEdit("industry", "仓储"),)
    clerk.perform(
        "customers.correct_customer", CorrectCustomer(customer, new_id(clerk.clock), edits)
    )
    clerk.sync()
    chief.sync()
    for desk in (chief, clerk):
        held = {
            one.key: one.value for one in CustomersPresenter(desk).forms.further(customer, BRANCH)
        }
        assert held["aml_risk"] == "medium"


def test_the_form_is_opened_on_the_record_and_filled_in_by_keyboard(
    sitting: Sitting, site: DemoSite, chief: Desk, clerk: Desk
) -> None:
    customer = an_organisation(clerk)
    sitting.desk.sit(chief)
    sitting.until(lambda: sitting.desk.window is not None and sitting.desk.window.isVisible())
    sitting.rest()
    view = sitting.open("customers", CustomersView, customer)
    sitting.rest()
    assert view.offices.isVisible() and view.offices.box.currentData() == BRANCH
    offered = {verb.key: verb for verb in view.verbs()}
    assert view.verbs()[0].key == "head_fields"
    assert not offered["correct"].enabled and not offered["new"].enabled
    sitting.control(Qt.Key.Key_H)
    sitting.rest()
    sheet = view.head_fields
    assert isinstance(sheet, HeadFields) and view.typing_new
    asked = [key for key, _ in sheet.form.draft().texts]
    assert asked == ["aml_risk", "aml_assessed", "aml_reason", "account_level"]
    sheet.form.fill({"aml_risk": "high", "aml_assessed": "2026-03-03", "aml_reason": ""})
    assert sheet.form.notes()["aml_reason"].standing is Standing.INCOMPLETE
    sheet.form.editor("aml_reason").put("现金缴费多。")
    assert sheet.form.show_former("aml_risk")
    sitting.until(lambda: isinstance(sheet.form.popup, FormerList))
    assert sheet.form.popup is not None
    sheet.form.popup.hide()
    sitting.control(Qt.Key.Key_Return)
    sitting.until(lambda: not view.typing_new)
    sitting.rest()
    held = {one.key: one.value for one in CustomersPresenter(chief).forms.further(customer, BRANCH)}
    assert (held["aml_risk"], held["aml_reason"]) == ("high", "现金缴费多。")
