"""What every signature pad promises: one suite for the driver, the tablet path and no pad at all.

A rig says what it can do (``present``: there is a pad; ``unpluggable``) and lets somebody sign; the
suite asks the same of each.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from app.kit.clock import SystemClock
from app.kit.lanes import Lane
from devices.kit.errors import Cancelled, Disconnected, NotFound, Timeout
from devices.signpad.absent import AbsentPad
from devices.signpad.api import (
    InkDocument,
    InkRecord,
    Rect,
    Sample,
    SignaturePad,
    SigningRequest,
    Watch,
    decode_ink,
    encode_ink,
)
from devices.signpad.simulator.handwriting import PenMoment, sign
from devices.signpad.simulator.launch import PadSimulator
from devices.signpad.tablet import PenEvent, Pointer, TabletPad, WritingArea
from devices.signpad.topaz.driver import TopazPad
from devices.signpad.topaz.models import MODELS

REQUEST = SigningRequest(
    document=InkDocument("0f" * 32, version=1, page=1, rect=Rect(100, 100, 600, 200)),
    signer="customer",
    consent_sha256="f0" * 32,
    prompt="请签名",
)


@dataclass(frozen=True)
class Rig:
    """A pad, a hand for it that returns at once, and a way to pull its cable."""

    name: str
    pad: SignaturePad
    present: bool
    write: Callable[[], None]
    unplug: Callable[[], None]


def _nothing() -> None:
    """There is nothing to do it with."""


def _topaz() -> Iterator[Rig]:
    with PadSimulator("siglite_1x5", seed=5) as simulator:
        yield Rig(
            "topaz",
            TopazPad(simulator.path, MODELS["siglite_1x5"], SystemClock()),
            present=True,
            write=lambda: simulator.tell("sign", name="赵敏", seconds=0.4),
            unplug=lambda: simulator.tell("unplug"),
        )


def _tablet() -> Iterator[Rig]:
    pad = TabletPad(WritingArea(800, 300, 96, "tablet"), SystemClock())

    def write() -> None:
        for moment in sign("赵敏", seconds=0.4, rate=100, seed=5):
            pad.feed(_event(moment))

    yield Rig("tablet", pad, present=True, write=write, unplug=pad.gone)


def _event(moment: PenMoment) -> PenEvent:
    return PenEvent(
        Pointer.PEN,
        moment.x * 800,
        moment.y * 300,
        round(moment.at_s * 1_000_000),
        near=moment.near,
        down=moment.down,
        pressure=moment.pressure,
    )


def _absent() -> Iterator[Rig]:
    yield Rig("absent", AbsentPad(), present=False, write=_nothing, unplug=_nothing)


ALL = {"topaz": _topaz, "tablet": _tablet, "absent": _absent}
PRESENT = [name for name in ALL if name != "absent"]


@pytest.fixture
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Set up the rig a test is run with and let its pad go afterwards."""
    for each in ALL[request.param]():
        yield each
        each.pad.close()


def _signed(rig: Rig) -> tuple[list[Sample], InkRecord]:
    """Let somebody sign and press Accept when the pen has left."""
    watch, seen = Watch(first_touch_s=30, rest_s=3), []
    rig.pad.start(REQUEST)
    rig.write()
    for sample in rig.pad.samples(watch):
        seen.append(sample)
        if not sample.near:
            watch.done.set()
    return seen, rig.pad.stop()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_a_pad_is_there_or_says_that_it_is_not(rig: Rig) -> None:
    if rig.present:
        rig.pad.open()
        assert rig.pad.info().x_max > 0
        assert rig.pad.identity().driver == rig.name
        return
    pad = rig.pad
    calls: list[Callable[[], object]] = [
        pad.open,
        pad.info,
        pad.identity,
        pad.clear,
        pad.stop,
        lambda: pad.start(REQUEST),
        lambda: pad.samples(Watch()),
    ]
    for call in calls:
        with pytest.raises(NotFound) as told:
            call()
        assert told.value.problem().code == "E-DEV-NOT-FOUND"


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_closing_is_never_an_error(rig: Rig) -> None:
    rig.pad.close()
    rig.pad.close()


@pytest.mark.parametrize("rig", ALL, indirect=True)
def test_a_pad_that_is_not_open_is_not_found(rig: Rig) -> None:
    with pytest.raises(NotFound):
        rig.pad.start(REQUEST)


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_the_record_is_what_was_seen(rig: Rig) -> None:
    rig.pad.open()
    seen, record = _signed(rig)
    assert record.samples == tuple(seen)
    assert record.request == REQUEST
    assert record.axes == rig.pad.info()
    assert record.device == rig.pad.identity()
    assert len(record.strokes()) >= 2
    assert decode_ink(encode_ink(record)) == record


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_each_signature_starts_empty(rig: Rig) -> None:
    rig.pad.open()
    _, first = _signed(rig)
    _, second = _signed(rig)
    places = [[(sample.x, sample.y) for sample in record.samples] for record in (first, second)]
    assert places[0] == places[1]
    assert first.started_us < second.started_us


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_clear_throws_away_what_was_drawn(rig: Rig) -> None:
    rig.pad.open()
    rig.pad.start(REQUEST)
    rig.write()
    watch = Watch(first_touch_s=30, rest_s=3)
    for sample in rig.pad.samples(watch):
        if not sample.near:
            watch.done.set()
    rig.pad.clear()
    assert rig.pad.stop().samples == ()


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_unplugging_leaves_no_record(rig: Rig) -> None:
    rig.pad.open()
    rig.pad.start(REQUEST)
    rig.write()
    stream = rig.pad.samples(Watch(first_touch_s=30))
    assert next(stream).near
    rig.unplug()
    with pytest.raises(Disconnected) as told:
        list(stream)
    with pytest.raises(Disconnected):
        rig.pad.stop()
    assert told.value.needs_person
    assert not told.value.retryable


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_time_runs_out_when_nobody_signs(rig: Rig) -> None:
    rig.pad.open()
    rig.pad.start(REQUEST)
    with pytest.raises(Timeout):
        list(rig.pad.samples(Watch(first_touch_s=0.05)))
    with pytest.raises(Timeout):
        rig.pad.stop()


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_cancel_from_another_thread_leaves_no_record(rig: Rig) -> None:
    watch, listening, lane = Watch(), threading.Event(), Lane("pad")

    def work() -> None:
        rig.pad.open()
        rig.pad.start(REQUEST)
        listening.set()
        try:
            list(rig.pad.samples(watch))
        finally:
            with pytest.raises(Cancelled):
                rig.pad.stop()
            rig.pad.close()

    running = lane.post(work)
    assert listening.wait(10)
    watch.cancel.set()
    with pytest.raises(Cancelled):
        running.result(5)
    lane.close()


@pytest.mark.parametrize("rig", PRESENT, indirect=True)
def test_cancel_wins_over_done(rig: Rig) -> None:
    rig.pad.open()
    rig.pad.start(REQUEST)
    watch = Watch()
    watch.done.set()
    watch.cancel.set()
    with pytest.raises(Cancelled):
        list(rig.pad.samples(watch))
