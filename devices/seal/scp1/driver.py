"""The driver for a machine that speaks SCP/1.

It opens a port only to the machine this desk is paired with: HELLO must come from the pinned key,
and no counter may have fallen since it was last seen. STAMP leaves this file once per call and is
never repeated, not even when the machine says it never saw it; what became of it is read from the
signed log, after a HELLO that fences off whatever was still on the line.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from typing_extensions import override

from app.kit.clock import Clock
from devices.kit import cbor, errors
from devices.kit.transport import SerialTransport
from devices.seal import api
from devices.seal.plain import Fields, Malformed
from devices.seal.scp1 import answers, statuses
from devices.seal.scp1.frames import Code, Frame
from devices.seal.scp1.link import Body, Link, Patience
from devices.seal.scp1.outcome import judge

T = TypeVar("T")
BAUD = 115200
BLOCK = 896
WINDOW = 4
ENTRIES_A_TIME = 8
STALLED_BURSTS = 5
HEARTBEAT = 1.0
PATIENCE: dict[Code, Patience] = {
    Code.HELLO: Patience(1.0, 3),
    Code.STATUS: Patience(0.5, 3),
    Code.CHALLENGE: Patience(0.5, 3),
    Code.ARM: Patience(3.0, 3),
    Code.DISARM: Patience(1.0, 3),
    Code.STAMP: Patience(0.5, 1),
    Code.ABORT: Patience(0.5, 1),
    Code.LOG_READ: Patience(2.0, 3),
    Code.LOG_ACK: Patience(2.0, 3),
    Code.CAPTURE: Patience(10.0, 2),
    Code.IMG_READ: Patience(1.0, 1),
    Code.IMG_DROP: Patience(1.0, 3),
    Code.TIME_SET: Patience(5.0, 2),
    Code.SELFTEST: Patience(5.0, 2),
    Code.PING: Patience(0.5, 3),
}


@dataclass(frozen=True)
class Limits:
    """How long one impression may take (seconds), and a factor on all waits for a slow line."""

    impression: float = 15.0
    waits: float = 1.0

    def patience(self, code: Code) -> Patience:
        """Give the wait for one request on this line."""
        usual = PATIENCE[code]
        return Patience(usual.seconds * self.waits, usual.sendings)


class Scp1Device(api.SealDevice):
    """One open machine; use it only on the lane that opened it."""

    def __init__(
        self,
        link: Link,
        pairing: api.Pairing,
        last_known: api.LastKnown | None,
        *,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._link = link
        self._pairing = pairing
        self._name = pairing.device_id
        self._known = last_known
        self._clock = clock
        self._limits = limits
        self._identity: api.Identity | None = None
        self._state = api.DeviceState.PROBING
        self._place = api.LOG_START
        self._pinged = clock.monotonic()
        self._notices: list[api.Notice] = []

    @classmethod
    def open(
        cls,
        path: str,
        pairing: api.Pairing,
        last_known: api.LastKnown | None = None,
        *,
        clock: Clock,
        limits: Limits | None = None,
    ) -> "Scp1Device":
        """Open a port and make sure the paired machine is behind it.

        ``last_known`` is where its counters stood when this desk saw it last (None at pairing);
        the log since then is read and checked. Raises NotFound, PermissionDenied, Busy, Timeout,
        Tampered (another machine or key), CounterAnomaly (a counter fell, the log does not hold).
        """
        transport = SerialTransport.open(path, BAUD, clock=clock)
        link = Link(transport, pairing.device_id, clock)
        device = cls(link, pairing, last_known, clock=clock, limits=limits or Limits())
        try:
            link.settle()
            device._greet()
            device._catch_up_from(last_known)
        except errors.DeviceError:
            link.close()
            raise
        return device

    @override
    def identify(self) -> api.Identity:
        return self._greet()

    @override
    def status(self) -> api.Status:
        status = self._read(answers.read_status, self._ask(Code.STATUS, {}))
        self._saw(status.state)
        return status

    @override
    def challenge(self) -> bytes:
        return self._fields(self._ask(Code.CHALLENGE, {}), "CHALLENGE").octets(0, 32)

    @override
    def arm(self, permit: bytes, proofs: Sequence[bytes]) -> api.ArmReceipt:
        fields = self._fields(self._ask(Code.ARM, {0: permit, 1: list(proofs)}), "ARM")
        self._state = api.DeviceState.ARMED
        self._pinged = self._clock.monotonic()
        return api.ArmReceipt(fields.count(0), fields.moment(1), fields.count(2))

    @override
    def disarm(self) -> api.DisarmReceipt:
        fields = self._fields(self._ask(Code.DISARM, {0: int(api.Cause.HOST)}), "DISARM")
        self._state = api.DeviceState.LOCKED
        return api.DisarmReceipt(fields.count(0), fields.count(1))

    @override
    def stamp(
        self, permit_id: UUID, index: int, page: int, placement: api.Placement | None = None
    ) -> api.OpHandle:
        self._catch_up()
        op = api.OpHandle(permit_id, index, self._place)
        body: dict[int, cbor.Plain] = {0: permit_id.bytes, 1: index, 2: page}
        if placement is not None:
            body |= {3: placement.x, 4: placement.y, 5: placement.angle, 6: int(placement.kind)}
        self._keep_alive()
        try:
            answer = self._link.ask(Code.STAMP, body, self._limits.patience(Code.STAMP))
        except errors.Timeout:
            return op
        fields = self._fields(self._accepted(Code.STAMP, answer), "STAMP")
        self._state = api.DeviceState.STAMPING
        return api.OpHandle(permit_id, index, op.after, fields.count(0))

    @override
    def resolve(self, op: api.OpHandle, cancel: api.CancelFlag | None = None) -> api.Outcome:
        if op.operation is None:
            self._greet()
        at_rest = self._await_rest(op, cancel)
        entries = self.read_log(op.after)
        end = entries[-1].sequence if entries else op.after.sequence
        if end < at_rest.log_sequence or at_rest.log_sequence < op.after.sequence:
            raise self._anomaly("log", max(end, op.after.sequence), at_rest.log_sequence)
        return judge(op, entries, self._name, self._link.trace.lines())

    @override
    def abort(self, op: api.OpHandle) -> None:
        if op.operation is None:
            raise errors.Unsupported(self._name, "abort", self._link.trace.lines())
        self._keep_alive()
        answer = self._link.ask(Code.ABORT, {0: op.operation}, self._limits.patience(Code.ABORT))
        self._accepted(Code.ABORT, answer)

    @override
    def read_log(self, place: api.LogPosition) -> tuple[api.LogEntry, ...]:
        found: list[bytes] = []
        more = True
        while more:
            body = {0: place.sequence + 1 + len(found), 1: ENTRIES_A_TIME}
            entries, more = self._read(answers.read_entries, self._ask(Code.LOG_READ, body))
            found += entries
            more = more and bool(entries)
        return self._verified(found, place)

    @override
    def ack_log(self, place: api.LogPosition) -> None:
        self._ask(Code.LOG_ACK, {0: place.sequence, 1: place.head})

    @override
    def capture(self, photo: api.Photo) -> api.ImageRef:
        return self._read(answers.read_image, self._ask(Code.CAPTURE, {0: int(photo)}))

    @override
    def fetch(
        self,
        ref: api.ImageRef,
        progress: api.Progress | None = None,
        cancel: api.CancelFlag | None = None,
    ) -> bytes:
        octets = bytearray()
        stalled = 0
        while len(octets) < ref.size:
            if cancel is not None and cancel.is_set():
                raise errors.Cancelled(self._name, "photograph", self._link.trace.lines())
            got = self._blocks(ref, len(octets))
            stalled = 0 if got else stalled + 1
            if stalled >= STALLED_BURSTS:
                raise errors.Timeout(self._name, "photograph", self._link.trace.lines())
            octets += got
            if progress is not None:
                progress(len(octets), ref.size)
        if len(octets) != ref.size or hashlib.sha256(octets).digest() != ref.sha256:
            raise errors.ProtocolError(self._name, "photograph hash", self._link.trace.lines())
        return bytes(octets)

    @override
    def drop(self, ref: api.ImageRef) -> None:
        self._ask(Code.IMG_DROP, {0: ref.image_id})

    @override
    def self_test(self) -> api.SelfTest:
        fields = self._fields(self._ask(Code.SELFTEST, {}), "SELFTEST")
        return api.SelfTest(fields.count(0), api.Sensors(fields.count(1) & 0x3F))

    @override
    def set_time(self, order: bytes) -> None:
        self._ask(Code.TIME_SET, {0: order})

    @override
    def attend(
        self, seconds: float, cancel: api.CancelFlag | None = None
    ) -> tuple[api.Notice, ...]:
        deadline = self._clock.monotonic() + seconds
        while (left := deadline - self._clock.monotonic()) > 0:
            if cancel is not None and cancel.is_set():
                break
            self._keep_alive()
            self._link.listen(min(0.1, left))
            self._take_notices()
        self._keep_alive()
        self._take_notices()
        notices, self._notices = tuple(self._notices), []
        return notices

    @override
    def close(self) -> None:
        self._link.close()

    # -- conversation --------------------------------------------------------------------------

    def _greet(self) -> api.Identity:
        """Say HELLO and check everything it says against what is pinned and known."""
        nonce = secrets.token_bytes(16)
        answer = self._link.greet({0: 1, 1: nonce}, self._limits.patience(Code.HELLO))
        hello = self._accepted(Code.HELLO, answer)
        identity, signed = self._read(lambda octets: answers.read_hello(octets, nonce), hello)
        claimed = (identity.device_id, identity.public_key)
        if claimed != (self._pairing.device_id, self._pairing.public_key) or not signed:
            self._link.in_step = False
            raise errors.Tampered(self._name, "identity", self._link.trace.lines())
        self._check_counters(identity)
        if self._identity is None:
            self._place = identity.position
        elif self._identity.boot_id != identity.boot_id:
            self._link.forget_events()
            self._notices.append(api.Notice(api.NoticeKind.REBOOTED))
        self._identity, self._known = identity, identity.last_known
        self._saw(identity.state)
        return identity

    def _check_counters(self, seen: api.Identity) -> None:
        """No counter may fall; at the same number the log must have the same head."""
        known = self._known
        if known is None:
            return
        pairs = (
            ("total", known.position.total or 0, seen.total),
            ("log", known.position.sequence, seen.log_sequence),
            ("arm", known.arm_counter, seen.arm_counter),
            ("tamper", known.tamper_counter, seen.tamper_counter),
        )
        for counter, before, now in pairs:
            if now < before:
                raise self._anomaly(counter, before, now)
        same_end = known.position.sequence == seen.log_sequence
        if same_end and known.position.head != seen.log_head:
            raise self._anomaly("log head", seen.log_sequence, seen.log_sequence)

    def _catch_up_from(self, last_known: api.LastKnown | None) -> None:
        """Read and check the log since it was last known; it must pass through what HELLO said.

        The machine may have written more since then: a stroke goes on while nobody listens.
        """
        if last_known is None or self._identity is None:
            return
        entries = self.read_log(last_known.position)
        passed = [last_known.position, *(entry.position for entry in entries)]
        hello = self._identity.position
        there = next((place for place in passed if place.sequence == hello.sequence), None)
        if there is None:
            raise self._anomaly("log", passed[-1].sequence, hello.sequence)
        if there.head != hello.head:
            raise self._anomaly("log head", hello.sequence, hello.sequence)
        if there.total is not None and there.total != hello.total:
            raise self._anomaly("total", there.total, hello.total or 0)
        self._place = passed[-1]

    def _catch_up(self) -> None:
        """Move our place to the end of the log, so that what comes next is known to follow."""
        entries = self.read_log(self._place)
        if entries:
            self._place = entries[-1].position

    def _verified(self, found: list[bytes], place: api.LogPosition) -> tuple[api.LogEntry, ...]:
        key = self._pairing.public_key
        try:
            return api.verify_log(found, key, self._pairing.device_id, place)
        except api.LogBroken as broken:
            raise self._anomaly(f"log {broken.kind}", broken.known, broken.seen) from broken

    def _await_rest(self, op: api.OpHandle, cancel: api.CancelFlag | None) -> api.Status:
        """Wait until the machine has nothing open. Raises Cancelled, Indeterminate after that."""
        deadline = self._clock.monotonic() + self._limits.impression
        while True:
            status = self.status()
            at_work = status.state in (api.DeviceState.STAMPING, api.DeviceState.CAPTURING)
            if status.open_operation is None and not at_work:
                return status
            if cancel is not None and cancel.is_set():
                raise errors.Cancelled(self._name, "resolve", self._link.trace.lines())
            if self._clock.monotonic() > deadline:
                trace = self._link.trace.lines()
                raise errors.Indeterminate(self._name, str(op.permit_id), op.index, trace)
            self._link.listen(0.1)
            self._take_notices()

    def _blocks(self, ref: api.ImageRef, start: int) -> bytes:
        """Ask for the next blocks of a photograph; b"" when the line swallowed them."""
        self._in_step()
        self._keep_alive()
        starts = range(start, ref.size, BLOCK)[:WINDOW]
        bodies = [{0: ref.image_id, 1: at, 2: min(BLOCK, ref.size - at)} for at in starts]
        octets = b""
        for answer in self._link.burst(
            Code.IMG_READ, bodies, self._limits.patience(Code.IMG_READ).seconds
        ):
            if answer.status == statuses.BAD_SEQUENCE:
                self._link.in_step = False
                break
            block = self._fields(self._accepted(Code.IMG_READ, answer), "IMG_READ").need(0, bytes)
            if len(block) != min(BLOCK, ref.size - start - len(octets)):
                raise errors.ProtocolError(self._name, "block length", self._link.trace.lines())
            octets += block
        return octets

    def _ask(self, code: Code, body: Body) -> Frame:
        """Ask a reading or repeatable request. Raises Timeout and what its status stands for.

        Status 05 means the machine did nothing because it expected another number (it was
        restarted, or a number was lost): greet and ask once more.
        """
        self._in_step()
        self._keep_alive()
        answer = self._link.ask(code, body, self._limits.patience(code))
        if answer.status == statuses.BAD_SEQUENCE:
            self._greet()
            answer = self._link.ask(code, body, self._limits.patience(code))
        return self._accepted(code, answer)

    def _in_step(self) -> None:
        if not self._link.in_step:
            self._greet()

    def _keep_alive(self) -> None:
        """Send a sign of life when the machine needs one and the last is a second old."""
        armed = self._state in api.WITH_PERMIT
        if not armed or self._clock.monotonic() - self._pinged < HEARTBEAT:
            return
        self._in_step()
        self._pinged = self._clock.monotonic()
        answer = self._link.ask(Code.PING, {}, self._limits.patience(Code.PING))
        if answer.status != statuses.OK:
            self._link.in_step = False

    def _accepted(self, code: Code, answer: Frame) -> Frame:
        if answer.status == statuses.OK:
            return answer
        if answer.status == statuses.BAD_SEQUENCE:
            self._link.in_step = False
        trace = self._link.trace.lines()
        raise statuses.refusal(self._name, code.name, answer.status, trace)

    def _saw(self, state: api.DeviceState) -> None:
        """Follow the machine's state; a move its table does not know is worth a line of trace."""
        if state is not self._state and not api.leads(self._state, state):
            self._link.trace.note("note", f"state {self._state.name} > {state.name}")
        self._state = state

    def _take_notices(self) -> None:
        for frame in self._link.events():
            notice = self._read(partial(answers.read_notice, frame.code), frame)
            if notice is None:
                continue
            if notice.state is not None:
                self._saw(notice.state)
            self._notices.append(notice)

    def _fields(self, frame: Frame, what: str) -> Fields:
        return self._read(lambda octets: Fields(octets, what), frame)

    def _read(self, reader: Callable[[bytes], T], frame: Frame) -> T:
        """Read an answer. Raises ProtocolError when its body is not what the protocol says."""
        try:
            return reader(frame.body)
        except (Malformed, cbor.NotCanonical) as error:
            trace = self._link.trace.lines()
            raise errors.ProtocolError(self._name, str(error), trace) from error

    def _anomaly(self, counter: str, known: int, seen: int) -> errors.CounterAnomaly:
        return errors.CounterAnomaly(self._name, counter, known, seen, self._link.trace.lines())
