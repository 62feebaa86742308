"""Giving the feed: pages of whole hub transactions, and the comparison of two sides.

Everything one answer says about a scope is read in one snapshot with its head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from sync.hub.tables import scope_grant, scope_head, sync_row
from sync.wire.columns import FeedRow, to_columns
from sync.wire.digest import BUCKETS, bucket_of, digest_of, digest_text, hash64
from sync.wire.messages import (
    CheckReply,
    Cursor,
    Gone,
    Page,
    ScopeEvent,
)

PAGE_ROWS = 10_000
"""Rows of one page at most, unless one hub transaction alone is larger."""


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
    connection: Connection, cursors: Sequence[Cursor], heads: dict[str, Head], budget: int
) -> list[Page]:
    """Give the next page of every scope whose head has moved, within a budget of rows.

    Raises CursorTooOldError.
    """
    pages = []
    for cursor in cursors:
        head = heads.get(cursor.scope)
        if head is None or cursor.epoch not in ("", head.epoch):
            continue
        if 0 < cursor.seq < head.min_seq:
            raise CursorTooOldError(cursor.scope)
        if cursor.seq >= head.seq or budget <= 0:
            continue
        page, rows = _page(connection, cursor, head, min(budget, PAGE_ROWS))
        budget -= rows
        pages.append(page)
    return pages


def _page(connection: Connection, cursor: Cursor, head: Head, rows: int) -> tuple[Page, int]:
    """Read one page; a desk that holds nothing yet is spared the tombstones."""
    start = cursor.seq
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
        .where(sync_row.c.seq <= _end_of_page(connection, start, head, rows))
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
    return page, len(found)


def _end_of_page(connection: Connection, start: int, head: Head, rows: int) -> int:
    """Say where a page of about so many rows ends: at the end of a hub transaction."""
    last = connection.scalar(
        select(sync_row.c.cut)
        .where(sync_row.c.scope == head.scope, sync_row.c.seq > start)
        .order_by(sync_row.c.seq)
        .offset(rows - 1)
        .limit(1)
    )
    return head.seq if last is None else int(last)


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


def scope_events(cursors: Sequence[Cursor], heads: dict[str, Head]) -> list[ScopeEvent]:
    """Tell a workstation what was granted, revoked or restored since it last asked."""
    asked = {cursor.scope for cursor in cursors}
    events = [
        ScopeEvent("grant", scope, head.epoch, head.seq)
        for scope, head in heads.items()
        if scope not in asked
    ]
    events += [ScopeEvent("revoke", scope, "", 0) for scope in sorted(asked - heads.keys())]
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
