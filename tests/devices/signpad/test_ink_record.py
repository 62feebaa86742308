"""The record ``ink/1``: one encoding, nothing half, nothing that decodes to a lie."""

import hashlib
import re
from dataclasses import replace

import cbor2
import pytest
from hypothesis import given

from devices.signpad.api import (
    InkDocument,
    InkRecord,
    NotInk,
    Rect,
    Sample,
    decode_ink,
    encode_ink,
    ink_hash,
)
from tests.devices.signpad.specimens import (
    AXES,
    BLIND,
    REQUEST,
    SMALL,
    STARTED,
    reading,
    record,
    records,
)

# Pinned: the hash of SMALL may change only together with the name of the format.
SMALL_HASH = "671829930033bf5e5f6df0f099e30f0be7db5d83904b9b5eb5b7fa7ec7363adc"


@given(records())
def test_decodes_to_what_was_encoded(drawn: InkRecord) -> None:
    octets = encode_ink(drawn)
    again = decode_ink(octets)
    assert again == drawn
    assert encode_ink(again) == octets


def test_the_encoding_is_stable() -> None:
    assert ink_hash(SMALL) == SMALL_HASH
    assert hashlib.sha256(encode_ink(SMALL)).hexdigest() == SMALL_HASH


def test_the_encoding_has_the_fields_of_the_format() -> None:
    assert cbor2.loads(encode_ink(SMALL)) == {
        "format": "ink/1",
        "device": {
            "driver": "topaz",
            "vid": 0x0403,
            "pid": 0x6001,
            "model": "SigLite 1x5",
            "serial": "1001",
            "fw": "",
        },
        "axes": {
            "x_max": 2150,
            "y_max": 1400,
            "p_max": 1023,
            "dpi": 410,
            "rate": 174,
            "tilt": False,
        },
        "source": "topaz",
        "clock": {"utc": "2026-03-02T01:02:03.456789Z", "monotonic_us": 123456789},
        "samples": {
            "x": [10, 11, 12, 13, 500],
            "y": [20, 21, 25, 30, 700],
            "p": [0, 300, 400, 0, 512],
            "dt_us": [0, 10000, 10000, 10000, 10000],
            "flags": bytes([1, 3, 3, 1, 3]),
        },
        "strokes": [[1, 2], [4, 1]],
        "dropped": 0,
        "doc": {
            "sha256": bytes.fromhex("ab" * 32),
            "version": 3,
            "page": 2,
            "rect": [1200, 2400, 500, 200],
        },
        "signer": REQUEST.signer,
        "witness": REQUEST.witness,
        "consent_sha256": bytes.fromhex("cd" * 32),
        "prompt": "请在此签名",
    }


@pytest.mark.parametrize(
    "other",
    [
        replace(SMALL, dropped=1),
        replace(SMALL, started=STARTED.replace(microsecond=456788)),
        replace(SMALL, samples=SMALL.samples[:-1]),
        replace(SMALL, samples=(*SMALL.samples[:-1], reading(500, 700, 513))),
        replace(SMALL, samples=(*SMALL.samples[:-1], reading(500, 700, 512, 10_001))),
        replace(SMALL, request=replace(REQUEST, signer="another")),
        replace(SMALL, request=replace(REQUEST, prompt="")),
        replace(
            SMALL,
            request=replace(REQUEST, document=replace(REQUEST.document, sha256="ac" * 32)),
        ),
        replace(
            SMALL,
            request=replace(REQUEST, document=replace(REQUEST.document, page=3)),
        ),
    ],
)
def test_any_difference_changes_the_hash(other: InkRecord) -> None:
    assert ink_hash(other) != SMALL_HASH


def test_no_prefix_is_a_record() -> None:
    octets = encode_ink(SMALL)
    for length in range(len(octets)):
        with pytest.raises(NotInk):
            decode_ink(octets[:length])
    with pytest.raises(NotInk):
        decode_ink(octets + b"\x00")


def test_a_flipped_bit_never_passes_for_the_same_record() -> None:
    octets = encode_ink(SMALL)
    for place in range(len(octets) * 8):
        spoiled = bytearray(octets)
        spoiled[place // 8] ^= 1 << place % 8
        try:
            assert decode_ink(bytes(spoiled)) != SMALL
        except NotInk:
            continue


def _spoiled(**fields: object) -> bytes:
    """Encode SMALL with some top fields replaced, in canonical order."""
    return cbor2.dumps({**cbor2.loads(encode_ink(SMALL)), **fields}, canonical=True)


def _touching(columns: dict[str, object]) -> bytes:
    """Encode SMALL with these columns, and strokes that agree with one touching sample."""
    return _spoiled(samples=columns, strokes=[[0, 1]])


def test_the_columns_below_fail_for_their_fault_alone() -> None:
    whole = {"x": [1], "y": [1], "p": [1], "dt_us": [0], "flags": b"\x03"}
    assert decode_ink(_touching(whole)).samples == (Sample(1, 1, 1 / 1023, 0, True, True),)


@pytest.mark.parametrize(
    "octets",
    [
        _spoiled(format="ink/2"),
        _spoiled(strokes=[[1, 3]]),  # strokes that contradict the flags
        _spoiled(strokes=[]),
        _spoiled(source="pencil"),
        _spoiled(dropped=True),
        _spoiled(dropped=-1),
        _spoiled(dropped=1.0),
        _spoiled(extra=1),
        _spoiled(signer=b"bytes"),
        _spoiled(clock={"utc": "2026-03-02T01:02:03Z", "monotonic_us": 1}),
        _spoiled(clock={"utc": "2026-03-02T01:02:03.4Z", "monotonic_us": 1}),
        _touching({"x": [1], "y": [1], "p": [1], "dt_us": [0, 0], "flags": b"\x03"}),
        _touching({"x": [1], "y": [1], "p": [1], "dt_us": [0], "flags": b"\x04"}),
        _touching({"x": [1], "y": [1], "p": [1], "dt_us": [0], "flags": b"\x02"}),
        _touching({"x": [1], "y": [1], "p": [1024], "dt_us": [0], "flags": b"\x03"}),
        _touching({"x": [2151], "y": [1], "p": [1], "dt_us": [0], "flags": b"\x03"}),
        _spoiled(samples=[]),
        cbor2.dumps([], canonical=True),
    ],
)
def test_untrue_records_are_not_ink(octets: bytes) -> None:
    with pytest.raises(NotInk):
        decode_ink(octets)


def test_another_order_of_the_same_fields_is_refused_for_its_order_alone() -> None:
    fields = cbor2.loads(encode_ink(SMALL))
    backwards = dict(reversed(fields.items()))
    assert cbor2.dumps(backwards) != encode_ink(SMALL)
    with pytest.raises(NotInk):
        decode_ink(cbor2.dumps(backwards))
    assert decode_ink(cbor2.dumps(fields)) == SMALL


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        (Sample(2151, 0, 0.0, 0, near=True, down=False), "outside the pad"),
        (Sample(0, -1, 0.0, 0, near=True, down=False), "outside the pad"),
        (Sample(0, 0, 1.1, 0, near=True, down=True), "pressure is 0..1"),
        (Sample(0, 0, 0.5, 0, near=True, down=True), "one of the pad's steps"),
        (Sample(0, 0, 0.0, -1, near=True, down=True), "never goes back"),
        (Sample(0, 0, 0.0, 0, near=False, down=True), "touches is near"),
        (Sample(0, 0, 0.0, 0, near=True, down=True, tilt_x=3), "measures no tilt"),
    ],
)
def test_samples_no_pad_can_give_are_refused(sample: Sample, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        record(sample)


def test_values_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        InkDocument("AB" * 32, 1, 1, Rect(0, 0, 1, 1))
    with pytest.raises(ValueError, match="pages from 1"):
        replace(REQUEST.document, page=0)
    with pytest.raises(ValueError, match="size"):
        replace(REQUEST.document, rect=Rect(0, 0, 0, 1))
    with pytest.raises(ValueError, match="signer"):
        replace(REQUEST, signer="")
    with pytest.raises(ValueError, match="aware"):
        replace(SMALL, started=STARTED.replace(tzinfo=None))
    with pytest.raises(ValueError, match="area"):
        replace(AXES, x_max=0)


def test_strokes_are_the_touching_runs_in_parts_of_the_area() -> None:
    first, second = SMALL.strokes()
    assert first == (
        (11 / 2150, 21 / 1400, 300 / 1023),
        (12 / 2150, 25 / 1400, 400 / 1023),
    )
    assert second == ((500 / 2150, 700 / 1400, 512 / 1023),)
    assert SMALL.axes.aspect == 2150 / 1400


@given(records())
def test_strokes_hold_every_touching_sample_once(drawn: InkRecord) -> None:
    points = [point for stroke in drawn.strokes() for point in stroke]
    assert len(points) == sum(sample.down for sample in drawn.samples)
    assert all(stroke for stroke in drawn.strokes())
    assert all(0 <= part <= 1 for point in points for part in point)


def test_a_pad_without_pressure_paints_an_even_line() -> None:
    touch = record(Sample(1, 1, 0.0, 0, near=True, down=True), axes=BLIND)
    assert touch.strokes()[0][0].pressure == 0.5


def test_duration_runs_from_first_to_last_touch() -> None:
    assert SMALL.duration_us == 30_000
    assert record().duration_us == 0
    assert record(reading(1, 1, 1, 99)).duration_us == 0
