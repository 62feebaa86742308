"""A hub as a process of its own, and a desk enrolled at it over real TLS."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import FixedClock, SystemClock
from app.store.follow import RequestNumbers
from app.store.outbox import SCHEMA
from sync.client.link import HubAddress, HubLink
from sync.hub import workstations
from sync.hub.keys import HubKeys, init_hub, public_keys
from sync.hub.server import KEYS, HubSettings, open_database
from sync.wire.messages import EnrolRequest
from sync.wire.signature import RequestKey
from tests.sync.world import SCOPE, Desk, b64, open_store

ROOT = Path(__file__).resolve().parents[2]
HERE = FixedClock(SystemClock().now())


class Process:
    """A hub process on one port, started again as often as wanted."""

    def __init__(self, folder: Path, *, before: Sequence[str] = (), **bent: object) -> None:
        """``before``: what stands before the command, to run it somewhere else."""
        self.folder = folder
        self._before = before
        self.url = ""
        self.operations = ""
        self.log = folder.parent / "hub.log"
        self._bent = json.dumps(bent)
        self._running: subprocess.Popen[str] | None = None

    def start(self, port: int = 0) -> None:
        words = ["tests.sync.hub_process", str(self.folder), str(port), self._bent]
        with self.log.open("a") as log:
            self._running = subprocess.Popen(
                [*self._before, sys.executable, "-m", *words],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._running.stdout is not None
        said = json.loads(self._running.stdout.readline())
        assert said["ready"] is True
        self.url, self.operations = said["url"], said.get("operations", "")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def tell(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self._running is not None
        self._running.send_signal(how)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.tell(how)
        return self.ended()

    def ended(self) -> int:
        assert self._running is not None
        code = self._running.wait(timeout=20)
        assert self._running.stdout is not None
        self._running.stdout.close()
        self._running = None
        return code

    def end(self) -> None:
        if self._running is not None:
            self.stop(signal.SIGKILL)


def init_hub_folder(folder: Path, hosts: Sequence[str] = ("127.0.0.1", "localhost")) -> None:
    folder.mkdir()
    init_hub(folder / KEYS, HERE, hosts)


def enrolled_desk(process: Process, folder: Path) -> Desk:
    """Make a desk and enrol it; the token is made on the hub's database beside it."""
    database = open_database(HubSettings(process.folder))
    token = database.write(
        lambda c: workstations.make_token(c, [SCOPE], "t", FixedClock(SystemClock().now()))
    )
    database.close()
    clock = FixedClock(SystemClock().now())
    store = open_store(folder, clock)
    private = Ed25519PrivateKey.generate()
    told = public_keys(HubKeys(process.folder / KEYS))
    address = HubAddress(process.url, told.ca_pem, {told.receipt_id: told.receipt})
    numbers = RequestNumbers(store)
    key = RequestKey("new", "ed25519", private.sign)
    line = HubLink(address, key, numbers, SystemClock(), SCHEMA)
    public = b64(private.public_key().public_bytes_raw())
    reply = line.enrol(EnrolRequest(token, "ed25519", public, "d", "test", SCHEMA))
    line.close()
    key = RequestKey(reply.device, "ed25519", private.sign)
    link = HubLink(address, key, numbers, SystemClock(), SCHEMA)
    made = Desk("desk", store, clock, reply.device, link, None)  # type: ignore[arg-type]
    made.follow.begin([SCOPE])
    return made


def link_by(desk: Desk, url: str, *, deadline: float) -> HubLink:
    """Open another line for a desk, to another address of the same hub."""
    was = desk.link
    address = HubAddress(url, was.address.ca_pem, was.address.receipt_keys)
    return HubLink(address, was.key, was.sequence, was.clock, was.schema, deadline=deadline)
