"""Between the store's values and the messages of the wire."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from app.store.base import shared_classes
from app.store.follow import Block, Followed, HubPage, Outgoing, Wish
from app.store.outbox import Answered
from app.store.types import micros_of
from sync.wire.columns import to_rows
from sync.wire.digest import digest_text
from sync.wire.messages import Cursor, Lease, LeaseWish, Mutation, Page, Result, Txn

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GONE = frozenset({"del", "drop"})
"""What can have become of a row that is no more."""


def txns_of(outgoing: Sequence[Outgoing]) -> list[Txn]:
    """Group mutations, which stand in order, into their transactions."""
    return [
        Txn(txn.hex, [_mutation(one) for one in group])
        for txn, group in groupby(outgoing, key=lambda one: one.txn)
    ]


def _mutation(one: Outgoing) -> Mutation:
    return Mutation(
        mseq=one.mseq,
        n=one.n,
        scope=one.scope,
        kind=one.kind,
        id=one.id.hex,
        op=one.op,
        base_ver=one.base_ver,
        patch=one.patch,
        schema=one.schema,
        at=micros_of(one.at),
        actor=one.actor,
        hash=one.hash,
    )


def cursor_of(followed: Followed) -> Cursor:
    """Say how far a scope was followed."""
    return Cursor(followed.scope, followed.epoch, followed.seq, digest_text(followed.digest))


def wish_of(wish: Wish) -> LeaseWish:
    """Ask for numbers."""
    wanted = wish.wanted
    return LeaseWish(wanted.scope, wanted.series, wanted.size, [id.hex for id in wish.have])


def answered(result: Result) -> Answered:
    """Read the hub's word on one mutation; the place in the feed is kept with it."""
    detail = {
        "scope": result.scope,
        "seq": result.seq,
        "ver": result.ver,
        "fields": result.fields,
        "hub": result.hub,
    }
    return Answered(result.mseq, result.status, result.code, result.text, detail)


def understood(page: Page) -> bool:
    """Say whether this version knows every kind of record of a page and what became of it."""
    known = shared_classes()
    return all(rows.kind in known for rows in page.kinds) and all(
        one.kind in known and one.op in GONE for one in page.gone
    )


def page_of(page: Page) -> HubPage:
    """Read a page; raises WireError for ragged columns."""
    return HubPage(
        scope=page.scope,
        epoch=page.epoch,
        start=page.start,
        next=page.next,
        head=page.head,
        rows=to_rows(page.kinds),
        gone=[(one.kind, UUID(hex=one.id)) for one in page.gone],
    )


def blocks_of(leases: Iterable[Lease]) -> list[Block]:
    """Read the blocks of numbers that came."""
    return [
        Block(
            UUID(hex=lease.id),
            lease.scope,
            lease.series,
            lease.first,
            lease.last,
            _EPOCH + timedelta(microseconds=lease.until),
        )
        for lease in leases
    ]
