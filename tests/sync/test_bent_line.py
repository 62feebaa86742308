"""A desk and a hub in two processes over a line that is cut anywhere, or drips (real sockets)."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kit.clock import SystemClock
from sync.client.faults import HubError, HubFault
from sync.hub.keys import HubKeys
from sync.hub.server import HubSettings, open_database
from tests.sync.bent_line import Bend, BentLine, Way, bent_line
from tests.sync.served import HERE, Process, enrolled_desk, init_hub_folder, link_by
from tests.sync.world import Desk, Hub

CUTS = 60
"""At how many places of one conversation it is cut in a run, each way."""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("bent")
    init_hub_folder(folder / "hub")
    made = Process(folder / "hub")
    made.start()
    yield made
    made.end()


@pytest.fixture
def desk(process: Process, tmp_path: Path) -> Iterator[Desk]:
    made = enrolled_desk(process, tmp_path / "desk")
    yield made
    made.close()


@pytest.fixture
def line(process: Process) -> Iterator[BentLine]:
    with bent_line(process.port) as made:
        yield made


def exchange(desk: Desk, line: BentLine, bend: Bend, *, deadline: float = 5.0) -> HubError | None:
    """Have one whole conversation from its first byte on, by a line bent so."""
    line.bend = bend
    straight, desk.link = desk.link, link_by(desk, line.url, deadline=deadline)
    try:
        report = desk.sync()
    except HubError as error:
        return error
    finally:
        desk.link.close()
        desk.link = straight
    assert report.even or report.problems
    return None


def hub_rows(process: Process, sql: str) -> list[tuple[object, ...]]:
    database = open_database(HubSettings(process.folder))
    hub = Hub(process.folder, HubKeys(process.folder), database, None, HERE, None)  # type: ignore[arg-type]
    try:
        return [tuple(row) for row in hub.rows(sql)]
    finally:
        database.close()


@pytest.mark.parametrize("way", ["up", "down"])
def test_cut_at_any_byte_nothing_is_lost_and_nothing_twice(
    process: Process, desk: Desk, line: BentLine, way: Way
) -> None:
    """One edit waits at each cut; it is there once, whether the cut came before or after its word.

    The first and the last bytes are always among the places; the rest are drawn.
    """
    made = {"first", "whole"}
    whole = Bend()
    for name in sorted(made):
        desk.add_customer(name)
        whole = Bend()
        assert exchange(desk, line, whole) is None
    length = whole.went[way]
    chance = random.Random(f"{way}{length}")
    places = {0, 1, 2, length - 2, length - 1, *chance.sample(range(length), CUTS)}
    cut = 0
    for place in sorted(places):
        name = f"{way}-{place}"
        desk.add_customer(name)
        made.add(name)
        bend = Bend(cut={way: place}, reset=place % 2 == 0)
        error = exchange(desk, line, bend)
        assert error is None or error.fault is HubFault.NO_ANSWER, f"cut at {place}: {error}"
        cut += bend.was_cut
        assert desk.sync().even
    assert cut > len(places) * 0.9
    rows = hub_rows(process, f"SELECT name FROM customer WHERE name LIKE '{way}-%'")
    assert sorted(rows) == sorted((name,) for name in made - {"first", "whole"})
    device = f"device = '{desk.device}'"
    counted = hub_rows(process, f"SELECT count(*) FROM hub_history WHERE {device}")
    assert counted == [(len(made),)]


def test_a_line_that_drips_ends_at_the_deadline_and_costs_nothing(
    process: Process, desk: Desk, line: BentLine
) -> None:
    """A byte at a time, both ways: the desk gives up in time, and the hub serves others."""
    desk.add_customer("slow")
    begun = SystemClock().monotonic()
    error = exchange(desk, line, Bend(drip=0.05), deadline=2.0)
    assert error is not None and error.fault is HubFault.NO_ANSWER
    assert SystemClock().monotonic() - begun < 20
    assert desk.follow.left() == 1
    assert desk.sync().even
    device = f"device = '{desk.device}'"
    assert hub_rows(process, f"SELECT count(*) FROM hub_history WHERE {device}") == [(1,)]


def test_a_line_that_leads_nowhere_is_told_as_no_answer(process: Process, desk: Desk) -> None:
    desk.add_customer("kept")
    with bent_line(1) as nowhere:
        error = exchange(desk, nowhere, Bend())
    assert error is not None and error.fault is HubFault.NO_ANSWER
    assert desk.follow.left() == 1 and desk.sync().even
