"""Numbers from blocks that head office leased to this desk (sync.md 6.6).

Used in order, each accounted for: used or voided with a reason, never used again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.errors.base import BranchError
from app.kit.errors.store import numbers_used_up
from app.store.desk_tables import NumberLease, NumberUsed

REFILL_SHARE = 4
"""A desk asks for a new block when a quarter of the last one is left."""


def take_number(session: Session, series: str, at: datetime) -> int:
    """Take the next number of a series in this unit of work; raises BranchError E-NUMBER-NONE."""
    lease = _lease(session, series, at)
    n = lease.next
    lease.next = n + 1
    session.add(NumberUsed(series=series, n=n, lease=lease.id, fate="used", at=at))
    return n


def next_number(session: Session, series: str, at: datetime) -> int:
    """Look at the next number of a series without taking it; raises BranchError E-NUMBER-NONE."""
    return _lease(session, series, at).next


def void_number(session: Session, series: str, n: int, reason: str, at: datetime) -> None:
    """Write off a number that was taken and will not be used; it is never given again."""
    used = session.get_one(NumberUsed, (series, n))
    used.fate, used.reason, used.at = "voided", reason, at


def store_lease(
    session: Session, lease: UUID, scope: str, series: str, first: int, last: int, until: datetime
) -> None:
    """Keep a block that came from the hub; a block that came twice changes nothing."""
    if session.get(NumberLease, lease) is None:
        session.add(
            NumberLease(
                id=lease,
                scope=scope,
                series=series,
                first=first,
                last=last,
                next=first,
                until=until,
            )
        )


def wants_refill(session: Session, series: str, at: datetime) -> bool:
    """Say whether a quarter or less of the leased numbers is left."""
    size, rest = session.execute(
        select(
            func.coalesce(func.sum(NumberLease.last - NumberLease.first + 1), 0),
            func.coalesce(func.sum(NumberLease.last - NumberLease.next + 1), 0),
        ).where(NumberLease.series == series, NumberLease.until > at + timedelta(days=1))
    ).one()
    return int(rest) * REFILL_SHARE <= int(size)


def _lease(session: Session, series: str, at: datetime) -> NumberLease:
    lease = session.scalars(
        select(NumberLease)
        .where(
            NumberLease.series == series,
            NumberLease.next <= NumberLease.last,
            NumberLease.until > at,
        )
        .order_by(NumberLease.first)
        .limit(1)
    ).first()
    if lease is None:
        raise BranchError(numbers_used_up(series))
    return lease
