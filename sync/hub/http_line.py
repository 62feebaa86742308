"""The HTTP/1.1 protocol with a deadline and a limit for a request's head.

The server below waits for a head as long as the other side likes, and takes one of any length.
Bodies have their deadline in ``sync.hub.gate``; a TLS handshake has the event loop's (60 s).
"""

import asyncio
from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sync.hub.gate import Limits

_REST = b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout" + _REST
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large" + _REST


def timed_protocol(limits: Limits) -> type[HttpToolsProtocol]:
    """Make the protocol for some limits; the server wants a class, not a value."""

    class TimedProtocol(HttpToolsProtocol):
        """Closes a connection whose head is not there in time, or is too long."""

        _timer: asyncio.TimerHandle | None = None
        _waits_for_head = True
        _head_bytes = 0

        @override
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._begin()

        @override
        def connection_lost(self, exc: Exception | None) -> None:
            self._end()
            super().connection_lost(exc)

        @override
        def data_received(self, data: bytes) -> None:
            if self._waits_for_head:
                self._begin()
                self._head_bytes += len(data)
            super().data_received(data)
            if self._waits_for_head and self._head_bytes > limits.head_bytes:
                self._refuse(_TOO_LONG)

        @override
        def on_headers_complete(self) -> None:
            self._waits_for_head = False
            self._end()
            super().on_headers_complete()

        @override
        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._waits_for_head = True
            self._head_bytes = 0

        def _begin(self) -> None:
            if self._timer is None:
                late: Any = self._refuse
                self._timer = self.loop.call_later(limits.head_seconds, late, _TOO_SLOW)

        def _end(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _refuse(self, words: bytes) -> None:
            """Answer at once and close; what else comes is not read."""
            self._end()
            if not self.transport.is_closing():
                self.transport.write(words)
                self.transport.close()

    return TimedProtocol
