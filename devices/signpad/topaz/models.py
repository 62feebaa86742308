"""The Topaz pads this driver knows: line speed, calibrated area, resolution, screen.

Source: the protocol notes of l1n/topaz-dext (README), which agree bit for bit with the independent
topaz_serial.cpp of the WaxBee firmware (2011). Left out on purpose: SignatureGem LCD 1x5, which
sends 7 data bits in another packet form whose marker bit no public source names, and GemColor 5x7,
whose calibration none gives. ``rate`` is half of what the line can carry, since every position may
travel with a pressure packet: baud / 11 bits per octet / 5 octets / 2.
"""

from dataclasses import dataclass

from devices.signpad.api import Axes

PRESSURE_STEPS = 1023
PACKET_OCTETS = 5
_BITS_PER_OCTET = 11


@dataclass(frozen=True)
class TopazModel:
    """One pad: ``baud``; raw area ``x_start..x_stop``, ``y_start..y_stop``; dpi; has a screen."""

    key: str
    name: str
    baud: int
    x_start: int
    x_stop: int
    y_start: int
    y_stop: int
    dpi: int
    screen: bool

    @property
    def packet_us(self) -> int:
        """Microseconds one packet needs on the line: 5 octets of start, 8 data, parity, stop."""
        return PACKET_OCTETS * _BITS_PER_OCTET * 1_000_000 // self.baud

    def axes(self) -> Axes:
        """Give the calibrated area, its corner moved to 0, 0."""
        return Axes(
            x_max=self.x_stop - self.x_start,
            y_max=self.y_stop - self.y_start,
            p_max=PRESSURE_STEPS,
            dpi=self.dpi,
            rate=self.baud // (_BITS_PER_OCTET * PACKET_OCTETS * 2),
        )


_ALL = (
    TopazModel("siglite_1x5", "SigLite 1x5", 19200, 500, 2650, 700, 2100, 410, False),
    TopazModel("siglite_lcd_1x5", "SigLite LCD 1x5", 19200, 400, 2400, 350, 1050, 410, True),
    TopazModel("siglite_lcd_4x5", "SigLite LCD 4x5", 38400, 500, 2600, 500, 2100, 410, True),
    TopazModel("signaturegem_1x5", "SignatureGem 1x5", 19200, 400, 2400, 350, 950, 410, False),
    TopazModel("signaturegem_4x5", "SignatureGem 4x5", 19200, 500, 2650, 700, 2100, 410, False),
    TopazModel("clipgem", "ClipGem", 9600, 485, 2800, 170, 3200, 275, False),
)
MODELS = {model.key: model for model in _ALL}
