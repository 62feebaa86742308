"""Ids that a client makes alone: UUID version 7 (RFC 9562, 5.7)."""

import secrets
from uuid import UUID

from app.kit.clock import Clock


def new_id(clock: Clock) -> UUID:
    """Make an id: 48 bits of milliseconds, then randomness. Unique, not an order to rely on."""
    millis = int(clock.now().timestamp() * 1000) & (1 << 48) - 1
    random = secrets.randbits(74)
    value = millis << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)
