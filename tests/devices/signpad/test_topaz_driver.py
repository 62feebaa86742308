"""The shipped driver against a pad in another process: octets, and every fault of the wire."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
import serial

from app.kit.clock import FixedClock, SystemClock
from app.kit.errors.base import BranchError, BugError
from app.kit.lanes import Lane
from devices.kit.errors import (
    Busy,
    Cancelled,
    Disconnected,
    NotFound,
    Timeout,
)
from devices.kit.pty_port import PtyPort
from devices.signpad.api import InkRecord, Sample, Source, Watch
from devices.signpad.capture import capture
from devices.signpad.quality import Concern, InkPolicy, weigh
from devices.signpad.simulator.handwriting import sign
from devices.signpad.simulator.launch import PadSimulator
from devices.signpad.simulator.packets import PADS, position_packet
from devices.signpad.topaz.driver import TopazPad
from devices.signpad.topaz.models import MODELS
from tests.devices.signpad.conftest import (
    StartPad,
    accept_when_gone,
    open_topaz,
    patient,
    signed,
)
from tests.devices.signpad.specimens import REQUEST, STARTED


def _touching(record: InkRecord) -> list[Sample]:
    return [sample for sample in record.samples if sample.down]


@pytest.mark.parametrize("model", sorted(MODELS))
def test_ink_arrives_point_for_point(start_pad: StartPad, model: str) -> None:
    simulator = start_pad(model, seed=7)
    pad = open_topaz(simulator, model)
    record = signed(pad, simulator, name="李强", seconds=0.2)
    answer = simulator.answer()
    axes = MODELS[model].axes()
    drawn = sign("李强", seconds=0.2, rate=PADS[model].rate, seed=7)
    assert [(s.x, s.y, s.down) for s in record.samples] == [
        (round(m.x * axes.x_max), round(m.y * axes.y_max), m.down) for m in drawn
    ]
    assert [axes.steps(s.pressure) for s in record.samples] == [
        round(m.pressure * 1023) for m in drawn
    ]
    assert answer.touching == len(_touching(record))
    assert record.source is Source.TOPAZ
    assert record.device.serial == "1007"
    assert record.request == REQUEST
    pad.close()


def test_times_follow_the_hand(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    record = signed(pad, simulator, name="王小明", seconds=1.0)
    # Times are those of arrival, so a busy machine may stretch them, but not by much.
    assert 500_000 < record.duration_us < 5_000_000
    assert record.samples[0].dt_us == 0
    assert weigh(record, InkPolicy()).pressure_steps > 20
    pad.close()


def test_the_line_is_opened_with_odd_parity(
    start_pad: StartPad, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[serial.Serial] = []

    class Remembered(serial.Serial):
        """pyserial's own port, kept to be looked at: a pty itself forces parity off."""

        def open(self) -> None:
            asked.append(self)
            super().open()

    monkeypatch.setattr(serial, "Serial", Remembered)
    pad = open_topaz(start_pad("siglite_lcd_4x5"), "siglite_lcd_4x5")
    (port,) = asked
    assert (port.baudrate, port.bytesize, port.parity, port.stopbits) == (38400, 8, "O", 1)
    pad.close()


def test_what_was_written_before_start_belongs_to_nobody(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    assert simulator.ask("sign", name="陌生人", seconds=0.3).ok
    pad.start(REQUEST)
    with pytest.raises(Timeout):
        list(pad.samples(Watch(first_touch_s=0.2)))
    assert pad.identity().serial == "1001"  # who the pad is was still heard
    pad.close()


def test_unplugged_while_signing_leaves_nothing(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    simulator.ask("fault", unplug_at=20)
    pad.start(REQUEST)
    simulator.tell("sign", name="王小明", seconds=0.6)
    seen: list[Sample] = []
    with pytest.raises(Disconnected):
        seen.extend(pad.samples(patient()))
    for _ in range(2):
        with pytest.raises(Disconnected):
            pad.stop()
    assert simulator.answer().samples == 20
    pad.close()


def test_after_unplugging_the_pad_opens_again_and_starts_empty(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    pad.start(REQUEST)
    simulator.ask("fault", unplug_at=20)
    simulator.tell("sign", name="王小明", seconds=0.6)
    with pytest.raises(Disconnected):
        list(pad.samples(patient()))
    pad.close()
    simulator.answer()
    simulator.ask("fault")
    simulator.ask("plug")
    again = open_topaz(simulator)
    record = signed(again, simulator, name="王小明", seconds=0.3)
    assert len(_touching(record)) == simulator.answer().touching
    again.close()


def test_capture_says_in_words_that_the_pad_went_away(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    simulator.ask("fault", unplug_at=20)
    seen: list[Sample] = []
    with pytest.raises(BranchError) as told:
        capture(
            pad,
            REQUEST,
            patient(),
            InkPolicy(),
            ready=lambda: simulator.tell("sign", name="王小明", seconds=0.6),
            seen=seen.append,
        )
    assert told.value.code == "E-SIGN-BROKEN-OFF"
    assert 0 < len(seen) <= 20
    pad.close()


def test_capture_gives_record_and_quality(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    seen: list[Sample] = []
    watch = patient()

    def see(sample: Sample) -> None:
        seen.append(sample)
        accept_when_gone(watch, sample)

    captured = capture(
        pad,
        REQUEST,
        watch,
        InkPolicy(),
        ready=lambda: simulator.tell("sign", name="王小明", seconds=0.5),
        seen=see,
    )
    assert tuple(seen) == captured.record.samples
    assert captured.quality == weigh(captured.record, InkPolicy())
    pad.close()


def test_capture_says_that_nobody_signed(start_pad: StartPad) -> None:
    pad = open_topaz(start_pad())
    with pytest.raises(BranchError) as told:
        capture(
            pad,
            REQUEST,
            Watch(first_touch_s=0.15),
            InkPolicy(),
            ready=lambda: None,
            seen=lambda _: None,
        )
    assert told.value.code == "E-SIGN-NOT-GIVEN"
    pad.close()


def _cancel_after(lane: Lane, simulator: PadSimulator, *, signing: bool) -> float:
    """Cancel a listening driver from another thread; give the seconds until it let go."""
    watch, listening = Watch(), threading.Event()

    def work() -> None:
        pad = open_topaz(simulator)
        try:
            pad.start(REQUEST)
            listening.set()
            list(pad.samples(watch))
        finally:
            with pytest.raises(Cancelled):
                pad.stop()
            pad.close()

    running: Future[None] = lane.post(work)
    assert listening.wait(5)
    if signing:
        simulator.tell("sign", name="王小明", seconds=2)
        threading.Event().wait(0.3)
    begun = time.monotonic()
    watch.cancel.set()
    with pytest.raises(Cancelled):
        running.result(5)
    return time.monotonic() - begun


@pytest.mark.parametrize("signing", [False, True])
def test_cancel_is_heard_while_waiting_and_while_writing(
    start_pad: StartPad, lane: Lane, signing: bool
) -> None:
    # The driver looks every 100 ms; the rest is room for a busy machine.
    assert _cancel_after(lane, start_pad(), signing=signing) < 1.0


def test_done_keeps_what_had_arrived(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    pad.start(REQUEST)
    answer = simulator.ask("sign", name="王小明", seconds=0.4)
    watch = Watch()
    watch.done.set()
    drawn = list(pad.samples(watch))
    assert len(drawn) == answer.samples
    assert pad.stop().samples == tuple(drawn)
    pad.close()


def test_noise_is_counted_and_does_not_move_the_pen_far(start_pad: StartPad) -> None:
    simulator = start_pad(seed=3)
    pad = open_topaz(simulator)
    simulator.ask("fault", noise=0.3)
    record = signed(pad, simulator, name="王小明", seconds=1.0)
    sent = simulator.answer()
    assert record.dropped > 0
    assert len(record.samples) > sent.samples * 0.6
    quality = weigh(record, InkPolicy())
    assert quality.lost_bp > 0
    pad.close()


def test_packets_without_their_marker_are_lost_and_counted(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    simulator.ask("fault", drop_sync=4)  # about, then pressure and position in turn
    record = signed(pad, simulator, name="王小明", seconds=0.5)
    sent = simulator.answer()
    assert 0 < sent.samples - len(record.samples) < sent.samples / 2
    assert record.dropped > 0
    assert Concern.LOST_SAMPLES in weigh(record, InkPolicy()).warned
    pad.close()


def test_a_stall_of_the_pad_is_a_gap(start_pad: StartPad) -> None:
    simulator = start_pad(seed=1)
    pad = open_topaz(simulator)
    moments = sign("一", seconds=2.0, rate=PADS["siglite_1x5"].rate, seed=1)
    inside = next(
        n for n, m in enumerate(moments) if m.down and all(o.down for o in moments[n - 2 : n + 17])
    )
    simulator.ask("fault", stall_at=inside, stall_ms=150)
    record = signed(pad, simulator, name="一", seconds=2.0)
    assert len(record.samples) == len(moments) - 15
    assert record.dropped >= 1
    assert max(sample.dt_us for sample in record.samples) > 100_000
    pad.close()


@pytest.fixture
def cable() -> Iterator[PtyPort]:
    """A cable whose far end the test itself holds."""
    port = PtyPort()
    port.plug_in()
    yield port
    port.unplug()


def _touch(x: int, *, down: bool = True) -> bytes:
    return position_packet(x, 1000, near=True, down=down)


def test_gaps_are_counted_inside_strokes_alone(cable: PtyPort) -> None:
    clock = FixedClock(STARTED)
    pad = TopazPad(cable.path, MODELS["siglite_1x5"], clock)
    pad.open()
    pad.start(REQUEST)
    stream = pad.samples(Watch())
    silences = [(True, 0.1), (True, 0.101), (False, 0.5), (False, 0.5), (True, 0.5), (True, 5.0)]
    for number, (down, silence) in enumerate(silences):
        clock.advance(silence)
        cable.write(_touch(600 + number, down=down))
        assert next(stream).down is down
    record = pad.stop()
    assert record.dropped == 2  # 0.101 s and 5 s, both between two touches
    assert [sample.dt_us for sample in record.samples] == [
        0,
        101_000,
        500_000,
        500_000,
        500_000,
        5_000_000,
    ]
    pad.close()


def test_packets_that_arrive_together_lie_one_packet_apart(cable: PtyPort) -> None:
    clock = FixedClock(STARTED)
    pad = TopazPad(cable.path, MODELS["siglite_1x5"], clock)
    pad.open()
    pad.start(REQUEST)
    clock.advance(1)
    stream = pad.samples(Watch())
    cable.write(b"".join(_touch(600 + number) for number in range(4)))
    for _ in range(4):
        next(stream)
    record = pad.stop()
    packet_us = 5 * 11 * 1_000_000 // 19200
    assert [sample.dt_us for sample in record.samples] == [0, packet_us, packet_us, packet_us]
    assert record.dropped == 0
    pad.close()


def test_a_pen_outside_the_calibrated_area_is_kept_at_its_edge(cable: PtyPort) -> None:
    pad = TopazPad(cable.path, MODELS["siglite_1x5"], FixedClock(STARTED))
    pad.open()
    pad.start(REQUEST)
    stream = pad.samples(Watch())
    cable.write(
        position_packet(499, 699, near=True, down=True)
        + position_packet(2651, 4000, near=True, down=True)
        + position_packet(500, 2100, near=True, down=True)
    )
    places = [(sample.x, sample.y) for _, sample in zip(range(3), stream, strict=False)]
    assert places == [(0, 0), (2150, 1400), (0, 1400)]
    pad.close()


def test_flat_pressure_is_seen(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    simulator.ask("fault", flat=True)
    record = signed(pad, simulator, name="王小明", seconds=0.5)
    assert Concern.FLAT_PRESSURE in weigh(record, InkPolicy()).warned
    pad.close()


@pytest.mark.parametrize(("model", "orders"), [("siglite_lcd_1x5", 1), ("siglite_1x5", 0)])
def test_clear_wipes_the_screen_where_there_is_one(
    start_pad: StartPad, model: str, orders: int
) -> None:
    simulator = start_pad(model)
    pad = open_topaz(simulator, model)
    pad.start(REQUEST)
    simulator.ask("sign", name="王", seconds=0.2)
    watch = Watch(rest_s=0.1)
    assert list(pad.samples(watch))
    pad.clear()
    threading.Event().wait(0.05)
    assert simulator.ask("state").clears == orders
    assert pad.stop().samples == ()
    pad.close()


def test_again_throws_the_first_try_away_and_goes_on(start_pad: StartPad) -> None:
    simulator = start_pad("siglite_lcd_1x5")
    pad = open_topaz(simulator, "siglite_lcd_1x5")
    pad.start(REQUEST)
    first = simulator.ask("sign", name="写错了", seconds=0.3)
    watch, seen = patient(), 0
    for sample in pad.samples(watch):
        seen += 1
        if seen == first.samples:
            watch.again.set()
            simulator.tell("sign", name="王", seconds=0.3)
        elif not sample.near:
            watch.done.set()
    second = simulator.answer()
    assert seen == first.samples + second.samples
    assert len(pad.stop().samples) == second.samples
    assert not watch.again.is_set()
    assert simulator.ask("state").clears == 1
    pad.close()


def test_a_pad_that_chatters_without_end_is_ended(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    pad.start(REQUEST)
    simulator.tell("sign", name="王", seconds=3)
    with pytest.raises(Timeout):
        list(pad.samples(Watch(longest_s=0.4)))
    pad.close()


def test_nothing_at_the_path_is_not_found() -> None:
    with pytest.raises(NotFound):
        TopazPad("/dev/no-such-pad", MODELS["siglite_1x5"], SystemClock()).open()


def test_a_second_opening_finds_it_busy(start_pad: StartPad) -> None:
    simulator = start_pad()
    pad = open_topaz(simulator)
    with pytest.raises(Busy):
        open_topaz(simulator)
    pad.close()


def test_the_order_of_calls_is_kept(start_pad: StartPad) -> None:
    pad = open_topaz(start_pad())
    with pytest.raises(BugError):
        pad.stop()
    with pytest.raises(BugError):
        pad.samples(patient())
    pad.close()
    with pytest.raises(NotFound):
        pad.start(REQUEST)


def test_the_marker_is_never_part_of_a_place() -> None:
    wire = position_packet(4095, 2047, near=True, down=True)
    assert [octet >= 0x80 for octet in wire] == [True, False, False, False, False]
