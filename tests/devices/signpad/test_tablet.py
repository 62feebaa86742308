"""The second path: which pointer counts, and what the record says it was written with."""

import pytest

from app.kit.clock import FixedClock
from devices.kit.errors import Disconnected, NotFound, Timeout
from devices.signpad.api import InkRecord, Source, Watch, decode_ink, encode_ink
from devices.signpad.quality import Concern, InkPolicy, weigh
from devices.signpad.tablet import PenEvent, Pointer, TabletPad, WritingArea
from tests.devices.signpad.specimens import REQUEST, STARTED

AREA = WritingArea(width=400, height=200, dpi=96, device="Wacom DTU-1141")


def event(pointer: Pointer, x: float, *, at_ms: int = 0, **more: object) -> PenEvent:
    """Give a touching event unless told otherwise."""
    settings = {"near": True, "down": True, **more}
    return PenEvent(pointer, x, 50.5, at_ms * 1000, **settings)  # type: ignore[arg-type]


def open_pad() -> TabletPad:
    pad = TabletPad(AREA, FixedClock(STARTED))
    pad.open()
    pad.start(REQUEST)
    return pad


def written(*events: PenEvent) -> InkRecord:
    """Feed events, press Accept, and give the record."""
    pad, watch = open_pad(), Watch()
    for each in events:
        pad.feed(each)
    watch.done.set()
    list(pad.samples(watch))
    return pad.stop()


def test_a_pen_writes_with_pressure_tilt_and_its_own_time() -> None:
    record = written(
        event(Pointer.PEN, 10.25, at_ms=5, pressure=1.0, tilt_x=31.6, tilt_y=-200),
        event(Pointer.PEN, 20.0, at_ms=12, pressure=0.25),
    )
    first, second = record.samples
    assert (first.x, first.y, first.pressure, first.tilt_x, first.tilt_y) == (164, 808, 1, 32, -90)
    assert second.dt_us == 7000
    assert second.pressure == record.axes.steps(0.25) / 8191
    assert record.source is Source.QTABLET
    assert record.device.model == "Wacom DTU-1141"
    assert decode_ink(encode_ink(record)) == record


def test_a_mouse_made_up_from_the_pen_is_ignored() -> None:
    record = written(
        event(Pointer.PEN, 10, pressure=0.5),
        event(Pointer.MOUSE, 11, synthesized=True),
        event(Pointer.MOUSE, 12),  # not marked, but the pen is near
        event(Pointer.TOUCH, 13),  # the palm
        event(Pointer.PEN, 14, near=False, down=False),
        event(Pointer.MOUSE, 15, synthesized=True),
    )
    assert [sample.x // 16 for sample in record.samples] == [10, 14]
    assert record.source is Source.QTABLET


def test_a_real_mouse_is_recorded_as_one_and_refused() -> None:
    record = written(*(event(Pointer.MOUSE, n, at_ms=10 * n) for n in range(60)))
    assert record.source is Source.MOUSE
    assert weigh(record, InkPolicy()).refused == (Concern.SOURCE_REFUSED,)


def test_the_worst_pointer_that_drew_names_the_source() -> None:
    pen = [event(Pointer.PEN, 1, pressure=0.5), event(Pointer.PEN, 2, near=False, down=False)]
    assert written(*pen, event(Pointer.TOUCH, 3)).source is Source.TOUCH
    assert written(*pen, event(Pointer.MOUSE, 3)).source is Source.MOUSE
    assert written(*pen, event(Pointer.MOUSE, 3, down=False)).source is Source.QTABLET


def test_clear_forgets_the_mouse_too() -> None:
    pad, watch = open_pad(), Watch()
    pad.feed(event(Pointer.MOUSE, 1))
    stream = pad.samples(watch)
    next(stream)
    pad.clear()
    pad.feed(event(Pointer.PEN, 2, pressure=0.5))
    watch.done.set()
    list(stream)
    record = pad.stop()
    assert (record.source, len(record.samples)) == (Source.QTABLET, 1)


def test_an_unplugged_tablet_leaves_nothing() -> None:
    pad = open_pad()
    pad.feed(event(Pointer.PEN, 1, pressure=0.5))
    stream = pad.samples(Watch())
    next(stream)
    pad.feed(event(Pointer.PEN, 2, pressure=0.5))
    pad.gone()
    with pytest.raises(Disconnected):
        list(stream)
    with pytest.raises(Disconnected):
        pad.stop()


def test_events_before_start_and_after_stop_belong_to_nobody() -> None:
    pad = TabletPad(AREA, FixedClock(STARTED))
    pad.open()
    pad.feed(event(Pointer.PEN, 1))
    pad.start(REQUEST)
    watch = Watch()
    watch.done.set()
    assert list(pad.samples(watch)) == []
    pad.stop()
    pad.feed(event(Pointer.PEN, 1))
    pad.start(REQUEST)
    assert list(pad.samples(watch)) == []


def test_events_nobody_takes_are_counted_when_the_queue_is_full() -> None:
    pad, watch = open_pad(), Watch()
    for number in range(20_003):
        pad.feed(event(Pointer.PEN, 1, at_ms=number))
    watch.done.set()
    assert len(list(pad.samples(watch))) == 20_000
    assert pad.stop().dropped == 3


def test_times_that_go_back_count_as_the_same_moment() -> None:
    record = written(event(Pointer.PEN, 1, at_ms=9), event(Pointer.PEN, 2, at_ms=3))
    assert [sample.dt_us for sample in record.samples] == [0, 0]


def test_nobody_signs_in_time() -> None:
    with pytest.raises(Timeout):
        list(open_pad().samples(Watch(first_touch_s=0)))


def test_a_closed_tablet_is_not_found() -> None:
    pad = open_pad()
    pad.close()
    pad.close()
    with pytest.raises(NotFound):
        pad.start(REQUEST)
    with pytest.raises(NotFound):
        pad.info()
