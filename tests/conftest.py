"""What every test may ask for; a room's own fixtures stand in its own conftest."""

import os
from pathlib import Path

import pytest

from tests.leaves import (
    WatchedMapping,
    dump,
    examples_of_this_process,
    notes_of_this_process,
)


@pytest.fixture(scope="session")
def examples() -> WatchedMapping:
    """The worked examples, watched: what a test takes out of them is counted."""
    return examples_of_this_process()


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Let every test of a window run in the application of the desk, which times its calls."""
    from ui.shell.busy_guard import BusyApplication

    return BusyApplication


def pytest_sessionfinish() -> None:
    """Leave this process's notes where the last step of a whole run gathers them."""
    folder = os.environ.get("SEALDESK_LEAVES_DIR")
    if folder:
        dump(notes_of_this_process(), Path(folder))
