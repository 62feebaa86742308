"""The bridge: outcomes arrive on the GUI thread, in order, and never at somebody who is gone."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.kit.errors.base import BranchError, Cancelled, Problem
from app.kit.errors.money import money_not_readable
from app.kit.lanes import Lane
from app.kit.money import fen_of
from ui.shell.bridge import Bridge, BusyWidgets, Progress


class Seen:
    """What came back, and on which thread."""

    def __init__(self) -> None:
        self.results: list[object] = []
        self.problems: list[Problem] = []
        self.bugs: list[BaseException] = []
        self.threads: set[int] = set()

    def done(self, result: object) -> None:
        self.results.append(result)
        self.threads.add(threading.get_ident())

    def failed(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.threads.add(threading.get_ident())

    def bug(self, error: BaseException) -> None:
        self.bugs.append(error)
        self.threads.add(threading.get_ident())


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("test")
    yield made
    made.close()


@pytest.fixture
def bridge(qtbot: QtBot, seen: Seen) -> Iterator[Bridge]:
    made = Bridge(seen.bug)
    yield made
    made.close()


def settle(qtbot: QtBot, bridge: Bridge) -> None:
    qtbot.waitUntil(lambda: bridge.under_way == 0, timeout=5000)


def test_a_result_arrives_on_the_gui_thread(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    ran_on: list[int] = []

    def call(yuan: str) -> int:
        ran_on.append(threading.get_ident())
        return fen_of(yuan)

    bridge.run(lane, call, "14,400.00", done=seen.done)
    assert seen.results == []
    settle(qtbot, bridge)
    assert seen.results == [1_440_000]
    assert seen.threads == {threading.get_ident()}
    assert ran_on != [threading.get_ident()]


def test_a_problem_arrives_on_the_gui_thread(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    bridge.run(lane, fen_of, "12x", done=seen.done, failed=seen.failed)
    settle(qtbot, bridge)
    assert [problem.code for problem in seen.problems] == ["E-MONEY-FORM"]
    assert seen.results == [] and seen.bugs == []
    assert seen.threads == {threading.get_ident()}


def test_a_problem_nobody_asked_for_goes_to_the_window(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    bridge.on_trouble(seen.failed)
    bridge.run(lane, fen_of, "12x", done=seen.done)
    settle(qtbot, bridge)
    assert [problem.code for problem in seen.problems] == ["E-MONEY-FORM"]


def test_our_own_mistake_is_a_bug_not_a_problem(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    bridge.run(lane, {}.__getitem__, "no such key", done=seen.done, failed=seen.failed)
    settle(qtbot, bridge)
    assert [type(error) for error in seen.bugs] == [KeyError]
    assert seen.problems == []
    assert seen.threads == {threading.get_ident()}


def test_cancelled_shows_nothing(qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen) -> None:
    def call() -> None:
        raise Cancelled

    bridge.run(lane, call, done=seen.done, failed=seen.failed)
    settle(qtbot, bridge)
    assert not (seen.results or seen.problems or seen.bugs)


def test_results_keep_the_order_of_the_lane(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    for number in range(300):
        bridge.run(lane, int, str(number), done=seen.done)
    settle(qtbot, bridge)
    assert seen.results == list(range(300))


def test_a_result_for_a_closed_page_is_dropped(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    go_on = threading.Event()
    page = QLabel("page")
    bridge.run(lane, go_on.wait, 5, done=seen.done, owner=page)
    page.deleteLater()
    with qtbot.waitSignal(page.destroyed):
        pass
    del page
    gc.collect()
    go_on.set()
    settle(qtbot, bridge)
    assert seen.results == []


def test_a_closed_bridge_takes_late_results_in_silence(qtbot: QtBot, seen: Seen) -> None:
    lane = Lane("late")
    bridge = Bridge(seen.bug)
    go_on = threading.Event()
    bridge.run(lane, go_on.wait, 5, done=seen.done)
    bridge.close()
    go_on.set()
    lane.close()
    qtbot.wait(20)
    assert seen.results == [] and seen.bugs == []


def test_a_closed_bridge_runs_nothing_on_a_lane_that_has_ended(seen: Seen) -> None:
    """A timer of a page that is not destroyed yet may still ask."""
    lane = Lane("ended")
    bridge = Bridge(seen.bug)
    lane.close()
    bridge.close()
    bridge.run(lane, int, "1", done=seen.done).cancel()
    assert bridge.under_way == 0 and seen.results == [] and seen.bugs == []


class Owned:
    """Stands for what Qt must destroy on the GUI thread; says on which it went."""

    def __init__(self, gone_on: list[int]) -> None:
        self._gone_on = gone_on

    def __del__(self) -> None:
        self._gone_on.append(threading.get_ident())


@pytest.mark.parametrize("closed", [False, True], ids=["answered", "closed"])
def test_what_a_call_holds_is_never_let_go_of_on_the_lane(
    qtbot: QtBot, seen: Seen, lane: Lane, closed: bool
) -> None:
    bridge = Bridge(seen.bug)
    gone_on: list[int] = []
    go_on = threading.Event()

    def start() -> None:
        held = Owned(gone_on)

        def call() -> bool:
            return held is not None and go_on.wait(5)

        bridge.run(lane, call, done=seen.done)

    start()
    if closed:
        bridge.close()
    go_on.set()
    settle(qtbot, bridge)
    lane.ask(int)  # what ran before it has been let go of by now
    assert gone_on == []
    gc.collect()
    assert gone_on == [threading.get_ident()]
    bridge.close()


def test_many_results_while_owners_die(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    for number in range(200):
        owner = QObject()
        bridge.run(lane, int, number, done=seen.done, owner=owner if number % 2 else bridge)
        del owner
    gc.collect()
    settle(qtbot, bridge)
    assert [n for n in seen.results if isinstance(n, int) and n % 2 == 0] == list(range(0, 200, 2))
    assert seen.bugs == []


def test_short_work_does_not_flicker_and_long_work_shows(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    button = QPushButton("提交")
    qtbot.addWidget(button)
    busy = BusyWidgets(button)
    bridge.run(lane, int, "1", done=seen.done, busy=busy)
    settle(qtbot, bridge)
    assert button.isEnabled()
    go_on = threading.Event()
    bridge.run(lane, go_on.wait, 5, done=seen.done, busy=busy)
    qtbot.waitUntil(lambda: not button.isEnabled(), timeout=3000)
    go_on.set()
    settle(qtbot, bridge)
    assert button.isEnabled()


def test_the_focus_waits_where_work_began(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    window = QWidget()
    row = QHBoxLayout(window)
    button, after = QPushButton("提交"), QPushButton("状态")
    row.addWidget(button)
    row.addWidget(after)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus, timeout=3000)
    go_on = threading.Event()
    bridge.run(lane, go_on.wait, 5, done=seen.done, busy=BusyWidgets(button))
    qtbot.waitUntil(lambda: not button.isEnabled(), timeout=3000)
    assert not after.hasFocus()
    go_on.set()
    settle(qtbot, bridge)
    assert button.hasFocus()


def test_counted_work_counts_and_stops_when_told(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    counts: list[tuple[int, int]] = []
    reached: list[int] = []
    first = threading.Event()

    def call(progress: Progress) -> str:
        for number in range(1, 1_000_000):
            progress.step(number, 1_000_000)
            reached.append(number)
            if number == 3:
                first.wait(5)
        return "all"

    job = bridge.run_counted(
        lane,
        call,
        counted=lambda done, total: counts.append((done, total)),
        done=seen.done,
        failed=seen.failed,
    )
    qtbot.waitUntil(lambda: bool(counts), timeout=3000)
    job.cancel()
    first.set()
    settle(qtbot, bridge)
    assert counts[-1][1] == 1_000_000
    assert reached[-1] == 3
    assert not (seen.results or seen.problems or seen.bugs)


def test_counts_do_not_flood_the_screen(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    counts: list[tuple[int, int]] = []

    def call(progress: Progress) -> str:
        for number in range(1, 50_001):
            progress.step(number, 50_000)
        return "all"

    bridge.run_counted(
        lane, call, counted=lambda done, total: counts.append((done, total)), done=seen.done
    )
    settle(qtbot, bridge)
    assert seen.results == ["all"]
    assert counts == sorted(counts) and len(counts) < 25_000


def test_a_branch_error_keeps_its_three_sentences(
    qtbot: QtBot, bridge: Bridge, lane: Lane, seen: Seen
) -> None:
    problem = money_not_readable("x")

    def call() -> None:
        raise BranchError(problem)

    bridge.run(lane, call, failed=seen.failed)
    settle(qtbot, bridge)
    assert seen.problems == [problem]
