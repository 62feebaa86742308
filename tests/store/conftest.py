"""A store in a folder of its own, opened as a desk opens it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import app.schema  # noqa: F401 - the metadata must be whole
from app.kit.clock import FixedClock
from app.store.keyslots import new_slots
from app.store.store import Store

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    slots, key = new_slots()
    made = Store.create(tmp_path / "desk", slots, key, clock)
    yield made
    made.close()
