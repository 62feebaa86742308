"""The shipped tariff, verified like at a desk, for rosters that are held against it."""

from datetime import UTC, datetime

import pytest

from app.kit.clock import FixedClock
from app.packs.shipped import shipped_packs
from app.packs.tariff import Tariff


@pytest.fixture(scope="session")
def tariff() -> Tariff:
    return shipped_packs(FixedClock(datetime(2026, 11, 22, tzinfo=UTC))).tariff("T2026.1")
