"""Two network namespaces and a poor line between them: the system's own TCP, our loss and our rate.

Each namespace has a tunnel device; what one sends is read here as packets, some are lost, the
others wait their turn at the rate of the line and go out at the other end. Namespaces and devices
are made for this and go with it. It takes root; nothing outside the two namespaces is touched.
"""

import ctypes
import fcntl
import os
import random
import select
import struct
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from app.kit.clock import SystemClock
from app.kit.lanes import Lane

R = TypeVar("R")
HUB_END, DESK_END = "10.77.0.1", "10.77.0.2"
DEVICE = "line0"
PACKET = 1_500
QUEUE_BYTES = 32_000
"""What waits before the line at most, as a cheap router has it; what comes then is lost too."""
_TUNSETIFF = 0x400454CA
_TUN_WITHOUT_HEADER = 0x0001 | 0x1000
_NEW_NETWORK = 0x40000000
_NAMED = "/run/netns"


@dataclass
class Direction:
    """One way of the line: packets on their way, when each is out, and what became of the rest."""

    loss: float
    bytes_a_second: float
    chance: random.Random
    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)
    weight: int = 0
    free_at: float = 0.0
    went: int = 0
    lost: int = 0

    def take(self, packet: bytes, now: float) -> None:
        """Lose a packet, or line it up."""
        if self.chance.random() < self.loss or self.weight + len(packet) > QUEUE_BYTES:
            self.lost += 1
            return
        self.free_at = max(now, self.free_at) + len(packet) / self.bytes_a_second
        self.waiting.append((self.free_at, packet))
        self.weight += len(packet)

    def ready(self, now: float) -> Iterator[bytes]:
        """Give the packets that are through by now."""
        while self.waiting and self.waiting[0][0] <= now:
            _, packet = self.waiting.popleft()
            self.weight -= len(packet)
            self.went += 1
            yield packet


class PoorLine:
    """A poor line while it is open; the hub runs behind `at_hub`, a desk inside `as_desk`."""

    def __init__(self, names: tuple[str, str], up: Direction, down: Direction) -> None:
        self._hub, self._desk = names
        self.up, self.down = up, down
        self._over = threading.Event()
        self._desk_lane, self._carrier = Lane("desk end"), Lane("poor line")
        self._ends = (self._tunnel(self._hub, HUB_END), self._tunnel(self._desk, DESK_END))
        self._desk_lane.ask(_enter, self._desk)
        self._carried = self._carrier.post(self._carry)

    @property
    def at_hub(self) -> list[str]:
        """What stands before a command that runs at the hub's end."""
        return ["ip", "netns", "exec", self._hub]

    def as_desk(self, act: Callable[[], R]) -> R:
        """Do something at the desk's end: every socket it opens is in that namespace."""
        return self._desk_lane.ask(act)

    def close(self) -> None:
        """Stop carrying; the namespaces go with their owner."""
        self._over.set()
        self._carrier.close()
        self._desk_lane.close()
        for end in self._ends:
            os.close(end)
        self._carried.result()

    def _tunnel(self, name: str, address: str) -> int:
        opener = Lane("opens a tunnel")
        try:
            end = opener.ask(_open_tunnel, name)
        finally:
            opener.close()
        other = DESK_END if address == HUB_END else HUB_END
        for words in (
            ["addr", "add", address, "peer", other, "dev", DEVICE],
            ["link", "set", DEVICE, "up"],
            ["link", "set", "lo", "up"],
        ):
            _ip("-n", name, *words)
        return end

    def _carry(self) -> None:
        clock = SystemClock()
        hub, desk = self._ends
        while not self._over.is_set():
            nearest = min((w.waiting[0][0] for w in (self.up, self.down) if w.waiting), default=0.0)
            pause = min(0.05, max(0.0, nearest - clock.monotonic())) if nearest else 0.05
            readable, _, _ = select.select([hub, desk], [], [], pause)
            for end in readable:
                way = self.down if end == hub else self.up
                way.take(os.read(end, PACKET + 100), clock.monotonic())
            for way, end in ((self.up, hub), (self.down, desk)):
                for packet in way.ready(clock.monotonic()):
                    os.write(end, packet)


@contextmanager
def poor_line(*, loss: float, kilobits: float, seed: int) -> Iterator[PoorLine]:
    """Open a line that loses this part of its packets, each way, and carries so many kbit/s."""
    names = (f"sealdesk-hub-{os.getpid()}", f"sealdesk-desk-{os.getpid()}")
    with ExitStack() as left:
        for name in names:
            _ip("netns", "add", name)
            left.callback(_ip, "netns", "del", name)
        ways = [
            Direction(loss, kilobits * 1000 / 8, random.Random(f"{seed}{way}"))
            for way in ("u", "d")
        ]
        line = PoorLine(names, *ways)
        left.callback(line.close)
        yield line


def may_make_namespaces() -> bool:
    """Whether this machine and this user allow network namespaces and tunnels."""
    return os.geteuid() == 0 and Path("/dev/net/tun").exists()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def _enter(name: str) -> None:
    """Move the thread that calls this into a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    where = os.open(f"{_NAMED}/{name}", os.O_RDONLY)
    try:
        if libc.setns(where, _NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(where)


def _open_tunnel(name: str) -> int:
    _enter(name)
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), _TUN_WITHOUT_HEADER))
    return end
