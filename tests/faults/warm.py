"""A warm start for many short clerks: everything is imported once, each clerk is a fork of it.

Run as ``python -m tests.faults.warm``. Each line on standard input is a JSON list
``[folder, key, count, acks]``; the clerk is forked, stops itself before its first step (so that a
tracer can take hold of it), and its process id is answered in a line; how it ended in another.
This is one of the files that may fork: no thread and no database is open when it does.
"""

import json
import os
import signal
import sys

from tests.faults import clerk


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        folder, key, count, acks = json.loads(line)
        child = os.fork()
        if child == 0:
            _work(folder, key, count, acks)
        os.waitpid(child, os.WUNTRACED)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


def _work(folder: str, key: str, count: str, acks: str) -> None:
    os.dup2(os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 1)
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        clerk.main(folder, key, count)
    except BaseException as error:  # noqa: BLE001 - told to the test, then the process ends
        clerk.say(f"broke {type(error).__name__}: {error}".replace("\n", " ")[:300])
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
