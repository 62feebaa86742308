"""What the commands print: one line per step, with its seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done and how long it took; a step that fails says so."""
    print(f"  {name} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"failed after {time.monotonic() - began:.1f} s", flush=True)
        raise
    print(f"{time.monotonic() - began:.1f} s", flush=True)


class Stop(Exception):  # noqa: N818 - it ends the command, as SystemExit does
    """Ends the command with a sentence a person can act on."""


def stop_with(sentence: str, *, code: int) -> int:
    """Print why it ended; gives the exit code back."""
    print(sentence, file=sys.stderr, flush=True)
    return code
