"""Every sentence of contracts, signing and sealing has its Chinese, and none is left over."""

from pathlib import Path

import pytest

from installer.catalogues import problems_of, read
from tests.ui.test_words import sentences

LOCALE = Path(__file__).resolve().parents[3] / "resources" / "locale" / "zh_CN"


@pytest.mark.parametrize("room", ["contracts", "signing", "seals"])
def test_the_catalogue_of_the_screen_is_complete(room: str) -> None:
    catalogue = read(LOCALE / f"ui_{room}.po")
    said = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue}
    assert said - {""} == set(sentences(room))
    assert problems_of(catalogue) == []
