"""Our side of T9 and T10: the encrypted store with its search, in a process of its own."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.customers.records import Customer
from app.customers.search import customers_found
from app.kit.clock import SystemClock
from app.store.search.asking import find, index_building
from app.store.store import Store
from tests.benchmarks.many_customers import SCOPE, key_of, store_folder
from tests.benchmarks.search_work import serve, timed

TYPED = {
    "two signs": "\u5efa\u56fd",
    "three signs": "\u738b\u5efa\u56fd",
    "three signs, no hit": "\u738b\u9f98\u9f98",
    "initials": "wjg",
    "pinyin": "wangjia",
}
"""What is typed, by the name of its figure."""
STRUCTURES = ("search_text", "search_word", "search_shelf", "search_build")
TAILS = ("ix_customer_id_tail", "ix_customer_mobile_tail")
"""Indexes of the customers' table that only search uses: they count as search."""


def main(folder: Path) -> None:
    """Open the filled store and serve."""
    store = Store.open(store_folder(folder), key_of(folder), SystemClock())
    assert store.read(index_building) is None
    # A store that opens reads every page of its file once, on a lane of its own, for a minute.
    store.checker.post(lambda: None).result()
    answers = {name: partial(_found, store, typed) for name, typed in TYPED.items()}
    answers["last four"] = partial(_by_tail, store)
    answers["whole search"] = partial(_whole, store, TYPED["two signs"])
    answers["search bytes"] = partial(_bytes, store, [*STRUCTURES], [*TAILS])
    answers["base bytes"] = partial(_base_bytes, store)
    serve(answers)
    store.close()


def _found(store: Store, typed: str) -> float:
    def ask(session: Session) -> float:
        return timed(lambda: find(session, Customer, SCOPE, typed, limit=50))

    return store.read(ask)


def _by_tail(store: Store) -> float:
    def ask(session: Session) -> float:
        return timed(lambda: customers_found(session, SCOPE, "0042", limit=50))

    return store.read(ask)


def _whole(store: Store, typed: str) -> float:
    """Time all the customers' search does for two signs: by beginning, by sign, by contact."""

    def ask(session: Session) -> float:
        return timed(lambda: customers_found(session, SCOPE, typed, limit=50))

    return store.read(ask)


def _bytes(store: Store, tables: list[str], indexes: list[str]) -> float:
    """Drop them in a transaction, see how many pages came free, and take it back."""
    connection = store.write_engine.connect()
    raw: Any = connection.connection.driver_connection
    try:
        (size,) = raw.execute("PRAGMA page_size").fetchone()
        (before,) = raw.execute("PRAGMA freelist_count").fetchone()
        raw.execute("BEGIN IMMEDIATE")
        for index in indexes:
            raw.execute(f"DROP INDEX {index}")
        for table in tables:
            raw.execute(f"DROP TABLE {table}")
        (after,) = raw.execute("PRAGMA freelist_count").fetchone()
        raw.execute("ROLLBACK")
        return float((after - before) * int(size))
    finally:
        connection.close()


def _base_bytes(store: Store) -> float:
    return _bytes(store, ["customer"], []) - _bytes(store, [], [*TAILS])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
