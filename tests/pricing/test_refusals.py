"""Every request that cannot be priced is refused by its own code, naming the field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.assembly.price import price_file
from app.kit.errors.base import BranchError
from app.packs.trust import PackStore


def refusal(packs: PackStore, folder: Path, content: bytes) -> BranchError:
    path = folder / "request.json"
    path.write_bytes(content)
    with pytest.raises(BranchError) as caught:
        price_file(path, packs)
    return caught.value


Change = Callable[[Any], object]


def top(**values: object) -> Change:
    return lambda tree: tree.update(values)


def cohort(**values: object) -> Change:
    return lambda tree: tree["cohorts"][0].update(values)


def cover(place: int, **values: object) -> Change:
    return lambda tree: tree["cohorts"][0]["covers"][place].update(values)


def without(*way: str | int) -> Change:
    def change(tree: Any) -> None:
        for key in way[:-1]:
            tree = tree[key]
        del tree[way[-1]]

    return change


def twin(tree: Any) -> None:
    tree["cohorts"].append(dict(tree["cohorts"][0]))


def cover_again(tree: Any) -> None:
    tree["cohorts"][0]["covers"].append(tree["cohorts"][0]["covers"][0])


def only(code: str, **values: object) -> Change:
    """Keep one cover and set values of the cohort."""

    def change(tree: Any) -> None:
        one = tree["cohorts"][0]
        one["covers"] = [c for c in one["covers"] if c["coverage"] == code]
        one.update(values)

    return change


REFUSED: list[tuple[str, str, Change]] = [
    ("E-PRICE-CLASS", "cohorts[0].class", cohort(**{"class": 7})),
    ("E-PRICE-CLASS", "cohorts[0].class", cohort(**{"class": 0})),
    ("E-PRICE-CLASS", "cohorts[0].class", only("GHC", **{"class": 7})),
    ("E-PRICE-CLASS", "cohorts[0].class", only("GHI", **{"class": 7})),
    ("E-PRICE-CLASS", "cohorts[0].class", only("GMA", **{"class": 7})),
    ("E-PRICE-CLASS", "cohorts[0].class", only("GPA", **{"class": 7, "age": 9})),
    ("E-PRICE-END", "2026-02-28", top(end="2026-02-28")),
    ("E-PRICE-TERM", "12", top(end="2027-03-01")),
    ("E-PRICE-TERM", "12", top(end="2027-03-31")),
    ("E-PRICE-TARIFF-DATES", "2025-12-31", top(start="2025-12-31", end="2026-12-30")),
    ("E-PRICE-TARIFF-DATES", "2031-01-01", top(start="2031-01-01", end="2031-12-31")),
    ("E-PACK-UNKNOWN", "T2025.9", top(tariff="T2025.9")),
    ("E-PACK-UNKNOWN", "x/../../y", top(tariff="x/../../y")),
    ("E-PRICE-REGION", "D", top(region="D")),
    ("E-PRICE-AGE", "cohorts[0].age", only("GPA", age=71)),
    ("E-PRICE-AGE", "cohorts[0].age", only("GMA", age=71)),
    ("E-PRICE-AGE", "cohorts[0].age", only("GHI", age=15)),
    ("E-PRICE-AGE", "cohorts[0].age", only("GHI", age=66)),
    ("E-PRICE-AGE", "cohorts[0].age", only("GHC", age=66)),
    ("E-PRICE-SUM", "cohorts[0].covers[0].sum_insured", cover(0, sum_insured="0")),
    ("E-PRICE-SUM", "cohorts[0].covers[0].sum_insured", cover(0, sum_insured="-100")),
    ("E-PRICE-SUM", "cohorts[0].covers[3].daily", cover(3, daily=0)),
    ("E-PRICE-SUM-RANGE", "GHI", cover(2, sum_insured="4999.99")),
    ("E-PRICE-SUM-RANGE", "GHI", cover(2, sum_insured="50000.01")),
    ("E-PRICE-COVER", "cohorts[0].covers[0].coverage", cover(0, coverage="GTL")),
    ("E-PRICE-COVER", "experience", top(experience={"GTL": {}})),
    ("E-PRICE-DEDUCTIBLE", "50", cover(1, deductible=50)),
    ("E-PRICE-PAY-RATIO", "85", cover(1, pay_ratio=85)),
    ("E-PRICE-WAIT", "4", cover(3, wait_days=4)),
    ("E-PRICE-SHARE", "cohorts[0].covers[1].social_share", cover(1, social_share="1.01")),
    ("E-PRICE-COHORT-TWICE", "a", twin),
    ("E-PRICE-COVER-TWICE", "GPA", cover_again),
    ("E-PRICE-HEADS", "cohorts[0].heads", cohort(heads=0)),
    ("E-PRICE-GROUP", "3", cohort(heads=2)),
    ("E-PRICE-COMBINED", "0.49", top(discretion="0.49")),
    ("E-PRICE-COMBINED", "2.01", top(discretion="2.01")),
    (
        "E-PRICE-COMBINED",
        "GPA",
        top(discretion="1.40", experience={"GPA": {"life_years": 90000, "loss_ratio": "2"}}),
    ),
    ("E-PRICE-DISCRETION", "above zero", top(discretion="0.00")),
    ("E-PRICE-AUTHORITY", "1.51", top(discretion="1.51")),
    ("E-PRICE-EMPTY", "cohorts", top(cohorts=[])),
    ("E-PRICE-EMPTY", "cohorts[0].covers", cohort(covers=[])),
    ("E-PRICE-KEY", "cohorts[0].clas", cohort(clas=1)),
    ("E-PRICE-KEY", "currency", top(currency="CNY")),
    ("E-PRICE-KEY", "cohorts[0].covers[0].deductible", cover(0, deductible=0)),
    ("E-PRICE-MISSING", "cohorts[0].heads", without("cohorts", 0, "heads")),
    ("E-PRICE-MISSING", "region", without("region")),
    (
        "E-PRICE-MISSING",
        "cohorts[0].covers[1].social_share",
        without("cohorts", 0, "covers", 1, "social_share"),
    ),
    ("E-PRICE-TYPE", "cohorts[0].heads", cohort(heads=True)),
    ("E-PRICE-TYPE", "cohorts[0].heads", cohort(heads="many")),
    ("E-PRICE-TYPE", "cohorts[0].age", cohort(age=-1)),
    ("E-PRICE-TYPE", "cohorts", top(cohorts={})),
    ("E-PRICE-TYPE", "cohorts[0]", top(cohorts=[3])),
    ("E-PRICE-TYPE", "region", top(region=None)),
    ("E-PRICE-TYPE", "region", top(region="B" * 300)),
    ("E-PRICE-TYPE", "cohorts[0].job", cohort(job="\ud800")),
    ("E-PRICE-TYPE", "cohorts[0].covers[2].social_insurance", cover(2, social_insurance="yes")),
    ("E-PRICE-TYPE", "discretion", top(discretion=None)),
    ("E-PRICE-FLOAT", "discretion", top(discretion=0.95)),
    ("E-PRICE-FLOAT", "cohorts[0].covers[0].sum_insured", cover(0, sum_insured=1.0)),
    ("E-PRICE-FLOAT", "cohorts[0].heads", cohort(heads=150.0)),
    ("E-PRICE-FLOAT", "discretion", top(discretion=float("nan"))),
    ("E-PRICE-DECIMAL", "discretion", top(discretion="-0.95")),
    ("E-PRICE-DECIMAL", "discretion", top(discretion="1e0")),
    ("E-PRICE-DECIMAL", "discretion", top(discretion="0.9500001")),
    ("E-PRICE-DECIMAL", "discretion", top(discretion="０.95")),
    ("E-PRICE-DECIMAL", "sum_insured", cover(0, sum_insured="12.345")),
    ("E-PRICE-DATE", "start", top(start="2026-02-29")),
    ("E-PRICE-DATE", "start", top(start="20260301")),
    ("E-PRICE-DATE", "end", top(end="9999-12-31")),
]


@pytest.mark.parametrize(("code", "named", "change"), REFUSED)
def test_a_wrong_request_is_refused_by_its_own_code(
    packs: PackStore, tmp_path: Path, tree: Any, code: str, named: str, change: Change
) -> None:
    change(tree)
    refused = refusal(packs, tmp_path, json.dumps(tree).encode())
    assert refused.code == code
    assert named in refused.problem.what.in_language("en")
    assert all(refused.problem.as_dict().values())


def test_the_unchanged_request_is_priced(packs: PackStore, tmp_path: Path, tree: Any) -> None:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert price_file(path, packs)["approval_level"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 200_000,
        b'{"tariff": "a", "tariff": "b"}',
        b'{"start": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_json_is_refused(packs: PackStore, tmp_path: Path, content: bytes) -> None:
    assert refusal(packs, tmp_path, content).code == "E-PRICE-JSON"


@pytest.mark.parametrize("content", [b"[]", b"3", b'"x"', b"null", b"0.5"])
def test_json_that_is_no_object_is_refused(
    packs: PackStore, tmp_path: Path, content: bytes
) -> None:
    assert refusal(packs, tmp_path, content).code == "E-PRICE-TYPE"


def test_a_huge_file_is_refused(packs: PackStore, tmp_path: Path) -> None:
    assert refusal(packs, tmp_path, b" " * (17 * 1024 * 1024)).code == "E-PRICE-LARGE"


def test_a_missing_file_is_refused(packs: PackStore, tmp_path: Path) -> None:
    with pytest.raises(BranchError) as caught:
        price_file(tmp_path / "nothing.json", packs)
    assert caught.value.code == "E-PRICE-FILE"
    with pytest.raises(BranchError) as caught:
        price_file(tmp_path, packs)
    assert caught.value.code == "E-PRICE-FILE"
