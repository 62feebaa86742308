"""The SCP/1 frame: header, CBOR body, check value, stuffed with COBS and ended by a zero.

raw  = version 01 | kind | sequence (2) | code | status | body length (2) | body | CRC-16 (2)
wire = COBS(raw) 00            numbers big-endian, body at most 1024 octets, wire at most 1040
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from typing_extensions import override

from devices.kit import cobs
from devices.kit.crc16 import crc16
from devices.kit.errors import ProtocolError

VERSION = 1
LONGEST_BODY = 1024
LONGEST_WIRE = 1040
_HEADER = 8


class Kind(IntEnum):
    """Who says it and why."""

    REQUEST = 1
    RESPONSE = 2
    EVENT = 3
    EVENT_ACK = 4


class Code(IntEnum):
    """What is asked."""

    HELLO = 0x01
    STATUS = 0x02
    CHALLENGE = 0x03
    ARM = 0x04
    DISARM = 0x05
    STAMP = 0x06
    ABORT = 0x07
    LOG_READ = 0x08
    LOG_ACK = 0x09
    CAPTURE = 0x0A
    IMG_READ = 0x0B
    IMG_DROP = 0x0C
    TIME_SET = 0x0D
    SELFTEST = 0x0E
    PING = 0x7E


@dataclass(frozen=True)
class Frame:
    """One frame; ``code`` is a number because a newer machine may know more than we do."""

    kind: Kind
    sequence: int
    code: int
    status: int = 0
    body: bytes = b""

    @override
    def __str__(self) -> str:
        """Describe it without its body, for the trace."""
        size = len(self.body)
        return f"{self.kind.name} {self.code:02x} #{self.sequence} {self.status:02x} {size} octets"


def encode_frame(frame: Frame) -> bytes:
    """Give the octets for the line. Raises ValueError for a body that is too long."""
    if len(frame.body) > LONGEST_BODY:
        raise ValueError("a body has at most 1024 octets")
    raw = (
        bytes([VERSION, frame.kind])
        + frame.sequence.to_bytes(2, "big")
        + bytes([frame.code, frame.status])
        + len(frame.body).to_bytes(2, "big")
        + frame.body
    )
    return cobs.encode(raw + crc16(raw).to_bytes(2, "big")) + b"\0"


def decode_frame(packet: bytes, device: str) -> Frame:
    """Read one packet without its ending zero. Raises ProtocolError and nothing else."""
    try:
        raw = cobs.decode(packet)
    except cobs.NotStuffed as error:
        raise ProtocolError(device, "stuffing") from error
    if len(raw) < _HEADER + 2 or crc16(raw[:-2]) != int.from_bytes(raw[-2:], "big"):
        raise ProtocolError(device, "check value")
    length = int.from_bytes(raw[6:8], "big")
    if raw[0] != VERSION or length > LONGEST_BODY or length != len(raw) - _HEADER - 2:
        raise ProtocolError(device, "header")
    try:
        kind = Kind(raw[1])
    except ValueError as error:
        raise ProtocolError(device, "kind") from error
    return Frame(kind, int.from_bytes(raw[2:4], "big"), raw[4], raw[5], raw[_HEADER:-2])


class FrameReader:
    """Cuts a stream into frames; what is not one is dropped and counted, up to the next zero."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._packet = bytearray()
        self.dropped = 0

    def feed(self, octets: bytes) -> Iterator[Frame]:
        """Take what arrived; give each whole, sound frame."""
        self._packet += octets
        while (end := self._packet.find(0)) >= 0:
            packet = bytes(self._packet[:end])
            del self._packet[: end + 1]
            if packet:
                yield from self._sound(packet)
        if len(self._packet) > LONGEST_WIRE:
            del self._packet[:-LONGEST_WIRE]

    def _sound(self, packet: bytes) -> Iterator[Frame]:
        try:
            yield decode_frame(packet, self._device)
        except ProtocolError:
            self.dropped += 1
