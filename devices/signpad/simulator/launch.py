"""Start a simulated pad as its own process and give it orders: drills, demo day and tests."""

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO, Self

_START_S = 30.0


@dataclass(frozen=True)
class Answer:
    """What the simulator said to one order; fields an answer does not use keep their default."""

    verb: str
    ok: bool
    reason: str = ""
    path: str = ""
    samples: int = 0
    touching: int = 0
    plugged: bool = False
    drawn: int = 0
    clears: int = 0


class PadSimulator:
    """A running simulator: ``path`` is what the driver opens. Ends with ``close`` or ``with``.

    ``link`` keeps a symbolic link to the port there, through unplugging too.
    """

    def __init__(
        self, model: str = "siglite_1x5", *, seed: int = 1, link: Path | None = None
    ) -> None:
        command = [sys.executable, "-m", "devices.signpad.simulator", "--json"]
        command += ["--model", model, "--seed", str(seed)]
        command += ["--link", str(link)] if link else []
        root = Path(__file__).resolve().parents[3]
        self._process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._held = b""
        self.path: str = json.loads(self._line(_START_S))["path"]

    def tell(self, verb: str, **values: object) -> None:
        """Give an order without waiting for the answer: a hand signs while the driver listens."""
        order = json.dumps({"verb": verb, **values}) + "\n"
        _input(self._process).write(order.encode())
        _input(self._process).flush()

    def answer(self, timeout: float = 30.0) -> Answer:
        """Wait for the next answer, in the order given. Raises TimeoutError or EOFError."""
        said = json.loads(self._line(timeout))
        known = {each.name for each in fields(Answer)}
        return Answer(**{name: value for name, value in said.items() if name in known})

    def ask(self, verb: str, timeout: float = 30.0, **values: object) -> Answer:
        """Give an order and wait for its answer; a new path is taken over."""
        self.tell(verb, **values)
        answer = self.answer(timeout)
        self.path = answer.path or self.path
        return answer

    def close(self) -> None:
        """End the process; it ends by itself when its input does."""
        _input(self._process).close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _line(self, timeout: float) -> bytes:
        """Read up to the next line end, waiting at most ``timeout`` seconds for each piece."""
        if self._process.stdout is None:
            raise EOFError("no output")
        number = self._process.stdout.fileno()
        while b"\n" not in self._held:
            ready, _, _ = select.select([number], [], [], timeout)
            if not ready:
                raise TimeoutError("the simulated pad does not answer")
            octets = os.read(number, 65536)
            if not octets:
                raise EOFError("the simulated pad has ended")
            self._held += octets
        line, _, self._held = self._held.partition(b"\n")
        return line


def _input(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    if process.stdin is None:
        raise EOFError("no input")
    return process.stdin
