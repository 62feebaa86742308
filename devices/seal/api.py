"""What a seal machine is to the rest of the house: values, outcomes, and the port.

Areas and the assembly import from here only. A machine is used from one lane, and the calls mean:

* *reading* (identify, status, challenge, read_log, fetch) may be repeated at will;
* *repeatable* (arm, disarm, ack_log, capture, drop, set_time) the driver repeats by itself only in
  a way the machine recognises as the same request;
* *physical* (stamp): sent once. What became of it is asked with ``resolve``, never by stamping
  again. An ``OpHandle`` is plain data: save it before the act, build it again after a restart.

While a permit is armed the machine wants a sign of life every ten seconds: call ``attend`` at
least each second between the other calls; it also hands over the events that came in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from threading import Event as CancelFlag
from typing import Protocol
from uuid import UUID

from devices.kit.cose import NotAccepted, Sign, UnknownKey
from devices.kit.errors import (
    Busy,
    Cancelled,
    CounterAnomaly,
    DeviceError,
    Disconnected,
    Indeterminate,
    NotFound,
    PermissionDenied,
    PermitRejected,
    ProtocolError,
    Refused,
    Tampered,
    Timeout,
    Unsupported,
)
from devices.seal.log import (
    LOG_START,
    Cause,
    LogBroken,
    LogEntry,
    LogPosition,
    Phase,
    Sensors,
    open_log_entry,
    verify_log,
)
from devices.seal.permit import (
    OperatorProof,
    Permit,
    PersonKey,
    Role,
    check_proofs,
    decode_permit,
    encode_permit,
    encode_proof,
    make_proof,
    open_permit,
    open_proof,
    sign_permit,
)
from devices.seal.plain import Malformed
from devices.seal.states import (
    TRANSITIONS,
    WITH_PERMIT,
    DeviceState,
    Happening,
    NoSuchMove,
    after,
    leads,
)

__all__ = [
    "LOG_START",
    "TRANSITIONS",
    "WITH_PERMIT",
    "ArmReceipt",
    "Busy",
    "CancelFlag",
    "Cancelled",
    "Cause",
    "CounterAnomaly",
    "DeviceError",
    "DeviceState",
    "DisarmReceipt",
    "Disconnected",
    "Done",
    "Happening",
    "Identity",
    "ImageRef",
    "InDoubt",
    "Indeterminate",
    "LastKnown",
    "LogBroken",
    "LogEntry",
    "LogPosition",
    "Malformed",
    "NoSuchMove",
    "NotAccepted",
    "NotDone",
    "NotFound",
    "Notice",
    "NoticeKind",
    "OpHandle",
    "OperatorProof",
    "Outcome",
    "Pairing",
    "PermissionDenied",
    "Permit",
    "PermitRejected",
    "PersonKey",
    "Phase",
    "Photo",
    "Placement",
    "Progress",
    "ProtocolError",
    "Refused",
    "Role",
    "SealDevice",
    "SelfTest",
    "Sensors",
    "Sign",
    "StampKind",
    "Status",
    "Tampered",
    "Timeout",
    "UnknownKey",
    "Unsupported",
    "after",
    "check_proofs",
    "decode_permit",
    "encode_permit",
    "encode_proof",
    "leads",
    "make_proof",
    "open_log_entry",
    "open_permit",
    "open_proof",
    "sign_permit",
    "verify_log",
]


@dataclass(frozen=True)
class Pairing:
    """Which machine this desk was paired with by head office: id and pinned public key."""

    device_id: str
    public_key: bytes


@dataclass(frozen=True)
class LastKnown:
    """The counters as last seen; none of them may ever fall."""

    position: LogPosition
    arm_counter: int = 0
    tamper_counter: int = 0


@dataclass(frozen=True)
class Identity:
    """Who answered, proved by its key, and where its counters stand. ``at`` is its own clock."""

    device_id: str
    model: str
    firmware: str
    public_key: bytes
    boot_id: bytes
    state: DeviceState
    total: int
    log_sequence: int
    log_head: bytes
    arm_counter: int
    tamper_counter: int
    at: datetime
    time_quality: int

    @property
    def position(self) -> LogPosition:
        """Give the end of its log."""
        return LogPosition(self.log_sequence, self.log_head, self.total)

    @property
    def last_known(self) -> LastKnown:
        """Give the counters in the form they are remembered in."""
        return LastKnown(self.position, self.arm_counter, self.tamper_counter)


@dataclass(frozen=True)
class Status:
    """What the machine does now; ``open_operation`` is the log number of an unfinished INTENT."""

    state: DeviceState
    permit_id: UUID | None
    remaining: int
    sensors: Sensors
    total: int
    log_sequence: int
    fault: int
    open_operation: int | None


@dataclass(frozen=True)
class ArmReceipt:
    """The machine took the permit: impressions left, when it ends, the entry that records it."""

    remaining: int
    expires: datetime
    log_sequence: int


@dataclass(frozen=True)
class DisarmReceipt:
    """The machine gave the permit up: impressions not used, and the end of the log."""

    unused: int
    log_sequence: int


class StampKind(IntEnum):
    """A plain impression, or one across the edges of the fanned pages."""

    PLAIN = 0
    CROSS_PAGE = 1


@dataclass(frozen=True)
class Placement:
    """Where to strike: from the left upper corner in 0.1 mm, turned by 0.1 degree."""

    x: int
    y: int
    angle: int = 0
    kind: StampKind = StampKind.PLAIN


@dataclass(frozen=True)
class OpHandle:
    """One impression that was or may have been asked for; ``after`` is the log before it.

    ``operation`` is the machine's number when it accepted, None when nobody heard its answer.
    """

    permit_id: UUID
    index: int
    after: LogPosition
    operation: int | None = None


@dataclass(frozen=True)
class Done:
    """Stamped: the signed entries of the contact and the end, and the photo's hash if taken."""

    down: LogEntry
    done: LogEntry
    image_sha256: bytes | None


@dataclass(frozen=True)
class NotDone:
    """Not stamped; ``cause`` is the machine's reason (``Cause``), None when it never began."""

    cause: int | None


@dataclass(frozen=True)
class InDoubt:
    """The machine itself does not know: two persons settle it."""

    entry: LogEntry


Outcome = Done | NotDone | InDoubt


class Photo(IntEnum):
    """Which photograph is meant."""

    BEFORE = 0
    AFTER = 1
    OF_IMPRESSION = 2


@dataclass(frozen=True)
class ImageRef:
    """A photograph (JPEG) in the machine: size in octets, width and height in pixels."""

    image_id: int
    size: int
    sha256: bytes
    width: int
    height: int


@dataclass(frozen=True)
class SelfTest:
    """What a self-test found: fault 0 is none."""

    fault: int
    sensors: Sensors


class NoticeKind(Enum):
    """What a machine says unasked. A notice is a hint; the truth is the log."""

    STATE = 0x81
    DOWN = 0x82
    DONE = 0x83
    ABORTED = 0x84
    INDETERMINATE = 0x85
    DOOR = 0x86
    TAMPER = 0x87
    AUTH = 0x88
    EXPIRED = 0x89
    IMAGE_READY = 0x8A
    REBOOTED = 0x8B
    LOW = 0x8C


@dataclass(frozen=True)
class Notice:
    """One thing said unasked; ``number`` is the operation, state, cause or door it speaks of."""

    kind: NoticeKind
    number: int | None = None
    text: str | None = None

    @property
    def state(self) -> DeviceState | None:
        """Give the state a STATE notice speaks of, None for all others."""
        if self.kind is not NoticeKind.STATE or self.number not in set(DeviceState):
            return None
        return DeviceState(self.number)


Progress = Callable[[int, int], None]


class SealDevice(Protocol):
    """One open seal machine; any call may raise Disconnected, Timeout, ProtocolError, Refused."""

    def identify(self) -> Identity:
        """Prove again who it is. Raises Tampered, CounterAnomaly."""
        ...

    def status(self) -> Status:
        """Ask what it does now."""
        ...

    def challenge(self) -> bytes:
        """Get 32 octets for an online permit; they serve once and for two minutes."""
        ...

    def arm(self, permit: bytes, proofs: Sequence[bytes]) -> ArmReceipt:
        """Hand over a signed permit and the proofs. Raises PermitRejected, Refused."""
        ...

    def disarm(self) -> DisarmReceipt:
        """Give the permit back; where none is armed, nothing is unused."""
        ...

    def stamp(
        self,
        permit_id: UUID,
        index: int,
        page: int,
        placement: Placement | None = None,
    ) -> OpHandle:
        """Order one impression, once. Returns when accepted, or unanswered (operation None).

        Raises Refused or Timeout (the order did not leave or was not taken: nothing happened) or
        Disconnected (nobody knows: ask ``resolve`` on a new opening).
        """
        ...

    def resolve(self, op: OpHandle, cancel: CancelFlag | None = None) -> Outcome:
        """Say from the signed log what became of an order; waits while it is still at work.

        Raises Indeterminate when the log cannot say, CounterAnomaly when the log does not hold.
        """
        ...

    def abort(self, op: OpHandle) -> None:
        """Ask it to stop before contact; what became of it says ``resolve``."""
        ...

    def read_log(self, place: LogPosition) -> tuple[LogEntry, ...]:
        """Give all verified entries after a place. Raises CounterAnomaly where one does not fit."""
        ...

    def ack_log(self, place: LogPosition) -> None:
        """Tell it that head office has the log up to here."""
        ...

    def capture(self, photo: Photo) -> ImageRef:
        """Take a photograph, or name that of the last impression."""
        ...

    def fetch(
        self,
        ref: ImageRef,
        progress: Progress | None = None,
        cancel: CancelFlag | None = None,
    ) -> bytes:
        """Bring a photograph over, its hash checked. Raises ProtocolError, Cancelled."""
        ...

    def drop(self, ref: ImageRef) -> None:
        """Let the machine forget a photograph."""
        ...

    def self_test(self) -> SelfTest:
        """Let it check itself; frees a jam that was removed by hand."""
        ...

    def set_time(self, order: bytes) -> None:
        """Hand over a time signed by head office."""
        ...

    def attend(self, seconds: float, cancel: CancelFlag | None = None) -> tuple[Notice, ...]:
        """Listen this long, give signs of life while armed, and hand over what was said."""
        ...

    def close(self) -> None:
        """Let the line go; an armed machine then disarms itself."""
        ...
