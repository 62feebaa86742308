"""T12 and T14: customers from a file and from head office, against bare rows into the same tables.

Ours does all it does for anybody: it judges, looks for doubles, makes the search's entries, writes
outbox and audit lines, or unpacks, checks and merges. The yardstick has every row before it, the
index's own among them, and only writes: `executemany` of tuples through the same cipher, a commit
for each batch. Both begin with a copy of the same founded branch.
"""

from collections.abc import Iterator
from functools import partial
from tempfile import TemporaryDirectory

from tests.benchmarks.harness import Figure, compare, python, workers
from tests.benchmarks.our_import import LISTED, PULLED

TARGETS = {
    "T12": ("listed", f"{LISTED:,} customers from a list", 1.15),
    "T14": ("pulled", f"{PULLED:,} customers of a first load", 2.0),
}


def rows_in_bulk() -> Iterator[Figure]:
    """Take customers up, and take them in; seconds a customer on both sides."""
    with (
        TemporaryDirectory() as folder,
        workers(python("-m", "tests.benchmarks.our_import", folder)) as (worker,),
    ):
        for id, (word, what, target) in TARGETS.items():
            yield compare(
                id,
                unit="s",
                yardstick=f"executemany of the same rows, search's own among them; {what}",
                target=target,
                ours=partial(worker.ask, word),
                theirs=partial(worker.ask, f"{word}_bare"),
            )


FIGURES = [rows_in_bulk]
