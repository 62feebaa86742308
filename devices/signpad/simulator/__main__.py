"""Start a simulated Topaz pad: ``python -m devices.signpad.simulator --help``."""

import argparse
import json
import os
import select
import sys
from pathlib import Path

from app.kit.clock import SystemClock
from devices.kit.pty_port import PtyPort
from devices.signpad.simulator.packets import PADS
from devices.signpad.simulator.process import PadProcess

_IDLE_S = 0.2


def main() -> None:
    """Open the pad, say where it is on standard output, and serve until standard input ends."""
    wanted = _arguments()
    port = PtyPort(wanted.link)
    path = port.plug_in()
    first = {"path": path, "model": wanted.model, "seed": wanted.seed, "pid": os.getpid()}
    _say(first if wanted.json else f"{wanted.model}: {path}")
    pad = PadProcess(port, PADS[wanted.model], seed=wanted.seed, clock=SystemClock(), say=_say)
    _serve(pad, port)
    port.unplug()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m devices.signpad.simulator",
        description="A simulated Topaz signature pad on a pseudo-terminal.",
        epilog="Commands are JSON lines on standard input: see the docstring of process.py.",
    )
    parser.add_argument("--model", choices=sorted(PADS), default="siglite_1x5")
    parser.add_argument("--seed", type=int, default=1, help="whose hand signs, and which noise")
    parser.add_argument("--link", type=Path, help="keep a symbolic link to the port here")
    parser.add_argument("--json", action="store_true", help="say where the pad is as JSON")
    return parser.parse_args()


def _serve(pad: PadProcess, port: PtyPort) -> None:
    lines = b""
    commands = sys.stdin.fileno()
    while not pad.quit:
        ends = [commands, *([port.fileno()] if port.plugged_in else [])]
        due = pad.due_in()
        ready, _, _ = select.select(ends, [], [], _IDLE_S if due is None else due)
        if commands in ready:
            octets = os.read(commands, 65536)
            if not octets:
                return
            *whole, lines = (lines + octets).split(b"\n")
            for line in whole:
                pad.command(line.decode("utf-8", "replace"))
        pad.work()


def _say(answer: object) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
