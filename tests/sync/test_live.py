"""The live line: events however they are cut, one look for everyone, streams that end; sweeping."""

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import SystemClock
from sync.client.faults import HubError, HubFault
from sync.hub import live, workstations
from sync.hub.blobs import UNFINISHED
from sync.hub.live import LOOK, HeadBoard
from sync.hub.server import _swept
from sync.wire.events import (
    SESSION_ENDS,
    STILL_HERE,
    EventReader,
    HeadMoved,
    SessionEnds,
    head_event,
)
from sync.wire.faults import WireError, WireFault
from tests.sync.world import OTHER, SCOPE, Desk, Hub, make_desk, make_hub

heads = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64),
    st.integers(0, (1 << 53) - 1),
)


@given(st.lists(heads, max_size=8), st.lists(st.integers(0, 400), max_size=12))
def test_events_are_the_same_however_the_stream_is_cut(
    said: list[tuple[str, int]], cuts: list[int]
) -> None:
    stream = STILL_HERE.join(head_event(*one) for one in said) + STILL_HERE + SESSION_ENDS
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    reader = EventReader()
    got = [
        event
        for start, end in itertools.pairwise(places)
        for event in reader.feed(stream[start:end])
    ]
    assert got == [*(HeadMoved(*one) for one in said), SessionEnds()]


@given(st.binary(max_size=300))
def test_noise_is_passed_by_or_refused_by_number(noise: bytes) -> None:
    try:
        EventReader().feed(noise + b"\n\n")
    except WireError as error:
        assert error.fault in (WireFault.NOT_JSON, WireFault.WRONG_SHAPE)


def test_an_event_without_an_end_is_refused() -> None:
    reader = EventReader()
    with pytest.raises(WireError) as refused:
        for _ in range(5):
            reader.feed(b"x" * 1_000)
    assert refused.value.fault is WireFault.TOO_LARGE


def test_however_many_wait_there_is_one_query_per_look() -> None:
    asked: list[list[str]] = []

    def read(scopes: Sequence[str]) -> dict[str, int]:
        asked.append(list(scopes))
        return {scope: len(asked) for scope in scopes}

    board = HeadBoard(read)

    async def wait(scope: str) -> None:
        with board.watching([scope]):
            while not board.moved({scope: 2}):
                await board.wait()

    async def all_of_them() -> float:
        begun = anyio.current_time()
        async with anyio.create_task_group() as group:
            for n in range(40):
                group.start_soon(wait, f"s{n % 4}")
        return anyio.current_time() - begun

    took = anyio.run(all_of_them)
    assert len(asked) <= took / LOOK + 1
    assert len(asked) >= 3
    assert asked[1] == ["s0", "s1", "s2", "s3"], "all scopes in one question"
    assert board.heads == {}, "nobody waits: nothing is kept"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.service.close()
    made.database.close()


@pytest.fixture
def desks(hub: Hub, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(name: str, **more: object) -> Desk:
        made.append(make_desk(hub, tmp_path, name, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for desk in made:
        desk.close()


def test_a_stream_says_what_moves_and_ends_with_the_session(
    hub: Hub, desks: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only scopes the workstation follows are told; after 15 minutes the hub ends it."""
    monkeypatch.setattr(live, "LOOK", 0.05)
    listener, writer = desks("listener"), desks("writer")
    stranger = desks("stranger", scopes=(OTHER,))
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(lambda: list(listener.link.heads_as_they_move()))
        wait_until(lambda: hub.rows("SELECT count(*) FROM hub_nonce") == [(2,)])
        for n in range(2):
            writer.add_customer(f"c{n}")
            writer.sync()
            threading.Event().wait(0.3)
        stranger.add_customer("elsewhere")
        stranger.sync()
        hub.clock.advance(16 * 60)
        heard = listening.result(timeout=20)
    assert len(heard) >= 2 and heard == sorted(set(heard)), "each place once, going forward"
    assert heard[-1] == (SCOPE, 2)
    assert {scope for scope, _ in heard} == {SCOPE}


def test_a_stream_of_one_shut_out_ends_with_the_next_heartbeat(
    hub: Hub, desks: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hub.app.HEARTBEAT", 0.2)
    monkeypatch.setattr(live, "LOOK", 0.05)
    listener = desks("listener")
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(lambda: list(listener.link.heads_as_they_move()))
        wait_until(lambda: hub.rows("SELECT count(*) FROM hub_nonce") == [(2,)])
        hub.database.write(lambda c: workstations.revoke_device(c, listener.device))
        assert set(listening.result(timeout=20)) <= {(SCOPE, 0)}
    with pytest.raises(HubError) as refused:
        list(listener.link.heads_as_they_move())
    assert refused.value.fault is HubFault.REVOKED


def wait_until(there: Callable[[], bool]) -> None:
    end = SystemClock().monotonic() + 20
    while not there():
        assert SystemClock().monotonic() < end
        threading.Event().wait(0.02)


def test_what_is_over_is_swept_again_and_again(hub: Hub, desks: Callable[..., Desk]) -> None:
    """Not only at the start: what grows old while the hub serves goes too."""
    ending = threading.Event()
    desk = desks("d")
    with _swept(hub.service, 0.05, ending):
        desk.add_customer("c")
        desk.sync()
        hub.service.blobs.take_part(desk.device, "a" * 64, 0, 10, b"half")
        assert hub.rows("SELECT count(*) FROM hub_nonce")[0][0] > 0
        hub.clock.advance((UNFINISHED + timedelta(seconds=1)).total_seconds())
        wait_until(lambda: hub.rows("SELECT count(*) FROM hub_nonce") == [(0,)])
        wait_until(lambda: hub.rows("SELECT count(*) FROM hub_blob_part") == [(0,)])
        wait_until(lambda: list((hub.folder / "files" / "parts").iterdir()) == [])
        assert len(hub.rows("SELECT * FROM hub_applied")) == 1
        hub.clock.advance(36 * 86_400)
        wait_until(lambda: hub.rows("SELECT count(*) FROM hub_applied") == [(0,)])
        wait_until(lambda: hub.rows("SELECT count(*) FROM hub_enrol_token") == [(0,)])
    assert ending.is_set()
