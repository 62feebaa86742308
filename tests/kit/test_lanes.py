"""Lanes: one thing after another, in the order it was asked for."""

import threading
from collections.abc import Iterator

import pytest

from app.kit.errors.base import Cancelled
from app.kit.lanes import Lane


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("test lane")
    yield made
    made.close()


def test_things_run_in_order_on_one_worker(lane: Lane) -> None:
    seen: list[tuple[int, int]] = []
    futures = [lane.post(lambda n=n: seen.append((n, threading.get_ident()))) for n in range(200)]
    for future in futures:
        future.result(timeout=5)
    assert [n for n, _ in seen] == list(range(200))
    assert len({worker for _, worker in seen}) == 1
    assert threading.get_ident() not in {worker for _, worker in seen}


def test_nothing_overtakes_a_slow_one(lane: Lane) -> None:
    gate, seen = threading.Event(), []
    slow = lane.post(lambda: (gate.wait(5), seen.append("slow")))
    fast = lane.post(lambda: seen.append("fast"))
    assert not fast.done()
    gate.set()
    fast.result(timeout=5)
    assert slow.done() and seen == ["slow", "fast"]


def test_an_error_comes_back_to_who_asked(lane: Lane) -> None:
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        lane.ask(stop)
    assert lane.ask(lambda: 7) == 7  # and the lane goes on


def test_asking_from_the_lane_itself_does_not_wait_for_itself(lane: Lane) -> None:
    assert lane.post(lambda: lane.ask(lambda: "inner")).result(timeout=5) == "inner"


def test_closing_finishes_what_is_queued() -> None:
    lane, seen = Lane("closing"), []
    for n in range(50):
        lane.post(seen.append, n)
    lane.close()
    assert seen == list(range(50))
    with pytest.raises(RuntimeError):
        lane.post(seen.append, 99)


def test_a_lane_of_readers_runs_two_at_once() -> None:
    lane, both = Lane("readers", workers=2), threading.Barrier(2, timeout=5)
    futures = [lane.post(both.wait) for _ in range(2)]
    assert sorted(future.result(timeout=5) for future in futures) == [0, 1]
    lane.close()
