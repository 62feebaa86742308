"""COBS, CRC, CBOR and COSE against other people's implementations and against noise."""

import cbor2
import crcmod.predefined
import pytest
from cobs import cobs as reference
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors.base import BugError
from devices.kit import cbor, cobs, cose
from devices.kit.crc16 import crc16

RUNS = st.lists(
    st.one_of(st.just(b"\0"), st.integers(250, 256).map(lambda n: b"\x07" * n), st.binary()),
    max_size=8,
).map(b"".join)


@given(RUNS)
def test_stuffing_equals_the_reference_and_comes_back(octets: bytes) -> None:
    packet = cobs.encode(octets)
    assert packet == reference.encode(octets)
    assert cobs.decode(packet) == octets


@given(st.binary(max_size=600))
def test_unstuffing_noise_agrees_with_the_reference(noise: bytes) -> None:
    try:
        expected = reference.decode(noise) if noise else None
    except reference.DecodeError:
        expected = None
    try:
        assert cobs.decode(noise) == expected
    except cobs.NotStuffed:
        assert expected is None


@given(st.binary(max_size=300))
def test_check_value_equals_the_reference(octets: bytes) -> None:
    assert crc16(octets) == crcmod.predefined.mkCrcFun("crc-ccitt-false")(octets)


def test_check_value_of_the_standard_text() -> None:
    assert crc16(b"123456789") == 0x29B1


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.binary() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-300, 70000), inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_plain_values_come_back_and_have_one_encoding(value: cbor.Plain) -> None:
    octets = cbor.encode(value)
    assert cbor.decode(octets) == value
    assert cbor.encode(cbor.decode(octets)) == octets


@given(st.binary(max_size=80))
def test_noise_is_plain_and_canonical_or_refused(noise: bytes) -> None:
    try:
        value = cbor.decode(noise)
    except cbor.NotCanonical:
        return
    assert cbor.encode(value) == noise


def test_keys_are_ordered_by_their_encoding() -> None:
    """RFC 8949 4.2.1 orders octet by octet: -1 (20) comes after 24 (18 18)."""
    assert cbor.encode({-1: 0, 24: 0, 1: 0}).hex() == "a301001818002000"


@pytest.mark.parametrize(
    "loose",
    [
        "1800",  # 0 in two octets
        "a201000100",  # a key twice
        "a202000100",  # keys out of order
        "9fff",  # open length
        "fb3ff0000000000000",  # a float
        "c101",  # a tag
        "0000",  # something behind
        "f7",  # undefined
        "a20100616100",  # mixed keys
        "",
    ],
)
def test_loose_encodings_are_refused(loose: str) -> None:
    with pytest.raises(cbor.NotCanonical):
        cbor.decode(bytes.fromhex(loose))


def test_kinds_that_are_not_plain_are_our_mistake() -> None:
    for wrong in (1.5, {True: 1}, {1: 1, "a": 2}, object()):
        with pytest.raises(BugError):
            cbor.encode(wrong)  # type: ignore[arg-type]


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {b"k1": KEY.public_key().public_bytes_raw()}


def make(payload: bytes = b"payload", kid: bytes = b"k1", aad: bytes = b"a") -> bytes:
    return cose.sign(payload, by=KEY.sign, kid=kid, aad=aad)


def test_an_envelope_is_read_back() -> None:
    envelope = cose.verify(make(), KEYS, aad=b"a")
    assert (envelope.payload, envelope.kid) == (b"payload", b"k1")


def test_what_is_signed_is_the_structure_of_the_standard() -> None:
    """The structure that is signed is written out by hand here, from RFC 9052, 4.4."""
    parts = cbor2.loads(make()[1:])
    assert parts[0] == b"\xa2\x01\x27\x04\x42k1"
    structure = b"\x84\x6aSignature1\x47" + parts[0] + b"\x41a" + b"\x47payload"
    KEY.public_key().verify(parts[3], structure)


def test_every_changed_bit_is_refused() -> None:
    octets = make()
    for bit in range(len(octets) * 8):
        bent = bytearray(octets)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(cose.NotAccepted):
            cose.verify(bytes(bent), KEYS, aad=b"a")


def test_other_purpose_and_unknown_key_are_refused() -> None:
    with pytest.raises(cose.NotAccepted):
        cose.verify(make(), KEYS, aad=b"b")
    with pytest.raises(cose.UnknownKey):
        cose.verify(make(kid=b"k2"), KEYS, aad=b"a")


def loosened(edit: str) -> bytes:
    protected, _, payload, signature = cbor2.loads(make()[1:])
    parts = {
        "unprotected": [protected, {4: b"k1"}, payload, signature],
        "key id unprotected": [cbor2.dumps({1: -8}), {4: b"k1"}, payload, signature],
        "another algorithm": [cbor2.dumps({1: -7, 4: b"k1"}), {}, payload, signature],
        "more protected": [cbor2.dumps({1: -8, 3: 0, 4: b"k1"}), {}, payload, signature],
        "short signature": [protected, {}, payload, signature[:63]],
        "five parts": [protected, {}, payload, signature, 0],
        "detached": [protected, {}, None, signature],
    }[edit]
    return b"\xd2" + cbor2.dumps(parts)


@pytest.mark.parametrize(
    "edit",
    [
        "unprotected",
        "key id unprotected",
        "another algorithm",
        "more protected",
        "short signature",
        "five parts",
        "detached",
    ],
)
def test_other_shapes_are_refused(edit: str) -> None:
    with pytest.raises(cose.NotAccepted):
        cose.verify(loosened(edit), KEYS, aad=b"a")


def test_a_second_encoding_of_the_same_statement_is_refused() -> None:
    octets = make()
    assert octets[:2] == b"\xd2\x84"
    open_length = b"\xd2\x9f" + octets[2:] + b"\xff"
    assert cbor2.loads(open_length).value == cbor2.loads(octets).value
    for loose in (open_length, octets + b"\0", octets[1:], b"\xd8\x12" + octets[1:]):
        with pytest.raises(cose.NotAccepted):
            cose.verify(loose, KEYS, aad=b"a")


@given(st.binary(max_size=200))
def test_noise_is_never_a_statement(noise: bytes) -> None:
    with pytest.raises(cose.NotAccepted):
        cose.read(noise)
