"""The signed, hash-chained log of a seal machine.

Each entry is a COSE_Sign1 by the machine's key (key id = device id). Entry n names the SHA-256 of
entry n-1 as it was signed, so nothing can be left out, put in or put in another order; ``total``
is the lifetime count of impressions and grows by exactly one with each DOWN and never otherwise.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, IntFlag
from uuid import UUID

from devices.kit import cose
from devices.seal.plain import Fields, Malformed

LOG_AAD = b"sealctl/log/v1"


class Phase(IntEnum):
    """What an entry records. SETTLED is for machines with a keypad; SCP/1 does not write it."""

    INTENT = 1
    DOWN = 2
    DONE = 3
    ABORTED = 4
    INDETERMINATE = 5
    IMAGE = 6
    ARMED = 10
    DISARMED = 11
    DOOR = 12
    TAMPER = 13
    BOOT = 14
    TIME = 15
    MAINTENANCE = 16
    SETTLED = 17


class Cause(IntEnum):
    """Why an entry was written, where it is not the plain course of things."""

    POWER = 1
    SILENCE = 2
    HOST = 3
    EXPIRED = 4
    USED_UP = 5
    DOOR = 6
    JAM = 7
    UNPLUGGED = 8
    TAMPER = 9


class Sensors(IntFlag):
    """What the machine feels, as in STATUS and in each entry (16 bits)."""

    DOOR_CLOSED = 0x01
    HEAD_DOWN = 0x02
    LOW_INK = 0x04
    OPENED = 0x08
    SEAL = 0x10
    PAPER = 0x20


@dataclass(frozen=True)
class LogPosition:
    """A place in the log: number and hash of the last entry, and the count after it.

    ``total`` is None where the count is not known yet (a machine that is new to us).
    """

    sequence: int
    head: bytes
    total: int | None = None


LOG_START = LogPosition(0, bytes(32))


@dataclass(frozen=True)
class LogEntry:
    """One entry; ``octets`` is the signed whole, ``cause`` a number of ``Cause`` or a newer one."""

    sequence: int
    previous: bytes
    total: int
    permit_id: UUID | None
    index: int | None
    phase: Phase
    at: datetime
    persons: tuple[str, ...]
    image_sha256: bytes | None
    sensors: int
    boot_id: bytes
    cause: int | None
    octets: bytes

    @property
    def head(self) -> bytes:
        """Give the SHA-256 that the next entry must name."""
        return hashlib.sha256(self.octets).digest()

    @property
    def position(self) -> LogPosition:
        """Give the place of this entry."""
        return LogPosition(self.sequence, self.head, self.total)


class LogBroken(Exception):  # noqa: N818 - it names what was found
    """The chain does not hold: ``kind`` is "sequence", "head", "total" or "signature"."""

    def __init__(self, sequence: int, kind: str, known: int = 0, seen: int = 0) -> None:
        super().__init__(f"log entry {sequence}: {kind} (known {known}, seen {seen})")
        self.sequence = sequence
        self.kind = kind
        self.known = known
        self.seen = seen


def open_log_entry(octets: bytes, device_key: bytes, device_id: str) -> LogEntry:
    """Check one entry's signature and read it. Raises cose.NotAccepted or Malformed."""
    keys = {device_id.encode(): device_key}
    fields = Fields(cose.verify(octets, keys, aad=LOG_AAD).payload, "log entry")
    permit_id = fields.may(4, bytes)
    image = fields.may(9, bytes)
    if (permit_id is not None and len(permit_id) != 16) or (image and len(image) != 32):
        raise Malformed("log entry: an id or a hash of another length")
    try:
        phase = Phase(fields.count(6))
    except ValueError as error:
        raise Malformed("log entry: no such phase") from error
    return LogEntry(
        sequence=fields.count(1),
        previous=fields.octets(2, 32),
        total=fields.count(3),
        permit_id=None if permit_id is None else UUID(bytes=permit_id),
        index=fields.may(5, int),
        phase=phase,
        at=fields.moment(7),
        persons=fields.texts(8),
        image_sha256=image,
        sensors=fields.count(10),
        boot_id=fields.octets(11, 8),
        cause=fields.may(12, int),
        octets=octets,
    )


def verify_log(
    entries: Iterable[bytes], device_key: bytes, device_id: str, after: LogPosition
) -> tuple[LogEntry, ...]:
    """Check signatures, numbers, chain and count of entries that follow a known place.

    Raises LogBroken at the first entry that does not fit.
    """
    known: list[LogEntry] = []
    place = after
    for octets in entries:
        try:
            entry = open_log_entry(octets, device_key, device_id)
        except (cose.NotAccepted, Malformed) as error:
            raise LogBroken(place.sequence + 1, "signature") from error
        _check_follows(place, entry)
        known.append(entry)
        place = entry.position
    return tuple(known)


def _check_follows(place: LogPosition, entry: LogEntry) -> None:
    if entry.sequence != place.sequence + 1:
        raise LogBroken(entry.sequence, "sequence", place.sequence + 1, entry.sequence)
    if entry.previous != place.head:
        raise LogBroken(entry.sequence, "head")
    if place.total is not None:
        expected = place.total + (entry.phase is Phase.DOWN)
        if entry.total != expected:
            raise LogBroken(entry.sequence, "total", expected, entry.total)
