"""A scope's first load as one file: built beside the server and given in parts.

A snapshot is cut from the feed in one database snapshot with its head, written by the one worker of
this process under a raw key of its own, and takes its name, its SHA-256, when it is whole and on
the disk. One that is up to a tenth behind is given again: the workstation catches up by pages.
"""

import hashlib
import logging
import os
import secrets
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from app.kit.clock import Clock
from app.kit.files import sync_folder
from app.kit.lanes import Lane
from app.kit.logs import event
from app.store.outbox import SCHEMA
from app.store.snapshot import Trailer, write_snapshot
from sync.hub.database import HubDatabase
from sync.hub.pull import Head, heads_of
from sync.hub.tables import snapshot, sync_row
from sync.wire.columns import FeedRow

SNAPSHOT_FROM = 5_000
"""From so many live rows on a scope's first load goes by a snapshot."""
BEHIND_AT_MOST = 0.1
"""The part of a feed a snapshot may be behind and still be given."""
KEPT = timedelta(days=1)
"""How long a snapshot is kept once there is a newer one of its scope."""
ROWS_READ_AT_ONCE = 2_000
_log = logging.getLogger("sealdesk.hub.snapshots")


@dataclass(frozen=True)
class Ready:
    """A snapshot that lies there whole: its name, its size in bytes, its raw key, its trailer."""

    sha256: str
    size: int
    key: bytes
    trailer: Trailer


@dataclass
class SnapshotStore:
    """The snapshots of one hub process, in a folder; ``close`` waits for the one in work."""

    folder: Path
    database: HubDatabase
    clock: Clock
    epoch: str
    _worker: Lane = field(default_factory=lambda: Lane("snapshots"), repr=False)
    _building: dict[str, "Future[Ready]"] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def offer(self, scope: str) -> Ready | None:
        """Give the scope's snapshot; where there is none that will do, have one built."""
        ready = self.database.read(lambda connection: self._newest(connection, scope))
        if ready is None:
            self.prepare(scope)
        return ready

    def prepare(self, scope: str) -> "Future[Ready]":
        """Have a scope's snapshot built by the worker, once however many ask."""
        with self._lock:
            going = self._building.get(scope)
            if going is None or going.done():
                going = self._worker.post(self._build, scope)
                self._building[scope] = going
            return going

    def read(self, scope: str, sha256: str, start: int, end: int | None) -> tuple[bytes, int]:
        """Give bytes of a scope's snapshot, ``end`` left out, and its size.

        Raises FileNotFoundError, also for a snapshot of another scope.
        """
        known = self.database.read(
            lambda c: c.scalar(
                select(snapshot.c.size).where(
                    snapshot.c.scope == scope, snapshot.c.sha256 == sha256
                )
            )
        )
        if known is None:
            raise FileNotFoundError(sha256)
        with self._path(sha256).open("rb") as file:
            file.seek(start)
            content = file.read() if end is None else file.read(max(0, end - start))
        return content, int(known)

    def sweep(self) -> None:
        """Throw away snapshots that were followed by a newer one a day ago, and stray files."""
        old = self.database.write(self._forget_old)
        for sha256 in old:
            self._path(sha256).unlink(missing_ok=True)
        kept = self.database.read(lambda c: set(c.scalars(select(snapshot.c.sha256))))
        for path in self.folder.glob("*.snapshot"):
            if path.stem not in kept and self._is_old(path):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Finish what is being built."""
        self._worker.close()

    def _is_old(self, path: Path) -> bool:
        return path.stat().st_mtime < (self.clock.now() - KEPT).timestamp()

    def _forget_old(self, connection: Connection) -> list[str]:
        rows = connection.execute(
            select(snapshot.c.scope, snapshot.c.sha256, snapshot.c.at).order_by(
                snapshot.c.scope, snapshot.c.at.desc()
            )
        ).all()
        newer: dict[str, bool] = {}
        old: list[str] = []
        for scope, sha256, at in rows:
            if scope in newer and at < self.clock.now() - KEPT:
                old.append(sha256)
            newer[scope] = True
        connection.execute(delete(snapshot).where(snapshot.c.sha256.in_(old)))
        return old

    def _newest(self, connection: Connection, scope: str) -> Ready | None:
        head = heads_of(connection, [scope], self.epoch)[scope]
        row = connection.execute(
            select(snapshot)
            .where(snapshot.c.scope == scope, snapshot.c.epoch == head.epoch)
            .where(snapshot.c.schema == SCHEMA, snapshot.c.head >= head.min_seq)
            .order_by(snapshot.c.head.desc(), snapshot.c.sha256)
            .limit(1)
        ).first()
        if row is None or head.seq - row.head > head.seq * BEHIND_AT_MOST:
            return None
        if not self._path(row.sha256).is_file():
            return None
        trailer = Trailer(row.scope, row.epoch, row.head, row.schema, row.rows, row.digest)
        return Ready(row.sha256, row.size, row.key, trailer)

    def _build(self, scope: str) -> Ready:
        """Build one, unless one that will do was built since it was asked for."""
        try:
            ready = self.database.read(lambda connection: self._newest(connection, scope))
            return ready or self._built(scope)
        except Exception as error:
            event(_log, logging.ERROR, "snapshot_not_built", scope=scope, error=error)
            raise

    def _built(self, scope: str) -> Ready:
        """Write the file under another name, make it durable, then give it its own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{secrets.token_hex(8)}.part"
        key = secrets.token_bytes(32)
        try:
            trailer = self.database.read(lambda c: self._write(c, scope, part, key))
            sha256, size = _made_durable(part)
            part.replace(self._path(sha256))
            sync_folder(self.folder)
        finally:
            for leftover in self.folder.glob(f"{part.name}*"):
                leftover.unlink(missing_ok=True)
        ready = Ready(sha256, size, key, trailer)
        self.database.write(lambda connection: self._note(connection, ready))
        return ready

    def _write(self, connection: Connection, scope: str, path: Path, key: bytes) -> Trailer:
        head = heads_of(connection, [scope], self.epoch)[scope]
        trailer = Trailer(scope, head.epoch, head.seq, SCHEMA, head.live, head.digest)
        # A disk that is full stops the writing half way; a cursor left open would begin again under
        # whoever reads the same scope next.
        with closing(_live_rows(connection, head)) as rows:
            write_snapshot(path, key, trailer, rows)
        return trailer

    def _note(self, connection: Connection, ready: Ready) -> None:
        trailer = ready.trailer
        connection.execute(
            insert(snapshot).values(
                scope=trailer.scope,
                sha256=ready.sha256,
                epoch=trailer.epoch,
                head=trailer.head,
                schema=trailer.schema,
                digest=trailer.digest,
                rows=trailer.rows,
                size=ready.size,
                key=ready.key,
                at=self.clock.now(),
            )
        )

    def _path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.snapshot"


def _live_rows(connection: Connection, head: Head) -> Generator[FeedRow]:
    """Read a scope's live rows as they come, a few thousand in memory at once."""
    asked = (
        select(sync_row.c.kind, sync_row.c.id, sync_row.c.seq, sync_row.c.ver, sync_row.c.body)
        .where(sync_row.c.scope == head.scope, sync_row.c.op == "put")
        .order_by(sync_row.c.seq)
    )
    with connection.execution_options(yield_per=ROWS_READ_AT_ONCE).execute(asked) as found:
        for kind, id, seq, ver, body in found:
            yield FeedRow(kind, id, seq, ver, body)


def _made_durable(path: Path) -> tuple[str, int]:
    """Bring a file to the disk; gives its SHA-256 and its size."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
