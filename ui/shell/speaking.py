"""Switching the language while the desk runs."""

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.kit.words import use_language


def speak(language: str) -> None:
    """Say everything in another language at once; raises ValueError for one we do not speak."""
    use_language(language)
    for top in QApplication.topLevelWidgets():
        QCoreApplication.sendEvent(top, QEvent(QEvent.Type.LanguageChange))
