"""The tabs that show a price: its lines, every step of the calculation, who must decide and why."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.kit.money import yuan_grouped
from app.kit.words import Text, language_in_use, t
from app.pricing.labels import IN_BASIS_POINTS, IN_FEN, cover, trigger
from ui.pricing.texts import group_words, step, step_value
from ui.pricing.workings import LevelFact, PriceLine, Workings, WorkStep
from ui.theme.theme import Theme
from ui.theme.tokens import PLAIN, Mood
from ui.widgets.empty import EmptyState
from ui.widgets.label import PlainLabel
from ui.widgets.loaded import LoadedRows
from ui.widgets.rows import Column, Row, SortKey
from ui.widgets.table import ListTable

LINE_COLUMNS = (
    Column("group", t("Group"), 56, numeric=True),
    Column("cover", t("Coverage"), 96, stretch=True, grouping=True),
    Column("people", t("People"), 60, numeric=True),
    Column("class", t("Class"), 56, numeric=True),
    Column("age", t("Age"), 52, numeric=True),
    Column("sum", t("Sum insured"), 92, numeric=True),
    Column("each", t("Per person"), 92, numeric=True),
    Column("subtotal", t("Subtotal"), 104, numeric=True, total=yuan_grouped),
)
STEP_COLUMNS = (
    Column("part", t("Part"), 128, sortable=False),
    Column("step", t("Step"), 160, sortable=False, stretch=True),
    Column("value", t("Value"), 210, numeric=True, sortable=False),
    Column("result", t("Result so far"), 120, numeric=True, sortable=False),
)
FACT_COLUMNS = (
    Column("what", t("Looked at"), 190, sortable=False, stretch=True),
    Column("value", t("Value"), 130, numeric=True, sortable=False),
    Column("level", t("Needs"), 96, badge=True, sortable=False),
)


class PriceViews:
    """Shows workings; a stored quote whose tariff is gone shows its lines alone and says so.

    ``tabs`` are its views with their titles, for whatever holds them.
    """

    def __init__(self, theme: Theme) -> None:
        self._written: tuple[Workings | None, str] = (None, "")
        """The price whose steps stand there, and in which language."""
        self._rows = {
            "lines": LoadedRows(LINE_COLUMNS, NUMBERS),
            "steps": LoadedRows(STEP_COLUMNS),
            "facts": LoadedRows(FACT_COLUMNS),
        }
        nothing = EmptyState(
            theme,
            t("The calculation cannot be shown."),
            t("The quote was priced with another tariff; price it anew to see every step."),
        )
        self.lines = ListTable(
            theme, LINE_COLUMNS, self._rows["lines"], name=t("Lines"), filtering=False
        )
        self.steps = ListTable(
            theme,
            STEP_COLUMNS,
            self._rows["steps"],
            name=t("Calculation"),
            empty=nothing,
        )
        self.level = PlainLabel(size="strong", wrap=True)
        self.facts = ListTable(
            theme, FACT_COLUMNS, self._rows["facts"], name=t("Who decides"), filtering=False
        )
        who = QWidget()
        column = QVBoxLayout(who)
        column.setContentsMargins(0, PLAIN, 0, 0)
        column.setSpacing(PLAIN)
        column.addWidget(self.level)
        column.addWidget(self.facts, 1)
        self.tabs: tuple[tuple[Text, QWidget], ...] = (
            (t("Lines"), self.lines),
            (t("Calculation"), self.steps),
            (t("Who decides"), who),
        )

    def show_workings(
        self, workings: Workings | None, lines: Sequence[PriceLine], level_name: str
    ) -> None:
        """Show a price; None for workings where only the lines are known."""
        self._rows["lines"].put([_line_row(place, line) for place, line in enumerate(lines)])
        facts = workings.facts if workings is not None else ()
        self._put_steps(workings)
        self._rows["facts"].put([_fact_row(place, one) for place, one in enumerate(facts)])
        self.level.tell(t("Decided by {level}", level=level_name))
        for table in (self.lines, self.steps, self.facts):
            table.reload()

    def _put_steps(self, workings: Workings | None) -> None:
        """Write the steps, thousands for a large group, once for each price and language."""
        said = language_in_use()
        if workings is None or workings is not self._written[0] or said != self._written[1]:
            self._written = (workings, said)
            self._rows["steps"].put(_step_rows(workings.steps if workings is not None else ()))


class PriceTabs(QTabWidget):
    """The views of a price as tabs of their own."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views = PriceViews(theme)
        self.lines, self.steps = self._views.lines, self._views.steps
        for title, view in self._views.tabs:
            self.addTab(view, str(title))

    def say(self) -> None:
        """Say the titles in the language in use."""
        for place, (title, _view) in enumerate(self._views.tabs):
            self.setTabText(place, str(title))

    def show_workings(
        self, workings: Workings | None, lines: Sequence[PriceLine], level_name: str
    ) -> None:
        """Show a price; None for workings where only the lines are known."""
        self._views.show_workings(workings, lines, level_name)


def _line_row(place: int, line: PriceLine) -> Row:
    return Row(
        place,
        (
            line.group,
            str(cover(line.cover)),
            f"{line.people:,}",
            str(line.job_class),
            str(line.age),
            _grouped(line.sum_insured),
            yuan_grouped(line.per_person_fen),
            yuan_grouped(line.subtotal_fen),
        ),
    )


def _step_rows(steps: Sequence[WorkStep]) -> list[Row]:
    """Write steps as rows; thousands of them share few words, and each of those is said once."""
    parts = {key: str(group_words(*key)) for key in {(one.group, one.cover) for one in steps}}
    kinds = {kind: str(step(kind)) for kind in {one.step for one in steps}}
    values = {key: str(step_value(*key)) for key in {(one.step, one.value) for one in steps}}
    return [
        Row(
            place,
            (
                parts[one.group, one.cover],
                kinds[one.step],
                values[one.step, one.value],
                one.result,
            ),
        )
        for place, one in enumerate(steps)
    ]


def _fact_row(place: int, fact: LevelFact) -> Row:
    mood = Mood.WARN if fact.decides else Mood.PLAIN
    cells = (str(trigger(fact.trigger)), _fact_value(fact), f"L{fact.level}")
    return Row(place, cells, (Mood.PLAIN, Mood.PLAIN, mood))


def _fact_value(fact: LevelFact) -> str:
    """Write a value as a clerk reads it: the ruling says the deciding ones in her words already."""
    if fact.decides or not fact.value.isdecimal():
        return _grouped(fact.value)
    plain = int(fact.value)
    if fact.trigger in IN_FEN:
        return yuan_grouped(plain)
    if fact.trigger in IN_BASIS_POINTS:
        return f"{plain // 100}.{plain % 100:02d}%"
    return str(plain)


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.isdecimal() else text


def _number(place: int) -> Callable[[Row], SortKey]:
    """Sort a column of amounts by what they are worth."""

    def key(row: Row) -> SortKey:
        return int(row.cells[place].replace(",", "").replace(".", "") or "0")

    return key


def _by_group(row: Row) -> SortKey:
    """Sort groups of a roster by number, and behind them the typed ones by letter."""
    name = row.cells[0]
    return f"{len(name):03d}{name}" if name.isdecimal() else f"a{len(name):03d}{name}"


NUMBERS = {column.key: _number(n) for n, column in enumerate(LINE_COLUMNS) if column.numeric}
NUMBERS["group"] = _by_group
