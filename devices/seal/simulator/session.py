"""The conversation: sequence numbers, replay of the last answer, events until they are heard.

A request with the number of the last one gets the stored answer again and nothing is executed; a
number that is not the next gets status 05. HELLO is always answered afresh and starts the count.
An event is sent again every half second, five times in all, until its EVT_ACK comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.kit.clock import Clock
from devices.seal.simulator import wire
from devices.seal.simulator.machine import Machine
from devices.seal.simulator.permits import No
from devices.seal.simulator.wire import Frame

OK, UNKNOWN_CODE, BAD_BODY, BAD_SEQ, BUSY, WRONG_STATE = 0x00, 0x01, 0x02, 0x05, 0x10, 0x12
HELLO, CAPTURE = 0x01, 0x0A
RESEND_SECONDS, SENDINGS = 0.5, 5
Command = Callable[[Mapping[int, object]], dict[int, object] | None]


@dataclass
class Unheard:
    """An event on its way: how often it was sent and when it is due again."""

    frame: Frame
    due: float
    sent: int = 0


class Session:
    """Turns frames into calls on a machine, and its answers and events into frames."""

    def __init__(self, machine: Machine, clock: Clock) -> None:
        self._machine = machine
        self._clock = clock
        self._last: Frame | None = None
        self._next_seq = 0
        self._waiting: Frame | None = None
        self._unheard: dict[int, Unheard] = {}
        self._event_seq = 0
        self.mute = False
        self._commands: dict[int, Command] = {
            0x02: lambda _: machine.status(),
            0x03: lambda _: machine.challenge(),
            0x04: machine.arm,
            0x05: lambda _: machine.disarm(),
            0x06: machine.stamp,
            0x07: machine.abort,
            0x08: machine.log_read,
            0x09: machine.log_ack,
            0x0A: machine.capture,
            0x0B: machine.img_read,
            0x0C: machine.img_drop,
            0x0D: machine.time_set,
            0x0E: lambda _: machine.self_test(),
            0x7E: lambda _: machine.ping(),
        }

    def receive(self, frame: Frame) -> list[Frame]:
        """Take one frame and give what is to be sent at once."""
        if frame.kind == wire.EVENT_ACK:
            self._unheard.pop(frame.seq, None)
            return []
        if frame.kind != wire.REQUEST:
            return []
        if frame.code == HELLO:
            return [self._greet(frame)]
        if self._waiting is not None:
            return [] if frame.seq == self._waiting.seq else [_refuse(frame, BUSY)]
        if self._last is not None and frame.seq == self._last.seq:
            return [self._last]
        if frame.seq != self._next_seq or not self._next_seq:
            return [_refuse(frame, BAD_SEQ)]
        return self._answer(frame)

    def due(self) -> list[Frame]:
        """Give late answers and events whose time has come."""
        frames = []
        if self._waiting is not None and self._machine.captured is not None:
            done, self._waiting = self._waiting, None
            self._last = done.with_status(OK, wire.write_map(self._machine.captured))
            frames.append(self._last)
        self._machine.captured = None if self._waiting is None else self._machine.captured
        self._collect_events()
        return frames + self._events_due()

    def cut(self) -> None:
        """Forget the line: after a new plug the host must say HELLO."""
        self._next_seq = 0
        self._last = None
        self._waiting = None
        self._unheard.clear()

    def _greet(self, frame: Frame) -> Frame:
        self._waiting = None
        self._last = None
        try:
            answer = self._machine.hello(wire.read_map(frame.body))
        except (wire.BadFrame, No):
            return _refuse(frame, BAD_BODY)
        self._next_seq = 1
        return frame.with_status(OK, wire.write_map(answer))

    def _answer(self, frame: Frame) -> list[Frame]:
        self._next_seq = frame.seq % 0xFFFF + 1
        answer = self._execute(frame)
        if answer is None:
            self._waiting = frame
            return []
        self._last = answer
        return [answer]

    def _execute(self, frame: Frame) -> Frame | None:
        command = self._commands.get(frame.code)
        if command is None:
            return _refuse(frame, UNKNOWN_CODE)
        try:
            answer = command(wire.read_map(frame.body))
        except wire.BadFrame:
            return _refuse(frame, BAD_BODY)
        except No as no:
            return _refuse(frame, no.status, no.body)
        return None if answer is None else frame.with_status(OK, _body(answer))

    def _collect_events(self) -> None:
        """Number what was said; a machine whose events are muted has said nothing."""
        said = list(self._machine.said)
        self._machine.said.clear()
        for code, fields in said if not self.mute else ():
            self._event_seq = self._event_seq % 0xFFFF + 1
            frame = Frame(wire.EVENT, self._event_seq, code, OK, _body(fields))
            self._unheard[self._event_seq] = Unheard(frame, self._clock.monotonic())

    def _events_due(self) -> list[Frame]:
        if not self._next_seq:
            return []
        now = self._clock.monotonic()
        frames = []
        for seq, unheard in list(self._unheard.items()):
            if unheard.due > now:
                continue
            frames.append(unheard.frame)
            unheard.sent += 1
            unheard.due = now + RESEND_SECONDS
            if unheard.sent == SENDINGS:
                del self._unheard[seq]
        return frames


def _refuse(frame: Frame, status: int, body: Mapping[int, object] | None = None) -> Frame:
    return frame.with_status(status, _body(body or {}))


def _body(fields: Mapping[int, object]) -> bytes:
    return wire.write_map(dict(fields)) if fields else b""
