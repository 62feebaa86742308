"""The facts of a record, one under another: what it is called, what it is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.kit.words import Text
from ui.theme.tokens import NEAR, PLAIN, WIDE
from ui.widgets.header import Fact
from ui.widgets.label import PlainLabel, named

NAME_WIDTH = 120


class FactSheet(QScrollArea):
    """Shows facts in two columns; every value can be marked and copied."""

    def __init__(self, name: Text, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("look", "facts")
        named(self, name)
        self._facts: tuple[Fact, ...] = ()
        self.show_facts(())

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts; a fact without a value is left out."""
        self._facts = tuple(fact for fact in facts if str(fact.value))
        sheet = QWidget()
        sheet.setProperty("look", "window")
        grid = QGridLayout(sheet)
        grid.setContentsMargins(0, PLAIN, 0, PLAIN)
        grid.setHorizontalSpacing(WIDE)
        grid.setVerticalSpacing(NEAR)
        top = Qt.AlignmentFlag.AlignTop
        for place, fact in enumerate(self._facts):
            label = PlainLabel(fact.label, size="label")
            label.setMinimumWidth(NAME_WIDTH)
            grid.addWidget(label, place, 0, top)
            grid.addWidget(PlainLabel(fact.value, wrap=True).selectable(), place, 1, top)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(self._facts), 1)
        self.setWidget(sheet)
