"""What a newer or an older program at the other end says: read, kept, answered; never a crash."""

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

import app.store.outbox
from app.store.histories import upgrade
from app.store.outbox import SCHEMA
from app.store.taking_up import take_up_known
from sync.hub import pull, push, service, upcasters
from sync.hub.upcasters import brought_up, readable
from sync.wire.body import decode, encode, pack, unpack
from sync.wire.messages import (
    Envelope,
    Message,
    Mutation,
    Receipt,
    ScopeEvent,
    SyncReply,
    Txn,
)
from sync.wire.receipts import seal, sha256
from tests.sync.goldens import MESSAGES
from tests.sync.test_faults import Bent, body_of, rebuilt
from tests.sync.world import SCOPE, Desk, Hub, make_desk


@pytest.fixture
def line(hub: Hub) -> Bent:
    return Bent(hub.transport())


@pytest.fixture
def desk(hub: Hub, tmp_path: Path, line: Bent) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a", transport=line)
    yield made
    made.close()


@pytest.fixture
def other(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "b", person="c2")
    yield made
    made.close()


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_with_more_fields_than_are_known_is_read(name: str) -> None:
    message = MESSAGES[name]
    longer = [*json.loads(encode(message)), "a field of tomorrow", {"and": ["another"]}]
    said = json.dumps(longer, ensure_ascii=False, separators=(",", ":"))
    assert encode(decode(type(message), said.encode())) == encode(message)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_without_its_later_fields_is_read(name: str) -> None:
    """A field that came later has a default: what an older peer leaves out is not missed."""
    message = MESSAGES[name]
    shorter = json.loads(encode(message))[: _needed(type(message))]
    decode(type(message), json.dumps(shorter).encode())


def _needed(kind: type[Message]) -> int:
    return len(kind.__struct_fields__) - len(kind.__struct_defaults__)


def resealed(hub: Hub, answer: httpx.Response, change: Callable[[SyncReply], SyncReply]) -> bytes:
    """Let head office say something else, rightly signed."""
    coding = answer.headers.get("content-encoding", "")
    envelope = decode(Envelope, unpack(body_of(answer), coding))
    reply = change(decode(SyncReply, bytes(envelope.reply)))
    receipt = decode(Receipt, bytes(envelope.receipt))
    said = encode(reply)
    lines = [
        (mseq, hash, status, scope, seq, ver)
        for (mseq, hash, *_), (status, scope, seq, ver) in zip(
            receipt.results,
            [(one.status, one.scope, one.seq, one.ver) for one in reply.results],
            strict=True,
        )
    ]
    fresh = Receipt(
        receipt.what, receipt.device, receipt.nonce, receipt.request, sha256(said), receipt.at,
        lines, receipt.heads,
    )  # fmt: skip
    whole = seal(fresh, said, envelope.key_id, hub.service.receipt_key.sign)
    body, now = pack(whole)
    if now:
        answer.headers["content-encoding"] = now
    elif "content-encoding" in answer.headers:
        del answer.headers["content-encoding"]
    return body


def bend_sync(hub: Hub, line: Bent, change: Callable[[SyncReply], SyncReply]) -> None:
    def bend(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.url.path != "/v1/sync":
            return answer
        body = resealed(hub, answer, change)
        return rebuilt(answer, body)

    line.bend = bend


def altered(message: Any, **values: object) -> Any:
    """Give a message with other values."""
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    return type(message)(**fields | values)


def test_a_word_of_tomorrow_is_taken_as_a_refusal(desk: Desk, hub: Hub, line: Bent) -> None:
    """The row shows head office's values, what was typed is in the inbox, nothing goes again."""
    id = desk.add_customer("Alpha")
    desk.sync()
    desk.person = "nobody"
    desk.edit(id, email="typed")

    def deferred(reply: SyncReply) -> SyncReply:
        return altered(reply, results=[altered(one, status="deferred") for one in reply.results])

    bend_sync(hub, line, deferred)
    report = desk.sync()
    row = desk.customer(id)
    assert row is not None and row.email == ""
    assert desk.rows("SELECT status FROM inbox") == [("deferred",)]
    assert (report.letters, report.outbox_left, report.even) == (1, 0, True)


def test_an_event_of_tomorrow_is_passed_by(desk: Desk, hub: Hub, line: Bent) -> None:
    desk.add_customer("Alpha")
    bend_sync(
        hub,
        line,
        lambda reply: altered(
            reply, events=[*reply.events, ScopeEvent("moved_house", SCOPE, "", 0)]
        ),
    )
    report = desk.sync()
    assert report.even
    assert report.problems == ()


def strange_kind(reply: SyncReply) -> SyncReply:
    pages = [
        altered(page, kinds=[altered(rows, kind="kind_of_tomorrow") for rows in page.kinds])
        for page in reply.pages
    ]
    return altered(reply, pages=pages)


def strange_end(reply: SyncReply) -> SyncReply:
    pages = [altered(page, gone=[altered(one, op="merged_away") for one in page.gone])
             for page in reply.pages]  # fmt: skip
    return altered(reply, pages=pages)


@pytest.mark.parametrize("change", [strange_kind, strange_end])
def test_a_record_of_tomorrow_holds_its_scope_and_never_what_is_handed_in(
    desk: Desk, other: Desk, hub: Hub, line: Bent, change: Callable[[SyncReply], SyncReply]
) -> None:
    theirs = other.add_customer("theirs")
    keep = other.add_customer("kept")
    other.sync()
    desk.sync()
    other.delete(theirs)
    other.edit(keep, email="new")
    other.sync()
    mine = desk.add_customer("mine")
    bend_sync(hub, line, change)
    report = desk.sync()
    assert [problem.code for problem in report.problems] == ["E-SYNC-UPGRADE"]
    assert report.outbox_left == 0, "what was made here is handed in"
    assert hub.rows("SELECT count(*) FROM customer WHERE name = 'mine'") == [(1,)]
    assert theirs in desk.names(), "nothing is deleted on a word that is not understood"
    assert desk.rows("SELECT seq FROM scope_state") == [(2,)], "the cursor waits"
    line.bend = None
    assert desk.sync().even, "after the update it goes on where it stood"
    assert set(desk.names()) == {keep, mine}


def test_columns_of_tomorrow_go_round_both_ends(
    desk: Desk, other: Desk, hub: Hub, line: Bent
) -> None:
    """A field neither end knows: from a newer desk to the hub, to another desk, edited, refused."""
    id = desk.add_customer("Alpha")
    desk.sync()
    row = {"op": "patch", "patch": {"tomorrow": [None, "kept"]}}
    assert said_by(hub, desk, id.hex, **row) == ["ok"]
    assert hub.rows("SELECT _extra FROM customer") == [('{"tomorrow":"kept"}',)]
    for one in (desk, other):
        one.sync()
        assert one.rows("SELECT _extra FROM customer") == [('{"tomorrow":"kept"}',)]
    other.edit(id, email="e")
    other.sync()
    assert hub.rows("SELECT _extra, email FROM customer") == [('{"tomorrow":"kept"}', "e")]
    desk.sync()
    desk.person = "nobody"
    desk.edit(id, job="will be refused")
    report = desk.sync()
    assert report.letters == 1
    assert desk.rows("SELECT _extra, email, job FROM customer") == [
        ('{"tomorrow":"kept"}', "e", "")
    ]
    assert report.even


def test_columns_of_tomorrow_are_taken_up_by_the_update(desk: Desk, hub: Hub) -> None:
    """What was kept beside the row is in it after the update, at both ends; misfits stay."""
    id = desk.add_customer("Alpha")
    desk.sync()
    beside = '{"birth":"1990-02-28","checked":"not a number","headcount":120,"tomorrow":1}'
    plant = "UPDATE customer SET birth = NULL, headcount = NULL, _extra = :beside"
    with desk.store.write_engine.begin() as connection:
        connection.execute(text(plant), {"beside": beside})
        upgrade(connection, "shared")
    with hub.database.writer.begin() as connection:
        connection.execute(text(plant), {"beside": beside})
        assert take_up_known(connection) == 2
        assert take_up_known(connection) == 0
    row = desk.customer(id)
    assert row is not None
    assert (row.birth, row.headcount, row.checked) == (date(1990, 2, 28), 120, 0)
    assert row.extra == {"checked": "not a number", "tomorrow": 1}
    held = "SELECT headcount, _extra FROM customer"
    assert desk.rows(held) == hub.rows(held)


def said_by(hub: Hub, desk: Desk, id: str, **fields: Any) -> list[str]:
    """Push one mutation as another program would make it; gives the words on it."""
    (last,) = hub.rows("SELECT coalesce(max(mseq), 0) FROM hub_applied")[0]
    one = {
        "mseq": last + 100, "n": 0, "scope": SCOPE, "kind": "customer", "id": id, "op": "patch",
        "base_ver": 1, "patch": {}, "schema": SCHEMA, "at": 0, "actor": "c1", "hash": "0" * 64,
    } | fields  # fmt: skip
    mutation = Mutation(**one)
    txn = Txn(f"{last + 100:032x}", [mutation])
    hashed = altered(mutation, hash=push._hash_of(txn, mutation))
    txn = Txn(txn.id, [hashed])
    results = hub.database.write(
        lambda c: push.take_push(
            c, [txn], sender=push.Sender(desk.device), door=hub.service.door, clock=hub.clock,
            epoch=hub.service.epoch,
        )
    )  # fmt: skip
    return [one.code or one.status for one in results]


def test_an_act_of_tomorrow_is_refused_alone(desk: Desk, hub: Hub) -> None:
    """An op this hub does not know gets its word, and what stands behind it is taken."""
    id = desk.add_customer("Alpha")
    desk.sync()
    assert said_by(hub, desk, id.hex, op="transmute") == ["E-SYNC-KIND"]
    patch = {"patch": {"email": ["", "e"]}}
    assert said_by(hub, desk, id.hex, **patch) == ["ok"]
    assert said_by(hub, desk, id.hex, kind="kind_of_tomorrow") == ["E-SYNC-KIND"]


def test_an_order_of_a_newer_program_is_refused_and_its_rows_are_taken(
    desk: Desk, hub: Hub
) -> None:
    id = desk.add_customer("Alpha")
    desk.sync()
    rows = {"schema": SCHEMA + 1, "patch": {"email": ["", "e"], "tomorrow": [None, 1]}}
    assert said_by(hub, desk, id.hex, **rows) == ["ok"]
    order = {"schema": SCHEMA + 1, "op": "command", "patch": {"verb": "x", "order": {}}}
    assert said_by(hub, desk, id.hex, **order) == ["E-SYNC-NEWER"]


def renamed(mutation: Mutation) -> Mutation:
    """A step as a later version would have one: a column got another name."""
    patch = {("email" if name == "e_mail" else name): pair for name, pair in mutation.patch.items()}
    return altered(mutation, patch=patch)


def moved(mutation: Mutation) -> Mutation:
    """Another: a value is written another way."""
    patch = {name: [pair[0], f"<{pair[1]}>"] for name, pair in mutation.patch.items()}
    return altered(mutation, patch=patch)


def test_steps_bring_a_mutation_up_one_after_the_other() -> None:
    old = Mutation(1, 0, SCOPE, "customer", "0" * 32, "patch", 1, {"e_mail": ["", "a"]}, 1, 0, "c1",
                   "0" * 64)  # fmt: skip
    mixed = Txn("0" * 32, [old, altered(old, schema=2), altered(old, schema=3)])
    up = brought_up(mixed, steps={1: renamed, 2: moved}, to=3)
    assert [one.patch for one in up.mutations] == [
        {"email": ["", "<a>"]}, {"e_mail": ["", "<a>"]}, {"e_mail": ["", "a"]},
    ]  # fmt: skip
    assert [one.hash for one in up.mutations] == ["0" * 64] * 3, "its hash is that of its time"
    assert brought_up(up, to=1) is up
    assert not readable(altered(old, schema=0))
    assert readable(old)


def test_an_older_mutation_is_done_by_todays_names_and_known_again_by_its_own(
    desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = desk.add_customer("Alpha")
    desk.sync()
    up = brought_up
    monkeypatch.setattr(push, "brought_up", lambda txn: up(txn, steps={0: renamed}, oldest=0))
    monkeypatch.setattr(push, "readable", bool)
    old = {"schema": 0, "mseq": 50, "patch": {"e_mail": ["", "old"]}}
    assert said_by(hub, desk, id.hex, **old) == ["ok"]
    assert hub.rows("SELECT email FROM customer") == [("old",)]
    head = hub.rows("SELECT seq FROM hub_scope_head")
    again = Mutation(50, 0, SCOPE, "customer", id.hex, "patch", 1, old["patch"], 0, 0, "c1", "")  # type: ignore[arg-type]
    txn = Txn(f"{1 + 100:032x}", [again])
    txn = Txn(txn.id, [altered(again, hash=push._hash_of(txn, again))])
    told = hub.database.write(
        lambda c: push.take_push(c, [txn], sender=push.Sender(desk.device),
                                 door=hub.service.door, clock=hub.clock, epoch="e")
    )  # fmt: skip
    assert [one.status for one in told] == ["ok"]
    assert hub.rows("SELECT seq FROM hub_scope_head") == head, "taken once"


ADDITIVE = {"create_table", "create_index", "add_column", "batch_alter_table", "f"}
"""What a revision may do to shared tables under the same schema."""
FIRST = "shared_0001"


def calls_in(source: str) -> set[str]:
    """Name what a revision's upgrade does to the tables."""
    return {
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("op", "batch_op")
    }


def test_revisions_since_the_first_schema_only_add() -> None:
    """One that renames, drops or narrows raises SCHEMA and brings a step; then it is named here."""
    folder = Path(app.store.outbox.__file__).parent / "migrations" / "shared" / "versions"
    found = {path.stem: calls_in(path.read_text("utf-8")) for path in folder.glob("*.py")}
    assert FIRST in found
    assert {
        name: calls - ADDITIVE
        for name, calls in found.items()
        if name != FIRST and calls - ADDITIVE
    } == {}
    planted = "with op.batch_alter_table('x') as batch_op:\n    batch_op.drop_column('y')"
    assert calls_in(planted) - ADDITIVE == {"drop_column"}


def test_every_schema_there_was_has_its_step() -> None:
    assert set(upcasters.STEPS) == set(range(upcasters.OLDEST, SCHEMA))


def test_a_program_too_old_to_receive_still_hands_in(
    desk: Desk, other: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = other.add_customer("theirs")
    other.sync()
    monkeypatch.setattr(service, "PROTO", 2)
    desk.add_customer("mine")
    report = desk.sync()
    assert [problem.code for problem in report.problems] == ["E-SYNC-UPGRADE"]
    assert report.outbox_left == 0
    assert hub.rows("SELECT count(*) FROM customer") == [(2,)]
    assert theirs not in desk.names()
    monkeypatch.undo()
    assert desk.sync().even


def test_an_answer_is_cut_by_weight(desk: Desk, other: Desk, hub: Hub, line: Bent) -> None:
    """Rows of 20 kB each: each answer stays below the bytes asked for, one transaction at least."""
    for n in range(12):
        id = other.add_customer(f"n{n}")
        other.edit(id, address="x" * 20_000)
        other.sync()
    sizes: list[int] = []

    def weigh(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        body = body_of(answer)
        if request.url.path == "/v1/sync":
            envelope = decode(Envelope, unpack(body, answer.headers.get("content-encoding", "")))
            reply = decode(SyncReply, bytes(envelope.reply))
            sizes.append(sum(len(encode(page)) for page in reply.pages))
        return rebuilt(answer, body)

    line.bend = weigh
    desk.settings = replace(desk.settings, budget_bytes=50_000)
    assert desk.sync().even
    assert len(sizes) >= 6
    assert max(sizes) < 52_000
    assert len(desk.names()) == 12


def test_no_answer_is_too_large_to_be_read(
    desk: Desk, other: Desk, hub: Hub, line: Bent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a desk will take, the hub ends an answer by its own weight; all of it comes."""
    monkeypatch.setattr(pull, "REPLY_BYTES", 30_000)
    for n in range(10):
        id = other.add_customer(f"n{n}")
        other.edit(id, address="y" * 10_000)
        other.sync()
    before = len(line.requests)
    assert desk.sync().even
    assert len(line.requests) - before >= 5


def test_a_poor_line_is_handed_less_at_once(desk: Desk, hub: Hub, line: Bent) -> None:
    for n in range(20):
        desk.edit(desk.add_customer(f"n{n}"), address="z" * 4_000)
    desk.settings = replace(desk.settings, budget_bytes=10_000)
    report = desk.sync()
    assert report.even
    assert report.rounds >= 8
