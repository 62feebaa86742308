"""A pen tablet, pen display or touch screen that the window draws on: the second path.

The window turns its tablet, touch and mouse events into ``PenEvent`` and hands them to ``feed``
from its own thread; the pad's lane takes them out by ``samples``. No word of Qt is known here.

Which pointer counts, in this order: a pen; a finger only while no pen is near (else it is the
palm); a mouse only while no pen is near and never one the system made up from a pen or a finger.
"""

import queue
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from threading import Event

from typing_extensions import override

from app.kit.clock import Clock
from app.kit.errors.base import BugError
from devices.kit.errors import Disconnected, NotFound
from devices.signpad.api import (
    Axes,
    InkRecord,
    PadIdentity,
    Sample,
    SignaturePad,
    SigningRequest,
    Source,
    Watch,
)
from devices.signpad.recording import Recording
from devices.signpad.waiting import LOOK_S, listen

UNITS_PER_PIXEL = 16
PRESSURE_STEPS = 8191
_MOST_WAITING = 20_000


class Pointer(StrEnum):
    """What the system says moved."""

    PEN = "pen"
    TOUCH = "touch"
    MOUSE = "mouse"


_SOURCES = {
    Pointer.PEN: Source.QTABLET,
    Pointer.TOUCH: Source.TOUCH,
    Pointer.MOUSE: Source.MOUSE,
}
_WORST_FIRST = (Pointer.MOUSE, Pointer.TOUCH, Pointer.PEN)


@dataclass(frozen=True, slots=True)
class PenEvent:
    """One event of the window.

    ``x``, ``y`` pixels of the writing area, fractions welcome; ``pressure`` 0..1; ``tilt_x``,
    ``tilt_y`` degrees; ``at_us`` microseconds of the event's own clock; ``near`` false when the pen
    leaves; ``synthesized`` the system made this event up from another one.
    """

    pointer: Pointer
    x: float
    y: float
    at_us: int
    near: bool
    down: bool
    pressure: float = 0.0
    tilt_x: float = 0.0
    tilt_y: float = 0.0
    synthesized: bool = False


@dataclass(frozen=True)
class WritingArea:
    """Where the window lets people write: pixels, pixels per inch, and the name of the device."""

    width: int
    height: int
    dpi: int
    device: str

    def axes(self) -> Axes:
        """Give the measures: sixteenths of a pixel, 8191 steps of pressure, no promised rate."""
        return Axes(
            x_max=self.width * UNITS_PER_PIXEL,
            y_max=self.height * UNITS_PER_PIXEL,
            p_max=PRESSURE_STEPS,
            dpi=self.dpi * UNITS_PER_PIXEL,
            rate=0,
            tilt=True,
        )


class TabletPad(SignaturePad):
    """Ink from a window. Any thread may call ``feed`` and ``gone``, the rest is the lane's.

    ``dropped`` in its records counts events that found the queue full (20 000 waiting).
    """

    def __init__(self, area: WritingArea, clock: Clock) -> None:
        self._area = area
        self._clock = clock
        self._events: queue.Queue[PenEvent] = queue.Queue(maxsize=_MOST_WAITING)
        self._unplugged = Event()
        self._open = False
        self._listening = False
        self._recording: Recording | None = None
        self._pen_near = False
        self._pointers: set[Pointer] = set()
        self._dropped = 0

    def feed(self, event: PenEvent) -> None:
        """Hand one event down; nobody is kept waiting. Ignored while nothing is recorded."""
        if not self._listening:
            return
        try:
            self._events.put_nowait(event)
        except queue.Full:
            self._dropped += 1

    def gone(self) -> None:
        """Say that the tablet was unplugged; a running signature ends with Disconnected."""
        self._unplugged.set()

    @override
    def open(self) -> None:
        self._unplugged.clear()
        self._open = True

    @override
    def identity(self) -> PadIdentity:
        return PadIdentity(driver="tablet", model=self._area.device)

    @override
    def info(self) -> Axes:
        self._must_be_open()
        return self._area.axes()

    @override
    def start(self, request: SigningRequest) -> None:
        self._must_be_open()
        self._events = queue.Queue(maxsize=_MOST_WAITING)
        self._pointers.clear()
        self._pen_near = False
        self._dropped = 0
        self._recording = Recording(request, self._area.axes(), self._clock)
        self._listening = True

    @override
    def samples(self, watch: Watch) -> Iterator[Sample]:
        return listen(
            self._running(),
            watch,
            clock=self._clock,
            device=self._area.device,
            fetch=self._fetch,
            clear=self.clear,
        )

    @override
    def clear(self) -> None:
        self._running().clear()
        self._pointers.clear()

    @override
    def stop(self) -> InkRecord:
        record = self._running().finish(
            device=self.identity(), source=self._source(), dropped=self._dropped
        )
        self._recording = None
        self._listening = False
        return record

    @override
    def close(self) -> None:
        self._open = self._listening = False
        self._recording = None

    def _fetch(self) -> Iterator[Sample]:
        """Give what is in the queue; a pulled cable counts before anything that came over it."""
        for event in self._waiting():
            if self._unplugged.is_set():
                break
            if self._counts(event):
                yield self._sample(event)
        if self._unplugged.is_set():
            raise Disconnected(self._area.device, "unplugged")

    def _waiting(self) -> Iterator[PenEvent]:
        with suppress(queue.Empty):
            yield self._events.get(timeout=LOOK_S)
            while True:
                yield self._events.get_nowait()

    def _counts(self, event: PenEvent) -> bool:
        """Decide whether this pointer is the one that writes, and remember a near pen."""
        if event.pointer is Pointer.PEN:
            self._pen_near = event.near
            return True
        return not self._pen_near and not event.synthesized

    def _sample(self, event: PenEvent) -> Sample:
        recording = self._running()
        if event.down:
            self._pointers.add(event.pointer)
        steps = recording.axes.steps(event.pressure) if event.down else 0
        return recording.add(
            at_us=event.at_us,
            x=round(event.x * UNITS_PER_PIXEL),
            y=round(event.y * UNITS_PER_PIXEL),
            steps=steps,
            near=event.near,
            down=event.down,
            tilt=(_degrees(event.tilt_x), _degrees(event.tilt_y)),
        )

    def _source(self) -> Source:
        """Name the least trustworthy pointer that drew; a pen where nothing was drawn."""
        drew = (pointer for pointer in _WORST_FIRST if pointer in self._pointers)
        return _SOURCES[next(drew, Pointer.PEN)]

    def _must_be_open(self) -> None:
        if not self._open:
            raise NotFound(self._area.device, "not open")

    def _running(self) -> Recording:
        if self._recording is None:
            raise BugError("start() comes before samples(), clear() and stop()")
        return self._recording


def _degrees(angle: float) -> int:
    return min(max(round(angle), -90), 90)
