"""Ids that a client makes alone: UUID version 7 (RFC 9562, 5.7)."""

import hashlib
import secrets
from collections.abc import Callable
from uuid import UUID

from app.kit.clock import Clock

_DRAWN = 10
"""Octets drawn for one id; six of their 80 bits are thrown away."""


def new_id(clock: Clock, randbits: Callable[[int], int] = secrets.randbits) -> UUID:
    """Make an id: 48 bits of milliseconds, then randomness. Unique, not an order to rely on.

    ``randbits`` is another source only where the same ids must come out again: demo and tests.
    """
    return UUID(int=_value(clock, randbits(74)))


def new_ids(clock: Clock, count: int) -> list[UUID]:
    """Make many ids of one moment, in ascending order: what is written by them lies together."""
    head = _value(clock, 0)
    drawn = secrets.token_bytes(_DRAWN * count)
    randoms = (
        int.from_bytes(drawn[start : start + _DRAWN], "big") >> 6
        for start in range(0, len(drawn), _DRAWN)
    )
    return [UUID(int=value) for value in sorted(head | _spread(random) for random in randoms)]


def _value(clock: Clock, random: int) -> int:
    millis = int(clock.now().timestamp() * 1000) & (1 << 48) - 1
    return millis << 80 | 0x7 << 76 | 0b10 << 62 | _spread(random)


def _spread(random: int) -> int:
    """Lay 74 bits around the two that name the variant."""
    return (random >> 62) << 64 | random & (1 << 62) - 1


def derived_id(*parts: str) -> UUID:
    """Make the id that two desks give the same thing without asking each other.

    UUID version 8 (RFC 9562, 5.8): the first 122 free bits of the SHA-256 of the parts, one a line.
    """
    digest = int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:16], "big")
    return UUID(int=digest & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62)
