"""The rig as a fixture: every test gets its own machine unless it asks for the shared one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.devices.seal.rig import Rig

VECTORS = Path(__file__).resolve().parents[2] / "data" / "sealctl_vectors.json"


@pytest.fixture
def rigs(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Make machines that are ended with the test."""
    made: list[Rig] = []

    def make(**options: object) -> Rig:
        folder = tmp_path / f"machine{len(made)}"
        made.append(Rig(folder, **options))
        return made[-1]

    yield make
    for rig in made:
        rig.close()


@pytest.fixture
def rig(rigs: Callable[..., Rig]) -> Rig:
    """One machine."""
    return rigs()


@pytest.fixture(scope="session")
def vectors() -> dict[str, object]:
    """The published octets of SCP/1."""
    read: dict[str, object] = json.loads(VECTORS.read_text())
    return read
