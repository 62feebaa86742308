"""The worked identifiers, leaf by leaf, and what typing a number feels like."""

from collections.abc import Mapping
from datetime import date

import pytest
import stdnum.cn.ric
import stdnum.exceptions
from hypothesis import given
from hypothesis import strategies as st

from app.customers.rules.check import normalised
from app.customers.rules.credit_code import (
    ALPHABET,
    CreditCode,
    check_credit_code,
    credit_code_holds,
    with_checks,
)
from app.customers.rules.credit_code import WEIGHTS as CODE_WEIGHTS
from app.customers.rules.document_no import DocumentNo, document_no, luhn_check, read_document_no
from app.customers.rules.resident_id import (
    CHECK_BY_REMAINDER,
    WEIGHTS,
    ResidentId,
    check_resident_id,
    modern_form,
    resident_id_holds,
    with_check,
)

TODAY = date(2026, 11, 20)
COMPUTED = {"weighted_sum", "remainder", "check"}


def _day_of_life(number: ResidentId) -> date:
    """A day on which the person of an example is alive and in their prime."""
    return date(int(number.birth_digits[:4]) + 40, 1, 1)


def test_the_tables_of_the_standards(examples: Mapping) -> None:
    resident = examples["identifiers"]["resident_id"]
    assert resident["weights"] == list(WEIGHTS)
    assert resident["check_map_by_remainder"] == CHECK_BY_REMAINDER
    code = examples["identifiers"]["uscc"]
    assert code["alphabet"] == ALPHABET
    assert code["weights"] == list(CODE_WEIGHTS)


def test_every_resident_number(examples: Mapping) -> None:
    cases = examples["identifiers"]["resident_id"]["cases"]
    for case in cases:
        typed = case["number"]
        assert resident_id_holds(typed) is case["valid"], typed
        if "weighted_sum" not in case:
            continue
        number = ResidentId(typed)
        assert number.weighted_sum == case["weighted_sum"]
        assert number.remainder == case["remainder"]
        assert number.check == case["check"]
        assert number.sex == case["sex"][-1]
        assert number.birth_digits == case["birth"]
        found = check_resident_id(typed, _day_of_life(number), final=True)
        assert found.stands is case["valid"]


def test_every_resident_number_that_has_no_parts_is_refused_for_its_reason(
    examples: Mapping,
) -> None:
    codes = {
        "790101199003070510": "E-ID-CHECKSUM",
        "79010119900307501X": "E-ID-CHECKSUM",
        "790101900307051": "E-ID-RETIRED",
        "79010119900307051x": "W-ID-REGION",  # typed by hand it is brought to upper case
    }
    cases = examples["identifiers"]["resident_id"]["cases"]
    bare = [case["number"] for case in cases if "weighted_sum" not in case]
    assert {typed: check_resident_id(typed, TODAY, final=True).code for typed in bare} == codes


def test_the_old_number_becomes_the_new_one(examples: Mapping) -> None:
    change = examples["identifiers"]["resident_id"]["convert_15_to_18"]
    assert modern_form(change["in"]) == change["out"]
    with pytest.raises(ValueError, match="15 digits"):
        modern_form("7901019003070")


def test_every_credit_code(examples: Mapping) -> None:
    for case in examples["identifiers"]["uscc"]["cases"]:
        typed = case["code"]
        if case["valid"] == "normalise":
            assert not credit_code_holds(typed)
            found = check_credit_code(typed, final=True)
            assert (found.state, found.value) == ("ok", typed.upper())
            continue
        assert credit_code_holds(typed) is case["valid"], typed
        assert check_credit_code(typed, final=True).stands is case["valid"]
        if "weighted_sum" in case:
            code = CreditCode(typed)
            assert code.weighted_sum == case["weighted_sum"]
            assert code.remainder == case["remainder"]
            assert code.check == case["check"]
            asked = case.get("org_code_check", typed[16])
            assert code.organisation_check == asked == typed[16]


def test_every_document_number(examples: Mapping) -> None:
    numbers = examples["identifiers"]["document_no"]
    assert numbers["rule"].startswith("type(1) product(4) org(6) yyyy(4) serial(7) luhn(1")
    for number in numbers["cases"]:
        parts = read_document_no(number)
        assert parts is not None and str(parts) == number
        for place, sign in enumerate(number):
            if sign.isdigit():
                other = number[:place] + str((int(sign) + 1) % 10) + number[place + 1 :]
                assert read_document_no(other) is None


def test_document_numbers_are_made_and_refused() -> None:
    made = document_no("P", "GMA1", "790203", 2026, 12345)
    assert read_document_no(made) == DocumentNo("P", "GMA1", "790203", 2026, 12345)
    assert luhn_check("7992739871") == "3"  # the textbook's own number
    for wrong in (("P", "GMA", "790203", 2026, 1), ("P", "GMA1", "790203", 2026, 10_000_000)):
        with pytest.raises(ValueError, match="form"):
            document_no(*wrong)
    assert read_document_no("X" + made[1:]) is None


@pytest.mark.parametrize(
    ("typed", "state", "code"),
    [
        ("", "incomplete", "E-ID-LENGTH"),
        ("79010", "incomplete", "E-ID-LENGTH"),
        ("79O101", "wrong", "E-ID-SIGN"),
        ("7901011990X", "wrong", "E-ID-SIGN"),
        ("79010119901307", "wrong", "E-ID-DATE"),
        ("790101199003070", "incomplete", "E-ID-RETIRED"),
        ("7901011990030705", "incomplete", "E-ID-LENGTH"),
        ("７９０１０１１９９００３０７０５１ｘ", "warned", "W-ID-REGION"),
        (" 790101-19900307-051x ", "warned", "W-ID-REGION"),
        ("11010519491231002X", "ok", ""),
        ("11010519491231002X1", "wrong", "E-ID-LENGTH"),
        ("440524188001010014", "wrong", "E-ID-AGE"),
        ("790102198502290017", "wrong", "E-ID-DATE"),
        (with_check("79010120261121001"), "wrong", "E-ID-FUTURE"),
        (with_check("79010120261120001"), "warned", "W-ID-REGION"),
        (with_check("91010119900307051"), "warned", "W-ID-FOREIGN"),
    ],
)
def test_typing_a_resident_number(typed: str, state: str, code: str) -> None:
    found = check_resident_id(typed, TODAY)
    assert (found.state, found.code) == (state, code)
    assert (found.reason is None) == (state == "ok")


def test_a_number_of_another_sex_or_day_is_refused_after_its_own_checks() -> None:
    number = "11010519491231002X"  # a woman
    assert check_resident_id(number, TODAY, sex="F", birth=date(1949, 12, 31)).state == "ok"
    assert check_resident_id(number, TODAY, sex="M").code == "E-ID-SEX"
    assert check_resident_id(number, TODAY, birth=date(1949, 12, 30)).code == "E-ID-BIRTH"
    assert check_resident_id(number[:-1] + "1", TODAY, sex="M").code == "E-ID-CHECKSUM"


def test_eighteen_is_reached_on_the_birthday() -> None:
    number = ResidentId("790203200811211142")
    assert number.birth == date(2008, 11, 21)


@pytest.mark.parametrize(
    ("typed", "state", "code"),
    [
        ("9179", "incomplete", "E-USCC-LENGTH"),
        ("9179000O", "wrong", "E-USCC-SIGN"),
        ("91790000MA00TEXT1", "wrong", "E-USCC-ORGANISATION"),
        ("91790000MA00TEXT0", "incomplete", "E-USCC-LENGTH"),
        ("91790000MA00TEXT0A", "wrong", "E-USCC-CHECKSUM"),
        ("91790000MA00TEXT0QQ", "wrong", "E-USCC-LENGTH"),
        ("91790000 MA00TEXT-0q", "ok", ""),
        (with_checks("N1790000MA00TEXT"), "ok", ""),
        (with_checks("9A79000AMA00TEXT"), "ok", ""),
        (with_checks("B1790000MA00TEXT"), "warned", "W-USCC-DEPARTMENT"),
    ],
)
def test_typing_a_credit_code(typed: str, state: str, code: str) -> None:
    found = check_credit_code(typed)
    assert (found.state, found.code) == (state, code)
    final = check_credit_code(typed, final=True)
    assert final.state == ("wrong" if state == "incomplete" else state)


_BIRTHS = st.dates(date(1900, 1, 1), date(2026, 11, 20))


@given(_BIRTHS, st.integers(0, 999))
def test_numbers_we_make_are_numbers_others_take(birth: date, sequence: int) -> None:
    number = with_check(f"110105{birth:%Y%m%d}{sequence:03d}")
    assert stdnum.cn.ric.validate(number) == number
    assert check_resident_id(number, TODAY).state == "ok"
    assert stdnum.cn.ric.get_birth_date(number) == ResidentId(number).birth


@given(st.text("0123456789X", min_size=18, max_size=18))
def test_a_number_others_refuse_does_not_hold(typed: str) -> None:
    if resident_id_holds(typed):
        assert stdnum.cn.ric.calc_check_digit(typed) == typed[17]
        return
    with pytest.raises(stdnum.exceptions.ValidationError):
        stdnum.cn.ric.validate(typed)


@given(
    _BIRTHS,
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from("0123456789X"),
)
def test_one_wrong_place_never_holds(birth: date, sequence: int, place: int, sign: str) -> None:
    number = with_check(f"110105{birth:%Y%m%d}{sequence:03d}")
    other = number[:place] + sign + number[place + 1 :]
    assert resident_id_holds(other) is (other == number)


@given(st.text(ALPHABET, min_size=16, max_size=16), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_place_of_a_code_never_holds(first16: str, place: int, sign: str) -> None:
    code = with_checks(first16)
    other = code[:place] + sign + code[place + 1 :]
    assert credit_code_holds(other) is (other == code)


@given(st.text(max_size=25))
def test_any_typed_text_gets_an_answer(typed: str) -> None:
    assert check_resident_id(typed, TODAY).value == normalised(typed)
    assert check_credit_code(typed).state in ("incomplete", "wrong", "ok", "warned")


@given(_BIRTHS, st.integers(0, 999), st.integers(0, 18))
def test_no_beginning_of_a_good_number_is_called_wrong(
    birth: date, sequence: int, length: int
) -> None:
    number = with_check(f"110105{birth:%Y%m%d}{sequence:03d}")
    assert check_resident_id(number[:length], TODAY).state in ("incomplete", "ok")
