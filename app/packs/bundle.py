"""Verifies a bundle: the client's workflow of the TUF specification (1.0, section 5).

Root by root from the one we trust, then timestamp, snapshot, targets, and one delegated role per
kind of pack. Written on python-tuf's metadata classes and not on its updater, because expiry is
judged by the Clock handed in (the desk's time floor), never by the machine's own idea of now.

A bundle holds ``metadata/N.root.json``, ``metadata/<role>.json`` and ``targets/<kind>/<id>.json``,
and is published whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.kit.errors.base import BranchError, Problem
from app.kit.errors.packs import (
    bundle_bytes_changed,
    bundle_expired,
    bundle_incomplete,
    bundle_mixed,
    bundle_rolled_back,
    bundle_root_wrong,
    bundle_signature_wrong,
    bundle_too_large,
    pack_kind_wrong,
)
from app.packs.header import KINDS, LATER_KINDS
from app.packs.sources import PackSource
from app.packs.tuf_names import (
    DeserializationError,
    LengthOrHashMismatchError,
    Metadata,
    MetaFile,
    Root,
    S,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
    UnsignedMetadataError,
)

METADATA_LIMIT = 512 * 1024
TARGET_LIMIT = 4 * 1024 * 1024
BUNDLE_LIMIT = 32 * 1024 * 1024
ROTATION_LIMIT = 64
"""Bytes, and roots in one go: whoever sends more is not head office."""

LEAST_SIGNERS: Mapping[str, int] = {
    "root": 3,
    **dict.fromkeys(("timestamp", "snapshot", "targets", *KINDS), 2),
}
"""How many must sign for each role (architecture.md, Keys)."""


@dataclass(frozen=True)
class Bundle:
    """A bundle whose metadata is verified, each file with the bytes that were signed."""

    root: Root
    timestamp: Timestamp
    snapshot: Snapshot
    targets: Targets
    roles: Mapping[str, Targets]
    files: Mapping[str, bytes]
    """Metadata by name, ``metadata/…``."""

    @property
    def root_name(self) -> str:
        """Name the newest root."""
        return f"metadata/{self.root.version}.root.json"

    @property
    def packs(self) -> Mapping[str, tuple[str, TargetFile]]:
        """Name every pack with the role that signed it."""
        return {
            path: (role, target)
            for role, signed in self.roles.items()
            for path, target in signed.targets.items()
        }


def verify_bundle(
    source: PackSource, trusted_root: bytes, *, held: Bundle | None = None, now: datetime | None
) -> Bundle:
    """Verify all metadata of a bundle.

    ``held`` is the bundle in use: nothing older is taken. Without ``now`` expiry is not judged,
    which is for data that was verified when it came and is only read again. Raises BranchError
    E-PACK-ROOT, -SIGNATURE, -BYTES, -MISSING, -LARGE, -ROLLBACK, -MIXED, -EXPIRED or -KIND.
    """
    return _Walk(source, now).walk(trusted_root, held)


def read_target(bundle: Bundle, source: PackSource, path: str) -> bytes:
    """Read a pack's bytes and hold them against what was signed; the path must be in the bundle."""
    _, target = bundle.packs[path]
    name = f"targets/{path}"
    if target.length > TARGET_LIMIT:
        raise BranchError(bundle_too_large(name))
    content = source.read(name, TARGET_LIMIT)
    if content is None:
        raise BranchError(bundle_incomplete(name))
    try:
        target.verify_length_and_hashes(content)
    except LengthOrHashMismatchError as changed:
        raise BranchError(bundle_bytes_changed(name)) from changed
    return content


class _Walk:
    """One verification: the files read so far and the time it is judged by."""

    def __init__(self, source: PackSource, now: datetime | None) -> None:
        self._source, self._now = source, now
        self._files: dict[str, bytes] = {}

    def walk(self, trusted_root: bytes, held: Bundle | None) -> Bundle:
        root = self._roots(trusted_root)
        floor = held if held and _same_keepers(held.root, root) else None
        timestamp = self._timestamp(root, floor)
        snapshot = self._snapshot(root, timestamp, floor)
        targets = self._targets(root, snapshot)
        roles = {
            kind: self._delegated(kind, targets, snapshot)
            for kind in KINDS
            if kind not in LATER_KINDS or _has_role(targets, kind)
        }
        bundle = Bundle(root, timestamp, snapshot, targets, roles, self._files)
        if sum(target.length for _, target in bundle.packs.values()) > BUNDLE_LIMIT:
            raise BranchError(bundle_too_large("targets"))
        return bundle

    def _roots(self, trusted_root: bytes) -> Root:
        """Follow the chain of roots, each signed by the one before and by itself (5.3)."""
        first = _parsed(Root, trusted_root, "root")
        root = first.signed
        _signed_by(root, "root", first, bundle_root_wrong())
        self._files[f"metadata/{root.version}.root.json"] = trusted_root
        for _ in range(ROTATION_LIMIT):
            content = self._source.read(f"metadata/{root.version + 1}.root.json", METADATA_LIMIT)
            if content is None:
                break
            root = self._next_root(root, content)
        else:
            raise BranchError(bundle_too_large("metadata/root.json"))
        _enough_signers(root)
        self._not_expired("root", root)
        return root

    def _next_root(self, root: Root, content: bytes) -> Root:
        following = _parsed(Root, content, "root")
        _signed_by(root, "root", following)
        _signed_by(following.signed, "root", following)
        if following.signed.version != root.version + 1:
            raise BranchError(bundle_mixed("root"))
        self._files[f"metadata/{following.signed.version}.root.json"] = content
        return following.signed

    def _timestamp(self, root: Root, floor: Bundle | None) -> Timestamp:
        timestamp = self._role(Timestamp, "timestamp", root, None)
        if floor is not None:
            held = floor.timestamp
            if (timestamp.version, timestamp.snapshot_meta.version) < (
                held.version,
                held.snapshot_meta.version,
            ):
                raise BranchError(bundle_rolled_back("timestamp"))
            if timestamp.snapshot_meta.version < held.snapshot_meta.version:
                raise BranchError(bundle_rolled_back("snapshot"))
        self._not_expired("timestamp", timestamp)
        return timestamp

    def _snapshot(self, root: Root, timestamp: Timestamp, floor: Bundle | None) -> Snapshot:
        snapshot = self._role(Snapshot, "snapshot", root, timestamp.snapshot_meta)
        if floor is not None:
            for name, meta in floor.snapshot.meta.items():
                now = snapshot.meta.get(name)
                if now is None or now.version < meta.version:
                    raise BranchError(bundle_rolled_back(name.removesuffix(".json")))
        self._not_expired("snapshot", snapshot)
        return snapshot

    def _targets(self, root: Root, snapshot: Snapshot) -> Targets:
        targets = self._role(Targets, "targets", root, _listed(snapshot, "targets"))
        if targets.targets:
            raise BranchError(pack_kind_wrong(next(iter(targets.targets))))
        self._not_expired("targets", targets)
        return targets

    def _delegated(self, kind: str, targets: Targets, snapshot: Snapshot) -> Targets:
        """Read one kind's role: it may name packs of its own kind only."""
        delegations = targets.delegations
        role = delegations.roles.get(kind) if delegations and delegations.roles else None
        if role is None:
            raise BranchError(bundle_incomplete(f"metadata/{kind}.json"))
        if role.threshold < LEAST_SIGNERS[kind]:
            raise BranchError(bundle_signature_wrong(kind))
        signed = self._role(Targets, kind, targets, _listed(snapshot, kind))
        for path in signed.targets:
            if not role.is_delegated_path(path) or not path.startswith(f"{kind}/"):
                raise BranchError(pack_kind_wrong(path))
        self._not_expired(kind, signed)
        return signed

    def _role(self, kind: type[S], role: str, keeper: Root | Targets, meta: MetaFile | None) -> S:
        """Read one role's file: the bytes its keeper listed, signed by whom its keeper named."""
        name = f"metadata/{role}.json"
        content = self._source.read(name, METADATA_LIMIT)
        if content is None:
            raise BranchError(bundle_incomplete(name))
        if meta is not None:
            _as_listed(meta, content, role)
        metadata = _parsed(kind, content, role)
        _signed_by(keeper, role, metadata)
        if meta is not None and metadata.signed.version != meta.version:
            raise BranchError(bundle_mixed(role))
        self._files[name] = content
        return metadata.signed

    def _not_expired(self, role: str, signed: Signed) -> None:
        if self._now is not None and signed.is_expired(self._now):
            raise BranchError(bundle_expired(role, signed.expires.date()))


def _has_role(targets: Targets, kind: str) -> bool:
    """Say whether the signed targets know a kind; nobody can take that out unseen."""
    delegations = targets.delegations
    return bool(delegations and delegations.roles and kind in delegations.roles)


def _parsed(kind: type[S], content: bytes, role: str) -> Metadata[S]:
    try:
        metadata = Metadata[S].from_bytes(content)
    except DeserializationError as unreadable:
        raise BranchError(bundle_bytes_changed(f"metadata/{role}.json")) from unreadable
    if not isinstance(metadata.signed, kind):
        raise BranchError(bundle_bytes_changed(f"metadata/{role}.json"))
    return metadata


def _signed_by(
    keeper: Root | Targets, role: str, metadata: Metadata[S], problem: Problem | None = None
) -> None:
    try:
        keeper.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (UnsignedMetadataError, ValueError) as unsigned:
        raise BranchError(problem or bundle_signature_wrong(role)) from unsigned


def _enough_signers(root: Root) -> None:
    """Refuse a root that lets fewer people sign than the house has decided."""
    for name, role in root.roles.items():
        if role.threshold < LEAST_SIGNERS.get(name, 1):
            raise BranchError(bundle_signature_wrong(name))


def _listed(snapshot: Snapshot, role: str) -> MetaFile:
    meta = snapshot.meta.get(f"{role}.json")
    if meta is None:
        raise BranchError(bundle_incomplete(f"metadata/{role}.json"))
    return meta


def _as_listed(meta: MetaFile, content: bytes, role: str) -> None:
    try:
        meta.verify_length_and_hashes(content)
    except LengthOrHashMismatchError as other:
        raise BranchError(bundle_mixed(role)) from other


def _same_keepers(held: Root, root: Root) -> bool:
    """Say whether timestamp and snapshot still have their keys.

    After a theft these keys are changed and the versions begin anew (TUF 5.3.11).
    """
    return all(held.roles[n].keyids == root.roles[n].keyids for n in ("timestamp", "snapshot"))
