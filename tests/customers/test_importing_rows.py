"""What a file of customers is understood as: headings in two languages, every wrong place named,
the same customer twice, and what a person mends."""

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from app.customers.importing import Holder
from app.customers.importing_form import FIELDS, day_of, import_form
from app.customers.importing_plan import (
    AT_ONCE,
    MOST_ROWS,
    CustomerList,
    Standing,
    amended,
    orders_of,
    plan_bytes,
    plan_of,
    read_list,
    with_holders,
)
from app.customers.rules.credit_code import with_checks
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.names import search_form
from app.customers.rules.resident_id import with_check
from app.kit.clock import SystemClock
from app.kit.errors.base import BranchError, Cancelled
from app.kit.listing import Stride, Unhurried

FORM = import_form()
TODAY = date(2026, 11, 22)
HEADINGS = "姓名,证件类型,证件号码,性别,出生日期,手机号码,地址"
WOMAN = with_check("11010119880229004")
MAN = with_check("11010119900101001")


def code(number: int) -> str:
    """Give a valid credit code of its own."""
    return with_checks(f"91110000{number:08d}")


def listed(text: str, encoding: str = "utf-8") -> CustomerList:
    return read_list(text.encode(encoding), "list.csv", FORM, TODAY, Unhurried())


def people(*rows: str) -> CustomerList:
    return listed("\n".join([HEADINGS, *rows]))


def codes(here: CustomerList, row: int = 2) -> dict[str, str]:
    return {one.field: one.code for one in here.judged[row].wrong}


def book(rows: list[list[Any]], merged: str = "") -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    for row in rows:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "headings", ["姓名,证件号码,手机号码", "Name,Document number,Mobile", "＊姓名 ,证件号 , 手机"]
)
def test_headings_are_known_in_both_languages(headings: str) -> None:
    here = listed(f"{headings}\n李静,{WOMAN},13900139000")
    found = here.judged[2].found
    assert found is not None and here.counts.good == 1
    assert (found.name, found.sex, found.birth) == ("李静", "F", date(1988, 2, 29))
    assert found.mobile == "13900139000"


def test_a_resident_number_says_sex_and_birth_and_contradicts_wrong_ones() -> None:
    assert people(f"李静,,{WOMAN},,,,").counts.good == 1
    assert codes(people(f"李静,,{WOMAN},男,,,")) == {"sex": "E-ID-SEX"}
    assert codes(people(f"李静,,{WOMAN},,1988-02-28,,")) == {"birth": "E-ID-BIRTH"}


def test_an_organisation_is_known_by_its_number_its_word_or_its_column() -> None:
    by_number = listed(f"名称,证件号码\n云岭物流有限公司,{code(1)}")
    by_word = listed(f"名称,客户类型,证件号码\n云岭物流有限公司,企业,{code(1)}")
    by_column = listed(f"名称,统一社会信用代码\n云岭物流有限公司,{code(1).lower()}")
    for here in (by_number, by_word, by_column):
        found = here.judged[2].found
        assert found is not None and found.identity == (CREDIT_CODE, code(1))


def test_a_credit_code_that_could_be_the_number_of_somebody_born_in_1500_is_a_code() -> None:
    here = listed("名称,证件号码\n白石口恒昌家具集团有限公司,917909150001013032")
    found = here.judged[2].found
    assert found is not None and found.party == "organisation"


def test_an_operator_needs_name_and_number_together() -> None:
    head = "名称,统一社会信用代码,经办人,经办人证件号码,经办人手机号码,手机号码"
    whole = listed(f"{head}\n甲公司,{code(2)},李静,{WOMAN},,13900139000")
    found = whole.judged[2].found
    assert found is not None
    assert (found.operator_id, found.operator_mobile) == (WOMAN, "13900139000")
    assert codes(listed(f"{head}\n甲公司,{code(2)},李静,,,")) == {
        "operator_id": "E-IMPORT-OPERATOR"
    }
    assert codes(listed(f"{head}\n甲公司,{code(2)},,,,13900139000")) == {
        "operator": "E-IMPORT-OPERATOR"
    }


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (f",,{WOMAN},,,,", {"name": "E-IMPORT-EMPTY"}),
        ("李静,,,,,,", {"id_no": "E-IMPORT-EMPTY"}),
        (f"李静,,{WOMAN[:-1]}X,,,,", {"id_no": "E-ID-CHECKSUM"}),
        ("李静,护照,P1234567,,,,", {"sex": "E-IMPORT-EMPTY", "birth": "E-IMPORT-EMPTY"}),
        (f"李静,狗证,{WOMAN},,,,", {"id_type": "E-IMPORT-DOCUMENT"}),
        (f"李静,,{WOMAN},,1988-13-45,,", {"birth": "E-IMPORT-DATE"}),
        (f"李静,护照,P1234567,女,2099-01-01,,", {"birth": "E-IMPORT-DATE"}),  # noqa: F541
        (f"李静,,{WOMAN},,,12345,", {"mobile": "E-MOBILE-BEGIN"}),
        (f"李\u202e静,,{WOMAN},,,,", {"name": "E-CUSTOMER-FIELD"}),
        (f"李静,,{WOMAN},,,,街\u0007", {"address": "E-CUSTOMER-FIELD"}),
        (f"李静,,{WOMAN},,,,=cmd()", {"address": "E-IMPORT-FORMULA"}),
        (f"李静,,{WOMAN},其他,,,", {"sex": "E-IMPORT-SEX"}),
    ],
)
def test_every_wrong_place_is_named(row: str, wrong: dict[str, str]) -> None:
    here = people(row)
    assert here.counts.wrong == 1
    assert wrong.items() <= codes(here).items()
    assert orders_of(here, fill=True, clock=SystemClock()) == ()


def test_full_width_digits_are_read_and_gb18030_too() -> None:
    wide = MAN.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert people(f"王强,,{wide},,,１３９００１３９０００,").counts.good == 1
    assert listed(f"{HEADINGS}\n王强,,{MAN},,,,龘街", "gb18030").counts.good == 1


def test_a_wrong_encoding_and_a_file_that_is_no_table_are_refused_whole() -> None:
    for content in (b"\x00\x01\x02\x03", "姓名,证件号码".encode("utf-32"), b""):
        with pytest.raises(BranchError) as refused:
            read_list(content, "x", FORM, TODAY, Unhurried())
        assert refused.value.code.startswith("E-SHEET-")


def test_headings_that_miss_the_number_or_say_it_twice_stop_the_list() -> None:
    assert listed("姓名,性别\n李静,女").stopped is not None
    assert listed(f"姓名,证件号码,身份证号\n李静,{WOMAN},{WOMAN}").stopped is not None
    here = listed(f"姓名,证件号码,星座\n李静,{WOMAN},双鱼")
    assert here.stopped is None and "星座" in str(here.troubles[0].reason)
    assert here.counts.good == 1


def test_a_spreadsheets_number_that_lost_its_digits_is_told_as_that() -> None:
    head = ["姓名", "证件号码"]
    here = read_list(book([head, ["王强", int(MAN[:17] + "0")]]), "x", FORM, TODAY, Unhurried())
    assert {one.code for one in here.judged[2].wrong} >= {"E-IMPORT-DIGITS"}


def test_merged_cells_leave_the_rows_below_empty_and_wrong() -> None:
    rows = [["姓名", "证件号码"], ["王强", MAN], [None, WOMAN]]
    here = read_list(book(rows, merged="A2:A3"), "x", FORM, TODAY, Unhurried())
    assert here.standing(2) is Standing.GOOD
    assert codes(here, 3) == {"name": "E-IMPORT-EMPTY"}


def test_a_cell_of_a_megabyte_is_one_wrong_cell() -> None:
    rows = [
        ["姓名", "证件号码", "地址"],
        ["王" * 32_000, MAN, "街" * 32_000],
        ["李静", WOMAN, "街"],
    ]
    here = read_list(book(rows), "x", FORM, TODAY, Unhurried())
    assert set(codes(here)) == {"name", "address"}
    assert here.standing(3) is Standing.GOOD
    with pytest.raises(BranchError):
        listed(f"{HEADINGS}\n{'王' * 1_000_000},,{MAN},,,,")


def test_the_same_customer_twice_is_left_and_told_with_the_first_row() -> None:
    here = people(f"李静,,{WOMAN},,,,", f"王强,,{MAN},,,,", f"李静静,,{WOMAN.lower()},,,,")
    assert [here.standing(row) for row in (2, 3, 4)] == [
        Standing.GOOD,
        Standing.GOOD,
        Standing.AGAIN,
    ]
    assert here.first_rows[here.judged[4].found.identity] == 2  # type: ignore[union-attr]
    without = amended(here, {}, out={2})
    assert without.standing(4) is Standing.GOOD, "the first one was left out"


def test_who_is_here_is_left_or_filled_in() -> None:
    here = people(f"李静,,{WOMAN},,,13900139000,街一号")
    holder = Holder(
        SystemClock() and __import__("uuid").uuid4(), "李静", "…", frozenset({"mobile"})
    )
    here = with_holders(here, {("111", WOMAN): holder})
    assert here.counts.meets == 1
    assert orders_of(here, fill=False, clock=SystemClock()) == ()
    (order,) = orders_of(here, fill=True, clock=SystemClock())
    (edit,) = order.completed[0].edits
    assert (order.completed[0].customer_id, edit.field, edit.value) == (
        holder.id,
        "mobile",
        "13900139000",
    )


def test_mending_a_cell_judges_that_row_alone_and_its_twins() -> None:
    here = people(f"李静,,{WOMAN[:-1]}X,,,,", f"李静,,{WOMAN},,,,")
    mended = amended(here, {(2, "id_no"): WOMAN})
    assert here.standing(2) is Standing.WRONG, "the list before is as it was"
    assert (mended.standing(2), mended.standing(3)) == (Standing.GOOD, Standing.AGAIN)
    assert mended.judged[3] is here.judged[3]
    assert mended.text(2, "id_no") == WOMAN
    assert codes(amended(mended, {(2, "address"): "=1+1"})) == {"address": "E-IMPORT-FORMULA"}


def test_the_plan_comes_back_as_it_was_with_every_id_its_own() -> None:
    rows = [f"客户{n},,{with_check(f'110101{1950 + n // 1000}0101{n % 1000:03d}')},,,,"
            for n in range(AT_ONCE + 7)]  # fmt: skip
    orders = orders_of(people(*rows), fill=False, clock=SystemClock())
    assert [order.size for order in orders] == [AT_ONCE, 7]
    assert plan_of(plan_bytes(orders)) == orders
    ids = [id for order in orders for one in order.people for id in (one.customer_id, one.event_id)]
    assert len(set(ids)) == 2 * (AT_ONCE + 7) and {id.version for id in ids} == {7}


def test_batches_go_by_name_and_their_ids_in_order() -> None:
    names = ["王小明", "Zhao", "安娜", "王大明", "ａｎｎａ"]
    rows = [f"{name},,{with_check(f'110101{1950 + n}0101{n:03d}')},,,," for n, name in
            enumerate(names)]  # fmt: skip
    (order,) = orders_of(people(*rows), fill=False, clock=SystemClock())
    assert [one.name for one in order.people] == sorted(names, key=search_form)
    ids = [id for one in order.people for id in (one.customer_id, one.event_id)]
    assert ids == sorted(ids)


def test_too_many_rows_are_refused_in_words_before_they_are_judged() -> None:
    text = f"{HEADINGS}\n" + f"王强,,{MAN},,,,\n" * (MOST_ROWS + 30)
    with pytest.raises(BranchError) as refused:
        listed(text)
    assert refused.value.code == "E-SHEET-LONG"


class Stops(Stride):
    """Says stop once the first rows are judged."""

    @override
    def step(self, done: int, total: int) -> None:
        if done:
            raise Cancelled


def test_reading_can_be_stopped() -> None:
    text = f"{HEADINGS}\n" + f"王强,,{MAN},,,,\n" * 5_000
    with pytest.raises(Cancelled):
        read_list(text.encode(), "x", FORM, TODAY, Stops())


@pytest.mark.parametrize(
    "said", ["1990-03-07", "1990/3/7", "1990年3月7日", "19900307", "１９９０.3.7"]
)
def test_dates_as_people_write_them(said: str) -> None:
    assert day_of(said, FORM.date_separators) == date(1990, 3, 7)


@given(st.lists(st.lists(st.text(max_size=30), min_size=7, max_size=7), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_rows_are_judged_and_only_good_ones_make_orders(rows: list[list[str]]) -> None:
    text = StringIO()
    csv.writer(text).writerows([HEADINGS.split(","), *rows])
    content = text.getvalue().encode("utf-8", "surrogatepass")
    try:
        here = read_list(content, "x.csv", FORM, TODAY, Unhurried())
    except BranchError as refused:
        assert refused.code.startswith("E-SHEET-")
        return
    counts = here.counts
    assert counts.rows == len(here.judged)
    for judged in here.judged.values():
        assert (judged.found is None) == bool(judged.wrong)
        assert {one.field for one in judged.wrong} <= set(FIELDS)
    orders = orders_of(here, fill=False, clock=SystemClock())
    assert sum(order.size for order in orders) == counts.good


def test_a_region_is_taken_as_its_code_or_as_the_name_of_one_place() -> None:
    known = {"重庆市渝中区": "500103"}
    form = import_form(place_code=lambda words: known.get(words, ""))
    text = "姓名,性别,证件号码,地区代码\n" + "\n".join(
        f"李静,,{WOMAN},{region}" for region in ("500103", "重庆市渝中区", "朝阳区", "50010")
    )
    here = read_list(text.encode(), "list.csv", form, TODAY, Unhurried())
    rows = list(here.judged.values())
    assert [row.found.region for row in rows[:2] if row.found is not None] == ["500103"] * 2
    assert all(row.found is None or row.wrong for row in rows[2:])
    codes_said = {wrong.code for row in rows[2:] for wrong in row.wrong}
    assert codes_said == {"E-IMPORT-REGION"}
