"""The hash chain: what is hashed, how it is checked, what an anchor catches. Pure.

A line's hash is SHA-256 over the canonical JSON of its fields, the hash of the line before it among
them. A chain alone cannot see its own tail cut off, so a length with its hash (an anchor) is kept
outside the store: at the hub, in the keyring, in a signed head.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.store.types import Plain, canonical_json, spelled

ZERO = "0" * 64


@dataclass(frozen=True)
class Line:
    """The hashed fields of an audit line; ``wall_us`` in microseconds since 1970."""

    chain: str
    n: int
    prev: str
    actor: str
    action: str
    objects: Plain
    commitment: str
    boot: str
    mono_ms: int
    wall_us: int

    def hash(self) -> str:
        """Give the hash that the next line is chained to."""
        return hashlib.sha256(canonical_json(list(vars(self).values())).encode()).hexdigest()


@dataclass(frozen=True)
class Anchor:
    """A length and a hash kept outside; ``where`` says by whom."""

    where: str
    n: int
    hash: str


@dataclass(frozen=True)
class ChainVerdict:
    """What a check found: how many lines hold, the head, and the first fault."""

    entries: int
    head: str
    fault: str = ""

    @property
    def whole(self) -> bool:
        """True where nothing was found."""
        return not self.fault


def commitment(salt: str, payload: Plain) -> str:
    """Commit to a payload without telling it."""
    return hashlib.sha256(f"{salt}{spelled(payload)}".encode()).hexdigest()


def verify_chain(lines: Iterable[tuple[Line, str]], anchors: Sequence[Anchor] = ()) -> ChainVerdict:
    """Check a chain from its first line, each with its stored hash, against the anchors.

    The fault names the first line that does not hold, or the anchor that says otherwise.
    """
    prev, n = ZERO, 0
    seen = {0: ZERO}
    for line, stored in lines:
        if line.n != n + 1:
            return ChainVerdict(n, prev, f"line {n + 1} is missing: {line.n} follows {n}")
        if line.prev != prev:
            return ChainVerdict(n, prev, f"line {line.n} does not follow line {n}")
        if line.hash() != stored:
            return ChainVerdict(n, prev, f"line {line.n} was changed")
        prev, n = stored, line.n
        seen[n] = prev
    for anchor in anchors:
        if anchor.n < 0:
            return ChainVerdict(n, prev, f"{anchor.where} knows {anchor.n} lines")
        if anchor.n > n:
            return ChainVerdict(n, prev, f"{anchor.where} knows {anchor.n} lines, here are {n}")
        if seen[anchor.n] != anchor.hash:
            return ChainVerdict(n, prev, f"{anchor.where} knows another line {anchor.n}")
    return ChainVerdict(n, prev)
