"""The sample pages in every language, theme and density: named, uncut, and of one piece."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.gallery import sample_window, surroundings
from ui.shell.pictures import defects
from ui.shell.speaking import speak
from ui.theme.theme import Theme
from ui.theme.tokens import Density


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("density", list(Density))
def test_no_sample_page_cuts_or_forgets(
    qtbot: QtBot, qapp: QApplication, theme: Theme, language: str, name: str, density: Density
) -> None:
    speak(language)
    theme.use(name, density)
    window = sample_window(surroundings(theme))
    qtbot.addWidget(window)
    window.show()
    for key in ("workbench", "customers", "pricing", "seals"):
        window.open_page(key)
        qtbot.wait(1)
        assert defects(window) == []
