"""S1: one edit, committed at the desk and acknowledged by head office, against one bare request.
D1: the headless day as a whole process, against an interpreter that only imports it."""

import gc
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import httpx

from app.assembly.demo import SEED
from app.assembly.demo_people import demo_branch
from app.customers.actions import AddNote
from app.kit.clock import today
from app.kit.ids import new_id
from tests.benchmarks.harness import ROOT, Figure, compare, python
from tests.benchmarks.yardsticks import bare_http
from tests.faults.drill import found_site
from tests.faults.stages import opened
from ui.customers.presenter import CustomersPresenter
from ui.shell.ports import Desk

BODY = bytes(2000)
"""About what the push of one edit with its audit line carries."""
TIMES = 10


def round_trip() -> Iterator[Figure]:
    """Commit a note, sync it, and see it acknowledged; TLS, signatures and both databases in it."""
    with tempfile.TemporaryDirectory() as name, _bare_server() as url:
        folder = Path(name)
        found_site(folder / "closed")
        with opened(folder / "closed", folder / "site") as here, httpx.Client() as client:
            here.day.steps["customer"]()
            clerk = here.day.clerk()
            clerk.sync()
            group = demo_branch(size=0, seed=SEED, on=today(clerk.clock)).group
            holder = CustomersPresenter(clerk).holder(group.credit_code)
            assert holder is not None
            # The desk collects while nobody waits (ui.shell.tidying); so must this stand-in.
            gc.collect()
            gc.freeze()
            yield compare(
                "S1",
                unit="s",
                yardstick="one bare HTTP request on loopback",
                target=60.0,
                ours=partial(_edits, clerk, holder.id),
                theirs=lambda: (
                    sum(bare_http.seconds(client, url, BODY) for _ in range(TIMES)) / TIMES
                ),
            )
            gc.unfreeze()


def whole_day() -> Iterator[Figure]:
    """Run ``sealdesk demo --headless`` from nothing to the end of its process."""
    day = python("-m", "app", "demo", "--headless", "--json", "--size", "3")
    imports = python("-c", "import app.assembly.demo_command")
    yield compare(
        "D1",
        unit="s",
        yardstick="an interpreter that imports the day and ends",
        target=30.0,
        ours=partial(_process, day, answers=True),
        theirs=partial(_process, imports),
    )


def _edits(clerk: Desk, customer: object) -> float:
    """Give the mean seconds of an edit until head office has it."""
    began = time.perf_counter()
    for _ in range(TIMES):
        clerk.perform("customers.add_note", AddNote(customer, new_id(clerk.clock), "a note"))  # type: ignore[arg-type]
        if clerk.sync().outbox_left:
            raise RuntimeError("the edit was not acknowledged")
    return (time.perf_counter() - began) / TIMES


def _process(words: Sequence[str], *, answers: bool = False) -> float:
    began = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True)
    seconds = time.perf_counter() - began
    if answers and json.loads(done.stdout)["problems"]:
        raise RuntimeError("the day left problems")
    return seconds


class _bare_server:  # noqa: N801 - used as a with-block
    """The bare server, for a while; gives its address."""

    def __enter__(self) -> str:
        words = python("-m", "tests.benchmarks.yardsticks.bare_http")
        self._process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        return f"http://127.0.0.1:{int(self._process.stdout.readline())}/"

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


FIGURES = [round_trip, whole_day]
