"""100 to 200 % scaling, changed while the desk runs: sharp pictures, nothing cut, nothing moved."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ui.theme.tokens import Density

ROOT = Path(__file__).resolve().parents[3]
SCALES = (1.0, 1.25, 1.5, 2.0)
WIDTH, HEIGHT = 1366, 768
PAGES = 4
"""Sample pages there are to look at."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Carry a window over screens of these scalings, in a process of its own."""
    config = tmp_path_factory.mktemp("screens") / "screens.json"
    screens = [
        {
            "name": f"at {scale}", "x": 5_000 * place, "y": 0,
            "width": round(WIDTH * scale), "height": round(HEIGHT * scale),
            "logicalDpi": round(96 * scale), "logicalBaseDpi": 96, "dpr": 1,
        }
        for place, scale in enumerate(SCALES)
    ]  # fmt: skip
    config.write_text(json.dumps({"screens": screens}))
    ran = subprocess.run(
        [sys.executable, "-m", "tests.ui.theme.scaled", str(config)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    answer: list[dict[str, Any]] = json.loads(ran.stdout)
    return answer


def test_every_scaling_was_looked_at(told: list[dict[str, Any]]) -> None:
    assert {one["ratio"] for one in told} == set(SCALES)
    assert len(told) == len(SCALES) * 2 * PAGES


def test_pictures_grow_and_distances_stay(told: list[dict[str, Any]]) -> None:
    for one in told:
        assert one["window"] == [WIDTH, HEIGHT]
        grown = [round(side * one["ratio"]) for side in one["window"]]
        assert all(
            abs(side - other) <= 1 for side, other in zip(one["picture"], grown, strict=True)
        )
        assert one["row"] in {density.control for density in Density}


def test_nothing_is_cut_pale_or_out_of_place_at_any_scaling(told: list[dict[str, Any]]) -> None:
    assert [(one["ratio"], one["page"], one["defects"]) for one in told if one["defects"]] == []
