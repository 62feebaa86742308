"""The stage: a branch and a head office with the real door at both ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Give a stage with its people."""
    made = Stage.open(tmp_path)
    yield made
    made.close()
