"""Fills the encrypted store of the list's bench: ``… tests.benchmarks.list_store FOLDER``."""

import sys
from itertools import islice
from pathlib import Path

import app.schema  # noqa: F401 - the metadata must be whole
from app.kit.clock import SystemClock
from app.store.keyslots import new_slots
from app.store.store import Store
from tests.benchmarks.many_customers import AT_ONCE, COUNT, INSERT, rows


def made_store(folder: Path, count: int) -> None:
    """Make a store with ``count`` customers; its key lies beside it, the rows are made up."""
    slots, key = new_slots()
    store = Store.create(folder / "desk", slots, key, SystemClock())
    made = rows(count)
    with store.desk_work() as session:
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA cache_size=-1048576")
        while some := list(islice(made, AT_ONCE)):
            connection.exec_driver_sql(INSERT, some)
    store.close()
    (folder / "key").write_bytes(key)


if __name__ == "__main__":
    made_store(Path(sys.argv[1]), COUNT)
