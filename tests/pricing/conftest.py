"""What the tests of pricing share: the shipped tariff, and a request to change."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from app.kit.clock import FixedClock
from app.packs.authority import AuthorityTable
from app.packs.shipped import shipped_packs
from app.packs.tariff import Tariff
from app.packs.trust import PackStore

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

FULL = {
    "tariff": "T2026.1",
    "start": "2026-03-01",
    "end": "2027-02-28",
    "region": "B",
    "discretion": "1.00",
    "experience": {},
    "cohorts": [
        {
            "cohort": "a",
            "heads": 150,
            "class": 2,
            "age": 33,
            "job": None,
            "covers": [
                {"coverage": "GPA", "sum_insured": "200000"},
                {
                    "coverage": "GMA",
                    "sum_insured": "20000",
                    "deductible": 100,
                    "pay_ratio": 90,
                    "social_share": "0.85",
                },
                {"coverage": "GHI", "sum_insured": "15000", "social_insurance": True},
                {"coverage": "GHC", "daily": "100", "wait_days": 3},
            ],
        }
    ],
}


@pytest.fixture(scope="session")
def packs() -> PackStore:
    """The packs that ship."""
    return shipped_packs(FixedClock(NOW))


@pytest.fixture(scope="session")
def tariff(packs: PackStore) -> Tariff:
    """T2026.1."""
    return packs.tariff("T2026.1")


@pytest.fixture(scope="session")
def authority(packs: PackStore) -> AuthorityTable:
    """The authority table that ships."""
    return packs.authority()


@pytest.fixture
def tree() -> Any:
    """A request with every cover, as plain JSON values, free to be changed."""
    return copy.deepcopy(FULL)
