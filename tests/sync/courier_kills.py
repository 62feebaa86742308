"""Packs under kill -9, as a process of its own: ``courier_kills FOLDER SEED ROUNDS``.

Each step of an errand (export, take, import) runs in a child; one of the three, drawn for each
errand, is killed at a random line of the code that writes, performs or takes in packs. Store, hub's
database and stick are what it leaves. At the end everything is carried once in peace. Prints one
JSON line: how many children were killed where, and what both ends hold.
"""

import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.store.follow import RequestNumbers
from app.store.keyslots import new_slots
from app.store.outbox import SCHEMA
from sync.client.link import HubAddress, HubLink
from sync.courier.pack import PackReader
from sync.engine.unpacking import import_answer
from sync.hub.app import hub_app
from sync.hub.database import HubDatabase
from sync.hub.keys import HubKeys, public_keys
from sync.hub.service import HubService
from sync.wire.messages import EnrolRequest
from sync.wire.signature import RequestKey
from tests.sync.courier_world import courier_of, export, take
from tests.sync.world import FREE, SCOPE, START, URL, Desk, Door, Hub, b64, make_hub, open_store

WATCHED = ("sync/courier/", "sync/engine/packing", "sync/engine/unpacking", "sync/hub/courier",
           "app/store/courier_book")  # fmt: skip
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DATA_KEY = bytes(range(32, 64))
LINES = {"export": 200, "take": 330, "import": 150}
"""About how many watched lines each step runs; a guess beyond the end lets it end."""


class Site:
    """What lies on the disks; every process opens it anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stick = folder / "stick"

    def found(self) -> None:
        hub = make_hub(self.folder / "hub")
        self.stick.mkdir()
        slots, _ = new_slots()
        (self.folder / "desk").mkdir()
        slots.write(self.folder / "desk" / "keys.json")
        store = open_store(self.folder / "desk", FixedClock(START), DATA_KEY)
        told = public_keys(hub.keys)
        line = HubLink(
            HubAddress(URL, told.ca_pem, {told.receipt_id: told.receipt}),
            RequestKey("enrolling", "ed25519", KEY.sign),
            RequestNumbers(store),
            FixedClock(START),
            SCHEMA,
            transport=hub.transport(),
        )
        public = b64(KEY.public_key().public_bytes_raw())
        reply = line.enrol(EnrolRequest(hub.token(), "ed25519", public, "d", "test", SCHEMA))
        line.close()
        store.note("device", reply.device)
        store.close()
        hub.service.close()
        hub.database.close()
        with_desk = self.desk(self.hub())
        with_desk.follow.begin([SCOPE])
        with_desk.close()

    def hub(self) -> Hub:
        folder, clock = self.folder / "hub", FixedClock(START)
        keys = HubKeys(folder / "keys")
        database = HubDatabase.open(f"sqlcipher:///{folder / 'hub.db'}", keys.database_key())
        service = HubService.over(database, keys, Door(), clock, folder / "files")
        return Hub(folder, keys, database, service, clock, hub_app(service, FREE))

    def desk(self, hub: Hub) -> Desk:
        clock = FixedClock(START)
        store = open_store(self.folder / "desk", clock, DATA_KEY)
        told = public_keys(hub.keys)
        device = str(store.noted("device"))
        link = HubLink(
            HubAddress(URL, told.ca_pem, {told.receipt_id: told.receipt}),
            RequestKey(device, "ed25519", KEY.sign),
            RequestNumbers(store),
            clock,
            SCHEMA,
            transport=hub.transport(),
        )
        return Desk("d", store, clock, device, link, hub)

    def packs(self, way: str) -> list[Path]:
        return sorted(self.stick.glob(f"sealdesk-*-{way}-*.sdpack"))


def do_export(site: Site) -> None:
    desk = site.desk(site.hub())
    desk.add_customer(f"c{random.SystemRandom().randrange(10**9)}")
    watch_from_here()
    export(desk, site.stick)
    desk.close()


def do_take(site: Site) -> None:
    hub = site.hub()
    watch_from_here()
    for path in site.packs("out"):
        try:
            take(hub, path)
        except BranchError as error:
            assert error.code == "E-COURIER-OLD", error


def do_import(site: Site) -> None:
    desk = site.desk(site.hub())
    watch_from_here()
    for path in site.packs("in"):
        try:
            import_answer(courier_of(desk), path)
        except BranchError as error:
            assert error.code in ("E-COURIER-OLD", "E-COURIER-STRANGE"), error
    desk.close()


STEPS: dict[str, Callable[[Site], None]] = {
    "export": do_export,
    "take": do_take,
    "import": do_import,
}
_lines_left = 0


def watch_from_here() -> None:
    """Count the watched lines from here on; the process kills itself at the last of them."""
    if _lines_left:
        sys.settrace(_seen)


def _seen(frame: FrameType, what: str, _argument: Any) -> Any:
    global _lines_left
    name = frame.f_code.co_filename
    if not any(part in name for part in WATCHED):
        return None
    if what == "line":
        _lines_left -= 1
        if _lines_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return _seen


def in_a_child(site: Site, step: str, lines: int) -> bool:
    """Run a step in a child that lives for so many lines (0: to its end); True where it ended."""
    global _lines_left
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return False
        assert os.waitstatus_to_exitcode(status) == 0, step
        return True
    _lines_left = lines
    try:
        STEPS[step](site)
    except BaseException:  # noqa: BLE001 - a child says what broke, then it ends
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def main(folder: Path, seed: int, rounds: int) -> dict[str, Any]:
    site, dice = Site(folder), random.Random(seed)
    site.found()
    killed: Counter[str] = Counter()
    for _ in range(rounds):
        doomed = dice.choice(sorted(STEPS))
        for step in STEPS:
            lines = dice.randrange(1, LINES[step]) if step == doomed else 0
            if not in_a_child(site, step, lines):
                killed[step] += 1
    for _ in range(2):
        for step in STEPS:
            assert in_a_child(site, step, 0)
    hub = site.hub()
    desk = site.desk(hub)
    ours = sorted(desk.names().values())
    for path in (*site.packs("out"), *site.packs("in")):
        PackReader(path).check(lambda _signature, _whole: None)
    return {
        "killed": dict(killed),
        "desk": ours,
        "hub": sorted(row[0] for row in hub.rows("SELECT name FROM customer")),
        "history": hub.rows("SELECT count(*) FROM hub_history")[0][0],
        "left": desk.follow.left(),
        "digest": [one.digest for one in desk.follow.followed()],
        "hub_digest": [int(row[0], 16) for row in hub.rows("SELECT digest FROM hub_scope_head")],
        "parts": [path.name for path in site.stick.iterdir() if path.suffix == ".part"],
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
    sys.stdout.flush()
    os._exit(0)
