"""Who is insured: the roster from a file, and the groups by form beside it."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.kit.words import t
from app.pricing.groups import TypedGroup
from app.pricing.sheet.columns import Problem
from app.pricing.sheet.preview import RosterPreview
from ui.pricing.grid import RosterGrid, place_words
from ui.pricing.group_panel import GroupPanel
from ui.pricing.presenter import GroupsWork, RosterWork
from ui.pricing.texts import standing
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.label import PlainLabel, button_text, named
from ui.widgets.spoken import Spoken
from ui.widgets.verb import Verb, VerbButton


class PeoplePage(Spoken, QWidget):
    """Shows a roster and groups; what is typed is told by its grids and comes back judged."""

    def __init__(
        self,
        theme: Theme,
        judge: Callable[[tuple[TypedGroup, ...]], GroupsWork],
        browse: Verb,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._work: RosterWork | None = None
        self.file = QLineEdit()
        self.standing = PlainLabel(size="strong")
        self.only_wrong = QPushButton()
        self.grid = RosterGrid(theme, t("Roster"))
        self.cell = PlainLabel(size="label", wrap=True)
        self.groups = GroupPanel(theme, judge)
        self._build(browse)
        self.only_wrong.setCheckable(True)
        self.only_wrong.toggled.connect(self._show_only_wrong)
        self.grid.cell_told.connect(self._tell_cell)
        self.say()

    def show_roster(self, work: RosterWork | None) -> None:
        """Show another roster, or none."""
        self._work = work
        preview = work.preview if work is not None else None
        self.grid.put(preview)
        self._pile.setCurrentIndex(0 if preview is None or preview.heading_problems else 1)
        self.only_wrong.setVisible(preview is not None and bool(preview.problems))
        if preview is not None and not preview.problems:
            self.only_wrong.setChecked(False)
        self._tell_standing(preview)
        self.lay_out()

    def lay_out(self) -> None:
        """Give the page to the groups where there is no roster, and to the roster where it is."""
        alone = self._work is None and bool(self.groups.work.typed)
        self._body.setVisible(not alone)
        self._show_cell()
        self.groups.stand_alone(alone)

    def first(self) -> QWidget:
        """Give the part a clerk goes on with: the roster, the groups, or the file to choose."""
        if self._work is not None:
            return self.grid
        return self.groups.grid if self.groups.work.typed else self.file

    def go_to_next_wrong(self) -> bool:
        """Go to the next wrong place, first where the cursor is; False where none is."""
        order: tuple[RosterGrid | GroupPanel, ...] = (self.grid, self.groups)
        if self.groups.grid.hasFocus():
            order = (self.groups, self.grid)
        return any(part.go_to_next_wrong() for part in order)

    def _build(self, browse: Verb) -> None:
        line = QHBoxLayout()
        line.setSpacing(NEAR)
        line.addWidget(PlainLabel(t("Roster file"), size="label"))
        line.addWidget(self.file, 1)
        line.addWidget(VerbButton(browse, self._theme, look="quiet"))
        state = QHBoxLayout()
        state.setSpacing(PLAIN)
        state.addWidget(self.standing)
        state.addStretch(1)
        state.addWidget(self.only_wrong)
        self._body = QWidget()
        self._pile = QStackedLayout(self._body)
        self._pile.addWidget(
            EmptyState(
                self._theme,
                t("No roster yet."),
                t("Choose an .xlsx or CSV file, drop it here, or paste the rows with headings."),
                icon="import",
            )
        )
        self._pile.addWidget(self.grid)
        self.cell.setMinimumHeight(20)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, NEAR, 0, 0)
        column.setSpacing(NEAR)
        column.addLayout(line)
        column.addLayout(state)
        column.addWidget(self._body, 3)
        column.addWidget(self.cell)
        column.addWidget(self.groups, 2)

    def _tell_standing(self, preview: RosterPreview | None) -> None:
        if preview is None:
            self.standing.tell("")
            self.cell.tell("")
            return
        good, wrong = len(preview.people), len(preview.problems)
        self.standing.tell(standing(good, wrong, len(preview.warnings)))
        self.standing.colour(Mood.STOP if wrong else Mood.OK)
        self._tell_cell(self.grid.roster.problem(self.grid.currentIndex()))
        if preview.heading_problems:
            self.cell.tell(place_words(preview.heading_problems[0]))

    @Slot(object)
    def _tell_cell(self, problem: Problem | None) -> None:
        self.cell.tell(place_words(problem))
        self.cell.colour(Mood.STOP if problem is not None else Mood.PLAIN)
        self._show_cell()

    def _show_cell(self) -> None:
        """Keep the line about a cell free while the roster has the page, else only when needed."""
        beside = bool(self.groups.work.typed)
        self.cell.setVisible(bool(self.cell.text()) or (self._work is not None and not beside))

    @Slot(bool)
    def _show_only_wrong(self, only: bool) -> None:
        self.grid.show_only_wrong(only)
        self.say()

    @override
    def say(self) -> None:
        named(self.file, t("Roster file"))
        self.file.setPlaceholderText(str(t("Path of an .xlsx or CSV file")))
        only = self.only_wrong.isChecked()
        self.only_wrong.setText(button_text(t("All rows") if only else t("Only wrong rows")))
