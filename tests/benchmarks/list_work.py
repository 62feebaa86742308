"""What both sides of T4–T8 share: the size of the window, the memory, words in and numbers out."""

import json
import sys
from pathlib import Path

SIZE = (1280, 760)
PAGE = 50
"""Rows of a page, data only."""


def rss_mib() -> float:
    """Say how much memory this process holds."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def serve(trial: object) -> None:
    """Answer words from standard input with what the trial's method of that name measures.

    ``rss`` says what the process holds in memory, in MiB.
    """
    for line in sys.stdin:
        word = line.strip()
        answer = rss_mib() if word == "rss" else getattr(trial, word)()
        print(json.dumps(answer), flush=True)
