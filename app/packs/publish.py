"""Head office's side: makes the keys, signs the packs, and writes the bundle desks verify.

``python -m app.packs.publish --out resources/packs`` makes the bundle that ships with the program:
it is signed once, with keys that are thrown away, and prints the SHA-256 of its root.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from app.kit.errors.base import BranchError, BugError
from app.kit.errors.packs import pack_version_wrong
from app.packs.bundle import LEAST_SIGNERS
from app.packs.divisions import GBT2260
from app.packs.form_needs import NEEDS
from app.packs.handbook import HANDBOOK
from app.packs.header import KINDS, PackOrigin, pack_path, read_pack
from app.packs.resources import resource_bytes
from app.packs.trust import AUTHORITY, read_contents
from app.packs.tuf_names import (
    CryptoSigner,
    DelegatedRole,
    Delegations,
    JSONSerializer,
    Key,
    Metadata,
    MetaFile,
    Root,
    S,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from app.packs.work_calendar import WORK_CALENDAR

KEYS_MADE: Mapping[str, int] = {role: 5 if role == "root" else 3 for role in LEAST_SIGNERS}
"""Keys per role: root 3 of 5, the others 2 of 3."""

SHIPPED_SOURCES = (
    "tariffs/T2026.1.json",
    f"rules/{AUTHORITY}.json",
    f"rules/{WORK_CALENDAR}.json",
    "rules/delegation-790115.json",
    *(f"forms/{form}.json" for form in (*NEEDS, f"{HANDBOOK}GPA1")),
    f"divisions/{GBT2260}.json",
)
"""What the program ships, by its name in `resources/`."""
KIND_OF_FOLDER = {"tariffs": "tariff", "rules": "rules", "forms": "forms", "divisions": "divisions"}


@dataclass(frozen=True)
class PackKey:
    """One person's key for one role."""

    private: Ed25519PrivateKey

    @property
    def signer(self) -> CryptoSigner:
        """The key as python-tuf takes it."""
        return CryptoSigner(self.private)

    @property
    def public(self) -> Key:
        """The public half, with its id."""
        return self.signer.public_key


@dataclass(frozen=True)
class PackKeys:
    """The keys of head office, by role."""

    by_role: Mapping[str, tuple[PackKey, ...]]

    def public(self, role: str) -> tuple[Key, ...]:
        """Give the public keys of a role."""
        return tuple(key.public for key in self.by_role[role])


def make_keys() -> PackKeys:
    """Make fresh Ed25519 keys for every role."""
    return PackKeys(
        {
            role: tuple(PackKey(Ed25519PrivateKey.generate()) for _ in range(count))
            for role, count in KEYS_MADE.items()
        }
    )


def write_keys(keys: PackKeys, folder: Path, passphrase: bytes) -> None:
    """Write every key as its own encrypted PKCS#8 PEM (``<role>-<n>.pem``, mode 0600).

    One file per key, so that each can be carried to the person who keeps it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = BestAvailableEncryption(passphrase)
    for role, members in keys.by_role.items():
        for number, key in enumerate(members, 1):
            pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
            descriptor = os.open(
                folder / f"{role}-{number}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
            )
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)


def read_keys(folder: Path, passphrase: bytes) -> PackKeys:
    """Read the keys `write_keys` wrote; raises ValueError for a wrong passphrase."""
    by_role = {}
    for role, count in KEYS_MADE.items():
        paths = [folder / f"{role}-{number}.pem" for number in range(1, count + 1)]
        by_role[role] = tuple(_read_key(path, passphrase) for path in paths)
    return PackKeys(by_role)


def shipped_sources() -> dict[str, bytes]:
    """Read the packs that ship with the program, unsigned, by the name they are signed under."""
    packs = {}
    for name in SHIPPED_SOURCES:
        content = resource_bytes(name)
        folder, file = name.split("/", 1)
        packs[pack_path(KIND_OF_FOLDER[folder], file.removesuffix(".json"))] = content
    return packs


def publish(
    packs: Mapping[str, bytes],
    keys: PackKeys,
    expires: datetime,
    previous: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Sign packs (bytes by ``<kind>/<id>.json``) into a bundle (files by name).

    ``previous`` is the bundle before: every version rises above it, and a changed pack must have
    raised its own. ``expires`` is aware, in UTC. Raises BranchError as `read_pack`, E-PACK-CONTENT
    and E-PACK-VERSION: nothing wrong is ever signed.
    """
    before = previous or {}
    _check_packs(packs, before)
    files = {name: content for name, content in before.items() if name.endswith(".root.json")}
    if not files:
        files["metadata/1.root.json"] = _sign(_root(keys, expires, 1), [keys.by_role["root"]])
    roles = {kind: _role(kind, packs, expires, before) for kind in KINDS}
    for kind, signed in roles.items():
        files[_metadata(kind)] = _sign(signed, [keys.by_role[kind]])
    targets = _targets(keys, expires, before)
    files[_metadata("targets")] = _sign(targets, [keys.by_role["targets"]])
    snapshot = _snapshot(files, {**roles, "targets": targets}, expires, before)
    files[_metadata("snapshot")] = _sign(snapshot, [keys.by_role["snapshot"]])
    timestamp = _timestamp(files, snapshot, expires, before)
    files[_metadata("timestamp")] = _sign(timestamp, [keys.by_role["timestamp"]])
    return files | {f"targets/{path}": content for path, content in packs.items()}


def rotate_root(
    previous: Mapping[str, bytes], old: PackKeys, new: PackKeys, expires: datetime
) -> dict[str, bytes]:
    """Add the next root, signed by the old keepers and by the new; publish with ``new`` after it.

    Roles whose key changed begin their versions anew at the desks only where timestamp or snapshot
    changed (TUF 5.3.11); `publish` counts on in any case.
    """
    version = 1 + max(_root_versions(previous))
    root = _root(new, expires, version)
    signed = _sign(root, [old.by_role["root"], new.by_role["root"]])
    return {**previous, f"metadata/{version}.root.json": signed}


def first_root(bundle: Mapping[str, bytes]) -> bytes:
    """Give the root a desk is enrolled with."""
    return bundle[f"metadata/{min(_root_versions(bundle))}.root.json"]


def write_bundle(bundle: Mapping[str, bytes], folder: Path) -> None:
    """Write a bundle as a folder; whoever carries it takes the whole folder."""
    for name, content in bundle.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _check_packs(packs: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    read_contents(read_pack(content, path, _kind_of(path)) for path, content in packs.items())
    for path, content in packs.items():
        origin = _origin(path, content)
        former = before.get(f"targets/{path}")
        if former is None or former == content:
            continue
        if origin.version <= _origin(path, former).version:
            raise BranchError(pack_version_wrong(path))


def _origin(path: str, content: bytes) -> PackOrigin:
    return read_pack(content, path, _kind_of(path))[0]


def _kind_of(path: str) -> str:
    return path.split("/", 1)[0]


def _root(keys: PackKeys, expires: datetime, version: int) -> Root:
    root = Root(version=version, expires=expires, consistent_snapshot=False)
    for role in ("root", "timestamp", "snapshot", "targets"):
        for key in keys.public(role):
            root.add_key(key, role)
        root.roles[role].threshold = LEAST_SIGNERS[role]
    return root


def _role(
    kind: str, packs: Mapping[str, bytes], expires: datetime, before: Mapping[str, bytes]
) -> Targets:
    own = {p: c for p, c in packs.items() if p.startswith(f"{kind}/")}
    targets = {path: TargetFile.from_data(path, content) for path, content in own.items()}
    return Targets(version=_next(before, kind), expires=expires, targets=targets)


def _targets(keys: PackKeys, expires: datetime, before: Mapping[str, bytes]) -> Targets:
    members = {kind: keys.public(kind) for kind in KINDS}
    delegations = Delegations(
        keys={key.keyid: key for public in members.values() for key in public},
        roles={
            kind: DelegatedRole(
                name=kind,
                keyids=[key.keyid for key in public],
                threshold=LEAST_SIGNERS[kind],
                terminating=True,
                paths=[f"{kind}/*"],
            )
            for kind, public in members.items()
        },
    )
    return Targets(version=_next(before, "targets"), expires=expires, delegations=delegations)


def _snapshot(
    files: Mapping[str, bytes],
    roles: Mapping[str, Signed],
    expires: datetime,
    before: Mapping[str, bytes],
) -> Snapshot:
    meta = {f"{role}.json": _meta(files, role, signed) for role, signed in roles.items()}
    return Snapshot(version=_next(before, "snapshot"), expires=expires, meta=meta)


def _timestamp(
    files: Mapping[str, bytes], snapshot: Snapshot, expires: datetime, before: Mapping[str, bytes]
) -> Timestamp:
    return Timestamp(
        version=_next(before, "timestamp"),
        expires=expires,
        snapshot_meta=_meta(files, "snapshot", snapshot),
    )


def _meta(files: Mapping[str, bytes], role: str, signed: Signed) -> MetaFile:
    content = files[_metadata(role)]
    hashes = {"sha256": hashlib.sha256(content).hexdigest()}
    return MetaFile(version=signed.version, length=len(content), hashes=hashes)


def _sign(signed: S, keepers: Iterable[tuple[PackKey, ...]]) -> bytes:
    """Sign with as many keys of each group as the role asks for, and not more."""
    metadata = Metadata(signed)
    for members in keepers:
        for key in members[: _needed(members)]:
            metadata.sign(key.signer, append=True)
    return metadata.to_bytes(JSONSerializer(compact=False))


def _needed(members: tuple[PackKey, ...]) -> int:
    """Three of the five root keys, two of any other three."""
    return 3 if len(members) == KEYS_MADE["root"] else 2


def _next(before: Mapping[str, bytes], role: str) -> int:
    content = before.get(_metadata(role))
    return 1 if content is None else Metadata.from_bytes(content).signed.version + 1


def _metadata(role: str) -> str:
    return f"metadata/{role}.json"


def _root_versions(bundle: Mapping[str, bytes]) -> list[int]:
    names = [Path(name).name for name in bundle if name.endswith(".root.json")]
    return [int(name.split(".", 1)[0]) for name in names]


def _read_key(path: Path, passphrase: bytes) -> PackKey:
    private = load_pem_private_key(path.read_bytes(), passphrase)
    if not isinstance(private, Ed25519PrivateKey):
        raise BugError(f"{path.name} holds another kind of key")
    return PackKey(private)


def main(arguments: list[str] | None = None) -> int:
    """Make the shipped bundle and say its root's SHA-256."""
    parser = argparse.ArgumentParser(prog="python -m app.packs.publish", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle, made new")
    parser.add_argument("--expires", default="2031-12-31", help="last day as an update")
    options = parser.parse_args(arguments)
    if (options.out / "metadata").exists():
        parser.error(f"{options.out} holds a bundle already")
    expires = datetime.fromisoformat(options.expires).replace(tzinfo=UTC)
    bundle = publish(shipped_sources(), make_keys(), expires)
    write_bundle(bundle, options.out)
    sys.stdout.write(f"{hashlib.sha256(first_root(bundle)).hexdigest()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
