"""Lanes: the only threads of the house, each with one worker and an order.

One lane writes the database, two read it, one talks to the network, one per device. What is posted
to a lane runs there in the order it came; nothing else starts a thread (SQLite has one writer,
hidapi is not thread-safe, Qt has one GUI thread).
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Lane:
    """One worker that takes one thing after another."""

    def __init__(self, name: str, workers: int = 1) -> None:
        self.name = name
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=name)
        self._own: set[int] = set()

    def post(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        """Queue a call; the future carries its result or its error."""
        return self._pool.submit(self._run, lambda: call(*args, **kwargs))

    def ask(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Queue a call and wait for it; from the lane itself it runs at once."""
        if threading.get_ident() in self._own:
            return call(*args, **kwargs)
        return self.post(call, *args, **kwargs).result()

    def close(self) -> None:
        """Finish what is queued and let the worker go."""
        self._pool.shutdown(wait=True)

    def _run(self, call: Callable[[], R]) -> R:
        self._own.add(threading.get_ident())
        return call()
