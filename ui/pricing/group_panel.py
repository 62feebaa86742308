"""The groups typed by form, beside the roster: the grid, how it stands, what its cursor is on."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from app.kit.words import t
from app.pricing.groups import MOST_GROUPS, Doubt, TypedGroup, WrongCell
from ui.pricing.group_grid import GroupGrid
from ui.pricing.presenter import NO_GROUPS, GroupsWork
from ui.pricing.texts import cell_note, groups_standing
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.label import PlainLabel
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbButton

LEAST_SHOWN, MOST_SHOWN = 2, 5
"""Rows that stand without scrolling while there is a roster above, by the room there is."""
ALL_THE_ROOM = 16_777_215
"""The greatest height Qt knows."""


class GroupPanel(Spoken, QWidget):
    """``typed`` carries all rows at every letter; ``judge`` gives them back as they stand."""

    typed = Signal(object)
    undoable = Signal(object, object)

    def __init__(self, theme: Theme, judge: Callable[[tuple[TypedGroup, ...]], GroupsWork]) -> None:
        super().__init__()
        self._theme, self._judge = theme, judge
        self._work = NO_GROUPS
        self._alone = False
        self._verbs = (
            Verb("group", t("Add a group"), self.add, "add"),
            Verb("group_copy", t("Copy the group"), self.copy, "copy"),
            Verb("group_out", t("Take the group out"), self.take_out, "clear"),
        )
        self.standing = PlainLabel(size="label")
        self.hint = PlainLabel(
            t(
                "Hospital medical and hospital cash, or people without a roster: one row for "
                "people who are priced alike. They count beside those on the roster."
            ),
            size="label",
            wrap=True,
        )
        self.grid = GroupGrid(theme, t("Groups"))
        self.cell = PlainLabel(size="label", wrap=True)
        self._build()
        self.grid.typed.connect(self._take)
        self.grid.row_wanted.connect(self.add)
        self.grid.cell_told.connect(self._tell_cell)
        self._lay_out()

    @property
    def work(self) -> GroupsWork:
        """The groups on the table."""
        return self._work

    def verbs(self) -> Sequence[Verb]:
        """Give what may be done with the groups."""
        return self._verbs if self._work.typed else self._verbs[:1]

    def put(self, work: GroupsWork) -> None:
        """Show groups, as a draft or a stored quote has them."""
        self._work = work
        self.grid.put(work)
        self._lay_out()

    def stand_alone(self, alone: bool) -> None:
        """Take the whole page, or only what the rows need."""
        self._alone = alone
        self._lay_out()

    def go_to_next_wrong(self) -> bool:
        """Put the cursor on the next wrong cell; False where none is."""
        return self.grid.go_to_next_wrong()

    @Slot()
    def add(self) -> None:
        """Add an empty row at the end and go there."""
        self._insert(len(self._work.typed), TypedGroup())

    @Slot()
    def copy(self) -> None:
        """Copy the row under the cursor below itself; the cursor goes to its number of people."""
        row = self.grid.current_row()
        if row is not None:
            self._insert(row + 1, self._work.typed[row])

    @Slot()
    def take_out(self) -> None:
        """Take the row under the cursor out; it can be put back."""
        row, before = self.grid.current_row(), self._work.typed
        if row is None:
            return
        self._take((*before[:row], *before[row + 1 :]))
        # Only this row comes back: what was typed into others meanwhile stays.
        undo = Verb("undo", t("Undo"), partial(self._insert, row, before[row]), "undo")
        self.undoable.emit(t("A group is taken out."), undo)
        if self._work.typed:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _insert(self, place: int, row: TypedGroup) -> None:
        before = self._work.typed
        self._take((*before[:place], row, *before[place:]))
        if len(self._work.typed) > len(before):
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            self.grid.go_to(place)

    @Slot(object)
    def _take(self, rows: tuple[TypedGroup, ...]) -> None:
        if len(rows) > MOST_GROUPS:
            self.cell.tell(
                t("A quote takes at most {n} groups; put the people on a roster.", n=MOST_GROUPS)
            )
            self.cell.colour(Mood.STOP)
            return
        self.put(self._judge(rows))
        self.typed.emit(self._work)

    @Slot(object)
    def _tell_cell(self, note: WrongCell | Doubt | None) -> None:
        self.cell.tell(cell_note(note) if note is not None else "")
        if isinstance(note, Doubt):
            self.cell.colour(Mood.WARN)
        else:
            self.cell.colour(Mood.PLAIN if note is None or note.missing else Mood.STOP)

    def _lay_out(self) -> None:
        """Show the grid only where there are rows, as high as they are."""
        rows = bool(self._work.typed)
        self.hint.setVisible(not rows)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Preferred, policy.Preferred if rows else policy.Maximum)
        for part in (self.grid, self.cell, self.standing):
            part.setVisible(rows)
        for button in self._buttons[1:]:
            button.setVisible(rows)
        self.grid.setMinimumHeight(self.grid.height_for(LEAST_SHOWN))
        self.grid.setMaximumHeight(
            ALL_THE_ROOM if self._alone else self.grid.height_for(MOST_SHOWN)
        )
        self._tell_standing()

    def _tell_standing(self) -> None:
        read = self._work.read
        self.standing.tell(groups_standing(read))
        wrong = any(not one.missing for one in read.problems)
        self.standing.colour(Mood.STOP if wrong else Mood.WAIT if read.problems else Mood.OK)

    def _build(self) -> None:
        self._buttons = [VerbButton(verb, self._theme, look="quiet") for verb in self._verbs]
        line = QHBoxLayout()
        line.setSpacing(PLAIN)
        line.addWidget(PlainLabel(t("Groups by form"), size="strong"))
        line.addWidget(self.standing)
        line.addStretch(1)
        for button in self._buttons:
            line.addWidget(button)
        self.cell.setMinimumHeight(20)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addLayout(line)
        column.addWidget(self.hint)
        column.addWidget(self.grid, 1)
        column.addWidget(self.cell)

    @override
    def say(self) -> None:
        self._lay_out()
