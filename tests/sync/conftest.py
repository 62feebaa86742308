"""What tests of sync share: a hub in this process, on each database there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.world import Hub, make_hub, postgres_url


@pytest.fixture(params=["embedded", *(["postgresql"] if postgres_url() else [])])
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub", url=postgres_url() if request.param == "postgresql" else "")
    yield made
    made.service.close()
    made.database.close()
