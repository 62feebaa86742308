"""A report of a million rows: read in steps, stopped within one, never held in memory.

One database for all; counted in rows and steps, so that a slow machine fails nothing.
"""

import gc
from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import pytest
from sqlalchemy import text

from app.kit.errors.base import BranchError, Cancelled
from app.kit.lanes import Lane
from app.reports.queries.reading import STEP, behind, run
from app.reports.rules import pivot
from app.reports.rules.declared import Asked, Only
from app.reports.rules.pivot import ALL
from app.store.types import micros_of
from tests.reports.conftest import NOW, Branch

MILLION = 1_000_000
ASKED = Asked("sync", "outcome")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """A desk's database with a million rounds, a tenth of them stopped."""
    made = Branch(tmp_path_factory.mktemp("large"))
    with made.write_engine.begin() as connection:
        connection.execute(
            text(
                "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
                " WHERE n < :rows) INSERT INTO sync_log (n, at, outcome, pushed, pulled)"
                " SELECT n, :at, CASE n % 10 WHEN 0 THEN 'stopped' ELSE 'done' END, 1, n"
                " FROM counted"
            ),
            {"rows": MILLION, "at": micros_of(NOW)},
        )
    yield made
    made.close()


def test_every_row_is_counted_once_in_steps_and_none_is_held(large: Branch) -> None:
    heard: list[int] = []
    held: list[int] = []

    def step(done: int, total: int) -> None:
        assert total == MILLION
        heard.append(done)
        if done % 100_000 == 0:
            held.append(_rows_alive())

    given = large.read(run, large.reader(), ASKED, NOW, step)
    assert heard == [*range(0, MILLION, STEP), MILLION]
    assert given.stamp.rows == MILLION
    assert given.pivot.figure("rounds", "stopped") == MILLION // 10
    assert given.pivot.figure("pulled") == MILLION * (MILLION + 1) // 2
    assert 0 < max(held) <= 2 * STEP, held


def test_a_stop_is_heeded_within_a_step_wherever_it_is_read(large: Branch) -> None:
    """Read on a lane, stopped from outside: at most one more step is taken."""
    lane, begun, stop = Lane("reader"), Event(), Event()
    heard: list[int] = []

    def step(done: int, _total: int) -> None:
        heard.append(done)
        if stop.is_set():
            raise Cancelled
        if done == 5 * STEP:
            begun.set()
            stop.wait(30)

    try:
        reading = lane.post(large.read, run, large.reader(), ASKED, NOW, step)
        assert begun.wait(30)
        stop.set()
        with pytest.raises(Cancelled):
            reading.result(30)
    finally:
        lane.close()
    assert heard == list(range(0, 7 * STEP, STEP))


@pytest.mark.parametrize("cut", ["stop", "too_fine"])
def test_what_was_cut_off_leaves_nothing_open_for_the_next(
    large: Branch, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cursor that outlives its reading begins the next one anew, and rows are counted twice.

    The refusal that holds its frames is dropped in the middle of the next reading.
    """
    held: list[BaseException] = []

    def stop(done: int, _total: int) -> None:
        if cut == "stop" and done == 5 * STEP:
            raise Cancelled

    def drop(done: int, _total: int) -> None:
        if done == 20 * STEP:
            held.clear()
            gc.collect()

    asked = replace(ASKED, only=(Only("outcome", "stopped"),))
    fine = replace(asked, across="day") if cut == "too_fine" else asked
    with monkeypatch.context() as patched:
        if cut == "too_fine":
            patched.setattr(pivot, "MOST_ACROSS", 0)
        try:
            large.read(run, large.reader(), fine, NOW, stop)
        except (Cancelled, BranchError) as refused:
            held.append(refused)
    assert len(held) == 1
    assert large.read(run, large.reader(), asked, NOW, drop).stamp.rows == MILLION // 10
    assert held == []


def test_a_drill_keeps_what_is_shown_and_counts_the_rest(large: Branch) -> None:
    asked = Asked("sync", "outcome", only=(Only("outcome", "stopped"),))
    heard: list[tuple[int, int]] = []

    def step(done: int, total: int) -> None:
        heard.append((done, total))

    found = large.read(behind, large.reader(), asked, (ALL, ALL), at_most=2_000, step=step)
    assert (len(found.rows), found.count) == (2_000, MILLION // 10)
    assert heard[-1] == (MILLION // 10, MILLION // 10) and len(heard) == MILLION // 10 // STEP + 1


def _rows_alive() -> int:
    """Count the rows of results that something still holds."""
    return sum(type(one).__name__ == "Row" for one in gc.get_objects())
