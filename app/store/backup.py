"""Copies of a workstation's store, made while it may be open; old ones give way by rule.

A backup is a folder ``desk-000042-20260302``: its number, which orders them, and the day (UTC) it
was made. It holds the encrypted database as of one moment, under the same data key, and the key
slots as they are, sealed. Sealed files, which never change, lie once for all backups in ``files``
beside them. A folder gets its name when everything in it is on the disk.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.store import store_write_failed
from app.kit.files import sync_folder
from app.store.engine import connect
from app.store.store import DATABASE, KEYS
from app.store.whole import check_every_page, problem_of

NEWEST = 24
DAYS = 7
"""The newest backups are kept, and the newest of each of the last days there are any of."""
FILES = "files"
_NAME = re.compile(r"desk-(\d{6})-(\d{8})", re.ASCII)


@dataclass(frozen=True)
class StoreBackup:
    """One backup there is: its folder, its number, its day as YYYYMMDD."""

    folder: Path
    number: int
    day: str


def back_up_store(folder: Path, key: bytes, target: Path, clock: Clock) -> StoreBackup:
    """Make the next backup of a store in ``target`` and let old ones go.

    The copy's every page and seal is read before it counts. Raises BranchError E-STORE-WRITE and
    E-STORE-DAMAGED; a backup that fails leaves what was there as it was.
    """
    there = backups(target)
    number = there[-1].number + 1 if there else 1
    made = target / f"desk-{number:06d}-{clock.now():%Y%m%d}"
    part = target / f"{made.name}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        _copy_files(folder / FILES, target / FILES)
        shutil.copyfile(folder / KEYS, part / KEYS)
        _copy_database(folder / DATABASE, part / DATABASE, key)
        _made_durable(part / KEYS)
        part.replace(made)
        sync_folder(target)
    except OSError as error:
        raise BranchError(store_write_failed(str(error.strerror))) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    done = StoreBackup(made, number, made.name[-8:])
    for old in given_up([*there, done]):
        shutil.rmtree(old.folder)
    return done


def backups(target: Path) -> list[StoreBackup]:
    """List the whole backups in a folder, the oldest first."""
    found = [
        StoreBackup(path, int(named[1]), named[2])
        for path in target.glob("desk-*")
        if (named := _NAME.fullmatch(path.name))
    ]
    return sorted(found, key=lambda one: one.number)


def given_up(there: list[StoreBackup]) -> list[StoreBackup]:
    """Say which backups give way: neither among the newest, nor the newest of a kept day."""
    newest_of_day = {one.day: one for one in there}
    days = sorted(newest_of_day.values(), key=lambda one: one.number)[-DAYS:]
    return [one for one in there[:-NEWEST] if one not in days]


def restore_store(backup: StoreBackup, folder: Path) -> None:
    """Put a backup into a new folder, to be opened there; raises FileExistsError."""
    folder.mkdir(parents=True, mode=0o700)
    for name in (KEYS, DATABASE):
        shutil.copyfile(backup.folder / name, folder / name)
        _made_durable(folder / name)
    _copy_files(backup.folder.parent / FILES, folder / FILES)
    sync_folder(folder)


def _copy_database(path: Path, copy: Path, key: bytes) -> None:
    """Copy every committed row, fold the copy into its one file, read each page of it."""
    try:
        raw = connect(path, key)
        try:
            raw.execute("VACUUM INTO ?", (str(copy),))
        finally:
            raw.close()
        check_every_page(copy, key)
        raw = connect(copy, key)
        try:
            raw.execute("PRAGMA journal_mode=DELETE")
        finally:
            raw.close()
    except sqlcipher.DatabaseError as error:
        raise BranchError(problem_of(error) or store_write_failed(str(error))) from error
    _made_durable(copy)


def _copy_files(source: Path, target: Path) -> None:
    """Copy the sealed files that are not there yet; each has its name for good."""
    for path in sorted(source.glob("??/*.sealed")):
        place = target / path.parent.name / path.name
        if place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = place.with_suffix(".part")
        shutil.copyfile(path, part)
        _made_durable(part)
        part.replace(place)


def _made_durable(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
