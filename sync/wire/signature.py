"""Signed requests: RFC 9421 over method, target, body digest, idempotency key and device sequence.

The workstation's key stays where it is: signing takes a callable. The hub gives its own clock, the
tag keeps a signature made for another use from fitting here.
"""

import base64
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier
from http_message_signatures.algorithms import (
    ECDSA_P256_SHA256,
    ED25519,
    HTTPSignatureAlgorithm,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from http_message_signatures.resolvers import HTTPSignatureKeyResolver
from typing_extensions import override

from app.kit.clock import Clock
from sync.wire.faults import WireError, WireFault

TAG = "sealdesk-sync-1"
LABEL = "desk"
KEY_HEADER = "Idempotency-Key"
SEQUENCE_HEADER = "Sealdesk-Sequence"
TOKEN_HEADER = "Sealdesk-Session"  # noqa: S105 - the name of a header, not a secret
COVERED = (
    "@method",
    "@target-uri",
    "content-digest",
    KEY_HEADER.lower(),
    SEQUENCE_HEADER.lower(),
)
WINDOW = timedelta(minutes=5)
"""How old a signature may be, and how far ahead of the hub's clock, before it is refused."""

ALGORITHMS: dict[str, type[HTTPSignatureAlgorithm]] = {
    "ed25519": ED25519,
    "ecdsa-p256-sha256": ECDSA_P256_SHA256,
}
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey


@dataclass(frozen=True)
class RequestKey:
    """A workstation's key: its id, its algorithm, and the callable that signs with it."""

    key_id: str
    algorithm: str
    sign: Callable[[bytes], bytes]


@dataclass
class Signable:
    """A request as the signature sees it."""

    method: str
    url: str
    headers: MutableMapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SignedBy:
    """Who signed a request and with what: all of it was covered by the signature."""

    key_id: str
    nonce: str
    sequence: int
    idempotency_key: str
    created: int


def sign_request(
    request: Signable, body: bytes, key: RequestKey, *, created: datetime, nonce: str
) -> None:
    """Put digest and signature headers on a request; the body is as it goes over the line."""
    signer = HTTPMessageSigner(signature_algorithm=ALGORITHMS[key.algorithm])
    prepared = signer.prepare(
        request,
        key_id=key.key_id,
        created=created,
        nonce=nonce,
        tag=TAG,
        label=LABEL,
        covered_component_ids=COVERED,
        body=body,
    )
    signer.apply(request, prepared, key.sign(prepared.signature_base))


def key_id_in(signature_input: str) -> str:
    """Read which key a request claims, before anything is believed; "" where it names none."""
    _, found, rest = signature_input.partition('keyid="')
    return rest.partition('"')[0] if found else ""


def verify_request(
    request: Signable, body: bytes, algorithm: str, key: PublicKey, clock: Clock
) -> SignedBy:
    """Check a request against one key; raises WireError BAD_SIGNATURE, WRONG_DIGEST or SKEWED."""
    verifier = _Verifier(algorithm, key, clock)
    try:
        results = verifier.verify(
            request, max_age=WINDOW, expect_tag=TAG, require_components=COVERED, body=body
        )
    except HTTPMessageSignaturesException as error:
        fault = WireFault.WRONG_DIGEST if "Content-Digest" in str(error) else None
        raise WireError(fault or WireFault.BAD_SIGNATURE, str(error)) from error
    if len(results) != 1 or not results[0].nonce:
        raise WireError(WireFault.BAD_SIGNATURE, "one signature with a nonce is asked for")
    return _signed_by(results[0].parameters, results[0].covered_components)


def _signed_by(parameters: dict[str, Any], covered: dict[str, str]) -> SignedBy:
    sequence = covered[f'"{SEQUENCE_HEADER.lower()}"']
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 16):
        raise WireError(WireFault.BAD_SIGNATURE, "the sequence is not a number")
    return SignedBy(
        key_id=str(parameters["keyid"]),
        nonce=str(parameters["nonce"]),
        sequence=int(sequence),
        idempotency_key=covered[f'"{KEY_HEADER.lower()}"'],
        created=int(parameters["created"]),
    )


def public_key_of(algorithm: str, text: str) -> PublicKey:
    """Read a public key in base64: 32 raw bytes, or an uncompressed P-256 point.

    Raises WireError BAD_SIGNATURE for anything else.
    """
    try:
        raw = base64.b64decode(text, validate=True)
        if algorithm == "ed25519":
            return Ed25519PublicKey.from_public_bytes(raw)
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise WireError(WireFault.BAD_SIGNATURE, "not a public key") from error


def verify_bytes(key: PublicKey, signature: bytes, said: bytes) -> None:
    """Check a workstation's signature over bytes: Ed25519, or ECDSA P-256 over SHA-256 as r and s.

    Raises WireError BAD_SIGNATURE.
    """
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, said)
            return
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        key.verify(encode_dss_signature(r, s), said, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise WireError(WireFault.BAD_SIGNATURE, "the signature does not hold") from error


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: PublicKey) -> None:
        self._key = key

    @override
    def resolve_public_key(self, key_id: str) -> Any:
        return self._key

    @override
    def resolve_private_key(self, key_id: str) -> Any:
        raise InvalidSignature(f"no private key {key_id} is kept here")


class _Verifier(HTTPMessageVerifier):
    """The library's verifier with the house's clock in place of the machine's."""

    def __init__(self, algorithm: str, key: PublicKey, clock: Clock) -> None:
        super().__init__(signature_algorithm=ALGORITHMS[algorithm], key_resolver=_OneKey(key))
        self._clock = clock

    @override
    def validate_created_and_expires(
        self, sig_input: Any, max_age: timedelta | None = None
    ) -> None:
        created = sig_input.params.get("created")
        if type(created) is not int or "expires" in sig_input.params:
            raise WireError(WireFault.BAD_SIGNATURE, "created is asked for, expires is not used")
        age = self._clock.now().timestamp() - created
        if abs(age) > WINDOW.total_seconds():
            raise WireError(WireFault.SKEWED, f"signed {age:.0f} s ago")
