"""The clock seam, and ids that a desk makes alone."""

import random
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import FixedClock, SystemClock, today
from app.kit.ids import new_id, new_ids

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


def test_the_machine_says_an_aware_time_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    first = clock.monotonic()
    assert clock.monotonic() >= first


def test_today_is_the_day_in_china() -> None:
    assert today(FixedClock(datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC))) == date(2026, 11, 21)
    assert today(FixedClock(datetime(2026, 11, 21, 16, 0, tzinfo=UTC))) == date(2026, 11, 22)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(NOON.astimezone(timezone(timedelta(hours=8))))
    assert (clock.now(), clock.monotonic()) == (NOON, 0.0)
    clock.advance(1.5)
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(seconds=1.5), 1.5)
    clock.jump(NOON - timedelta(days=9))
    assert (clock.now(), clock.monotonic()) == (NOON - timedelta(days=9), 1.5)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 11, 22))  # noqa: DTZ001 - that is the point


@given(st.integers(0, 7_258_118_400_000_000).map(lambda us: EPOCH + timedelta(microseconds=us)))
def test_an_id_has_the_layout_of_version_7(moment: datetime) -> None:
    made = new_id(FixedClock(moment))
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    millis = made.int >> 80
    assert abs(millis - moment.timestamp() * 1000) <= 1


def test_all_random_bits_are_used() -> None:
    clock = FixedClock(NOON)
    ones, zeros = new_id(clock, lambda n: (1 << n) - 1), new_id(clock, lambda _: 0)
    assert (ones.int ^ zeros.int).bit_count() == 74
    assert ones.version == zeros.version == 7


def test_ids_of_one_instant_differ() -> None:
    clock = FixedClock(NOON)
    assert len({new_id(clock) for _ in range(2_000)}) == 2_000


def test_ids_come_out_again_only_from_a_seed() -> None:
    clock = FixedClock(NOON)
    again = [new_id(clock, random.Random(3).getrandbits) for _ in range(2)]
    assert again[0] == again[1] != new_id(clock)


def test_many_ids_are_ids_of_that_moment_in_order_and_all_different() -> None:
    clock = FixedClock(datetime(2026, 3, 2, 8, 0, 0, 123_000, tzinfo=UTC))
    made = new_ids(clock, 2_000)
    assert made == sorted(set(made)) and len(made) == 2_000
    millis = new_id(clock).int >> 80
    assert {(one.version, one.variant, one.int >> 80) for one in made} == {
        (7, "specified in RFC 4122", millis)
    }
    assert new_ids(clock, 0) == []
