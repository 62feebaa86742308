"""A process of ours that is started, told what to do and ended here: hub, simulated devices."""

import json
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
"""Seconds a process may take to start or to answer."""


class Child:
    """A process of ours that says one JSON line when it is ready, and answers JSON orders.

    Every order has a number, which its answer repeats, so several lanes may ask at once and an
    order that takes longer keeps no other waiting.
    """

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
        self._writing, self._reading = Lock(), Lock()
        self._given = 0
        self._open: deque[int] = deque()
        self._kept: dict[int, dict[str, Any]] = {}
        self.said = self._line(PATIENCE_S)

    def ask(self, verb: str, **values: object) -> dict[str, Any]:
        """Give an order and wait for its answer; raises EOFError where the process has ended."""
        return self.ask_within(PATIENCE_S, verb, values)

    def ask_within(self, seconds: float, verb: str, values: Mapping[str, object]) -> dict[str, Any]:
        """Give an order and wait so long for its answer; raises TimeoutError or EOFError."""
        return self._answer_to(self._give(verb, values), seconds)

    def tell(self, verb: str, **values: object) -> None:
        """Give an order and do not wait for its answer: a hand writes while a driver listens."""
        self._open.append(self._give(verb, values))

    def answer(self, seconds: float = PATIENCE_S) -> dict[str, Any]:
        """Wait for the answer to the first order told and not answered yet.

        Raises TimeoutError, EOFError where the process has ended, IndexError with nothing told.
        """
        return self._answer_to(self._open.popleft(), seconds)

    def _give(self, verb: str, values: Mapping[str, object]) -> int:
        """Write an order; gives its number."""
        if self.process.stdin is None:
            raise EOFError("no input")
        with self._writing:
            self._given += 1
            order = json.dumps({"verb": verb, **values, "order": self._given}) + "\n"
            self.process.stdin.write(order.encode())
            self.process.stdin.flush()
            return self._given

    def _answer_to(self, number: int, seconds: float) -> dict[str, Any]:
        """Read until the answer to an order has come; what others wait for is kept for them."""
        with self._reading:
            while number not in self._kept:
                said = self._line(seconds)
                self._kept[said.pop("order")] = said
            return self._kept.pop(number)

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
        said: dict[str, Any] = json.loads(line)
        return said

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()
        self._let_go()

    def close(self) -> None:
        """End it in order; what does not end within ten seconds is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._end()

    def leave(self) -> None:
        """End its input, which ends it in order; what goes on after ten seconds is killed."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self._end()

    def _end(self) -> None:
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
