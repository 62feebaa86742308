"""One small demo, founded once and closed; every drill wears out a copy of it.

A copy keeps the port its hub is known under, so drills run one after the other.
"""

from pathlib import Path

import pytest

from tests.faults.drill import found_site
from tests.faults.stages import CODES_APART, opened


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded, closed site of three customers; copy it, never use it."""
    folder = tmp_path_factory.mktemp("drill") / "site"
    found_site(folder)
    return folder


@pytest.fixture(scope="session")
def drafted(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with a contract drawn up and not signed, closed."""
    folder = tmp_path_factory.mktemp("drafted") / "site"
    with opened(founded, folder) as here:
        for step in ("customer", "price", "submit", "contract"):
            here.day.steps[step]()
    return folder


@pytest.fixture(scope="session")
def signed(drafted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with a contract signed and not sealed, closed."""
    folder = tmp_path_factory.mktemp("signed") / "site"
    with opened(drafted, folder, 2 * CODES_APART) as here:
        here.day.steps["sign"]()
        here.site.branch.sync()
    return folder
