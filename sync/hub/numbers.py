"""Lending blocks of numbers (sync.md 6.6): each block once, each to one workstation.

A lost answer lends nothing twice: a block the workstation does not name yet is sent again before a
new one is cut.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, func, insert, select

from app.kit.clock import Clock
from app.kit.ids import new_id
from app.store.types import micros_of
from sync.hub.tables import number_block
from sync.wire.messages import Lease, LeaseWish

LENT_FOR = timedelta(days=400)


def lend(
    connection: Connection,
    device: str,
    wishes: Sequence[LeaseWish],
    scopes: Sequence[str],
    clock: Clock,
) -> list[Lease]:
    """Answer wishes for numbers in the scopes a workstation may write for."""
    leases: list[Lease] = []
    for wish in wishes:
        if wish.scope in scopes:
            leases += _lend_one(connection, device, wish, clock)
    return leases


def is_lent(connection: Connection, device: str, series: str, serial: int) -> bool:
    """Say whether a number lies in a block that was lent to this workstation."""
    block = select(number_block.c.lease).where(
        number_block.c.device == device,
        number_block.c.series == series,
        number_block.c.first <= serial,
        number_block.c.last >= serial,
    )
    return connection.execute(block).first() is not None


def _lend_one(connection: Connection, device: str, wish: LeaseWish, clock: Clock) -> list[Lease]:
    rows = connection.execute(
        select(
            number_block.c.lease,
            number_block.c.scope,
            number_block.c.series,
            number_block.c.first,
            number_block.c.last,
            number_block.c.until,
        ).where(
            number_block.c.device == device,
            number_block.c.scope == wish.scope,
            number_block.c.series == wish.series,
        )
    )
    lent = [
        Lease(lease.hex, scope, series, first, last, micros_of(until))
        for lease, scope, series, first, last, until in rows
    ]
    unheard = [lease for lease in lent if lease.id not in wish.have]
    return unheard or [_cut(connection, device, wish, clock)]


def _cut(connection: Connection, device: str, wish: LeaseWish, clock: Clock) -> Lease:
    """Cut the next block of a series; two hubs that cut at once collide on its primary key."""
    last = connection.scalar(
        select(func.max(number_block.c.last)).where(
            number_block.c.scope == wish.scope, number_block.c.series == wish.series
        )
    )
    first = int(last or 0) + 1
    until = clock.now() + LENT_FOR
    lease = new_id(clock)
    connection.execute(
        insert(number_block).values(
            scope=wish.scope,
            series=wish.series,
            first=first,
            last=first + wish.size - 1,
            lease=lease,
            device=device,
            until=until,
        )
    )
    return Lease(lease.hex, wish.scope, wish.series, first, first + wish.size - 1, micros_of(until))
