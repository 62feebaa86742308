"""A seeded simulation: several desks, one hub, bad weather, crashes; then quiet, and the accounts.

Everything in it is the shipped thing: stores, engine, client, signatures, the hub's app. Only the
line is bent. The oracle is plain: the same rows everywhere, one history line per accepted mutation,
no value that was typed is nowhere.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.kit.clock import FixedClock
from app.store.follow import Follower, RequestNumbers
from sync.client.faults import HubError
from sync.client.link import HubLink
from tests.sync.weather import Weather
from tests.sync.world import START, Desk, Hub, make_desk, make_hub

STEPS = 70
FIELDS = ("email", "job", "region", "address")


class World:
    """Three desks at one hub, driven by a seed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.hub = make_hub(folder / "hub", clock=FixedClock(START))
        self.weather = [Weather(self.hub.transport(), seed * 10 + n) for n in range(3)]
        for line in self.weather:
            line.calm = True
        self.desks = [
            make_desk(self.hub, folder, f"d{n}", transport=line, person=f"c{n + 1}")
            for n, line in enumerate(self.weather)
        ]
        for line in self.weather:
            line.calm = False
        self.typed: set[str] = set()
        self.trace: list[str] = []
        self.repaired = 0

    def step(self) -> None:
        n = self.random.randrange(len(self.desks))
        desk = self.desks[n]
        act = self.random.choice(
            (
                *("edit",) * 6,
                *("sync",) * 4,
                "add",
                "delete",
                "person",
                "many",
                "crash",
                "clock",
            )
        )
        self.trace.append(f"{n}{act}")
        getattr(self, act)(desk)

    def add(self, desk: Desk) -> None:
        desk.add_customer(self._word())

    def edit(self, desk: Desk) -> None:
        known = sorted(desk.names())[:3]
        if known:
            chosen = self.random.sample(FIELDS, self.random.randint(1, 3))
            desk.edit(self.random.choice(known), **{name: self._word() for name in chosen})

    def delete(self, desk: Desk) -> None:
        known = sorted(desk.names())
        if known and self.random.random() < 0.3:
            desk.delete(self.random.choice(known))

    def person(self, desk: Desk) -> None:
        """Add a person, as one who may, or as one who may not and is refused."""
        usual, desk.person = desk.person, self.random.choice(("admin", desk.person))
        desk.add_person(self._word())
        desk.person = usual

    def many(self, desk: Desk) -> None:
        for _ in range(self.random.randint(2, 12)):
            self.add(desk)

    def sync(self, desk: Desk) -> None:
        small = self.random.choice((1, 3, 1000))
        desk.settings = desk.settings.__class__(
            device=desk.device, schema=1, at_most=small, budget=self.random.choice((1, 7, 20_000))
        )
        try:
            report = desk.sync()
        except HubError as error:
            self.trace.append(error.fault.value)
        else:
            self.trace.append(f"{report.pushed}/{report.pulled}")
            self.repaired += report.repaired

    def crash(self, desk: Desk) -> None:
        """Lose everything in memory, here or at the hub."""
        if self.random.random() < 0.3:
            self.hub.restart()
            for line in self.weather:
                line.inner = self.hub.transport()
            return
        old = desk.link
        desk.follow = Follower(desk.store)
        desk.link = HubLink(
            old.address,
            old.key,
            RequestNumbers(desk.store),
            old.clock,
            old.schema,
            transport=old.transport,
        )

    def clock(self, desk: Desk) -> None:
        """Set a desk's wall clock up to ten years either way: nothing may depend on it."""
        days = self.random.randint(-3650, 3650)
        desk.clock.jump(START + timedelta(days=days))
        self.hub.clock.advance(1)

    def settle(self) -> None:
        """Let the weather be fine until everybody has everything."""
        for line in self.weather:
            line.calm = True
        for _ in range(3):
            for desk in self.desks:
                desk.settings = desk.settings.__class__(device=desk.device, schema=1)
                report = desk.sync()
                assert report.outbox_left == 0
                self.repaired += report.repaired
        for desk in self.desks:
            assert desk.sync().even

    def close(self) -> None:
        for desk in self.desks:
            desk.close()
        self.hub.database.close()

    def _word(self) -> str:
        word = f"w{self.random.randrange(10**9)}"
        self.typed.add(word)
        return word


@pytest.fixture(params=range(6))
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(tmp_path, request.param)
    yield made
    made.close()


def test_after_any_weather_all_sides_are_one(world: World) -> None:
    for _ in range(STEPS):
        world.step()
    world.settle()
    _check_same_rows(world)
    _check_exactly_once(world)
    _check_nothing_typed_is_lost(world)
    _check_feed(world.hub)
    assert world.repaired == 0, "the digests were kept right without a comparison"


def _check_same_rows(world: World) -> None:
    columns = "id, name, email, job, industry, region, address, _ver, _seq, _pend"
    for kind, names in (("customer", columns), ("person", "id, name, office, _ver, _seq, _pend")):
        sql = f"SELECT {names} FROM {kind} ORDER BY id"
        at_hub = [tuple(row) for row in world.hub.rows(sql)]
        for desk in world.desks:
            assert [tuple(row) for row in desk.rows(sql)] == at_hub
    live = world.hub.rows("SELECT count(*) FROM hub_sync_row WHERE op = 'put'")[0][0]
    said = world.hub.rows("SELECT live_n FROM hub_scope_head")
    assert sum(row[0] for row in said) == live
    assert not any(desk.rows("SELECT * FROM base_row") for desk in world.desks)


def _check_exactly_once(world: World) -> None:
    """Every mutation made has one word at the hub, every accepted one has one history line."""
    for desk in world.desks:
        made = {row[0]: row[1] for row in desk.rows("SELECT mseq, state FROM outbox")}
        assert set(made.values()) <= {"acked", "rejected"}
        where = {"device": desk.device}
        words = world.hub.rows(
            "SELECT mseq, result FROM hub_applied WHERE device = :device", **where
        )
        assert {row[0] for row in words} == set(made)
        lines = Counter(
            row[0]
            for row in world.hub.rows(
                "SELECT mseq FROM hub_history WHERE device = :device", **where
            )
        )
        assert set(lines) == {mseq for mseq, state in made.items() if state == "acked"}
        assert set(lines.values()) <= {1}


def _check_nothing_typed_is_lost(world: World) -> None:
    """Every word a person typed stands in the hub's history or in an inbox."""
    kept = "".join(str(row[0]) for row in world.hub.rows("SELECT patch FROM hub_history"))
    for desk in world.desks:
        kept += "".join(str(row[0]) for row in desk.rows("SELECT detail FROM inbox"))
    assert [word for word in world.typed if word not in kept] == []


def _check_feed(hub: Hub) -> None:
    """Places are single, no higher than the head, and each record stands once."""
    for scope, head in hub.rows("SELECT scope, seq FROM hub_scope_head"):
        places = [
            row[0] for row in hub.rows("SELECT seq FROM hub_sync_row WHERE scope = :s", s=scope)
        ]
        assert len(places) == len(set(places))
        assert max(places) == head


def test_the_same_seed_goes_the_same_way(tmp_path: Path) -> None:
    """The run itself hangs on nothing but its seed."""
    traces = []
    for n in range(2):
        world = World(tmp_path / str(n), 77)
        for _ in range(40):
            world.step()
        traces.append((world.trace, [line.seen for line in world.weather]))
        world.close()
    assert traces[0] == traces[1]


def test_any_prefix_of_the_feed_can_be_resumed(tmp_path: Path) -> None:
    """Page by page with a new start after each equals everything in one go."""
    hub = make_hub(tmp_path / "hub")
    writer = make_desk(hub, tmp_path, "writer")
    ids: list[UUID] = []
    for n in range(40):
        ids.append(writer.add_customer(f"n{n}"))
        if n % 5 == 0:
            writer.sync()
    writer.delete(ids[3])
    writer.edit(ids[4], email="late")
    writer.sync()
    slow, quick = make_desk(hub, tmp_path, "slow"), make_desk(hub, tmp_path, "quick")
    assert quick.sync().even
    slow.settings = slow.settings.__class__(device=slow.device, schema=1, budget=1)
    assert slow.sync().even
    assert slow.names() == quick.names() == writer.names()
    for desk in (writer, slow, quick):
        desk.close()
    hub.database.close()
