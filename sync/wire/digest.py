"""The digest of a scope: the sum mod 2^64 of one 64-bit hash per live row.

A sum can be kept up to date row by row on both sides and does not depend on order, so comparing
two stores of any size costs one comparison.
"""

import hashlib
from uuid import UUID

MODULUS = 1 << 64
BUCKETS = 256
"""Into how many buckets rows are split when two digests differ: by the first byte of the hash."""


def hash64(kind: str, id: UUID, ver: int) -> int:
    """Hash one live row: 8 bytes of BLAKE2b over kind, NUL, id (16 bytes), version (8 bytes)."""
    said = kind.encode() + b"\0" + id.bytes + ver.to_bytes(8, "big")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big")


def bucket_of(kind: str, id: UUID) -> int:
    """Say in which bucket a row is compared; its version does not move it."""
    return hashlib.blake2b(kind.encode() + b"\0" + id.bytes, digest_size=1).digest()[0]


def moved(digest: int, kind: str, id: UUID, *, before: int, after: int) -> int:
    """Move a digest from one version of a row to another; version 0 means the row is not there."""
    if before:
        digest -= hash64(kind, id, before)
    if after:
        digest += hash64(kind, id, after)
    return digest % MODULUS


def digest_text(digest: int) -> str:
    """Write a digest as 16 hex digits."""
    return f"{digest:016x}"


def digest_of(text: str) -> int:
    """Read a digest; raises ValueError if it is not hex or too long."""
    value = int(text, 16)
    if not 0 <= value < MODULUS:
        raise ValueError(f"{text!r} is not a digest")
    return value
