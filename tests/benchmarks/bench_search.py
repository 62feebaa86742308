"""T9 and T10: search among a million customers over a LIKE scan, and what the index weighs.

The store is the list bench's, filled by the verb of the import. SEALDESK_BENCH_CUSTOMERS gives
fewer customers for a quick look, which is then no figure.
"""

from collections.abc import Iterator
from functools import partial

from tests.benchmarks.harness import PAIRS, Figure, Worker, compare, figure, python, workers
from tests.benchmarks.many_customers import filled

ASKED = ("two signs", "three signs", "three signs, no hit", "initials", "pinyin", "last four")
WEIGHT = 0.35


def search() -> Iterator[Figure]:
    """Ask the index 50 records at a time; the yardstick scans its whole table once."""
    folder = str(filled())
    with workers(
        python("-m", "tests.benchmarks.our_search", folder),
        python("-m", "tests.benchmarks.yardsticks.plain_search", folder),
    ) as (ours, plain):
        for asked in ASKED:
            yield compare(
                f"T9.{asked.replace(', ', '.').replace(' ', '_')}",
                unit="s",
                yardstick="a thousandth of a LIKE scan without a hit, plain sqlite3",
                target=1.0,
                ours=partial(ours.ask, asked),
                theirs=partial(_thousandth, plain),
            )
        size, base = ours.ask("search bytes"), ours.ask("base bytes")
        yield figure(
            "T10",
            [(size, base)] * PAIRS,
            unit="bytes",
            yardstick="the customers' table with its other indexes",
            target=WEIGHT,
        )


def _thousandth(plain: Worker) -> float:
    return plain.ask("like") / 1_000


FIGURES = [search]
