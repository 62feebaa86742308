"""The machine's side of the SCP/1 line: its own stuffing, check value, frames and CBOR.

Written apart from the driver's codec on purpose: both are held to the same published octets, so a
mistake in one shows against the other.
"""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cbor2

REQUEST, RESPONSE, EVENT, EVENT_ACK = 1, 2, 3, 4
LONGEST_BODY = 1024
LONGEST_WIRE = 1040


@dataclass(frozen=True)
class Frame:
    """One frame: kind, sequence, code, status and the CBOR body as it stands on the wire."""

    kind: int
    seq: int
    code: int
    status: int = 0
    body: bytes = b""

    def with_status(self, status: int, body: bytes) -> "Frame":
        """Make the response to this request."""
        return replace(self, kind=RESPONSE, status=status, body=body)


class BadFrame(Exception):  # noqa: N818 - it names what was seen
    """A packet that is dropped without an answer."""


def check_value(octets: bytes) -> int:
    """CRC-16 with polynomial x^16+x^12+x^5+1, preset to ones: Python brings it for BinHex."""
    return binascii.crc_hqx(octets, 0xFFFF)


def stuff(raw: bytes) -> bytes:
    """Replace zeros by distances, one octet after the other; the ending zero is included."""
    out = bytearray(b"\0")
    marker = 0
    for position, octet in enumerate(raw):
        if octet:
            out.append(octet)
        if not octet or len(out) - marker == 255:
            out[marker] = len(out) - marker
            if octet and position == len(raw) - 1:
                return bytes(out + b"\0")
            marker = len(out)
            out.append(0)
    out[marker] = len(out) - marker
    return bytes(out + b"\0")


def unstuff(packet: bytes) -> bytes:
    """Undo ``stuff`` for a packet without its ending zero. Raises BadFrame."""
    out = bytearray()
    distance, full = 0, True
    for octet in packet:
        if distance:
            out.append(octet)
            distance -= 1
            continue
        if not full:
            out.append(0)
        if octet == 0:
            raise BadFrame("zero inside")
        distance, full = octet - 1, octet == 255
    if distance:
        raise BadFrame("cut short")
    return bytes(out)


def pack(frame: Frame) -> bytes:
    """Write a frame as it goes over the line."""
    head = bytes([1, frame.kind]) + frame.seq.to_bytes(2, "big") + bytes([frame.code, frame.status])
    raw = head + len(frame.body).to_bytes(2, "big") + frame.body
    return stuff(raw + check_value(raw).to_bytes(2, "big"))


def unpack(packet: bytes) -> Frame:
    """Read a packet without its ending zero. Raises BadFrame."""
    raw = unstuff(packet)
    if len(raw) < 10 or check_value(raw[:-2]) != int.from_bytes(raw[-2:], "big"):
        raise BadFrame("check value")
    length = int.from_bytes(raw[6:8], "big")
    if raw[0] != 1 or length != len(raw) - 10 or length > LONGEST_BODY:
        raise BadFrame("header")
    return Frame(raw[1], int.from_bytes(raw[2:4], "big"), raw[4], raw[5], raw[8:-2])


class Deframer:
    """Cuts what arrives into frames; what is not one is dropped and counted."""

    def __init__(self) -> None:
        self._packet = bytearray()
        self._overlong = False
        self.dropped = 0

    def feed(self, octets: bytes) -> Iterator[Frame]:
        """Take what arrived and give each whole frame."""
        for octet in octets:
            if octet:
                self._collect(octet)
                continue
            packet, overlong = bytes(self._packet), self._overlong
            self._packet.clear()
            self._overlong = False
            if not packet and not overlong:
                continue
            try:
                if overlong:
                    raise BadFrame("too long")
                yield unpack(packet)
            except BadFrame:
                self.dropped += 1

    def _collect(self, octet: int) -> None:
        if len(self._packet) >= LONGEST_WIRE:
            self._overlong = True
        else:
            self._packet.append(octet)


def write_map(fields: dict[int, object]) -> bytes:
    """Write a body or payload: keys in rising order, shortest forms."""
    return cbor2.dumps(dict(sorted(fields.items())), canonical=True)


def read_map(octets: bytes) -> dict[int, object]:
    """Read a body: a map with unsigned keys, in its one encoding. Raises BadFrame."""
    if not octets:
        return {}
    try:
        value: object = cbor2.loads(octets)
        same = cbor2.dumps(value, canonical=True) == octets
    except cbor2.CBORError as error:
        raise BadFrame("not CBOR") from error
    if not isinstance(value, dict) or not same:
        raise BadFrame("not a plain map")
    if not all(type(key) is int and key >= 0 for key in value):
        raise BadFrame("keys are not unsigned")
    return {int(key): item for key, item in value.items()}
