"""`sealdesk price` as it is called: one JSON object on standard output, exit 2 for a refusal."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import run

Capture = pytest.CaptureFixture[str]


def priced(path: Path, capsys: Capture) -> tuple[int, Any]:
    """Run the command; gives its exit code and the one object it printed."""
    code = run(["price", str(path), "--json"])
    return code, json.loads(capsys.readouterr().out)


def request(tree: Any, path: Path, cover: dict[str, object], **cohort: object) -> Path:
    """Write a request with one cohort that buys one cover."""
    tree["cohorts"][0].update(cohort, covers=[cover])
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


GHI: dict[str, object] = {"coverage": "GHI", "sum_insured": "15000", "social_insurance": True}
GHC: dict[str, object] = {"coverage": "GHC", "daily": "100", "wait_days": 3}


@pytest.mark.parametrize(
    ("cover", "cohort", "code", "where"),
    [
        (GHI, {"age": 66}, "E-PRICE-AGE", "cohorts[0].age"),
        (GHI, {"class": 7}, "E-PRICE-CLASS", "cohorts[0].class"),
        (GHI, {"heads": 0}, "E-PRICE-HEADS", "cohorts[0].heads"),
        (GHI, {"heads": 2}, "E-PRICE-GROUP", "2"),
        (GHI | {"sum_insured": "60000"}, {}, "E-PRICE-SUM-RANGE", "cohorts[0] GHI sum_insured"),
        (GHC | {"wait_days": 4}, {}, "E-PRICE-WAIT", "cohorts[0] GHC"),
        (GHC | {"coverage": "GTL"}, {}, "E-PRICE-COVER", "cohorts[0].covers[0].coverage"),
    ],
)
def test_a_refused_request_exits_2_with_one_object_that_says_why(
    tree: Any,
    tmp_path: Path,
    capsys: Capture,
    cover: dict[str, object],
    cohort: dict[str, object],
    code: str,
    where: str,
) -> None:
    exit_code, said = priced(request(tree, tmp_path / "r.json", cover, **cohort), capsys)
    assert (exit_code, said["ok"], said["error"]["code"]) == (2, False, code)
    assert where in said["error"]["what"] and said["error"]["next"]


def test_a_good_request_exits_0_with_the_answer(tree: Any, tmp_path: Path, capsys: Capture) -> None:
    exit_code, said = priced(request(tree, tmp_path / "r.json", GHC, heads=30, age=24), capsys)
    assert exit_code == 0
    # 100 yuan a day at 24 is 120.00 a year; thirty people are charged 1.15 for a small group.
    assert (said["policy_premium"], said["policy_premium_fen"]) == ("4140.00", 4_140_00)
