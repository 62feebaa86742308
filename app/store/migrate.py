"""Bringing a store to this version, on a copy that is verified and swapped in.

Two Alembic histories: the shared tables (the hub runs the same one) and the desk's own. The file's
``user_version`` says which pair of heads it has, so a newer file is refused before it is read.
"""

from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import SQLAlchemyError

from app.kit.errors.base import BranchError
from app.kit.errors.store import migration_failed, store_newer
from app.kit.files import sync_folder
from app.store.engine import connect, writing_engine

STORE_VERSION = 6
"""Counted up with each new revision of either history; a file that says more is newer."""


def bring_up(path: Path, key: bytes) -> None:
    """Make the store at ``path`` current: new, as it is, or through a verified copy.

    Raises BranchError E-STORE-NEWER for a file of a newer program and E-STORE-MIGRATION where the
    copy failed; the file at ``path`` is then untouched.
    """
    if not path.exists():
        _upgrade_file(path, key)
        return
    raw = connect(path, key)
    try:
        found = int(raw.execute("PRAGMA user_version").fetchone()[0])
    finally:
        raw.close()
    if found > STORE_VERSION:
        raise BranchError(store_newer(found, STORE_VERSION))
    if found < STORE_VERSION:
        _upgrade_copy(path, key)


def _upgrade_file(path: Path, key: bytes) -> None:
    """Build or upgrade the file in one transaction; the version is part of it."""
    from app.store.histories import HISTORIES, upgrade

    engine = writing_engine(path, key)
    try:
        with engine.begin() as connection:
            for history in HISTORIES:
                upgrade(connection, history)
            connection.exec_driver_sql(f"PRAGMA user_version={STORE_VERSION}")
    finally:
        engine.dispose()


def _upgrade_copy(path: Path, key: bytes) -> None:
    from alembic.util.exc import CommandError

    copy = path.with_suffix(".migrating")
    try:
        _remove(copy)
        _copy_whole(path, copy, key)
        _upgrade_file(copy, key)
        _verify(copy, key)
    except (sqlcipher.Error, SQLAlchemyError, CommandError, OSError, ValueError) as error:
        _remove(copy)
        raise BranchError(migration_failed(str(error))) from error
    backup = path.with_suffix(".before-migration")
    backup.unlink(missing_ok=True)
    backup.hardlink_to(path)
    copy.replace(path)
    sync_folder(path.parent)


def _copy_whole(path: Path, copy: Path, key: bytes) -> None:
    """Copy every committed row; raises ValueError where the file still needs its WAL after it.

    The copy takes the file's place, so nothing may be left in a WAL that would be read with it.
    """
    raw = connect(path, key)
    try:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("VACUUM INTO ?", (str(copy),))
    finally:
        raw.close()
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size:
        raise ValueError("the store's WAL could not be folded in")


def _remove(copy: Path) -> None:
    """Remove a copy with its WAL: a stale WAL would be played into the next copy."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        copy.with_name(f"{copy.name}{suffix}").unlink(missing_ok=True)


def _verify(path: Path, key: bytes) -> None:
    raw = connect(path, key)
    try:
        whole = raw.execute("PRAGMA integrity_check").fetchall()
        loose = raw.execute("PRAGMA foreign_key_check").fetchall()
        sealed = raw.execute("PRAGMA cipher_integrity_check").fetchall()
    finally:
        raw.close()
    if whole != [("ok",)] or loose or sealed:
        raise ValueError(f"the copy is not whole: {whole} {loose} {sealed}")
