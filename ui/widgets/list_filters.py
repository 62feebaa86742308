"""The filters of a list by column: a line of text, a choice, or a range of numbers or days."""

import re
from abc import abstractmethod
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from app.kit.errors.base import BranchError
from app.kit.listing import AmountFilter, ChoiceFilter, DayFilter, Filter, TextFilter
from app.kit.money import fen_of, yuan_text
from app.kit.words import Text, t
from ui.theme.theme import Theme, dress
from ui.theme.tokens import NEAR, TIGHT
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import PlainLabel, named, tip
from ui.widgets.rows import Column, FilterKind
from ui.widgets.spoken import Spoken

ACROSS = 2
"""Filters beside each other."""
_DAY = re.compile(r"(\d{4})(?:[-/.]?(\d{1,2})(?:[-/.]?(\d{1,2}))?)?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)


def read_end(text: str, *, last: bool) -> date | None:
    """Read a day, or the first or last day of a year or month; None where it is none.

    ``1986`` as the last day is 31 December 1986, ``1986-02`` is 28 February 1986.
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year = int(found[1])
    month = int(found[2] or (12 if last else 1))
    if not (1800 <= year <= 2999 and 1 <= month <= 12):
        return None
    longest = monthrange(year, month)[1]
    day = int(found[3] or (longest if last else 1))
    return date(year, month, day) if 1 <= day <= longest else None


class FilterField(Spoken, QWidget):
    """The filter of one column."""

    changed = Signal()

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = column

    @abstractmethod
    def asked(self) -> Filter | None:
        """Give what it asks; None for nothing, or for what cannot be read."""

    @abstractmethod
    def put(self, one: Filter | None) -> None:
        """Show a filter, or none."""

    def _lay(self, *parts: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        for part in parts:
            row.addWidget(part, 1)
        self.setFocusProxy(parts[0])


class WordsField(FilterField):
    """Words the column holds."""

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.line = QLineEdit()
        self._lay(self.line)
        self.line.textEdited.connect(self.changed)
        self.say()

    @override
    def asked(self) -> Filter | None:
        words = self.line.text().strip()
        return TextFilter(self.column.key, words) if words else None

    @override
    def put(self, one: Filter | None) -> None:
        self.line.setText(one.words if isinstance(one, TextFilter) else "")

    @override
    def say(self) -> None:
        named(self.line, t("{column} holds", column=self.column.title))


class ChoiceField(FilterField):
    """One of the column's codes."""

    def __init__(self, column: Column, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.box = ChoiceBox(theme)
        self._lay(self.box)
        self.say()
        self.box.activated.connect(self._tell)

    @override
    def asked(self) -> Filter | None:
        code = self.box.currentData()
        return ChoiceFilter(self.column.key, code) if code else None

    @override
    def put(self, one: Filter | None) -> None:
        code = one.code if isinstance(one, ChoiceFilter) else ""
        self.box.setCurrentIndex(max(0, self.box.findData(code)))

    @Slot(int)
    def _tell(self, _place: int) -> None:
        self.changed.emit()

    @override
    def say(self) -> None:
        chosen = max(0, self.box.currentIndex())
        self.box.clear()
        self.box.addItem(str(t("All")), "")
        for code, words in self.column.choices:
            self.box.addItem(str(words), code)
        self.box.setCurrentIndex(chosen)
        named(self.box, self.column.title)


class RangeField(FilterField):
    """A range of whole numbers, amounts in yuan or days, each end open while it is empty."""

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.least, self.most = QLineEdit(), QLineEdit()
        self._lay(self.least, self.most)
        for end in (self.least, self.most):
            end.textEdited.connect(self._edited)
        self.say()

    @override
    def asked(self) -> Filter | None:
        least, most = self.least.text().strip(), self.most.text().strip()
        if self.column.filter is FilterKind.DAY:
            first, end = read_end(least, last=False), read_end(most, last=True)
            days = DayFilter(self.column.key, first, end)
            return days if first is not None or end is not None else None
        low, high = self._number(least), self._number(most)
        amounts = AmountFilter(self.column.key, low, high)
        return amounts if low is not None or high is not None else None

    @override
    def put(self, one: Filter | None) -> None:
        least = most = ""
        if isinstance(one, DayFilter):
            least = one.first.isoformat() if one.first else ""
            most = one.last.isoformat() if one.last else ""
        elif isinstance(one, AmountFilter):
            least, most = self._written(one.least), self._written(one.most)
        self.least.setText(least)
        self.most.setText(most)
        self._judge()

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self._judge()
        self.changed.emit()

    def _judge(self) -> None:
        """Mark what cannot be read; it filters nothing."""
        for end in (self.least, self.most):
            text = end.text().strip()
            wrong = bool(text) and not self._readable(text)
            dress(end, state="wrong" if wrong else "")
            tip(end, self._hint() if wrong else "")

    def _readable(self, text: str) -> bool:
        if self.column.filter is FilterKind.DAY:
            return read_end(text, last=False) is not None
        return self._number(text) is not None

    def _hint(self) -> Text:
        if self.column.filter is FilterKind.DAY:
            return t("A day, a month or a year: 1986-03-05, 1986-03, 1986.")
        if self.column.filter is FilterKind.MONEY:
            return t("An amount in yuan, for example 1200.50.")
        return t("A whole number.")

    def _number(self, text: str) -> int | None:
        plain = text.replace(",", "")
        if self.column.filter is FilterKind.WHOLE:
            return int(plain) if _WHOLE.fullmatch(plain) else None
        try:
            return fen_of(plain)
        except BranchError:
            return None

    def _written(self, number: int | None) -> str:
        if number is None:
            return ""
        return str(number) if self.column.filter is FilterKind.WHOLE else yuan_text(number)

    @override
    def say(self) -> None:
        named(self.least, t("{column} from", column=self.column.title))
        named(self.most, t("{column} to", column=self.column.title))
        self.least.setPlaceholderText(str(t("from")))
        self.most.setPlaceholderText(str(t("to")))


class FilterPanel(QWidget):
    """The filters of all columns that have one."""

    changed = Signal()

    def __init__(
        self, theme: Theme, columns: Sequence[Column], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.fields = {
            column.key: _field(theme, column)
            for column in columns
            if column.filter is not FilterKind.NONE
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(NEAR)
        grid.setVerticalSpacing(TIGHT)
        for number, field in enumerate(self.fields.values()):
            row, place = divmod(number, ACROSS)
            grid.addWidget(PlainLabel(field.column.title, size="small"), row, 2 * place)
            grid.addWidget(field, row, 2 * place + 1)
            grid.setColumnStretch(2 * place + 1, 1)
            field.changed.connect(self.changed)

    def filters(self) -> tuple[Filter, ...]:
        """Give what is asked."""
        asked = (field.asked() for field in self.fields.values())
        return tuple(one for one in asked if one is not None)

    def put(self, filters: Sequence[Filter]) -> None:
        """Show these filters and no others."""
        by_key = {one.key: one for one in filters}
        for key, field in self.fields.items():
            field.put(by_key.get(key))

    def focus_first(self) -> None:
        """Put the focus on the first filter."""
        for field in self.fields.values():
            field.setFocus()
            return


def _field(theme: Theme, column: Column) -> FilterField:
    if column.filter is FilterKind.TEXT:
        return WordsField(column)
    if column.filter is FilterKind.CHOICE:
        return ChoiceField(column, theme)
    return RangeField(column)
