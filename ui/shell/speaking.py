"""Switching the language while the desk runs."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.kit.words import use_language
from ui.shell.locale_qt import translate_qt


def speak(language: str) -> None:
    """Say everything in another language at once; raises ValueError for one we do not speak."""
    use_language(language)
    app = QApplication.instance()
    if isinstance(app, QApplication):
        translate_qt(app, language)
    for top in QApplication.topLevelWidgets():
        QCoreApplication.sendEvent(top, QEvent(QEvent.Type.LanguageChange))
