"""Bringing a snapshot of a scope here: in parts, resumed, whole or not at all.

What has come lies under another name until its SHA-256 is that of the signed offer and it is on the
disk; only then it gets its own. A file that turns out to be another one is thrown away.
"""

import hashlib
import os
from pathlib import Path
from typing import Protocol

from app.kit.errors.sync import hub_untrusted
from app.kit.files import sync_folder
from sync.client.faults import HubError, HubFault
from sync.wire.messages import SnapReply

PART = 4 * 1024 * 1024
"""Bytes of one part."""


class SnapshotLine(Protocol):
    """A line that carries snapshots, as sync.client.HubLink is one; raises HubError."""

    def snapshot(self, scope: str) -> SnapReply:
        """Ask for a scope's snapshot."""
        ...

    def snapshot_bytes(self, scope: str, sha256: str, start: int, size: int) -> bytes:
        """Get a stretch of it."""
        ...


def fetch_snapshot(line: SnapshotLine, offer: SnapReply, folder: Path) -> Path:
    """Bring a ready snapshot here, from where the last try ended; gives its path.

    Raises HubError: what came stays for the next try, except for a file that is not the one
    offered (WRONG_HASH).
    """
    folder.mkdir(exist_ok=True)
    whole, part = folder / f"{offer.sha256}.whole", folder / f"{offer.sha256}.part"
    clear_out(folder, keep=(whole, part))
    if whole.exists():
        return whole
    with part.open("ab") as file:
        while (have := file.tell()) < offer.size:
            wanted = min(PART, offer.size - have)
            got = line.snapshot_bytes(offer.scope, offer.sha256, have, wanted)
            if not 0 < len(got) <= wanted:
                raise HubError(HubFault.UNTRUSTED, hub_untrusted("SNAPSHOT"))
            file.write(got)
        file.flush()
        os.fsync(file.fileno())
    _check(part, offer)
    part.replace(whole)
    sync_folder(folder)
    return whole


def clear_out(folder: Path, keep: tuple[Path, ...] = ()) -> None:
    """Remove snapshots that were merged or are another's."""
    for path in folder.glob("*"):
        if path not in keep:
            path.unlink(missing_ok=True)


def _check(part: Path, offer: SnapReply) -> None:
    with part.open("rb") as file:
        right = hashlib.file_digest(file, "sha256").hexdigest() == offer.sha256
    if not right or part.stat().st_size != offer.size:
        part.unlink(missing_ok=True)
        raise HubError(HubFault.WRONG_HASH, hub_untrusted("SNAPSHOT"))
