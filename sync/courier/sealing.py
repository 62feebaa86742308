"""Sealing a stream to one key: HPKE (RFC 9180) for the stream's key, AES-256-GCM for its chunks.

The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode. The nonce of chunk n
is n in 12 bytes; the additional data are the SHA-256 of the head and whether the chunk is the last:
no chunk can be dropped, swapped, cut off or carried over to another pack.
"""

import base64
import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

CHUNK = 256 * 1024
"""Plain bytes of one chunk at most."""
TAG = 16
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"sealdesk courier key 1\n"


class SealError(Exception):
    """What was sealed does not open: another key, or not the bytes that were sealed."""


def raw_public(key: X25519PrivateKey) -> str:
    """Give the public half of a key: 32 raw bytes in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def key_id(public: str) -> str:
    """Give the id of a public key in base64: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def is_key(public: str) -> bool:
    """Say whether a text is a public key: 32 raw bytes in base64."""
    try:
        return len(base64.b64decode(public, validate=True)) == 32
    except ValueError:
        return False


def seal_key(stream_key: bytes, public: str, bound_to: bytes) -> str:
    """Seal a stream's key to a public key, bound to some bytes; raises ValueError for no key."""
    to = X25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
    sealed = _SUITE.encrypt(stream_key, to, info=_INFO + bound_to)
    return base64.b64encode(sealed).decode("ascii")


def open_key(sealed: str, key: X25519PrivateKey, bound_to: bytes) -> bytes:
    """Undo ``seal_key``; raises SealError."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _SUITE.decrypt(raw, key, info=_INFO + bound_to)
    except (InvalidTag, ValueError) as error:
        raise SealError("the key of the stream does not open") from error


def seal_chunk(key: bytes, n: int, plain: bytes, head: bytes, *, last: bool) -> bytes:
    """Seal chunk ``n`` of a stream; ``head`` is the SHA-256 of what stands before it."""
    return AESGCM(key).encrypt(n.to_bytes(12, "big"), plain, head + bytes([last]))


def open_chunk(key: bytes, n: int, sealed: bytes, head: bytes, *, last: bool) -> bytes:
    """Undo ``seal_chunk``; raises SealError."""
    try:
        return AESGCM(key).decrypt(n.to_bytes(12, "big"), sealed, head + bytes([last]))
    except (InvalidTag, ValueError) as error:
        raise SealError(f"chunk {n} does not open") from error
