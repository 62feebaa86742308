"""Giving the feed: pages of whole hub transactions, and the comparison of two sides.

Everything one answer says about a scope is read in one snapshot with its head.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import Connection, func, select

from sync.hub.tables import scope_grant, scope_head, sync_row
from sync.wire.columns import FeedRow, to_columns
from sync.wire.digest import BUCKETS, bucket_of, digest_of, digest_text, hash64
from sync.wire.messages import (
    CheckReply,
    Cursor,
    Gone,
    Page,
    ScopeEvent,
    SyncRequest,
)

PAGE_ROWS = 10_000
"""Rows of one page at most, unless one hub transaction alone is larger."""
REPLY_BYTES = 6_000_000
"""Bytes of all pages of one answer, unless one hub transaction alone is larger.

An answer must come through ``MAX_BODY`` even where nothing in it can be packed.
"""
LOOKED_AT_ONCE = 1_000
ROW_BYTES = 64
"""What a row weighs beside its columns: its id, its place, its version."""


@dataclass(frozen=True)
class Head:
    """Where a scope's feed stands."""

    scope: str
    epoch: str
    seq: int
    min_seq: int
    digest: str
    live: int = 0

    def line(self) -> tuple[str, str, int, str]:
        """Give it as a receipt names it."""
        return self.scope, self.epoch, self.seq, self.digest


@dataclass(frozen=True)
class Budget:
    """How many rows and how many bytes of pages may still go into an answer."""

    rows: int
    bytes: int = REPLY_BYTES

    @classmethod
    def of(cls, asked: SyncRequest) -> "Budget":
        """Give what a workstation will take, at most what the hub gives in one answer."""
        return cls(asked.budget, min(asked.budget_bytes or REPLY_BYTES, REPLY_BYTES))

    @property
    def spent(self) -> bool:
        """Whether nothing more goes in."""
        return self.rows <= 0 or self.bytes <= 0


class CursorTooOldError(Exception):
    """A cursor stands before tombstones that were thrown away; only a fresh start helps."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


def granted(connection: Connection, device: str) -> list[str]:
    """Give the scopes a workstation may read."""
    return sorted(
        connection.scalars(
            select(scope_grant.c.scope).where(
                scope_grant.c.device == device, scope_grant.c.revoked.is_(False)
            )
        )
    )


def handing_in(connection: Connection, device: str, now: datetime) -> list[str]:
    """Give the scopes taken from a workstation that it may still hand work in for."""
    return sorted(
        connection.scalars(
            select(scope_grant.c.scope).where(
                scope_grant.c.device == device,
                scope_grant.c.revoked.is_(True),
                scope_grant.c.push_until >= now,
            )
        )
    )


def left_to_read(connection: Connection, device: str) -> set[str]:
    """Give the scopes taken from a workstation whose rows stay with it to be read."""
    return set(
        connection.scalars(
            select(scope_grant.c.scope).where(
                scope_grant.c.device == device,
                scope_grant.c.revoked.is_(True),
                scope_grant.c.keep.is_(True),
            )
        )
    )


def heads_of(connection: Connection, scopes: Sequence[str], epoch: str) -> dict[str, Head]:
    """Give the heads of scopes; one nothing was ever written to stands at 0."""
    rows = connection.execute(
        select(
            scope_head.c.scope,
            scope_head.c.epoch,
            scope_head.c.seq,
            scope_head.c.min_seq,
            scope_head.c.digest,
            scope_head.c.live_n,
        ).where(scope_head.c.scope.in_(scopes))
    )
    found = {row[0]: Head(*row) for row in rows}
    return {scope: found.get(scope) or Head(scope, epoch, 0, 0, digest_text(0)) for scope in scopes}


def pages_for(
    connection: Connection, cursors: Sequence[Cursor], heads: dict[str, Head], budget: Budget
) -> list[Page]:
    """Give the next page of every scope whose head has moved, within a budget of rows and bytes.

    Some page comes whatever the budget is, or a round would never go forward. Raises
    CursorTooOldError.
    """
    pages: list[Page] = []
    for cursor in cursors:
        head = heads.get(cursor.scope)
        if head is None or cursor.epoch not in ("", head.epoch):
            continue
        if 0 < cursor.seq < head.min_seq:
            raise CursorTooOldError(cursor.scope)
        if cursor.seq >= head.seq or budget.spent:
            continue
        page, budget = _page(connection, cursor, head, budget)
        pages.append(page)
    return pages


def _page(
    connection: Connection, cursor: Cursor, head: Head, budget: Budget
) -> tuple[Page, Budget]:
    """Read one page; a desk that holds nothing yet is spared the tombstones."""
    start = cursor.seq
    last, left = _end_of_page(connection, start, head, budget)
    holds_rows = not _holds_nothing(cursor)
    found = connection.execute(
        select(
            sync_row.c.kind,
            sync_row.c.id,
            sync_row.c.seq,
            sync_row.c.cut,
            sync_row.c.ver,
            sync_row.c.op,
            sync_row.c.body,
        )
        .where(sync_row.c.scope == head.scope, sync_row.c.seq > start)
        .where(sync_row.c.seq <= last)
        .order_by(sync_row.c.seq)
    ).all()
    puts, gone = [], []
    for kind, id, seq, _cut, ver, op, body in found:
        if op == "put":
            puts.append(FeedRow(kind, id, seq, ver, body))
        elif holds_rows:
            gone.append(Gone(seq, kind, id.hex, op))
    end = found[-1].cut if found else head.seq
    page = Page(head.scope, head.epoch, start, end, head.seq, head.digest, to_columns(puts), gone)
    return page, left


def _end_of_page(
    connection: Connection, start: int, head: Head, budget: Budget
) -> tuple[int, Budget]:
    """Say where a page of about so many rows and bytes ends, and what is left of the budget.

    It ends where a hub transaction ended: behind the row that reaches the budget of rows, before
    the transaction that would go over the budget of bytes, but never before the first.
    """
    weight = func.coalesce(func.octet_length(sync_row.c.body), 0)
    found = connection.execute(
        select(sync_row.c.cut, weight)
        .where(sync_row.c.scope == head.scope, sync_row.c.seq > start)
        .order_by(sync_row.c.seq)
        .execution_options(yield_per=LOOKED_AT_ONCE)
    )
    last, rows, size = start, 0, 0
    with found:
        for cut, of_cut in groupby(found, key=lambda row: row[0]):
            weights = [ROW_BYTES + int(row[1]) for row in of_cut]
            if last > start and size + sum(weights) > budget.bytes:
                break
            last, rows, size = int(cut), rows + len(weights), size + sum(weights)
            if rows >= min(budget.rows, PAGE_ROWS):
                break
        else:
            last = head.seq
    return last, Budget(budget.rows - rows, budget.bytes - size)


def by_snapshot(cursors: Sequence[Cursor], heads: dict[str, Head], rows: int) -> list[str]:
    """Give the scopes that are better loaded whole: empty here and large there, or too far back.

    ``rows``: from how many live rows on a first load goes by a snapshot.
    """
    return [
        cursor.scope
        for cursor in cursors
        if (head := heads.get(cursor.scope)) is not None
        and cursor.epoch in ("", head.epoch)
        and ((_holds_nothing(cursor) and head.live >= rows) or 0 < cursor.seq < head.min_seq)
    ]


def _holds_nothing(cursor: Cursor) -> bool:
    return cursor.seq == 0 and digest_of(cursor.digest) == 0


def scope_events(
    cursors: Sequence[Cursor], heads: dict[str, Head], kept: Set[str] = frozenset()
) -> list[ScopeEvent]:
    """Tell a workstation what was granted, revoked or restored since it last asked.

    A scope of ``kept`` is told by ``keep`` instead of ``revoke``: its rows stay there to be read.
    """
    asked = {cursor.scope for cursor in cursors}
    events = [
        ScopeEvent("grant", scope, head.epoch, head.seq)
        for scope, head in heads.items()
        if scope not in asked
    ]
    events += [
        ScopeEvent("keep" if scope in kept else "revoke", scope, "", 0)
        for scope in sorted(asked - heads.keys())
    ]
    events += [
        ScopeEvent("epoch", cursor.scope, heads[cursor.scope].epoch, heads[cursor.scope].seq)
        for cursor in cursors
        if cursor.scope in heads and cursor.epoch not in ("", heads[cursor.scope].epoch)
    ]
    return events


def check(connection: Connection, head: Head, buckets: Sequence[int]) -> CheckReply:
    """Sum a scope up bucket by bucket, with the rows of the buckets asked for."""
    sums = [0] * BUCKETS
    wanted = set(buckets)
    rows: list[tuple[str, str, int]] = []
    for kind, id, ver in connection.execute(
        select(sync_row.c.kind, sync_row.c.id, sync_row.c.ver).where(
            sync_row.c.scope == head.scope, sync_row.c.op == "put"
        )
    ):
        bucket = bucket_of(kind, id)
        sums[bucket] = (sums[bucket] + hash64(kind, id, ver)) % (1 << 64)
        if bucket in wanted:
            rows.append((kind, id.hex, ver))
    if sum(sums) % (1 << 64) != digest_of(head.digest):
        raise ArithmeticError(f"the digest of {head.scope} is not the sum of its rows")
    return CheckReply(
        head.epoch, head.seq, head.digest, [digest_text(one) for one in sums], sorted(rows)
    )


def fetch(connection: Connection, head: Head, names: Sequence[tuple[str, str]]) -> Page:
    """Give single rows by name, as a page that does not move the cursor."""
    puts = []
    for kind, id in names:
        row = connection.execute(
            select(sync_row.c.seq, sync_row.c.ver, sync_row.c.body).where(
                sync_row.c.scope == head.scope,
                sync_row.c.kind == kind,
                sync_row.c.id == UUID(hex=id),
                sync_row.c.op == "put",
            )
        ).first()
        if row is not None:
            puts.append(FeedRow(kind, UUID(hex=id), row.seq, row.ver, row.body))
    return Page(
        head.scope, head.epoch, head.seq, head.seq, head.seq, head.digest, to_columns(puts), []
    )
