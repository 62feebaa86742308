"""What is typed becomes a value, or a reason in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.money import yuan_grouped
from app.kit.words import t
from ui.forms.fields import Answers, Choice, Field, FieldNote, Kind, Standing, Value
from ui.forms.reading import read, read_day, tidy, write

TODAY = date(2026, 3, 5)


def field(kind: Kind, **more: object) -> Field:
    return Field("f", t("Value"), kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("0305", date(2026, 3, 5)),
        ("0401", date(2026, 4, 1)),
        ("3-7", date(2026, 3, 7)),
        ("1201", date(2025, 12, 1)),
        ("0901", date(2026, 9, 1)),
        ("20260305", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("2026.12.31", date(2026, 12, 31)),
        ("0230", None),
        ("20260229", None),
        ("20240229", date(2024, 2, 29)),
        ("1305", None),
        ("000", None),
        ("明天", None),
    ],
)
def test_days(typed: str, day: date | None) -> None:
    assert read_day(typed, TODAY) == day


def test_a_leap_day_without_a_year_is_the_one_near() -> None:
    assert read_day("0229", date(2028, 1, 5)) == date(2028, 2, 29)
    assert read_day("0229", TODAY) is None


@given(st.dates(date(1950, 1, 1), date(2150, 12, 31)))
def test_a_day_written_is_read_back(day: date) -> None:
    spec = field(Kind.DATE)
    assert read(spec, write(spec, day), TODAY).value == day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_a_short_day_is_within_the_year_around(today: date, other: date) -> None:
    day = read_day(f"{other.month:02d}{other.day:02d}", today)
    if (other.month, other.day) != (2, 29):
        assert day is not None
        assert (day.month, day.day) == (other.month, other.day)
        assert -183 < (day - today).days <= 366


@given(st.integers(0, 10**14))
def test_money_round_trip(fen: int) -> None:
    spec = field(Kind.MONEY)
    assert read(spec, write(spec, fen), TODAY).value == fen
    assert write(spec, fen) == yuan_grouped(fen)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("600000", 60_000_000), ("￥1,234.5", 123_450), ("１２．５０", 1250), ("8元", 800)],
)
def test_money_as_people_type_it(typed: str, fen: int) -> None:
    assert read(field(Kind.MONEY), typed, TODAY).value == fen


@given(st.integers(0, 999_999))
def test_percent_round_trip(points: int) -> None:
    spec = field(Kind.PERCENT)
    assert read(spec, write(spec, points), TODAY).value == points


@pytest.mark.parametrize(
    ("kind", "typed", "standing"),
    [
        (Kind.MONEY, "12x", Standing.WRONG),
        (Kind.MONEY, "1.234", Standing.WRONG),
        (Kind.PERCENT, "85.123", Standing.WRONG),
        (Kind.INTEGER, "1.5", Standing.WRONG),
        (Kind.INTEGER, "120", Standing.OK),
        (Kind.USCC, "91790102MA7", Standing.INCOMPLETE),
        (Kind.USCC, "91790102MA7ABCDE12", Standing.OK),
        (Kind.USCC, "91790102MA7ABCDE123", Standing.WRONG),
        (Kind.ID_NUMBER, "79010119900307451X", Standing.OK),
        (Kind.ID_NUMBER, "7901-1", Standing.WRONG),
        (Kind.PHONE, "138x", Standing.WRONG),
        (Kind.PHONE, "0871-6512 3456", Standing.OK),
        (Kind.DATE, "03", Standing.INCOMPLETE),
        (Kind.DATE, "0230", Standing.WRONG),
        (Kind.TEXT, "a" * 201, Standing.WRONG),
        (Kind.TEXT, "<img src='x'>", Standing.OK),
    ],
)
def test_standing(kind: Kind, typed: str, standing: Standing) -> None:
    reading = read(field(kind), typed, TODAY)
    assert reading.note.standing is standing
    assert (reading.note.reason is None) == (standing is Standing.OK)


def test_an_id_number_is_tidied_to_capitals_without_spaces() -> None:
    assert tidy(field(Kind.ID_NUMBER), "790101 19900307 451x", TODAY) == "79010119900307451X"


def test_what_is_wrong_stays_as_typed() -> None:
    assert tidy(field(Kind.MONEY), "12x", TODAY) == "12x"
    assert tidy(field(Kind.TEXT), "  two  spaces ", TODAY) == "  two  spaces "


def test_required_and_empty_is_not_wrong() -> None:
    assert read(field(Kind.TEXT, required=True), "  ", TODAY).note.standing is Standing.INCOMPLETE
    assert read(field(Kind.TEXT), "", TODAY).note.standing is Standing.OK


def test_a_check_hears_only_readable_values() -> None:
    heard: list[Value] = []

    def check(value: Value) -> FieldNote:
        heard.append(value)
        return FieldNote(Standing.WARNED, t("Needed."))

    spec = field(Kind.MONEY, check=check)
    for typed in ("", "12x", "12"):
        read(spec, typed, TODAY)
    assert heard == [1200]
    assert read(spec, "12", TODAY).value == 1200


def test_a_choice_that_is_not_offered_is_wrong() -> None:
    spec = field(Kind.CHOICE, choices=(Choice("1", t("Value")),))
    assert read(spec, "1", TODAY).value == "1"
    assert read(spec, "2", TODAY).note.standing is Standing.WRONG


def test_answers_are_asked_for_by_type() -> None:
    answers = Answers({"sum": 100, "name": "x", "day": TODAY, "none": None})
    assert (answers.fen("sum"), answers.text("name"), answers.day("day")) == (100, "x", TODAY)
    assert answers.fen("none") is None and answers.text("none") == ""
    with pytest.raises(TypeError):
        answers.fen("name")
    with pytest.raises(KeyError):
        answers.text("missing")
