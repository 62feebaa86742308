"""Ids that a client makes alone: UUID version 7 (RFC 9562, 5.7)."""

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
