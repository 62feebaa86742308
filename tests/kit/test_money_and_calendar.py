"""Amounts, roundings and days, against what people write and against slow, plain counting."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.calendar import (
    age_on,
    anniversary,
    days_of_cover,
    last_day_after,
    months_of_cover,
    started_months,
)
from app.kit.errors.base import BranchError
from app.kit.money import Fen, fen_of, half_up, yuan_grouped, yuan_text

AMOUNTS = st.integers(-(10**14), 10**14)
DAYS = st.dates(date(1950, 1, 1), date(2080, 12, 31))


@given(AMOUNTS)
def test_an_amount_comes_back_from_its_text(fen: int) -> None:
    assert fen_of(yuan_text(fen)) == fen
    assert fen_of(yuan_grouped(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("14,400.00", 1_440_000), ("0.5", 50), (" 7 ", 700), ("-0.01", -1), ("1,2", 1200)],
)
def test_amounts_as_people_type_them(text: str, fen: int) -> None:
    assert fen_of(text) == Fen(fen)


@pytest.mark.parametrize(
    "text", ["", ".", "1.234", "1e3", "+1", "--1", "１２", "1.", "9" * 16, "NaN"]
)
def test_what_is_no_amount_is_named(text: str) -> None:
    with pytest.raises(BranchError) as caught:
        fen_of(text)
    assert caught.value.code == "E-MONEY-FORM"


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**15))
def test_rounding_is_half_up_away_from_zero(numerator: int, denominator: int) -> None:
    # A tie is decided on the doubled remainder, which Decimal sees exactly as .0, .5 or between.
    whole, rest = divmod(abs(numerator), denominator)
    share = Decimal((2 * rest > denominator) - (2 * rest < denominator)) / 4 + Decimal("0.5")
    expected = whole + int(share.quantize(Decimal(1), ROUND_HALF_UP))
    assert half_up(numerator, denominator) == (expected if numerator >= 0 else -expected)
    assert half_up(-numerator, denominator) == -half_up(numerator, denominator)


def test_rounding_needs_a_positive_denominator() -> None:
    for denominator in (0, -1):
        with pytest.raises(ZeroDivisionError):
            half_up(1, denominator)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 1), 12, date(2027, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 0, date(2026, 11, 29)),
    ],
)
def test_the_last_day_of_some_months(start: date, months: int, last: date) -> None:
    assert last_day_after(start, months) == last


@given(DAYS, st.integers(0, 800))
def test_months_and_days_cover_the_whole_span(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    months, beyond = months_of_cover(start, end)
    assert anniversary(start, months) + timedelta(days=beyond - 1) == end
    assert last_day_after(start, months + 1) > end
    assert started_months(start, end) == months + (beyond > 0)
    assert days_of_cover(start, end) == length + 1


@given(DAYS, st.integers(0, 200), st.integers(0, 200))
def test_anniversaries_never_go_back(start: date, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert anniversary(start, low) <= anniversary(start, high)
    assert anniversary(start, low) >= start


@given(DAYS, st.integers(0, 40_000))
def test_age_counts_birthdays_one_by_one(birth: date, days: int) -> None:
    day = min(birth + timedelta(days=days), date(2150, 1, 1))
    birthdays = 0
    while anniversary(birth, 12 * (birthdays + 1)) <= day:
        birthdays += 1
    leap_eve = (birth.month, birth.day) == (2, 29) and (day.month, day.day) == (2, 28)
    assert age_on(birth, day) == birthdays or leap_eve


def test_the_birthday_itself_counts() -> None:
    assert age_on(date(1961, 12, 1), date(2026, 11, 30)) == 64
    assert age_on(date(1961, 12, 1), date(2026, 12, 1)) == 65
