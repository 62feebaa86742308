"""The machine itself: permit, stroke, counters and log, with no wire and no process around it.

Time comes from a clock that is handed in, chance from a function, the photograph from a camera,
and what lasts from an Nvram; so a test may run hours of it in a second and cut its power anywhere.
Order of one impression: check permit, door, seal, paper; write INTENT; motor; at the contact
switch total+1, remaining-1 and DOWN in one transaction; up; DONE; photograph; IMAGE.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import Clock
from devices.seal.simulator import permits, sealed
from devices.seal.simulator.nvram import Kept, Nvram, Stroke
from devices.seal.simulator.permits import No
from devices.seal.simulator.states import MOVES, State

INTENT, DOWN, DONE, ABORTED, INDETERMINATE, IMAGE = 1, 2, 3, 4, 5, 6
ARMED, DISARMED, DOOR, TAMPER, BOOT, TIME = 10, 11, 12, 13, 14, 15
BY_POWER, BY_SILENCE, BY_HOST, BY_EXPIRY, BY_USE, BY_DOOR, BY_JAM = 1, 2, 3, 4, 5, 6, 7
BY_TAMPER = 9
EVT_STATE, EVT_DOWN, EVT_DONE, EVT_ABORTED, EVT_DOUBT, EVT_DOOR = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86
EVT_TAMPER, EVT_AUTH, EVT_EXPIRED, EVT_IMAGE, EVT_REBOOTED, EVT_LOW = (
    0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C,
)  # fmt: skip
BUSY, BAD_STATE, DOOR_OPEN, NO_SEAL, NO_PAPER, IS_TAMPERED, IS_FAULT = (
    0x10, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17,
)  # fmt: skip
BAD_INDEX, COUNT_USED_UP, BAD_PAGE, CLOCK_UNTRUSTED, IMAGE_GONE, LOG_FULL = (
    0x27, 0x28, 0x29, 0x2B, 0x30, 0x31,
)  # fmt: skip
CHALLENGE_LIFE = 120.0
PHOTOS_KEPT = 8
BLOCK = 896
MODEL, FIRMWARE = "sealsim", "1.0"
HELLO_WORDS = b"sealctl/hello/v1"


@dataclass(frozen=True)
class Photograph:
    """A JPEG and its size in pixels."""

    jpeg: bytes
    width: int
    height: int

    @property
    def sha256(self) -> bytes:
        """Give the hash that the log records."""
        return hashlib.sha256(self.jpeg).digest()


class Camera(Protocol):
    """The bed of the machine and the lens over it."""

    paper_in: bool

    def strike(self, x: int, y: int, angle: int, kind: int) -> None:
        """Leave an imprint on what lies there (0.1 mm, 0.1 degree)."""
        ...

    def expose(self, tag: str) -> None:
        """Begin a photograph; it comes back through ``Machine.photo_ready`` with its tag."""
        ...


@dataclass(frozen=True)
class Build:
    """What is fixed when the machine leaves the factory, and the speeds a test may choose."""

    device_id: str
    seal_id: str
    hq_keys: Mapping[str, bytes]
    stroke_seconds: float = 0.15
    silence_seconds: float = 10.0
    log_capacity: int = 4096


@dataclass(frozen=True)
class Running:
    """A stroke under way: where it strikes and when it began (monotonic)."""

    op: int
    x: int
    y: int
    angle: int
    kind: int
    began: float


class Machine:
    """One seal machine from power-on to power-off.

    What it says unasked gathers in ``said``, the answer to a photograph in ``captured``; ``at`` is
    called at "before_intent", "after_intent", "down" and "done", where a fault may strike.
    """

    def __init__(
        self,
        build: Build,
        key: Ed25519PrivateKey,
        nvram: Nvram,
        camera: Camera,
        *,
        clock: Clock,
        chance: Callable[[int], bytes],
        at: Callable[[str], None],
    ) -> None:
        self.build = build
        self.key = key
        self.nvram = nvram
        self.camera = camera
        self._clock = clock
        self._chance = chance
        self._at = at
        self.said: list[tuple[int, dict[int, object]]] = []
        self.captured: dict[int, object] | None = None
        self.state = State.LOCKED
        self.clock_shift = 0
        self.door_open = False
        self.jam_next = False
        self.fault = 0
        self.identity_key = key
        self.shown_key = key.public_key()
        self.boot_id = chance(8)
        self.session = b""
        self._challenge: tuple[bytes, float] | None = None
        self._grant: permits.Grant | None = None
        self._spent_last = b""
        self._running: Running | None = None
        self._alive_at = 0.0
        self._photos: dict[int, Photograph] = {}
        self._last_photo = 0
        self._bent: set[bytes] = set()
        self._boot()

    # -- what lasts ----------------------------------------------------------------------------

    @property
    def kept(self) -> Kept:
        """Give what the machine remembers."""
        return self.nvram.kept

    def now(self) -> int:
        """Give the machine's own time, seconds since 1970."""
        return int(self._clock.now().timestamp()) + self.kept.clock_offset + self.clock_shift

    def sensors(self) -> int:
        """Give the sensor word."""
        down = self.kept.stroke is not None and self.kept.stroke.down
        return (
            (0 if self.door_open else 0x01)
            | (0x02 if down else 0)
            | (0x08 if self.kept.tampered else 0)
            | 0x10
            | (0x20 if self.camera.paper_in else 0)
        )

    def _write(
        self,
        kept: Kept,
        phase: int,
        *,
        permit: str = "",
        index: int = 0,
        persons: tuple[str, ...] = (),
        image: bytes | None = None,
        cause: int | None = None,
        spent: tuple[str, int] | None = None,
    ) -> int:
        """Sign one entry and make it last together with the counters it belongs to."""
        seq = kept.log_seq + 1
        fields: dict[int, object] = {
            1: seq,
            2: bytes.fromhex(kept.log_head),
            3: kept.total,
            6: phase,
            7: self.now(),
            8: list(persons),
            10: self.sensors(),
            11: self.boot_id,
        }
        if permit:
            fields |= {4: bytes.fromhex(permit), 5: index}
        if image is not None:
            fields[9] = image
        if cause is not None:
            fields[12] = cause
        entry = sealed.write(fields, self.key, self.build.device_id, b"sealctl/log/v1")
        head = hashlib.sha256(entry).hexdigest()
        self.nvram.commit(replace(kept, log_seq=seq, log_head=head), entry, spent)
        return seq

    def _boot(self) -> None:
        """Settle what the last power cut left open, then stand locked."""
        self._write(self.kept, BOOT, cause=BY_POWER)
        self._say(EVT_REBOOTED, {0: BY_POWER})
        stroke = self.kept.stroke
        if stroke is not None:
            self._settle(stroke, BY_POWER)
        if self.kept.armed:
            self._forget_permit(BY_POWER)
        if self.kept.in_doubt:
            self._move("in_doubt")
        if self.kept.tampered:
            self._move("tamper")

    def _settle(self, stroke: Stroke, cause: int) -> None:
        """An open INTENT: with contact it is done, without nobody can know."""
        ended = replace(self.kept, stroke=None)
        if stroke.down:
            self._record(DONE, ended, stroke, cause)
            return
        seq = self.kept.log_seq + 1
        self._record(INDETERMINATE, replace(ended, in_doubt=seq), stroke, cause)
        self._say(EVT_DOUBT, {0: stroke.op, 1: seq})

    def _say(self, code: int, fields: dict[int, object]) -> None:
        self.said.append((code, fields))

    def _move(self, happening: str) -> None:
        """Go to the next state of the table; a move that is not in it is a fault of this code."""
        self.state = MOVES[self.state][happening]
        self._say(EVT_STATE, {0: int(self.state)})

    # -- requests ------------------------------------------------------------------------------

    def hello(self, body: Mapping[int, object]) -> dict[int, object]:
        """Say and prove who this is, and where the counters stand."""
        nonce = body.get(1)
        if body.get(0) != 1 or not isinstance(nonce, bytes) or len(nonce) != 16:
            raise No(permits.BAD_BODY)
        self.session = self._chance(8)
        signed = HELLO_WORDS + nonce + self.boot_id + self.session
        kept = self.kept
        return {
            0: self.build.device_id,
            1: MODEL,
            2: FIRMWARE,
            3: self.boot_id,
            4: self.session,
            5: self.shown_key.public_bytes_raw(),
            6: self.identity_key.sign(signed),
            7: 0,
            8: int(self.state),
            9: kept.total,
            10: kept.log_seq,
            11: bytes.fromhex(kept.log_head),
            12: kept.arm_counter,
            13: kept.tamper_counter,
            14: self.now(),
            15: kept.time_quality,
        }

    def status(self) -> dict[int, object]:
        """Say what goes on."""
        kept = self.kept
        answer: dict[int, object] = {
            0: int(self.state),
            2: kept.remaining,
            3: self.sensors(),
            4: kept.total,
            5: kept.log_seq,
            6: self.fault,
        }
        if kept.armed:
            answer[1] = bytes.fromhex(kept.armed)
        if kept.stroke is not None:
            answer[7] = kept.stroke.op
        return answer

    def challenge(self) -> dict[int, object]:
        """Make a nonce; the one before it is void."""
        nonce = self._chance(32)
        self._challenge = (nonce, self._clock.monotonic() + CHALLENGE_LIFE)
        return {0: nonce, 1: int(CHALLENGE_LIFE * 1000)}

    def arm(self, body: Mapping[int, object]) -> dict[int, object]:
        """Judge a permit and take it. A challenge is used up whatever the ruling is."""
        self._ready_to_arm()
        match body:
            case {0: bytes() as permit, 1: [*proofs]} if all(isinstance(p, bytes) for p in proofs):
                grant = self._judge(permit, [p for p in proofs if isinstance(p, bytes)])
            case _:
                raise No(permits.BAD_BODY)
        if self._entries_free() < 6 * grant.impressions + 8:
            self._move("refused")
            raise No(LOG_FULL)
        self._grant = grant
        self._alive_at = self._clock.monotonic()
        seq = self._write(
            replace(
                self.kept,
                armed=grant.permit_id.hex(),
                remaining=grant.impressions,
                arm_counter=grant.arm_counter or self.kept.arm_counter,
            ),
            ARMED,
            permit=grant.permit_id.hex(),
            persons=grant.persons,
            spent=(grant.permit_id.hex(), grant.ends),
        )
        self._move("permitted")
        return {0: grant.impressions, 1: grant.ends, 2: seq}

    def _ready_to_arm(self) -> None:
        if self.state is State.TAMPERED:
            raise No(IS_TAMPERED)
        if self.state is State.FAULT:
            raise No(IS_FAULT)
        if self.state is not State.LOCKED:
            raise No(BAD_STATE, {0: int(self.state)})
        if self.door_open:
            raise No(DOOR_OPEN)
        if self.kept.time_quality == 0:
            raise No(CLOCK_UNTRUSTED)

    def _judge(self, permit: bytes, proofs: list[bytes]) -> permits.Grant:
        live, self._challenge = self._challenge, None
        fresh = live is not None and self._clock.monotonic() <= live[1]
        held = permits.Held(
            device_id=self.build.device_id,
            seal_id=self.build.seal_id,
            now=self.now(),
            nonce=live[0] if live is not None and fresh else None,
            arm_counter=self.kept.arm_counter,
            spent=frozenset(self.nvram.spent),
        )
        grant = permits.judge(permit, proofs, self.build.hq_keys, held)
        self._move("proved")
        for person in grant.persons:
            self._say(EVT_AUTH, {0: person, 1: 1})
        return grant

    def _entries_free(self) -> int:
        return self.build.log_capacity - (self.kept.log_seq - self.kept.acked)

    def disarm(self) -> dict[int, object]:
        """Give the permit up; nothing is unused where none is armed."""
        if self.state in (State.STAMPING, State.CAPTURING):
            raise No(BUSY)
        unused = self.kept.remaining
        if self.kept.armed:
            self._forget_permit(BY_HOST)
        return {0: unused, 1: self.kept.log_seq}

    def _forget_permit(self, cause: int) -> None:
        kept = self.kept
        persons = self._grant.persons if self._grant else ()
        cleared = replace(kept, armed="", remaining=0)
        self._write(cleared, DISARMED, permit=kept.armed, persons=persons, cause=cause)
        self._spent_last = bytes.fromhex(kept.armed) if cause == BY_USE else b""
        self._grant = None
        if self.state in (State.ARMED, State.CAPTURING, State.FAULT):
            self._move("used_up" if cause == BY_USE else "disarmed")

    def stamp(self, body: Mapping[int, object]) -> dict[int, object]:
        """Accept one impression: INTENT is written before the answer and before the motor."""
        permit, index, page = body.get(0), body.get(1), body.get(2)
        spot = [body.get(key, default) for key, default in _DEFAULT_SPOT]
        if not isinstance(permit, bytes) or not all(type(v) is int for v in [index, page, *spot]):
            raise No(permits.BAD_BODY)
        grant = self._may_stamp(permit, index, page)
        self._at("before_intent")
        kept = self.kept
        number = grant.impressions - kept.remaining + 1
        stroke = Stroke(kept.log_seq + 1, grant.permit_id.hex(), number, grant.persons)
        self._record(INTENT, replace(kept, stroke=stroke), stroke)
        x, y, angle, kind = (int(str(value)) for value in spot)
        self._running = Running(stroke.op, x, y, angle, kind, self._clock.monotonic())
        self._move("accepted")
        self._at("after_intent")
        return {0: stroke.op}

    def _may_stamp(self, permit: bytes, index: object, page: object) -> permits.Grant:
        grant = self._grant
        if self.state is State.FAULT:
            raise No(IS_FAULT)
        if self.state is State.TAMPERED:
            raise No(IS_TAMPERED)
        if self.state in (State.STAMPING, State.CAPTURING):
            raise No(BUSY)
        if permit == self._spent_last and permit:
            raise No(COUNT_USED_UP)
        if self.state is not State.ARMED or grant is None or permit != grant.permit_id:
            raise No(BAD_STATE, {0: int(self.state)})
        if index != grant.impressions - self.kept.remaining + 1:
            raise No(BAD_INDEX)
        if page not in grant.pages:
            raise No(BAD_PAGE)
        if self.door_open:
            raise No(DOOR_OPEN)
        if not self.camera.paper_in:
            raise No(NO_PAPER)
        return grant

    def abort(self, body: Mapping[int, object]) -> dict[int, object]:
        """Stop before contact if there is still time; the answer is the phase reached."""
        stroke = self.kept.stroke
        if stroke is None or body.get(0) != stroke.op:
            return {0: DONE}
        if stroke.down:
            return {0: DOWN}
        self._stop(stroke, BY_HOST, "aborted")
        return {0: INTENT}

    def log_read(self, body: Mapping[int, object]) -> dict[int, object]:
        """Give entries from a number on, as many as one frame holds."""
        first, most = body.get(0), body.get(1)
        if type(first) is not int or type(most) is not int or first < 0 or most < 1:
            raise No(permits.BAD_BODY)
        waiting = [seq for seq in sorted(self.nvram.entries) if seq >= first]
        answer: list[object] = []
        size = 0
        for seq in waiting[:most]:
            entry = self.nvram.entries[seq]
            size += len(entry) + 3
            if size > 1000:
                break
            answer.append(entry)
        return {0: answer, 1: len(answer) < len(waiting)}

    def log_ack(self, body: Mapping[int, object]) -> dict[int, object]:
        """Head office has the log up to here: what it has may be forgotten, a doubt is heard."""
        seq, head = body.get(0), body.get(1)
        if type(seq) is not int or not isinstance(head, bytes):
            raise No(permits.BAD_BODY)
        if seq <= self.kept.acked:
            return {}
        entry = self.nvram.entries.get(seq)
        if entry is None or hashlib.sha256(entry).digest() != head:
            raise No(permits.BAD_BODY)
        self.nvram.prune(seq, self.now())
        if self.kept.in_doubt and self.kept.in_doubt <= seq:
            self.nvram.commit(replace(self.kept, in_doubt=0))
            if self.state is State.INDETERMINATE:
                self._move("acknowledged")
        return {}

    def capture(self, body: Mapping[int, object]) -> dict[int, object] | None:
        """Photograph what lies there (answered later), or name the last impression's photo."""
        which = body.get(0)
        if which == 2:
            return self._named(self._last_photo)
        if which not in (0, 1):
            raise No(permits.BAD_BODY)
        if self.state in (State.STAMPING, State.CAPTURING):
            raise No(BUSY)
        self.camera.expose("capture")
        return None

    def img_read(self, body: Mapping[int, object]) -> dict[int, object]:
        """Give a block of a photograph."""
        match body:
            case {0: int() as image, 1: int() as start, 2: int() as length} if (
                start >= 0 and 0 < length <= BLOCK
            ):
                photo = self._photos.get(image)
            case _:
                raise No(permits.BAD_BODY)
        if photo is None:
            raise No(IMAGE_GONE)
        jpeg = photo.jpeg
        if photo.sha256 in self._bent:
            jpeg = jpeg[:-1] + bytes([jpeg[-1] ^ 1])
        return {0: jpeg[start : start + length]}

    def img_drop(self, body: Mapping[int, object]) -> dict[int, object]:
        """Forget a photograph."""
        image = body.get(0)
        if type(image) is not int:
            raise No(permits.BAD_BODY)
        self._photos.pop(image, None)
        return {}

    def time_set(self, body: Mapping[int, object]) -> dict[int, object]:
        """Take a time signed by head office over {0 seconds, 1 device id, 2 live challenge}."""
        statement = body.get(0)
        live, self._challenge = self._challenge, None
        if not isinstance(statement, bytes):
            raise No(permits.BAD_BODY)
        keys = self.build.hq_keys
        try:
            _, fields = sealed.read(
                statement, lambda kid: keys.get(kid, keys.get("*")), b"sealctl/time/v1"
            )
        except sealed.StrangeKey as error:
            raise No(permits.UNKNOWN_KEY) from error
        except sealed.BadSeal as error:
            raise No(permits.SIGNATURE) from error
        moment = fields.get(0)
        if type(moment) is not int or moment < 0:
            raise No(permits.BAD_BODY)
        if fields.get(1) != self.build.device_id:
            raise No(permits.WRONG_DEVICE)
        if live is None or fields.get(2) != live[0] or self._clock.monotonic() > live[1]:
            raise No(permits.NONCE)
        offset = self.kept.clock_offset + moment - self.now()
        self._write(replace(self.kept, clock_offset=offset, time_quality=2), TIME, cause=BY_HOST)
        return {}

    def self_test(self) -> dict[int, object]:
        """Look at all parts; a jam that was cleared by hand is over."""
        if self.state in (State.STAMPING, State.CAPTURING):
            raise No(BUSY)
        if self.state is State.FAULT and not self.jam_next:
            self.fault = 0
            self._move("freed_armed" if self._grant else "freed")
            self._alive_at = self._clock.monotonic()
        return {0: self.fault, 1: self.sensors()}

    def ping(self) -> dict[int, object]:
        """Hear that the host lives."""
        self._alive_at = self._clock.monotonic()
        return {}

    # -- time passes ---------------------------------------------------------------------------

    def tick(self) -> None:
        """Do what is due: contact, end of the stroke, expiry, silence."""
        if self._running is not None:
            self._move_head(self._running)
        if self.state in (State.ARMED, State.FAULT) and self._grant is not None:
            self._watch(self._grant)

    def _move_head(self, running: Running) -> None:
        stroke = self.kept.stroke
        if stroke is None:
            raise ValueError("the head moves without an INTENT")
        past = self._clock.monotonic() - running.began
        if not stroke.down and past >= self.build.stroke_seconds / 2:
            self._contact(stroke, running)
            stroke = self.kept.stroke
        if stroke is not None and stroke.down and past >= self.build.stroke_seconds:
            self._running = None
            self._record(DONE, replace(self.kept, stroke=None), stroke)
            self._say(EVT_DONE, {0: stroke.op, 1: self.kept.log_seq})
            self._move("impressed")
            self._at("done")
            self.camera.expose(f"stroke {stroke.permit} {stroke.index}")

    def _contact(self, stroke: Stroke, running: Running) -> None:
        """The switch closes, unless the door opened or the head stuck on its way."""
        if self.door_open:
            self._stop(stroke, BY_DOOR, "aborted")
            return
        if self.jam_next:
            self.fault = 1
            self._stop(stroke, BY_JAM, "jammed")
            return
        kept = self.kept
        made = replace(stroke, down=True)
        self.camera.strike(running.x, running.y, running.angle, running.kind)
        self._record(
            DOWN,
            replace(kept, total=kept.total + 1, remaining=kept.remaining - 1, stroke=made),
            stroke,
        )
        self._say(EVT_DOWN, {0: stroke.op, 1: self.kept.log_seq})
        self._at("down")

    def _stop(self, stroke: Stroke, cause: int, happening: str) -> None:
        """End a stroke before contact: nothing is used up."""
        self._running = None
        self._record(ABORTED, replace(self.kept, stroke=None), stroke, cause)
        self._say(EVT_ABORTED, {0: stroke.op, 1: cause})
        self._move(happening)

    def _record(self, phase: int, kept: Kept, stroke: Stroke, cause: int | None = None) -> None:
        self._write(
            kept,
            phase,
            permit=stroke.permit,
            index=stroke.index,
            persons=stroke.persons,
            cause=cause,
        )

    def _watch(self, grant: permits.Grant) -> None:
        if self.now() > grant.ends:
            self._say(EVT_EXPIRED, {0: grant.permit_id})
            self._forget_permit(BY_EXPIRY)
        elif self._clock.monotonic() - self._alive_at > self.build.silence_seconds:
            self._forget_permit(BY_SILENCE)

    def photo_ready(self, tag: str, photo: Photograph, *, corrupt: bool = False) -> None:
        """Take a photograph from the camera; that of an impression is recorded with its hash.

        ``corrupt`` is a fault of its memory: an octet changes after the hash was taken.
        """
        if corrupt:
            self._bent.add(photo.sha256)
        kind, *words = tag.split()
        if kind == "capture":
            self.captured = self._named(self._keep_photo(photo))
            return
        permit, index = words
        persons = self._grant.persons if self._grant else ()
        self._write(
            self.kept, IMAGE, permit=permit, index=int(index), persons=persons, image=photo.sha256
        )
        self._last_photo = self._keep_photo(photo)
        self._say(EVT_IMAGE, self._named(self._last_photo))
        if self.state is not State.CAPTURING:
            return
        if self.kept.remaining == 0:
            self._forget_permit(BY_USE)
        else:
            self._move("photographed")

    def _keep_photo(self, photo: Photograph) -> int:
        number = max(self._photos, default=0) + 1
        number = max(number, self._last_photo + 1)
        self._photos[number] = photo
        while len(self._photos) > PHOTOS_KEPT:
            del self._photos[min(self._photos)]
        return number

    def _named(self, image: int) -> dict[int, object]:
        photo = self._photos.get(image)
        if photo is None:
            raise No(IMAGE_GONE)
        return {
            0: image,
            1: len(photo.jpeg),
            2: photo.sha256,
            3: photo.width,
            4: photo.height,
        }

    # -- hands on the machine ------------------------------------------------------------------

    def set_door(self, *, is_open: bool) -> None:
        """Open or close the door; both are recorded."""
        if is_open == self.door_open:
            return
        self.door_open = is_open
        self._write(self.kept, DOOR, cause=BY_DOOR if is_open else None)
        self._say(EVT_DOOR, {0: int(is_open)})

    def tamper(self) -> None:
        """Break the housing: blocked for good (this model knows no TAMPER_CLEAR)."""
        if self.kept.tampered:
            return
        self._running = None
        stroke = self.kept.stroke
        if stroke is not None:
            self._settle(stroke, BY_TAMPER)
        if self.kept.armed:
            self._forget_permit(BY_TAMPER)
        kept = self.kept
        self._write(replace(kept, tampered=True, tamper_counter=kept.tamper_counter + 1), TAMPER)
        self._say(EVT_TAMPER, {0: self.kept.tamper_counter})
        self._move("tamper")


_DEFAULT_SPOT = ((3, 1050), (4, 2200), (5, 0), (6, 0))
