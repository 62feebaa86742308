"""Packs, lines, crashes and bad weather in any order: all sides are one, as by the line alone."""

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from app.kit.errors.base import BranchError
from sync.engine.unpacking import import_answer
from tests.sync import test_simulation as by_line
from tests.sync.courier_world import courier_of, export, take
from tests.sync.world import Desk, make_desk, make_hub

REFUSED = {"E-COURIER-OLD", "E-COURIER-STRANGE", "E-COURIER-OTHER", "E-COURIER-GAP"}
"""What carrying the wrong pack may be answered with; anything else is a fault of ours."""


class World(by_line.World):
    """The desks of the simulation by line, with a stick that lies about."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        self.stick = folder / "stick"
        self.dice = random.Random(seed + 1_000)
        self.carried = 0
        self.written: dict[str, list[Path]] = {}

    @override
    def step(self) -> None:
        if self.dice.random() < 0.6:
            super().step()
            return
        desk = self.dice.choice(self.desks)
        act = self.dice.choice((self.write_pack, self.take_some, self.take_some, self.bring_some))
        try:
            act(desk)
        except BranchError as error:
            assert error.code in REFUSED, error
            self.trace.append(error.code)

    def write_pack(self, desk: Desk) -> None:
        self.written.setdefault(desk.name, []).append(export(desk, self.stick).path)

    def errand(self, desk: Desk) -> None:
        """Carry what a desk wrote in its order, as a careful person does, and the answer back."""
        self.write_pack(desk)
        for pack in self.written[desk.name]:
            try:
                taken = take(self.hub, pack)
            except BranchError as error:
                assert error.code in REFUSED, error
        done = import_answer(courier_of(desk), taken.path)
        self.carried += 1
        self.repaired += done.report.repaired

    def take_some(self, _desk: Desk) -> None:
        """Take any pack that lies there: the right one, an old one, an answer, one twice."""
        if packs := sorted(self.stick.glob("*.sdpack")):
            take(self.hub, self.dice.choice(packs[-6:]))

    def bring_some(self, desk: Desk) -> None:
        """Bring any pack to any desk."""
        if packs := sorted(self.stick.glob("*-in-*.sdpack")):
            done = import_answer(courier_of(desk), self.dice.choice(packs))
            self.carried += 1
            self.repaired += done.report.repaired


@pytest.fixture(params=range(5))
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(tmp_path, request.param)
    yield made
    made.close()


def test_after_packs_lines_and_crashes_in_any_order_all_sides_are_one(world: World) -> None:
    for _ in range(110):
        world.step()
    for desk in world.desks:
        world.errand(desk)
    world.settle()
    by_line._check_same_rows(world)
    by_line._check_exactly_once(world)
    by_line._check_nothing_typed_is_lost(world)
    by_line._check_feed(world.hub)
    assert world.repaired == 0, "the digests were kept right without a comparison"
    assert world.carried >= len(world.desks)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.just(0)),
        st.tuples(st.just("edit"), st.integers(0, 4)),
        st.tuples(st.just("delete"), st.integers(0, 4)),
        st.tuples(st.sampled_from(["export", "export", "line", "crash"]), st.just(0)),
        st.tuples(st.sampled_from(["take", "bring"]), st.integers(0, 3)),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(ACTS)
def test_any_order_of_packs_and_lines_gives_the_history_of_the_line_alone(
    acts: list[tuple[str, int]],
) -> None:
    """One desk, a model beside it: the hub holds what was typed last, each change counted once."""
    with TemporaryDirectory() as folder:
        _play(Path(folder), acts)


def _play(folder: Path, acts: list[tuple[str, int]]) -> None:
    hub = make_hub(folder / "hub")
    desk = make_desk(hub, folder, "a")
    stick = folder / "stick"
    ids = []
    typed: dict[str, str] = {}
    for n, (act, which) in enumerate(acts):
        live = [id for id in ids if id.hex in typed]
        match act:
            case "add":
                ids.append(desk.add_customer(f"n{n}"))
                typed[ids[-1].hex] = ""
            case "edit" if live:
                id = live[which % len(live)]
                desk.edit(id, email=f"e{n}")
                typed[id.hex] = f"e{n}"
            case "delete" if live:
                id = live[which % len(live)]
                desk.delete(id)
                del typed[id.hex]
            case "export":
                export(desk, stick)
            case "line":
                desk.sync()
            case "crash":
                hub.restart()
            case "take" | "bring":
                _carry(desk, stick, act, which)
            case _:
                pass
    made = len(desk.rows("SELECT * FROM outbox"))
    assert desk.sync().even
    at_hub = {row[0]: row[1] for row in hub.rows("SELECT id, email FROM customer")}
    assert at_hub == typed
    assert hub.rows("SELECT count(*) FROM hub_history") == [(made,)]
    assert not desk.rows("SELECT * FROM inbox")
    hub.service.close()
    desk.close()
    hub.database.close()


def _carry(desk: Desk, stick: Path, act: str, which: int) -> None:
    way = "out" if act == "take" else "in"
    packs = sorted(stick.glob(f"*-{way}-*.sdpack"), reverse=True)
    if not packs:
        return
    path = packs[which % len(packs)]
    try:
        if act == "take":
            take(desk.hub, path)
        else:
            import_answer(courier_of(desk), path)
    except BranchError as error:
        assert error.code in REFUSED, error
