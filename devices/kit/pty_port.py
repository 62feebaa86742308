"""The far end of a cable for simulators: a pseudo-terminal whose near end a driver opens.

One of the few files that may use pty calls (Linux only). Unplugging closes both ends, so the
driver sees what a pulled USB cable shows; plugging in again gives a new path, as ttyUSB0 becomes
ttyUSB1. An optional link keeps one stable name, as a udev rule does.
"""

import os
import select
import tty
from pathlib import Path


class PtyPort:
    """A pseudo-terminal held by a simulator; not connected until ``plug_in``."""

    def __init__(self, link: Path | None = None) -> None:
        self._ends: tuple[int, int] | None = None
        self._link = link
        self.path = ""

    @property
    def plugged_in(self) -> bool:
        """Say whether a driver can reach us."""
        return self._ends is not None

    def plug_in(self) -> str:
        """Open a new pseudo-terminal and give the path a driver opens."""
        self.unplug()
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self._ends = (ours, theirs)
        self.path = os.ttyname(theirs)
        if self._link is not None:
            _replace_link(self._link, self.path)
        return self.path

    def unplug(self) -> None:
        """Pull the cable; a driver's open port fails at once."""
        if self._ends is None:
            return
        for end in self._ends:
            os.close(end)
        self._ends = None

    def fileno(self) -> int:
        """Give the descriptor to wait on. Raises OSError when unplugged."""
        if self._ends is None:
            raise OSError("unplugged")
        return self._ends[0]

    def read(self, max_bytes: int = 4096) -> bytes:
        """Give what has arrived, b"" for nothing."""
        try:
            return os.read(self.fileno(), max_bytes)
        except BlockingIOError:
            return b""

    def write(self, octets: bytes, timeout: float = 2.0) -> bool:
        """Send all octets; False when nobody reads them within ``timeout`` seconds each step."""
        view = memoryview(octets)
        while view:
            _, ready, _ = select.select([], [self.fileno()], [], timeout)
            if not ready:
                return False
            view = view[os.write(self.fileno(), view) :]
        return True


def _replace_link(link: Path, target: str) -> None:
    fresh = link.with_name(link.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
