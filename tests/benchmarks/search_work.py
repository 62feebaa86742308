"""What is looked for among a great many customers, and how a worker is asked for it."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping

TURNS = 15
"""Calls one answer is the median of."""


def serve(answers: Mapping[str, Callable[[], float]]) -> None:
    """Answer words on standard input with numbers, line by line, until it ends."""
    for line in sys.stdin:
        print(json.dumps(answers[line.strip()]()), flush=True)


def timed(call: Callable[[], object], turns: int = TURNS) -> float:
    """Give the median seconds of a call that was made once before."""
    call()
    spent = []
    for _ in range(turns):
        begun = time.perf_counter()
        call()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)
