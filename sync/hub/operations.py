"""How a hub process is doing, for those who run it: alive, ready, counted.

Served as plain HTTP at an address of its own, which belongs on a network of the operators: it says
no personal datum, but how much goes on. It answers from the first moment of the process on, while
the tables are still brought up and until the last request is over.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import anyio
import anyio.to_thread
import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.kit.lanes import Lane
from sync.hub.database import HubDatabase
from sync.hub.gate import Limits
from sync.hub.http_line import timed_protocol
from sync.hub.metrics import TEXT_TYPE, Metrics, gauges_of
from sync.hub.places import listening
from sync.hub.seen import Seen, write_line

Word = Literal["migrating", "serving", "ending"]
DATABASE_SECONDS = 2.0
"""A database that does not answer for so long is away."""


@dataclass
class Stage:
    """Where a hub process stands in its life; set by who serves, read by who asks."""

    word: Word = "migrating"
    database: HubDatabase | None = None
    metrics: Metrics = field(default_factory=Metrics)
    ending: threading.Event = field(default_factory=threading.Event)

    def serving(self, database: HubDatabase) -> None:
        """Say that the tables stand and requests are taken."""
        self.database, self.word = database, "serving"

    def end(self) -> None:
        """Say that the end has begun: nobody should be sent here any more."""
        self.word = "ending"
        self.ending.set()

    def note(self, seen: Seen) -> None:
        """Write a request into the log and count it."""
        write_line(seen)
        self.metrics.note(seen)


def operations_app(stage: Stage) -> Starlette:
    """Make the app of the operators' address: ``/healthz``, ``/readyz``, ``/metrics``."""
    asked = _Asked(stage)
    return Starlette(
        routes=[
            Route("/healthz", asked.health),
            Route("/readyz", asked.readiness),
            Route("/metrics", asked.metrics),
        ]
    )


class _Asked:
    """The three answers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def health(self, _request: Request) -> Response:
        """Say that this process turns its loop."""
        return JSONResponse({"alive": True})

    async def readiness(self, _request: Request) -> Response:
        """Say whether requests should be sent here, and if not, why."""
        why = self._stage.word if self._stage.word != "serving" else await self._database_away()
        return JSONResponse({"ready": not why, "why": why}, 503 if why else 200)

    async def metrics(self, _request: Request) -> Response:
        """Give the counts; the figures of the database are left out while it is away."""
        database = self._stage.database
        gauges = []
        if self._stage.word == "serving" and database and not await self._database_away():
            gauges = await anyio.to_thread.run_sync(database.read, gauges_of)
        said = self._stage.metrics.text(gauges)
        return PlainTextResponse(said, media_type=TEXT_TYPE)

    async def _database_away(self) -> str:
        database = self._stage.database
        if database is None:
            return "database"
        try:
            with anyio.fail_after(DATABASE_SECONDS):
                await anyio.to_thread.run_sync(_ping, database, abandon_on_cancel=True)
        except (TimeoutError, DBAPIError, PoolTimeoutError):
            return "database"
        return ""


def _ping(database: HubDatabase) -> None:
    database.read(lambda connection: connection.execute(text("SELECT 1")))


@contextmanager
def operating(host: str, port: int, stage: Stage) -> Iterator[str]:
    """Serve the operators' address on a lane of its own; gives its URL.

    Raises BranchError E-HUB-ADDRESS.
    """
    with listening(host, port) as place:
        config = uvicorn.Config(
            operations_app(stage),
            http=timed_protocol(Limits()),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        lane = Lane("operations")
        served = lane.post(lambda: asyncio.run(server.serve([place])))
        try:
            at, on = place.getsockname()[:2]
            yield f"http://{at}:{on}"
        finally:
            server.should_exit = True
            served.result()
            lane.close()
