"""What is noted of each request: one line in the log and the counts of this process.

A request gets an id of its own (128 random bits), sent back in ``Sealdesk-Request``. Nothing a
person typed and nobody's name is noted: ids, codes, counts, bytes and durations only.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.clock import Clock
from app.kit.logs import event

REQUEST_HEADER = b"sealdesk-request"
NO_ROUTE = "none"
"""The route of a request that fits none, so that nobody can make up names in our counts."""
KEY = "sealdesk.seen"
_log = logging.getLogger("sealdesk.hub.requests")


@dataclass
class Seen:
    """One request as it is noted; ``rows_in`` are mutations, ``rows_out`` rows of pages."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    route: str = NO_ROUTE
    device: str = ""
    code: str = ""
    status: int = 0
    seconds: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    rows_in: int = 0
    rows_out: int = 0
    results: Counter[str] = field(default_factory=Counter)


def seen_in(scope: Scope) -> Seen:
    """Give what is noted of a request; a fresh note where nobody watches."""
    found = scope.get(KEY)
    return found if isinstance(found, Seen) else Seen()


class Watch:
    """Stands before everything else: notes each request when it is over, however it ended."""

    def __init__(self, app: ASGIApp, clock: Clock, told: Callable[[Seen], None]) -> None:
        self._app = app
        self._clock = clock
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = scope[KEY] = Seen()
        began = self._clock.monotonic()

        async def hear() -> Message:
            message = await receive()
            seen.bytes_in += len(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                named = (REQUEST_HEADER, seen.id.encode())
                message = {**message, "headers": [*message.get("headers", ()), named]}
            seen.bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, hear, say)
        finally:
            seen.seconds = self._clock.monotonic() - began
            self._told(seen)


def write_line(seen: Seen) -> None:
    """Write one request into the log; one that got no answer of ours stands there as an error."""
    faulty = seen.status == 0 or (seen.status >= 500 and seen.code != "busy")
    event(
        _log,
        logging.ERROR if faulty else logging.INFO,
        "request",
        request=seen.id,
        route=seen.route,
        device=seen.device,
        status=seen.status,
        code=seen.code,
        ms=round(seen.seconds * 1000, 1),
        rows=seen.rows_in + seen.rows_out,
        bytes=seen.bytes_in + seen.bytes_out,
    )
