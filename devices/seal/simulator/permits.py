"""How the machine judges a permit and the proofs: every rule here can end an arming.

Each refusal carries the SCP/1 status that names it, because a machine that only says "no" sends
its operator to the wrong place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.seal.simulator import sealed

PERMIT_AAD = b"sealctl/permit/v1"
PROOF_AAD = b"sealctl/proof/v1"
OFFLINE_LIFE = 72 * 3600

BAD_BODY, SIGNATURE, WRONG_DEVICE, WRONG_SEAL = 0x02, 0x20, 0x21, 0x22
NONCE, OUT_OF_TIME, REPLAY, OPERATOR, UNKNOWN_KEY = 0x23, 0x24, 0x25, 0x26, 0x2A


class No(Exception):  # noqa: N818 - it is an answer
    """The machine refuses with a status."""

    def __init__(self, status: int, body: dict[int, object] | None = None) -> None:
        super().__init__(f"{status:02x}")
        self.status = status
        self.body = body or {}


@dataclass(frozen=True)
class Held:
    """What the machine holds a permit against; ``nonce`` is the live challenge, if any."""

    device_id: str
    seal_id: str
    now: int
    nonce: bytes | None
    arm_counter: int
    spent: frozenset[str]


@dataclass(frozen=True)
class Grant:
    """A permit that passed: what may be done with it, and who stands there."""

    permit_id: bytes
    impressions: int
    ends: int
    pages: tuple[int, ...]
    persons: tuple[str, ...]
    arm_counter: int | None


def judge(permit: bytes, proofs: list[bytes], hq_keys: Mapping[str, bytes], held: Held) -> Grant:
    """Check everything a permit must be. Raises No."""
    fields = _signed_by_hq(permit, hq_keys)
    permit_id = _octets(fields, 1, 16)
    if fields.get(2) != held.device_id:
        raise No(WRONG_DEVICE)
    if fields.get(3) != held.seal_id:
        raise No(WRONG_SEAL)
    if permit_id.hex() in held.spent:
        raise No(REPLAY)
    binding = _bound(fields, held)
    ends = _in_time(fields, held.now, offline=isinstance(binding, int))
    persons = _persons(fields, permit_id, binding, proofs)
    return Grant(
        permit_id,
        _number(fields, 5, at_least=1),
        ends,
        _numbers(fields, 12),
        persons,
        binding if isinstance(binding, int) else None,
    )


def _signed_by_hq(permit: bytes, keys: Mapping[str, bytes]) -> dict[int, object]:
    """A key under the name "*" serves every key id (one root key, no rotation)."""
    try:
        _, fields = sealed.read(permit, lambda kid: keys.get(kid, keys.get("*")), PERMIT_AAD)
    except sealed.StrangeKey as error:
        raise No(UNKNOWN_KEY) from error
    except sealed.BadSeal as error:
        raise No(SIGNATURE) from error
    return fields


def _bound(fields: dict[int, object], held: Held) -> bytes | int:
    """Exactly one binding: the live challenge, or an arm counter never reached before."""
    if (10 in fields) == (11 in fields):
        raise No(BAD_BODY)
    if 10 in fields:
        nonce = _octets(fields, 10, 32)
        if nonce != held.nonce:
            raise No(NONCE)
        return nonce
    counter = _number(fields, 11, at_least=0)
    if counter <= held.arm_counter:
        raise No(REPLAY)
    return counter


def _in_time(fields: dict[int, object], now: int, *, offline: bool) -> int:
    begins, ends = _number(fields, 6, at_least=0), _number(fields, 7, at_least=0)
    if not begins <= now <= ends or (offline and ends - begins > OFFLINE_LIFE):
        raise No(OUT_OF_TIME)
    return ends


def _persons(
    fields: dict[int, object], permit_id: bytes, binding: bytes | int, proofs: list[bytes]
) -> tuple[str, ...]:
    """Enough different named persons, among them an operator and, for two, a witness."""
    keys = _named(fields)
    needed = _number(fields, 9, at_least=1)
    roles: dict[str, object] = {}
    for proof in proofs:
        person, role = _proved(proof, keys, permit_id, binding)
        if person in roles:
            raise No(OPERATOR)
        roles[person] = role
    wanted = {1} if needed == 1 else {1, 2}
    if len(roles) < needed or not wanted <= set(roles.values()):
        raise No(OPERATOR)
    return tuple(roles)


def _proved(
    proof: bytes, keys: Mapping[str, bytes], permit_id: bytes, binding: bytes | int
) -> tuple[str, int]:
    try:
        kid, fields = sealed.read(proof, keys.get, PROOF_AAD)
    except sealed.BadSeal as error:
        raise No(OPERATOR) from error
    role = fields.get(3)
    same = fields.get(0) == kid and fields.get(1) == permit_id
    if not same or fields.get(2) != binding or type(fields.get(2)) is not type(binding):
        raise No(OPERATOR)
    if type(role) is not int or role not in (1, 2):
        raise No(OPERATOR)
    return kid, role


def _named(fields: dict[int, object]) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    people = fields.get(8)
    for pair in people if isinstance(people, list | tuple) else ():
        match pair:
            case [str() as person, bytes() as key] if len(key) == 32 and person not in keys:
                keys[person] = key
            case _:
                raise No(BAD_BODY)
    return keys


def _octets(fields: dict[int, object], key: int, length: int) -> bytes:
    value = fields.get(key)
    if not isinstance(value, bytes) or len(value) != length:
        raise No(BAD_BODY)
    return value


def _number(fields: dict[int, object], key: int, *, at_least: int) -> int:
    value = fields.get(key)
    if type(value) is not int or value < at_least:
        raise No(BAD_BODY)
    return value


def _numbers(fields: dict[int, object], key: int) -> tuple[int, ...]:
    value = fields.get(key)
    if not isinstance(value, list | tuple) or not value:
        raise No(BAD_BODY)
    if not all(type(item) is int for item in value):
        raise No(BAD_BODY)
    return tuple(item for item in value if isinstance(item, int))
