"""The yardstick of T9: a plain SQLite table with the same rows, searched by LIKE '%x%'."""

import sqlite3  # noqa: TID251 - the yardstick itself, in a process of its own
import sys
from functools import partial
from itertools import islice
from pathlib import Path

from tests.benchmarks.many_customers import AT_ONCE, COLUMNS, COUNT, INSERT, rows
from tests.benchmarks.search_work import serve, timed

NO_HIT = "%\u738b\u9f98\u9f98%"
TURNS = 3


def main(folder: Path) -> None:
    """Fill the file, or take the one that is there, and serve."""
    path = folder / "plain-search.db"
    filled = path.exists()
    plain = sqlite3.connect(path)
    if not filled:
        fill(plain)
    plain.execute("PRAGMA cache_size=-1048576")
    serve({"like": partial(timed, partial(_scan, plain), TURNS)})


def fill(plain: sqlite3.Connection) -> None:
    """Make the table with the name indexed, as a list would have it."""
    plain.execute(f"CREATE TABLE customer ({', '.join(COLUMNS)}, PRIMARY KEY (scope, id))")
    made = rows(COUNT)
    while some := list(islice(made, AT_ONCE)):
        plain.executemany(INSERT, some)
    plain.execute("CREATE INDEX ix_name ON customer (search_name)")
    plain.commit()


def _scan(plain: sqlite3.Connection) -> list[tuple[str, str]]:
    return plain.execute(
        "SELECT id, name FROM customer WHERE name LIKE ? LIMIT 50", (NO_HIT,)
    ).fetchall()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
