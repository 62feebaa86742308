"""The head of a record: its name, its state, the few facts one always looks for, and as of when."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.kit.words import Text
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT, WIDE, Mood
from ui.widgets.badge import StateBadge
from ui.widgets.label import ElidedLabel, PlainLabel, Words
from ui.widgets.laid_out import laid_out_once


@dataclass(frozen=True)
class Fact:
    """One thing about a record: what it is called and what it is, ready to read."""

    label: Text
    value: Words


@dataclass(frozen=True)
class RecordHead:
    """Everything the head of a record shows."""

    name: str
    state: Words = ""
    mood: Mood = Mood.PLAIN
    facts: tuple[Fact, ...] = ()
    as_of: Words = ""


class RecordHeader(QFrame):
    """Shows the head of one record."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ElidedLabel(size="title")
        self._badge = StateBadge(theme)
        self._as_of = PlainLabel(size="small")
        self._shown: list[_ShownFact] = []
        self._facts = QHBoxLayout()
        self._facts.setSpacing(WIDE)
        self._facts.addStretch(1)
        self._build()

    def show_head(self, head: RecordHead) -> None:
        """Show another record's head."""
        self.setAccessibleName(head.name)
        with laid_out_once(self):
            self._name.tell(head.name)
            self._badge.tell(head.state, head.mood)
            self._badge.setVisible(bool(str(head.state)))
            self._as_of.tell(head.as_of)
            self._as_of.setVisible(bool(str(head.as_of)))
            self._put_facts(head.facts)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(NEAR)
        top.addWidget(self._name, 1)
        top.addWidget(self._badge)
        top.addWidget(self._as_of)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, NEAR)
        whole.setSpacing(NEAR)
        whole.addLayout(top)
        whole.addLayout(self._facts)

    def _put_facts(self, facts: Sequence[Fact]) -> None:
        """Say other facts in the places that are there; making them anew costs a long turn."""
        for place, fact in enumerate(facts):
            if place == len(self._shown):
                self._shown.append(_ShownFact())
                self._facts.insertWidget(place, self._shown[place])
            self._shown[place].show_fact(fact)
        for place, shown in enumerate(self._shown):
            shown.setVisible(place < len(facts))


class _ShownFact(QWidget):
    """One fact of the head: what it is called above, what it is below."""

    def __init__(self) -> None:
        super().__init__()
        self._label = PlainLabel(size="small")
        self._value = PlainLabel().selectable()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._label)
        column.addWidget(self._value)

    def show_fact(self, fact: Fact) -> None:
        """Show another fact."""
        self._label.tell(fact.label)
        self._value.tell(fact.value)
