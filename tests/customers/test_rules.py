"""Kinds of document, mobile numbers, masking, and the keys of near-duplicates."""

from datetime import date

import pytest

from app.customers.rules.id_types import (
    LABELS,
    IdTypes,
    check_id_number,
    read_id_types,
)
from app.customers.rules.masking import masked_account, masked_id, masked_mobile, masked_name
from app.customers.rules.mobile import check_mobile
from app.customers.rules.names import NameWords, organisation_key, search_form
from app.customers.rules.resident_id import with_check
from app.packs.resources import resource_bytes

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def kinds() -> IdTypes:
    return read_id_types(resource_bytes("rules/id_types.json"))


def test_every_kind_has_its_official_name_in_both_places(kinds: IdTypes) -> None:
    assert {code: kinds.official(code) for code in LABELS} == {
        code: LABELS[code].in_language("zh_CN") for code in LABELS
    }


def test_a_kind_is_found_by_code_name_and_synonym(kinds: IdTypes) -> None:
    assert kinds.code_of("居民身份证") == "111"
    assert kinds.code_of(" 身份证 ") == "111"
    assert kinds.code_of("５５３") == "553"
    assert kinds.code_of("护照") == "414"
    assert kinds.code_of("会员卡") is None


def test_no_name_stands_for_two_kinds(kinds: IdTypes) -> None:
    every = [name for names in kinds.names.values() for name in names]
    assert len(every) == len(set(every))


def test_a_list_that_lacks_a_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        read_id_types(b'{"id_types": [{"code": "111", "names": ["x"]}]}')


@pytest.mark.parametrize(
    ("kind", "typed", "state", "code"),
    [
        ("111", "11010519491231002X", "ok", ""),
        ("112", "11010519491231002X", "ok", ""),
        ("111", "110105194912310021", "wrong", "E-ID-CHECKSUM"),
        ("414", "e12345678", "ok", ""),
        ("414", "E1", "wrong", "E-ID-SHORT"),
        ("414", "E1234\u202e5678", "wrong", "E-ID-FORM"),
        ("414", "=E12345678", "wrong", "E-ID-FORM"),
        ("114", "军字第1234567号", "ok", ""),
        ("553", "CHN110000010101", "ok", ""),
        ("553", with_check("93115619900307051"), "ok", ""),
        ("553", "931156199003070510", "wrong", "E-ID-CHECKSUM"),
        ("990", "x" * 31, "wrong", "E-ID-FORM"),
    ],
)
def test_each_kind_gets_its_check(kind: str, typed: str, state: str, code: str) -> None:
    found = check_id_number(kind, typed, TODAY, final=True)
    assert (found.state, found.code) == (state, code)


@pytest.mark.parametrize(
    ("typed", "state", "code", "value"),
    [
        ("", "incomplete", "E-MOBILE-LENGTH", ""),
        ("1", "incomplete", "E-MOBILE-LENGTH", "1"),
        ("139", "incomplete", "E-MOBILE-LENGTH", "139"),
        ("+86 139-0013-9000", "ok", "", "13900139000"),
        ("１３９００１３９０００", "ok", "", "13900139000"),
        ("12900139000", "wrong", "E-MOBILE-BEGIN", "12900139000"),
        ("23900139000", "wrong", "E-MOBILE-BEGIN", "23900139000"),
        ("139001390001", "wrong", "E-MOBILE-LENGTH", "139001390001"),
        ("1390013900a", "wrong", "E-MOBILE-SIGN", "1390013900A"),
    ],
)
def test_typing_a_mobile_number(typed: str, state: str, code: str, value: str) -> None:
    found = check_mobile(typed)
    assert (found.state, found.code, found.value) == (state, code, value)
    assert check_mobile(typed, final=True).stands is (state == "ok")


def test_masks_show_the_ends_and_hide_the_rest() -> None:
    assert masked_name("欧阳建国") == "欧*"
    assert masked_name("") == ""
    assert masked_id("11010519491231002X") == "110105**********2X"
    assert masked_mobile("13900139000") == "139****9000"
    assert masked_account("6222020200112233445") == "*" * 15 + "3445"


@pytest.mark.parametrize("short", ["E12", "E1234567", "E12345678"])
def test_a_short_number_is_hidden_whole(short: str) -> None:
    assert masked_id(short) == "*" * len(short)


def test_near_duplicates_share_a_key(words: NameWords) -> None:
    same = {
        organisation_key(name, words)
        for name in (
            "云岭宏远物流有限公司",
            "云岭宏远物流有限责任公司",
            "云岭（宏远）物流股份有限公司",
            "云岭(宏远) 物流公司",
            "云岭宏远物流集团有限公司",
        )
    }
    assert same == {"云岭宏远物流"}
    assert organisation_key("云岭宏远食品有限公司", words) not in same


def test_a_name_of_legal_forms_only_keeps_a_key(words: NameWords) -> None:
    assert organisation_key("有限公司", words) == "有限公司"


def test_the_search_form_forgets_width_case_and_spaces() -> None:
    assert search_form(" ＡＣＭＥ Ｔrading ") == "acmetrading"
