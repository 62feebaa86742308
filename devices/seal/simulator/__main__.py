"""Run a simulated seal machine: ``python -m devices.seal.simulator --state DIR …``.

The first line on standard output is one JSON object with the path to open and the machine's
public key; then one JSON answer for each JSON order on standard input (see ``control``). The end
of standard input, SIGTERM or Ctrl-C is the end of the machine. Killing it is a power cut: start
it again with the same ``--state`` and it remembers all it must.
"""

import argparse
import json
import os
import secrets
import select
import signal
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.kit.clock import SystemClock
from devices.kit.pty_port import PtyPort
from devices.seal.simulator.bed import Bed
from devices.seal.simulator.box import Box
from devices.seal.simulator.control import BadOrder, Order
from devices.seal.simulator.machine import Build

BREATH = 0.01


def main() -> int:
    """Start the machine and serve it until its input ends."""
    wanted = _arguments().parse_args()
    wanted.state.mkdir(parents=True, exist_ok=True)
    key = _device_key(wanted.key_file or wanted.state / "device.key")
    build = Build(
        device_id=wanted.device_id,
        seal_id=wanted.seal_id,
        hq_keys=dict(_head_office_key(text) for text in wanted.hq_key),
        stroke_seconds=wanted.stroke_ms / 1000,
        silence_seconds=wanted.watchdog_s,
        log_capacity=wanted.log_capacity,
    )
    box = Box(
        build,
        key,
        wanted.state,
        port=PtyPort(wanted.link),
        bed=Bed(dpi=wanted.dpi, grade=wanted.grade, seed=wanted.seed),
        clock=SystemClock(),
        chance=secrets.token_bytes,
        die=lambda: os.kill(os.getpid(), signal.SIGKILL),
        seed=wanted.seed,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    path = box.port.plug_in()
    public = key.public_key().public_bytes_raw().hex()
    _print({"path": path, "device_id": build.device_id, "seal_id": build.seal_id, "pubkey": public})
    try:
        _serve(box)
    except KeyboardInterrupt:
        return 130
    finally:
        box.close()
    return 0


def _serve(box: Box) -> None:
    """Turn the machine and obey orders until standard input ends."""
    orders = bytearray()
    while True:
        waiting = [0, box.port.fileno()] if box.port.plugged_in else [0]
        ready, _, _ = select.select(waiting, [], [], BREATH)
        if 0 in ready:
            arrived = os.read(0, 65536)
            if not arrived:
                return
            orders += arrived
        while b"\n" in orders:
            line, _, rest = orders.partition(b"\n")
            orders = bytearray(rest)
            if line.strip():
                _print(_obeyed(box, bytes(line)))
        box.turn()


def _obeyed(box: Box, line: bytes) -> dict[str, object]:
    number: object = None
    try:
        told = json.loads(line)
        number = told.get("order") if isinstance(told, dict) else None
        order = Order.read(told)
        return {"ok": True, "verb": order.verb, "order": number, **box.obey(order)}
    except (ValueError, BadOrder, OSError) as error:
        return {"ok": False, "order": number, "error": str(error)}


def _print(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _device_key(path: Path) -> Ed25519PrivateKey:
    """Read the machine's key (32 octets), or make it on the first start."""
    if not path.exists():
        fresh = path.with_name(path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _head_office_key(text: str) -> tuple[str, bytes]:
    """Read ``KID=HEX``, or HEX alone for a machine that takes one key under any id."""
    kid, _, octets = text.rpartition("=")
    key = bytes.fromhex(octets)
    if len(key) != 32:
        raise SystemExit("--hq-key: an Ed25519 public key has 64 hex digits")
    return kid or "*", key


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m devices.seal.simulator",
        description="A seal machine in software that speaks SCP/1 on a pseudo-terminal.",
    )
    add = parser.add_argument
    add("--state", type=Path, required=True, help="folder of its lasting memory")
    add("--device-id", required=True)
    add("--seal-id", required=True)
    add("--hq-key", action="append", required=True, metavar="[KID=]HEX")
    add("--key-file", type=Path, help="its own key, 32 octets (default: STATE/device.key)")
    add("--link", type=Path, help="keep a symbolic link to the pseudo-terminal here")
    add("--json", action="store_true", help="accepted for symmetry: answers are always JSON")
    add("--stroke-ms", type=float, default=150, help="time of one stroke")
    add("--watchdog-s", type=float, default=10, help="silence after which it disarms itself")
    add("--log-capacity", type=int, default=4096, help="entries it keeps until acknowledged")
    add("--dpi", type=int, default=200, help="grain of its camera")
    add("--grade", choices=("ideal", "imperfect"), default="imperfect")
    add("--seed", type=int, default=1, help="seed of camera and line mishaps")
    return parser


if __name__ == "__main__":
    sys.exit(main())
