"""The head of a record: its name, its state, the few facts one always looks for, and as of when."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.kit.words import Text
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT, WIDE, Mood
from ui.widgets.badge import StateBadge
from ui.widgets.label import ElidedLabel, PlainLabel, Words


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
        self._facts = QHBoxLayout()
        self._facts.setSpacing(WIDE * 2)
        self._build()

    def show_head(self, head: RecordHead) -> None:
        """Show another record's head."""
        self.setAccessibleName(head.name)
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
        while self._facts.count():
            item = self._facts.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for fact in facts:
            self._facts.addWidget(_fact(fact))
        self._facts.addStretch(1)


def _fact(fact: Fact) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(TIGHT)
    column.addWidget(PlainLabel(fact.label, size="small"))
    column.addWidget(PlainLabel(fact.value).selectable())
    return box
