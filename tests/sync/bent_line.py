"""A line between a desk and a hub that is bent on purpose: bytes as they go, over real sockets.

It stands between two sockets and knows nothing of what it carries: it cuts after so many bytes or
lets them drip. Whoever sits at its ends sees what a bad line shows them: an end, a reset, or next
to nothing for a long time.
"""

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from app.kit.lanes import Lane

Way = Literal["up", "down"]
AT_ONCE = 65_536
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes a close a reset."""


@dataclass
class Bend:
    """What happens on the line from now on.

    ``cut``: after so many bytes that way the line is gone, by a reset where ``reset``, else by an
    end. ``drip``: seconds between two bytes, both ways. Bytes that went are counted either way.
    """

    cut: dict[Way, int] = field(default_factory=dict)
    reset: bool = False
    drip: float = 0.0
    went: dict[Way, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    connections: int = 0
    was_cut: bool = False


class BentLine:
    """Carries bytes between desks and one hub until it is closed; ``bend`` may change meanwhile."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._lane = Lane("bent line")
        self.bend = Bend()
        self._served = self._lane.post(self._serve)

    @property
    def url(self) -> str:
        """Where desks reach it."""
        return f"https://127.0.0.1:{self._door.getsockname()[1]}"

    def close(self) -> None:
        """End every connection and stop."""
        self._over.set()
        self._lane.close()
        self._door.close()
        self._served.result()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as seen:
            seen.register(self._door, selectors.EVENT_READ)
            while not self._over.is_set():
                for ready, _ in seen.select(0.02):
                    if ready.fileobj is self._door:
                        self._take(seen)
                    else:
                        self._carry(seen, *ready.data)
            for key in list(seen.get_map().values()):
                if isinstance(key.fileobj, socket.socket) and key.fileobj is not self._door:
                    key.fileobj.close()

    def _take(self, seen: selectors.BaseSelector) -> None:
        desk, _ = self._door.accept()
        try:
            hub = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        except OSError:
            desk.close()
            return
        self.bend.connections += 1
        seen.register(desk, selectors.EVENT_READ, (desk, hub, "up"))
        seen.register(hub, selectors.EVENT_READ, (hub, desk, "down"))

    def _carry(
        self, seen: selectors.BaseSelector, come: socket.socket, go: socket.socket, way: Way
    ) -> None:
        if come.fileno() < 0:
            return  # closed with its other end, just now
        bend = self.bend
        room = bend.cut.get(way, 1 << 60) - bend.went[way]
        wanted = min(AT_ONCE, 1 if bend.drip else AT_ONCE, room)
        try:
            content = come.recv(wanted) if wanted > 0 else b""
            go.sendall(content)
        except OSError:
            content = b""
        bend.went[way] += len(content)
        if content and bend.went[way] < bend.cut.get(way, 1 << 60):
            self._over.wait(bend.drip)
            return
        bend.was_cut = bend.was_cut or bend.went[way] >= bend.cut.get(way, 1 << 60)
        for one in (come, go):
            if bend.reset:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            seen.unregister(one)
            one.close()


@contextmanager
def bent_line(port: int) -> Iterator[BentLine]:
    """Open a line to a hub's port, straight until it is bent."""
    line = BentLine(port)
    try:
        yield line
    finally:
        line.close()
