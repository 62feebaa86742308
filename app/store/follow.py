"""Following head office: what goes out, what its answers and its feed do here (sync.md 6.2, 6.4).

The engine in sync.engine decides and talks; this is its hand in the store. Rows and cursor move in
one transaction, answers are written before the pages that came with them, and the digest of a scope
is kept up to date row by row with the hub's version of each.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from app.store.base import shared_classes
from app.store.desk_tables import (
    BaseRow,
    BlobLocal,
    Desk,
    InboxRow,
    NumberLease,
    OutboxRow,
    OutboxTouch,
    ScopeState,
    SyncLog,
)
from app.store.numbers import store_lease, wants_refill
from app.store.outbox import (
    PUSHED_AT_ONCE,
    Answered,
    apply_hub_gone,
    apply_hub_row,
    hub_versions,
    left,
    mark_sent,
    settle,
    table_of,
    touched_by,
    waiting,
)
from app.store.snapshot import (
    ATTACHED,
    Loaded,
    Trailer,
    check_snapshot,
    merge_snapshot,
    row_values,
)
from app.store.store import Store
from sync.wire.columns import FeedRow
from sync.wire.digest import BUCKETS, bucket_of, digest_of, digest_text, hash64, moved

R = TypeVar("R")
IDS_AT_ONCE = 500
AWAY_AT_MOST = timedelta(days=35)
"""How long answered mutations are kept here: longer than the hub's backups reach back."""
NUMBERS_RESERVED = 256
"""Request numbers taken from the disk at once; the rest of a block is lost at a restart."""


@dataclass(frozen=True)
class Outgoing:
    """A mutation as it goes out, with everything its hash covers."""

    mseq: int
    txn: UUID
    n: int
    scope: str
    kind: str
    id: UUID
    op: str
    base_ver: int
    patch: dict[str, Any]
    schema: int
    at: datetime
    actor: str
    hash: str


@dataclass(frozen=True)
class Followed:
    """How far a scope was followed; the digest is over the hub's versions of what is here."""

    scope: str
    epoch: str
    seq: int
    digest: int


@dataclass(frozen=True)
class HubPage:
    """A page of a scope's feed, read; ``gone`` holds kind and id."""

    scope: str
    epoch: str
    start: int
    next: int
    head: int
    rows: Sequence[FeedRow]
    gone: Sequence[tuple[str, UUID]]


@dataclass(frozen=True)
class Block:
    """A block of numbers that came from the hub."""

    id: UUID
    scope: str
    series: str
    first: int
    last: int
    until: datetime


@dataclass(frozen=True)
class SeriesWanted:
    """A series this desk takes numbers from, and how many it asks for at once."""

    scope: str
    series: str
    size: int


@dataclass(frozen=True)
class Wish:
    """A series that runs low, with the blocks already here."""

    wanted: SeriesWanted
    have: tuple[UUID, ...]


@dataclass(frozen=True)
class FileWaiting:
    """A file head office does not have yet; ``size`` in bytes."""

    sha256: str
    size: int
    scope: str


@dataclass(frozen=True)
class TakenIn:
    """What one answer did here."""

    pulled: int = 0
    kinds: frozenset[str] = frozenset()
    letters: int = 0


@dataclass
class _Round:
    """What one transaction has done to rows and digests so far."""

    session: Session
    digests: dict[str, int] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    pulled: int = 0

    def move(self, scope: str, kind: str, id: UUID, before: int, after: int) -> None:
        """Move a scope's digest, where the scope is followed."""
        if before != after and scope in self.digests:
            digest = self.digests[scope]
            self.digests[scope] = moved(digest, kind, id, before=before, after=after)


class Follower:
    """The store as the engine sees it.

    What writes runs on the writer lane and commits; what only asks reads a snapshot at once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def outgoing(
        self, at_most: int, *, after: int = 0, weight_at_most: int = PUSHED_AT_ONCE
    ) -> list[Outgoing]:
        """Give the oldest unanswered mutations, whole transactions, and note that they go out."""

        def act(session: Session) -> list[Outgoing]:
            rows = waiting(session, at_most, after=after, weight_at_most=weight_at_most)
            mark_sent(session, [row.mseq for row in rows if row.state == "new"])
            return [_outgoing(row) for row in rows]

        return self._write(act)

    def left(self) -> int:
        """Count the mutations without an answer."""
        return self._store.read(left)

    def followed(self) -> list[Followed]:
        """Give the scopes this desk follows, in order of name."""
        return self._store.read(_followed)

    def begin(self, scopes: Iterable[str]) -> None:
        """Start to follow scopes from the beginning; those already followed stay as they are."""
        self._write(lambda session: _begin(session, scopes))

    def wishes(self, wanted: Sequence[SeriesWanted]) -> list[Wish]:
        """Give the series of these that run low."""
        at = self._store.clock.now()
        return self._store.read(_wishes, wanted, at)

    def take_in(
        self,
        answers: Sequence[Answered],
        pages: Sequence[HubPage],
        blocks: Sequence[Block],
        *,
        at: datetime,
    ) -> TakenIn:
        """Write one answer of the hub down: words first, then pages with their cursors.

        ``at`` is the hub's own time. A page that does not begin where this desk stands is passed
        over: it came twice, or late.
        """

        def act(session: Session) -> TakenIn:
            begun = _Round(session, {row.scope: row.digest for row in _followed(session)})
            letters = _settle(begun, answers, at)
            for block in blocks:
                store_lease(
                    session,
                    block.id,
                    block.scope,
                    block.series,
                    block.first,
                    block.last,
                    block.until,
                )
            for page in pages:
                _take_page(begun, page, at)
            _keep_digests(begun)
            return TakenIn(begun.pulled, frozenset(begun.kinds), len(letters))

        return self._write(act)

    def take_rows(self, scope: str, rows: Sequence[FeedRow]) -> int:
        """Take single rows that a comparison found to differ; the cursor stays."""

        def act(session: Session) -> int:
            begun = _Round(session, {row.scope: row.digest for row in _followed(session)})
            _take_rows(begun, scope, rows)
            _keep_digests(begun)
            return len(rows)

        return self._write(act)

    @property
    def snapshot_folder(self) -> Path:
        """Where snapshots lie while they come in."""
        return self._store.folder / "snapshots"

    def take_snapshot(
        self, path: Path, key: bytes, trailer: Trailer, may_delete: Callable[[int, int], bool]
    ) -> Loaded:
        """Merge a snapshot in one transaction, cursor included; raises SnapshotError."""
        check_snapshot(path, key, trailer)

        def act() -> Loaded:
            with self._store.desk_work_beside(path, key, ATTACHED) as session:
                return merge_snapshot(session, trailer, may_delete)

        return self._store.writer.ask(act)

    def recount(self, scope: str) -> list[int]:
        """Count a scope's digest afresh from its rows and keep it; gives the sum of each bucket."""

        def act(session: Session) -> list[int]:
            sums = [0] * BUCKETS
            for kind, id, ver in _versions(session, scope):
                bucket = bucket_of(kind, id)
                sums[bucket] = (sums[bucket] + hash64(kind, id, ver)) % (1 << 64)
            state = session.get_one(ScopeState, scope)
            state.digest = digest_text(sum(sums) % (1 << 64))
            return sums

        return self._write(act)

    def versions(self, scope: str, buckets: Iterable[int]) -> dict[tuple[str, UUID], int]:
        """Give the hub's version of each row here in some buckets."""
        wanted = set(buckets)

        def act(session: Session) -> dict[tuple[str, UUID], int]:
            return {
                (kind, id): ver
                for kind, id, ver in _versions(session, scope)
                if bucket_of(kind, id) in wanted
            }

        return self._write(act)

    def live_rows(self, scope: str) -> int:
        """Count the rows of a scope that head office knows."""
        return self._write(lambda session: sum(1 for _ in _versions(session, scope)))

    def start_over(self, scope: str, epoch: str, head: int) -> int:
        """Follow a scope again from its start after the hub was put back to ``head``.

        Nothing here is deleted; words given for places beyond ``head`` are taken as not given, so
        that those mutations go out again. Gives how many.
        """
        return self._write(lambda session: _start_over(session, scope, epoch, head))

    def drop(self, scope: str) -> bool:
        """Stop following a scope and remove its rows; False while its mutations still wait."""
        return self._write(lambda session: _drop(session, scope))

    def files_waiting(self, at_most: int) -> list[FileWaiting]:
        """Give the files head office does not have yet, small ones first."""

        def act(session: Session) -> list[FileWaiting]:
            rows = session.scalars(
                select(BlobLocal)
                .where(BlobLocal.at_hub.is_(False))
                .order_by(BlobLocal.size, BlobLocal.sha256)
                .limit(at_most)
            )
            return [FileWaiting(row.sha256, row.size, row.scope) for row in rows]

        return self._store.read(act)

    def forget_file(self, sha256: str) -> None:
        """Stop waiting for a file that an interrupted step left and no record names."""

        def act(session: Session) -> None:
            row = session.get(BlobLocal, sha256)
            if row is not None and not row.at_hub:
                session.delete(row)

        self._write(act)

    def file_sent(self, sha256: str, sent: int, *, whole: bool) -> None:
        """Note how far a file has come; ``whole``: head office has verified it."""

        def act(session: Session) -> None:
            row = session.get_one(BlobLocal, sha256)
            row.sent, row.at_hub = sent, whole

        self._write(act)

    def file_is_held(self, sha256: str) -> bool:
        """Note that head office has a file whole, if this desk was waiting for that; gives it."""

        def act(session: Session) -> bool:
            row = session.get(BlobLocal, sha256)
            if row is None or row.at_hub:
                return False
            row.sent, row.at_hub = row.size, True
            return True

        return self._write(act)

    def log(
        self,
        outcome: str,
        pushed: int,
        pulled: int,
        detail: dict[str, Any] | None,
        hub_time: datetime | None = None,
    ) -> None:
        """Keep one line about a round; receipts are in its detail.

        With the hub's time, mutations whose word is older than 35 days by it are thrown away.
        """
        at = self._store.clock.now()

        def act(session: Session) -> None:
            session.add(
                SyncLog(at=at, outcome=outcome, pushed=pushed, pulled=pulled, detail=detail)
            )
            if hub_time is not None:
                _forget_answered(session, hub_time)

        self._write(act)

    def receipts(self) -> list[dict[str, str]]:
        """Give the signed receipts kept here, oldest first: key_id, text, signature."""

        def act(session: Session) -> list[dict[str, str]]:
            details = session.scalars(select(SyncLog.detail).order_by(SyncLog.n))
            return [kept for detail in details if detail for kept in detail.get("receipts", [])]

        return self._write(act)

    def _write(self, act: Callable[[Session], R]) -> R:
        def whole() -> R:
            with self._store.desk_work() as session:
                return act(session)

        return self._store.writer.ask(whole)


class RequestNumbers:
    """The rising number of this desk's requests; a block is on the disk before it is used."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._next = 0
        self._end = 0

    def next(self) -> int:
        """Give the next number."""
        if self._next >= self._end:
            self._reserve(0)
        number = self._next
        self._next += 1
        return number

    def at_least(self, number: int) -> None:
        """Go on behind a number that head office has already seen."""
        if number >= self._next:
            self._reserve(number + 1)

    def _reserve(self, floor: int) -> None:
        def act() -> int:
            with self._store.desk_work() as session:
                row = session.get(Desk, "request_numbers")
                if row is None:
                    row = Desk(key="request_numbers", value=1)
                    session.add(row)
                first = max(int(row.value), floor)
                row.value = first + NUMBERS_RESERVED
                return first

        self._next = self._store.writer.ask(act)
        self._end = self._next + NUMBERS_RESERVED


def _outgoing(row: OutboxRow) -> Outgoing:
    return Outgoing(
        mseq=row.mseq,
        txn=row.txn,
        n=row.n_in_txn,
        scope=row.scope,
        kind=row.kind,
        id=row.row_id,
        op=row.op,
        base_ver=row.base_ver,
        patch=row.patch,
        schema=row.schema,
        at=row.at,
        actor=row.actor,
        hash=row.hash,
    )


def _followed(session: Session) -> list[Followed]:
    rows = session.scalars(select(ScopeState).order_by(ScopeState.scope))
    return [Followed(row.scope, row.epoch, row.seq, digest_of(row.digest)) for row in rows]


def _begin(session: Session, scopes: Iterable[str]) -> None:
    for scope in scopes:
        if session.get(ScopeState, scope) is None:
            session.add(ScopeState(scope=scope, epoch="", seq=0, head=0, digest=digest_text(0)))


def _wishes(session: Session, wanted: Sequence[SeriesWanted], at: datetime) -> list[Wish]:
    wishes = []
    for series in wanted:
        if wants_refill(session, series.series, at):
            have = session.scalars(
                select(NumberLease.id).where(NumberLease.series == series.series)
            )
            wishes.append(Wish(series, tuple(have)))
    return wishes


def _settle(begun: _Round, answers: Sequence[Answered], at: datetime) -> list[InboxRow]:
    """Write words down; a row that is let go may show another hub version than it held aside."""
    session = begun.session
    touched = touched_by(session, [answer.mseq for answer in answers])
    names = {name: None for of in touched.values() for name in of}
    before = hub_versions(session, names)
    letters = settle(session, answers, at)
    for (kind, scope, id), after in hub_versions(session, names).items():
        begun.move(scope, kind, id, before[kind, scope, id], after)
        begun.kinds.add(kind)
    return letters


def _take_page(begun: _Round, page: HubPage, at: datetime) -> None:
    state = begun.session.get(ScopeState, page.scope)
    if state is None or page.start != state.seq or state.epoch not in ("", page.epoch):
        return
    _take_rows(begun, page.scope, page.rows)
    for kind, id in page.gone:
        before = apply_hub_gone(begun.session, kind, page.scope, id)
        begun.move(page.scope, kind, id, before, 0)
        begun.kinds.add(kind)
    begun.pulled += len(page.rows) + len(page.gone)
    state.epoch, state.seq, state.head = page.epoch, page.next, page.head
    state.state = "live" if page.next >= page.head else "catching_up"
    state.checked_at = at


def _take_rows(begun: _Round, scope: str, rows: Sequence[FeedRow]) -> None:
    by_kind: dict[str, list[FeedRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind, of_kind in by_kind.items():
        begun.kinds.add(kind)
        held = _held(begun.session, kind, scope)
        _take_many(begun, scope, kind, [row for row in of_kind if row.id not in held])
        for row in of_kind:
            if row.id in held:
                before = apply_hub_row(
                    begun.session, kind, scope, row.id, seq=row.seq, ver=row.ver, body=row.body
                )
                begun.move(scope, kind, row.id, before, row.ver)


def _held(session: Session, kind: str, scope: str) -> set[UUID]:
    return set(
        session.scalars(select(BaseRow.id).where(BaseRow.kind == kind, BaseRow.scope == scope))
    )


def _take_many(begun: _Round, scope: str, kind: str, rows: Sequence[FeedRow]) -> None:
    """Write rows nobody here is waiting on, many at a time."""
    table = table_of(kind)
    groups: dict[tuple[str, ...], list[FeedRow]] = {}
    for row in rows:
        groups.setdefault(tuple(row.body), []).append(row)
    for group in groups.values():
        for start in range(0, len(group), IDS_AT_ONCE):
            _take_some(begun, scope, table, group[start : start + IDS_AT_ONCE])


def _take_some(begun: _Round, scope: str, table: Table, rows: Sequence[FeedRow]) -> None:
    found = begun.session.execute(
        select(table.c.id, table.c["_ver"]).where(
            table.c.scope == scope, table.c.id.in_([row.id for row in rows])
        )
    )
    here = {row[0]: row[1] for row in found}
    for row in rows:
        begun.move(scope, table.name, row.id, here.get(row.id, 0), row.ver)
    values = [row_values(table, scope, row) for row in rows]
    statement = insert(table)
    fresh = {name: statement.excluded[name] for name in values[0] if name != "_pend"}
    begun.session.execute(
        statement.on_conflict_do_update(index_elements=["scope", "id"], set_=fresh), values
    )


def _keep_digests(begun: _Round) -> None:
    for scope, digest in begun.digests.items():
        begun.session.get_one(ScopeState, scope).digest = digest_text(digest)


def _versions(session: Session, scope: str) -> Iterable[tuple[str, UUID, int]]:
    """Give the hub's version of every row of a scope that is here or held aside."""
    held = {
        (row.kind, row.id): row.ver
        for row in session.execute(
            select(BaseRow.kind, BaseRow.id, BaseRow.ver).where(BaseRow.scope == scope)
        )
    }
    for kind in sorted(shared_classes()):
        table = table_of(kind)
        rows = session.execute(select(table.c.id, table.c["_ver"]).where(table.c.scope == scope))
        for id, ver in rows:
            if ver and (kind, id) not in held:
                yield kind, id, ver
    for (kind, id), ver in held.items():
        if ver:
            yield kind, id, ver


def _start_over(session: Session, scope: str, epoch: str, head: int) -> int:
    again = 0
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.scope == scope, OutboxRow.state == "acked")
    )
    for row in rows:
        detail = (row.result or {}).get("detail") or {}
        if int(detail.get("seq", 0)) > head:
            row.state, row.result, row.answered_at = "sent", None, None
            again += 1
    state = session.get_one(ScopeState, scope)
    state.epoch, state.seq, state.head, state.state = epoch, 0, head, "catching_up"
    return again


def _drop(session: Session, scope: str) -> bool:
    still = session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.scope == scope, OutboxRow.state.in_(("new", "sent")))
    )
    if still:
        return False
    for kind in shared_classes():
        table = table_of(kind)
        session.execute(delete(table).where(table.c.scope == scope))
    session.execute(delete(BaseRow).where(BaseRow.scope == scope))
    session.execute(delete(ScopeState).where(ScopeState.scope == scope))
    return True


def _forget_answered(session: Session, at: datetime) -> None:
    """Throw away mutations whose answer is older than 35 days, with what they touched."""
    old = select(OutboxRow.mseq).where(
        OutboxRow.state.in_(("acked", "rejected")), OutboxRow.answered_at < at - AWAY_AT_MOST
    )
    session.execute(delete(OutboxTouch).where(OutboxTouch.mseq.in_(old)))
    session.execute(delete(OutboxRow).where(OutboxRow.mseq.in_(old)))
