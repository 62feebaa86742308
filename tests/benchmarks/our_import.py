"""Both sides of T12 and T14, in one process of their own: ``… tests.benchmarks.our_import DIR``."""

import gc
import hashlib
import hmac
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import app.schema  # noqa: F401 - the metadata must be whole
from app.assembly.workstation import Workstation
from app.kit.clock import SystemClock
from app.kit.listing import Unhurried
from app.kit.pinyin import shipped_pinyin
from app.store.engine import connect
from app.store.follow import Follower
from app.store.keyslots import KeySlots
from app.store.search.words import entries, plans
from app.store.snapshot import Trailer, write_snapshot
from app.store.store import DATABASE, KEYS, Store
from sync.wire.columns import FeedRow
from sync.wire.digest import digest_text, hash64
from tests.benchmarks.list_store import CLERK
from tests.benchmarks.list_work import serve
from tests.benchmarks.many_customers import COLUMNS, SCOPE, lists, rows, store_folder
from tests.faults.drill import PASSPHRASE, found_site
from ui.customers.presenter_importing import ImportPresenter

LISTED, PULLED = 20_000, 100_000
BATCH = 1_000
SNAP_KEY = bytes(range(32))
EPOCH = "bench"
WRITTEN = ("customer", "customer_event", "base_row", "outbox", "outbox_touch", "audit_line",
           "search_shelf", "search_word")  # fmt: skip
"""The tables customers are written into; the text index is added, it cannot be read back."""
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Bare:
    """What a side of ours wrote: an INSERT for each table, and its rows in the order written."""

    rows: Mapping[str, Sequence[tuple[Any, ...]]]

    def write(self, raw: Any, batches: int) -> float:
        """Write it all in so many commits; gives the seconds."""
        began = time.perf_counter()
        for turn in range(batches):
            raw.execute("BEGIN IMMEDIATE")
            for insert, some in self.rows.items():
                size = -(-len(some) // batches)
                raw.executemany(insert, some[turn * size : (turn + 1) * size])
            raw.execute("COMMIT")
        return time.perf_counter() - began


class Trial:
    """A founded branch, copied anew for each measurement."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        found_site(folder / "site")
        self._site = store_folder(folder)
        self._key = KeySlots.read(self._site / KEYS).open_by_passphrase(PASSPHRASE)
        self._bare: dict[str, Bare] = {}
        self._list = next(lists(LISTED))
        self._snapshot, self._trailer = folder / "snapshot", _snapshot(folder / "snapshot")
        gc.disable()  # as the command of the import does, and the desk while it works

    def listed(self) -> float:
        """Take a list up by the verb, in batches; seconds a customer."""
        with self._opened() as store:
            station = Workstation.over(store)
            password = hmac.digest(PASSPHRASE.encode(), CLERK.encode(), hashlib.sha256).hex()[:24]
            presenter = ImportPresenter(station.sign_in(CLERK, password))
            here = presenter.all_as_others(presenter.read(self._list, "list.csv", Unhurried()))
            began = time.perf_counter()
            taken = presenter.take(here, fill=False, stride=Unhurried())
            seconds = time.perf_counter() - began
            assert taken.new == LISTED
        self._keep("listed")
        return seconds / LISTED

    def listed_bare(self) -> float:
        """Write the rows of such an import, nothing else; seconds a customer."""
        return self._write("listed", LISTED, LISTED // BATCH)

    def pulled(self) -> float:
        """Take the snapshot of a first load in, checked and merged; seconds a customer."""
        with self._opened() as store:
            desk = Follower(store)
            desk.begin([f"{SCOPE}.bench"])
            began = time.perf_counter()
            loaded = desk.take_snapshot(self._snapshot, SNAP_KEY, self._trailer, lambda *_: True)
            seconds = time.perf_counter() - began
            assert loaded.taken and loaded.rows == PULLED
        self._keep("pulled")
        return seconds / PULLED

    def pulled_bare(self) -> float:
        """Write the rows of such a load in one transaction; seconds a customer."""
        return self._write("pulled", PULLED, 1)

    @contextmanager
    def _opened(self) -> Iterator[Store]:
        shutil.rmtree(self._folder / "run", ignore_errors=True)
        shutil.copytree(self._site, self._folder / "run")
        store = Store.open(self._folder / "run", self._key, SystemClock())
        store.checker.ask(lambda: None)
        try:
            yield store
        finally:
            store.close()

    def _keep(self, name: str) -> None:
        """Read once what a side of ours has written, for the bare side to write again."""
        if name not in self._bare:
            before = _rows_of(self._site / DATABASE, self._key)
            after = _rows_of(self._folder / "run" / DATABASE, self._key)
            known = {insert: set(found) for insert, found in before.items()}
            new = {insert: [row for row in after[insert] if row not in known[insert]]
                   for insert in after}  # fmt: skip
            counts = sorted(len(found) for found in new.values())
            assert counts[-1] > counts[-2] >= LISTED, "the search's words, then customers"
            self._bare[name] = Bare({insert: found for insert, found in new.items() if found})

    def _write(self, name: str, count: int, batches: int) -> float:
        if name not in self._bare:
            {"listed": self.listed, "pulled": self.pulled}[name]()
        with self._opened() as store:
            place = store.folder / DATABASE
        raw = connect(place, self._key)
        try:
            for (trigger,) in raw.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger'"
            ).fetchall():
                raw.execute(f'DROP TRIGGER "{trigger}"')
            return self._bare[name].write(raw, batches) / count
        finally:
            raw.close()


def _rows_of(path: Path, key: bytes) -> Rows:
    """Read every row of the tables an import writes, in the order written, by its INSERT."""
    raw = connect(path, key)
    try:
        found: Rows = {}
        for table in WRITTEN:
            order = "n, word" if table == "search_word" else "rowid"
            some = raw.execute(f'SELECT * FROM "{table}" ORDER BY {order}')
            marks = ", ".join("?" * len(some.description))
            found[f'INSERT INTO "{table}" VALUES ({marks})'] = [tuple(row) for row in some]
        plan, pinyin = plans()["customer"], shipped_pinyin()
        named = raw.execute(
            "SELECT c.rowid + (s.shelf << 32), c.name FROM customer c"
            " JOIN search_shelf s ON s.kind='customer' AND s.scope=c.scope ORDER BY c.rowid"
        )
        found["INSERT INTO search_text (rowid, signs) VALUES (?, ?)"] = [
            (n, " ".join(sorted(entries(plan, (name,), pinyin).signs))) for n, name in named
        ]
        return found
    finally:
        raw.close()


def _snapshot(path: Path) -> Trailer:
    """Write what head office would offer: one scope of customers, by its own writer."""
    feed = [
        FeedRow("customer", UUID(int=n + 1), n + 1, 1, _body(row))
        for n, row in enumerate(islice(rows(PULLED), PULLED))
    ]
    digest = digest_text(sum(hash64(row.kind, row.id, row.ver) for row in feed) % (1 << 64))
    trailer = Trailer(f"{SCOPE}.bench", EPOCH, PULLED, 1, PULLED, digest)
    write_snapshot(path, SNAP_KEY, trailer, feed)
    return trailer


def _body(row: Sequence[object]) -> dict[str, Any]:
    said = dict(zip(COLUMNS, row, strict=True))
    return {name: said[name] for name in COLUMNS if name not in ("scope", "id", "_seq", "_ver",
            "_pend")}  # fmt: skip


if __name__ == "__main__":
    serve(Trial(Path(sys.argv[1])))
