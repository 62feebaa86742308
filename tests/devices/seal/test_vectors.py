"""Driver and simulator, each alone, against the published octets of SCP/1, both ways."""

import hashlib
from typing import Any

import pytest

from devices.kit import cbor, cose
from devices.kit.errors import ProtocolError
from devices.seal import api
from devices.seal.scp1.frames import Frame, FrameReader, Kind, decode_frame, encode_frame
from devices.seal.simulator import permits, sealed, wire

AADS = {"permit": b"sealctl/permit/v1", "proof": b"sealctl/proof/v1", "log": b"sealctl/log/v1"}
DEVICE, KID = "SC-000123", "hq-2026-1"


def octets(value: str) -> bytes:
    return bytes.fromhex(value)


def test_driver_frames(vectors: dict[str, Any]) -> None:
    for vector in vectors["frames"]:
        packet = octets(vector["wire"])
        frame = decode_frame(packet[:-1], "d")
        assert frame.body == octets(vector["body_cbor"]), vector["name"]
        assert encode_frame(frame) == packet
        assert len(packet) == vector["wire_len"]
        if frame.body:
            assert cbor.encode(cbor.decode(frame.body)) == frame.body


def test_machine_frames(vectors: dict[str, Any]) -> None:
    for vector in vectors["frames"]:
        packet = octets(vector["wire"])
        frame = wire.unpack(packet[:-1])
        assert frame.body == octets(vector["body_cbor"]), vector["name"]
        assert wire.pack(frame) == packet
        assert wire.unstuff(packet[:-1]) == octets(vector["raw"])
        if frame.body:
            assert wire.write_map(wire.read_map(frame.body)) == frame.body


def test_driver_makes_the_ping_and_the_stamp_from_values(vectors: dict[str, Any]) -> None:
    wires = {vector["name"]: octets(vector["wire"]) for vector in vectors["frames"]}
    assert encode_frame(Frame(Kind.REQUEST, 1, 0x7E)) == wires["PING"]
    permit = api.open_permit(octets(vectors["permit_online"]), hq(vectors))
    body = cbor.encode({0: permit.permit_id.bytes, 1: 1, 2: 1})
    assert encode_frame(Frame(Kind.REQUEST, 5, 0x06, 0, body)) == wires["STAMP"]
    answer = Frame(Kind.RESPONSE, 5, 0x06, 0x12, cbor.encode({0: 3}))
    assert encode_frame(answer) == wires["error BAD_STATE"]
    proofs = [octets(proof) for proof in vectors["operator_proofs_online"]]
    arm = cbor.encode({0: octets(vectors["permit_online"]), 1: proofs})
    assert encode_frame(Frame(Kind.REQUEST, 4, 0x04, 0, arm)) == wires["ARM"]


def test_a_bad_check_value_is_refused_by_both(vectors: dict[str, Any]) -> None:
    packet = octets(vectors["bad_crc_wire"])[:-1]
    with pytest.raises(ProtocolError):
        decode_frame(packet, "d")
    with pytest.raises(wire.BadFrame):
        wire.unpack(packet)
    reader, deframer = FrameReader("d"), wire.Deframer()
    good = octets(vectors["frames"][0]["wire"])
    assert len(list(reader.feed(packet + b"\0" + good))) == 1
    assert len(list(deframer.feed(packet + b"\0" + good))) == 1
    assert (reader.dropped, deframer.dropped) == (1, 1)


def hq(vectors: dict[str, Any]) -> dict[str, bytes]:
    return {KID: octets(vectors["hq_pub"])}


@pytest.mark.parametrize("kind", ["permit_online", "permit_offline"])
def test_permits_open_and_encode_to_the_same_octets(vectors: dict[str, Any], kind: str) -> None:
    signed = octets(vectors[kind])
    permit = api.open_permit(signed, hq(vectors))
    assert (permit.device_id, permit.seal_id, permit.pages) == (DEVICE, "SEAL-BJ-07", (1, 5, 9))
    assert permit.impressions == 3 and permit.contract_number == "HT-2026-000871"
    assert (permit.nonce is None) == (kind == "permit_offline")
    assert permit.arm_counter == (58 if kind == "permit_offline" else None)
    assert api.encode_permit(permit) == cose.read(signed).payload
    assert api.decode_permit(api.encode_permit(permit)) == permit
    assert len(octets(vectors["permit_online"])) == vectors["permit_len"]


@pytest.mark.parametrize("kind", ["online", "offline"])
def test_proofs_open_and_encode_to_the_same_octets(vectors: dict[str, Any], kind: str) -> None:
    permit = api.open_permit(octets(vectors[f"permit_{kind}"]), hq(vectors))
    signed = [octets(proof) for proof in vectors[f"operator_proofs_{kind}"]]
    proofs = api.check_proofs(signed, permit)
    assert [(p.person_id, p.role) for p in proofs] == [
        ("u1007", api.Role.OPERATOR),
        ("u2044", api.Role.WITNESS),
    ]
    for proof, one in zip(proofs, signed, strict=True):
        assert api.encode_proof(proof) == cose.read(one).payload
        assert permit.key_of(proof.person_id) == octets(vectors["person_pubs"][proof.person_id])


def test_proofs_are_for_one_permit_and_two_people(vectors: dict[str, Any]) -> None:
    online = api.open_permit(octets(vectors["permit_online"]), hq(vectors))
    offline = [octets(proof) for proof in vectors["operator_proofs_offline"]]
    with pytest.raises(api.Malformed):
        api.check_proofs(offline, online)
    good = [octets(proof) for proof in vectors["operator_proofs_online"]]
    for wrong in ([], good[:1], good[1:], [good[0], good[0]]):
        with pytest.raises(api.Malformed):
            api.check_proofs(wrong, online)


def test_the_log_verifies_and_ends_at_the_published_head(vectors: dict[str, Any]) -> None:
    entries = [octets(entry) for entry in vectors["log_entries"]]
    assert {len(entry) for entry in entries[:1]} == {vectors["log_entry_len"]}
    start = api.LogPosition(100, bytes(32), 4711)
    known = api.verify_log(entries, octets(vectors["device_pub"]), DEVICE, start)
    assert known[-1].head == octets(vectors["log_head"])
    assert [entry.phase.name for entry in known] == ["ARMED", "INTENT", "DOWN", "DONE"]
    assert [entry.total for entry in known] == [4711, 4711, 4712, 4712]
    assert hashlib.sha256(entries[0]).digest() == known[1].previous


def test_the_machine_reads_the_same_statements(vectors: dict[str, Any]) -> None:
    keys = {
        "permit": hq(vectors),
        "proof": {name: octets(key) for name, key in vectors["person_pubs"].items()},
        "log": {DEVICE: octets(vectors["device_pub"])},
    }
    statements = [("permit", vectors[f"permit_{kind}"]) for kind in ("online", "offline")]
    statements += [("proof", p) for p in vectors["operator_proofs_online"]]
    statements += [("proof", p) for p in vectors["operator_proofs_offline"]]
    statements += [("log", entry) for entry in vectors["log_entries"]]
    for kind, text in statements:
        _, fields = sealed.read(octets(text), keys[kind].get, AADS[kind])
        assert wire.write_map(fields) == cose.read(octets(text)).payload
        bent = bytearray(octets(text))
        bent[-1] ^= 1
        with pytest.raises(sealed.BadSeal):
            sealed.read(bytes(bent), keys[kind].get, AADS[kind])


@pytest.mark.parametrize("kind", ["online", "offline"])
def test_the_machine_grants_the_published_permits(vectors: dict[str, Any], kind: str) -> None:
    permit = api.open_permit(octets(vectors[f"permit_{kind}"]), hq(vectors))
    held = permits.Held(DEVICE, "SEAL-BJ-07", 1790000100, permit.nonce, 57, frozenset())
    proofs = [octets(proof) for proof in vectors[f"operator_proofs_{kind}"]]
    grant = permits.judge(octets(vectors[f"permit_{kind}"]), proofs, hq(vectors), held)
    assert (grant.impressions, grant.pages, grant.persons) == (3, (1, 5, 9), ("u1007", "u2044"))
