"""Packs written, performed and taken in under kill -9 at any line: nothing lost, nothing twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 24


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_line_of_an_errand_both_ends_come_out_the_same(
    tmp_path: Path, seed: int
) -> None:
    words = [
        sys.executable,
        "-m",
        "tests.sync.courier_kills",
        str(tmp_path),
        str(seed),
        str(ROUNDS),
    ]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    print(seed, said["killed"])
    assert sum(said["killed"].values()) >= ROUNDS // 2, "the guesses hit"
    assert set(said["killed"]) == {"export", "take", "import"}
    assert said["desk"] == said["hub"]
    assert len(set(said["desk"])) == len(said["desk"]) >= ROUNDS, "every customer is there, once"
    assert said["history"] == len(said["desk"])
    assert (said["left"], said["parts"]) == (0, [])
    assert said["digest"] == said["hub_digest"]
