"""How a window of printing is laid out: what is printed left, how it is done right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.theme import dress
from ui.theme.tokens import PLAIN, WIDE


def side_by_side(
    window: QWidget, left: QWidget, parts: Sequence[QWidget], bar: QWidget
) -> QVBoxLayout:
    """Lay a window out and let it go when it is closed; gives the column at the right.

    The column has ``parts`` above, ``bar`` at its foot; a form is put in at its head later.
    """
    dress(window, look="window")
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    right = QWidget()
    column = QVBoxLayout(right)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(PLAIN)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    column.addWidget(bar)
    row = QHBoxLayout(window)
    row.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
    row.setSpacing(WIDE)
    row.addWidget(left, 1)
    row.addWidget(right)
    return column
