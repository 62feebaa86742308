"""The decoder against octets written by hand, against the simulator's encoder, against anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.signpad.simulator.packets import about_packet, position_packet, pressure_packet
from devices.signpad.topaz.decoder import About, Decoder, Losses, Position, Pressure, Reply

GOLDEN = [
    ("C1 52 09 5C 0B", Position(1234, 1500, near=True, down=True)),
    ("C0 52 09 5C 0B", Position(1234, 1500, near=True, down=False)),
    ("80 00 00 00 00", Position(0, 0, near=False, down=False)),
    ("C5 7F 1F 00 00", Position(4095, 0, near=True, down=True)),  # type 1
    ("D1 00 00 7F 1F", Position(0, 4095, near=True, down=True)),  # type 4
    ("DD 00 00 7F 07", Pressure(1023, near=True, down=True)),
    ("DD 00 00 00 04", Pressure(512, near=True, down=True)),
    ("88 16 00 0F 4E", About(model=5, serial=2 << 16 | 9999)),
    ("88 7C 01 7F 7F", About(model=63, serial=0x3FFF)),
    ("8C 01 02 03 04", Reply(bytes([1, 2, 3, 4]))),
]
IMPOSSIBLE = [
    "C1 00 20 00 00",  # bit 5 of the high x
    "C1 00 00 00 40",  # bit 6 of the high y
    "DD 00 00 00 20",  # the same in a pressure
    "C1 7F 1F 7F 1F",  # both 0FFF
    "D4 00 00 00 00",  # reserved type 5
    "D8 00 00 00 00",  # reserved type 6
]
PLACES = st.tuples(st.integers(0, 4095), st.integers(0, 4095), st.booleans(), st.booleans()).filter(
    lambda place: place[:2] != (4095, 4095)
)


@pytest.mark.parametrize(("octets", "packet"), GOLDEN)
def test_golden_octets(octets: str, packet: object) -> None:
    decoder = Decoder()
    assert decoder.feed(bytes.fromhex(octets)) == [packet]
    assert decoder.losses == Losses()


@pytest.mark.parametrize("octets", IMPOSSIBLE)
def test_impossible_packets_are_thrown_away_and_counted(octets: str) -> None:
    decoder = Decoder()
    assert decoder.feed(bytes.fromhex(octets)) == []
    assert decoder.losses == Losses(impossible=1)


@given(st.lists(PLACES, max_size=20), st.integers(0, 1023))
def test_reads_what_the_simulator_writes(
    places: list[tuple[int, int, bool, bool]], steps: int
) -> None:
    wire = b"".join(
        pressure_packet(steps, near=near, down=down) + position_packet(x, y, near=near, down=down)
        for x, y, near, down in places
    )
    expected = [
        packet
        for x, y, near, down in places
        for packet in (Pressure(steps, near, down), Position(x, y, near, down))
    ]
    assert Decoder().feed(wire) == expected


@given(st.integers(0, 63), st.integers(0, 3), st.integers(0, 16383))
def test_reads_model_and_serial_number(model: int, high: int, low: int) -> None:
    serial = high << 16 | low
    assert Decoder().feed(about_packet(model, serial)) == [About(model, serial)]


@given(st.binary(max_size=400), st.integers(1, 7))
def test_pieces_of_any_size_mean_the_same(octets: bytes, size: int) -> None:
    whole, pieces = Decoder(), Decoder()
    found = [
        packet
        for start in range(0, len(octets), size)
        for packet in pieces.feed(octets[start : start + size])
    ]
    assert found == whole.feed(octets)
    assert pieces.losses == whole.losses


@given(st.binary(max_size=400), PLACES)
def test_the_first_whole_packet_after_any_noise_is_read(
    noise: bytes, place: tuple[int, int, bool, bool]
) -> None:
    x, y, near, down = place
    decoder = Decoder()
    decoder.feed(noise)
    assert decoder.feed(position_packet(x, y, near=near, down=down)) == [Position(x, y, near, down)]


@given(st.binary(max_size=400))
def test_every_octet_is_accounted_for(octets: bytes) -> None:
    decoder = Decoder()
    packets = decoder.feed(octets)
    losses = decoder.losses
    marks = sum(octet >= 0x80 for octet in octets)
    begun = len(packets) + losses.impossible + losses.cut
    assert marks - begun in (0, 1)  # the last one may still be waiting for its rest
    read = 5 * (len(packets) + losses.impossible) + losses.stray_octets
    assert read + losses.cut <= len(octets) <= read + 4 * losses.cut + 4


def test_a_packet_cut_short_costs_itself_alone() -> None:
    decoder = Decoder()
    wire = bytes.fromhex("C1 52 09") + bytes.fromhex("C1 52 09 5C 0B")
    assert decoder.feed(wire) == [Position(1234, 1500, near=True, down=True)]
    assert decoder.losses.packets == 1


def test_five_stray_octets_are_one_lost_reading() -> None:
    decoder = Decoder()
    decoder.feed(bytes(4))
    assert decoder.losses.packets == 0
    decoder.feed(bytes(1))
    assert decoder.losses.packets == 1
