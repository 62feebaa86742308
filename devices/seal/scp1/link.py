"""One conversation with a machine: numbered requests, their answers, events in between.

The host counts from 1 after each HELLO. A reading or repeatable request is sent again under its
own number, so the machine gives its stored answer instead of acting twice; a physical request is
sent once. When no answer came, nobody knows which number the machine expects: the link is out of
step, and only a new HELLO may follow. Since a line never reorders, nothing sent before that HELLO
can act after its answer.
"""

import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kit.clock import Clock
from devices.kit import cbor, errors
from devices.kit.transport import SerialTransport
from devices.seal.scp1.frames import Code, Frame, FrameReader, Kind, encode_frame

SLICE = 0.05
Body = Mapping[int, cbor.Plain]


@dataclass(frozen=True)
class Patience:
    """How long to wait for one answer (seconds) and how often to send at all."""

    seconds: float
    sendings: int = 1


class Link:
    """Frames over an open line; ``device`` is the name used in errors."""

    def __init__(self, transport: SerialTransport, device: str, clock: Clock) -> None:
        self._transport = transport
        self._device = device
        self._clock = clock
        self._reader = FrameReader(device)
        self._sequence = 0
        self._events: deque[Frame] = deque()
        self._heard: deque[int] = deque(maxlen=64)
        self.in_step = False
        self.trace = transport.trace

    @property
    def dropped(self) -> int:
        """Say how many packets were no frames."""
        return self._reader.dropped

    def settle(self) -> None:
        """End whatever half frame stands on the line, both ways."""
        self._transport.write(b"\0\0")
        for _ in range(10):
            if not self._transport.read(4096, 0.02):
                break
        self._reader = FrameReader(self._device)

    def greet(self, body: Body, patience: Patience) -> Frame:
        """Send HELLO under a random number, so that no answer to an older one is taken for it."""
        self.in_step = False
        self._sequence = secrets.randbelow(0xFFFF) + 1
        answer = self._ask(Code.HELLO, cbor.encode(body), patience)
        self._sequence = 0
        self.in_step = True
        return answer

    def forget_events(self) -> None:
        """Forget which events were heard: a machine that started anew counts anew."""
        self._heard.clear()

    def ask(self, code: Code, body: Body, patience: Patience) -> Frame:
        """Send the next request and give its answer, whatever its status. Raises Timeout."""
        self._next()
        return self._ask(code, cbor.encode(body) if body else b"", patience)

    def burst(self, code: Code, bodies: Sequence[Body], seconds: float) -> list[Frame]:
        """Send some requests at once; give the answers in order up to the first missing one."""
        numbers = []
        for body in bodies:
            numbers.append(self._next())
            self._send(Frame(Kind.REQUEST, numbers[-1], code, 0, cbor.encode(body)))
        answers: dict[int, Frame] = {}
        deadline = self._clock.monotonic() + seconds
        while len(answers) < len(numbers) and self._clock.monotonic() < deadline:
            for frame in self._receive(min(SLICE, seconds)):
                if frame.code == code and frame.sequence in numbers:
                    answers[frame.sequence] = frame
        self.in_step = len(answers) == len(numbers)
        sound = []
        for number in numbers:
            if number not in answers:
                break
            sound.append(answers[number])
        return sound

    def listen(self, seconds: float) -> None:
        """Read the line for a while, so that events come in; stops at the first one."""
        deadline = self._clock.monotonic() + seconds
        while not self._events and (left := deadline - self._clock.monotonic()) > 0:
            self._receive(min(SLICE, left))

    def events(self) -> list[Frame]:
        """Hand over the events that came in, each once."""
        frames = list(self._events)
        self._events.clear()
        return frames

    def close(self) -> None:
        """Close the line."""
        self.in_step = False
        self._transport.close()

    def _next(self) -> int:
        self._sequence = self._sequence % 0xFFFF + 1
        return self._sequence

    def _ask(self, code: Code, body: bytes, patience: Patience) -> Frame:
        request = Frame(Kind.REQUEST, self._sequence, code, 0, body)
        for _ in range(patience.sendings):
            self._send(request)
            answer = self._await(request, patience.seconds)
            if answer is not None:
                return answer
        self.in_step = False
        raise errors.Timeout(self._device, code.name, self.trace.lines())

    def _await(self, request: Frame, seconds: float) -> Frame | None:
        deadline = self._clock.monotonic() + seconds
        while (left := deadline - self._clock.monotonic()) > 0:
            for frame in self._receive(min(SLICE, left)):
                if (frame.sequence, frame.code) == (request.sequence, request.code):
                    return frame
        return None

    def _send(self, frame: Frame) -> None:
        self.trace.note("out", str(frame))
        self._transport.write(encode_frame(frame))

    def _receive(self, seconds: float) -> list[Frame]:
        """Read once; keep and acknowledge events, give the responses."""
        responses = []
        for frame in self._reader.feed(self._transport.read(4096, seconds)):
            self.trace.note("in", str(frame))
            if frame.kind is Kind.RESPONSE:
                responses.append(frame)
            elif frame.kind is Kind.EVENT:
                self._keep_event(frame)
        return responses

    def _keep_event(self, frame: Frame) -> None:
        self._send(Frame(Kind.EVENT_ACK, frame.sequence, frame.code))
        if frame.sequence not in self._heard:
            self._heard.append(frame.sequence)
            self._events.append(frame)
