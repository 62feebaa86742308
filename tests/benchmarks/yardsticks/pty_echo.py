"""The yardstick of V1: a process that sends back what it hears on a pseudo-terminal."""

import select
import sys

from devices.kit.pty_port import PtyPort


def main() -> int:
    """Say the path on standard output, then echo until standard input ends."""
    port = PtyPort()
    print(port.plug_in(), flush=True)
    while True:
        ready, _, _ = select.select([0, port.fileno()], [], [])
        if 0 in ready:
            return 0
        port.write(port.read())


if __name__ == "__main__":
    sys.exit(main())
