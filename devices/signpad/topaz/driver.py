"""The driver of Topaz pads on a serial line or its USB bridge (FTDI 0403:6001).

The pad talks by itself while a pen is near; nothing is sent to it but screen commands. The line is
8 data bits, odd parity, 1 stop bit: with the usual 8N1 nothing readable arrives. The pad sends no
times, so a packet's time is that of its arrival less the time the packets behind it took on the
line.
"""

from collections.abc import Iterator

from typing_extensions import override

from app.kit.clock import Clock
from app.kit.errors.base import BugError
from devices.kit.errors import DeviceError, NotFound, ProtocolError
from devices.kit.transport import SerialTransport
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
from devices.signpad.topaz.decoder import About, Decoder, Position, Pressure
from devices.signpad.topaz.models import TopazModel
from devices.signpad.waiting import LOOK_S, listen

_CLEAR_SCREEN = b"\x04"
_READ_OCTETS = 4096
_GAP_US = 100_000
"""Silence between two positions of one stroke that the pad never makes by itself."""


class TopazPad(SignaturePad):
    """One Topaz pad at a path; used by its own lane alone, which opens it.

    ``dropped`` in its records: packets thrown away by the decoder, and one for every silence longer
    than 100 ms inside a stroke (the pad numbers nothing, so no more can be known).
    """

    def __init__(self, path: str, model: TopazModel, clock: Clock) -> None:
        self._path = path
        self._model = model
        self._clock = clock
        self._line: SerialTransport | None = None
        self._recording: Recording | None = None
        self._decoder = Decoder()
        self._about: About | None = None
        self._steps = 0
        self._gaps = 0

    @override
    def open(self) -> None:
        model = self._model
        wanted: tuple[int, str, int, float] = (model.baud, "O", 8, 1)
        line = SerialTransport.open(
            self._path, model.baud, clock=self._clock, parity="O", bytesize=8, stopbits=1
        )
        if line.settings != wanted:
            line.close()
            raise ProtocolError(self._path, f"line {line.settings}, not 8O1", line.trace.lines())
        self._line = line

    @override
    def identity(self) -> PadIdentity:
        serial = str(self._about.serial) if self._about else ""
        return PadIdentity(driver="topaz", model=self._model.name, serial=serial)

    @override
    def info(self) -> Axes:
        self._open_line()
        return self._model.axes()

    @override
    def start(self, request: SigningRequest) -> None:
        self._open_line()
        self._drain()
        self._decoder = Decoder()
        self._steps = self._gaps = 0
        self._recording = Recording(request, self._model.axes(), self._clock)

    @override
    def samples(self, watch: Watch) -> Iterator[Sample]:
        return listen(
            self._running(),
            watch,
            clock=self._clock,
            device=self._path,
            fetch=self._fetch,
            clear=self.clear,
        )

    @override
    def clear(self) -> None:
        recording = self._running()
        recording.clear()
        self._gaps = 0
        if self._model.screen:
            try:
                self._open_line().write(_CLEAR_SCREEN)
            except DeviceError as cause:
                recording.break_(cause)
                raise

    @override
    def stop(self) -> InkRecord:
        record = self._running().finish(
            device=self.identity(),
            source=Source.TOPAZ,
            dropped=self._decoder.losses.packets + self._gaps,
        )
        self._recording = None
        return record

    @override
    def close(self) -> None:
        self._recording = None
        if self._line is not None:
            self._line.close()
            self._line = None

    def _fetch(self) -> Iterator[Sample]:
        """Read what came and turn it into samples; other packets are kept for later."""
        # Always the same wait: pyserial sets the whole line anew when the wait changes, and a line
        # that keeps no parity (a pseudo-terminal) refuses to be set to odd a second time.
        octets = self._open_line().read(_READ_OCTETS, LOOK_S)
        now_us = round(self._clock.monotonic() * 1_000_000)
        packets = self._decoder.feed(octets)
        for behind, packet in zip(reversed(range(len(packets))), packets, strict=True):
            if isinstance(packet, Position):
                yield self._sample(packet, now_us - behind * self._model.packet_us)
            elif isinstance(packet, Pressure):
                self._steps = packet.steps
            elif isinstance(packet, About):
                self._about = packet

    def _sample(self, packet: Position, at_us: int) -> Sample:
        recording, model = self._running(), self._model
        before = recording.last
        sample = recording.add(
            at_us=at_us,
            x=packet.x - model.x_start,
            y=packet.y - model.y_start,
            steps=self._steps if packet.down else 0,
            near=packet.near,
            down=packet.down,
        )
        if before is not None and before.down and sample.down and sample.dt_us > _GAP_US:
            self._gaps += 1
        return sample

    def _drain(self) -> None:
        """Throw away what the pad sent before anybody was asked to sign.

        A pad with the pen on it never falls silent, so draining ends after two looks too.
        """
        line, until = self._open_line(), self._clock.monotonic() + 2 * LOOK_S
        while (octets := line.read(_READ_OCTETS, LOOK_S)) and self._clock.monotonic() < until:
            for packet in self._decoder.feed(octets):
                if isinstance(packet, About):
                    self._about = packet

    def _open_line(self) -> SerialTransport:
        if self._line is None:
            raise NotFound(self._path, "not open")
        return self._line

    def _running(self) -> Recording:
        if self._recording is None:
            raise BugError("start() comes before samples(), clear() and stop()")
        return self._recording
