"""T4–T8: the list of a million customers, against Qt's own table over Qt's own query model.

Ours is the list of the customers page on the encrypted store, filled by the verb of the import, the
yardstick a plain file with the same rows; each in a process of its own. Filling both takes some
minutes: SEALDESK_BENCH_FOLDER names a folder that keeps them for the next run,
SEALDESK_BENCH_CUSTOMERS makes them smaller for a quick look. What both hold in memory stands beside
each figure.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from tests.benchmarks.harness import PAIRS, Figure, Worker, alternate, compare, figure, python
from tests.benchmarks.harness import workers as running
from tests.benchmarks.many_customers import COUNT, filled

OURS = "tests.benchmarks.our_list"
THEIRS = "tests.benchmarks.yardsticks.query_model_list"
FILLED = f"{COUNT:,} customers"
FASTER = {
    "T4": ("repaint", 0.5, "repaint of a page"),
    "T5": ("first", 1.0, "first paint"),
    "T6.jump": ("jump", 0.06, "middle, then end"),
    "T6.early": ("early", 0.5, "middle, straight after the first paint"),
    "T6.sort": ("sort", 0.15, "sort by name after reading to the end, first page"),
}


def list_over_query_model() -> Iterator[Figure]:
    """Repaint, first paint, jumps, sort; then the memory of fresh processes; then data alone."""
    folder = filled()
    ours, theirs = python("-m", OURS, str(folder)), python("-m", THEIRS, str(folder))
    with running(ours, theirs) as (mine, other):
        for id, (word, target, what) in FASTER.items():
            measured = compare(
                id,
                unit="s",
                yardstick=f"QTableView + QSqlQueryModel, {FILLED}, {what}",
                target=target,
                ours=partial(mine.ask, word),
                theirs=partial(other.ask, word),
            )
            yield with_memory(measured, mine, other)
        yield compare(
            "T8",
            unit="s",
            yardstick=f"50 rows in rowid order at random depth, same file, {FILLED}",
            target=2.0,
            ours=partial(mine.ask, "deep"),
            theirs=partial(mine.ask, "rowid"),
        )
    pairs = alternate(partial(grown, ours), partial(grown, theirs), PAIRS)
    yield figure(
        "T7",
        list(pairs),
        unit="MiB",
        yardstick=f"QSqlQueryModel after middle and end, {FILLED}",
        target=0.07,
    )


def with_memory(measured: Figure, mine: Worker, other: Worker) -> Figure:
    """Say beside a figure what both processes hold in memory after it, in MiB."""
    held = f"resident {mine.ask('rss'):,.0f} against {other.ask('rss'):,.0f} MiB"
    return replace(measured, yardstick=f"{measured.yardstick}; {held}")


def grown(words: list[str]) -> float:
    """Start a process and say by how many MiB it grows."""
    worker = Worker(*words)
    try:
        return worker.ask("memory")
    finally:
        worker.close()


FIGURES = [list_over_query_model]
