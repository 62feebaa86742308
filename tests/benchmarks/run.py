"""Measures groups of figures and keeps the results: ``python -m tests.benchmarks.run``.

With ``--json`` standard output is one JSON object, figure id → figure; words go to standard error.
Without it, a table. Every run of all groups also renews the table in docs/benchmarks.md; with
``--keep`` a run of some groups puts its own rows in, and leaves the others as they are.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.benchmarks.harness import ROOT, Figure, machine

Measure = Callable[[], Iterator[Figure]]
HERE = Path(__file__).resolve().parent
RESULTS = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: made by `installer/dev.py bench` -->", "<!-- end of figures -->"


def main() -> int:
    """Measure what was asked for; 1 when a figure misses its target, 2 for an unknown group."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true")
    order = parser.parse_args()
    unknown = sorted(set(order.group) - set(groups()))
    if unknown:
        print(
            f"no figures in {', '.join(unknown)}; there are {', '.join(groups())}", file=sys.stderr
        )
        return 2
    figures = [one for name in order.group or groups() for one in measure(name)]
    if order.json:
        print(json.dumps({one.id: one.as_json() for one in figures}, ensure_ascii=False))
    else:
        print(table(_row(one) for one in figures))
    if order.keep or not order.group:
        keep(figures, RESULTS, others=bool(order.group))
    return 0 if all(one.reached for one in figures) else 1


def groups() -> list[str]:
    """Name the groups there are: one module bench_<group>.py each."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def measure(group: str) -> Iterator[Figure]:
    """Measure one group, saying on standard error what came of each figure."""
    module = importlib.import_module(f"tests.benchmarks.bench_{group}")
    measures: list[Measure] = module.FIGURES
    for one in measures:
        for figure in one():
            print(_line(figure), file=sys.stderr, flush=True)
            yield figure


def table(rows: Iterable[str]) -> str:
    """Lay the rows of figures out as a Markdown table."""
    names = "| figure | ours | yardstick | ratio [min–max of pairs] | target | |"
    return "\n".join([names, "|---|---|---|---|---|---|", *rows])


def keep(figures: list[Figure], page: Path, *, others: bool = False) -> None:
    """Put machine and table between the markers of the page; ``others`` leaves other rows in."""
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    stand = ", ".join(f"{name} {value}" for name, value in machine().items())
    rows = {one.id: _row(one) for one in figures}
    if others:
        rows = {line.split(" | ")[0].removeprefix("| "): line for line in _rows_of(old)} | rows
    block = f"{BEGIN}\n\n{stand}\n\n{table(rows.values())}\n\n{END}"
    page.write_text(f"{before}{block}{after}", encoding="utf-8")


def _rows_of(block: str) -> list[str]:
    """Give the rows of a kept table, without its head."""
    return [line for line in block.splitlines() if line.startswith("| ")][1:]


def _row(one: Figure) -> str:
    spread = f"**{one.ratio:.2f}** [{min(one.runs):.2f}–{max(one.runs):.2f}]"
    mark = "reached" if one.ratio <= one.target else "within noise" if one.reached else "missed"
    cells = (one.id, f"{one.value:.4g} {one.unit}", one.yardstick, spread, f"≤{one.target}", mark)
    return f"| {' | '.join(cells)} |"


def _line(one: Figure) -> str:
    return f"  {one.id}: {one.ratio:.2f} (target {one.target}) against {one.yardstick}"


if __name__ == "__main__":
    sys.exit(main())
