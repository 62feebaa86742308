"""The files of a customer: made at the first look, shown as they stand, never changed from here."""

from pytestqt.qtbot import QtBot

from app.packs.form_values import KeptFile, kept_files
from tests.ui.forms.test_new_kinds import Drawer
from ui.customers.files import CustomerFiles
from ui.theme.theme import Theme


def test_the_tab_is_made_when_it_is_looked_at(qtbot: QtBot, theme: Theme) -> None:
    tab = CustomerFiles(theme, Drawer())
    qtbot.addWidget(tab)
    tab.put(kept_files([KeptFile("a" * 64, "photo.png", 9)]))
    assert tab.editor is None
    tab.show()
    assert tab.editor is not None and [one.name for one in tab.editor.files] == ["photo.png"]
    assert [button.verb.key for button in tab.editor.buttons] == ["open", "save"]
    tab.put("")
    assert tab.editor.files == ()
