"""Evidence: canonical bytes, the hash chain over events, and the digests it is built on.

Chain rule (domain.md 6): ``h_n = SHA-256(h_(n-1) || canonical_json(record_n))`` where ``h_(n-1)``
enters as its 64 lower-case hexadecimal characters and ``h_0`` is 64 zeros. Canonical JSON: keys
sorted, no spaces, UTF-8, integers and texts only (a float would have more than one spelling).

A chain alone cannot see its tail cut off, so whoever keeps it also keeps its length and last hash.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIRST = "0" * 64
"""What stands before the first record."""


def canonical_json(record: Mapping[str, object]) -> bytes:
    """Spell a record in the one way that is hashed; raises TypeError for floats and other kinds."""
    return json.dumps(
        _plain(record), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode("utf-8")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("a canonical key is a text")
    return key


@dataclass(frozen=True)
class EvidenceEvent:
    """One thing that happened to an envelope; ``at`` is ISO 8601 with its offset."""

    seq: int
    event: str
    at: str
    facts: tuple[tuple[str, str | int], ...] = ()

    def record(self) -> dict[str, object]:
        """Give the flat record the chain is computed over; a fact may not hide a field."""
        record: dict[str, object] = dict(self.facts)
        own = {"seq": self.seq, "event": self.event, "ts": self.at}
        if len(record) != len(self.facts) or own.keys() & record.keys():
            raise ValueError("a fact of an event has a name that is taken")
        return record | own


def next_hash(previous: str, record: Mapping[str, object]) -> str:
    """Chain one record to the hash before it."""
    return hashlib.sha256(previous.encode("ascii") + canonical_json(record)).hexdigest()


def chain(records: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """Give the hash after each record, from the first on."""
    hashes: list[str] = []
    for record in records:
        hashes.append(next_hash(hashes[-1] if hashes else FIRST, record))
    return tuple(hashes)


def chain_of_events(events: Sequence[EvidenceEvent]) -> tuple[str, ...]:
    """Chain events; their numbers must run 1, 2, 3 … without a gap, else ValueError."""
    if [event.seq for event in events] != list(range(1, len(events) + 1)):
        raise ValueError("the events of an envelope are numbered without a gap")
    return chain(event.record() for event in events)


def first_break(records: Sequence[Mapping[str, object]], hashes: Sequence[str]) -> int | None:
    """Say at which place (from 0) records and kept hashes part, or None where they agree.

    A missing or a surplus record breaks at the first place only one side has.
    """
    for place, (found, kept) in enumerate(zip(chain(records), hashes, strict=False)):
        if found != kept:
            return place
    return None if len(records) == len(hashes) else min(len(records), len(hashes))


def sha256_hex(content: bytes) -> str:
    """Give the SHA-256 (FIPS 180-4) of bytes in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sm3_hex(content: bytes) -> str:
    """Give the SM3 digest (GB/T 32905) in lower-case hexadecimal.

    OpenSSL computes it where it was built with SM3; elsewhere our own code does.
    """
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", content).hexdigest()
    return sm3_plain(content).hex()


def sm3_plain(content: bytes) -> bytes:
    """Compute SM3 from its definition, for machines whose OpenSSL lacks it (GB/T 32905, 5)."""
    state = (
        0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
        0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
    )  # fmt: skip
    padded = (
        content + b"\x80" + bytes(-(len(content) + 9) % 64) + struct.pack(">Q", len(content) * 8)
    )
    for start in range(0, len(padded), 64):
        state = _sm3_block(state, padded[start : start + 64])
    return struct.pack(">8I", *state)


_Words8 = tuple[int, int, int, int, int, int, int, int]


def _left(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def _sm3_schedule(block: bytes) -> list[int]:
    words = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _left(words[j - 3], 15)
        mixed ^= _left(mixed, 15) ^ _left(mixed, 23)
        words.append(mixed ^ _left(words[j - 13], 7) ^ words[j - 6])
    return words


def _sm3_block(state: _Words8, block: bytes) -> _Words8:
    """Compress one block: the names are those of the standard."""
    w = _sm3_schedule(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        early = j < 16
        turned = _left(a, 12)
        ss1 = _left((turned + e + _left(0x79CC4519 if early else 0x7A879D8A, j)) & 0xFFFFFFFF, 7)
        ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if early else (e & f) | (~e & 0xFFFFFFFF & g)
        tt1 = (ff + d + (ss1 ^ turned) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
        tt2 = (gg + h + ss1 + w[j]) & 0xFFFFFFFF
        a, b, c, d = tt1, a, _left(b, 9), c
        e, f, g, h = tt2 ^ _left(tt2, 9) ^ _left(tt2, 17), e, _left(f, 19), g
    return (
        state[0] ^ a, state[1] ^ b, state[2] ^ c, state[3] ^ d,
        state[4] ^ e, state[5] ^ f, state[6] ^ g, state[7] ^ h,
    )  # fmt: skip
