"""Qt's own boxes and dialogs speak our language, switched while they stand."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.kit.words import LANGUAGES
from tests.ui.desk_site import Sitting
from ui.shell.locale_qt import CATALOGUES, NAME, translate_qt
from ui.shell.speaking import speak

CANCEL = QDialogButtonBox.StandardButton.Cancel


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    yield
    translate_qt(qapp, "en")
    QLocale.setDefault(before)


def plain(words: str) -> str:
    """Take the mark of the mnemonic away."""
    return words.replace("&", "").split("(")[0]


def test_a_box_follows_the_language_while_it_stands(qapp: QApplication, qtbot: QtBot) -> None:
    box = QDialogButtonBox(CANCEL)
    qtbot.addWidget(box)
    box.show()
    said = []
    for language in ("zh_CN", "en", "zh_CN"):
        speak(language)
        qtbot.wait(1)
        said.append(plain(box.button(CANCEL).text()))
    assert said == ["取消", "Cancel", "取消"]


def test_messages_and_file_dialogs_say_no_english(qapp: QApplication, qtbot: QtBot) -> None:
    translate_qt(qapp, "zh_CN")
    box = QMessageBox()
    chooser = QFileDialog()
    chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
    for one in (box, chooser):
        qtbot.addWidget(one)
    for kind in ("Yes", "No", "Save", "Open", "Close", "Discard", "Apply", "Reset", "Help"):
        box.addButton(QMessageBox.StandardButton[kind])
    words = [plain(button.text()) for button in box.buttons()]
    words += [chooser.labelText(label) for label in QFileDialog.DialogLabel]
    assert len(words) == 9 + 5
    assert [one for one in words if not any("\u4e00" <= sign <= "\u9fff" for sign in one)] == []


def test_one_translation_is_there_at_a_time(qapp: QApplication, qtbot: QtBot) -> None:
    for language in ("zh_CN", "zh_CN", "en", "zh_CN"):
        translate_qt(qapp, language)
    qtbot.wait(1)
    assert len(qapp.findChildren(QTranslator, NAME)) == 2, "Qt's catalogue and what it lacks"
    assert QLocale().language() is QLocale.Language.Chinese
    with pytest.raises(KeyError):
        translate_qt(qapp, "fr")


def test_every_language_of_ours_has_its_entry() -> None:
    assert set(CATALOGUES) == set(LANGUAGES)


def test_who_sits_down_has_qt_in_her_language(sitting: Sitting, qapp: QApplication) -> None:
    sitting.sit()
    box = QDialogButtonBox(CANCEL, sitting.window)
    assert plain(box.button(CANCEL).text()) == "取消"
    sitting.desk.speak("en")
    sitting.rest()
    assert plain(box.button(CANCEL).text()) == "Cancel"
    sitting.desk.speak("zh_CN")
