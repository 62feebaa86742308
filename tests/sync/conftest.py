"""What tests of sync share: a hub on the embedded database in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.world import Hub, make_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.service.close()
    made.database.close()
