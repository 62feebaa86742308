"""``sealdesk backup``: a copy of a workstation's store, proved by opening a restored one."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import app.schema  # noqa: F401 - the metadata must be whole
from app.assembly.upkeep import store_key
from app.audit.queries import check_chain
from app.documents.vault import Vault
from app.kit.clock import Clock
from app.kit.errors.audit import chain_behind
from app.kit.errors.base import BranchError
from app.store.backup import FILES, StoreBackup, back_up_store, restore_store
from app.store.follow import Follower
from app.store.store import Store


@dataclass(frozen=True)
class BackupProved:
    """What a restored copy was found to hold: changes that wait, audit lines, sealed files."""

    waiting: int
    lines: int
    files: int


def back_up_desk(
    folder: Path, target: Path, pipe: int | None, clock: Clock, *, proved: bool
) -> dict[str, Any]:
    """Make the next backup; with ``proved`` open a restored copy of it and look it through."""
    key = store_key(folder, pipe)
    backup = back_up_store(folder, key, target, clock)
    said: dict[str, Any] = {"folder": str(backup.folder), "number": backup.number}
    if proved:
        found = prove(backup, key, clock)
        said |= {"waiting": found.waiting, "lines": found.lines, "files": found.files}
    return said


def prove(backup: StoreBackup, key: bytes, clock: Clock) -> BackupProved:
    """Restore a backup into a scratch folder, open it as a desk does, and look it through.

    Every page and seal is read, the audit chain is followed from its first line, every sealed file
    is opened. Raises BranchError.
    """
    with tempfile.TemporaryDirectory(prefix="sealdesk-drill-", dir=backup.folder.parent) as scratch:
        place = Path(scratch) / "desk"
        restore_store(backup, place)
        Store.check(place, key)
        store = Store.open(place, key, clock)
        try:
            return _looked_through(store)
        finally:
            store.close()


def _looked_through(store: Store) -> BackupProved:
    device = store.noted("device")
    verdict = store.read(check_chain, str(device), [])
    if not verdict.whole:
        raise BranchError(chain_behind(verdict.fault))
    vault = Vault(store.folder / FILES, store.key)
    files = [vault.get(one.sha256) for one in vault.files()]
    return BackupProved(Follower(store).left(), verdict.entries, len(files))
