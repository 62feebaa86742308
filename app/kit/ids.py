"""Ids that a client makes alone: UUID version 7 (RFC 9562, 5.7)."""

import hashlib
import secrets
from collections.abc import Callable
from uuid import UUID

from app.kit.clock import Clock


def new_id(clock: Clock, randbits: Callable[[int], int] = secrets.randbits) -> UUID:
    """Make an id: 48 bits of milliseconds, then randomness. Unique, not an order to rely on.

    ``randbits`` is another source only where the same ids must come out again: demo and tests.
    """
    millis = int(clock.now().timestamp() * 1000) & (1 << 48) - 1
    random = randbits(74)
    value = millis << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)


def derived_id(*parts: str) -> UUID:
    """Make the id that two desks give the same thing without asking each other.

    UUID version 8 (RFC 9562, 5.8): the first 122 free bits of the SHA-256 of the parts, one a line.
    """
    digest = int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:16], "big")
    return UUID(int=digest & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62)
