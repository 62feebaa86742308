"""A scope as one encrypted file: written at head office, merged here in one transaction.

The file holds the shared tables of one scope at one place of its feed, column for column as a store
has them, and one trailer row that is written last. It is merged into the store, never opened as
one; the outbox and every row with an unanswered mutation stay as they are, and the hub's version of
such a row goes aside as it does from a page.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Column, MetaData, Select, Table, delete, func, inspect, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from app.kit.errors.base import BranchError
from app.store.base import SYNC_COLUMNS, Base, shared_classes
from app.store.desk_tables import BaseRow, ScopeState
from app.store.engine import connect, writing_engine
from app.store.outbox import apply_hub_gone, apply_hub_row, table_of
from app.store.types import CodeType, IntType, Plain, from_plain, to_plain
from sync.wire.columns import FeedRow
from sync.wire.digest import digest_of, digest_text, hash64

T = TypeVar("T")
ATTACHED = "snap"
"""The name a snapshot has while it is attached to the store."""
ROWS_WRITTEN_AT_ONCE = 2_000

TRAILER = Table(
    "snapshot_trailer",
    MetaData(),
    Column("scope", CodeType, primary_key=True),
    Column("epoch", CodeType, nullable=False),
    Column("head", IntType, nullable=False),
    Column("schema", IntType, nullable=False),
    Column("rows", IntType, nullable=False),
    Column("digest", CodeType, nullable=False),
)


class SnapshotError(Exception):
    """A snapshot is not whole, not this scope's, or not made for this version; nothing was read."""


@dataclass(frozen=True)
class Trailer:
    """What a snapshot is: a scope at ``head`` of its feed; ``digest`` is the sum over its rows."""

    scope: str
    epoch: str
    head: int
    schema: int
    rows: int
    digest: str


@dataclass(frozen=True)
class Loaded:
    """What merging did; not ``taken``: it would have deleted ``gone`` rows, which needs a yes."""

    taken: bool
    rows: int
    gone: int
    kinds: frozenset[str]


def write_snapshot(path: Path, key: bytes, trailer: Trailer, rows: Iterable[FeedRow]) -> None:
    """Write a scope's live rows into a new file under a raw 32-byte key.

    Raises ValueError where rows and trailer do not fit: nothing that says it is whole is then left.
    """
    engine = writing_engine(path, key)
    tables: dict[str, Table] = {}
    try:
        with engine.begin() as connection:
            digest = count = 0
            for some in _pieces(iter(rows), ROWS_WRITTEN_AT_ONCE):
                for table, values in _by_table(trailer.scope, some, tables):
                    table.create(connection, checkfirst=True)
                    connection.execute(plain_insert(table), values)
                digest += sum(hash64(row.kind, row.id, row.ver) for row in some)
                count += len(some)
            if (count, digest % (1 << 64)) != (trailer.rows, digest_of(trailer.digest)):
                raise ValueError(f"the rows of {trailer.scope} do not sum up to its head")
            TRAILER.create(connection)
            connection.execute(plain_insert(TRAILER), [_said(trailer)])
    finally:
        engine.dispose()
    raw = connect(path, key)
    try:
        raw.execute("PRAGMA journal_mode=DELETE")
    finally:
        raw.close()


def _said(trailer: Trailer) -> dict[str, Any]:
    return {field.name: getattr(trailer, field.name) for field in fields(Trailer)}


def _pieces(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while some := list(islice(rows, size)):
        yield some


def _by_table(
    scope: str, rows: Sequence[FeedRow], tables: dict[str, Table]
) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Group rows by their table and their columns, as one statement takes them."""
    groups: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for row in rows:
        if row.kind not in tables:
            tables[row.kind] = _bare(table_of(row.kind), None)
        groups.setdefault((row.kind, tuple(row.body)), []).append(
            row_values(tables[row.kind], scope, row)
        )
    for (kind, _), values in groups.items():
        yield tables[kind], values


def _bare(table: Table, schema: str | None) -> Table:
    """Give a table with the same columns and its key, without indexes and references."""
    columns = [
        Column(c.name, c.type, primary_key=c.primary_key, nullable=c.nullable, default=c.default)
        for c in table.columns
    ]
    return Table(table.name, MetaData(), *columns, schema=schema)


def row_values(table: Table, scope: str, row: FeedRow) -> dict[str, Any]:
    """Give a feed row's values for its table; fields this version does not know go to _extra."""
    known = {
        name: from_plain(table.c[name].type, value)
        for name, value in row.body.items()
        if name in table.c
    }
    unknown = {name: value for name, value in row.body.items() if name not in table.c}
    return known | {
        "scope": scope,
        "id": row.id,
        "_seq": row.seq,
        "_ver": row.ver,
        "_pend": 0,
        "_extra": unknown or None,
    }


def check_snapshot(path: Path, key: bytes, trailer: Trailer) -> None:
    """Open a file on its own and see that it is whole, before the store touches it.

    Raises SnapshotError for a file that is cut off, under another key, without its trailer, for
    another scope or version, or with columns this version does not have.
    """
    raw = _opened(path, key)
    try:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        if TRAILER.name not in names:
            raise SnapshotError("it was never finished")
        found = Trailer(
            *raw.execute("SELECT scope, epoch, head, schema, rows, digest FROM snapshot_trailer")
            .fetchone()
        )  # fmt: skip
        if found != trailer:
            raise SnapshotError("it is not what was offered")
        for name in sorted(names - {TRAILER.name}):
            _check_columns(raw, name)
    except (sqlcipher.DatabaseError, TypeError) as error:
        raise SnapshotError(str(error)) from error
    finally:
        raw.close()


def _opened(path: Path, key: bytes) -> Any:
    if not path.is_file():
        raise SnapshotError("it is not there")
    try:
        return connect(path, key)
    except (sqlcipher.DatabaseError, BranchError) as error:
        raise SnapshotError(str(error)) from error


def _check_columns(raw: Any, name: str) -> None:
    if name not in shared_classes():
        raise SnapshotError(f"this version does not know {name}")
    there = {row[1] for row in raw.execute(f'PRAGMA table_info("{name}")')}
    if there != {column.name for column in Base.metadata.tables[name].columns}:
        raise SnapshotError(f"{name} has other columns here")


def merge_snapshot(
    session: Session, trailer: Trailer, may_delete: Callable[[int, int], bool]
) -> Loaded:
    """Merge the attached, checked snapshot into the store, cursor and digest included.

    Rows of the scope that head office no longer has are deleted, if ``may_delete(gone, live)``
    agrees. Raises SnapshotError where the store already stands further or rows do not sum up;
    the caller then rolls back.
    """
    state = session.get(ScopeState, trailer.scope)
    if state is None or state.epoch not in ("", trailer.epoch) or state.seq > trailer.head:
        raise SnapshotError("the store stands elsewhere")
    kinds = sorted(shared_classes())
    there = {kind: _bare(table_of(kind), ATTACHED) for kind in _kinds_there(session)}
    _check_sum(session, trailer, there)
    gone = sum(_count_gone(session, trailer.scope, kind, there.get(kind)) for kind in kinds)
    if gone and not may_delete(gone, _live(session, trailer.scope, kinds)):
        return Loaded(False, 0, gone, frozenset())
    touched = set(there)
    for kind in kinds:
        if _delete_gone(session, trailer.scope, kind, there.get(kind)):
            touched.add(kind)
        if kind in there:
            _take_rows(session, trailer.scope, table_of(kind), there[kind])
    _take_held(session, trailer.scope, there)
    state.epoch, state.seq, state.head = trailer.epoch, trailer.head, trailer.head
    state.digest, state.state = digest_text(digest_of(trailer.digest)), "live"
    return Loaded(True, trailer.rows, gone, frozenset(touched))


def _kinds_there(session: Session) -> list[str]:
    names = inspect(session.connection()).get_table_names(schema=ATTACHED)
    return [name for name in names if name != TRAILER.name]


def _check_sum(session: Session, trailer: Trailer, there: dict[str, Table]) -> None:
    count = digest = 0
    for kind, table in there.items():
        for scope, id, ver in session.execute(select(table.c.scope, table.c.id, table.c["_ver"])):
            if scope != trailer.scope:
                raise SnapshotError(f"it holds rows of {scope}")
            count += 1
            digest += hash64(kind, id, ver)
    if (count, digest % (1 << 64)) != (trailer.rows, digest_of(trailer.digest)):
        raise SnapshotError("its rows do not sum up to its trailer")


def _held(scope: str, kind: str) -> Select[Any]:
    return select(BaseRow.id).where(BaseRow.kind == kind, BaseRow.scope == scope)


def _gone(scope: str, kind: str, there: Table | None) -> list[Any]:
    """Say which rows head office once had and has no more; those held aside are not among them."""
    table = table_of(kind)
    where = [table.c.scope == scope, table.c["_ver"] > 0, table.c.id.not_in(_held(scope, kind))]
    if there is not None:
        where.append(table.c.id.not_in(select(there.c.id)))
    return where


def _count_gone(session: Session, scope: str, kind: str, there: Table | None) -> int:
    table = table_of(kind)
    found = session.scalar(
        select(func.count()).select_from(table).where(*_gone(scope, kind, there))
    )
    return int(found or 0)


def _live(session: Session, scope: str, kinds: Sequence[str]) -> int:
    counts = [
        session.scalar(
            select(func.count())
            .select_from(table_of(kind))
            .where(table_of(kind).c.scope == scope, table_of(kind).c["_ver"] > 0)
        )
        for kind in kinds
    ]
    return sum(int(count or 0) for count in counts)


def _delete_gone(session: Session, scope: str, kind: str, there: Table | None) -> int:
    done = session.execute(delete(table_of(kind)).where(*_gone(scope, kind, there)))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _take_rows(session: Session, scope: str, table: Table, there: Table) -> None:
    """Write every row nobody here is waiting on, in one statement."""
    names = [column.name for column in table.columns]
    wanted = select(*[there.c[name] for name in names]).where(
        there.c.id.not_in(_held(scope, table.name))
    )
    statement = insert(table).from_select(names, wanted)
    fresh = {
        name: statement.excluded[name] for name in names if name not in ("scope", "id", "_pend")
    }
    session.execute(statement.on_conflict_do_update(index_elements=["scope", "id"], set_=fresh))


def _take_held(session: Session, scope: str, there: dict[str, Table]) -> None:
    """Put head office's version of rows with unanswered mutations aside, as a page would."""
    for row in session.scalars(select(BaseRow).where(BaseRow.scope == scope)).all():
        table = there.get(row.kind)
        found = None
        if table is not None:
            found = session.execute(select(table).where(table.c.id == row.id)).mappings().first()
        if found is None:
            apply_hub_gone(session, row.kind, scope, row.id)
            continue
        body: dict[str, Plain] = dict(found["_extra"] or {})
        body |= {name: to_plain(value) for name, value in found.items() if name not in SYNC_COLUMNS}
        apply_hub_row(
            session, row.kind, scope, row.id, seq=found["_seq"], ver=found["_ver"], body=body
        )
