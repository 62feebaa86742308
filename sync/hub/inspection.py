"""Looking a hub's data through from end to end: what a backup's drill and a restore rest on.

Every feed is summed up and counted again, held against its head and against the business rows;
every audit chain is followed from its first line, the log of their heads is built again, every file
is read and hashed. Nothing is mended here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, func, select

from app.audit.chain import Line, verify_chain
from app.audit.records import AuditLine
from app.store.base import Base, shared_classes
from app.store.types import micros_of
from sync.hub.audit_log import log_fault
from sync.hub.tables import METADATA, audit_chain, blob, log_entry, scope_head, sync_row
from sync.wire.digest import digest_text, hash64
from sync.wire.tree_log import head_holds

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Inspected:
    """What was found: how much was looked at, and everything that did not hold."""

    scopes: int
    rows: int
    chains: int
    log: int
    files: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def inspect_hub(
    connection: Connection, files: Path, keys: dict[str, Ed25519PublicKey]
) -> Inspected:
    """Look everything through; ``keys`` are head office's receipt keys by their id."""
    faults = [*_feed_faults(connection), *_chain_faults(connection)]
    fault = log_fault(connection, lambda told: head_holds(told, keys))
    faults += [f"the log of audit heads: {fault}"] if fault else []
    faults += _file_faults(connection, files)
    return Inspected(
        scopes=_count(connection, scope_head.c.scope),
        rows=_count(connection, sync_row.c.seq),
        chains=_count(connection, audit_chain.c.chain),
        log=_count(connection, log_entry.c.place),
        files=_count(connection, blob.c.sha256),
        faults=tuple(faults),
    )


def counts_of(connection: Connection) -> dict[str, int]:
    """Count the rows of every table of the hub and of every business table, by name."""
    tables = [*METADATA.sorted_tables, *(Base.metadata.tables[name] for name in shared_classes())]
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def heads_of_all(connection: Connection) -> dict[str, str]:
    """Give the head of every feed as text: epoch, place, digest."""
    rows = connection.execute(
        select(scope_head.c.scope, scope_head.c.epoch, scope_head.c.seq, scope_head.c.digest)
    )
    return {scope: f"{epoch} {seq} {digest}" for scope, epoch, seq, digest in rows}


def _count(connection: Connection, column: object) -> int:
    return connection.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def _feed_faults(connection: Connection) -> Iterator[str]:
    for head in connection.execute(select(scope_head)).all():
        sums, live, last = _summed(connection, head.scope)
        if digest_text(sums) != head.digest:
            yield f"{head.scope}: its digest is not the sum of its rows"
        if live != head.live_n:
            yield f"{head.scope}: {live} live rows, its head says {head.live_n}"
        if last > head.seq:
            yield f"{head.scope}: a row stands beyond its head"
        business = sum(
            connection.scalar(
                select(func.count()).select_from(one.__table__).where(one.scope == head.scope)
            )
            or 0
            for one in shared_classes().values()
        )
        if business != live:
            yield f"{head.scope}: {business} business rows, {live} in its feed"


def _summed(connection: Connection, scope: str) -> tuple[int, int, int]:
    """Sum a feed up: its digest, its live rows, its last place."""
    sums, live, last = 0, 0, 0
    asked = (
        select(sync_row.c.kind, sync_row.c.id, sync_row.c.ver, sync_row.c.seq, sync_row.c.op)
        .where(sync_row.c.scope == scope)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    with connection.execute(asked) as found:
        for kind, id, ver, seq, op in found:
            last = max(last, seq)
            if op == "put":
                live += 1
                sums = (sums + hash64(kind, id, ver)) % (1 << 64)
    return sums, live, last


def _chain_faults(connection: Connection) -> Iterator[str]:
    """Follow every chain; one whose fault is known from when it came is no news."""
    known = dict(connection.execute(select(audit_chain.c.chain, audit_chain.c.fault)).all())
    for chain in connection.scalars(select(AuditLine.chain).distinct()).all():
        verdict = verify_chain(_lines(connection, chain))
        if not verdict.whole and not known.get(chain):
            yield f"audit chain {chain}: {verdict.fault}"


def _lines(connection: Connection, chain: str) -> Iterator[tuple[Line, str]]:
    table = AuditLine.__table__
    rows = connection.execute(select(table).where(table.c.chain == chain).order_by(table.c.n))
    for row in rows:
        line = Line(
            chain=row.chain,
            n=row.n,
            prev=row.prev,
            actor=row.actor,
            action=row.action,
            objects=row.objects,
            commitment=row.commitment,
            boot=row.boot,
            mono_ms=row.mono_ms,
            wall_us=micros_of(row.wall),
        )
        yield line, row.hash


def _file_faults(connection: Connection, files: Path) -> Iterator[str]:
    for sha256, size in connection.execute(select(blob.c.sha256, blob.c.size)).all():
        path = files / "whole" / sha256[:2] / sha256
        if not path.is_file() or path.stat().st_size != size:
            yield f"file {sha256} is missing"
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                yield f"file {sha256} was changed"
