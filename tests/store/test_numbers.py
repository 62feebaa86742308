"""Numbers from leased blocks: in order, once, each accounted for."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.kit.ids import new_id
from app.store.desk_tables import NumberUsed
from app.store.numbers import next_number, store_lease, take_number, void_number, wants_refill
from app.store.store import Store

SERIES = "C-GPA1-790115-2026"


def lend(store: Store, clock: FixedClock, first: int, last: int, days: int = 400) -> None:
    with store.desk_work() as session:
        until = clock.now() + timedelta(days=days)
        store_lease(session, new_id(clock), "ho.79.790115", SERIES, first, last, until)


def take(store: Store, clock: FixedClock) -> int:
    with store.desk_work() as session:
        return take_number(session, SERIES, clock.now())


def fates(store: Store) -> dict[int, tuple[str, str]]:
    rows = store.read(lambda s: list(s.scalars(select(NumberUsed))))
    return {row.n: (row.fate, row.reason) for row in rows}


def test_numbers_come_in_order_from_one_block_after_the_other(
    store: Store, clock: FixedClock
) -> None:
    lend(store, clock, 201, 202)
    lend(store, clock, 101, 103)
    assert store.read(next_number, SERIES, clock.now()) == 101
    assert [take(store, clock) for _ in range(5)] == [101, 102, 103, 201, 202]
    assert set(fates(store)) == {101, 102, 103, 201, 202}
    with pytest.raises(BranchError) as refused:
        take(store, clock)
    assert refused.value.code == "E-NUMBER-NONE"


def test_a_number_goes_back_only_with_the_whole_act(store: Store, clock: FixedClock) -> None:
    lend(store, clock, 1, 3)
    with pytest.raises(ZeroDivisionError), store.desk_work() as session:
        assert take_number(session, SERIES, clock.now()) == 1
        raise ZeroDivisionError
    assert fates(store) == {}
    assert take(store, clock) == 1


def test_a_voided_number_is_accounted_for_and_never_given_again(
    store: Store, clock: FixedClock
) -> None:
    lend(store, clock, 1, 2)
    n = take(store, clock)
    with store.desk_work() as session:
        void_number(session, SERIES, n, "misprinted", clock.now())
    assert fates(store) == {1: ("voided", "misprinted")}
    assert take(store, clock) == 2


def test_another_series_and_an_ended_block_give_nothing(store: Store, clock: FixedClock) -> None:
    lend(store, clock, 1, 9, days=1)
    with pytest.raises(BranchError), store.desk_work() as session:
        take_number(session, "C-GPA1-790116-2026", clock.now())
    clock.advance(86400)
    with pytest.raises(BranchError):
        take(store, clock)


def test_a_block_that_comes_twice_is_one_block(store: Store, clock: FixedClock) -> None:
    lease, until = new_id(clock), clock.now() + timedelta(days=9)
    for _ in range(2):
        with store.desk_work() as session:
            store_lease(session, lease, "s", SERIES, 5, 6, until)
        if not fates(store):
            assert take(store, clock) == 5
    assert take(store, clock) == 6
    with pytest.raises(BranchError):
        take(store, clock)


def test_a_quarter_left_asks_for_more(store: Store, clock: FixedClock) -> None:
    wants = lambda: store.read(wants_refill, SERIES, clock.now())  # noqa: E731
    assert wants()
    lend(store, clock, 1, 8)
    seen = []
    for _ in range(8):
        seen.append(wants())
        take(store, clock)
    assert seen == [False] * 6 + [True] * 2
    lend(store, clock, 11, 18)
    assert not wants()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(0, 12))
def test_no_number_twice_whatever_the_blocks(
    store: Store, clock: FixedClock, sizes: list[int], wanted: int
) -> None:
    series, start = f"series-{new_id(clock).hex}", 1
    blocks = []
    with store.desk_work() as session:
        for size in sizes:
            blocks += list(range(start, start + size))
            until = clock.now() + timedelta(days=9)
            store_lease(session, new_id(clock), "s", series, start, start + size - 1, until)
            start += size + 5
    taken = []
    with store.desk_work() as session:
        for _ in range(min(wanted, len(blocks))):
            taken.append(take_number(session, series, clock.now()))  # noqa: PERF401
    assert taken == blocks[: len(taken)]
    if wanted > len(blocks):
        with pytest.raises(BranchError), store.desk_work() as session:
            take_number(session, series, clock.now())
