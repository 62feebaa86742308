"""V1: one question to the seal machine and its checked answer, against an echo of as many octets.

The question goes through the driver (framing, CRC, CBOR, turn-taking) to the simulated machine in
its own process and back; the echo sends the same number of octets over a pseudo-terminal.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import serial
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.assembly.devices import SealPort, open_machine
from app.assembly.processes import start_machine
from app.kit.clock import SystemClock
from devices.seal.api import SealDevice
from tests.benchmarks.harness import ROOT, Figure, compare, python

TIMES = 20
OCTETS = 160
"""About what a question and its answer weigh together."""


def question_and_answer() -> Iterator[Figure]:
    """Ask the machine how it stands, again and again."""
    head_office = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    echo = subprocess.Popen(
        python("-m", "tests.benchmarks.yardsticks.pty_echo"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert echo.stdout is not None
    path = echo.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as folder:
        machine = start_machine(Path(folder), "SC-1", "SEAL-1", ("k", head_office))
        key = bytes.fromhex(str(machine.said["pubkey"]))
        port = SealPort("SC-1", str(machine.said["path"]))
        try:
            with (
                open_machine(port, key, None, SystemClock()) as device,
                serial.Serial(path, timeout=5) as line,
            ):
                yield compare(
                    "V1",
                    unit="s",
                    yardstick=f"echo of {OCTETS} octets over a pseudo-terminal",
                    target=8.0,
                    ours=partial(_questions, device),
                    theirs=partial(_echoes, line),
                )
        finally:
            machine.close()
            echo.communicate()


def _questions(device: SealDevice) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        device.status()
    return (time.perf_counter() - began) / TIMES


def _echoes(line: serial.Serial) -> float:
    began = time.perf_counter()
    for _ in range(TIMES):
        line.write(bytes(OCTETS))
        if len(line.read(OCTETS)) != OCTETS:
            raise RuntimeError("the echo is short")
    return (time.perf_counter() - began) / TIMES


FIGURES = [question_and_answer]
