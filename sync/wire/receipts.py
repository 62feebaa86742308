"""Signed answers: what makes "acknowledged" provable.

The hub signs the exact bytes of a receipt (Ed25519, with a line before them that says what they
are for); the receipt names the request and the reply by their SHA-256. Nothing is re-written
before it is checked: the bytes that came are the bytes that are verified and kept.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.wire.body import decode, encode
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import Envelope, Message, Receipt

M = TypeVar("M", bound=Message)
PURPOSE = b"sealdesk receipt 1\n"
"""Stands before the receipt's bytes under the signature."""


@dataclass(frozen=True)
class Kept:
    """A verified receipt as it is kept: its exact text, the signature and key id, all text."""

    key_id: str
    text: str
    signature: str


@dataclass(frozen=True)
class Answer(Generic[M]):
    """A reply whose receipt held."""

    reply: M
    receipt: Receipt
    kept: Kept


def seal(receipt: Receipt, reply: bytes, key_id: str, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign a receipt and put it round its reply; gives the body."""
    said = encode(receipt)
    signature = base64.b64encode(sign(PURPOSE + said)).decode("ascii")
    return encode(Envelope(key_id, msgspec.Raw(said), signature, msgspec.Raw(reply)))


def unseal(
    kind: type[M],
    body: bytes,
    keys: dict[str, Ed25519PublicKey],
    *,
    request: bytes,
    nonce: str,
) -> Answer[M]:
    """Check a signed answer to a request and read it; raises WireError WRONG_RECEIPT and others."""
    envelope = decode(Envelope, body)
    said = bytes(envelope.receipt)
    verify_receipt(said, envelope.signature, keys.get(envelope.key_id))
    receipt = decode(Receipt, said)
    if receipt.nonce != nonce or receipt.request != sha256(request):
        raise WireError(WireFault.WRONG_RECEIPT, "it answers another request")
    reply = bytes(envelope.reply)
    if receipt.reply != sha256(reply):
        raise WireError(WireFault.WRONG_RECEIPT, "it was written for another reply")
    kept = Kept(envelope.key_id, said.decode(), envelope.signature)
    return Answer(decode(kind, reply), receipt, kept)


def verify_receipt(said: bytes, signature: str, key: Ed25519PublicKey | None) -> None:
    """Check the hub's signature over a receipt's bytes; raises WireError WRONG_RECEIPT."""
    if key is None:
        raise WireError(WireFault.WRONG_RECEIPT, "signed with a key that is not head office's")
    try:
        key.verify(base64.b64decode(signature, validate=True), PURPOSE + said)
    except (InvalidSignature, ValueError) as error:
        raise WireError(WireFault.WRONG_RECEIPT, "the signature does not hold") from error


def sha256(raw: bytes) -> str:
    """Give the SHA-256 of bytes in hex."""
    return hashlib.sha256(raw).hexdigest()
