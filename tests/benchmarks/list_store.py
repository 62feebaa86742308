"""Fills the encrypted store of the benches: ``… tests.benchmarks.list_store FOLDER``.

A branch is founded as the demo is, its clerk signs in, and the customers come in by the verb of the
import, in parts, with search, outbox and audit kept as for anybody. Customers a second are told.
"""

import gc
import hashlib
import hmac
import shutil
import sys
import time
from pathlib import Path

import app.schema  # noqa: F401 - the metadata must be whole
from app.assembly.workstation import Workstation
from app.kit.clock import SystemClock
from app.kit.listing import Unhurried
from app.store.keyslots import KeySlots
from app.store.store import KEYS, Store
from tests.benchmarks.list_work import rss_mib
from tests.benchmarks.many_customers import COUNT, lists, store_folder
from tests.faults.drill import PASSPHRASE, found_site
from ui.customers.presenter_importing import ImportPresenter

CLERK = "E1001"


def made_store(folder: Path, count: int) -> None:
    """Make a store with ``count`` customers imported; its key lies beside it, they are made up."""
    shutil.rmtree(folder / "site", ignore_errors=True)
    found_site(folder / "site")
    gc.disable()  # as the command of the import does
    place = store_folder(folder)
    key = KeySlots.read(place / KEYS).open_by_passphrase(PASSPHRASE)
    station = Workstation.over(Store.open(place, key, SystemClock()))
    try:
        password = hmac.digest(PASSPHRASE.encode(), CLERK.encode(), hashlib.sha256).hex()[:24]
        presenter = ImportPresenter(station.sign_in(CLERK, password))
        for number, content in enumerate(lists(count), 1):
            _import(presenter, content, f"customers-{number}.csv")
    finally:
        station.close()
    (folder / "key").write_bytes(key)


def _import(presenter: ImportPresenter, content: bytes, name: str) -> None:
    began = time.perf_counter()
    here = presenter.all_as_others(presenter.read(content, name, Unhurried()))
    read, busy = time.perf_counter(), time.process_time()
    taken = presenter.take(here, fill=False, stride=Unhurried())
    seconds, busy = time.perf_counter() - read, time.process_time() - busy
    if here.counts.wrong or taken.new != here.counts.rows:
        raise RuntimeError(f"{name}: {here.counts}, {taken.new} taken")
    print(
        f"  {name}: read {here.counts.rows / (read - began):,.0f} rows/s,"
        f" taken up {taken.new / seconds:,.0f} customers/s,"
        f" {taken.new / busy:,.0f} a second of processor time, resident {rss_mib():,.0f} MiB",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    made_store(Path(sys.argv[1]), COUNT)
