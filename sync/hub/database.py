"""The hub's database: the embedded one on sqlcipher3, or PostgreSQL by its URL.

Writers are ordered by the database: on sqlcipher3 there is one at a time (BEGIN IMMEDIATE); on
PostgreSQL each runs at REPEATABLE READ, and as every write ends in its scope's head row, two
writers of one scope conflict there and the later one runs again on what the first one left, this
time alone, so that a busy scope always goes forward.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, create_engine, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.store.engine import reading_engine, writing_engine
from sync.hub.migrate import bring_up

R = TypeVar("R")
ATTEMPTS = 12
"""How often a transaction that lost a race is run again before the caller is told to come back."""
_RACES = ("40001", "40P01")
"""SQLSTATE of a serialization failure and of a deadlock."""


class HubBusyError(Exception):
    """A transaction lost every race; nothing was written, the same request may come again."""


@dataclass(frozen=True)
class HubDatabase:
    """Where the hub keeps everything: one engine to write with, one to read with."""

    writer: Engine
    reader: Engine

    @classmethod
    def open(cls, url: str, key: bytes) -> "HubDatabase":
        """Open ``sqlcipher:///FILE`` with the 32-byte key, or ``postgresql://…``."""
        if url.startswith("sqlcipher:///"):
            path = Path(url.removeprefix("sqlcipher://"))
            return cls(writing_engine(path, key), reading_engine(path, key, connections=4))
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            isolation_level="REPEATABLE READ",
            pool_size=8,
            max_overflow=8,
        )
        return cls(engine, engine.execution_options(postgresql_readonly=True))

    def bring_up(self) -> None:
        """Bring every table to this version; two processes that start at once wait for each other.

        Raises BranchError E-HUB-NEWER where a newer program wrote the database.
        """
        with (
            self.writer.connect() as connection,
            self._in_line(connection, 1, "migrations"),
            connection.begin(),
        ):
            bring_up(connection)

    def write(self, act: Callable[[Connection], R], *, queue: str = "") -> R:
        """Run a transaction and commit it; run it again where it lost a race.

        On PostgreSQL who lost a race runs alone in the ``queue`` of that name (a scope).
        Raises HubBusyError when it lost ATTEMPTS races, and what ``act`` raises, with nothing
        written.
        """
        for attempt in range(ATTEMPTS):
            try:
                with (
                    self.writer.connect() as connection,
                    self._in_line(connection, attempt, queue),
                    connection.begin(),
                ):
                    return act(connection)
            except DBAPIError as error:
                if not lost_race(error):
                    raise
                _wait_a_little(attempt)
        raise HubBusyError(f"lost {ATTEMPTS} races")

    @contextmanager
    def _in_line(self, connection: Connection, attempt: int, queue: str) -> Iterator[None]:
        """Hold a queue's lock round a transaction: shared at first, alone after a lost race.

        Whoever lost once therefore runs with nobody beside it and cannot lose again. The lock
        belongs to the session: one taken inside the transaction would come after its snapshot.
        """
        if not queue or connection.dialect.name != "postgresql":
            yield
            return
        number = int.from_bytes(hashlib.sha256(queue.encode()).digest()[:8], "big", signed=True)
        take, give = (
            (func.pg_advisory_lock, func.pg_advisory_unlock)
            if attempt
            else (func.pg_advisory_lock_shared, func.pg_advisory_unlock_shared)
        )
        _say_alone(connection, select(take(number)))
        try:
            yield
        finally:
            _say_alone(connection, select(give(number)))

    def read(self, query: Callable[[Connection], R]) -> R:
        """Run a query in one snapshot."""
        with self.reader.connect() as connection:
            return query(connection)

    def close(self) -> None:
        """Give all connections back."""
        self.reader.dispose()
        self.writer.dispose()


def _say_alone(connection: Connection, statement: Select[tuple[Any]]) -> None:
    """Run one statement in a transaction of its own."""
    with connection.begin():
        connection.execute(statement)


def lost_race(error: DBAPIError) -> bool:
    """Tell a race from a fault: a key of a row that another writer made first is a race too."""
    if getattr(error.orig, "sqlstate", None) in _RACES:
        return True
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    return isinstance(error, IntegrityError) and named.startswith("pk_")


def _wait_a_little(attempt: int) -> None:
    """Wait a random part of 2 ms doubled per attempt, so that racers do not meet again."""
    threading.Event().wait(secrets.randbelow(1000) / 1e6 * 2 ** min(attempt, 7))
