"""Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): packets without a zero octet.

A zero then ends a packet, so a reader that lost its place finds it again at the next zero.
"""

_RUN = 254


class NotStuffed(ValueError):  # noqa: N818 - it names what was seen
    """The octets are no COBS packet."""


def encode(octets: bytes) -> bytes:
    """Stuff a packet; the ending zero is not included."""
    out = bytearray()
    for index, run in enumerate(parts := octets.split(b"\0")):
        last = index == len(parts) - 1
        while len(run) >= _RUN:
            out += b"\xff" + run[:_RUN]
            run = run[_RUN:]
            if not run and last:
                return bytes(out)
        out += bytes([len(run) + 1]) + run
    return bytes(out)


def decode(packet: bytes) -> bytes:
    """Give the octets of one packet (without its ending zero). Raises NotStuffed."""
    out = bytearray()
    at = 0
    while at < len(packet):
        code = packet[at]
        run = packet[at + 1 : at + code]
        if code == 0 or len(run) != code - 1 or 0 in run:
            raise NotStuffed(f"bad run at {at}")
        out += run
        at += code
        if code <= _RUN and at < len(packet):
            out.append(0)
    if not packet:
        raise NotStuffed("empty")
    return bytes(out)
