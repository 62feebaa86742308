"""Widgets whose own words follow the language while the desk runs."""

from PySide6.QtCore import QEvent


class Spoken:
    """Stands before a widget's Qt class and has it say its words again in a new language.

    The widget itself says them the first time, once it is built.
    """

    def say(self) -> None:
        """Say every word of this widget in the language of now."""

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt calls it so
        """Hear of a change of language (Qt tells every widget of it)."""
        if event.type() is QEvent.Type.LanguageChange:
            self.say()
        super().changeEvent(event)  # type: ignore[misc]
