"""The simulated pad at work: takes commands, lets the hand sign, sends packets when they are due.

Commands are JSON lines, each answered with one JSON line that repeats the verb, and ``order`` where
there is one, and says ``ok``; a signature that is cleared or unplugged on its way has no answer:

    {"verb": "sign", "name": "...", "seconds": 1.5}   answered when the pen has left
    {"verb": "fault", KEY: VALUE, ...}                 holds until the next fault command:
        unplug_at n      the cable is pulled before the n-th moment of a signature
        noise p          before a packet, with probability p, one to six random octets
        stall_at n, stall_ms m     nothing is sent for m milliseconds from the n-th moment on
        drop_sync n      every n-th packet loses its first octet
        flat true        the hand presses evenly, as a mouse does
        light p          the hand presses only p times as hard (0 to 1); what is too light to be
                         felt as touch is felt as a pen that hovers
        stop_at n        the hand takes the pen away before the n-th moment of a signature
    {"verb": "clear"}    the hand stops and the pad's screen is wiped
    {"verb": "unplug"}   {"verb": "plug"}   the cable; plugging answers with the new path
    {"verb": "state"}    what the pad shows: plugged, moments drawn, clear orders heard
    {"verb": "quit"}
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.kit.clock import Clock
from devices.kit.pty_port import PtyPort
from devices.signpad.simulator.handwriting import PenMoment, sign
from devices.signpad.simulator.packets import (
    SimulatedPad,
    about_packet,
    position_packet,
    pressure_packet,
)

_PRESSURE_TOP = 1023
_CLEAR = 0x04
_LEAST_TOUCH = 0.1
"""Part of the full pressure a light pen needs to be felt as touching."""
_SLOWEST, _FASTEST = 30.0, 0.05


@dataclass(frozen=True)
class Faults:
    """What goes wrong; see the module for each."""

    unplug_at: int | None = None
    noise: float = 0.0
    stall_at: int | None = None
    stall_ms: int = 0
    drop_sync: int = 0
    flat: bool = False
    light: float = 1.0
    stop_at: int | None = None

    def __post_init__(self) -> None:
        shares = (self.noise, self.light)
        if (
            not all(0.0 <= share <= 1.0 for share in shares)
            or self.stall_ms < 0
            or self.drop_sync < 0
        ):
            raise ValueError("a fault is out of range")


@dataclass
class _Writing:
    """A signature on its way: its moments, begun at (monotonic s), sent so far, stall until."""

    moments: list[PenMoment]
    begun: float
    order: object
    sent: int = 0
    silent_to: float = 0.0


class PadProcess:
    """One simulated pad on a pseudo-terminal; ``say`` takes each answer."""

    def __init__(
        self,
        port: PtyPort,
        pad: SimulatedPad,
        *,
        seed: int,
        clock: Clock,
        say: Callable[[dict[str, object]], None],
    ) -> None:
        self.quit = False
        self._port = port
        self._pad = pad
        self._seed = seed
        self._clock = clock
        self._say = say
        self._rng = random.Random(seed)  # noqa: S311 - noise, not a secret
        self._faults = Faults()
        self._writing: _Writing | None = None
        self._order: object = None
        self._packets = self._drawn = self._clears = 0

    def command(self, line: str) -> None:
        """Do what one line asks and answer it; a line we cannot read is answered so."""
        verbs: dict[str, Callable[..., None]] = {
            "sign": self._sign,
            "fault": self._fault,
            "clear": self._clear,
            "plug": self._plug,
            "unplug": self._unplug,
            "state": self._state,
            "quit": self._quit,
        }
        verb, self._order = "?", None
        try:
            order = json.loads(line)
            self._order = order.pop("order", None)
            verb = str(order.pop("verb"))
            verbs[verb](**order)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            self._answer(verb, ok=False, reason=f"{type(error).__name__}: {error}")

    def due_in(self) -> float | None:
        """Seconds until the next moment is to be sent, None when the pen rests."""
        if self._writing is None:
            return None
        moment = self._writing.moments[self._writing.sent]
        return max(0.0, self._writing.begun + moment.at_s - self._clock.monotonic())

    def work(self) -> None:
        """Hear what the driver sends and send every moment that is due."""
        if self._port.plugged_in:
            heard = self._port.read()
            self._clears += heard.count(_CLEAR) if self._pad.screen else 0
        while self._writing is not None and self.due_in() == 0.0:
            self._next_moment(self._writing)

    def _sign(self, name: str, seconds: float = 1.5) -> None:
        if not self._port.plugged_in or self._writing is not None:
            raise ValueError("unplugged or already writing")
        if not _FASTEST <= seconds <= _SLOWEST:
            raise ValueError("seconds out of range")
        written = sign(
            name,
            seconds=seconds,
            rate=self._pad.rate,
            seed=self._seed,
            flat=self._faults.flat,
        )
        moments = _as_held(written, self._faults)
        self._send(about_packet(self._pad.number, 1000 + self._seed % 10_000))
        self._writing = _Writing(moments, self._clock.monotonic(), self._order)

    def _fault(
        self,
        unplug_at: int | None = None,
        noise: float = 0.0,
        stall_at: int | None = None,
        stall_ms: int = 0,
        drop_sync: int = 0,
        flat: bool = False,
        light: float = 1.0,
        stop_at: int | None = None,
    ) -> None:
        self._faults = Faults(unplug_at, noise, stall_at, stall_ms, drop_sync, flat, light, stop_at)
        self._answer("fault", ok=True)

    def _clear(self) -> None:
        self._writing = None
        self._drawn = 0
        self._answer("clear", ok=True)

    def _plug(self) -> None:
        self._answer("plug", ok=True, path=self._port.plug_in())

    def _unplug(self) -> None:
        self._port.unplug()
        self._writing = None
        self._answer("unplug", ok=True)

    def _state(self) -> None:
        plugged, drawn, clears = self._port.plugged_in, self._drawn, self._clears
        self._answer("state", ok=True, plugged=plugged, drawn=drawn, clears=clears)

    def _quit(self) -> None:
        self.quit = True
        self._answer("quit", ok=True)

    def _next_moment(self, writing: _Writing) -> None:
        number, moment = writing.sent, writing.moments[writing.sent]
        if number == self._faults.unplug_at:
            self._port.unplug()
            self._writing, self._order = None, writing.order
            self._answer("sign", ok=False, reason="unplugged", samples=number)
            return
        if number == self._faults.stall_at:
            writing.silent_to = moment.at_s + self._faults.stall_ms / 1000
        if moment.at_s >= writing.silent_to:
            self._send_moment(moment)
        writing.sent += 1
        if writing.sent == len(writing.moments):
            self._writing, self._order = None, writing.order
            self._answer("sign", ok=True, samples=number + 1, touching=_touching(writing.moments))

    def _send_moment(self, moment: PenMoment) -> None:
        pad, near, down = self._pad, moment.near, moment.down
        if down:
            steps = round(moment.pressure * _PRESSURE_TOP)
            self._send(pressure_packet(steps, near=near, down=down))
            self._drawn += 1
        x = pad.left + round(moment.x * (pad.right - pad.left))
        y = pad.top + round(moment.y * (pad.bottom - pad.top))
        self._send(position_packet(x, y, near=near, down=down))

    def _send(self, packet: bytes) -> None:
        """Put one packet on the line, spoiled as the faults say; what the line cannot take is lost.

        A real pad has no flow control either.
        """
        faults, rng = self._faults, self._rng
        self._packets += 1
        if rng.random() < faults.noise:
            packet = rng.randbytes(rng.randint(1, 6)) + packet
        if faults.drop_sync and self._packets % faults.drop_sync == 0:
            packet = packet[1:]
        self._port.write(packet, timeout=0.0)

    def _answer(self, verb: str, *, ok: bool, **more: object) -> None:
        self._say({"verb": verb, "ok": ok, "order": self._order, **more})


def _as_held(moments: list[PenMoment], faults: Faults) -> list[PenMoment]:
    """Take what a light hand loses, and end where the hand stops; the pen leaves in the end."""
    if faults.light < 1.0:
        pressed = [moment.pressure * faults.light for moment in moments]
        moments = [
            replace(one, pressure=force, down=True)
            if one.down and force >= _LEAST_TOUCH
            else replace(one, pressure=0.0, down=False)
            for one, force in zip(moments, pressed, strict=True)
        ]
    if faults.stop_at is None or faults.stop_at >= len(moments):
        return moments
    last = moments[faults.stop_at]
    return [*moments[: faults.stop_at], replace(last, pressure=0.0, near=False, down=False)]


def _touching(moments: list[PenMoment]) -> int:
    return sum(moment.down for moment in moments)
