"""The facts of a record, one under another: what it is called, what it is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.kit.words import Text
from ui.theme.tokens import NEAR, PLAIN, WIDE
from ui.widgets.header import Fact
from ui.widgets.label import PlainLabel, named

NAME_WIDTH = 120
ROWS = 100
"""Place of the row that takes the room that is left, below any fact."""


class FactSheet(QScrollArea):
    """Shows facts in two columns; every value can be marked and copied."""

    def __init__(self, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("look", "facts")
        named(self, name)
        self._facts: tuple[Fact, ...] = ()
        self._lines: list[tuple[PlainLabel, PlainLabel]] = []
        sheet = QWidget()
        sheet.setProperty("look", "window")
        self._grid = QGridLayout(sheet)
        self._grid.setContentsMargins(0, PLAIN, 0, PLAIN)
        self._grid.setHorizontalSpacing(WIDE)
        self._grid.setVerticalSpacing(NEAR)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(ROWS, 1)
        self.setWidget(sheet)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts; a fact without a value is left out."""
        self._facts = tuple(fact for fact in facts if str(fact.value))
        while len(self._lines) < len(self._facts):
            self._lines.append(self._new_line(len(self._lines)))
        for place, (label, value) in enumerate(self._lines):
            if place < len(self._facts):
                label.tell(self._facts[place].label)
                value.tell(self._facts[place].value)
            label.setVisible(place < len(self._facts))
            value.setVisible(place < len(self._facts))

    def _new_line(self, place: int) -> tuple[PlainLabel, PlainLabel]:
        label, value = PlainLabel(size="label"), PlainLabel(wrap=True).selectable()
        label.setMinimumWidth(NAME_WIDTH)
        self._grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, place, 1, Qt.AlignmentFlag.AlignTop)
        return label, value
