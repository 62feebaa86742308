"""T11: what the encrypted store costs over a plain one."""

import tempfile
from collections.abc import Iterator
from functools import partial

from tests.benchmarks.harness import Figure, compare, python, workers

TARGETS = {"open": 1.5, "commit": 1.3, "lookup": 1.15}


def store_over_plain_sqlite() -> Iterator[Figure]:
    """Open, commit, warm lookup: the same work on both, through the same code."""
    with (
        tempfile.TemporaryDirectory() as folder,
        workers(
            python("-m", "tests.benchmarks.our_store", folder),
            python("-m", "tests.benchmarks.yardsticks.plain_store", folder),
        ) as (ours, plain),
    ):
        for word, target in TARGETS.items():
            yield compare(
                f"T11.{word}",
                unit="s",
                yardstick=f"plain sqlite3, {word}",
                target=target,
                ours=partial(ours.ask, word),
                theirs=partial(plain.ask, word),
            )


FIGURES = [store_over_plain_sqlite]
