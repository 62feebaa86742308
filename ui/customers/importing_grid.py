"""Rows of a customer list that ask for a look: every cell as the file has it, wrong ones marked.

A row that is mended stays where it is, so that nothing moves under the cursor. The column in front
says what becomes of a row; its other cells are typed over where they stand.
"""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from typing_extensions import override

from app.customers.importing_form import Field
from app.customers.importing_likeness import Alike
from app.customers.importing_plan import CustomerList, Standing
from app.customers.importing_rows import WrongCell
from app.kit.words import Text, t
from ui.theme.theme import Theme
from ui.widgets.judged_grid import (
    DISPLAY,
    EDIT,
    NOWHERE,
    TIP,
    AnyIndex,
    JudgedGrid,
    JudgedModel,
    Lines,
    Mark,
)

MOST_SHOWN = 5_000
"""Rows shown for mending; a file with more wrong ones is better mended where it comes from."""
STANDINGS: Mapping[Standing, Text] = {
    Standing.GOOD: t("Good"),
    Standing.MEETS: t("Here already"),
    Standing.AGAIN: t("Twice in the file"),
    Standing.ALIKE: t("Looks like another"),
    Standing.WRONG: t("Wrong"),
    Standing.OUT: t("Left out"),
}
WIDTHS: Mapping[Field, int] = {
    "id_no": 176, "credit_code": 176, "name": 200, "address": 180, "mobile": 120,
    "operator_id": 176, "operator_mobile": 120,
}  # fmt: skip
USUAL_WIDTH, FRONT = 100, 148
Typed = tuple[tuple[int, Field, str], ...]


class ListModel(JudgedModel):
    """Shows a list that was understood; ``typed`` carries a Typed: cells that were typed over."""

    def __init__(self) -> None:
        super().__init__()
        self._here: CustomerList | None = None
        self._rows: tuple[int, ...] = ()
        self._fields: tuple[Field, ...] = ()
        self._pending: dict[tuple[int, Field], str] = {}

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns in the order of the file."""
        return self._fields

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers of the rows shown."""
        return self._rows

    def begin(self, here: CustomerList | None) -> None:
        """Show another file: its rows that are not simply good, wrong ones first."""
        self.beginResetModel()
        self._here, self._pending = here, {}
        self._fields = _in_order(here) if here is not None else ()
        self._rows = here.to_look_at[:MOST_SHOWN] if here is not None else ()
        self.endResetModel()

    def put(self, here: CustomerList) -> None:
        """Show the same file judged again; the rows stay where they are."""
        if self._here is not None and here.columns.places != self._here.columns.places:
            self.beginResetModel()
            self._here, self._pending = here, {}
            self._fields = _in_order(here)
            self.endResetModel()
            return
        self._here, self._pending = here, {}
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self._fields))
            self.dataChanged.emit(self.index(0, 0), last)

    @override
    def mark(self, index: AnyIndex) -> Mark:
        if self._here is None or self._front(index):
            return Mark.GOOD
        number = self._rows[index.row()]
        if number in self._here.out:
            return Mark.GOOD
        judged, field = self._here.judged[number], self._fields[index.column() - 1]
        if any(one.field == field for one in judged.wrong):
            return Mark.WRONG
        if field == "name" and self._here.standing(number) is Standing.ALIKE:
            return Mark.DOUBTFUL
        return Mark.DOUBTFUL if any(one.field == field for one in judged.doubts) else Mark.GOOD

    @override
    def problem(self, index: AnyIndex) -> Text | None:
        if not index.isValid() or self._here is None:
            return None
        number = self._rows[index.row()]
        judged = self._here.judged[number]
        cells: list[WrongCell] = [*judged.wrong, *judged.doubts]
        if not self._front(index):
            field = self._fields[index.column() - 1]
            cells = [one for one in cells if one.field == field] or cells
        if self._here.standing(number) in (Standing.MEETS, Standing.AGAIN):
            return self._meeting(number)
        alike = self._here.alike(number)
        if alike is not None and not judged.wrong:
            return _looking(number, alike, decided=number in self._here.others)
        if not cells:
            return self._refused(number)
        first = cells[0]
        label = self._here.form.label(first.field)
        return t("Row {row}, {column}: {reason}", row=number, column=label, reason=first.reason)

    def _refused(self, number: int) -> Text | None:
        """Say why a row came back, where it did."""
        assert self._here is not None
        reason = self._here.told.get(number)
        return None if reason is None else t("Row {row}: {reason}", row=number, reason=reason)

    @override
    def wrong_places(self) -> Iterable[tuple[int, int]]:
        if self._here is None:
            return
        columns = {field: place for place, field in enumerate(self._fields, 1)}
        for place, number in enumerate(self._rows):
            standing = self._here.standing(number)
            if standing is Standing.WRONG:
                for one in self._here.judged[number].wrong:
                    yield place, columns.get(one.field, 0)
            elif standing is Standing.ALIKE:
                yield place, columns.get("name", 0)

    @override
    def type_block(self, first: AnyIndex, lines: Lines) -> None:
        typed: list[tuple[int, Field, str]] = []
        for down, line in enumerate(lines):
            for right, text in enumerate(line):
                row, column = first.row() + down, first.column() + right - 1
                if row < len(self._rows) and 0 <= column < len(self._fields):
                    typed.append((self._rows[row], self._fields[column], text))
        self._type(tuple(typed))

    def _front(self, index: AnyIndex) -> bool:
        return index.column() == 0

    def _meeting(self, number: int) -> Text:
        assert self._here is not None
        holder, found = self._here.holder(number), self._here.judged[number].found
        if holder is not None:
            return t("Row {row}: {name} ({number}) is here already.", row=number,
                     name=holder.name, number=holder.shown_no)  # fmt: skip
        assert found is not None
        first = self._here.first_rows[found.identity]
        return t("Row {row}: the same customer stands in row {first}.", row=number, first=first)

    def _type(self, typed: Typed) -> None:
        if typed:
            self._pending |= {(row, field): text for row, field, text in typed}
            self.typed.emit(typed)

    def _text(self, index: AnyIndex) -> str:
        assert self._here is not None
        number = self._rows[index.row()]
        if self._front(index):
            return str(STANDINGS[self._here.standing(number)])
        field = self._fields[index.column() - 1]
        waiting = self._pending.get((number, field))
        return waiting if waiting is not None else self._here.text(number, field)

    @override
    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() or self._here is None else len(self._fields) + 1

    @override
    def data(self, index: AnyIndex, role: int = DISPLAY) -> object:
        if role == DISPLAY:
            # A cell may hold a megabyte; nobody reads more of it than this.
            return self._text(index)[:400]
        if role == EDIT:
            return self._text(index)
        if role == TIP:
            problem = self.problem(index)
            return str(problem) if problem is not None else None
        return None

    @override
    def setData(self, index: AnyIndex, value: object, role: int = EDIT) -> bool:
        text = str(value)
        if role != EDIT or self._front(index) or text == self._text(index):
            return False
        self._type(((self._rows[index.row()], self._fields[index.column() - 1], text),))
        return True

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags & ~Qt.ItemFlag.ItemIsEditable if self._front(index) else flags

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role != DISPLAY:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(self._rows[section])
        if not section or self._here is None:
            return str(t("State"))
        return str(self._here.form.label(self._fields[section - 1]))


def _looking(number: int, alike: Alike, *, decided: bool) -> Text:
    """Say whom a row looks like, where they stand, and what a person may decide."""
    said = t(
        "Row {row}: {name} ({number}) is here, {shared}.",
        row=number,
        name=alike.name,
        number=alike.shown_no,
        shared=alike.shared,
    )
    if alike.row:
        said = t(
            "Row {row}: {name} ({number}) stands in row {first}, {shared}.",
            row=number,
            name=alike.name,
            number=alike.shown_no,
            shared=alike.shared,
            first=alike.row,
        )
    if decided:
        return t("{said} It is taken up as another customer.", said=said)
    return t("{said} Leave it out, or take it up as another customer.", said=said)


def _in_order(here: CustomerList) -> tuple[Field, ...]:
    places = here.columns.places
    return tuple(sorted(places, key=lambda field: places[field]))


class ListGrid(JudgedGrid):
    """The grid of the rows to look at."""

    def __init__(self, theme: Theme, name: Text) -> None:
        self.list = ListModel()
        super().__init__(theme, name, self.list)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setStretchLastSection(True)

    def begin(self, here: CustomerList | None) -> None:
        """Show another file, the cursor on its first wrong place."""
        self.list.begin(here)
        self.setColumnWidth(0, FRONT)
        for place, field in enumerate(self.list.fields, 1):
            self.setColumnWidth(place, WIDTHS.get(field, USUAL_WIDTH))
        wrong = self.list.next_wrong(self.currentIndex())
        if wrong.isValid():
            self.setCurrentIndex(wrong)
        elif self.list.rows:
            self.go_to(0, 1)

    def put(self, here: CustomerList) -> None:
        """Show the same file judged again, the cursor where it was."""
        at = self.currentIndex()
        self.list.put(here)
        if at.isValid() and not self.currentIndex().isValid():
            self.go_to(at.row(), at.column())

    def current_row_number(self) -> int | None:
        """Give the file's number of the row under the cursor."""
        index = self.currentIndex()
        return self.list.rows[index.row()] if index.isValid() else None

    @override
    def say(self) -> None:
        super().say()
        self.viewport().update()
