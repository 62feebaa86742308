"""The work both sides of T11 do: open, durable commits, warm lookups, on the same table."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, Text, insert

ROWS = 20_000
COMMITS = 100
LOOKUPS = 20_000
OPENINGS = 10

TABLES = MetaData()
CUSTOMERS = Table(
    "customers",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", LargeBinary(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
)


class Trial:
    """One side: how it opens a raw connection, and its SQLAlchemy engine."""

    def __init__(self, connect: Callable[[], Any], engine: Engine) -> None:
        self._connect, self._engine = connect, engine
        self._next = ROWS
        with engine.begin() as connection:
            TABLES.create_all(connection)
            connection.execute(insert(CUSTOMERS), [_row(number) for number in range(ROWS)])
        self._reader = connect()

    def open(self) -> float:
        """Open a connection and ask it one question, ten times over; seconds for one."""
        began = time.perf_counter()
        for _ in range(OPENINGS):
            raw = self._connect()
            raw.execute("SELECT name FROM customers WHERE number = 7").fetchone()
            raw.close()
        return (time.perf_counter() - began) / OPENINGS

    def commit(self) -> float:
        """Make 100 durable commits of one row each through SQLAlchemy; seconds for one."""
        began = time.perf_counter()
        for _ in range(COMMITS):
            with self._engine.begin() as connection:
                connection.execute(insert(CUSTOMERS), [_row(self._next)])
            self._next += 1
        return (time.perf_counter() - began) / COMMITS

    def lookup(self) -> float:
        """Look 20,000 rows up by their key on a warm connection; seconds for one."""
        ask = self._reader.execute
        began = time.perf_counter()
        for turn in range(LOOKUPS):
            number = turn * 7919 % ROWS
            ask("SELECT id, name FROM customers WHERE number = ?", (number,)).fetchone()
        return (time.perf_counter() - began) / LOOKUPS


def serve(trial: Trial) -> None:
    """Answer words from standard input until it ends."""
    asks = {"open": trial.open, "commit": trial.commit, "lookup": trial.lookup}
    for line in sys.stdin:
        print(json.dumps(asks[line.strip()]()), flush=True)


def _row(number: int) -> dict[str, object]:
    return {
        "number": number,
        "id": number.to_bytes(16, "big"),
        "name": f"customer {number:06}",
        "note": f"{number:06} " * 12,
    }
