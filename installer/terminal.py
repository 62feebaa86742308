"""What the commands say: one line per step, with its seconds.

All of it goes to standard error, so that ``bench --json`` leaves nothing but its object on standard
output, however much had to be set up first.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done and how long it took; a step that fails says so."""
    say(f"  {name} … ", end="")
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"failed after {time.monotonic() - began:.1f} s")
        raise
    say(f"{time.monotonic() - began:.1f} s")


def say(line: str, *, end: str = "\n") -> None:
    """Say a line at once, beside whatever the command prints as its result."""
    print(line, end=end, file=sys.stderr, flush=True)


def speak_any_locale() -> None:
    """Let a terminal of any character set show every line; a sign it lacks becomes ``?``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class Stop(Exception):  # noqa: N818 - it ends the command, as SystemExit does
    """Ends the command with a sentence a person can act on."""


def stop_with(sentence: str, *, code: int) -> int:
    """Print why it ended; gives the exit code back."""
    say(sentence)
    return code
