"""Months are counted as the worked examples count them."""

from datetime import date
from typing import Any

from app.kit.calendar import days_of_cover, months_of_cover, started_months


def test_months_are_counted_as_in_the_examples(examples: Any) -> None:
    cases = examples["pricing"]["month_counting"]
    assert len(cases) == 10
    for case in cases:
        start, end = date.fromisoformat(case["start"]), date.fromisoformat(case["end"])
        assert days_of_cover(start, end) == case["days"]
        assert started_months(start, end) == case["started_months"]
        assert months_of_cover(start, end) == (case["full_months"], case["extra_days"])
