"""Any octets at all: one kind of error, and in step again with the next frame."""

from hypothesis import given
from hypothesis import strategies as st

from devices.kit import cbor
from devices.kit.errors import ProtocolError
from devices.seal.plain import Fields, Malformed
from devices.seal.scp1 import answers
from devices.seal.scp1.frames import (
    LONGEST_BODY,
    Code,
    Frame,
    FrameReader,
    Kind,
    decode_frame,
    encode_frame,
)
from devices.seal.simulator import permits, sealed, wire

FRAMES = st.builds(
    Frame,
    st.sampled_from(Kind),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFF),
    st.integers(0, 0xFF),
    st.one_of(st.binary(max_size=40), st.just(bytes(LONGEST_BODY)), st.just(b"\7" * 600)),
)
PING = Frame(Kind.REQUEST, 1, Code.PING)


@given(FRAMES)
def test_frames_come_back_and_both_sides_write_the_same(frame: Frame) -> None:
    packet = encode_frame(frame)
    assert decode_frame(packet[:-1], "d") == frame
    theirs = wire.unpack(packet[:-1])
    assert (theirs.kind, theirs.seq, theirs.code, theirs.status, theirs.body) == (
        frame.kind,
        frame.sequence,
        frame.code,
        frame.status,
        frame.body,
    )
    assert wire.pack(theirs) == packet


@given(st.binary(max_size=300))
def test_noise_is_a_protocol_error_and_nothing_else(noise: bytes) -> None:
    try:
        frame = decode_frame(noise, "d")
    except ProtocolError:
        return
    assert encode_frame(frame) == noise + b"\0"


@given(st.lists(st.binary(max_size=1500), max_size=4), st.integers(1, 64))
def test_after_noise_and_one_zero_the_next_frame_is_read(noise: list[bytes], cut: int) -> None:
    stream = b"".join(noise) + b"\0" + encode_frame(PING)
    reader, deframer = FrameReader("d"), wire.Deframer()
    got: list[Frame] = []
    theirs: list[wire.Frame] = []
    for start in range(0, len(stream), cut):
        got += reader.feed(stream[start : start + cut])
        theirs += deframer.feed(stream[start : start + cut])
    assert got[-1] == PING
    assert (theirs[-1].seq, theirs[-1].code) == (1, Code.PING)
    assert len(got) == len(theirs)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=3), FRAMES)
def test_a_bent_frame_is_dropped_whole(bits: list[int], frame: Frame) -> None:
    packet = bytearray(encode_frame(frame))
    for bit in bits:
        packet[bit // 8 % (len(packet) - 1)] ^= 1 << bit % 8
    reader = FrameReader("d")
    got = list(reader.feed(bytes(packet) + b"\0" + encode_frame(PING)))
    assert got[-1] == PING
    assert all(one in (frame, PING) for one in got)


@given(st.binary(max_size=120))
def test_bodies_of_noise_are_malformed_and_nothing_else(noise: bytes) -> None:
    readers = (
        lambda octets: answers.read_hello(octets, bytes(16)),
        answers.read_status,
        answers.read_image,
        answers.read_entries,
        lambda octets: answers.read_notice(0x83, octets),
        lambda octets: Fields(octets, "x").count(0),
    )
    for reader in readers:
        try:
            reader(noise)
        except (Malformed, cbor.NotCanonical):
            continue


ODD = st.dictionaries(
    st.integers(0, 16),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 2**40),
        st.binary(max_size=40),
        st.text(max_size=3),
        st.lists(st.one_of(st.binary(max_size=33), st.integers(0, 9)), max_size=3),
    ),
    max_size=17,
)


@given(ODD)
def test_odd_bodies_are_malformed_and_nothing_else(body: dict[int, cbor.Plain]) -> None:
    test_bodies_of_noise_are_malformed_and_nothing_else.hypothesis.inner_test(cbor.encode(body))


@given(st.binary(max_size=200))
def test_the_machine_takes_noise_for_no_statement(noise: bytes) -> None:
    for octets in (noise, b"\xd2" + noise, b"\xd2\x84" + noise):
        try:
            sealed.read(octets, lambda _: bytes(32), b"x")
        except sealed.BadSeal:
            continue
        raise AssertionError("noise was accepted")


@given(ODD)
def test_the_machine_judges_odd_permits_by_refusing(body: dict[int, object]) -> None:
    from tests.devices.seal.rig import HQ_KEY, public

    octets = sealed.write(body, HQ_KEY, "k", b"sealctl/permit/v1")
    held = permits.Held("D", "S", 5, bytes(32), 0, frozenset())
    try:
        permits.judge(octets, [], {"k": public(HQ_KEY)}, held)
    except permits.No:
        return
    raise AssertionError("a permit without people was granted")
