"""R01: processes killed at random instants; how many acknowledged records were lost or torn.

Zero failures in N trials bound the rate at 3/N (95 %). ``SEALDESK_KILLS`` changes N of the writing
loop (2,000); the day gets one kill for each twenty of it. Seeds are fixed and printed.
"""

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.assembly.headless import STEPS
from tests.benchmarks.harness import PAIRS, Figure, counted
from tests.faults.drill import Drill, drill, found_site
from tests.faults.kill_loop import kill_at_random

WRITING = int(os.environ.get("SEALDESK_KILLS", "2000"))
BATCHES = max(10, WRITING // 40)
"""Stores the kills are spread over: after each kill a whole store is read, so it must not grow."""
SEED = 790115
ACTS = (
    "approvals.decide_case",
    "signing.begin_signature",
    "seals.request_permit",
    "seals.begin_stamp",
    "seals.finish_stamp",
)


def writing() -> Iterator[Figure]:
    """Kill a desk that prices and submits, over one store each batch, and look after each kill."""
    trials = max(WRITING // BATCHES, 1)
    step = max(BATCHES // 10, 1)
    lost: list[int] = []
    for batch in range(BATCHES):
        with tempfile.TemporaryDirectory() as folder:
            try:
                kill_at_random(Path(folder) / "desk", trials, SEED + batch)
            except AssertionError as found:
                print(f"  seed {SEED + batch}: {found}", file=sys.stderr)
                lost.append(1)
            else:
                lost.append(0)
        if (batch + 1) % step == 0:
            print(f"  {(batch + 1) * trials} kills, lost in {sum(lost)} stores", file=sys.stderr)
    yield _figure("R01", lost, trials * BATCHES, "kills of a desk that writes")


def days() -> Iterator[Figure]:
    """Kill whole days, each once in every step and in a random act, half of them by power cut."""
    wanted, kills, seed = max(WRITING // 20, 8), 0, SEED
    lost: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        found_site(site)
        while kills < wanted or len(lost) < PAIRS:
            day = drill(site, Path(folder) / str(seed), seed, _aims(seed))
            lost.append(failures(day))
            if lost[-1]:
                print(f"  seed {seed}: {day.lost} {day.complaint} {day.ended}", file=sys.stderr)
            kills += len(day.kills)
            seed += 1
            print(f"  {len(lost)} days, {kills} kills, {sum(lost)} failures", file=sys.stderr)
    yield _figure("R01.day", lost, kills, "kills of a day with its hub and devices")


def failures(day: Drill) -> int:
    """Count what a day lost, tore, stamped twice or did not offer."""
    end = day.ended
    if not end:
        return 1 + len(day.lost)
    twice: int = end["most_on_one_page"] - 1 + abs(end["machine_total"] - end["ledger_total"])
    torn = [end["audit"], end["archived"], end["digest_equal"], not end["open"]].count(False)
    return len(day.lost) + len(day.not_offered) + twice + torn + int(end["outbox_left"] > 0)


def _aims(seed: int) -> list[str]:
    """Choose where a day is killed: every step, and one act more in its place."""
    act = random.Random(seed).choice(ACTS)
    room = {"approvals": "submit", "signing": "sign", "seals": "seal"}[act.split(".")[0]]
    return [act if step == room else step for step in STEPS]


def _figure(id: str, lost: list[int], kills: int, what: str) -> Figure:
    said = f"{what}: {kills}, seeds from {SEED}, at most {3 / kills:.2%} (95 %)"
    return counted(id, lost, unit="lost, torn or doubled", yardstick=said)


FIGURES = [writing, days]
