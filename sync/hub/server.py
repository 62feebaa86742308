"""The hub as a process: uvicorn with TLS 1.3, one line of JSON when it is ready, a graceful end."""

import gc
import json
import logging
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.sync import hub_address_taken
from app.kit.lanes import Lane
from app.kit.logs import event
from sync.hub.app import hub_app
from sync.hub.database import HubBusyError, HubDatabase
from sync.hub.door import HubDoor
from sync.hub.gate import Limits
from sync.hub.keys import HubKeys
from sync.hub.service import HubService

KEYS = "keys"
FILES = "files"
DATABASE = "hub.db"
GRACE_SECONDS = 5
_log = logging.getLogger("sealdesk.hub.server")


@dataclass(frozen=True)
class HubSettings:
    """Where a hub lives and where it listens; an empty ``database`` is the embedded one."""

    folder: Path
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    sweep_minutes: float = 10.0
    """How often what is over is thrown away."""
    limits: Limits = field(default_factory=Limits)

    @property
    def keys(self) -> HubKeys:
        """The hub's keys, made by ``init_hub``."""
        return HubKeys(self.folder / KEYS)

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database or f"sqlcipher:///{(self.folder / DATABASE).resolve()}"


def open_database(settings: HubSettings) -> HubDatabase:
    """Open the hub's database and bring it to this version; raises BranchError E-HUB-NEWER."""
    database = HubDatabase.open(settings.url, settings.keys.database_key())
    try:
        database.bring_up()
    except BaseException:
        database.close()
        raise
    return database


def serve(settings: HubSettings, door: HubDoor, clock: Clock) -> None:
    """Serve until SIGTERM or SIGINT; requests in work are finished first.

    Prints ``{"ready": true, "url": …}`` on standard output once it listens. Raises BranchError
    E-HUB-ADDRESS before the database is touched.
    """
    with listening(settings.host, settings.port) as place:
        _serve(settings, door, clock, place)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take an address to listen at, 0 any free port; raises BranchError E-HUB-ADDRESS."""
    try:
        place = socket.create_server((host, port), family=_family(host))
    except (OSError, OverflowError) as error:
        raise BranchError(hub_address_taken(f"{host}:{port}", str(error))) from error
    with place:
        yield place


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _serve(settings: HubSettings, door: HubDoor, clock: Clock, place: socket.socket) -> None:
    _stay_for_the_end()
    database = open_database(settings)
    try:
        service = HubService.over(database, settings.keys, door, clock, settings.folder / FILES)
        ending = threading.Event()
        # What was built to serve stays for good: the collector need not walk it in every request.
        gc.collect()
        gc.freeze()
        with _swept(service, settings.sweep_minutes * 60, ending):
            _Server(_config(settings, service, ending), ending).run([place])
    finally:
        database.close()


def _stay_for_the_end() -> None:
    """Let the process outlive the signal: uvicorn raises it again when it has stopped serving."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)


@contextmanager
def _swept(service: HubService, seconds: float, ending: threading.Event) -> Iterator[None]:
    """Sweep at once and then again and again on a lane of its own, until the end."""
    sweeper = Lane("sweeper")

    def sweep() -> None:
        while True:
            try:
                service.sweep()
            except (DBAPIError, HubBusyError, OSError) as error:
                event(_log, logging.ERROR, "sweep_not_ended", error=error)
            if ending.wait(seconds):
                return

    sweeper.post(sweep)
    try:
        yield
    finally:
        ending.set()
        sweeper.close()
        service.close()


def _config(settings: HubSettings, service: HubService, ending: threading.Event) -> uvicorn.Config:
    config = uvicorn.Config(
        hub_app(service, settings.limits, ending.is_set),
        ssl_certfile=settings.keys.tls_pem,
        ssl_keyfile=str(settings.keys.tls_key),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return config


class _Server(uvicorn.Server):
    """Says where it listens once it does, and lets open streams end with it."""

    def __init__(self, config: uvicorn.Config, ending: threading.Event) -> None:
        super().__init__(config)
        self._ending = ending

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending.set()
        super().handle_exit(sig, frame)

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        said = {"ready": True, "url": f"https://{host}:{port}"}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
