"""Evidence: the chain of the worked examples, canonical bytes, SM3 by definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.evidence import (
    FIRST,
    EvidenceEvent,
    canonical_json,
    chain,
    chain_of_events,
    first_break,
    next_hash,
    sha256_hex,
    sm3_hex,
    sm3_plain,
)
from tests.leaves import WatchedMapping

# GB/T 32905 appendix A, second example: "abcd" sixteen times.
SM3_OF_64_BYTES = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
records = st.dictionaries(st.text(max_size=8), plain_values, max_size=5)


def test_the_rule_of_the_examples_is_the_rule_of_the_code(examples: WatchedMapping) -> None:
    assert examples["evidence"]["chain_rule"] == (
        "h_n = SHA256(h_{n-1} || canonical_json(record_n)), h_0 = 64 zeros; "
        "canonical: sorted keys, no spaces, UTF-8"
    )
    assert FIRST == "0" * 64


def test_records_of_the_examples_give_their_hashes(examples: WatchedMapping) -> None:
    kept = [one.as_input() for one in examples["evidence"]["records"]]
    assert list(chain(kept)) == list(examples["evidence"]["hashes"])


def test_events_give_the_same_chain_as_the_records(examples: WatchedMapping) -> None:
    asked, signed = (one.as_input() for one in examples["evidence"]["records"])
    events = (
        EvidenceEvent(1, "sign_request", asked["ts"], (("doc_sha256", asked["doc_sha256"]),)),
        EvidenceEvent(2, "signed", signed["ts"], (("signer", signed["signer"]),)),
    )
    assert chain_of_events(events) == tuple(examples["evidence"]["hashes"])


@pytest.mark.parametrize("digest", ["sm3", "sha256"])
def test_digest_vectors(examples: WatchedMapping, digest: str) -> None:
    vector = examples["evidence"][f"{digest}_vector"]
    message = vector["input"].encode("ascii")
    assert {"sm3": sm3_hex, "sha256": sha256_hex}[digest](message) == vector["digest"]


def test_sm3_by_definition(examples: WatchedMapping) -> None:
    vector = examples["evidence"]["sm3_vector"]
    assert sm3_plain(vector["input"].encode("ascii")).hex() == vector["digest"]
    assert sm3_plain(b"abcd" * 16).hex() == SM3_OF_64_BYTES


@pytest.mark.parametrize("length", [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000])
def test_sm3_by_definition_is_openssls_at_every_padding(length: int) -> None:
    message = hashlib.shake_128(b"sm3").digest(length)
    assert "sm3" in hashlib.algorithms_available
    assert sm3_plain(message) == hashlib.new("sm3", message).digest()


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"b": 1, "a": "名"}) == canonical_json({"a": "名", "b": 1})
    assert canonical_json({"b": 1, "a": "名"}) == '{"a":"名","b":1}'.encode()


@pytest.mark.parametrize("value", [1.0, b"x", {1}, {1: 2}, object()])
def test_what_has_two_spellings_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json({"a": value})


@given(st.lists(records, min_size=1, max_size=5), st.data())
def test_any_change_breaks_the_chain_where_it_happened(
    kept: list[dict[str, object]], data: st.DataObject
) -> None:
    hashes = chain(kept)
    assert first_break(kept, hashes) is None
    place = data.draw(st.integers(0, len(kept) - 1))
    changed = [dict(one) for one in kept]
    changed[place]["changed"] = hashes[place]
    assert first_break(changed, hashes) == place


def test_a_cut_or_grown_chain_breaks_at_its_end() -> None:
    kept: list[dict[str, object]] = [{"n": n} for n in range(4)]
    hashes = chain(kept)
    assert first_break(kept[:3], hashes) == 3
    assert first_break([*kept, {"n": 4}], hashes) == 4
    assert first_break([kept[0], kept[2], kept[1], kept[3]], hashes) == 1


def test_the_hash_before_takes_part() -> None:
    assert next_hash(FIRST, {"a": 1}) != next_hash("1" * 64, {"a": 1})


def test_events_are_numbered_without_a_gap() -> None:
    with pytest.raises(ValueError, match="without a gap"):
        chain_of_events([EvidenceEvent(2, "signed", "2026-03-01T09:00:00+08:00")])


@pytest.mark.parametrize("facts", [(("seq", 7),), (("a", 1), ("a", 2))])
def test_a_fact_cannot_hide_another(facts: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(ValueError, match="taken"):
        EvidenceEvent(1, "signed", "2026-03-01T09:00:00+08:00", facts).record()
