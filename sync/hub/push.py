"""Taking what a workstation pushes: each transaction whole or not at all, each once.

Every mutation gets a final word, written in the same transaction as what it did; the same mutation
again gets the same word, the same number with another content is a fork (a cloned or restored
workstation) and refused before anything is written. A transaction that is refused does not stop the
ones behind it. Its audit lines are taken all the same: they tell of the attempt.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Update, bindparam, delete, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.parts import PartsRefused
from app.kit.logs import event
from app.store.base import Base, Shared, shared_classes
from app.store.desk_tables import OutboxRow
from app.store.outbox import mutation_hash
from app.store.types import from_plain, moment_of
from app.store.work import Actor, Command, open_work
from sync.hub.bulk import add_rows
from sync.hub.chains import ChainBook
from sync.hub.database import lost_race
from sync.hub.door import Edit, HubDoor, Refused
from sync.hub.feed import FeedDraft, FeedJournal, Key, publish
from sync.hub.merge import merge_fields
from sync.hub.tables import applied, device_head, history, scope_grant
from sync.hub.upcasters import brought_up, readable
from sync.wire.faults import WireError
from sync.wire.messages import Mutation, Result, Status, Txn

NUMBERS_ASKED_AT_ONCE = 500
_log = logging.getLogger("sealdesk.hub.push")


class MseqForkError(Exception):
    """A mutation number came again with another content; ``mseq`` says which."""

    def __init__(self, mseq: int) -> None:
        super().__init__(f"mutation {mseq} was already here with another content")
        self.mseq = mseq


@dataclass(frozen=True)
class Sender:
    """The workstation a push came from."""

    device: str


@dataclass
class _Push:
    """One push while it is being taken."""

    connection: Connection
    door: HubDoor
    clock: Clock
    sender: Sender
    draft: FeedDraft
    grants: dict[str, datetime | None]
    known: dict[int, Result]
    asking: Session
    """For questions only (who is this, may they): it never writes."""
    persons: dict[tuple[str, str], Actor | None] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    accepted: list[tuple[Txn, Mutation, Result]] = field(default_factory=list)
    fresh: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Business rows that are new, by kind, until they are written together."""

    def write_fresh(self) -> None:
        """Write the new business rows; whatever reads or changes rows comes after it."""
        for kind, rows in self.fresh.items():
            add_rows(self.connection, Base.metadata.tables[kind], rows)
        self.fresh.clear()


def take_push(
    connection: Connection,
    txns: Sequence[Txn],
    *,
    sender: Sender,
    door: HubDoor,
    clock: Clock,
    epoch: str,
    chains: ChainBook | None = None,
) -> list[Result]:
    """Take a push inside an open transaction; the caller commits it.

    What it adds to audit chains is verified by ``chains``. Gives a result per mutation, in their
    order. Raises MseqForkError with nothing written.
    """
    known = _known_results(connection, sender.device, txns)
    txns = [brought_up(txn) for txn in txns]
    draft = FeedDraft(connection)
    asking = Session(connection, join_transaction_mode="rollback_only")
    grants = _grants(connection, sender.device)
    push = _Push(connection, door, clock, sender, draft, grants, known, asking)
    draft.load(_keys_of(txns))
    for txn in txns:
        missing = [m for m in txn.mutations if m.mseq not in known]
        if not missing:
            push.results += [known[m.mseq] for m in txn.mutations]
        else:
            push.results += _take_txn(push, txn)
    if chains is not None:
        chains.take_in(connection, draft, sender.device, set(_keys_of(txns)))
    _placed(push, txns, publish(draft, epoch))
    _write_down(push, txns)
    return push.results


def _keys_of(txns: Sequence[Txn]) -> list[Key]:
    return [(m.scope, m.kind, UUID(hex=m.id)) for txn in txns for m in txn.mutations]


def _known_results(connection: Connection, device: str, txns: Sequence[Txn]) -> dict[int, Result]:
    """Find the mutations that already have their word; raises MseqForkError."""
    hashes = {m.mseq: _hash_of(txn, m) for txn in txns for m in txn.mutations}
    said = {m.mseq: m.hash for txn in txns for m in txn.mutations}
    numbers = sorted(hashes)
    known: dict[int, Result] = {}
    for start in range(0, len(numbers), NUMBERS_ASKED_AT_ONCE):
        part = numbers[start : start + NUMBERS_ASKED_AT_ONCE]
        rows = connection.execute(
            select(applied.c.mseq, applied.c.hash, applied.c.result).where(
                applied.c.device == device, applied.c.mseq.in_(part)
            )
        )
        for mseq, was, result in rows:
            if was != hashes[mseq]:
                raise MseqForkError(mseq)
            known[mseq] = Result(mseq, *result)
    for mseq, claimed in said.items():
        if claimed != hashes[mseq]:
            raise MseqForkError(mseq)
    return known


def _hash_of(txn: Txn, mutation: Mutation) -> str:
    """Hash a mutation as the branch did when it was made."""
    return mutation_hash(
        OutboxRow(
            txn=UUID(hex=txn.id),
            n_in_txn=mutation.n,
            scope=mutation.scope,
            kind=mutation.kind,
            row_id=UUID(hex=mutation.id),
            op=mutation.op,
            base_ver=mutation.base_ver,
            patch=mutation.patch,
            schema=mutation.schema,
            actor=mutation.actor,
        )
    )


def _grants(connection: Connection, device: str) -> dict[str, datetime | None]:
    """Give the scopes a workstation may write, each with the moment a revoke closes it."""
    rows = connection.execute(
        select(scope_grant.c.scope, scope_grant.c.revoked, scope_grant.c.push_until).where(
            scope_grant.c.device == device, scope_grant.c.read_only.is_(False)
        )
    )
    return {
        scope: until if revoked else None
        for scope, revoked, until in rows
        if until is not None or not revoked
    }


def _take_txn(push: _Push, txn: Txn) -> list[Result]:
    """Take one transaction in a savepoint of its own."""
    try:
        return _attempt(push, txn, txn.mutations)
    except Refused as refused:
        return _refuse(push, txn, refused)


def _refuse(push: _Push, txn: Txn, refused: Refused) -> list[Result]:
    """Refuse a transaction, but take the lines that tell of it."""
    lines = [m for m in txn.mutations if _tells_of_it(m)]
    told: dict[int, Result] = {}
    if lines and len(lines) < len(txn.mutations):
        try:
            told = {result.mseq: result for result in _attempt(push, txn, lines)}
        except Refused:
            told = {}
    return [
        told.get(m.mseq)
        or Result(
            m.mseq, "rejected", refused.code, refused.text, m.scope, 0, 0, [], _named(refused)
        )
        for m in txn.mutations
    ]


def _named(refused: Refused) -> dict[str, Any] | None:
    return {"parts": refused.parts} if refused.parts else None


def _tells_of_it(mutation: Mutation) -> bool:
    record = shared_classes().get(mutation.kind)
    return record is not None and record.own_line and record.travels == "append"


def _attempt(push: _Push, txn: Txn, mutations: Sequence[Mutation]) -> list[Result]:
    mark, kept = push.draft.mark(), len(push.accepted)
    savepoint = push.connection.begin_nested()
    try:
        results = [_take(push, txn, mutation) for mutation in mutations]
        push.write_fresh()
    except Exception as error:  # the hub's one broad door: a poisoned mutation gets its word too
        if _no_answer(error):
            raise
        savepoint.rollback()
        push.fresh.clear()
        push.draft.undo(mark)
        del push.accepted[kept:]
        raise _refusal(error) from error
    savepoint.commit()
    return results


def _no_answer(error: Exception) -> bool:
    """Tell what is the database's trouble (nothing is answered) from a mutation that cannot be."""
    if not isinstance(error, DBAPIError):
        return False
    return lost_race(error) or not isinstance(error, IntegrityError | DataError)


def _refusal(error: Exception) -> Refused:
    match error:
        case Refused():
            return error
        case PartsRefused():
            return Refused(error.code, str(error.problem.what), error.told())
        case BranchError():
            return Refused(error.code, str(error.problem.what))
        case WireError():
            return Refused("E-SYNC-FORM", error.detail[:300])
        case IntegrityError() | DataError():
            return Refused("E-SYNC-FORM", "it does not fit the records of head office")
        case _:
            event(_log, logging.ERROR, "mutation_not_taken", error=error)
            return Refused("E-SYNC-BUG", f"head office could not take it ({type(error).__name__})")


def _take(push: _Push, txn: Txn, mutation: Mutation) -> Result:
    if not readable(mutation):
        raise Refused("E-SYNC-NEWER", f"made under schema {mutation.schema}")
    record = _record_for(mutation)
    _check_scope(push, mutation)
    actor = _actor(push, mutation)
    if mutation.op != "insert":
        push.write_fresh()
    if mutation.op == "command":
        result = _run_command(push, actor, mutation)
    else:
        id = UUID(hex=mutation.id)
        try:
            edit = Edit(mutation.kind, mutation.scope, id, mutation.op, _fresh(mutation))
            push.door.check_edit(push.asking, actor, edit)
            result = _edit(push, record, mutation)
        except (TypeError, ValueError) as error:
            raise Refused("E-SYNC-FORM", str(error)[:300]) from error
    push.accepted.append((txn, mutation, result))
    return result


def _record_for(mutation: Mutation) -> type[Shared]:
    record = shared_classes().get(mutation.kind)
    if record is None:
        raise Refused("E-SYNC-KIND", f"head office does not know {mutation.kind!r}")
    fits = {
        "reference": (),
        "fields": ("insert", "patch", "delete"),
        "append": ("insert",),
        "command": ("command",),
    }[record.travels]
    if mutation.op not in fits and mutation.op != "command":
        raise Refused("E-SYNC-KIND", f"{mutation.kind} does not take {mutation.op}")
    return record


def _check_scope(push: _Push, mutation: Mutation) -> None:
    if mutation.scope not in push.grants:
        raise Refused("E-SYNC-SCOPE", f"this workstation does not write for {mutation.scope}")
    until = push.grants[mutation.scope]
    if until is not None and push.clock.now() > until:
        raise Refused("E-SYNC-SCOPE", f"the time to hand in work for {mutation.scope} is over")


def _actor(push: _Push, mutation: Mutation) -> Actor:
    who = (mutation.actor, mutation.scope)
    if who not in push.persons:
        push.persons[who] = push.door.actor(push.asking, *who, push.sender.device)
    actor = push.persons[who]
    if actor is None:
        raise Refused("E-SYNC-PERSON", f"head office does not know the person {mutation.actor}")
    return actor


def _run_command(push: _Push, actor: Actor, mutation: Mutation) -> Result:
    """Run a verb as the branch ran it; its rows come to the branch by the feed."""
    verb, order = mutation.patch.get("verb"), mutation.patch.get("order")
    if not isinstance(verb, str) or not isinstance(order, dict):
        raise Refused("E-SYNC-FORM", "a command names its verb and its order")
    id = UUID(hex=mutation.id)
    with open_work(
        Session(push.connection, join_transaction_mode="create_savepoint"),
        actor,
        push.clock,
        FeedJournal(push.draft),
        side="hub",
        at=moment_of(mutation.at),
        command=Command(verb, order, mutation.kind, id),
    ) as work:
        push.door.perform(work, verb, order)
        work.commit()
    push.asking.expire_all()
    push.persons.clear()
    return _result(mutation, "ok", push.draft.row((mutation.scope, mutation.kind, id)).ver)


def _edit(push: _Push, record: type[Shared], mutation: Mutation) -> Result:
    key = (mutation.scope, mutation.kind, UUID(hex=mutation.id))
    now = push.draft.row(key)
    match mutation.op:
        case "insert":
            return _insert(push, key, mutation)
        case "delete" if not now.live:
            return _result(mutation, "superseded", now.ver)
        case "delete" if mutation.base_ver < now.ver and _others(push, key, mutation):
            return _conflict(push, key, mutation, [], now.body)
        case "delete":
            _delete_row(push.connection, key)
            return _result(mutation, "ok", push.draft.gone(key).ver)
        case _ if not now.live:
            return _conflict(push, key, mutation, sorted(mutation.patch), None)
        case _:
            return _patch(push, record, key, mutation)


def _insert(push: _Push, key: Key, mutation: Mutation) -> Result:
    body = _fresh(mutation)
    now = push.draft.row(key)
    if not now.ver:
        row = push.draft.put(key, body)
        push.fresh.setdefault(key[1], []).append(_fresh_row(key, body))
        return _result(mutation, "ok", row.ver)
    if now.body == body:
        return _result(mutation, "duplicate", now.ver)
    return _conflict(push, key, mutation, sorted(body), now.body)


def _fresh(mutation: Mutation) -> dict[str, Any]:
    """Give what an edit would have a row hold; raises ValueError where it is no edit."""
    return {name: value[1] for name, value in mutation.patch.items() if _is_pair(name, value)}


def _is_pair(name: str, value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{name} is not [old, new]")
    return True


def _patch(push: _Push, record: type[Shared], key: Key, mutation: Mutation) -> Result:
    now = push.draft.row(key)
    others = _others(push, key, mutation) if mutation.base_ver < now.ver else frozenset[str]()
    merged = merge_fields(now.body or {}, mutation.patch, record.groups, others)
    if merged.body != now.body:
        _rewrite_row(push.connection, key, merged.body)
        push.draft.put(key, merged.body)
    if merged.left:
        return _conflict(push, key, mutation, sorted(merged.left), merged.left)
    status: Status = "merged" if others else "ok"
    return _result(mutation, status, push.draft.row(key).ver, list(merged.taken))


def _others(push: _Push, key: Key, mutation: Mutation) -> frozenset[str]:
    """Give the fields other workstations changed since an edit's base version."""
    rows = push.connection.execute(
        select(history.c.patch, history.c.op).where(
            history.c.scope == key[0],
            history.c.kind == key[1],
            history.c.row_id == key[2],
            history.c.ver > mutation.base_ver,
            history.c.device != push.sender.device,
        )
    )
    return frozenset(name for patch, op in rows for name in (patch or {op: op}))


def _conflict(
    push: _Push, key: Key, mutation: Mutation, fields: list[str], hub: dict[str, Any] | None
) -> Result:
    """Keep head office's values; the row gets a new place, so that the desk surely hears them."""
    ver = push.draft.say_again(key).ver
    return _result(mutation, "conflict", ver, fields, hub)


def _result(
    mutation: Mutation,
    status: Status,
    ver: int,
    fields: list[str] | None = None,
    hub: dict[str, Any] | None = None,
) -> Result:
    return Result(mutation.mseq, status, "", "", mutation.scope, 0, ver, fields or [], hub)


def _values_of(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Read a business row from its wire form; fields this version does not know go to _extra."""
    table = Base.metadata.tables[kind]
    unknown = {name: value for name, value in body.items() if name not in table.c}
    values = {
        name: from_plain(table.c[name].type, value)
        for name, value in body.items()
        if name in table.c
    }
    return values | {"_extra": unknown or None}


def _fresh_row(key: Key, body: dict[str, Any]) -> dict[str, Any]:
    journey = {"scope": key[0], "id": key[2], "_seq": 0, "_ver": 0, "_pend": 0}
    return _values_of(key[1], body) | journey


def _rewrite_row(connection: Connection, key: Key, body: dict[str, Any]) -> None:
    values = _values_of(key[1], body) | {"b_scope": key[0], "b_id": key[2]}
    connection.execute(_rewriting(key[1]), values)


@cache
def _rewriting(kind: str) -> Update:
    """Give the statement that writes one row of a kind again; made once, it costs a third."""
    table = Base.metadata.tables[kind]
    return update(table).where(
        table.c.scope == bindparam("b_scope"), table.c.id == bindparam("b_id")
    )


def _delete_row(connection: Connection, key: Key) -> None:
    table = Base.metadata.tables[key[1]]
    connection.execute(delete(table).where(table.c.scope == key[0], table.c.id == key[2]))


def _placed(push: _Push, txns: Sequence[Txn], places: dict[Key, int]) -> None:
    """Write the place of its row into each new result."""
    keys = {m.mseq: (m.scope, m.kind, UUID(hex=m.id)) for txn in txns for m in txn.mutations}
    push.results = [_with_place(push, keys[r.mseq], r, places) for r in push.results]
    push.accepted = [
        (txn, m, _with_place(push, keys[m.mseq], result, places))
        for txn, m, result in push.accepted
    ]


def _with_place(push: _Push, key: Key, result: Result, places: dict[Key, int]) -> Result:
    if result.mseq in push.known or result.status == "rejected":
        return result
    return result.at_place(places.get(key) or push.draft.row(key).seq)


def _write_down(push: _Push, txns: Sequence[Txn]) -> None:
    """Write the words, the history and how far the workstation has come."""
    at = push.clock.now()
    device = push.sender.device
    hashes = {m.mseq: m.hash for txn in txns for m in txn.mutations}
    words = [
        {
            "device": device,
            "mseq": result.mseq,
            "hash": hashes[result.mseq],
            "result": result.word(),
            "at": at,
        }
        for result in push.results
        if result.mseq not in push.known
    ]
    if not words:
        return
    add_rows(push.connection, applied, words)
    lines = [_history_line(push, mutation, result, at) for _, mutation, result in push.accepted]
    if lines:
        add_rows(push.connection, history, lines)
    push.connection.execute(
        update(device_head)
        .where(device_head.c.device == device, device_head.c.last_mseq < max(hashes))
        .values(last_mseq=max(hashes))
    )


def _history_line(push: _Push, mutation: Mutation, result: Result, at: datetime) -> dict[str, Any]:
    return {
        "device": push.sender.device,
        "mseq": mutation.mseq,
        "scope": mutation.scope,
        "seq": result.seq,
        "ver": result.ver,
        "kind": mutation.kind,
        "row_id": UUID(hex=mutation.id),
        "op": mutation.op,
        "actor": mutation.actor,
        "patch": mutation.patch,
        "at": at,
    }
