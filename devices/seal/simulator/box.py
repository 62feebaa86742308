"""The housing: machine, session, cable, bed and hands put together, with its faults."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import Clock
from app.kit.lanes import Lane
from devices.kit.pty_port import PtyPort
from devices.seal.simulator import wire
from devices.seal.simulator.bed import Bed, develop
from devices.seal.simulator.control import BadOrder, Order
from devices.seal.simulator.line import Line, Quality
from devices.seal.simulator.machine import Build, Machine, Photograph
from devices.seal.simulator.nvram import Nvram
from devices.seal.simulator.scene import CODE_CORNER, Card
from devices.seal.simulator.session import Session

EYE_DPI = 60
STRANGER = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a stranger's key").digest())


class Box:
    """One simulated machine with its cable; ``turn`` is to be called often, from one thread."""

    def __init__(
        self,
        build: Build,
        key: Ed25519PrivateKey,
        state: Path,
        *,
        port: PtyPort,
        bed: Bed,
        clock: Clock,
        chance: Callable[[int], bytes],
        die: Callable[[], None],
        seed: int = 1,
    ) -> None:
        self.port = port
        self.bed = bed
        self._clock = clock
        self._die = die
        self._kill_at = ""
        self._unplug_at = ""
        self._late_seconds = 0.0
        self._late_count = 0
        self._late_code = 0
        self._lose, self._lose_code, self._lose_count = "", 0, 0
        self._heard: Counter[str] = Counter()
        self._jumped: Counter[str] = Counter()
        self._corrupt = False
        self._key = key
        self.machine = Machine(
            build,
            key,
            Nvram.load(state / "nvram"),
            bed,
            clock=clock,
            chance=chance,
            at=self._reached,
        )
        self.session = Session(self.machine, clock)
        self._deframer = wire.Deframer()
        self._incoming, self._outgoing = Line(seed), Line(seed + 1)
        self._darkroom = Lane("camera")
        self._photos: list[tuple[str, Callable[[], bool], Callable[[], Photograph]]] = []

    def turn(self) -> None:
        """Do what is due: read, answer, move the head, take photographs, write."""
        now = self._clock.monotonic()
        if self.port.plugged_in:
            self._incoming.put(self._read(), now)
            for piece in self._incoming.take(now):
                self._hear(piece)
        self.machine.tick()
        self._photograph()
        self._send(self.session.due(), late=False)
        self._write_out(self._clock.monotonic())

    def close(self) -> None:
        """Pull the cable and let the camera go."""
        self.port.unplug()
        self._darkroom.close()

    def obey(self, order: Order) -> dict[str, object]:
        """Carry out one control line. Raises BadOrder, OSError for a picture that is none."""
        verbs: dict[str, Callable[[Order], dict[str, object] | None]] = {
            "paper": self._paper,
            "peek": self._peek,
            "cover_code": self._cover,
            "unplug": self._unplug,
            "plug_in": self._plug_in,
            "power_loss": self._power_loss,
            "jam": self._jam,
            "door": self._door,
            "tamper": self._tamper,
            "counter_jump": self._counter_jump,
            "log_truncate": self._log_truncate,
            "wrong_key": self._wrong_key,
            "mute_events": self._mute,
            "late_reply": self._late,
            "lose": self._lose_frames,
            "image_corrupt": self._image_corrupt,
            "clock": self._shift_clock,
            "line": self._harm_line,
            "grade": self._grade,
            "state": self._tell,
        }
        if order.verb not in verbs:
            raise BadOrder(f"unknown verb {order.verb!r}; known: {', '.join(verbs)}")
        return verbs[order.verb](order) or {}

    # -- the line ------------------------------------------------------------------------------

    def _read(self) -> bytes:
        try:
            return self.port.read()
        except OSError:
            self._pull()
            return b""

    def _hear(self, piece: bytes) -> None:
        for frame in self._deframer.feed(piece):
            self._heard[f"{frame.code:02x}"] += frame.kind == wire.REQUEST
            lost = self._lose if frame.code == self._lose_code and self._lose_count else ""
            self._lose_count -= bool(lost)
            answers = [] if lost == "request" else self.session.receive(frame)
            if self.port.plugged_in and lost != "answer":
                self._send(answers, late=self._late_code in (0, frame.code))

    def _send(self, frames: list[wire.Frame], *, late: bool) -> None:
        for frame in frames:
            delay = self._late_seconds if late and self._late_count else 0.0
            self._late_count -= bool(delay)
            self._outgoing.put(wire.pack(frame), self._clock.monotonic(), delay)

    def _write_out(self, now: float) -> None:
        for piece in self._outgoing.take(now) if self.port.plugged_in else ():
            try:
                if not self.port.write(piece):
                    self._outgoing.clear()
                    return
            except OSError:
                self._pull()
                return

    def _pull(self) -> None:
        self.port.unplug()
        self.session.cut()
        self._incoming.clear()
        self._outgoing.clear()

    def _reached(self, phase: str) -> None:
        if phase == self._kill_at:
            self._die()
        if phase == self._unplug_at:
            self._unplug_at = ""
            self._pull()

    def _photograph(self) -> None:
        """Take wanted photographs on the camera's lane and hand over those that are ready."""
        for tag, scene in self.bed.asked():
            taking = self._darkroom.post(develop, scene)
            self._photos.append((tag, taking.done, taking.result))
        while self._photos and self._photos[0][1]():
            tag, _, result = self._photos.pop(0)
            self.machine.photo_ready(tag, result(), corrupt=self._corrupt)

    # -- the hands -----------------------------------------------------------------------------

    def _paper(self, order: Order) -> dict[str, object]:
        if order.flag("out", default=False):
            self.bed.take_out()
        else:
            image = order.text("image")
            self.bed.lay(Path(image) if image else None, order.text("label"))
        return {"page": order.fields.get("page"), "paper_in": self.bed.paper_in}

    def _peek(self, order: Order) -> dict[str, object]:
        dpi = int(order.number("dpi", EYE_DPI))
        if not 20 <= dpi <= 200:
            raise BadOrder("dpi is 20 to 200")
        jpeg = self.bed.seen_by_eye(dpi)
        return {"jpeg": base64.b64encode(jpeg).decode(), "changes": self.bed.changes}

    def _cover(self, order: Order) -> None:
        match order.fields.get("rect"):
            case [int() | float() as x, int() | float() as y, int() | float() as w, height] if (
                isinstance(height, int | float)
            ):
                card = Card(float(x), float(y), float(w), float(height))
            case None:
                card = CODE_CORNER
            case _:
                raise BadOrder("rect is [x, y, w, h] in mm")
        self.bed.cover(None if order.flag("off", default=False) else card)

    def _unplug(self, order: Order) -> None:
        self._unplug_at = order.phase()
        if not self._unplug_at and not order.flag("off", default=False):
            self._pull()

    def _plug_in(self, _: Order) -> dict[str, object]:
        self.session.cut()
        return {"path": self.port.plug_in()}

    def _power_loss(self, order: Order) -> None:
        self._kill_at = order.phase()
        if not self._kill_at and not order.flag("off", default=False):
            self._die()

    def _jam(self, order: Order) -> None:
        self.machine.jam_next = order.flag("on", default=True)

    def _door(self, order: Order) -> None:
        self.machine.set_door(is_open=order.flag("open", default=True))

    def _tamper(self, _: Order) -> None:
        self.machine.tamper()

    def _counter_jump(self, order: Order) -> None:
        kept, by = self.machine.kept, int(order.number("by"))
        counter = order.text("counter", "total")
        jumped = {
            "total": replace(kept, total=kept.total + by),
            "arm": replace(kept, arm_counter=kept.arm_counter + by),
            "tamper": replace(kept, tamper_counter=kept.tamper_counter + by),
        }.get(counter)
        if jumped is None:
            raise BadOrder("counter is total, arm or tamper")
        self.machine.nvram.commit(jumped)
        self._jumped[counter] += by

    def _log_truncate(self, order: Order) -> None:
        count = int(order.number("entries", 1))
        kept = self.machine.kept
        last = self.machine.nvram.entries.get(kept.log_seq - count)
        if count < 1 or last is None:
            raise BadOrder("no such entry is left")
        self.machine.nvram.forget_newest(count, hashlib.sha256(last).hexdigest())

    def _wrong_key(self, order: Order) -> None:
        what = order.text("what", "key")
        if what not in ("key", "signature", "off"):
            raise BadOrder("what is key, signature or off")
        machine = self.machine
        machine.identity_key = self._key if what == "off" else STRANGER
        machine.shown_key = (STRANGER if what == "key" else self._key).public_key()

    def _mute(self, order: Order) -> None:
        self.session.mute = order.flag("on", default=True)

    def _late(self, order: Order) -> None:
        self._late_seconds = order.number("ms") / 1000
        self._late_count = int(order.number("count", 1_000_000))
        self._late_code = int(order.number("code"))

    def _lose_frames(self, order: Order) -> None:
        what = order.text("what", "answer")
        if what not in ("request", "answer"):
            raise BadOrder("what is request or answer")
        self._lose, self._lose_code = what, int(order.number("code"))
        self._lose_count = int(order.number("count", 1))

    def _image_corrupt(self, order: Order) -> None:
        self._corrupt = order.flag("on", default=True)

    def _shift_clock(self, order: Order) -> dict[str, object]:
        self.machine.clock_shift = int(order.number("offset", self.machine.clock_shift))
        if not order.flag("trusted", default=True):
            self.machine.nvram.commit(replace(self.machine.kept, time_quality=0))
        return {"now": self.machine.now()}

    def _harm_line(self, order: Order) -> None:
        quality = Quality(
            drop=order.number("drop"),
            flip=order.number("flip"),
            duplicate=order.number("duplicate"),
            garbage=order.number("garbage"),
            delay=order.number("delay_ms") / 1000,
            split=order.flag("split", default=False),
        )
        direction = order.text("direction", "both")
        if direction not in ("both", "in", "out"):
            raise BadOrder("direction is both, in or out")
        if direction in ("both", "in"):
            self._incoming.quality = quality
        if direction in ("both", "out"):
            self._outgoing.quality = quality

    def _grade(self, order: Order) -> None:
        grade = order.text("grade", "imperfect")
        if grade == "ideal":
            self.bed.grade = "ideal"
        elif grade == "imperfect":
            self.bed.grade = "imperfect"
        else:
            raise BadOrder("grade is ideal or imperfect")

    def _faults(self) -> list[str]:
        """Name the faults that are on or wait for their moment, by the verb that made them."""
        on = {
            "power_loss": bool(self._kill_at),
            "unplug": bool(self._unplug_at) or not self.port.plugged_in,
            "jam": self.machine.jam_next or bool(self.machine.fault),
            "door": self.machine.door_open,
            "late_reply": bool(self._late_seconds and self._late_count),
            "lose": bool(self._lose_count),
            "image_corrupt": self._corrupt,
            "mute_events": self.session.mute,
            "wrong_key": self.machine.identity_key is not self._key,
            "counter_jump": any(self._jumped.values()),
        }
        return [verb for verb, holds in on.items() if holds]

    def _tell(self, _: Order) -> dict[str, object]:
        kept = asdict(self.machine.kept)
        return {
            "state": self.machine.state.name,
            "path": self.port.path if self.port.plugged_in else None,
            "dropped": self._deframer.dropped,
            "paper_in": self.bed.paper_in,
            "label": self.bed.label,
            "covered": self.bed.covered,
            "changes": self.bed.changes,
            "faults": self._faults(),
            "jumped": dict(self._jumped),
            "heard": dict(self._heard),
            "now": self.machine.now(),
            **kept,
        }
