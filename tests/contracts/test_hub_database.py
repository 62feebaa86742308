"""What the hub promises on every database it runs on: one suite, the embedded one and PostgreSQL.

PostgreSQL takes part where SEALDESK_TEST_PG names a database these tests may empty; the project's
test command starts one.
"""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.kit.ids import new_id
from app.store.capture import body_of
from app.store.desk_tables import OutboxRow
from app.store.engine import connect
from app.store.outbox import mutation_hash
from app.store.types import micros_of
from app.store.work import Actor, open_work
from sync.hub import numbers, pull, push, workstations
from sync.hub.feed import FeedDraft, FeedJournal, publish
from sync.hub.push import MseqForkError, Sender, take_push
from sync.hub.service import new_epoch
from sync.hub.tables import scope_head, sync_row
from sync.hub.workstations import NotAdmittedError
from sync.wire.digest import digest_of, digest_text, hash64
from sync.wire.messages import Cursor, EnrolRequest, LeaseWish, Mutation, Result, Txn
from sync.wire.signature import SignedBy
from tests.sync.world import (
    OTHER,
    SCOPE,
    START,
    Door,
    Hub,
    b64,
    customer,
    make_hub,
    postgres_url,
)

DATABASES = ["embedded", *(["postgresql"] if postgres_url() else [])]


@pytest.fixture(params=DATABASES)
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hub]:
    url = postgres_url() if request.param == "postgresql" else ""
    made = make_hub(tmp_path / "hub", url=url)
    yield made
    made.database.close()


@pytest.fixture
def device(hub: Hub) -> str:
    return enrolled(hub, 1)


def enrolled(hub: Hub, n: int, *scopes: str) -> str:
    asked = EnrolRequest(
        hub.token(*(scopes or (SCOPE,))), "ed25519", b64(bytes([n]) * 32), "d", "", 1
    )
    id, _ = hub.database.write(lambda c: workstations.enrol(c, asked, hub.clock))
    return id.hex


def mutation(mseq: int, id: UUID, patch: dict[str, object], txn: UUID, **more: object) -> Mutation:
    """Make a mutation as a desk would, its hash included."""
    said: dict[str, object] = {
        "n": 0,
        "scope": SCOPE,
        "kind": "customer",
        "op": "patch",
        "base_ver": 1,
        "schema": 1,
        "actor": "c1",
    } | more
    row = OutboxRow(
        txn=txn,
        n_in_txn=said["n"],
        scope=said["scope"],
        kind=said["kind"],
        row_id=id,
        op=said["op"],
        base_ver=said["base_ver"],
        patch=patch,
        schema=said["schema"],
        actor=said["actor"],
    )
    return Mutation(
        mseq=mseq,
        id=id.hex,
        patch=patch,
        at=micros_of(START),
        hash=mutation_hash(row),
        **said,  # type: ignore[arg-type]
    )


def inserted(hub: Hub, mseq: int, name: str, **more: object) -> Txn:
    """Make a transaction that inserts one customer."""
    id, txn = new_id(hub.clock), new_id(hub.clock)
    row = customer(SCOPE, id, name)
    patch = {column: [None, value] for column, value in body_of(row).items()}
    return Txn(txn.hex, [mutation(mseq, id, patch, txn, op="insert", base_ver=0, **more)])


def edited(hub: Hub, mseq: int, of: Txn, **fields: list[object]) -> Txn:
    """Make a transaction that edits what another inserted."""
    txn = new_id(hub.clock)
    id = UUID(hex=of.mutations[0].id)
    return Txn(txn.hex, [mutation(mseq, id, dict(fields), txn)])


def pushed(hub: Hub, device: str, *txns: Txn) -> list[Result]:
    return hub.database.write(
        lambda c: take_push(
            c, txns, sender=Sender(device), door=Door(), clock=hub.clock, epoch="e1"
        ),
        queue=SCOPE,
    )


def head(hub: Hub, scope: str = SCOPE) -> pull.Head:
    return hub.database.read(lambda c: pull.heads_of(c, [scope], "e1")[scope])


def test_a_push_is_placed_stored_and_written_to_history(hub: Hub, device: str) -> None:
    (result,) = pushed(hub, device, inserted(hub, 1, "Alpha"))
    assert (result.status, result.seq, result.ver) == ("ok", 1, 1)
    assert hub.rows("SELECT name, _seq, _ver FROM customer") == [("Alpha", 1, 1)]
    assert hub.rows("SELECT mseq, seq, ver, op FROM hub_history") == [(1, 1, 1, "insert")]


def test_the_same_mutation_again_gets_the_same_word(hub: Hub, device: str) -> None:
    txn = inserted(hub, 1, "Alpha")
    first = pushed(hub, device, txn)
    assert pushed(hub, device, txn, inserted(hub, 2, "Beta"))[0] == first[0]
    assert head(hub).seq == 2
    assert len(hub.rows("SELECT * FROM hub_history")) == 2


def test_the_same_number_with_another_content_is_a_fork_and_writes_nothing(
    hub: Hub, device: str
) -> None:
    pushed(hub, device, inserted(hub, 1, "Alpha"))
    with pytest.raises(MseqForkError):
        pushed(hub, device, inserted(hub, 2, "Beta"), inserted(hub, 1, "Gamma"))
    assert hub.rows("SELECT name FROM customer") == [("Alpha",)]


def test_a_changed_patch_under_an_old_hash_is_a_fork(hub: Hub, device: str) -> None:
    txn = inserted(hub, 1, "Alpha")
    forged = msgspec.structs.replace(txn.mutations[0], base_ver=9)
    with pytest.raises(MseqForkError):
        pushed(hub, device, Txn(txn.id, [forged]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": OTHER}, "E-SYNC-SCOPE"),
        ({"kind": "nothing"}, "E-SYNC-KIND"),
        ({"kind": "person"}, "E-SYNC-KIND"),
        ({"actor": "nobody"}, "E-SYNC-PERSON"),
    ],
)
def test_what_does_not_belong_is_refused_for_good(
    hub: Hub, device: str, change: dict[str, object], code: str
) -> None:
    first, second = pushed(hub, device, inserted(hub, 1, "A", **change), inserted(hub, 2, "B"))
    assert (first.status, first.code) == ("rejected", code)
    assert second.status == "ok"
    assert len(hub.rows("SELECT * FROM customer")) == 1
    assert len(hub.rows("SELECT * FROM hub_applied")) == 2


@pytest.mark.parametrize("bad", [{"name": 5}, {"checked": "x"}, {"name": None}, {"birth": "x"}])
def test_a_value_of_the_wrong_kind_is_refused_for_good(
    hub: Hub, device: str, bad: dict[str, object]
) -> None:
    good = inserted(hub, 1, "Alpha")
    name = next(iter(bad))
    txn = edited(hub, 2, good, **{name: [_value_of(good, name), bad[name]]})
    results = pushed(hub, device, good, txn, edited(hub, 3, good, email=["", "x"]))
    assert [result.status for result in results] == ["ok", "rejected", "ok"]
    assert results[1].code == "E-SYNC-FORM"


def _value_of(txn: Txn, name: str) -> object:
    return txn.mutations[0].patch[name][1]


def test_unknown_fields_travel_back_untouched(hub: Hub, device: str) -> None:
    """A newer desk's field survives an older hub, in the feed and beside the row."""
    good = inserted(hub, 1, "Alpha")
    pushed(hub, device, good, edited(hub, 2, good, shoe_size=[None, 44]))
    page = hub.database.read(
        lambda c: pull.pages_for(
            c, [Cursor(SCOPE, "", 0, "0")], {SCOPE: head(hub)}, pull.Budget(100)
        )
    )[0]
    kind = page.kinds[0]
    assert kind.columns[kind.cols.index("shoe_size")] == [44]
    assert "44" in str(hub.rows("SELECT _extra FROM customer"))


def test_the_digest_is_the_sum_over_the_live_rows(hub: Hub, device: str) -> None:
    txns = [inserted(hub, n, f"c{n}") for n in range(1, 6)]
    pushed(hub, device, *txns, edited(hub, 6, txns[0], email=["", "x"]))
    gone = new_id(hub.clock)
    id = UUID(hex=txns[1].mutations[0].id)
    pushed(hub, device, Txn(gone.hex, [mutation(7, id, {}, gone, op="delete")]))
    rows = hub.database.read(
        lambda c: c.execute(
            select(sync_row.c.kind, sync_row.c.id, sync_row.c.ver).where(sync_row.c.op == "put")
        ).all()
    )
    assert len(rows) == 4
    total = sum(hash64(kind, id, ver) for kind, id, ver in rows) % 2**64
    assert digest_of(head(hub).digest) == total
    answer = hub.database.read(lambda c: pull.check(c, head(hub), range(256)))
    assert len(answer.rows) == 4


def test_pages_end_where_hub_transactions_end(hub: Hub, device: str) -> None:
    pushed(hub, device, *[inserted(hub, n, f"a{n}") for n in range(1, 4)])
    pushed(hub, device, *[inserted(hub, n, f"b{n}") for n in range(4, 9)])
    cursor, seen = Cursor(SCOPE, "", 0, "0"), []
    while cursor.seq < head(hub).seq:
        (page,) = hub.database.read(
            lambda c, at=cursor: pull.pages_for(c, [at], {SCOPE: head(hub)}, pull.Budget(1))  # type: ignore[misc]
        )
        seen.append((page.start, page.next, len(page.kinds[0].ids)))
        cursor = Cursor(SCOPE, page.epoch, page.next, "0")
    assert seen == [(0, 3, 3), (3, 8, 5)]


def test_a_new_desk_is_spared_tombstones_and_an_old_one_is_not(hub: Hub, device: str) -> None:
    txn = inserted(hub, 1, "Alpha")
    pushed(hub, device, txn, inserted(hub, 2, "Beta"))
    gone = new_id(hub.clock)
    id = UUID(hex=txn.mutations[0].id)
    pushed(hub, device, Txn(gone.hex, [mutation(3, id, {}, gone, op="delete")]))

    def page(cursor: Cursor) -> pull.Page:
        return hub.database.read(
            lambda c: pull.pages_for(c, [cursor], {SCOPE: head(hub)}, pull.Budget(99))
        )[0]

    assert page(Cursor(SCOPE, "", 0, "0")).gone == []
    assert [one.id for one in page(Cursor(SCOPE, "", 2, "0")).gone] == [id.hex]
    assert [one.id for one in page(Cursor(SCOPE, "", 0, "abc")).gone] == [id.hex]


def test_a_snapshot_is_cut_at_one_place_of_the_feed(hub: Hub, device: str) -> None:
    """Built while others write: its rows, its head and its digest are of one moment."""
    pushed(hub, device, *[inserted(hub, n, f"c{n}") for n in range(1, 41)])
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(
            lambda: [pushed(hub, device, inserted(hub, n, f"d{n}")) for n in range(41, 61)]
        )
        ready = hub.service.snapshots.prepare(SCOPE).result(timeout=60)
        writing.result(timeout=60)
    assert ready.trailer.rows == ready.trailer.head >= 40
    raw = connect(hub.service.snapshots.folder / f"{ready.sha256}.snapshot", ready.key)
    assert raw.execute("SELECT count(*), max(_seq) FROM customer").fetchone() == (
        ready.trailer.rows,
        ready.trailer.head,
    )
    raw.close()
    hub.service.close()


def test_a_verb_of_head_office_itself_is_published(hub: Hub) -> None:
    """Reference rows written at head office reach the feed by the same journal."""

    def act(connection: Connection) -> None:
        draft = FeedDraft(connection)
        work = open_work(
            Session(connection, join_transaction_mode="create_savepoint"),
            Actor("admin", "admin", frozenset({"administrator"}), SCOPE, "hub"),
            hub.clock,
            FeedJournal(draft),
            side="hub",
        )
        with work:
            work.session.add(customer(SCOPE, new_id(hub.clock), "Head office's own"))
            work.commit()
        publish(draft, "e1")

    hub.database.write(act)
    assert head(hub).seq == 1


def test_a_scope_that_rolls_back_gives_its_places_back(hub: Hub, device: str) -> None:
    def act(connection: Connection) -> None:
        take_push(
            connection,
            [inserted(hub, 1, "Alpha")],
            sender=Sender(device),
            door=Door(),
            clock=hub.clock,
            epoch="e1",
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hub.database.write(act)
    assert head(hub).seq == 0
    assert pushed(hub, device, inserted(hub, 1, "Beta"))[0].seq == 1


def test_no_reader_ever_misses_a_row(hub: Hub) -> None:
    """Six writers, some slow, some that roll back, one reader that follows: it has all of them."""
    devices = [enrolled(hub, n) for n in range(1, 7)]
    stop, seen, seqs = threading.Event(), set[str](), list[int]()
    per_writer = 12

    def write(n: int) -> None:
        dice = random.Random(n)
        for mseq in range(1, per_writer + 1):
            txn = inserted(hub, mseq, f"{n}-{mseq}")
            if dice.random() < 0.2:
                _roll_back(hub, devices[n], inserted(hub, mseq, "never"))

            def act(connection: Connection, txn: Txn = txn) -> None:
                take_push(
                    connection,
                    [txn],
                    sender=Sender(devices[n]),
                    door=Door(),
                    clock=hub.clock,
                    epoch="e1",
                )
                threading.Event().wait(dice.random() * 0.004)

            hub.database.write(act, queue=SCOPE)

    def read() -> None:
        at = 0
        while True:
            last = stop.is_set()

            def look(connection: Connection, at: int = at) -> list[pull.Page]:
                heads = pull.heads_of(connection, [SCOPE], "e1")
                return pull.pages_for(
                    connection, [Cursor(SCOPE, "", at, "0")], heads, pull.Budget(50)
                )

            for page in hub.database.read(look):
                for kind in page.kinds:
                    seen.update(kind.ids)
                    seqs.extend(kind.seqs)
                at = page.next
            if last and at == head(hub).seq:
                return
            threading.Event().wait(0.001)

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(read)
        try:
            list(pool.map(write, range(len(devices))))
        finally:
            stop.set()
        reader.result(timeout=60)
    there = {row[0] for row in hub.rows("SELECT name FROM customer")}
    assert len(there) == len(devices) * per_writer
    assert "never" not in there
    assert len(seen) == len(there)
    assert sorted(seqs) == list(range(1, len(there) + 1)), "without a gap and none twice"


def _roll_back(hub: Hub, device: str, txn: Txn) -> None:
    def act(connection: Connection) -> None:
        take_push(
            connection, [txn], sender=Sender(device), door=Door(), clock=hub.clock, epoch="e1"
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hub.database.write(act, queue=SCOPE)


def test_two_hub_processes_take_one_mutation_once(hub: Hub, device: str) -> None:
    """The same push on six threads at once: one history line, six equal words."""
    txn = inserted(hub, 1, "Alpha")
    with ThreadPoolExecutor(6) as pool:
        words = list(pool.map(lambda _: pushed(hub, device, txn), range(6)))
    assert all(word == words[0] for word in words)
    assert len(hub.rows("SELECT * FROM hub_history")) == 1
    assert head(hub).seq == 1


def test_a_block_of_numbers_is_lent_once_and_sent_again_until_it_is_heard(
    hub: Hub, device: str
) -> None:
    other = enrolled(hub, 2)
    wish = LeaseWish(SCOPE, "POL", 100, [])

    def lend(to: str, wished: LeaseWish) -> list[tuple[int, int, str]]:
        leases = hub.database.write(lambda c: numbers.lend(c, to, [wished], [SCOPE], hub.clock))
        return [(lease.first, lease.last, lease.id) for lease in leases]

    ((first, last, id),) = lend(device, wish)
    assert (first, last) == (1, 100)
    assert lend(device, wish) == [(first, last, id)]
    assert [block[:2] for block in lend(other, wish)] == [(101, 200)]
    assert [b[:2] for b in lend(device, LeaseWish(SCOPE, "POL", 50, [id]))] == [(201, 250)]
    assert lend(device, LeaseWish(OTHER, "POL", 50, [])) == []


def test_numbers_cut_at_once_never_meet(hub: Hub) -> None:
    devices = [enrolled(hub, n) for n in range(1, 7)]

    def lend(to: str) -> tuple[int, int]:
        wish = LeaseWish(SCOPE, "POL", 10, [])
        (lease,) = hub.database.write(
            lambda c: numbers.lend(c, to, [wish], [SCOPE], hub.clock), queue="numbers"
        )
        return lease.first, lease.last

    with ThreadPoolExecutor(6) as pool:
        blocks = sorted(pool.map(lend, devices))
    assert blocks == [(n * 10 + 1, n * 10 + 10) for n in range(6)]


def test_a_token_takes_one_workstation_in(hub: Hub) -> None:
    token = hub.token()
    asked = EnrolRequest(token, "ed25519", b64(b"k" * 32), "d", "", 1)
    first, scopes = hub.database.write(lambda c: workstations.enrol(c, asked, hub.clock))
    again, _ = hub.database.write(lambda c: workstations.enrol(c, asked, hub.clock))
    assert first == again
    assert scopes == [SCOPE]
    thief = EnrolRequest(token, "ed25519", b64(b"t" * 32), "d", "", 1)
    with pytest.raises(NotAdmittedError):
        hub.database.write(lambda c: workstations.enrol(c, thief, hub.clock))


def test_a_scope_that_is_only_followed_is_read_and_not_written(hub: Hub) -> None:
    token = hub.database.write(
        lambda c: workstations.make_token(c, [SCOPE], "t", hub.clock, read_only=[OTHER])
    )
    asked = EnrolRequest(token, "ed25519", b64(b"r" * 32), "d", "", 1)
    id, scopes = hub.database.write(lambda c: workstations.enrol(c, asked, hub.clock))
    assert sorted(scopes) == [SCOPE, OTHER]
    assert hub.database.read(lambda c: pull.granted(c, id.hex)) == [SCOPE, OTHER]
    (refused,) = pushed(hub, id.hex, inserted(hub, 1, "A", scope=OTHER))
    assert (refused.status, refused.code) == ("rejected", "E-SYNC-SCOPE")
    assert pushed(hub, id.hex, inserted(hub, 2, "B"))[0].status == "ok"


def test_an_old_token_takes_nobody_in(hub: Hub) -> None:
    asked = EnrolRequest(hub.token(), "ed25519", b64(b"k" * 32), "d", "", 1)
    hub.clock.advance(24 * 3600 + 1)
    with pytest.raises(NotAdmittedError):
        hub.database.write(lambda c: workstations.enrol(c, asked, hub.clock))


def test_a_request_counts_once(hub: Hub, device: str) -> None:
    def count(nonce: str, sequence: int) -> None:
        signed = SignedBy(device, nonce, sequence, "k", 0)
        hub.database.write(lambda c: workstations.count_request(c, signed, hub.clock))

    count("a", 5)
    for nonce, sequence in (("a", 6), ("b", 5), ("b", 4), ("a", 5)):
        with pytest.raises(NotAdmittedError) as refused:
            count(nonce, sequence)
        assert refused.value.code == "replayed"
    count("b", 6)


def test_a_revoked_scope_takes_what_was_made_before_until_its_day(hub: Hub, device: str) -> None:
    until = hub.clock.now() + timedelta(days=1)
    hub.database.write(lambda c: workstations.revoke(c, device, SCOPE, until))
    assert pushed(hub, device, inserted(hub, 1, "A"))[0].status == "ok"
    assert hub.database.read(lambda c: pull.granted(c, device)) == []
    hub.clock.advance(2 * 86_400)
    assert pushed(hub, device, inserted(hub, 2, "B"))[0].code == "E-SYNC-SCOPE"


def test_words_are_kept_for_35_days(hub: Hub, device: str) -> None:
    pushed(hub, device, inserted(hub, 1, "A"))
    hub.clock.advance(34 * 86_400)
    hub.database.write(lambda c: workstations.sweep(c, hub.clock))
    assert len(hub.rows("SELECT * FROM hub_applied")) == 1
    hub.clock.advance(2 * 86_400)
    hub.database.write(lambda c: workstations.sweep(c, hub.clock))
    assert hub.rows("SELECT * FROM hub_applied") == []


def test_a_new_epoch_reaches_every_head(hub: Hub, device: str) -> None:
    pushed(hub, device, inserted(hub, 1, "A"))
    epoch = hub.database.write(new_epoch)
    assert head(hub).epoch == epoch
    assert hub.database.read(lambda c: c.scalar(select(scope_head.c.live_n))) == 1


def test_an_empty_head_stands_at_nought(hub: Hub) -> None:
    assert replace(head(hub), epoch="e") == pull.Head(SCOPE, "e", 0, 0, digest_text(0))
    assert push.NUMBERS_ASKED_AT_ONCE < 999, "below SQLite's smallest limit of parameters"
