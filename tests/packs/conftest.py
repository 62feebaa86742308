"""Bundles for the tests of packs: real keys, real signatures, real files."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from tuf.api.metadata import Metadata, Snapshot, TargetFile, Timestamp

from app.kit.clock import FixedClock
from app.packs.publish import PackKeys, make_keys, publish, shipped_sources

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EXPIRES = NOW + timedelta(days=30)
TARIFF, AUTHORITY = "tariff/T2026.1.json", "rules/authority.json"

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def keys() -> PackKeys:
    """Head office's keys."""
    return make_keys()


@pytest.fixture(scope="session")
def first(keys: PackKeys) -> Files:
    """The first bundle head office published."""
    return publish(shipped_sources(), keys, EXPIRES)


@pytest.fixture
def clock() -> FixedClock:
    """A morning on which the first bundle is fresh."""
    return FixedClock(NOW)


def edited(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Change the JSON of a pack."""
    tree = json.loads(content)
    change(tree)
    return json.dumps(tree, ensure_ascii=False).encode()


def raised(tree: Any) -> None:
    """Raise a pack's version."""
    tree["header"]["version"] += 1


@dataclass(frozen=True)
class Forger:
    """Somebody who holds all keys and breaks the rules of publishing."""

    keys: PackKeys

    def resign(
        self, bundle: Files, role: str, change: Callable[[Any], object], signers: int = 2
    ) -> Files:
        """Change one role's metadata, sign it again, and list it in snapshot and timestamp."""
        files = dict(bundle)
        self._rewrite(files, role, change, signers)
        if role not in ("snapshot", "timestamp", "root"):
            self._rewrite(files, "snapshot", lambda s: _list(s, role, files), 2)
        if role not in ("timestamp", "root"):
            self._rewrite(files, "timestamp", lambda s: _list_snapshot(s, files), 2)
        return files

    def swap_target(self, bundle: Files, path: str, content: bytes) -> Files:
        """Put another pack under a name, signed, whatever its version says."""
        kind = path.split("/", 1)[0]
        target = TargetFile.from_data(path, content)
        files = self.resign(bundle, kind, lambda s: s.targets.update({path: target}))
        return files | {f"targets/{path}": content}

    def _rewrite(
        self, files: Files, role: str, change: Callable[[Any], object], signers: int
    ) -> None:
        name = f"metadata/{role}.json"
        metadata = Metadata.from_bytes(files[name])
        metadata.signed.version += 1
        change(metadata.signed)
        metadata.signatures.clear()
        for key in self.keys.by_role[role][:signers]:
            metadata.sign(key.signer, append=True)
        files[name] = metadata.to_bytes()


@pytest.fixture(scope="session")
def forger(keys: PackKeys) -> Forger:
    """Head office gone wrong."""
    return Forger(keys)


def _list(snapshot: Snapshot, role: str, files: Files) -> None:
    _note(snapshot.meta[f"{role}.json"], files[f"metadata/{role}.json"])


def _list_snapshot(timestamp: Timestamp, files: Files) -> None:
    _note(timestamp.snapshot_meta, files["metadata/snapshot.json"])


def _note(meta: Any, content: bytes) -> None:
    meta.version = Metadata.from_bytes(content).signed.version
    meta.length, meta.hashes = len(content), {"sha256": sha256(content).hexdigest()}
