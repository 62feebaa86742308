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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from app.kit.clock import Clock
from app.kit.lanes import Lane
from app.kit.logs import event
from sync.hub.app import hub_app
from sync.hub.database import HubBusyError, HubDatabase
from sync.hub.door import HubDoor
from sync.hub.gate import Limits
from sync.hub.http_line import timed_protocol
from sync.hub.keys import HubKeys
from sync.hub.operations import Stage, operating
from sync.hub.places import listening
from sync.hub.service import HubService
from sync.hub.usage import Quotas

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
    quotas: Quotas | None = field(default_factory=Quotas)
    operations: tuple[str, int] | None = None
    """Where health, readiness and metrics are told, as plain HTTP; nowhere unless it is named."""
    drain_seconds: float = 0.0
    """How long requests are still taken after the word to end, for who balances to look away."""

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

    Prints ``{"ready": true, "url": …}`` on standard output once it listens, with ``operations`` if
    there is such an address. Raises BranchError E-HUB-ADDRESS before the database is touched.
    """
    stage = Stage()
    with ExitStack() as open_now:
        place = open_now.enter_context(listening(settings.host, settings.port))
        told = {}
        if settings.operations is not None:
            told["operations"] = open_now.enter_context(operating(*settings.operations, stage))
        _serve(settings, door, clock, place, stage, told)


def _serve(
    settings: HubSettings,
    door: HubDoor,
    clock: Clock,
    place: socket.socket,
    stage: Stage,
    told: dict[str, str],
) -> None:
    _stay_for_the_end()
    database = open_database(settings)
    try:
        files = settings.folder / FILES
        service = HubService.over(database, settings.keys, door, clock, files, settings.quotas)
        # What was built to serve stays for good: the collector need not walk it in every request.
        gc.collect()
        gc.freeze()
        stage.serving(database)
        with _swept(service, settings.sweep_minutes * 60, stage.ending):
            ends = _Ends(stage, clock, settings.drain_seconds)
            _Server(_config(settings, service, stage), ends, told).run([place])
    finally:
        stage.end()
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


def _config(settings: HubSettings, service: HubService, stage: Stage) -> uvicorn.Config:
    config = uvicorn.Config(
        hub_app(service, settings.limits, stage.ending.is_set, stage.note),
        http=timed_protocol(settings.limits),
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


@dataclass
class _Ends:
    """The end of a process: first nobody is sent here any more, then nobody is let in."""

    stage: Stage
    clock: Clock
    drain_seconds: float
    at: float | None = None

    def begin(self) -> bool:
        """Hear the word to end; True where it is to be done at once (always the second time)."""
        again, self.at = self.at is not None, self.clock.monotonic() + self.drain_seconds
        self.stage.end()
        return again or self.drain_seconds <= 0

    @property
    def due(self) -> bool:
        """Whether the time to look away is over."""
        return self.at is not None and self.clock.monotonic() >= self.at


class _Server(uvicorn.Server):
    """Says where it listens once it does, and lets open streams end with it."""

    def __init__(self, config: uvicorn.Config, ends: _Ends, told: dict[str, str]) -> None:
        super().__init__(config)
        self._ends = ends
        self._told = told

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        at_once = self._ends.begin()
        super().handle_exit(sig, frame)
        self.should_exit = at_once

    @override
    async def on_tick(self, counter: int) -> bool:
        if self._ends.due:
            self.should_exit = True
        return await super().on_tick(counter)

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        said = {"ready": True, "url": f"https://{host}:{port}", **self._told}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
