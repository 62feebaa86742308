"""CRC-16/IBM-3740: polynomial 1021, start FFFF, not reflected; "123456789" gives 29B1."""


def _step(value: int) -> int:
    for _ in range(8):
        value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
    return value & 0xFFFF


_TABLE = tuple(_step(high << 8) for high in range(256))


def crc16(octets: bytes) -> int:
    """Give the check value of some octets, 0…FFFF."""
    value = 0xFFFF
    for octet in octets:
        value = (value << 8 & 0xFFFF) ^ _TABLE[value >> 8 ^ octet]
    return value
