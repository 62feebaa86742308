"""What stands in front of the hub's app: deadlines, limits, rates (pure ASGI).

A body must be there within its deadline and below its limit, or the app never sees the request: the
server below has no deadline of its own. Each address has a bucket of requests that refills.
"""

from collections import OrderedDict
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.kit.clock import Clock
from sync.hub.seen import seen_in
from sync.wire.body import JSON_TYPE, MAX_BODY, encode
from sync.wire.messages import Trouble


@dataclass(frozen=True)
class Limits:
    """How long head and body may take (seconds), how large they may be (bytes), how often one asks.

    What stands of a head here is kept by ``sync.hub.http_line``.
    """

    head_seconds: float = 10.0
    head_bytes: int = 32 * 1024
    body_seconds: float = 30.0
    body_bytes: int = MAX_BODY
    requests_per_second: float = 50.0
    burst: int = 200
    addresses: int = 10_000


class Gate:
    """Reads each body whole before the app runs; answers 408, 413 or 429 itself."""

    def __init__(self, app: ASGIApp, limits: Limits, clock: Clock) -> None:
        self._app = app
        self._limits = limits
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not self._may_ask(scope):
            await _say(scope, send, 429, Trouble("busy", "too many requests", retry_after=1))
            return
        try:
            with anyio.fail_after(self._limits.body_seconds):
                body = await self._whole_body(receive)
        except TimeoutError:
            late = Trouble("too_slow", "the request took too long to arrive")
            await _say(scope, send, 408, late)
            return
        if body is None:
            large = Trouble("too_large", f"at most {self._limits.body_bytes} bytes")
            await _say(scope, send, 413, large)
            return
        await self._app(scope, _Replay(body, receive), send)

    async def _whole_body(self, receive: Receive) -> bytes | None:
        """Read the body; None where it is larger than the limit."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self._limits.body_bytes:
                return None
            if not message.get("more_body", False):
                return bytes(body)

    def _may_ask(self, scope: Scope) -> bool:
        """Take one from the address's bucket."""
        client = scope.get("client")
        address = client[0] if client else ""
        now = self._clock.monotonic()
        left, at = self._buckets.pop(address, (float(self._limits.burst), now))
        left = min(self._limits.burst, left + (now - at) * self._limits.requests_per_second)
        self._buckets[address] = (left - 1 if left >= 1 else left, now)
        while len(self._buckets) > self._limits.addresses:
            self._buckets.popitem(last=False)
        return left >= 1


class _Replay:
    """Gives a body that was already read, then what the connection says."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _say(scope: Scope, send: Send, status: int, trouble: Trouble) -> None:
    seen_in(scope).code = trouble.code
    headers = [
        (b"content-type", JSON_TYPE.encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if trouble.retry_after:
        headers.append((b"retry-after", str(trouble.retry_after).encode()))
    start: MutableMapping[str, Any] = {
        "type": "http.response.start",
        "status": status,
        "headers": headers,
    }
    await send(start)
    await send({"type": "http.response.body", "body": encode(trouble)})
