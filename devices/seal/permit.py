"""The permit of head office and the proofs of the two persons, as the machine reads them.

A permit is a COSE_Sign1 by a head-office key over a map with the keys 1…15: so many impressions of
one seal, by one machine, on the listed pages of one document, within a time, by these persons. It
is bound either to a challenge of the machine (online) or to an arm counter that the machine has
not used yet (offline, at most 72 hours). A proof is a COSE_Sign1 by one of those persons, for this
permit and this binding, in one role. The machine checks both itself; this side only carries them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from devices.kit import cbor, cose
from devices.seal.plain import Fields, Malformed, seconds

PERMIT_AAD = b"sealctl/permit/v1"
PROOF_AAD = b"sealctl/proof/v1"


@dataclass(frozen=True)
class PersonKey:
    """A person and the Ed25519 public key (32 octets) head office vouches for."""

    person_id: str
    public_key: bytes


@dataclass(frozen=True)
class Permit:
    """What head office allows. Times are aware, in whole seconds; hashes are 32 octets.

    Exactly one of ``nonce`` (32 octets, online) and ``arm_counter`` (offline) is given. Raises
    ValueError for anything that no machine would accept.
    """

    permit_id: UUID
    device_id: str
    seal_id: str
    document_sha256: bytes
    impressions: int
    not_before: datetime
    not_after: datetime
    persons: tuple[PersonKey, ...]
    persons_needed: int
    pages: tuple[int, ...]
    branch: str
    contract_number: str
    approval_chain_sha256: bytes
    nonce: bytes | None = None
    arm_counter: int | None = None

    def __post_init__(self) -> None:
        if (self.nonce is None) == (self.arm_counter is None):
            raise ValueError("a permit is bound to a challenge or to an arm counter")
        if self.nonce is not None and len(self.nonce) != 32:
            raise ValueError("a challenge has 32 octets")
        if len(self.document_sha256) != 32 or len(self.approval_chain_sha256) != 32:
            raise ValueError("a SHA-256 has 32 octets")
        if self.impressions < 1 or not self.pages or min(self.pages) < 1:
            raise ValueError("a permit names at least one impression and its pages")
        if not 1 <= self.persons_needed <= len(self.persons):
            raise ValueError("a permit names at least the persons it needs")
        if len({person.person_id for person in self.persons}) != len(self.persons):
            raise ValueError("a permit names a person once")
        if seconds(self.not_after) <= seconds(self.not_before):
            raise ValueError("a permit ends after it begins")

    @property
    def binding(self) -> bytes | int:
        """Give the challenge or the arm counter, whichever this permit is bound to."""
        return self.nonce if self.nonce is not None else self.arm_counter or 0

    def key_of(self, person_id: str) -> bytes | None:
        """Give the public key of a named person, None for anybody else."""
        return next((p.public_key for p in self.persons if p.person_id == person_id), None)


class Role(IntEnum):
    """What a person vouches for at the machine."""

    OPERATOR = 1
    WITNESS = 2


@dataclass(frozen=True)
class OperatorProof:
    """One person stands at the machine, in one role, for one permit and its binding."""

    person_id: str
    permit_id: UUID
    binding: bytes | int
    role: Role


def encode_permit(permit: Permit) -> bytes:
    """Give the payload that head office signs."""
    fields: dict[int, cbor.Plain] = {
        1: permit.permit_id.bytes,
        2: permit.device_id,
        3: permit.seal_id,
        4: permit.document_sha256,
        5: permit.impressions,
        6: seconds(permit.not_before),
        7: seconds(permit.not_after),
        8: [[person.person_id, person.public_key] for person in permit.persons],
        9: permit.persons_needed,
        12: list(permit.pages),
        13: permit.branch,
        14: permit.contract_number,
        15: permit.approval_chain_sha256,
    }
    fields[11 if permit.nonce is None else 10] = permit.binding
    return cbor.encode(fields)


def decode_permit(payload: bytes) -> Permit:
    """Read a payload. Raises Malformed."""
    fields = Fields(payload, "permit")
    try:
        return Permit(
            permit_id=UUID(bytes=fields.octets(1, 16)),
            device_id=fields.need(2, str),
            seal_id=fields.need(3, str),
            document_sha256=fields.octets(4, 32),
            impressions=fields.count(5),
            not_before=fields.moment(6),
            not_after=fields.moment(7),
            persons=_persons(fields.need(8, list)),
            persons_needed=fields.count(9),
            pages=fields.counts(12),
            branch=fields.need(13, str),
            contract_number=fields.need(14, str),
            approval_chain_sha256=fields.octets(15, 32),
            nonce=fields.may(10, bytes),
            arm_counter=fields.may(11, int),
        )
    except ValueError as error:
        raise Malformed(f"permit: {error}") from error


def sign_permit(permit: Permit, *, by: cose.Sign, kid: str) -> bytes:
    """Sign a permit with a head-office key; ``kid`` is that key's id."""
    return cose.sign(encode_permit(permit), by=by, kid=kid.encode(), aad=PERMIT_AAD)


def open_permit(octets: bytes, keys: Mapping[str, bytes]) -> Permit:
    """Check the signature against head-office keys by id and read the permit.

    Raises cose.NotAccepted (cose.UnknownKey among them) or Malformed.
    """
    known = {kid.encode(): key for kid, key in keys.items()}
    return decode_permit(cose.verify(octets, known, aad=PERMIT_AAD).payload)


def encode_proof(proof: OperatorProof) -> bytes:
    """Give the payload that a person signs."""
    return cbor.encode(
        {0: proof.person_id, 1: proof.permit_id.bytes, 2: proof.binding, 3: int(proof.role)}
    )


def make_proof(permit: Permit, person_id: str, role: Role, *, by: cose.Sign) -> bytes:
    """Sign, as one person, that this permit may be used now. Raises ValueError for a stranger."""
    if permit.key_of(person_id) is None:
        raise ValueError(f"{person_id} is not named in the permit")
    proof = OperatorProof(person_id, permit.permit_id, permit.binding, role)
    return cose.sign(encode_proof(proof), by=by, kid=person_id.encode(), aad=PROOF_AAD)


def open_proof(octets: bytes, permit: Permit) -> OperatorProof:
    """Check a proof against the permit it is for. Raises cose.NotAccepted or Malformed."""
    keys = {person.person_id.encode(): person.public_key for person in permit.persons}
    envelope = cose.verify(octets, keys, aad=PROOF_AAD)
    proof = _decode_proof(envelope.payload)
    if proof.person_id.encode() != envelope.kid:
        raise Malformed("proof: signed by another person than it names")
    if (proof.permit_id, proof.binding) != (permit.permit_id, permit.binding):
        raise Malformed("proof: for another permit or another moment")
    return proof


def check_proofs(octets: Sequence[bytes], permit: Permit) -> tuple[OperatorProof, ...]:
    """Check that enough different persons stand there, an operator and, for two, a witness.

    Raises cose.NotAccepted or Malformed.
    """
    proofs = tuple(open_proof(one, permit) for one in octets)
    if len({proof.person_id for proof in proofs}) != len(proofs):
        raise Malformed("proofs: the same person twice")
    roles = {proof.role for proof in proofs}
    wanted = {Role.OPERATOR} if permit.persons_needed == 1 else {Role.OPERATOR, Role.WITNESS}
    if len(proofs) < permit.persons_needed or not wanted <= roles:
        raise Malformed("proofs: a person or a role is missing")
    return proofs


def _decode_proof(payload: bytes) -> OperatorProof:
    fields = Fields(payload, "proof")
    try:
        role = Role(fields.count(3))
    except ValueError as error:
        raise Malformed("proof: no such role") from error
    permit_id = UUID(bytes=fields.octets(1, 16))
    return OperatorProof(fields.need(0, str), permit_id, fields.octets_or_count(2), role)


def _persons(values: list[object]) -> tuple[PersonKey, ...]:
    found = []
    for value in values:
        match value:
            case [str() as person_id, bytes() as key] if len(key) == 32:
                found.append(PersonKey(person_id, key))
            case _:
                raise Malformed("permit: a person is not an id and a key")
    return tuple(found)
