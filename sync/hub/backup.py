"""Backup, restore and drill of a hub; a backup counts only when a restored copy was looked through.

A backup is a folder: the database (``hub.db``, the encrypted file copied in one piece, or
``hub.dump``, made by pg_dump in the snapshot the counts are taken in), the files by their hash, and
``backup.json``, written last: without it a folder is no backup. The keys are never in it. A dump is
not encrypted: where it lies must be. A restored hub gets a new epoch, so that every desk sends
again what the backup may lack.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy import inspect as tables
from sqlalchemy.engine import make_url

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.hub import backup_broken, backup_there, restore_into_full, tool_failed
from app.kit.files import atomic_write, sync_folder
from app.store.engine import connect
from app.store.types import micros_of
from sync.hub.database import HubDatabase
from sync.hub.inspection import Inspected, counts_of, heads_of_all, inspect_hub
from sync.hub.keys import public_keys
from sync.hub.server import DATABASE, FILES, HubSettings, open_database
from sync.hub.service import new_epoch
from sync.wire.body import decode
from sync.wire.faults import WireError
from sync.wire.messages import Message
from sync.wire.schemas import readable

MANIFEST = "backup.json"
DUMP = "hub.dump"
SERVERS = Path("/usr/lib/postgresql")
"""Where Debian keeps PostgreSQL's programs, a folder for each version."""


class Manifest(Message, frozen=True):
    """What a backup holds, as it must be found again; ``at`` in microseconds since 1970."""

    at: int
    database: str
    sha256: str
    size: int
    counts: dict[str, int]
    heads: dict[str, str]


@dataclass(frozen=True)
class Drilled:
    """What a drill came to; ``differing`` are tables whose rows are not those of the backup."""

    manifest: Manifest
    inspected: Inspected
    differing: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the restored copy holds, and is what was backed up."""
        return self.inspected.holds and not self.differing


def back_up(settings: HubSettings, target: Path, clock: Clock) -> Manifest:
    """Write a backup into a new folder while the hub may go on serving.

    Raises BranchError E-HUB-BACKUP-THERE and E-HUB-TOOL; a backup that fails leaves no folder.
    """
    if target.exists():
        raise BranchError(backup_there(str(target)))
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    part.mkdir(parents=True, mode=0o700)
    try:
        manifest = _copy_database(settings, part, clock)
        _copy_files(settings.folder / FILES, part / FILES)
        atomic_write(part / MANIFEST, readable(manifest))
        part.replace(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def restore(source: Path, settings: HubSettings) -> str:
    """Put a backup into a folder with the keys and no data, or an empty database.

    Gives the new epoch. Raises BranchError E-HUB-BACKUP-BROKEN, E-HUB-RESTORE-FULL, E-HUB-TOOL.
    """
    manifest = read_manifest(source)
    copy = source / manifest.database
    if (settings.folder / FILES / "whole").exists():
        raise BranchError(restore_into_full(str(settings.folder)))
    if manifest.database == DUMP:
        _load_dump(copy, settings)
    else:
        _place_file(copy, settings.folder / DATABASE)
    _copy_files(source / FILES, settings.folder / FILES)
    database = open_database(settings)
    try:
        return database.write(new_epoch)
    finally:
        database.close()


def read_manifest(source: Path) -> Manifest:
    """Read a backup's manifest and check its database's hash; raises E-HUB-BACKUP-BROKEN."""
    try:
        manifest = decode(Manifest, (source / MANIFEST).read_bytes())
        sha256, _ = _hashed(source / manifest.database)
    except (FileNotFoundError, WireError) as error:
        raise BranchError(backup_broken(type(error).__name__)) from error
    if manifest.database not in (DATABASE, DUMP) or sha256 != manifest.sha256:
        raise BranchError(backup_broken("SHA-256"))
    return manifest


def drill(source: Path, settings: HubSettings) -> Drilled:
    """Restore a backup into a scratch place, look it through, throw it away.

    The place is a temporary folder; for a dump a new database beside the hub's, dropped at the end.
    """
    manifest = read_manifest(source)
    with _scratch(settings, dump=manifest.database == DUMP) as place:
        restore(source, place)
        database = open_database(place)
        try:
            counts = database.read(counts_of)
            inspected = inspect(database, place)
        finally:
            database.close()
    differing = sorted(name for name, n in manifest.counts.items() if counts.get(name) != n)
    return Drilled(manifest, inspected, tuple(differing))


def inspect(database: HubDatabase, settings: HubSettings) -> Inspected:
    """Look a hub through with the keys of its folder."""
    public = public_keys(settings.keys)
    key = settings.keys.receipt_key().public_key()
    keys: dict[str, Ed25519PublicKey] = {public.receipt_id: key}
    files = settings.folder / FILES
    return database.read(lambda connection: inspect_hub(connection, files, keys))


def _copy_database(settings: HubSettings, target: Path, clock: Clock) -> Manifest:
    if settings.database:
        name, (counts, heads) = DUMP, _dump(settings.database, target / DUMP)
    else:
        name, (counts, heads) = DATABASE, _copy_embedded(settings, target / DATABASE)
    sha256, size = _hashed(target / name)
    return Manifest(micros_of(clock.now()), name, sha256, size, counts, heads)


Found = tuple[dict[str, int], dict[str, str]]


def _copy_embedded(settings: HubSettings, copy: Path) -> Found:
    """Copy every committed row into one file under the same key, and count in the copy."""
    key = settings.keys.database_key()
    raw = connect(settings.folder / DATABASE, key)
    try:
        raw.execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()
    _made_durable(copy)
    counted = HubDatabase.open(f"sqlcipher:///{copy.resolve()}", key)
    try:
        return counted.read(_counted)
    finally:
        counted.close()
        # Whoever counted switched the copy to a WAL of its own; it goes back into the one file.
        _folded_in(copy, key)


def _folded_in(path: Path, key: bytes) -> None:
    raw = connect(path, key)
    try:
        raw.execute("PRAGMA journal_mode=DELETE")
    finally:
        raw.close()
    _made_durable(path)


def _dump(url: str, target: Path) -> Found:
    """Dump a PostgreSQL in one snapshot, and count in the same."""
    engine = create_engine(_driven(url), isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            _tool(url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
            _made_durable(target)
            return _counted(connection)
    finally:
        engine.dispose()


def _counted(connection: Connection) -> Found:
    return counts_of(connection), heads_of_all(connection)


def _load_dump(dump: Path, settings: HubSettings) -> None:
    if not settings.database:
        raise BranchError(backup_broken(f"{DUMP}: --database"))
    engine = create_engine(_driven(settings.database))
    try:
        with engine.connect() as connection:
            if tables(connection).get_table_names():
                raise BranchError(restore_into_full(_shown(settings.database)))
    finally:
        engine.dispose()
    _tool(
        settings.database,
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        str(dump),
    )


def _place_file(copy: Path, target: Path) -> None:
    if target.exists():
        raise BranchError(restore_into_full(str(target)))
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(copy, part)
    _made_durable(part)
    part.replace(target)
    sync_folder(target.parent)


def _copy_files(source: Path, target: Path) -> None:
    """Copy the files that are whole; each keeps its name, its hash."""
    (target / "whole").mkdir(parents=True, exist_ok=True)
    for path in sorted((source / "whole").glob("*/*")):
        place = target / "whole" / path.parent.name / path.name
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, place)
        _made_durable(place)


@contextmanager
def _scratch(settings: HubSettings, *, dump: bool) -> Iterator[HubSettings]:
    """Give a place for a drill, with the hub's keys; nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="sealdesk-drill-") as folder:
        shutil.copytree(settings.keys.folder, Path(folder) / settings.keys.folder.name)
        place = replace(settings, folder=Path(folder), database="")
        if not dump:
            yield place
            return
        url = make_url(settings.database)
        name = f"sealdesk_drill_{secrets.token_hex(6)}"
        engine = create_engine(_driven(settings.database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
            there = url.set(database=name).render_as_string(hide_password=False)
            try:
                yield replace(place, database=there)
            finally:
                with engine.connect() as connection:
                    connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        finally:
            engine.dispose()


def _tool(url: str, program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, not by its words."""
    parts = make_url(url)
    plain = URL.create(
        "postgresql", parts.username, None, parts.host, parts.port, parts.database, parts.query
    )
    around = {**os.environ, "PGPASSWORD": str(parts.password or "")}
    done = subprocess.run(
        [_found(program), f"--dbname={plain.render_as_string()}", *words],
        env=around,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BranchError(tool_failed(program, done.stderr.strip()[-300:]))


def _found(program: str) -> str:
    """Find a program, on the path or where Debian keeps it, the newest version first."""
    newest = sorted(SERVERS.glob("*/bin"), key=lambda path: -float(path.parent.name))
    places: Sequence[str] = [*map(str, newest), os.environ.get("PATH", "")]
    found = shutil.which(program, path=os.pathsep.join(places))
    if found is None:
        raise BranchError(tool_failed(program, "not installed"))
    return found


def _driven(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def _hashed(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _made_durable(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
