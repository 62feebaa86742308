"""The outbox and the rows that wait for its answers (sync.md 6.2).

A row with unanswered mutations keeps the hub's version aside in ``base_row``, so a pull never
waits for a push: a new hub version goes aside and the pending patches are laid over it again. When
the last mutation is answered, the hub's version stands.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import Session
from typing_extensions import override

from app.kit.errors.base import BugError
from app.kit.ids import new_id
from app.store.base import Base, Local, shared_classes
from app.store.bulk import insert_columns
from app.store.capture import Capture, RowChange
from app.store.desk_tables import BaseRow, InboxRow, OutboxRow, OutboxTouch
from app.store.types import Plain, Spelled, from_plain, spelled
from app.store.work import Command, Journal, Work

SCHEMA = 1
"""The version of records and orders a mutation was made with; the hub keeps upcasters."""

IDS_AT_ONCE = 500
READ_AT_ONCE = 64
PUSHED_AT_ONCE = 2_000_000
"""Signs of the patches that go to head office in one request: a second of its work at most."""

Answer = Literal["ok", "merged", "conflict", "rejected", "duplicate", "superseded"]
TAKEN = frozenset({"ok", "merged", "conflict", "duplicate", "superseded"})
"""The words after which head office's row stands; any other, also one of tomorrow, is a refusal."""


@dataclass(frozen=True)
class Answered:
    """The hub's final word on one mutation; ``code`` and ``text`` say why it was not taken.

    A word this version does not know is read as a refusal: the row shows head office's values, what
    was entered is in the inbox.
    """

    mseq: int
    status: Answer | str
    code: str = ""
    text: str = ""
    detail: Plain = None


class OutboxJournal(Journal):
    """Writes what a branch's unit of work did as mutations, in the same transaction."""

    @override
    def record(self, work: Work, capture: Capture, command: Command | None) -> None:
        changes = capture.changes()
        mutations = [_command_mutation(work, command)] if command else []
        own = [change for change in changes if command is None or change.record.own_line]
        mutations += [_row_mutation(change) for change in own]
        if not mutations:
            return
        txn = new_id(work.clock)
        mseqs = _write(
            work.session, [_row(work, txn, n, mutation) for n, mutation in enumerate(mutations)]
        )
        held: list[tuple[int, RowChange]] = []
        if command:
            held = [(mseqs[0], change) for change in changes if not change.record.own_line]
        held += zip(mseqs[1 if command else 0 :], own, strict=True)
        _hold(work.session, held)


@dataclass(frozen=True)
class _Mutation:
    kind: str
    id: UUID
    scope: str
    op: str
    base_ver: int
    patch: Plain


def _command_mutation(work: Work, command: Command) -> _Mutation:
    patch = Spelled(f'{{"order":{command.spelled},"verb":{spelled(command.verb)}}}')
    return _Mutation(command.subject_kind, command.subject_id, work.scope, "command", 0, patch)


def _row_mutation(change: RowChange) -> _Mutation:
    patch: dict[str, Plain]
    match change.op:
        case "insert":
            patch = {name: [None, value] for name, value in change.body().items()}
        case "patch":
            patch = change.patch()
        case "delete":
            patch = {}
    return _Mutation(change.kind, change.id, change.scope, change.op, change.base_ver, patch)


def _row(work: Work, txn: UUID, n: int, mutation: _Mutation) -> OutboxRow:
    row = OutboxRow(
        txn=txn,
        n_in_txn=n,
        scope=mutation.scope,
        kind=mutation.kind,
        row_id=mutation.id,
        op=mutation.op,
        base_ver=mutation.base_ver,
        patch=spelled(mutation.patch),
        schema=SCHEMA,
        at=work.at,
        actor=work.actor.person,
        hash="",
        state="new",
    )
    row.hash = mutation_hash(row)
    return row


def _write(session: Session, rows: Sequence[OutboxRow]) -> list[int]:
    """Write the mutations of one unit of work in one go; gives their numbers in the same order.

    Nobody writes beside this transaction, so what stands behind the last number is what it wrote.
    """
    last = session.scalar(select(func.max(OutboxRow.mseq))) or 0
    session.execute(insert(OutboxRow), [_set_values(row) for row in rows])
    written = select(OutboxRow.mseq).where(OutboxRow.mseq > last).order_by(OutboxRow.mseq)
    return list(session.scalars(written))


def _set_values(row: OutboxRow) -> dict[str, Any]:
    """Give what a row was made with; what is None is left to the table (a JSON null is a value)."""
    values = {one.key: getattr(row, one.key) for one in inspect(OutboxRow).column_attrs}
    return {name: value for name, value in values.items() if value is not None}


def mutation_hash(row: OutboxRow) -> str:
    """Hash what the hub must find unchanged when the same mutation comes again."""
    said = [
        row.txn.hex,
        row.n_in_txn,
        row.scope,
        row.kind,
        row.row_id.hex,
        row.op,
        row.base_ver,
        row.patch,
        row.schema,
        row.actor,
    ]
    return hashlib.sha256(f"[{','.join(map(spelled, said))}]".encode()).hexdigest()


def _hold(session: Session, held: Sequence[tuple[int, RowChange]]) -> None:
    """Mark rows as waiting for an answer, and keep the hub's version of each aside.

    A unit of work may touch thousands of rows, so this asks and writes by the table, never by the
    row; ``held`` names each mutation with one row it touches.
    """
    by_table: dict[tuple[str, str], list[RowChange]] = {}
    for _, change in held:
        by_table.setdefault((change.kind, change.scope), []).append(change)
    for (kind, scope), changes in by_table.items():
        older = [change.id for change in changes if not change.counted]
        kept = _kept_aside(session, kind, scope, older)
        fresh = [change for change in changes if change.id not in kept] if kept else changes
        _put_aside(session, kind, scope, fresh)
    touches: dict[str, list[object]] = {
        "mseq": [mseq for mseq, _ in held],
        "kind": [change.kind for _, change in held],
        "scope": [change.scope for _, change in held],
        "row_id": [change.id for _, change in held],
    }
    table = Local.metadata.tables[OutboxTouch.__tablename__]
    insert_columns(session.connection(), table, touches)
    for (kind, scope), changes in by_table.items():
        older = [change.id for change in changes if not change.counted]
        _count_pending(session, kind, scope, older)


def _put_aside(session: Session, kind: str, scope: str, changes: Sequence[RowChange]) -> None:
    """Keep the hub's version of rows of one table, as it was before this unit of work."""
    columns: dict[str, Sequence[object]] = {
        "kind": [kind] * len(changes),
        "scope": [scope] * len(changes),
        "id": [change.id for change in changes],
        "ver": [change.base_ver for change in changes],
        "seq": [0 if one.op == "insert" else one.record.hub_seq or 0 for one in changes],
        "body": [change.body_before() for change in changes],
    }
    table = Local.metadata.tables[BaseRow.__tablename__]
    insert_columns(session.connection(), table, columns)


def _kept_aside(session: Session, kind: str, scope: str, ids: Sequence[UUID]) -> set[UUID]:
    """Say which rows have their hub version aside already."""
    return {
        id
        for part in _parts(ids)
        for id in session.scalars(
            select(BaseRow.id).where(
                BaseRow.kind == kind, BaseRow.scope == scope, BaseRow.id.in_(part)
            )
        )
    }


def _parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Cut ids so that a statement stays below SQLite's bound on variables."""
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield ids[start : start + IDS_AT_ONCE]


def waiting(
    session: Session, at_most: int, *, after: int = 0, weight_at_most: int = PUSHED_AT_ONCE
) -> list[OutboxRow]:
    """Give the oldest unanswered mutations in the order made, whole transactions only.

    They are no more than ``at_most`` and weigh no more than ``weight_at_most``, but for a single
    transaction that does. ``after``: only those behind this number, which ended a transaction.
    """
    asked = (
        select(OutboxRow, func.length(OutboxRow.patch))
        .where(OutboxRow.state.in_(("new", "sent")), OutboxRow.mseq > after)
        .order_by(OutboxRow.mseq)
        .limit(at_most + 1)
        .execution_options(yield_per=READ_AT_ONCE)
    )
    chosen: list[OutboxRow] = []
    weight = 0
    with session.execute(asked) as found:
        for row, length in found:
            weight += length
            if chosen and (len(chosen) >= at_most or weight > weight_at_most):
                break
            chosen.append(row)
        else:
            return chosen
    whole = [one for one in chosen if one.txn != row.txn]
    return whole or list(
        session.scalars(
            select(OutboxRow).where(OutboxRow.txn == row.txn).order_by(OutboxRow.mseq)
        ).all()
    )


def left(session: Session) -> int:
    """Count the mutations that have no answer yet."""
    return (
        session.scalar(
            select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(("new", "sent")))
        )
        or 0
    )


def mark_sent(session: Session, mseqs: Iterable[int]) -> None:
    """Note that mutations went out; they stay due until an answer comes."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.mseq.in_(list(mseqs)), OutboxRow.state == "new")
        .values(state="sent")
    )


def settle(session: Session, answers: Sequence[Answered], at: datetime) -> list[InboxRow]:
    """Write the hub's answers down and let the rows go that have none pending any more.

    A refused mutation gives its rows back the hub's version; what was refused or lost to a conflict
    is put in the inbox for a person, never dropped. Gives the new inbox rows.
    """
    rows = _rows_of(session, answers)
    touched = touched_by(session, list(rows))
    refused = {answer.mseq for answer in answers if answer.status not in TAKEN} & rows.keys()
    hard = {row for mseq in refused for row in touched[mseq]}
    letters = []
    for answer in answers:
        row = rows.pop(answer.mseq, None)
        if row is None:
            continue
        _write_down(row, answer, at)
        if answer.mseq in refused or answer.status == "conflict":
            letters.append(_letter(row, answer, at))
        for kind, scope, id in touched[answer.mseq]:
            if (kind, scope, id) in hard:
                session.flush()
                _release(session, kind, scope, id, refused=answer.mseq in refused)
    session.add_all(letters)
    session.flush()
    _release_many(session, {row for of in touched.values() for row in of} - hard)
    return letters


def _rows_of(session: Session, answers: Sequence[Answered]) -> dict[int, OutboxRow]:
    """Give the mutations that have no word yet; raises BugError for one never made here."""
    found: dict[int, OutboxRow] = {}
    for start in range(0, len(answers), IDS_AT_ONCE):
        part = [answer.mseq for answer in answers[start : start + IDS_AT_ONCE]]
        rows = session.scalars(select(OutboxRow).where(OutboxRow.mseq.in_(part)))
        found |= {row.mseq: row for row in rows}
    for answer in answers:
        if answer.mseq not in found:
            raise BugError(f"the hub answered mutation {answer.mseq}, which was never made here")
    return {mseq: row for mseq, row in found.items() if row.state not in ("acked", "rejected")}


def _write_down(row: OutboxRow, answer: Answered, at: datetime) -> None:
    row.state = "acked" if answer.status in TAKEN else "rejected"
    row.result = {"status": answer.status, "code": answer.code, "detail": answer.detail}
    row.answered_at = at


def _letter(row: OutboxRow, answer: Answered, at: datetime) -> InboxRow:
    return InboxRow(
        id=UUID(int=row.txn.int ^ (row.n_in_txn + 1)),
        at=at,
        mseq=row.mseq,
        kind=row.kind,
        scope=row.scope,
        row_id=row.row_id,
        status=answer.status,
        code=answer.code,
        text=answer.text,
        detail={"patch": row.patch, "hub": answer.detail},
    )


RowName = tuple[str, str, UUID]
"""Kind, scope, id."""


def touched_by(session: Session, mseqs: Sequence[int]) -> dict[int, list[RowName]]:
    """Give the rows each of these mutations touches here."""
    found: dict[int, list[RowName]] = {mseq: [] for mseq in mseqs}
    for start in range(0, len(mseqs), IDS_AT_ONCE):
        rows = session.execute(
            select(OutboxTouch.mseq, OutboxTouch.kind, OutboxTouch.scope, OutboxTouch.row_id).where(
                OutboxTouch.mseq.in_(mseqs[start : start + IDS_AT_ONCE])
            )
        )
        for mseq, kind, scope, id in rows:
            found[mseq].append((kind, scope, id))
    return found


def hub_versions(session: Session, names: Iterable[RowName]) -> dict[RowName, int]:
    """Say which hub version of each row this desk counts as its own; 0 for none."""
    versions: dict[RowName, int] = {}
    for kind, scope, ids in _tables_of(names):
        here = _versions_here(session, kind, scope, ids) | _versions_aside(
            session, kind, scope, ids
        )
        versions |= {(kind, scope, id): here.get(id, 0) for id in ids}
    return versions


def _tables_of(names: Iterable[RowName]) -> Iterator[tuple[str, str, list[UUID]]]:
    """Group rows by kind and scope, a few hundred ids at a time."""
    groups: dict[tuple[str, str], list[UUID]] = {}
    for kind, scope, id in names:
        groups.setdefault((kind, scope), []).append(id)
    for (kind, scope), ids in sorted(groups.items()):
        for part in _parts(ids):
            yield kind, scope, list(part)


def _versions_here(session: Session, kind: str, scope: str, ids: Sequence[UUID]) -> dict[UUID, int]:
    table = table_of(kind)
    rows = session.execute(
        select(table.c.id, table.c["_ver"]).where(table.c.scope == scope, table.c.id.in_(ids))
    )
    return {row[0]: row[1] for row in rows}


def _versions_aside(
    session: Session, kind: str, scope: str, ids: Sequence[UUID]
) -> dict[UUID, int]:
    rows = session.execute(
        select(BaseRow.id, BaseRow.ver).where(
            BaseRow.kind == kind, BaseRow.scope == scope, BaseRow.id.in_(ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def _release_many(session: Session, names: Iterable[RowName]) -> None:
    """Let rows go whose mutations were all taken; only what the hub has newer is laid anew."""
    for kind, scope, ids in _tables_of(names):
        aside = _versions_aside(session, kind, scope, ids)
        still = _still_waiting(session, kind, scope, list(aside))
        here = _versions_here(session, kind, scope, list(aside))
        done = [id for id in aside if id not in still]
        for id in done:
            if aside[id] > here.get(id, 0):
                base = session.get_one(BaseRow, (kind, scope, id))
                _lay(session, table_of(kind), base, [])
                session.expunge(base)
        session.execute(
            delete(BaseRow)
            .where(BaseRow.kind == kind, BaseRow.scope == scope, BaseRow.id.in_(done))
            .execution_options(synchronize_session=False)
        )
        _count_pending(session, kind, scope, list(aside))


def _still_waiting(session: Session, kind: str, scope: str, ids: Sequence[UUID]) -> set[UUID]:
    """Say which rows still have a mutation without an answer."""
    rows = session.scalars(
        select(OutboxTouch.row_id)
        .join(OutboxRow, OutboxRow.mseq == OutboxTouch.mseq)
        .where(
            OutboxTouch.kind == kind,
            OutboxTouch.scope == scope,
            OutboxTouch.row_id.in_(ids),
            OutboxRow.state.in_(("new", "sent")),
        )
    )
    return set(rows)


def _release(session: Session, kind: str, scope: str, row_id: UUID, *, refused: bool) -> None:
    base = session.get(BaseRow, (kind, scope, row_id))
    if base is None:
        return
    still = _unanswered(session, kind, scope, row_id)
    if still and not refused:
        _count_pending(session, kind, scope, [row_id])
        return
    table = table_of(kind)
    travels = shared_classes()[kind].travels
    if still and travels == "fields":
        _lay(session, table, base, _patches(session, base))
        return
    fresh = base.ver > _version_here(session, table, scope, row_id)
    if refused or fresh:
        _lay(session, table, base, [])
    if still:
        _count_pending(session, kind, scope, [row_id])
        return
    session.delete(base)
    session.flush()
    _count_pending(session, kind, scope, [row_id])


def apply_hub_row(
    session: Session,
    kind: str,
    scope: str,
    row_id: UUID,
    *,
    seq: int,
    ver: int,
    body: dict[str, Plain],
) -> int:
    """Take one row of the feed; gives the hub version this desk had of it before (0: none).

    A row with unanswered mutations is not overwritten: the hub's version goes aside, and for fields
    the pending patches are laid over it again.
    """
    table = table_of(kind)
    base = session.get(BaseRow, (kind, scope, row_id))
    if base is None:
        before = _version_here(session, table, scope, row_id)
        _put(session, table, scope, row_id, seq, ver, body)
        return before
    before = base.ver
    base.ver, base.seq, base.body = ver, seq, body
    session.flush()
    if shared_classes()[kind].travels == "fields":
        _lay(session, table, base, _patches(session, base))
    return before


def apply_hub_gone(session: Session, kind: str, scope: str, row_id: UUID) -> int:
    """Take one deletion of the feed; gives the hub version this desk had of it (0: none)."""
    table = table_of(kind)
    base = session.get(BaseRow, (kind, scope, row_id))
    if base is not None:
        before = base.ver
        base.ver, base.body = 0, None
        session.flush()
        return before
    before = _version_here(session, table, scope, row_id)
    session.execute(delete(table).where(table.c.scope == scope, table.c.id == row_id))
    return before


def table_of(kind: str) -> Table:
    """Give the table of a shared kind; raises BugError for one this version does not know."""
    try:
        return Base.metadata.tables[kind]
    except KeyError:
        raise BugError(f"no shared table {kind!r}; was app.schema imported?") from None


def _version_here(session: Session, table: Table, scope: str, row_id: UUID) -> int:
    return (
        session.scalar(select(table.c["_ver"]).where(table.c.scope == scope, table.c.id == row_id))
        or 0
    )


def _unanswered(session: Session, kind: str, scope: str, row_id: UUID) -> int:
    return session.scalar(select(_waiting_for(kind, scope, row_id))) or 0


def _waiting_for(kind: str, scope: str, row_id: UUID | ColumnElement[UUID]) -> ScalarSelect[int]:
    """Count the mutations without an answer that touch a row."""
    return (
        select(func.count())
        .select_from(OutboxTouch)
        .join(OutboxRow, OutboxRow.mseq == OutboxTouch.mseq)
        .where(
            OutboxTouch.kind == kind,
            OutboxTouch.scope == scope,
            OutboxTouch.row_id == row_id,
            OutboxRow.state.in_(("new", "sent")),
        )
        .scalar_subquery()
    )


def _count_pending(session: Session, kind: str, scope: str, ids: Sequence[UUID]) -> None:
    table = table_of(kind)
    for part in _parts(ids):
        session.execute(
            update(table)
            .where(table.c.scope == scope, table.c.id.in_(part))
            .values({"_pend": _waiting_for(kind, scope, table.c.id)})
        )


def _patches(session: Session, base: BaseRow) -> list[dict[str, Any]]:
    """Give the edits that still wait for an answer, oldest first.

    None where the row is not at the hub and its own insert no longer waits: an edit alone makes no
    row, and the hub will say so.
    """
    rows = session.scalars(
        select(OutboxRow)
        .join(OutboxTouch, OutboxRow.mseq == OutboxTouch.mseq)
        .where(
            OutboxTouch.kind == base.kind,
            OutboxTouch.scope == base.scope,
            OutboxTouch.row_id == base.id,
            OutboxRow.state.in_(("new", "sent")),
        )
        .order_by(OutboxRow.mseq)
    ).all()
    if base.body is None and not any(row.op == "insert" for row in rows):
        return []
    return [row.patch for row in rows if row.op in ("insert", "patch")]


def _lay(session: Session, table: Table, base: BaseRow, patches: list[dict[str, Any]]) -> None:
    """Write a row as the hub's version with the pending patches over it."""
    body: dict[str, Plain] = dict(base.body or {})
    for patch in patches:
        body.update({name: pair[1] for name, pair in patch.items()})
    if not body:
        session.execute(delete(table).where(table.c.scope == base.scope, table.c.id == base.id))
        return
    _put(session, table, base.scope, base.id, base.seq, base.ver, body)
    _count_pending(session, table.name, base.scope, [base.id])


def _put(
    session: Session,
    table: Table,
    scope: str,
    row_id: UUID,
    seq: int,
    ver: int,
    body: dict[str, Plain],
) -> None:
    known = {name: value for name, value in body.items() if name in table.c}
    unknown = {name: value for name, value in body.items() if name not in table.c}
    values = {name: from_plain(table.c[name].type, value) for name, value in known.items()}
    values |= {"_seq": seq, "_ver": ver, "_extra": unknown or None}
    here = table.c.scope == scope, table.c.id == row_id
    found = session.execute(update(table).where(*here).values(values))
    if found.rowcount == 0:  # type: ignore[attr-defined]
        session.execute(insert(table).values(scope=scope, id=row_id, _pend=0, **values))
