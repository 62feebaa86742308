"""Whether the file is whole: when every page is read, and what is said when one is not.

SQLCipher checks each page's seal as it is read, so damage is never taken for a record; what nobody
reads is looked for:

* after an unclean stop, and once in CHECK_DAYS, every page and every seal before the store opens;
* at every other start every page, beside the work, on a lane of its own (seconds at a million
  customers); found damage stops all writing, and the next start reads everything first;
* whenever a person asks (``sealdesk doctor``), every page and every seal.
"""

import logging
from pathlib import Path
from threading import Event, Lock
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine

from app.kit.clock import Clock
from app.kit.errors.base import BranchError, Problem
from app.kit.errors.store import store_damaged, store_write_failed
from app.kit.logs import event
from app.store.engine import connect

CHECK_DAYS = 7
_DISK_SAYS = ("full", "I/O", "readonly", "unable to open", "unable to close")
_log = logging.getLogger("sealdesk.store")


def problem_of(error: BaseException | None) -> Problem | None:
    """Say what a database error means to a person; None where it is our bug."""
    text = str(error)
    if isinstance(error, sqlcipher.OperationalError) and any(mark in text for mark in _DISK_SAYS):
        return store_write_failed(text)
    if isinstance(error, sqlcipher.DatabaseError) and (
        "malformed" in text or "not a database" in text
    ):
        return store_damaged(text)
    return None


def check_at_start(path: Path, key: bytes, clock: Clock) -> None:
    """Read every page where that is due before anything else; raises BranchError.

    From here on the stop counts as unclean, until `mark_clean`.
    """
    raw = connect(path, key)
    try:
        now = int(clock.now().timestamp())
        row = raw.execute("SELECT value FROM desk WHERE key='seal_check'").fetchone()
        clean = raw.execute("SELECT value FROM desk WHERE key='clean'").fetchone()
        due = row is None or abs(now - int(row[0])) > CHECK_DAYS * 86400
        if due or clean is None or clean[0] != "true":
            _refuse_damage(raw)
            _put_fact(raw, "seal_check", str(now))
        _put_fact(raw, "clean", "false")
    except sqlcipher.DatabaseError as error:
        raise BranchError(problem_of(error) or store_damaged(str(error))) from error
    finally:
        raw.close()


def check_every_page(path: Path, key: bytes) -> None:
    """Read every page and every seal of a store nobody has open; raises E-STORE-DAMAGED."""
    raw = connect(path, key)
    try:
        _refuse_damage(raw)
    except sqlcipher.DatabaseError as error:
        raise BranchError(problem_of(error) or store_damaged(str(error))) from error
    finally:
        raw.close()


class PageWatch:
    """Reads every page of an open store once, beside the work; ``damage`` is what it found."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._raw: Any = None
        self._closing = Lock()
        self._stopped = Event()
        self.damage: Problem | None = None

    def look(self) -> None:
        """Read the pages in one snapshot; ends early when told to stop."""
        if self._stopped.is_set():
            return
        self._raw = connect(self._path, self._key)
        try:
            self._raw.execute("PRAGMA query_only=ON")
            found = self._raw.execute("PRAGMA quick_check").fetchall()
            if found != [("ok",)]:
                self._found(store_damaged(str(found[0][0])))
        except sqlcipher.DatabaseError as error:
            problem = problem_of(error)
            if not self._stopped.is_set() and problem is not None:
                self._found(problem)
        finally:
            with self._closing:
                self._raw.close()
                self._raw = None

    def stop(self) -> None:
        """End the reading: the store closes."""
        self._stopped.set()
        with self._closing:
            if self._raw is not None:
                self._raw.interrupt()

    def _found(self, problem: Problem) -> None:
        self.damage = problem
        event(_log, logging.ERROR, "store_damaged", code=problem.code)


def mark_clean(engine: Engine) -> None:
    """Note that everything was written and fold the WAL into the file."""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO desk(key, value) VALUES ('clean', 'true')"
            " ON CONFLICT(key) DO UPDATE SET value=excluded.value"
        )
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def _refuse_damage(raw: Any) -> None:
    quick = raw.execute("PRAGMA quick_check").fetchall()
    if quick != [("ok",)]:
        raise BranchError(store_damaged(str(quick[0][0])))
    broken = raw.execute("PRAGMA cipher_integrity_check").fetchall()
    if broken:
        raise BranchError(store_damaged(str(broken[0][0])))


def _put_fact(raw: Any, key: str, value: str) -> None:
    raw.execute(
        "INSERT INTO desk(key, value) VALUES (?, ?)"
        " ON CONFLICT(key) DO UPDATE SET value=excluded.value",
        (key, value),
    )
