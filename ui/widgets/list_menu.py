"""The menu of a list, made from plain data each time it is opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.widgets.label import Words, button_text


@dataclass(frozen=True)
class Choice:
    """One line of a menu; ``checked`` is None where it is neither on nor off."""

    words: Words
    call: Callable[[], object]
    checked: bool | None = None


@dataclass(frozen=True)
class Choices:
    """A menu in the menu; without choices it is left out."""

    words: Words
    choices: tuple[Choice, ...]


def list_menu(parent: QWidget, parts: Sequence[Choice | Choices]) -> QMenu:
    """Make the menu; it goes when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part in parts:
        if isinstance(part, Choice):
            _add(menu, part)
        elif part.choices:
            inner = menu.addMenu(button_text(part.words))
            for choice in part.choices:
                _add(inner, choice)
    return menu


def _add(menu: QMenu, choice: Choice) -> None:
    action = QAction(button_text(choice.words), menu)
    if choice.checked is not None:
        action.setCheckable(True)
        action.setChecked(choice.checked)
    action.triggered.connect(partial(_call, choice))
    menu.addAction(action)


def _call(choice: Choice, _checked: bool = False) -> None:
    # Qt tells of the check mark, or not: what the line does, it knows itself.
    choice.call()
