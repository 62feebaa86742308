"""The trust anchors a kept day is checked against: public keys, certificates, who is who.

Keys are raw Ed25519 in small hexadecimal digits, but for the hub's receipt keys, which are base64
as enrolment gave them, and the CA, which is a PEM certificate.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

ANCHORS = "anchors.json"


@dataclass(frozen=True)
class StaffMember:
    """Where a person works and what they may be asked to do."""

    office: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Anchors:
    """What is believed before anything is checked; ``plain`` is the whole of it as it was read."""

    ca: bytes
    """Head office's certificate authority, DER."""
    permit_keys: Mapping[str, bytes]
    receipt_keys: Mapping[str, Ed25519PublicKey]
    machine_id: str
    machine_key: bytes
    device: str
    office: str
    workstation_key: bytes
    people: Mapping[str, bytes]
    staff: Mapping[str, StaffMember]
    packs_root_sha256: str
    plain: Mapping[str, Any]

    def differences(self, other: "Anchors") -> tuple[str, ...]:
        """Name what two sets of anchors do not say alike, as ``machine.public_key``."""
        ours, theirs = dict(_leaves(self.plain)), dict(_leaves(other.plain))
        return tuple(
            sorted(
                name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)
            )
        )


def read_anchors(path: Path) -> Anchors:
    """Read anchors from a file; raises OSError, or ValueError where they are none."""
    try:
        return _anchors(json.loads(path.read_bytes()))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no trust anchors: {error!r}") from error


def _anchors(plain: dict[str, Any]) -> Anchors:
    certificate = load_pem_x509_certificate(plain["ca_pem"].encode("ascii"))
    return Anchors(
        ca=certificate.public_bytes(Encoding.DER),
        permit_keys={kid: _key(text) for kid, text in plain["permit_keys"].items()},
        receipt_keys={
            kid: Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
            for kid, text in plain["receipt_keys"].items()
        },
        machine_id=str(plain["machine"]["device_id"]),
        machine_key=_key(plain["machine"]["public_key"]),
        device=str(plain["workstation"]["device"]),
        office=str(plain["workstation"]["office"]),
        workstation_key=_key(plain["workstation"]["public_key"]),
        people={number: _key(text) for number, text in plain["people"].items()},
        staff={
            number: StaffMember(str(one["office"]), frozenset(one["roles"]))
            for number, one in plain["staff"].items()
        },
        packs_root_sha256=str(plain["packs_root_sha256"]),
        plain=plain,
    )


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != 32 or key.hex() != text:
        raise ValueError("a key is 64 small hexadecimal digits")
    return key


def _leaves(value: object, name: str = "") -> "list[tuple[str, object]]":
    if not isinstance(value, Mapping):
        return [(name, value)]
    found = []
    for key, inner in value.items():
        found += _leaves(inner, f"{name}.{key}" if name else str(key))
    return found
