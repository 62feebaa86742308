"""Readings of names: words before characters, surnames before both, and what typed letters fit."""

import pytest

from app.kit.pinyin import MOST_READINGS, covered, shipped_pinyin
from installer.pinyin import odd_words


def read(name: str) -> list[str]:
    return [" ".join(way) for way in shipped_pinyin().readings(name)]


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("曾国藩", "zeng guo fan"),
        ("单雄信", "shan xiong xin"),
        ("解缙", "xie jin"),
        ("仇英", "qiu ying"),
        ("查良镛", "zha liang yong"),
        ("区志强", "ou zhi qiang"),
        ("任静", "ren jing"),
        ("覃勇", "qin yong"),
        ("朴信惠", "piao xin hui"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("吕蒙", "lv meng"),
        ("重庆银行", "chong qing yin hang"),
        ("长沙会计", "chang sha kuai ji"),
        ("厦门音乐", "xia men yin yue"),
    ],
)
def test_the_likeliest_reading_comes_first(name: str, reading: str) -> None:
    assert read(name)[0] == reading


def test_a_surname_is_also_found_as_its_character_is_read_elsewhere() -> None:
    assert "dan xiong xin" in read("单雄信")
    assert "tan yong" not in read("任勇")


def test_a_long_name_does_not_begin_with_a_surname() -> None:
    assert read("单县宏远物流公司")[0].startswith(("shan ", "dan "))
    assert all(way.startswith("zeng") is False for way in read("层层曾曾有限公司"))


def test_many_second_readings_stay_few() -> None:
    assert len(read("乐乐长长重重行行")) == MOST_READINGS


def test_what_is_not_chinese_reads_as_itself_and_the_unknown_as_nothing() -> None:
    assert read("a3中😀·") == ["a 3 zhong  "]
    assert read("") == [""]


@pytest.mark.parametrize(
    ("letters", "signs"),
    [
        ("w", 1),
        ("wxm", 3),
        ("wangxm", 3),
        ("wangxiao", 2),
        ("wangxiaoming", 3),
        ("wxiaom", 3),
        ("wangxiaominga", 0),
        ("xm", 0),
        ("wm", 0),
    ],
)
def test_syllables_initials_and_both_mixed_cover_a_name(letters: str, signs: int) -> None:
    assert covered(("wang", "xiao", "ming"), letters) == signs


def test_typed_letters_are_cut_into_the_initials_they_may_stand_for() -> None:
    pinyin = shipped_pinyin()
    assert "wxm" in pinyin.cut("wangxm")
    assert {"xa", "x"} <= set(pinyin.cut("xian")) or "xa" in pinyin.cut("xian")
    assert pinyin.cut("") == [""]
    assert len(pinyin.cut("a" * 400)) <= 32


def test_people_begin_to_type_behind_the_name_of_a_place() -> None:
    pinyin = shipped_pinyin()
    assert pinyin.starts("云岭市宏远物流有限公司") == (0, 2, 3)
    assert pinyin.starts("王小明") == (0,)


def test_every_line_of_the_readings_is_in_order() -> None:
    pinyin = shipped_pinyin()
    assert len(pinyin.signs) > 20_000
    for table in (pinyin.signs.values(), *pinyin.words.values(), *pinyin.also.values()):
        assert all(one.isascii() and one.isalpha() and one.islower() for one in table)
    for word, said in pinyin.words.items():
        assert len(word) == len(said) in (2, 3)
    for word, ways in pinyin.surnames.items():
        assert all(len(word) == len(way) for way in ways)


def test_only_words_read_otherwise_than_their_characters_are_kept() -> None:
    singles = {"银": "yin", "行": "xing", "人": "ren"}
    phrases = {
        "银行": ["yin", "hang"],
        "行人": ["xing", "ren"],
        "银行人行": ["yin", "hang", "ren", "hang"],
    }
    assert dict(odd_words(phrases, singles)) == {"银行": ["yin", "hang"]}
