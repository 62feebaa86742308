"""Quotas of a workstation: how much it may ask for, counted in the database.

What was asked is counted in the transaction that lets a request count, so any number of processes
keep one count between them, and nothing is kept in memory. A request over a quota is refused with
nothing written: it may come again when its minute or its day (UTC) is over. The count of requests
that came alike stops a program that goes in circles, whichever process it asks.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from app.kit.clock import Clock
from app.store.types import micros_of
from sync.hub.tables import usage

MINUTE = 60
DAY = 24 * 60 * MINUTE
KEPT_DAYS = 35


@dataclass(frozen=True)
class Quotas:
    """What one workstation may ask for; bytes are those of bodies sent here and files fetched."""

    requests_a_minute: int = 3_000
    alike_a_minute: int = 600
    bytes_a_day: int = 8 * 1024**3
    mutations_a_day: int = 1_000_000


class QuotaError(Exception):
    """A workstation asked for too much; after ``retry_after`` seconds it may ask again."""

    def __init__(self, which: str, retry_after: int) -> None:
        super().__init__(which)
        self.which = which
        self.retry_after = retry_after


@dataclass(frozen=True)
class Asked:
    """A request as the quotas see it: ``likeness`` is the same for requests that are alike."""

    likeness: str
    size: int


def asked_of(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Asked:
    """Say what a request is about; its signature, its numbers and its session do not count."""
    told = [method, url, headers.get("range", ""), headers.get("content-range", "")]
    likeness = hashlib.sha256("\n".join(told).encode() + b"\n" + body).hexdigest()
    return Asked(likeness, len(body))


def count(connection: Connection, device: str, asked: Asked, quotas: Quotas, clock: Clock) -> None:
    """Count one request; raises QuotaError, and the caller's transaction goes back."""
    seconds = micros_of(clock.now()) // 1_000_000
    size, of_minute, of_asked = _raised(connection, device, asked, seconds)
    if of_minute > quotas.requests_a_minute:
        raise QuotaError("requests", MINUTE - seconds % MINUTE)
    if of_asked > quotas.alike_a_minute:
        raise QuotaError("alike", MINUTE - seconds % MINUTE)
    if size > quotas.bytes_a_day:
        raise QuotaError("bytes", DAY - seconds % DAY)


def _raised(
    connection: Connection, device: str, asked: Asked, seconds: int
) -> tuple[int, int, int]:
    """Write a request into its day with one statement; gives bytes and counts with it."""
    minute = seconds // MINUTE
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = make(usage).values(
        device=device,
        day=seconds // DAY,
        requests=1,
        bytes=asked.size,
        mutations=0,
        minute=minute,
        of_minute=1,
        asked=asked.likeness,
        of_asked=1,
    )
    same_minute = usage.c.minute == minute
    alike = same_minute & (usage.c.asked == asked.likeness)
    again = first.on_conflict_do_update(
        index_elements=[usage.c.device, usage.c.day],
        set_={
            "requests": usage.c.requests + 1,
            "bytes": usage.c.bytes + asked.size,
            "minute": minute,
            "of_minute": case((same_minute, usage.c.of_minute + 1), else_=1),
            "asked": asked.likeness,
            "of_asked": case((alike, usage.c.of_asked + 1), else_=1),
        },
    ).returning(usage.c.bytes, usage.c.of_minute, usage.c.of_asked)
    row = connection.execute(again).one()
    return row[0], row[1], row[2]


def count_mutations(
    connection: Connection, device: str, n: int, quotas: Quotas, clock: Clock
) -> None:
    """Count what is pushed, in the push's own transaction; raises QuotaError with nothing taken."""
    seconds = micros_of(clock.now()) // 1_000_000
    total = connection.scalar(
        update(usage)
        .where(usage.c.device == device, usage.c.day == seconds // DAY)
        .values(mutations=usage.c.mutations + n)
        .returning(usage.c.mutations)
    )
    if (total or 0) > quotas.mutations_a_day:
        raise QuotaError("mutations", DAY - seconds % DAY)


def count_bytes(connection: Connection, device: str, n: int, clock: Clock) -> None:
    """Count a stretch of a file that is given; the next request meets the quota."""
    day = micros_of(clock.now()) // 1_000_000 // DAY
    connection.execute(
        update(usage)
        .where(usage.c.device == device, usage.c.day == day)
        .values(bytes=usage.c.bytes + n)
    )


def sweep(connection: Connection, clock: Clock) -> None:
    """Throw away what was counted more than 35 days ago."""
    since = micros_of(clock.now() - timedelta(days=KEPT_DAYS)) // 1_000_000 // DAY
    connection.execute(delete(usage).where(usage.c.day < since))
