"""The other processes of a demo or drill, started and ended here: hub and simulated machine."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.kit.lanes import Lane

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


class Child:
    """A process of ours that says one JSON line when it is ready, and answers JSON orders."""

    def __init__(self, module: str, arguments: Sequence[str], *, log: Path | None = None) -> None:
        self._log = log.open("ab") if log else None
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._held = b""
        self.said = self._line(START_SECONDS)

    def ask(self, verb: str, **values: object) -> dict[str, Any]:
        """Give an order and wait for its answer; raises EOFError where the process has ended."""
        order = json.dumps({"verb": verb, **values}) + "\n"
        if self.process.stdin is None:
            raise EOFError("no input")
        self.process.stdin.write(order.encode())
        self.process.stdin.flush()
        return self._line(START_SECONDS)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()
        self._let_go()

    def close(self) -> None:
        """End it in order; what does not end within ten seconds is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        for stream in (self.process.stdin, self.process.stdout, self._log):
            if stream is not None:
                stream.close()

    def _line(self, seconds: float) -> dict[str, Any]:
        if self.process.stdout is None:
            raise EOFError("no output")
        number = self.process.stdout.fileno()
        while b"\n" not in self._held:
            ready, _, _ = select.select([number], [], [], seconds)
            if not ready:
                raise TimeoutError("the process does not answer")
            octets = os.read(number, 65536)
            if not octets:
                raise EOFError("the process has ended")
            self._held += octets
        line, _, self._held = self._held.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer


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
