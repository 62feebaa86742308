"""What must be true before the store is opened; each refusal is said in words.

SQLite new enough, a local disk, one program, room to write, a clock that is not behind itself.
"""

import os
import shutil
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from filelock import FileLock, Timeout

from app.kit.errors.base import BranchError
from app.kit.errors.store import (
    store_disk_full,
    store_in_use,
    store_not_local,
    store_sqlite_old,
)
from app.store.engine import OLDEST_SQLITE

RESERVE_BYTES = 200 * 1024 * 1024
"""Below this much free room a desk does not start: a half-written day is worse than a late one."""

REMOTE_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "sshfs", "davfs", "ncpfs"}
)
CLOUD_MARKS = ("onedrive", "dropbox", "google drive", "icloud", "nutstore")


def check_sqlite() -> None:
    """Refuse a bundled SQLite that can corrupt a WAL (E-STORE-SQLITE)."""
    if sqlcipher.sqlite_version_info < OLDEST_SQLITE:
        raise BranchError(store_sqlite_old(sqlcipher.sqlite_version))


def check_folder(folder: Path, *, reserve: int = RESERVE_BYTES, mounts: str | None = None) -> None:
    """Refuse a network or cloud folder (E-STORE-NOT-LOCAL) and a full disk (E-STORE-FULL)."""
    kind = remote_kind(folder, mounts)
    if kind:
        raise BranchError(store_not_local(kind))
    free = shutil.disk_usage(folder).free
    if free < reserve:
        raise BranchError(store_disk_full(free // (1024 * 1024)))


def remote_kind(folder: Path, mounts: str | None = None) -> str:
    """Say what makes a folder unfit for a store, or "" for a local disk.

    ``mounts`` is the text of ``/proc/mounts``; by default the system's own.
    """
    lowered = [part.lower() for part in folder.resolve().parts]
    for mark in CLOUD_MARKS:
        if any(part.startswith(mark) for part in lowered):
            return mark
    if folder.drive.startswith("\\\\"):
        return "network share"
    kind = _file_system(folder.resolve(), _mounts() if mounts is None else mounts)
    return kind if kind in REMOTE_FILE_SYSTEMS or kind.startswith("fuse.") else ""


def _mounts() -> str:
    listing = Path("/proc/mounts")
    return listing.read_text() if os.name == "posix" and listing.exists() else ""


def _file_system(folder: Path, mounts: str) -> str:
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        inside = folder == Path(point) or Path(point) in folder.parents
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


LOCK = "desk.lock"


class OneProgram:
    """The lock that lets one program have the store; the system frees it when the program dies."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / LOCK)

    def take(self) -> None:
        """Take the lock; raises BranchError E-STORE-IN-USE where another program has it."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise BranchError(store_in_use()) from error

    def free(self) -> None:
        """Let the lock go."""
        self._lock.release()
