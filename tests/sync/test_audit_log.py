"""The log of audit heads: RFC 6962 to the bit, chains verified as they come, proofs that hold."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app.audit.actions import HeadSigner, append_line
from app.audit.chain import Line
from app.audit.records import AuditHead, AuditLine
from app.kit.ids import new_id
from app.store.types import moment_of
from app.store.work import Work
from sync.client.faults import HubError, HubFault
from sync.hub.audit_log import AuditLog, log_fault
from sync.hub.database import HubDatabase
from sync.hub.tables import log_due, log_entry, log_head, log_node
from sync.wire.merkle import (
    EMPTY,
    consistency_path,
    consistent,
    grown,
    included,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
)
from sync.wire.tree_log import (
    LogConsistency,
    LogProof,
    TreeHead,
    grew_from,
    head_holds,
    proof_holds,
)
from tests.sync.world import OTHER, SCOPE, Desk, Hub, make_desk, postgres_url

# The leaves and roots of the example tree that implementations of RFC 6962 are held against.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Tree:
    """Full subtrees grown leaf by leaf."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        for place, leaf in enumerate(leaves):
            found = grown(place, leaf_hash(leaf), self)
            self.nodes |= {(level, at): hashed for level, at, hashed in found}

    def __call__(self, level: int, place: int) -> bytes:
        return self.nodes[level, place]


def plainly(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1 over a list, with nothing of ours in it."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + plainly(leaves[:half]) + plainly(leaves[half:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_published_tree(size: int) -> None:
    assert root_of(size, Tree(LEAVES)).hex() == ROOTS[size]
    assert plainly(LEAVES[:size]).hex() == ROOTS[size]


SIZES = st.integers(1, 70)


@given(SIZES, st.data())
def test_every_leaf_is_proved_and_nothing_else(size: int, data: st.DataObject) -> None:
    leaves = [n.to_bytes(2, "big") for n in range(size)]
    tree, root = Tree(leaves), plainly(leaves)
    place = data.draw(st.integers(0, size - 1))
    path = inclusion_path(place, size, tree)
    assert included(leaf_hash(leaves[place]), place, size, path, root)
    assert not included(leaf_hash(b"another"), place, size, path, root)
    other = data.draw(st.integers(0, size + 2))
    if other != place:
        assert not included(leaf_hash(leaves[place]), other, size, path, root)
    assert not included(leaf_hash(leaves[place]), place, size, [*path, EMPTY], root)
    if path:
        assert not included(leaf_hash(leaves[place]), place, size, path[:-1], root)


@given(SIZES, st.data())
def test_growth_is_proved_and_a_changed_beginning_is_not(size: int, data: st.DataObject) -> None:
    leaves = [n.to_bytes(2, "big") for n in range(size)]
    tree = Tree(leaves)
    first = data.draw(st.integers(1, size))
    path = consistency_path(first, size, tree)
    before, now = plainly(leaves[:first]), plainly(leaves)
    assert consistent(first, before, size, now, path)
    changed = data.draw(st.integers(0, first - 1))
    another = [*leaves]
    another[changed] = b"changed"
    assert not consistent(first, plainly(another[:first]), size, now, path)
    if first < size:
        # The old tree keeps its leaves, the new one was written again from one of them on.
        lied = Tree(another)
        assert not consistent(
            first, before, size, plainly(another), consistency_path(first, size, lied)
        )
        assert not consistent(first, before, size, now, [*path, EMPTY])
        assert not consistent(first, before, size, now, path[:-1])


def test_a_node_cannot_pass_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize(("place", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_proof_of_nothing_is_not_made(place: int, size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_path(place, size, Tree(LEAVES))
    with pytest.raises(IndexError):
        consistency_path(size + 1, size, Tree(LEAVES))


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a")
    yield made
    made.close()


def keys(hub: Hub) -> dict[str, Ed25519PublicKey]:
    return {hub.service.public.receipt_id: hub.service.receipt_key.public_key()}


def act(desk: Desk, *, head: bool = False, signer: HeadSigner | None = None) -> None:
    """Do something at a desk that its chain tells of."""
    signer = signer or HeadSigner(desk.link.key.sign)

    def one(work: Work) -> None:
        append_line(
            work, "test.act", [], {}, chain=desk.device, scope=desk.scope,
            signer=signer, seal_head=head,
        )  # fmt: skip

    desk.write(one)


def faults(hub: Hub) -> list[str]:
    return [fault for (fault,) in hub.rows("SELECT fault FROM hub_audit_chain ORDER BY chain")]


def asked(desk: Desk, path: str, kind: type[msgspec.Struct]) -> object:
    """Ask one of the log's addresses as the shipped line asks everything."""
    return desk.link._ask(f"/v1/log/{path}", None, kind).reply  # type: ignore[type-var]


def test_heads_of_a_chain_are_verified_logged_and_proved_offline(hub: Hub, desk: Desk) -> None:
    for n in range(5):
        act(desk, head=n in (1, 4))
    assert desk.sync().even
    assert faults(hub) == [""]
    assert hub.rows("SELECT n FROM hub_audit_chain") == [(5,)]
    assert hub.rows("SELECT count(*) FROM hub_log_entry") == [(0,)], "a push touches its scope only"
    head = asked(desk, "head", TreeHead)
    assert isinstance(head, TreeHead)
    assert (head.size, head_holds(head, keys(hub))) == (2, True)
    for n in (2, 5):
        proof = asked(desk, f"proof?chain={desk.device}&n={n}", LogProof)
        assert isinstance(proof, LogProof)
        assert proof_holds(proof, keys(hub))
        assert (proof.leaf.chain, proof.leaf.n) == (desk.device, n)
        assert desk.rows(f"SELECT hash FROM audit_line WHERE n = {n}") == [(proof.leaf.hash,)]
        lied = msgspec.structs.replace(proof.leaf, hash="0" * 64)
        assert not proof_holds(msgspec.structs.replace(proof, leaf=lied), keys(hub))
    stranger = {hub.service.public.receipt_id: Ed25519PrivateKey.generate().public_key()}
    assert not head_holds(head, stranger)
    assert not head_holds(msgspec.structs.replace(head, size=3), keys(hub))


def test_the_log_only_grows_and_proves_it(hub: Hub, desk: Desk) -> None:
    kept = []
    for _ in range(6):
        act(desk, head=True)
        desk.sync()
        kept.append(asked(desk, "head", TreeHead))
    for before in kept:
        assert isinstance(before, TreeHead)
        answer = asked(desk, f"growth?first={before.size}", LogConsistency)
        assert isinstance(answer, LogConsistency)
        assert grew_from(before, answer, keys(hub))
        if before.size < answer.head.size:
            other = msgspec.structs.replace(before, root="0" * 64)
            assert not grew_from(other, answer, keys(hub))


def not_found(desk: Desk, path: str, kind: type[msgspec.Struct]) -> None:
    with pytest.raises(HubError) as caught:
        asked(desk, path, kind)
    assert caught.value.fault is HubFault.NOT_FOUND


def test_what_the_log_has_not_is_not_found_nor_what_is_another_branchs(
    hub: Hub, desk: Desk, tmp_path: Path
) -> None:
    act(desk, head=True)
    desk.sync()
    not_found(desk, f"proof?chain={desk.device}&n=2", LogProof)
    not_found(desk, "growth?first=2", LogConsistency)
    other = make_desk(hub, tmp_path, "b", scopes=(OTHER,))
    not_found(other, f"proof?chain={desk.device}&n=1", LogProof)
    other.close()


def push_lines(desk: Desk, *lines: AuditLine | AuditHead) -> None:
    def put(work: Work) -> None:
        work.session.add_all(lines)

    desk.write(put)


def line(desk: Desk, n: int, prev: str, *, hash: str = "", chain: str = "") -> AuditLine:
    """Make a line as a program that lies might."""
    said = Line(chain or desk.device, n, prev, "c1", "a.b", [], "0" * 64, "boot", 1, 1_000_000)
    return AuditLine(
        scope=desk.scope, id=new_id(desk.store.clock), chain=said.chain, n=n, prev=prev,
        hash=hash or said.hash(), actor="c1", action="a.b", objects=[], salt="s",
        commitment="0" * 64, boot="boot", mono_ms=1, wall=moment_of(1_000_000),
    )  # fmt: skip


def head(desk: Desk, of: AuditLine, signature: str) -> AuditHead:
    return AuditHead(
        scope=desk.scope, id=new_id(desk.store.clock), chain=of.chain, n=of.n, hash=of.hash,
        signature=signature, wall=desk.clock.now(),
    )  # fmt: skip


ZERO = "0" * 64


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        ("gap", "line 2 follows line 0"),
        ("prev", "line 1 does not name the line before it"),
        ("hash", "line 1 is not what its hash says"),
        ("foreign", "line 1 was sent by another"),
        ("unsigned", "the head at line 1 is not signed"),
        ("other head", "the head at line 1 is not the hash of that line"),
    ],
)
def test_a_chain_that_does_not_hold_is_kept_told_and_never_logged(
    hub: Hub, desk: Desk, case: str, fault: str
) -> None:
    good = line(desk, 1, ZERO)
    rows: dict[str, list[AuditLine | AuditHead]] = {
        "gap": [line(desk, 2, ZERO)],
        "prev": [line(desk, 1, "1" * 64)],
        "hash": [line(desk, 1, ZERO, hash="2" * 64)],
        "foreign": [line(desk, 1, ZERO, chain="hub")],
        "unsigned": [good, head(desk, good, "00" * 64)],
        "other head": [good, head(desk, line(desk, 1, ZERO, hash="3" * 64), "00" * 64)],
    }
    push_lines(desk, *rows[case])
    assert desk.sync().even, "the lines are evidence: they are taken"
    assert hub.rows("SELECT count(*) FROM audit_line") == [(1,)]
    assert faults(hub) == [fault]
    act(desk, head=True)
    desk.sync()
    assert fault in faults(hub), "the first fault stays"
    hub.service.log.sequence()
    if case != "foreign":
        assert hub.rows("SELECT count(*) FROM hub_log_entry") == [(0,)]


def test_the_same_head_twice_is_logged_once_and_stops_nobody(hub: Hub, desk: Desk) -> None:
    act(desk, head=True)
    ((hash, signature),) = desk.rows("SELECT hash, signature FROM audit_head")
    twin = AuditHead(
        scope=desk.scope, id=new_id(desk.store.clock), chain=desk.device, n=1, hash=hash,
        signature=signature, wall=desk.clock.now(),
    )  # fmt: skip
    push_lines(desk, twin)
    assert desk.sync().even
    assert hub.service.log.sequence() == 1
    assert faults(hub) == [""]


def test_two_processes_give_no_place_twice_and_leave_none_out(hub: Hub) -> None:
    """Two connections pools sequence at once, while heads go on coming."""
    url = postgres_url() if hub.database.writer.dialect.name == "postgresql" else ""
    others = [
        HubDatabase.open(url or f"sqlcipher:///{hub.folder / 'hub.db'}", hub.keys.database_key())
        for _ in range(2)
    ]

    def bring(part: int) -> None:
        for n in range(40):
            values = {
                "scope": SCOPE, "chain": f"c{part}", "n": n, "hash": f"{n:064x}",
                "device": "d", "signature": "s", "at": hub.clock.now(),
            }  # fmt: skip
            others[part].write(lambda c, v=values: c.execute(log_due.insert().values(**v)))  # type: ignore[misc]
            if n % 5 == part:
                AuditLog(others[part], hub.service.log.key, hub.clock).sequence()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring, range(2)))
    hub.service.log.sequence()
    for one in others:
        one.close()
    places = [place for (place,) in hub.rows("SELECT place FROM hub_log_entry ORDER BY place")]
    assert places == list(range(80))
    assert len(hub.rows("SELECT DISTINCT chain, n FROM hub_log_entry")) == 80
    assert log_of(hub) == ""


def log_of(hub: Hub) -> str:
    known = keys(hub)
    return hub.database.read(lambda c: log_fault(c, lambda told: head_holds(told, known)))


@pytest.mark.parametrize("what", ["entry", "left out", "node", "root", "signature", "shorter"])
def test_a_log_that_was_written_in_is_found_out(hub: Hub, desk: Desk, what: str) -> None:
    for _ in range(5):
        act(desk, head=True)
        desk.sync()
        hub.service.log.sequence()
    assert log_of(hub) == ""
    change = {
        "entry": update(log_entry).where(log_entry.c.place == 1).values(hash="4" * 64),
        "left out": log_entry.delete().where(log_entry.c.place == 2),
        "node": update(log_node).where(log_node.c.level == 1).values(hash="5" * 64),
        "root": update(log_head).where(log_head.c.size == 3).values(root="6" * 64),
        "signature": update(log_head).where(log_head.c.size == 4).values(signature="AAAA"),
        "shorter": log_entry.delete().where(log_entry.c.place == 4),
    }[what]
    hub.database.write(lambda c: c.execute(change))
    assert log_of(hub)


def test_what_is_logged_holds_no_words_of_a_person(hub: Hub, desk: Desk) -> None:
    act(desk, head=True)
    desk.sync()
    hub.service.log.sequence()
    kept = json.dumps([list(map(str, row)) for row in hub.rows("SELECT * FROM hub_log_entry")])
    assert "test.act" not in kept
    assert '"c1"' not in kept
