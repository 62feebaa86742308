"""What the tests of the quote screen share: a good roster."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.assembly.demo_people import demo_roster
from app.kit.clock import today
from tests.ui.desk_site import Sitting
from tests.ui.pricing.quote_table import PEOPLE


@pytest.fixture
def roster(sitting: Sitting, tmp_path: Path) -> Path:
    """Write a good roster as .xlsx."""
    path = tmp_path / "roster.xlsx"
    demo_roster(path, seed=7, on=today(sitting.site.clock) + timedelta(days=1), people=PEOPLE)
    return path
