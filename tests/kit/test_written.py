"""Days, moments and numbers as people read them, in both languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.money import yuan_text
from app.kit.words import language_in_use, use_language
from app.kit.written import (
    spoken_day,
    spoken_moment,
    written_clock,
    written_count,
    written_day,
    written_digest,
    written_moment,
    written_month,
    written_share,
)

MOMENT = datetime(2026, 3, 4, 17, 41, 7, tzinfo=UTC)
"""Already the fifth in Shanghai."""


@pytest.fixture(autouse=True)
def _language_of_before() -> Iterator[None]:
    before = language_in_use()
    yield
    use_language(before)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_lists_write_alike_in_both_languages(language: str) -> None:
    use_language(language)
    assert written_day(date(2026, 3, 5)) == "2026-03-05"
    assert written_moment(MOMENT) == "2026-03-05 01:41"
    assert written_moment(MOMENT, seconds=True) == "2026-03-05 01:41:07"
    assert written_clock(MOMENT) == "01:41"
    assert written_count(-1440000) == "-1,440,000"


def test_a_moment_lies_on_the_day_and_in_the_month_of_shanghai() -> None:
    assert written_day(datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) == "2026-03-01"
    assert written_day(datetime(2026, 2, 28, 15, 59, tzinfo=UTC)) == "2026-02-28"
    assert written_month(datetime(2026, 2, 28, 16, 0, tzinfo=UTC)) == "2026-03"


def test_the_zone_a_moment_is_given_in_changes_nothing() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=-7)))
    assert written_moment(elsewhere) == written_moment(MOMENT)
    assert str(spoken_moment(elsewhere)) == str(spoken_moment(MOMENT))


def test_a_sentence_says_the_day_in_its_language() -> None:
    day = spoken_day(date(2026, 3, 5))
    assert day.in_language("en") == "5 March 2026"
    assert day.in_language("zh_CN") == "2026年3月5日"
    assert spoken_moment(MOMENT).in_language("en") == "5 March 2026, 01:41"
    assert spoken_moment(MOMENT).in_language("zh_CN") == "2026年3月5日 01:41"


def test_every_month_has_its_chinese() -> None:
    for month in range(1, 13):
        said = spoken_day(date(2026, month, 28)).in_language("zh_CN")
        assert said == f"2026年{month}月28日"


@given(st.integers(-(10**12), 10**12))
def test_a_share_is_the_hundredth_part_exactly(points: int) -> None:
    assert written_share(points).replace(",", "") == f"{yuan_text(points)}%"


@given(st.binary(min_size=0, max_size=40))
def test_a_hash_is_written_in_groups_and_read_back_whole(digest: bytes) -> None:
    written = written_digest(digest.hex())
    assert "".join(written.split()) == digest.hex()
    assert all(len(group) <= 8 for group in written.split())
