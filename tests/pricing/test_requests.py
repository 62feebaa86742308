"""A request goes to JSON and back, and its hash changes with everything that is asked."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from app.packs.tariff import Tariff
from app.pricing.requests import (
    canonical_bytes,
    input_hash,
    request_json,
    request_of,
    request_of_bytes,
)
from app.pricing.rules.quotation import price
from tests.leaves import read_examples


def hash_of(tree: Any, tariff: Tariff) -> str:
    return input_hash(request_of(tree), tariff.origin.sha256)


def test_a_request_survives_the_way_to_json_and_back(tree: Any) -> None:
    tree["experience"] = {"GPA": {"life_years": "900.5", "loss_ratio": "1.10"}}
    request = request_of(tree)
    assert request_json(request) == request_json(request_of(request_json(request)))
    assert request_of(request_json(request)) == request


def test_the_requests_of_the_examples_are_written_as_the_file_writes_them() -> None:
    quotes: Any = read_examples()["pricing"]
    for quote in quotes["quotes"]:
        written: Any = request_json(request_of(quote["request"]))
        for past in written["experience"].values():
            past["life_years"] = int(past["life_years"])
        assert written == quote["request"], quote["id"]


def test_the_same_request_written_otherwise_has_the_same_hash(tree: Any, tariff: Tariff) -> None:
    other = copy.deepcopy(tree)
    other["discretion"] = "1"
    other["cohorts"][0]["covers"][0]["sum_insured"] = 200000
    other["cohorts"][0]["covers"][2]["sum_insured"] = "15,000.00"
    del other["cohorts"][0]["job"]
    del other["experience"]
    assert canonical_bytes(request_of(other)) == canonical_bytes(request_of(tree))
    assert hash_of(other, tariff) == hash_of(tree, tariff)


CHANGES: list[Callable[[Any], object]] = [
    lambda t: t.update(start="2026-03-02"),
    lambda t: t.update(end="2027-02-27"),
    lambda t: t.update(region="A"),
    lambda t: t.update(discretion="0.999999"),
    lambda t: t.update(experience={"GPA": {"life_years": 0, "loss_ratio": "0"}}),
    lambda t: t["cohorts"][0].update(cohort="b"),
    lambda t: t["cohorts"][0].update(heads=151),
    lambda t: t["cohorts"][0].update({"class": 3}),
    lambda t: t["cohorts"][0].update(age=34),
    lambda t: t["cohorts"][0].update(job="打磨抛光"),
    lambda t: t["cohorts"][0]["covers"].pop(),
    lambda t: t["cohorts"][0]["covers"][0].update(sum_insured="200000.01"),
    lambda t: t["cohorts"][0]["covers"][1].update(deductible=0),
    lambda t: t["cohorts"][0]["covers"][1].update(pay_ratio=80),
    lambda t: t["cohorts"][0]["covers"][1].update(social_share="0.850001"),
    lambda t: t["cohorts"][0]["covers"][2].update(social_insurance=False),
    lambda t: t["cohorts"][0]["covers"][3].update(wait_days=0),
    lambda t: t["cohorts"][0]["covers"][3].update(daily="100.01"),
]


def test_every_change_changes_the_hash(tree: Any, tariff: Tariff) -> None:
    hashes = {hash_of(tree, tariff)}
    for change in CHANGES:
        changed = copy.deepcopy(tree)
        change(changed)
        hashes.add(hash_of(changed, tariff))
    hashes.add(input_hash(request_of(tree), "0" * 64))
    assert len(hashes) == len(CHANGES) + 2


@pytest.mark.parametrize("job", ["打磨抛光", "会计", None])
def test_a_job_weighs_on_gpa_only(tree: Any, tariff: Tariff, job: str | None) -> None:
    tree["cohorts"][0]["job"] = job
    lines = {line.coverage: line for line in price(request_of(tree), tariff).lines}
    named = {code: dict(line.rating.steps) for code, line in lines.items()}
    assert named["GPA"]["job_factor"].text == ("1.30" if job == "打磨抛光" else "1")
    assert all("job_factor" not in steps for code, steps in named.items() if code != "GPA")


def test_a_byte_order_mark_is_no_reason_to_refuse(tree: Any) -> None:
    content = json.dumps(tree).encode("utf-8-sig")
    assert request_of_bytes(content) == request_of(tree)
