"""Fills the plain file of the list's yardstick: ``… plain_customers FOLDER``, with the same rows.

A process of its own: Python's SQLite may not live beside the product's. Of the table's indexes it
has the one the list goes by.
"""

import sqlite3  # noqa: TID251 - the yardstick itself, in a process of its own
import sys
from itertools import islice
from pathlib import Path

from tests.benchmarks.many_customers import AT_ONCE, COLUMNS, COUNT, INSERT, plain_file, rows

NUMBERS = frozenset({"_seq", "_ver", "_pend", "checked", "headcount"})


def main(folder: Path) -> None:
    """Write the file."""
    raw = sqlite3.connect(plain_file(folder))
    columns = [f"{name} {'BIGINT' if name in NUMBERS else 'TEXT'}" for name in COLUMNS]
    raw.execute(f"CREATE TABLE customer ({', '.join(columns)}, PRIMARY KEY (scope, id))")
    made = rows(COUNT)
    while some := list(islice(made, AT_ONCE)):
        raw.executemany(INSERT, some)
    raw.execute("CREATE INDEX ix_customer_name ON customer (scope, search_name, id)")
    raw.commit()
    raw.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
