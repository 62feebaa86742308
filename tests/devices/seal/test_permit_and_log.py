"""What no permit may say, and every way a log can fail to follow."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.kit import cbor, cose
from devices.seal import api
from devices.seal.simulator import states as machine_states
from tests.devices.seal.rig import HQ_KEY, PEOPLE, make_permit, proofs, prove, public, signed

NONCE = bytes(range(32))


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": None},
        {"nonce": NONCE, "arm_counter": 3},
        {"nonce": NONCE[:31]},
        {"document_sha256": b"short"},
        {"approval_chain_sha256": b""},
        {"impressions": 0},
        {"pages": ()},
        {"pages": (0,)},
        {"persons_needed": 3},
        {"persons_needed": 0},
    ],
)
def test_what_no_machine_would_accept_is_no_permit(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"permit|challenge|SHA-256"):
        make_permit(**{"nonce": NONCE, **wrong})


def test_times_are_aware_whole_seconds_and_in_order() -> None:
    permit = make_permit(nonce=NONCE)
    for wrong in (
        permit.not_before.replace(tzinfo=None),
        permit.not_before + timedelta(microseconds=1),
        permit.not_after,
    ):
        with pytest.raises(ValueError, match=r"time|ends"):
            replace(permit, not_before=wrong)


def test_a_person_named_twice_is_no_two_persons() -> None:
    permit = make_permit(nonce=NONCE)
    with pytest.raises(ValueError, match="once"):
        replace(permit, persons=(permit.persons[0], permit.persons[0]))


def test_only_head_office_signs_permits() -> None:
    permit = make_permit(nonce=NONCE)
    keys = {"hq-2026-1": public(HQ_KEY)}
    assert api.open_permit(signed(permit), keys) == permit
    stranger = api.sign_permit(permit, by=Ed25519PrivateKey.generate().sign, kid="hq-2026-1")
    with pytest.raises(cose.NotAccepted):
        api.open_permit(stranger, keys)
    with pytest.raises(cose.UnknownKey):
        api.open_permit(signed(permit, kid="hq-2020-1"), keys)


def test_a_proof_cannot_be_signed_for_a_stranger_or_by_another() -> None:
    permit = make_permit(nonce=NONCE)
    with pytest.raises(ValueError, match="not named"):
        prove(permit, PEOPLE[2], api.Role.WITNESS)
    borrowed = api.OperatorProof(PEOPLE[0], permit.permit_id, NONCE, api.Role.OPERATOR)
    key = Ed25519PrivateKey.generate()
    forged = cose.sign(
        api.encode_proof(borrowed), by=key.sign, kid=PEOPLE[0].encode(), aad=b"sealctl/proof/v1"
    )
    with pytest.raises(cose.NotAccepted):
        api.open_proof(forged, permit)


def test_enough_people_in_the_right_roles() -> None:
    permit = make_permit(nonce=NONCE)
    assert len(api.check_proofs(proofs(permit), permit)) == 2
    two_operators = [prove(permit, name, api.Role.OPERATOR) for name in PEOPLE[:2]]
    with pytest.raises(api.Malformed):
        api.check_proofs(two_operators, permit)
    alone = replace(permit, persons_needed=1)
    assert api.check_proofs([prove(alone, PEOPLE[0], api.Role.OPERATOR)], alone)


@pytest.mark.parametrize("key", range(1, 16))
def test_a_permit_without_one_field_is_refused(key: int) -> None:
    fields = cbor.decode(api.encode_permit(make_permit(nonce=NONCE)))
    assert isinstance(fields, dict)
    if key == 11:
        fields[11] = 5
    else:
        del fields[key]
    with pytest.raises(api.Malformed):
        api.decode_permit(cbor.encode(fields))


# -- the log -----------------------------------------------------------------------------------

DEVICE_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"machine").digest())
PERMIT = UUID(int=5)


def entry(sequence: int, previous: bytes, total: int, phase: api.Phase, **more: object) -> bytes:
    fields: dict[int, cbor.Plain] = {
        1: sequence,
        2: previous,
        3: total,
        4: PERMIT.bytes,
        5: 1,
        6: int(phase),
        7: 1790000000,
        8: ["u1", "u2"],
        10: 49,
        11: bytes(8),
    }
    if "cause" in more:
        fields[12] = int(str(more["cause"]))
    return cose.sign(cbor.encode(fields), by=DEVICE_KEY.sign, kid=b"D", aad=b"sealctl/log/v1")


def chain(*phases: tuple[api.Phase, int]) -> list[bytes]:
    entries: list[bytes] = []
    head = bytes(32)
    for number, (phase, total) in enumerate(phases, start=1):
        entries.append(entry(number, head, total, phase))
        head = hashlib.sha256(entries[-1]).digest()
    return entries


GOOD = chain((api.Phase.INTENT, 7), (api.Phase.DOWN, 8), (api.Phase.DONE, 8), (api.Phase.INTENT, 8))
START = api.LogPosition(0, bytes(32), 7)


def verified(entries: list[bytes], start: api.LogPosition = START) -> tuple[api.LogEntry, ...]:
    return api.verify_log(entries, public(DEVICE_KEY), "D", start)


def test_a_whole_log_holds_and_can_be_continued_anywhere() -> None:
    known = verified(GOOD)
    for cut in range(1, len(GOOD)):
        assert verified(GOOD[cut:], known[cut - 1].position) == known[cut:]


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda log: [*log[:1], *log[2:]], "sequence"),
        (lambda log: [log[0], log[2], log[1], log[3]], "sequence"),
        (lambda log: [log[0], *log], "sequence"),
        (lambda log: [log[0], entry(2, bytes(32), 8, api.Phase.DOWN)], "head"),
        (lambda log: [*log[:3], log[3][:-1] + bytes([log[3][-1] ^ 1])], "signature"),
        (lambda _: chain((api.Phase.INTENT, 7), (api.Phase.DOWN, 9)), "total"),
        (lambda _: chain((api.Phase.INTENT, 7), (api.Phase.DOWN, 7)), "total"),
        (lambda _: chain((api.Phase.INTENT, 8)), "total"),
    ],
)
def test_a_log_that_was_touched_is_broken(
    spoil: Callable[[list[bytes]], list[bytes]], kind: str
) -> None:
    with pytest.raises(api.LogBroken) as broken:
        verified(spoil(list(GOOD)))
    assert broken.value.kind == kind


def test_another_machines_entries_are_no_log_of_this_one() -> None:
    with pytest.raises(api.LogBroken):
        api.verify_log(GOOD, public(DEVICE_KEY), "E", START)


def test_driver_and_machine_move_by_the_same_table() -> None:
    """Each side wrote its own; the host's extra rows are those of finding and losing the link."""
    machine = {
        (state.name, happening): following.name
        for state, moves in machine_states.MOVES.items()
        for happening, following in moves.items()
    }
    only_host = {api.Happening.FOUND, api.Happening.IDENTIFIED, api.Happening.LINK_LOST}
    host = {
        (state.name, happening.value): following.name
        for (state, happening), following in api.TRANSITIONS.items()
        if happening not in only_host
    }
    assert host == machine
    assert {s.name: int(s) for s in machine_states.State}.items() <= {
        s.name: int(s) for s in api.DeviceState
    }.items()


def test_a_move_that_is_not_in_the_table_is_none() -> None:
    assert api.after(api.DeviceState.ARMED, api.Happening.ACCEPTED) is api.DeviceState.STAMPING
    with pytest.raises(api.NoSuchMove):
        api.after(api.DeviceState.LOCKED, api.Happening.ACCEPTED)
