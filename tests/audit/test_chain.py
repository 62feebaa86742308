"""The chain and its anchors: every change is found, and it is said by whom (R12)."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.audit.actions import HEAD_EVERY, HeadSigner, append_line, head_bytes, head_of
from app.audit.chain import ZERO, Anchor, Line, commitment, verify_chain
from app.audit.queries import chain_lines, check_chain, signed_heads
from app.audit.records import AuditHead, AuditLine
from app.store.types import canonical_json
from tests.stage import BRANCH, CLERK, DESK, Stage

Chain = list[tuple[Line, str]]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def build(length: int, word: str = "act") -> Chain:
    chain: Chain = []
    prev = ZERO
    for n in range(1, length + 1):
        line = Line(
            "desk", n, prev, f"C{n % 3}", f"{word}.{n}", [["quote", f"{n:032x}"]],
            commitment(f"salt{n}", {"n": n}), "boot", n * 7, 1_772_413_200_000_000 + n,
        )  # fmt: skip
        prev = line.hash()
        chain.append((line, prev))
    return chain


CHAIN = build(24)
ANCHORS = [Anchor("head office", 20, CHAIN[19][1]), Anchor("the keyring", 24, CHAIN[23][1])]


def flips(line: Line) -> Iterator[Line]:
    """Every single bit of every field that is hashed."""
    for name in ("chain", "prev", "actor", "action", "commitment", "boot"):
        raw = getattr(line, name).encode()
        for at in range(len(raw)):
            for bit in range(7):
                flipped = bytearray(raw)
                flipped[at] ^= 1 << bit
                yield replace(line, **{name: flipped.decode("ascii")})
    for name in ("n", "mono_ms", "wall_us"):
        for bit in range(63):
            yield replace(line, **{name: getattr(line, name) ^ (1 << bit)})
    objects = canonical_json(line.objects)
    for at in range(4, len(objects) - 4):
        letter = objects[at]
        if letter.isalnum():
            other = "0" if letter != "0" else "1"
            yield replace(line, objects=[["quote", objects[:at] + other]])


def test_an_untouched_chain_is_whole() -> None:
    verdict = verify_chain(CHAIN, ANCHORS)
    assert verdict.whole and (verdict.entries, verdict.head) == (24, CHAIN[-1][1])
    assert verify_chain([]).whole


def test_every_flipped_bit_of_a_line_is_found() -> None:
    found = 0
    for place in (0, 11, 23):
        line, stored = CHAIN[place]
        for changed in flips(line):
            verdict = verify_chain(
                [*CHAIN[:place], (changed, stored), *CHAIN[place + 1 :]], ANCHORS
            )
            assert not verdict.whole
            assert str(place + 1) in verdict.fault or "missing" in verdict.fault
            found += 1
    assert found > 3000


def test_every_flipped_bit_of_a_stored_hash_is_found() -> None:
    for place in range(len(CHAIN)):
        line, stored = CHAIN[place]
        for at in range(64):
            wrong = stored[:at] + ("0" if stored[at] != "0" else "1") + stored[at + 1 :]
            verdict = verify_chain([*CHAIN[:place], (line, wrong), *CHAIN[place + 1 :]])
            assert verdict.fault == f"line {place + 1} was changed"


def test_a_line_taken_out_put_in_or_exchanged_is_found() -> None:
    for place in range(len(CHAIN) - 1):
        assert not verify_chain(CHAIN[:place] + CHAIN[place + 1 :]).whole
        assert not verify_chain([*CHAIN[:place], CHAIN[place], *CHAIN[place:]]).whole
        swapped = CHAIN[:]
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        assert not verify_chain(swapped).whole
    foreign = build(24, "forged")
    for place in range(len(CHAIN)):
        mixed = [*CHAIN[:place], foreign[place], *CHAIN[place + 1 :]]
        assert not verify_chain(mixed, ANCHORS).whole


def test_a_tail_cut_off_is_invisible_to_the_chain_and_seen_by_the_anchor_that_reaches_it() -> None:
    for length in range(24):
        cut = CHAIN[:length]
        assert verify_chain(cut).whole
        verdict = verify_chain(cut, ANCHORS)
        teller = "head office" if length < 20 else "the keyring"
        knows = 20 if length < 20 else 24
        assert verdict.fault == f"{teller} knows {knows} lines, here are {length}"


def test_a_rewrite_of_the_same_length_is_seen_by_the_hash_in_the_anchor() -> None:
    forged = build(24, "forged")
    assert verify_chain(forged).whole
    assert verify_chain(forged, ANCHORS).fault == "head office knows another line 20"
    grafted = CHAIN[:21]
    prev = grafted[-1][1]
    for n in range(22, 25):
        line = replace(CHAIN[n - 1][0], prev=prev, actor="X")
        prev = line.hash()
        grafted.append((line, prev))
    assert verify_chain(grafted, ANCHORS).fault == "the keyring knows another line 24"


def test_an_older_copy_that_grew_again_is_seen() -> None:
    older = CHAIN[:10]
    prev = older[-1][1]
    for n in range(11, 30):
        line = replace(CHAIN[0][0], n=n, prev=prev, action="after the restore")
        prev = line.hash()
        older.append((line, prev))
    assert verify_chain(older).whole
    assert verify_chain(older, ANCHORS).fault == "head office knows another line 20"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 23), st.sampled_from(["actor", "action", "commitment", "boot"]), st.text())
def test_no_other_value_has_the_same_hash(place: int, name: str, value: str) -> None:
    line = CHAIN[place][0]
    assert (replace(line, **{name: value}).hash() == line.hash()) is (value == getattr(line, name))


def test_a_commitment_tells_nothing_without_its_salt_and_binds_with_it() -> None:
    payload = {"id_no": "790115199001011234"}
    made = commitment("salt", payload)
    assert made == commitment("salt", payload) and len(made) == 64
    assert made != commitment("tlas", payload) != commitment("salt", {"id_no": "x"})


# -- in the store, in the same transaction as the act


def acts(stage: Stage, count: int, *, sealed: bool = False) -> None:
    with stage.store.work(CLERK.at()) as work:
        for n in range(count):
            append_line(
                work, f"act.{n}", [], {"n": n},
                chain=DESK, scope=BRANCH, signer=HeadSigner(KEY.sign), seal_head=sealed,
            )  # fmt: skip
            work.session.flush()
        work.commit()


def signed_by(message: bytes, signature: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_lines_go_with_their_act_or_not_at_all(stage: Stage) -> None:
    with stage.store.work(CLERK.at()) as work:
        append_line(work, "x", [], {}, chain=DESK, scope=BRANCH, signer=None, seal_head=False)
    assert stage.read(head_of, DESK) == (0, ZERO)


def test_every_hundredth_line_and_each_sealed_act_has_a_signed_head(stage: Stage) -> None:
    acts(stage, HEAD_EVERY + 5)
    acts(stage, 1, sealed=True)
    heads = stage.read(signed_heads, DESK)
    assert [head.n for head in heads] == [100, 106]
    for head in heads:
        KEY.public_key().verify(
            bytes.fromhex(head.signature), head_bytes(head.chain, head.n, head.hash)
        )
    verdict = stage.read(lambda s: check_chain(s, DESK, [], signed_by=signed_by))
    assert verdict.whole and verdict.entries == 106


def test_a_cut_store_is_caught_by_its_own_signed_head(stage: Stage) -> None:
    acts(stage, 3, sealed=True)
    with stage.store.desk_work() as session:
        session.delete(session.scalars(select(AuditLine).where(AuditLine.n == 3)).one())
    verdict = stage.read(lambda s: check_chain(s, DESK, [], signed_by=signed_by))
    assert verdict.fault == "a signed head knows 3 lines, here are 2"


def rewrite(stage: Stage) -> None:
    """Rewrite lines and heads together, as someone with the data key but not the desk's key can."""
    prev = ZERO
    with stage.store.desk_work() as session:
        for row in session.scalars(select(AuditLine).order_by(AuditLine.n)).all():
            row.actor, row.prev = "somebody else", prev
            session.flush()
            line = next(line for line, _ in chain_lines(session, DESK) if line.n == row.n)
            row.hash = prev = line.hash()
            session.execute(update(AuditHead).where(AuditHead.n == row.n).values(hash=prev))


def test_rewritten_heads_are_not_signed_by_the_desk(stage: Stage) -> None:
    acts(stage, 3, sealed=True)
    before = stage.read(head_of, DESK)
    rewrite(stage)
    assert stage.read(lambda s: check_chain(s, DESK, [])).whole, "the chain alone cannot see it"
    verdict = stage.read(lambda s: check_chain(s, DESK, [], signed_by=signed_by))
    assert verdict.fault == "the signed head at line 1 is not the desk's own"
    outside = [Anchor("head office", *before)]
    verdict = stage.read(lambda s: check_chain(s, DESK, outside))
    assert verdict.fault == "head office knows another line 3"


def test_a_head_that_is_no_signature_at_all_is_told(stage: Stage) -> None:
    acts(stage, 1, sealed=True)
    with stage.store.desk_work() as session:
        session.execute(update(AuditHead).values(signature="not hexadecimal"))
    assert not stage.read(lambda s: check_chain(s, DESK, [], signed_by=signed_by)).whole


def test_erasing_a_salt_leaves_the_chain_whole(stage: Stage) -> None:
    acts(stage, 2)
    with stage.store.desk_work() as session:
        session.execute(update(AuditLine).values(salt=""))
    assert stage.read(lambda s: check_chain(s, DESK, [])).whole


def test_ids_of_lines_are_their_own(stage: Stage) -> None:
    acts(stage, 4)
    ids: list[UUID] = stage.read(lambda s: list(s.scalars(select(AuditLine.id))))
    assert len(set(ids)) == 4


@pytest.mark.parametrize("n", [-1, 25])
def test_an_anchor_beyond_the_chain_never_passes(n: int) -> None:
    assert not verify_chain(CHAIN, [Anchor("x", n, ZERO)]).whole
