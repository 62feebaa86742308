"""The feed: what changed in a scope, in the order of its commits (sync.md 6.4, choice C).

A transaction first gathers what it changes in a FeedDraft, and publishes it as its last statements:
the scope's counter is raised (which takes the head row's lock until the commit), then the rows get
the places it gave. So places are ordered as the commits are, without gaps, and a transaction that
rolls back gives its places back.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, update
from typing_extensions import override

from app.store.base import Base
from app.store.capture import Capture
from app.store.work import Command, Journal, Work
from sync.hub.bulk import add_rows, stamp
from sync.hub.tables import blob_ref, scope_head, sync_row
from sync.wire.digest import digest_of, digest_text, moved

Key = tuple[str, str, UUID]
"""Scope, kind, id."""
_SHA = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class HubRow:
    """A record as head office has it; ``body`` is in wire form, None where it was deleted."""

    ver: int
    seq: int
    op: Literal["put", "del", "drop"]
    body: dict[str, Any] | None

    @property
    def live(self) -> bool:
        """Whether the record is there."""
        return self.op == "put"


NOTHING = HubRow(0, 0, "del", None)
"""What stands where nothing ever stood."""


@dataclass
class FeedDraft:
    """What one transaction changes in the feeds, before it has places in them.

    ``mark`` and ``undo`` let a part of the transaction be taken back, as its savepoint is.
    """

    connection: Connection
    _known: dict[Key, HubRow] = field(default_factory=dict)
    _before: dict[Key, HubRow] = field(default_factory=dict)
    _log: list[tuple[Key, HubRow, bool]] = field(default_factory=list)

    def load(self, keys: Iterable[Key]) -> None:
        """Read the rows a transaction is about, a few hundred at a time."""
        wanted: dict[tuple[str, str], list[UUID]] = {}
        for scope, kind, id in keys:
            if (scope, kind, id) not in self._known:
                wanted.setdefault((scope, kind), []).append(id)
        for (scope, kind), ids in wanted.items():
            self._known.update({(scope, kind, id): NOTHING for id in ids})
            for start in range(0, len(ids), 500):
                self._load(scope, kind, ids[start : start + 500])

    def _load(self, scope: str, kind: str, ids: list[UUID]) -> None:
        found = self.connection.execute(
            select(sync_row.c.id, sync_row.c.ver, sync_row.c.seq, sync_row.c.op, sync_row.c.body)
            .where(sync_row.c.scope == scope, sync_row.c.kind == kind)
            .where(sync_row.c.id.in_(ids))
        )
        for id, ver, seq, op, body in found:
            self._known[scope, kind, id] = HubRow(ver, seq, op, body)

    def row(self, key: Key) -> HubRow:
        """Give a record as it is now, what this transaction did to it included."""
        if key not in self._known:
            self.load([key])
        return self._known[key]

    def put(self, key: Key, body: dict[str, Any]) -> HubRow:
        """Write a record's next version."""
        return self._set(key, HubRow(self.row(key).ver + 1, 0, "put", body))

    def gone(self, key: Key) -> HubRow:
        """Delete a record; its tombstone has the next version."""
        return self._set(key, HubRow(self.row(key).ver + 1, 0, "del", None))

    def say_again(self, key: Key) -> HubRow:
        """Give a record a new place, as it is, so that every desk surely hears of it."""
        now = self.row(key)
        return self._set(key, HubRow(now.ver + 1, 0, now.op, now.body))

    def _set(self, key: Key, row: HubRow) -> HubRow:
        before = self.row(key)
        fresh = key not in self._before
        self._log.append((key, before, fresh))
        if fresh:
            self._before[key] = before
        self._known[key] = row
        return row

    def mark(self) -> int:
        """Give a point to come back to."""
        return len(self._log)

    def undo(self, mark: int) -> None:
        """Take back what was written since a mark."""
        while len(self._log) > mark:
            key, before, fresh = self._log.pop()
            self._known[key] = before
            if fresh:
                del self._before[key]

    def changed(self) -> Iterator[tuple[Key, HubRow, HubRow]]:
        """Give each changed record with its version before and now, in the order first touched."""
        for key, before in self._before.items():
            yield key, before, self._known[key]


@dataclass(frozen=True)
class FeedJournal(Journal):
    """Writes what a verb did at head office into a draft; business time and actor go to history."""

    draft: FeedDraft

    @override
    def record(self, work: Work, capture: Capture, command: Command | None) -> None:
        changes = capture.changes()
        self.draft.load((change.scope, change.kind, change.id) for change in changes)
        for change in changes:
            key = (change.scope, change.kind, change.id)
            if change.op == "delete":
                self.draft.gone(key)
            else:
                self.draft.put(key, (change.record.extra or {}) | change.body())


def publish(draft: FeedDraft, epoch: str) -> dict[Key, int]:
    """Give everything in a draft its place; the last statements of the transaction.

    Scopes are taken in ascending order, so that two transactions never wait for each other. Gives
    the place of each changed record.
    """
    places: dict[Key, int] = {}
    by_scope: dict[str, list[tuple[Key, HubRow, HubRow]]] = {}
    for key, before, now in draft.changed():
        by_scope.setdefault(key[0], []).append((key, before, now))
    for scope in sorted(by_scope):
        places |= _publish_scope(draft.connection, scope, by_scope[scope], epoch)
    return places


def _publish_scope(
    connection: Connection, scope: str, rows: list[tuple[Key, HubRow, HubRow]], epoch: str
) -> dict[Key, int]:
    head, digest = _raise_counter(connection, scope, rows, epoch)
    places = {key: head - len(rows) + n for n, (key, _, _) in enumerate(rows, 1)}
    for (_, kind, id), before, now in rows:
        digest = moved(
            digest,
            kind,
            id,
            before=before.ver if before.live else 0,
            after=now.ver if now.live else 0,
        )
    connection.execute(
        update(scope_head).where(scope_head.c.scope == scope).values(digest=digest_text(digest))
    )
    _write_rows(connection, rows, places, head)
    _stamp_business_rows(connection, scope, rows, places)
    _note_files(connection, scope, [now for _, _, now in rows])
    return places


def _raise_counter(
    connection: Connection, scope: str, rows: list[tuple[Key, HubRow, HubRow]], epoch: str
) -> tuple[int, int]:
    """Take the next places of a scope; gives the new head and the digest before."""
    live = sum(now.live - before.live for _, before, now in rows)
    raised = (
        update(scope_head)
        .where(scope_head.c.scope == scope)
        .values(seq=scope_head.c.seq + len(rows), live_n=scope_head.c.live_n + live)
        .returning(scope_head.c.seq, scope_head.c.digest)
    )
    found = connection.execute(raised).first()
    if found is None:
        connection.execute(
            insert(scope_head).values(
                scope=scope, epoch=epoch, seq=0, min_seq=0, live_n=0, digest=digest_text(0)
            )
        )
        found = connection.execute(raised).one()
    return int(found[0]), digest_of(found[1])


def _write_rows(
    connection: Connection,
    rows: list[tuple[Key, HubRow, HubRow]],
    places: dict[Key, int],
    head: int,
) -> None:
    fresh = [
        {
            "scope": key[0],
            "kind": key[1],
            "id": key[2],
            "seq": places[key],
            "cut": head,
            "ver": now.ver,
            "op": now.op,
            "body": now.body,
        }
        for key, before, now in rows
        if not before.ver
    ]
    moving = [
        {
            "b_scope": key[0],
            "b_kind": key[1],
            "b_id": key[2],
            "seq": places[key],
            "cut": head,
            "ver": now.ver,
            "op": now.op,
            "body": now.body,
        }
        for key, before, now in rows
        if before.ver
    ]
    if fresh:
        add_rows(connection, sync_row, fresh)
    if moving:
        connection.execute(
            update(sync_row)
            .where(
                sync_row.c.scope == bindparam("b_scope"),
                sync_row.c.kind == bindparam("b_kind"),
                sync_row.c.id == bindparam("b_id"),
            )
            .values(
                seq=bindparam("seq"),
                cut=bindparam("cut"),
                ver=bindparam("ver"),
                op=bindparam("op"),
                body=bindparam("body"),
            ),
            moving,
        )


def _stamp_business_rows(
    connection: Connection,
    scope: str,
    rows: list[tuple[Key, HubRow, HubRow]],
    places: dict[Key, int],
) -> None:
    """Write place and version into the business rows too: reports read them there."""
    by_kind: dict[str, list[tuple[UUID, int, int]]] = {}
    for (_, kind, id), _, now in rows:
        if now.live:
            by_kind.setdefault(kind, []).append((id, places[scope, kind, id], now.ver))
    for kind, stamps in by_kind.items():
        stamp(connection, Base.metadata.tables[kind], scope, stamps)


def _note_files(connection: Connection, scope: str, rows: list[HubRow]) -> None:
    """Note which files the rows of a scope speak of: every SHA-256 in them counts."""
    named = {sha for row in rows if row.body for sha in hashes_in(row.body)}
    if not named:
        return
    known = set(
        connection.scalars(
            select(blob_ref.c.sha256).where(
                blob_ref.c.scope == scope, blob_ref.c.sha256.in_(sorted(named))
            )
        )
    )
    fresh = [{"scope": scope, "sha256": sha} for sha in sorted(named - known)]
    if fresh:
        connection.execute(insert(blob_ref), fresh)


def hashes_in(plain: object) -> Iterator[str]:
    """Give every SHA-256 that stands in a plain value, however deep."""
    match plain:
        case str():
            if _SHA.fullmatch(plain):
                yield plain
        case dict():
            for value in plain.values():
                yield from hashes_in(value)
        case list():
            for value in plain:
                yield from hashes_in(value)
        case _:
            pass
