"""The machine's own reading and writing of COSE_Sign1 statements (RFC 9052, Ed25519)."""

from collections.abc import Callable

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from devices.seal.simulator import wire


class BadSeal(Exception):  # noqa: N818 - it names what was seen
    """Not a statement of the form, or its signature is wrong."""


class StrangeKey(BadSeal):
    """Signed under a key id this machine does not hold."""


def write(fields: dict[int, object], key: Ed25519PrivateKey, kid: str, aad: bytes) -> bytes:
    """Sign a map."""
    protected = cbor2.dumps({1: -8, 4: kid.encode()})
    payload = wire.write_map(fields)
    signature = key.sign(cbor2.dumps(["Signature1", protected, aad, payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def read(
    octets: bytes, key_of: Callable[[str], bytes | None], aad: bytes
) -> tuple[str, dict[int, object]]:
    """Check a statement and give its key id and map. Raises BadSeal, StrangeKey."""
    protected, payload, signature = _parts(octets)
    kid = _key_id(protected)
    key = key_of(kid)
    if key is None:
        raise StrangeKey(kid)
    signed = cbor2.dumps(["Signature1", protected, aad, payload])
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
        return kid, wire.read_map(payload)
    except (InvalidSignature, ValueError, wire.BadFrame) as error:
        raise BadSeal(str(error)) from error


def _parts(octets: bytes) -> tuple[bytes, bytes, bytes]:
    try:
        tag: object = cbor2.loads(octets)
    except cbor2.CBORError as error:
        raise BadSeal("not CBOR") from error
    if not isinstance(tag, cbor2.CBORTag) or tag.tag != 18:
        raise BadSeal("no COSE_Sign1")
    value: object = tag.value
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise BadSeal("not four parts")
    protected, unprotected, payload, signature = value
    for part in (protected, payload, signature):
        if not isinstance(part, bytes):
            raise BadSeal("a part is no byte string")
    if unprotected != {} or len(signature) != 64:
        raise BadSeal("unprotected header or signature length")
    rebuilt = cbor2.CBORTag(18, [protected, {}, payload, signature])
    if cbor2.dumps(rebuilt) != octets:
        raise BadSeal("not the one encoding")
    return protected, payload, signature


def _key_id(protected: bytes) -> str:
    try:
        header = wire.read_map(protected)
    except wire.BadFrame as error:
        raise BadSeal("protected header") from error
    kid = header.get(4)
    if set(header) != {1, 4} or header[1] != -8 or not isinstance(kid, bytes):
        raise BadSeal("not EdDSA with a key id")
    try:
        return kid.decode()
    except UnicodeDecodeError as error:
        raise BadSeal("key id is no text") from error
