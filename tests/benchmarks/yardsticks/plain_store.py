"""The yardstick of T11: Python's own SQLite, unencrypted, with the store's pragmas.

A process of its own, because no second SQLite may live beside the product's. Reads one word a line
(open, commit, lookup), answers the seconds it took.
"""

import sqlite3  # noqa: TID251 - the yardstick itself, in a process of its own
import sys
from pathlib import Path

from sqlalchemy import create_engine, event

from tests.benchmarks.store_work import Trial, serve

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)


def connect(path: Path) -> sqlite3.Connection:
    """Open as the store does, without a key."""
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    for pragma in PRAGMAS:
        raw.execute(pragma)
    return raw


def main(folder: Path) -> None:
    """Serve the trial on a plain file."""
    path = folder / "plain.db"
    engine = create_engine("sqlite://", creator=lambda: connect(path), pool_size=1)
    event.listen(engine, "begin", lambda one: one.exec_driver_sql("BEGIN IMMEDIATE"))
    serve(Trial(lambda: connect(path), engine))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
