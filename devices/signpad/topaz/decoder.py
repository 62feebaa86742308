"""The Topaz packet, format 0, octet by octet: no device, no clock, any input allowed.

    octet 0   1 N t t t - - D    bit 7 marks the packet, N pen near, t type (bits 4..2), D touching
    octet 1-4 0 ddddddd          four times seven bits

    type 0 1 4  position   x = (o2 & 1F) << 7 | o1      y = (o4 & 1F) << 7 | o3
    type 7      pressure   p = (o4 & 07) << 7 | o3      holds for the positions that follow
    type 2      about      d0 = o2 << 7 | o1, d1 = o4 << 7 | o3: model (d0 & FC) >> 2,
                           serial (d0 & 03) << 16 | d1; d0 and d1 have 14 bits
    type 3      reply to a command
    type 5 6    reserved

An octet with bit 7 always begins a packet, so after any disturbance the next whole packet is read.
Thrown away and counted: octets before a marker, packets a marker cuts short, positions and
pressures with bits where none may be (o2 or o4 & E0), positions with x = y = 0FFF, reserved types.
"""

from dataclasses import dataclass
from typing import TypeAlias

from devices.signpad.topaz.models import PACKET_OCTETS

_MARK, _NEAR, _DOWN = 0x80, 0x40, 0x01
_POSITIONS = (0, 1, 4)
_ABOUT, _REPLY, _PRESSURE = 2, 3, 7
_NOWHERE = 0x0FFF


@dataclass(frozen=True, slots=True)
class Position:
    """Where the pen is, in raw pad units 0..4095."""

    x: int
    y: int
    near: bool
    down: bool


@dataclass(frozen=True, slots=True)
class Pressure:
    """How hard the pen presses, 0..1023."""

    steps: int
    near: bool
    down: bool


@dataclass(frozen=True, slots=True)
class About:
    """Model number (6 bits) and serial number (2 bits of the first pair, 14 of the second)."""

    model: int
    serial: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The pad's answer to a command: its four data octets."""

    octets: bytes


Packet: TypeAlias = Position | Pressure | About | Reply


@dataclass(frozen=True, slots=True)
class Losses:
    """What was thrown away: packets cut short, packets with impossible content, stray octets."""

    cut: int = 0
    impossible: int = 0
    stray_octets: int = 0

    @property
    def packets(self) -> int:
        """Readings known to be lost; five stray octets are at least one more."""
        return self.cut + self.impossible + self.stray_octets // PACKET_OCTETS


class Decoder:
    """Turns octets into packets; keeps at most four octets between calls."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._cut = 0
        self._impossible = 0
        self._stray = 0

    @property
    def losses(self) -> Losses:
        """Say what was thrown away since the decoder was made."""
        return Losses(self._cut, self._impossible, self._stray)

    def feed(self, octets: bytes) -> list[Packet]:
        """Take octets in pieces of any size and give the packets they complete."""
        found = []
        for octet in octets:
            packet = self._take(octet)
            if packet is not None:
                found.append(packet)
        return found

    def _take(self, octet: int) -> Packet | None:
        if octet & _MARK:
            self._cut += bool(self._held)
            self._held[:] = (octet,)
            return None
        if not self._held:
            self._stray += 1
            return None
        self._held.append(octet)
        if len(self._held) < PACKET_OCTETS:
            return None
        packet = read_packet(bytes(self._held))
        self._held.clear()
        self._impossible += packet is None
        return packet


def read_packet(octets: bytes) -> Packet | None:
    """Read one packet of five octets whose first alone has bit 7; None if it cannot be true."""
    status, low_x, high_x, low_y, high_y = octets
    kind = status >> 2 & 7
    near, down = bool(status & _NEAR), bool(status & _DOWN)
    if kind == _ABOUT:
        return _about(high_x << 7 | low_x, high_y << 7 | low_y)
    if kind == _REPLY:
        return Reply(octets[1:])
    if (high_x | high_y) & 0xE0:
        return None
    if kind == _PRESSURE:
        return Pressure((high_y & 0x07) << 7 | low_y, near, down)
    if kind not in _POSITIONS:
        return None
    x, y = high_x << 7 | low_x, high_y << 7 | low_y
    return None if x == y == _NOWHERE else Position(x, y, near, down)


def _about(first: int, second: int) -> About:
    return About(model=(first & 0xFC) >> 2, serial=(first & 0x03) << 16 | second)
