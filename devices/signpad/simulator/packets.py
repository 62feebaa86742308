"""The simulated pads and the packets they send, written apart from the driver's decoder.

Both follow the same public notes (format 0: five octets, the first with bit 7), so that a slip in
one shows as a disagreement of the two.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SimulatedPad:
    """A pad: line speed, the raw corners of its writing area, model number it reports, screen.

    The model numbers are ours; no public source lists Topaz's own.
    """

    baud: int
    left: int
    top: int
    right: int
    bottom: int
    number: int
    screen: bool

    @property
    def rate(self) -> int:
        """Positions per second: at most 100, and no more than the line carries with pressure."""
        return min(100, self.baud // 110)


PADS = {
    "siglite_1x5": SimulatedPad(19200, 500, 700, 2650, 2100, 1, screen=False),
    "siglite_lcd_1x5": SimulatedPad(19200, 400, 350, 2400, 1050, 2, screen=True),
    "siglite_lcd_4x5": SimulatedPad(38400, 500, 500, 2600, 2100, 3, screen=True),
    "signaturegem_1x5": SimulatedPad(19200, 400, 350, 2400, 950, 4, screen=False),
    "signaturegem_4x5": SimulatedPad(19200, 500, 700, 2650, 2100, 5, screen=False),
    "clipgem": SimulatedPad(9600, 485, 170, 2800, 3200, 6, screen=False),
}


def position_packet(x: int, y: int, *, near: bool, down: bool) -> bytes:
    """Write a place in raw units 0..4095 (type 0)."""
    return bytes([_status(0, near, down), x % 128, x // 128, y % 128, y // 128])


def pressure_packet(steps: int, *, near: bool, down: bool) -> bytes:
    """Write a pressure of 0..1023 (type 7)."""
    return bytes([_status(7, near, down), 0, 0, steps % 128, steps // 128])


def about_packet(number: int, serial: int) -> bytes:
    """Write model number (0..63) and serial number (type 2).

    The serial number's lowest 14 bits and two bits from bit 16 on travel; raises ValueError for one
    that needs the two between.
    """
    first = number * 4 + serial // 65536
    second = serial % 65536
    if second >= 16384:
        raise ValueError("bits 14 and 15 of a serial number do not travel")
    return bytes([_status(2, False, False), first % 128, first // 128, second % 128, second // 128])


def _status(kind: int, near: bool, down: bool) -> int:
    return 128 + 64 * near + 4 * kind + down
