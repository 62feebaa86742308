"""The other processes of a demo or drill, started and ended here: hub and simulated machine."""

import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.kit.child import Child
from app.kit.lanes import Lane


@contextmanager
def ended_with_parent() -> Iterator[None]:
    """End this process in order when its standard input ends: no hub outlives who started it."""
    over = threading.Event()
    lane = Lane("parent")

    def watch() -> None:
        while not over.is_set():
            ready, _, _ = select.select([0], [], [], 0.5)
            if ready and not os.read(0, 4096):
                os.kill(os.getpid(), signal.SIGTERM)
                return

    lane.post(watch)
    try:
        yield
    finally:
        over.set()
        lane.close()


def start_hub(folder: Path, port: int, log: Path | None = None) -> Child:
    """Start the hub of a folder on loopback; ``said["url"]`` is where it listens."""
    listen = f"127.0.0.1:{port}"
    words = ["hub", "serve", "--folder", str(folder), "--listen", listen, "--with-parent"]
    return Child("app", words, log=log)


def start_machine(
    folder: Path, device_id: str, seal_id: str, permit_key: tuple[str, str], *, stroke_ms: int = 60
) -> Child:
    """Start a simulated seal machine; ``permit_key`` is head office's key id and key in hex."""
    return Child(
        "devices.seal.simulator",
        [
            "--state", str(folder),
            "--device-id", device_id,
            "--seal-id", seal_id,
            "--hq-key", f"{permit_key[0]}={permit_key[1]}",
            "--stroke-ms", str(stroke_ms),
            "--link", str(folder / "port"),
        ],
    )  # fmt: skip
