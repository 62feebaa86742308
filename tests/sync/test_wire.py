"""Messages and bodies: what goes in comes out; anything else ends in a numbered fault."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.kit.clock import FixedClock
from app.store.outbox import SCHEMA
from app.store.types import canonical_json
from sync.wire.body import MAX_BODY, decode, encode, pack, unpack
from sync.wire.columns import FeedRow, to_columns, to_rows
from sync.wire.digest import MODULUS, bucket_of, digest_of, digest_text, hash64, moved
from sync.wire.faults import WireError, WireFault
from sync.wire.messages import (
    KindRows,
    Receipt,
    Result,
    SessionRequest,
    SyncReply,
    SyncRequest,
)
from sync.wire.plain import from_plain, sorted_text, to_plain
from sync.wire.receipts import seal, sha256, unseal
from sync.wire.signature import (
    KEY_HEADER,
    SEQUENCE_HEADER,
    RequestKey,
    Signable,
    SignedBy,
    key_id_in,
    sign_request,
    verify_request,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def fault_of(act: object, *args: object, **named: object) -> WireFault:
    with pytest.raises(WireError) as caught:
        act(*args, **named)  # type: ignore[operator]
    return caught.value.fault


@dataclass(frozen=True)
class Line:
    """Part of an order."""

    title: str
    fen: int


@dataclass(frozen=True)
class Order:
    """An order with every kind of value an order may hold."""

    id: UUID
    day: date
    at: datetime
    flag: bool
    lines: tuple[Line, ...]
    note: str | None = None


orders = st.builds(
    Order,
    id=st.uuids(),
    day=st.dates(),
    at=st.datetimes(timezones=st.just(UTC)),
    flag=st.booleans(),
    lines=st.lists(st.builds(Line, st.text(), st.integers(-(2**62), 2**62))).map(tuple),
    note=st.none() | st.text(),
)


@given(orders)
def test_an_order_comes_back_as_it_was(order: Order) -> None:
    plain = json.loads(json.dumps(to_plain(order)))
    assert from_plain(Order, plain) == order


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"flag": 1}, WireFault.WRONG_SHAPE),
        ({"id": "x"}, WireFault.WRONG_SHAPE),
        ({"lines": [{"title": "t"}]}, WireFault.WRONG_SHAPE),
        ({"lines": [{"title": "t", "fen": "5"}]}, WireFault.WRONG_SHAPE),
        ({"lines": [{"title": "t", "fen": 5.0}]}, WireFault.FLOAT),
    ],
)
def test_an_order_is_read_strictly(change: dict[str, object], fault: WireFault) -> None:
    order = Order(UUID(int=1), date(2026, 1, 1), NOW, True, (Line("a", 1),))
    assert fault_of(from_plain, Order, to_plain(order) | change) is fault


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_a_long_order_is_spelled_as_everything_that_is_hashed(plain: object) -> None:
    try:
        said = sorted_text(plain)
    except ValueError:
        assert not json.dumps(plain, ensure_ascii=False).isascii(), "half of a surrogate pair"
    else:
        assert said == canonical_json(plain)


@pytest.mark.parametrize("plain", ["\ud800", {"\udfff": 1}])
def test_what_this_spelling_has_not_is_left_to_the_other(plain: object) -> None:
    with pytest.raises(ValueError):
        sorted_text(plain)


def test_money_as_a_float_is_refused_on_the_way_out() -> None:
    assert fault_of(to_plain, {"fen": 1.5}) is WireFault.FLOAT


@given(st.binary(max_size=3000))
def test_any_bytes_are_a_body_again(raw: bytes) -> None:
    body, coding = pack(raw)
    assert unpack(body, coding) == raw


@given(st.binary(max_size=400))
def test_noise_is_a_numbered_fault_and_nothing_else(noise: bytes) -> None:
    for kind in (SyncRequest, SyncReply, Receipt):
        assert fault_of(decode, kind, noise) in (WireFault.NOT_JSON, WireFault.WRONG_SHAPE)
    if noise[:4] != b"\x28\xb5\x2f\xfd":
        assert fault_of(unpack, noise, "zstd") is WireFault.NOT_ZSTD


@given(plain_values)
def test_json_of_another_shape_is_a_numbered_fault(plain: object) -> None:
    raw = json.dumps(plain).encode()
    assert fault_of(decode, SyncRequest, raw) in (WireFault.WRONG_SHAPE, WireFault.NOT_JSON)


@given(st.integers(0, 200))
def test_a_body_cut_short_is_a_fault(cut: int) -> None:
    body, coding = pack(bytes(range(256)) * 40)
    assert fault_of(unpack, body[: len(body) - 1 - cut % len(body)], coding) is WireFault.NOT_ZSTD
    assert fault_of(unpack, body + b"x", coding) is WireFault.NOT_ZSTD


def test_a_bomb_is_refused_unopened() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(200 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert fault_of(unpack, bomb, "zstd") is WireFault.BOMB


def test_a_bomb_that_hides_its_size_is_refused() -> None:
    hiding = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    bomb = hiding.compress(bytes(10_000_000)) + hiding.flush()
    assert fault_of(unpack, bomb, "zstd") is WireFault.NOT_ZSTD


def test_limits_and_codings() -> None:
    assert fault_of(unpack, bytes(MAX_BODY + 1), "") is WireFault.TOO_LARGE
    assert fault_of(unpack, b"", "br") is WireFault.UNKNOWN_CODING


def test_a_newer_message_with_more_fields_is_read() -> None:
    asked = SessionRequest("0" * 32, 1, "app", 1)
    longer = [*json.loads(encode(asked)), "a field of tomorrow"]
    assert decode(SessionRequest, json.dumps(longer).encode()) == asked


rows = st.lists(
    st.builds(
        FeedRow,
        st.sampled_from(["customer", "quote"]),
        st.uuids(),
        st.integers(1, 2**53 - 1),
        st.integers(1, 2**53 - 1),
        st.dictionaries(st.sampled_from(["a", "b", "c"]), plain_values),
    ),
    unique_by=lambda row: row.seq,
)


@given(rows)
def test_rows_come_back_from_columns_in_feed_order(feed: list[FeedRow]) -> None:
    columns = decode(list[KindRows], encode(to_columns(feed)))
    assert to_rows(columns) == sorted(feed, key=lambda row: row.seq)


def test_ragged_columns_are_refused() -> None:
    ragged = KindRows("customer", ["a"], ["0" * 32, "1" * 32], [1, 2], [1, 1], [["only one"]])
    assert fault_of(to_rows, [ragged]) is WireFault.WRONG_SHAPE


@given(st.lists(st.tuples(st.uuids(), st.integers(1, 99)), unique_by=lambda row: row[0]))
def test_the_digest_does_not_hang_on_order_and_moves_back(live: list[tuple[UUID, int]]) -> None:
    forward = backward = 0
    for id, ver in live:
        forward = moved(forward, "k", id, before=0, after=ver)
    for id, ver in reversed(live):
        backward = moved(backward, "k", id, before=0, after=ver)
    assert forward == backward == sum(hash64("k", id, ver) for id, ver in live) % MODULUS
    for id, ver in live:
        forward = moved(forward, "k", id, before=ver, after=0)
    assert forward == 0
    assert digest_of(digest_text(backward)) == backward


def test_the_hash_of_a_row_is_pinned() -> None:
    """Both ends of any version compute this; a change would set every desk apart from the hub."""
    id = UUID(int=0x0197_0000_0000_7000_8000_0000_0000_0001)
    assert digest_text(hash64("customer", id, 1)) == PINNED[0]
    assert bucket_of("customer", id) == PINNED[1]
    assert hash64("customer", id, 1) != hash64("customer", id, 2)


PINNED = ("55c536fc27e93799", 243)


def signed(body: bytes = b"{}", *, created: datetime = NOW, sequence: str = "7") -> Signable:
    request = Signable(
        "POST", "https://hub.test/v1/sync", {KEY_HEADER: "k", SEQUENCE_HEADER: sequence}
    )
    sign_request(request, body, RequestKey("d1", "ed25519", KEY.sign), created=created, nonce="n1")
    return request


def verified(request: Signable, body: bytes = b"{}") -> SignedBy:
    return verify_request(request, body, "ed25519", KEY.public_key(), FixedClock(NOW))


def test_a_signed_request_says_who_and_when() -> None:
    request = signed()
    assert key_id_in(request.headers["Signature-Input"]) == "d1"
    assert verified(request) == SignedBy("d1", "n1", 7, "k", int(NOW.timestamp()))


@pytest.mark.parametrize("part", [KEY_HEADER, SEQUENCE_HEADER, "Signature-Input", "Signature"])
def test_a_request_without_a_covered_part_is_refused(part: str) -> None:
    request = signed()
    del request.headers[part]
    assert fault_of(verified, request) is WireFault.BAD_SIGNATURE


def test_any_change_of_a_signed_request_is_seen() -> None:
    for change in ({KEY_HEADER: "other"}, {SEQUENCE_HEADER: "8"}):
        request = signed()
        request.headers.update(change)
        assert fault_of(verified, request) is WireFault.BAD_SIGNATURE
    assert fault_of(verified, signed(), b"{ }") is WireFault.WRONG_DIGEST
    request = signed()
    request.method = "PUT"
    assert fault_of(verified, request) is WireFault.BAD_SIGNATURE
    request = signed()
    request.url += "?x"
    assert fault_of(verified, request) is WireFault.BAD_SIGNATURE
    assert fault_of(verified, signed(sequence="x7")) is WireFault.BAD_SIGNATURE


@pytest.mark.parametrize("minute", [-6, 6])
def test_a_request_of_another_time_is_refused(minute: int) -> None:
    created = NOW.replace(hour=1, minute=0)
    request = signed(created=created)
    late = FixedClock(datetime.fromtimestamp(created.timestamp() + 60 * minute, UTC))
    with pytest.raises(WireError) as caught:
        verify_request(request, b"{}", "ed25519", KEY.public_key(), late)
    assert caught.value.fault is WireFault.SKEWED


def answer(key: Ed25519PrivateKey = KEY) -> bytes:
    reply = encode(SessionRequest("0" * 32, 1, "app", SCHEMA))
    receipt = Receipt("sync", "d1", "n1", sha256(b"asked"), sha256(reply), 5, [], [])
    return seal(receipt, reply, "hub", key.sign)


def test_a_receipt_holds_for_its_request_only() -> None:
    keys = {"hub": KEY.public_key()}
    read = unseal(SessionRequest, answer(), keys, request=b"asked", nonce="n1")
    assert read.reply.app == "app"
    for request, nonce in ((b"other", "n1"), (b"asked", "n2")):
        fault = fault_of(unseal, SessionRequest, answer(), keys, request=request, nonce=nonce)
        assert fault is WireFault.WRONG_RECEIPT


def test_every_changed_byte_of_an_answer_is_seen() -> None:
    """Flip each byte in turn: no flipped answer is ever taken for the hub's."""
    keys = {"hub": KEY.public_key()}
    whole = answer()
    for at in range(len(whole)):
        flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        fault_of(unseal, SessionRequest, flipped, keys, request=b"asked", nonce="n1")


def test_a_receipt_by_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.generate()
    for keys in ({"hub": other.public_key()}, {"ho2": KEY.public_key()}):
        fault = fault_of(unseal, SessionRequest, answer(), keys, request=b"asked", nonce="n1")
        assert fault is WireFault.WRONG_RECEIPT


def test_a_result_keeps_its_word_through_the_hubs_memory() -> None:
    result = Result(4, "conflict", "c", "t", "s", 5, 6, ["f"], {"f": 1})
    assert Result(result.mseq, *json.loads(json.dumps(result.word()))) == result
