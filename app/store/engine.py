"""Opening the encrypted database: one writing connection, two reading ones (sqlcipher3 only).

WAL, ``synchronous=FULL``: a commit that returned is on the disk. A raw key costs no key derivation
per connection. No other SQLite may ever touch the file (security-and-reliability.md, finding 1).
"""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.kit.errors.base import BranchError
from app.kit.errors.store import store_key_wrong, store_not_encrypted

OLDEST_SQLITE = (3, 51, 3)
"""Before it, two connections that write and checkpoint at once can corrupt the file."""

WAL_PAGES = 8_000
"""Pages (31 MiB) the log takes before it is folded in: what many batches write is folded once."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
    f"PRAGMA wal_autocheckpoint={WAL_PAGES}",
)


def connect(path: Path, key: bytes) -> Any:
    """Open one keyed connection in autocommit mode.

    Raises BranchError E-STORE-KEY for a wrong key, E-STORE-CIPHER where the library has no cipher
    (SQLite ignores a key it does not understand, and would write in the clear).
    """
    if len(key) != 32:
        raise ValueError("the data key has 32 bytes")
    raw = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        raw.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        if raw.execute("PRAGMA cipher_version").fetchone() is None:
            raise BranchError(store_not_encrypted())
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS:
            raw.execute(pragma)
    except sqlcipher.DatabaseError as error:
        raw.close()
        if "not a database" in str(error):
            raise BranchError(store_key_wrong(path.name)) from error
        raise
    except BranchError:
        raw.close()
        raise
    return raw


def writing_engine(path: Path, key: bytes) -> Engine:
    """Make the engine of the one writer: every transaction takes the write lock at its start."""
    return _engine(path, key, connections=1, begin="BEGIN IMMEDIATE")


def reading_engine(path: Path, key: bytes, connections: int = 4) -> Engine:
    """Make the engine of the readers: they see one snapshot and cannot write.

    Two reader lanes, the desk's lane and a list's window may read at once: none waits for a report.
    """
    engine = _engine(path, key, connections=connections, begin="BEGIN")

    def read_only(raw: Any, _record: object) -> None:
        raw.execute("PRAGMA query_only=ON")

    event.listen(engine, "connect", read_only)
    return engine


def _engine(path: Path, key: bytes, *, connections: int, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: connect(path, key),
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        # Whoever reads next gets the connection that read last, with its pages.
        pool_use_lifo=True,
    )

    def start(connection: Any) -> None:
        # Asked of the driver itself: every reading begins with it.
        connection.connection.driver_connection.execute(begin)

    event.listen(engine, "begin", start)
    return engine
