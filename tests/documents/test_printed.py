"""The words on paper: dates, sums, amounts in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.clauses import wording_for
from app.documents.printed import TEMPLATES, amount_in_words, counted, form_words, printed
from app.kit.errors.base import BranchError
from tests.documents.conftest import contract

WORDS = form_words(TEMPLATES)
DIGITS = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (50, "人民币伍角整"),
        (55, "人民币伍角伍分"),
        (100, "人民币壹元整"),
        (1005, "人民币壹拾元零伍分"),
        (160_032, "人民币壹仟陆佰元叁角贰分"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (10_700_053, "人民币壹拾万柒仟元伍角叁分"),
        (1_440_000, "人民币壹万肆仟肆佰元整"),
        (123_047_580, "人民币壹佰贰拾叁万零肆佰柒拾伍元捌角整"),
        (10_000_000_000, "人民币壹亿元整"),
        (1_000_000_100, "人民币壹仟万零壹元整"),
        (10_000_000_100, "人民币壹亿零壹元整"),
        (-1_440_000, "人民币负壹万肆仟肆佰元整"),
    ],
)
def test_amounts_in_words(fen: int, said: str) -> None:
    assert amount_in_words(fen, WORDS.amount) == said


def read_back(said: str) -> int:
    """Read an amount in words again, by another way than it was written."""
    text = said.removeprefix("人民币").removesuffix("整")
    sign = -1 if text.startswith("负") else 1
    total, figure, yuan = 0, 0, 0
    for character in text.removeprefix("负"):
        if character in DIGITS:
            figure = DIGITS[character]
        elif character in "拾佰仟":
            total += figure * {"拾": 10, "佰": 100, "仟": 1000}[character]
            figure = 0
        elif character in "万亿":
            yuan += (total + figure) * {"万": 10**4, "亿": 10**8}[character]
            total = figure = 0
        elif character == "元":
            yuan += total + figure
            total = figure = 0
        else:
            total += figure * {"角": 10, "分": 1}[character]
            figure = 0
    return sign * (yuan * 100 + total)


@given(st.integers(-(10**13), 10**13))
def test_amounts_in_words_can_be_read_back(fen: int) -> None:
    assert read_back(amount_in_words(fen, WORDS.amount)) == fen


@given(st.integers(0, 10**13))
def test_amounts_in_words_have_no_double_zero(fen: int) -> None:
    said = amount_in_words(fen, WORDS.amount)
    assert "零零" not in said
    assert fen < 100 or "零元" not in said


def test_an_amount_beyond_the_form_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond"):
        amount_in_words(10**14, WORDS.amount)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_clause_numerals(number: int, said: str) -> None:
    assert counted(number, WORDS.digits) == said


@pytest.mark.parametrize("number", [0, 100])
def test_clause_numerals_end_at_99(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        counted(number, WORDS.digits)


def test_every_value_is_written_once() -> None:
    view = printed(contract(130), WORDS)
    assert view.period == "自2026年3月1日零时起至2027年2月28日二十四时止"
    assert (view.days, view.people, view.premium) == ("365", "130人", "36,216.00")
    assert view.insured[0].sums == ("300,000.00", "—")
    assert view.insured[1].sums == ("300,000.00", "20,000.00")
    assert view.minimum_note == ""


def test_a_minimum_premium_is_explained() -> None:
    plain = contract(3)
    lifted = replace(plain, premium_fen=plain.premium_fen + 100, minimum_applied=True)
    note = printed(lifted, WORDS).minimum_note
    assert "837.00" in note
    assert "838.00" in note


def test_clauses_follow_the_covers() -> None:
    both = wording_for({"GPA", "GMA"}, TEMPLATES)
    alone = wording_for({"GPA"}, TEMPLATES)
    every = wording_for({"GPA", "GMA", "GHI", "GHC"}, TEMPLATES)
    assert len(alone.clauses) + 1 == len(both.clauses) == len(every.clauses) - 2
    assert [one.number for one in alone.clauses][:3] == ["第一条", "第二条", "第三条"]
    assert "意外医疗保险责任" not in [one.title for one in alone.clauses]
    assert [one.title for one in both.clauses if one.prominent] == ["责任免除"]


@pytest.mark.parametrize("damage", ["", "[]", '{"clauses": [{"title": "x"}]}', '{"clauses": 3}'])
def test_a_damaged_clause_file_is_said_so(tmp_path_factory, damage: str) -> None:
    folder = tmp_path_factory.mktemp("templates")
    words = (TEMPLATES / "group_accident.words.json").read_text("utf-8")
    (folder / "group_accident.words.json").write_text(words, "utf-8")
    (folder / "clauses").mkdir()
    (folder / "clauses" / "group_accident.json").write_text(damage, "utf-8")
    with pytest.raises(BranchError) as refused:
        wording_for({"GPA"}, folder)
    assert refused.value.code == "E-DOC-TEMPLATE"
