"""A list is held to the signed form: its further fields by their headings, its rules row by row,
and again where the batch is taken up."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.customers.actions import ContactDetails, RegisterOrganisation
from app.customers.further import Forms, FurtherValue
from app.customers.importing import ImportCustomers, import_customers
from app.customers.importing_form import import_form
from app.customers.importing_plan import (
    CustomerList,
    Standing,
    amended,
    list_again,
    orders_of,
    read_list,
)
from app.customers.importing_refused import RefusedRow
from app.customers.queries import further_facts
from app.customers.rules.names import NameWords
from app.kit.clock import SystemClock
from app.kit.errors.parts import PartsRefused
from app.kit.listing import Unhurried
from app.kit.words import t
from app.packs.form_kinds import Kind
from app.packs.form_needs import ORGANISATION, PERSON
from app.packs.forms import ChoiceSpec, FieldSpec, FormSpec, SectionSpec
from tests.customers.conftest import Office
from tests.customers.test_form_rules import form
from tests.customers.test_importing_rows import MAN, code, codes

WOMAN = "790101198802290047"
HEAD = "经办人,经办人证件号码,名称,统一社会信用代码,地址,员工人数,Vehicles,Premises"
TODAY = date(2026, 11, 22)
TODAY_AT = datetime(2026, 11, 22, tzinfo=UTC)


def forms(*, needed: bool = False) -> Forms:
    held = {ORGANISATION: form(needed=needed), PERSON: form(PERSON)}
    return held.get


def read(text: str, of: Forms) -> CustomerList:
    return read_list(text.encode(), "list.csv", import_form(of), TODAY, Unhurried())


def firms(*rows: str, needed: bool = False, head: str = HEAD) -> CustomerList:
    return read("\n".join([head, *(f"李静,{WOMAN},{row}" for row in rows)]), forms(needed=needed))


def test_further_fields_are_read_by_their_heading_and_reckoned_ones_are_not() -> None:
    here = firms(f"甲公司,{code(1)},街一号,10,4,Hired,9", head=HEAD + ",Per head")
    found = here.judged[2].found
    assert found is not None and here.counts.good == 1
    assert found.further == (FurtherValue("fleet", "4"), FurtherValue("site", "hired"))
    (trouble,) = here.troubles
    assert not trouble.stops and "Per head" in str(trouble.reason)
    assert str(here.form.label("+vehicles")) == "Vehicles"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("甲公司,{code},街一号,10,11,Owned", {"+vehicles": "E-FORM-RULE"}),
        ("甲公司,{code},,10,,hired", {"address": "E-FORM-RULE"}),
        ("甲公司,{code},街一号,10,many,", {"+vehicles": "E-CUSTOMER-FIELD"}),
        ("甲公司,{code},街一号,10,,rented", {"+premises": "E-CUSTOMER-FIELD"}),
    ],
)
def test_a_rule_is_told_in_its_own_words_at_its_field(row: str, wrong: dict[str, str]) -> None:
    here = firms(row.format(code=code(1)))
    assert codes(here) == wrong and here.standing(2) is Standing.WRONG


def test_a_rule_that_warns_lets_the_row_pass_with_a_doubt() -> None:
    here = firms(f"甲公司,{code(1)},街一号,500,120,")
    assert here.standing(2) is Standing.GOOD
    (doubt,) = [one for one in here.judged[2].doubts if one.code == "E-FORM-RULE"]
    assert (doubt.field, str(doubt.reason)) == ("+vehicles", "Many vehicles.")


def test_mending_the_other_field_of_a_rule_makes_the_row_good() -> None:
    here = firms(f"甲公司,{code(1)},街一号,10,11,")
    assert here.standing(2) is Standing.WRONG
    assert amended(here, {(2, "headcount"): "20"}).standing(2) is Standing.GOOD


def test_what_the_form_needs_gets_a_column_of_its_own_where_the_file_has_none() -> None:
    here = firms(f"甲公司,{code(1)},街一号,10,,", f"乙公司,{code(2)},街一号,10,,", needed=True)
    assert codes(here) == {"+channel": "E-FORM-RULE"} and here.counts.wrong == 2
    assert here.text(2, "+channel") == ""
    mended = amended(here, {(2, "+channel"): "柜面"})
    assert (mended.standing(2), mended.standing(3)) == (Standing.GOOD, Standing.WRONG)
    assert mended.text(2, "+channel") == "柜面"


def test_a_person_has_the_further_fields_of_its_own_form() -> None:
    here = read(f"姓名,证件号码,地址,Vehicles,Premises\n王强,{MAN},,3,Hired", forms())
    assert codes(here) == {"address": "E-FORM-RULE"}
    here = read(f"姓名,证件号码,地址,Vehicles,Premises\n王强,{MAN},街一号,3,Hired", forms())
    assert here.counts.good == 1


def test_what_head_office_fills_is_told_and_not_read(words: NameWords) -> None:
    risk = FieldSpec("risk", Kind.TEXT, t("Name"), theirs=True)
    label = replace(risk, label=t("Risk"))
    base = form()
    section = SectionSpec("more", t("Further"), (label,))
    held: FormSpec = replace(base, sections=(*base.sections, section))
    here = read(
        f"{HEAD},Risk\n李静,{WOMAN},甲公司,{code(1)},街一号,10,,,high", {ORGANISATION: held}.get
    )
    found = here.judged[2].found
    assert found is not None and found.further == ()
    assert any("Risk" in str(one.reason) for one in here.troubles)


def test_every_kind_of_cell_is_kept_as_the_form_keeps_it_and_written_back() -> None:
    fields = (
        FieldSpec("capital", Kind.MONEY, t("Capital")),
        FieldSpec("share", Kind.PERCENT, t("Share")),
        FieldSpec("since", Kind.DATE, t("Since")),
        FieldSpec("month", Kind.MONTH, t("Month")),
        FieldSpec("ratio", Kind.DECIMAL, t("Ratio")),
        FieldSpec("phone", Kind.PHONE, t("Phone")),
        FieldSpec("grade", Kind.CHOICE, t("Grade"), choices=(ChoiceSpec("a", t("First")),)),
    )
    base = form()
    held = replace(base, sections=(*base.sections, SectionSpec("x", t("X"), fields)), rules=())
    of = {ORGANISATION: held}.get
    head = "名称,统一社会信用代码,Capital,Share,Since,Month,Ratio,Phone,Grade"
    here = read(
        f'{head}\n甲公司,{code(1)},"1,440.50",12.5%,1990/3/7,2026年3月,0.75,010 8888,first', of
    )
    found = here.judged[2].found
    assert found is not None, here.judged[2].wrong
    kept = {one.key: one.value for one in found.further}
    assert kept == {
        "capital": "144050", "share": "1250", "since": "1990-03-07", "month": "2026-03",
        "ratio": "0.75", "phone": "0108888", "grade": "a",
    }  # fmt: skip
    (order,) = orders_of(here, fill=False, clock=SystemClock())
    firm = order.organisations[0]
    row = RefusedRow(firm.event_id, TODAY_AT, firm.customer_id, "x", "", "", "", "", firm)
    again = list_again("x", [row], here.form, TODAY).judged[1].found
    assert again is not None and again.further == found.further
    plain = read(f"{head}\n甲公司,{code(1)},,12.5,,,,,", of)
    assert codes(plain) == {"+share": "E-CUSTOMER-FIELD"}, "a share without its sign is doubtful"


def test_the_batch_is_held_to_the_form_again_and_further_rows_are_written(
    office: Office, words: NameWords
) -> None:
    here = firms(f"甲公司,{code(1)},街一号,10,4,Hired", f"乙公司,{code(2)},街一号,10,5,")
    (order,) = orders_of(here, fill=False, clock=office.clock)
    office.act(lambda work: import_customers(work, order, words=words, forms=forms()))
    first = next(one for one in order.organisations if one.name == "甲公司")
    facts = office.read(further_facts, office.actor.scope, first.customer_id)
    assert [(one.key, one.value) for one in facts] == [
        ("fleet", "4"), ("per_head", "0.4"), ("site", "hired"),
    ]  # fmt: skip


def test_a_row_that_breaks_a_rule_is_refused_by_name(office: Office, words: NameWords) -> None:
    def firm(n: int, fleet: str) -> RegisterOrganisation:
        return RegisterOrganisation(
            office.id(), office.id(), f"甲{n}公司", code(n), headcount=10,
            further=(FurtherValue("fleet", fleet),),
            contacts=(ContactDetails(office.id(), "operator", "李静", "111", WOMAN),),
        )  # fmt: skip

    good, bad = firm(1, "4"), firm(2, "40")
    order = ImportCustomers("x", "a" * 64, 1, 1, good.customer_id, organisations=(good, bad))
    with pytest.raises(PartsRefused) as caught:
        office.act(lambda work: import_customers(work, order, words=words, forms=forms()))
    assert {id: one.code for id, one in caught.value.parts.items()} == {
        bad.customer_id: "E-FORM-RULE"
    }
