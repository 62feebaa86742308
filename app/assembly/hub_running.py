"""What those who run head office's hub tell it to do, each in one call (``sealdesk hub …``)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import app.schema  # noqa: F401 - the metadata must be whole
from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.hub import proof_missing
from app.store.types import micros_of
from sync.hub import operators
from sync.hub.audit_log import AuditLog, HeadKey
from sync.hub.backup import Drilled, back_up, drill, inspect, restore
from sync.hub.founding import Connection
from sync.hub.keys import public_keys
from sync.hub.openapi import openapi_json
from sync.hub.server import HubSettings, open_database
from sync.wire.body import decode
from sync.wire.faults import WireError
from sync.wire.schemas import readable
from sync.wire.tree_log import KeptProof, key_of, proof_holds

R = TypeVar("R")


@dataclass(frozen=True)
class Answer:
    """What a command came to: for a program, for a person, and whether it is good."""

    plain: dict[str, Any]
    words: str
    good: bool = True


def openapi() -> Answer:
    """Give the OpenAPI document of the hub's addresses."""
    said = openapi_json().decode()
    return Answer({"openapi": said}, said)


def devices(settings: HubSettings) -> Answer:
    """List the workstations and what they may follow."""
    lines = _with_database(settings, lambda c: operators.stations(c), reading=True)
    plain = [
        asdict(line)
        | {
            "enrolled_at": micros_of(line.enrolled_at),
            "seen_at": None if line.seen_at is None else micros_of(line.seen_at),
        }
        for line in lines
    ]
    words = "\n".join(
        f"{line.device}  {line.state:8}  {line.pushed:8}  {line.name}  "
        f"{', '.join(line.writes)} ({', '.join(line.reads)})"
        for line in lines
    )
    return Answer({"devices": plain}, words)


def grant(settings: HubSettings, device: str, scope: str, *, read_only: bool) -> Answer:
    """Let a workstation follow one more scope."""
    _with_database(settings, lambda c: operators.grant(c, device, scope, read_only=read_only))
    return Answer({"granted": scope, "device": device, "read_only": read_only}, scope)


def revoke(
    settings: HubSettings,
    device: str,
    clock: Clock,
    *,
    scope: str = "",
    keep: bool = False,
    wipe: bool = False,
    days: int = 7,
) -> Answer:
    """Take a scope from a workstation, or the workstation itself out of use."""

    def act(connection: Connection) -> None:
        if scope:
            operators.take_scope(connection, device, scope, days, clock, keep=keep)
        else:
            operators.take_workstation(connection, device, days, clock, wipe=wipe)

    _with_database(settings, act)
    return Answer({"revoked": scope or device, "keep": keep, "wipe": wipe, "days": days}, device)


def backup(settings: HubSettings, target: Path, clock: Clock) -> Answer:
    """Write a backup into a new folder."""
    manifest = back_up(settings, target, clock)
    plain = {"folder": str(target), "size": manifest.size, "sha256": manifest.sha256}
    return Answer(plain | {"counts": manifest.counts}, f"{target} {manifest.sha256}")


def restore_backup(source: Path, settings: HubSettings) -> Answer:
    """Put a backup into a new place; the hub there has a new epoch."""
    epoch = restore(source, settings)
    return Answer({"folder": str(settings.folder), "epoch": epoch}, epoch)


def drill_backup(source: Path, settings: HubSettings) -> Answer:
    """Restore a backup into a scratch place, look it through, and tell."""
    drilled = drill(source, settings)
    return Answer(_told(drilled), _words(drilled), drilled.good)


def examine(settings: HubSettings) -> Answer:
    """Look the hub's own data through from end to end."""
    database = open_database(settings)
    try:
        found = inspect(database, settings)
    finally:
        database.close()
    return Answer(asdict(found) | {"holds": found.holds}, "\n".join(found.faults), found.holds)


def prove(settings: HubSettings, chain: str, n: int, target: Path, clock: Clock) -> Answer:
    """Write the proof that an audit chain's head stands in the log, to be checked anywhere."""
    receipt, public = settings.keys.receipt_key(), public_keys(settings.keys)
    database = open_database(settings)
    try:
        log = AuditLog(database, HeadKey(public.receipt_id, receipt.sign), clock)
        proof = log.prove(chain, n)
    except LookupError as error:
        raise BranchError(proof_missing(f"{chain} {n}")) from error
    finally:
        database.close()
    target.write_bytes(readable(KeptProof(proof, public.receipt)))
    return Answer({"file": str(target), "key": public.receipt}, f"{target} {public.receipt}")


def check_proof(file: Path, key: str) -> Answer:
    """Check a kept proof with nothing but head office's public key in base64."""
    try:
        kept = decode(KeptProof, file.read_bytes())
    except WireError as error:
        raise BranchError(proof_missing(file.name)) from error
    holds = proof_holds(kept.proof, key_of(key))
    leaf, head = kept.proof.leaf, kept.proof.head
    plain = {"holds": holds, "chain": leaf.chain, "n": leaf.n, "hash": leaf.hash, "log": head.size}
    return Answer(plain, f"{leaf.chain} {leaf.n} {leaf.hash}" if holds else "-", holds)


def _with_database(
    settings: HubSettings, act: Callable[[Connection], R], *, reading: bool = False
) -> R:
    database = open_database(settings)
    try:
        return database.read(act) if reading else database.write(act)
    finally:
        database.close()


def _told(drilled: Drilled) -> dict[str, Any]:
    said = asdict(drilled.inspected) | {"differing": drilled.differing, "good": drilled.good}
    return said | {"of": drilled.manifest.at, "counts": drilled.manifest.counts}


def _words(drilled: Drilled) -> str:
    found = drilled.inspected
    lines = [
        f"{found.scopes} scopes, {found.rows} rows, {found.chains} chains, {found.files} files"
    ]
    return "\n".join([*lines, *found.faults, *drilled.differing])
