"""Files by hash, in parts (sync.md 6.7): no locks, an offset compared and swapped.

Each workstation sends into a part of its own; the file becomes visible when its SHA-256 is right,
and only to workstations that follow a scope with a row that names it.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from app.kit.clock import Clock
from app.kit.files import sync_folder
from sync.hub.database import HubDatabase
from sync.hub.tables import blob, blob_part, blob_ref

MAX_FILE = 512 * 1024 * 1024
"""Bytes of one file at most."""

UNFINISHED = timedelta(days=7)
"""How long a file that is not whole is kept after its last part."""


class OffsetError(Exception):
    """A part does not begin where the last one ended; ``received`` bytes are here."""

    def __init__(self, received: int) -> None:
        super().__init__(str(received))
        self.received = received


class WrongHashError(Exception):
    """The file is whole and its hash is another; all of it was thrown away."""


@dataclass(frozen=True)
class Standing:
    """How much of a file is here; ``whole`` means verified and visible."""

    received: int
    whole: bool


@dataclass(frozen=True)
class BlobStore:
    """The hub's files, in a folder: ``whole/`` by hash, ``parts/`` by hash and workstation."""

    folder: Path
    database: HubDatabase
    clock: Clock

    def standing(self, device: str, sha256: str) -> Standing:
        """Say how much of a file a workstation has sent."""
        return self.database.read(lambda connection: _standing(connection, device, sha256))

    def take_part(self, device: str, sha256: str, start: int, total: int, part: bytes) -> Standing:
        """Append a part; raises OffsetError, or WrongHashError at the end."""
        now = self.standing(device, sha256)
        if now.whole:
            return now
        if now.received != start or start + len(part) > total or total > MAX_FILE:
            raise OffsetError(now.received)
        path = self._part(device, sha256)
        _write_at(path, start, part)
        end = start + len(part)
        if not self.database.write(lambda c: self._swap(c, device, sha256, start, end, total)):
            raise OffsetError(self.standing(device, sha256).received)
        if end < total:
            return Standing(end, whole=False)
        return self._finish(device, sha256, path, total)

    def read(self, sha256: str, start: int, end: int | None) -> bytes:
        """Give bytes of a whole file, ``end`` left out; raises FileNotFoundError."""
        with self._whole(sha256).open("rb") as file:
            file.seek(start)
            return file.read() if end is None else file.read(max(0, end - start))

    def size(self, sha256: str) -> int:
        """Give the size of a whole file in bytes; raises FileNotFoundError."""
        return self._whole(sha256).stat().st_size

    def put(self, content: bytes) -> str:
        """Put a file of head office's own in; gives its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._part("head-office", sha256)
        path.unlink(missing_ok=True)
        _write_at(path, 0, content)
        self._finish("head-office", sha256, path, len(content))
        return sha256

    def sweep(self) -> None:
        """Throw away files that nobody has added to for seven days."""
        before = self.clock.now() - UNFINISHED

        def act(connection: Connection) -> list[tuple[str, str]]:
            old = blob_part.c.at < before
            found = connection.execute(select(blob_part.c.sha256, blob_part.c.device).where(old))
            rows = [(sha256, device) for sha256, device in found]
            connection.execute(delete(blob_part).where(old))
            return rows

        for sha256, device in self.database.write(act):
            self._part(device, sha256).unlink(missing_ok=True)

    def _swap(
        self, connection: Connection, device: str, sha256: str, start: int, end: int, total: int
    ) -> bool:
        where = blob_part.c.sha256 == sha256, blob_part.c.device == device
        values = {"received": end, "total": total, "at": self.clock.now()}
        if connection.scalar(select(blob_part.c.received).where(*where)) is None:
            if start:
                return False
            connection.execute(insert(blob_part).values(sha256=sha256, device=device, **values))
            return True
        swapped = connection.execute(
            update(blob_part).where(*where, blob_part.c.received == start).values(**values)
        )
        return swapped.rowcount == 1

    def _finish(self, device: str, sha256: str, path: Path, total: int) -> Standing:
        """Make a file visible if it is what its name says."""
        with path.open("rb") as file:
            right = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        if right:
            target = self._whole(sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            sync_folder(target.parent)
        else:
            path.unlink(missing_ok=True)
        self.database.write(lambda c: self._note_end(c, device, sha256, total, right=right))
        if not right:
            raise WrongHashError(sha256)
        return Standing(total, whole=True)

    def _note_end(
        self, connection: Connection, device: str, sha256: str, total: int, *, right: bool
    ) -> None:
        connection.execute(
            delete(blob_part).where(blob_part.c.sha256 == sha256, blob_part.c.device == device)
        )
        if right and connection.scalar(select(blob.c.size).where(blob.c.sha256 == sha256)) is None:
            connection.execute(insert(blob).values(sha256=sha256, size=total, at=self.clock.now()))

    def _whole(self, sha256: str) -> Path:
        return self.folder / "whole" / sha256[:2] / sha256

    def _part(self, device: str, sha256: str) -> Path:
        folder = self.folder / "parts"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{sha256}.{device}"


def may_see(connection: Connection, scopes: list[str], sha256: str) -> bool:
    """Say whether a row of these scopes names a file."""
    found = connection.scalar(
        select(blob_ref.c.sha256)
        .where(blob_ref.c.scope.in_(scopes), blob_ref.c.sha256 == sha256)
        .limit(1)
    )
    return found is not None


def _standing(connection: Connection, device: str, sha256: str) -> Standing:
    size = connection.scalar(select(blob.c.size).where(blob.c.sha256 == sha256))
    if size is not None:
        return Standing(size, whole=True)
    received = connection.scalar(
        select(blob_part.c.received).where(
            blob_part.c.sha256 == sha256, blob_part.c.device == device
        )
    )
    return Standing(received or 0, whole=False)


def _write_at(path: Path, start: int, part: bytes) -> None:
    """Write a part at its place and make it durable; what lay beyond was never counted."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.truncate(start)
        file.seek(start)
        file.write(part)
        file.flush()
        os.fsync(file.fileno())
