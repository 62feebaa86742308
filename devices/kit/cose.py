"""COSE_Sign1 with Ed25519 (RFC 9052, 4.2 and 4.4; RFC 9053, 2.2), the one envelope of devices.

Tag 18, an empty unprotected header, and a protected header that holds exactly the algorithm
(-8, EdDSA) and a key id. Anything that is not the one encoding is refused before its signature
is looked at, so one signed statement has one sequence of octets and one hash.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from devices.kit import cbor

_TAG_18 = b"\xd2"
_ALGORITHM, _KEY_ID, _EDDSA = 1, 4, -8
Sign = Callable[[bytes], bytes]


class NotAccepted(ValueError):  # noqa: N818 - it names the ruling
    """The envelope is malformed, by an unknown key, or its signature does not hold."""


class UnknownKey(NotAccepted):
    """The key id names no key we know."""


@dataclass(frozen=True)
class Envelope:
    """A signed statement taken apart; ``octets`` are the whole of it as received."""

    kid: bytes
    payload: bytes
    signature: bytes
    octets: bytes


def sign(payload: bytes, *, by: Sign, kid: bytes, aad: bytes) -> bytes:
    """Make an envelope; ``by`` gives the 64-octet Ed25519 signature of what it is handed."""
    protected = _protected(kid)
    signature = by(_to_be_signed(protected, payload, aad))
    return _TAG_18 + cbor.encode([protected, {}, payload, signature])


def read(octets: bytes) -> Envelope:
    """Take an envelope apart without checking who signed. Raises NotAccepted."""
    if octets[:1] != _TAG_18:
        raise NotAccepted("no COSE_Sign1 tag")
    try:
        parts = cbor.decode(octets[1:])
        match parts:
            case [bytes() as protected, {**unprotected}, bytes() as payload, bytes() as signature]:
                kid = _kid_of(protected)
            case _:
                raise NotAccepted("not the four parts of COSE_Sign1")
    except cbor.NotCanonical as error:
        raise NotAccepted(str(error)) from error
    if unprotected or len(signature) != 64:
        raise NotAccepted("unprotected header, or a signature that is not Ed25519's")
    return Envelope(kid, payload, signature, octets)


def verify(octets: bytes, keys: Mapping[bytes, bytes], *, aad: bytes) -> Envelope:
    """Take an envelope apart and check it against the raw public key its key id names.

    Raises UnknownKey or NotAccepted.
    """
    envelope = read(octets)
    key = keys.get(envelope.kid)
    if key is None:
        raise UnknownKey(f"unknown key {envelope.kid!r}")
    message = _to_be_signed(_protected(envelope.kid), envelope.payload, aad)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(envelope.signature, message)
    except InvalidSignature as error:
        raise NotAccepted("the signature does not hold") from error
    return envelope


def _protected(kid: bytes) -> bytes:
    return cbor.encode({_ALGORITHM: _EDDSA, _KEY_ID: kid})


def _kid_of(protected: bytes) -> bytes:
    match cbor.decode(protected):
        case {1: -8, 4: bytes() as kid, **rest} if not rest:
            return kid
    raise NotAccepted("not EdDSA with a key id, or more than these")


def _to_be_signed(protected: bytes, payload: bytes, aad: bytes) -> bytes:
    """Build the Sig_structure of RFC 9052, 4.4."""
    return cbor.encode(["Signature1", protected, aad, payload])
