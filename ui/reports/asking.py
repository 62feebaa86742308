"""The parameters of a report: which one, days, office, person, product, state, grouped by what."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget
from typing_extensions import override

from app.kit.clock import Clock, today
from app.kit.words import Text, t
from app.reports.queries.reading import OfficeChoice
from app.reports.rules.declared import Asked, Only, ParameterKind, Report
from app.reports.rules.due import EVERY as EVERY_ORDER
from app.reports.rules.due import LAST_ON, NEVER, Every, Saved, Schedule, Span
from app.reports.rules.due import SPANS as SPAN_ORDER
from ui.forms.reading import read_day
from ui.reports.presenter import Choices
from ui.reports.texts import EVERY, PARAMETERS, SPANS, WEEKDAYS
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT, Mood
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import PlainLabel, Words, named
from ui.widgets.picker import Pick as Found
from ui.widgets.picker import PickSearch, RecordPicker
from ui.widgets.spoken import Spoken

PLACES = 6
"""Fields side by side."""
_CLOCK = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)", re.ASCII)
Finders = Callable[[ParameterKind, str, Callable[[Sequence[Found]], object]], object]
"""Looks for people or products on a lane and hands over what was found."""


class Pick(Spoken, ChoiceBox):
    """A choice among texts, each for a value; said again in a new language."""

    def __init__(self, theme: Theme, name: Text) -> None:
        super().__init__(theme)
        self._name = name
        self._choices: tuple[tuple[object, Words], ...] = ()
        self.say()

    def put(self, choices: Sequence[tuple[object, Words]], chosen: object = None) -> None:
        """Offer other choices; what was chosen stays chosen where it still is."""
        kept = self.value() if chosen is None else chosen
        self._choices = tuple(choices)
        self.blockSignals(True)
        self.clear()
        self.addItems([str(words) for _, words in self._choices])
        self.choose(kept)
        self.blockSignals(False)

    def value(self) -> object:
        """Give what is chosen, None for nothing."""
        place = self.currentIndex()
        return self._choices[place][0] if 0 <= place < len(self._choices) else None

    def choose(self, value: object) -> None:
        """Choose a value; the first one where it is not offered."""
        values = [one for one, _ in self._choices]
        self.setCurrentIndex(values.index(value) if value in values else 0)

    @override
    def say(self) -> None:
        named(self, self._name)
        for place, (_, words) in enumerate(self._choices):
            self.setItemText(place, str(words))


class ValuePicker(RecordPicker):
    """Finds a person or a product while it is typed; empty means all of them."""

    def value(self) -> str:
        """Give the number or code that is chosen, empty for none."""
        return "" if self.pick is None else str(self.pick.id)

    def is_loose(self) -> bool:
        """Say whether something is typed and nothing chosen."""
        return self.pick is None and bool(self.text().strip())

    @override
    def _look(self) -> None:
        """Keep the plain look: it may be left empty."""


@dataclass(frozen=True)
class SaveAs:
    """What a person typed about keeping a report."""

    name: str
    span: Span
    schedule: Schedule


class AskingPanel(Spoken, QWidget):
    """What is asked for. ``changed`` when it became something else, ``loaded`` with a Saved."""

    changed = Signal()
    loaded = Signal(object)

    def __init__(self, theme: Theme, clock: Clock, find: Finders) -> None:
        super().__init__()
        self._clock, self._find = clock, find
        self._choices = Choices((), (), ())
        self.report = Pick(theme, t("Report"))
        self.group = Pick(theme, t("Rows by"))
        self.across = Pick(theme, t("Columns by"))
        self.measure = Pick(theme, t("Figure in the picture"))
        self.since, self.until = QLineEdit(), QLineEdit()
        self.office = Pick(theme, t("Office"))
        self.person = ValuePicker(theme, t("Only this person"), self._search(ParameterKind.PERSON))
        self.product = ValuePicker(
            theme, t("Only this product"), self._search(ParameterKind.PRODUCT)
        )
        self.state = Pick(theme, t("Only this state"))
        self.saved = Pick(theme, t("Saved reports"))
        self.name = QLineEdit()
        self.span = Pick(theme, t("Days when run again"))
        self.every = Pick(theme, t("Runs by itself"))
        self.on = Pick(theme, t("On which day"))
        self.time = QLineEdit()
        self._labels = {
            self.report: t("Report"),
            self.group: t("Rows by"),
            self.across: t("Columns by"),
            self.measure: t("Figure in the picture"),
            self.since: t("From (day)"),
            self.until: t("Until (day)"),
            self.office: t("Office"),
            self.person: PARAMETERS[ParameterKind.PERSON],
            self.product: PARAMETERS[ParameterKind.PRODUCT],
            self.state: PARAMETERS[ParameterKind.STATE],
            self.saved: t("Saved reports"),
            self.name: t("Name to save under"),
            self.span: t("Days when run again"),
            self.every: t("Runs by itself"),
            self.on: t("On which day"),
            self.time: t("At what time"),
        }
        self.wrong = PlainLabel(size="small", mood=Mood.STOP, wrap=True)
        self._build()

    def put(self, choices: Choices) -> None:
        """Take what this person may choose; what is chosen and typed already stays."""
        before = self.report.value()
        self._choices = choices
        self.report.put([(one.key, one.title) for one, _ in choices.reports])
        nothing: list[tuple[object, Words]] = [("", t("None"))]
        self.saved.put([*nothing, *((one.id, one.name) for one in choices.saved)])
        if self.report.value() != before:
            self._fit()

    def chosen(self) -> Report | None:
        """Give the report that is chosen."""
        return next((r for r, _ in self._choices.reports if r.key == self.report.value()), None)

    def chosen_saved(self) -> Saved | None:
        """Give the saved report that is chosen."""
        wanted = self.saved.value()
        return next((one for one in self._choices.saved if one.id == wanted), None)

    def asked(self) -> Asked | None:
        """Give what is asked for; None, and a word beside it, where a day is none."""
        report = self.chosen()
        if report is None:
            return None
        days = [self._day(one) for one in (self.since, self.until)]
        wrong = [isinstance(one, str) for one in days]
        since, until = (one if isinstance(one, date) else None for one in days)
        backwards = since is not None and until is not None and since > until
        if any(wrong) or backwards:
            self.wrong.tell(
                t("The first day comes after the last.")
                if backwards
                else t("Type a day as 2026-03-05 or 0305, or leave it empty.")
            )
            (self.since if wrong[0] or backwards else self.until).setFocus()
            return None
        if self._is_loose():
            return None
        self.wrong.tell("")
        return Asked(
            report.key,
            str(self.group.value()),
            str(self.across.value() or ""),
            since,
            until,
            str(self.office.value() or ""),
            self._only(report),
        )

    def save_as(self) -> SaveAs | None:
        """Give the name and times to save under; None, and a word, where one is missing."""
        name = self.name.text().strip()[:60]
        if not name:
            self.wrong.tell(t("Type a name to save the report under."))
            self.name.setFocus()
            return None
        schedule = self._schedule()
        if schedule is None:
            self.wrong.tell(t("Type a time as 08:00 or 0800."))
            self.time.setFocus()
            return None
        return SaveAs(name, self.span.value(), schedule)  # type: ignore[arg-type]  # what was offered

    def show_asked(self, asked: Asked, measure: str) -> None:
        """Show what somebody asked for before."""
        self.report.choose(asked.report)
        self._fit()
        self.group.choose(asked.group)
        self.across.choose(asked.across)
        self.office.choose(asked.office)
        self._show_only({one.field: one.value for one in asked.only})
        self.measure.choose(measure)
        self.since.setText(asked.since.isoformat() if asked.since else "")
        self.until.setText(asked.until.isoformat() if asked.until else "")

    @override
    def say(self) -> None:
        for field, words in self._labels.items():
            named(field, words)
        self.since.setPlaceholderText("2026-03-05")
        self.until.setPlaceholderText("2026-03-05")
        self.time.setPlaceholderText("08:00")
        for picker in (self.person, self.product):
            picker.setPlaceholderText(str(t("All")))

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(NEAR)
        grid.setVerticalSpacing(TIGHT)
        for place, (field, words) in enumerate(self._labels.items()):
            row, column = divmod(place, PLACES)
            label = PlainLabel(words, size="small")
            label.setBuddy(field)
            grid.addWidget(label, 2 * row, column)
            grid.addWidget(field, 2 * row + 1, column)
            grid.setColumnStretch(column, 1)
        # Beside the last fields: a line of its own would stand empty nearly always.
        last, used = divmod(len(self._labels), PLACES)
        grid.addWidget(self.wrong, 2 * last + 1, used, 1, PLACES - used)
        self.span.put([(one, SPANS[one]) for one in SPAN_ORDER])
        self.every.put([(one, EVERY[one]) for one in EVERY_ORDER])
        self.show_schedule(NEVER)
        self.report.currentIndexChanged.connect(self._report_chosen)
        self.saved.currentIndexChanged.connect(self._saved_chosen)
        self.every.currentIndexChanged.connect(self._every_chosen)
        for pick in (self.group, self.across, self.office, self.measure):
            pick.currentIndexChanged.connect(self._changed)
        self.say()

    def _fit(self) -> None:
        """Offer what the chosen report knows."""
        report = self.chosen()
        if report is None:
            return
        groups: list[tuple[object, Words]] = [
            (one.key, one.title) for one in report.fields if one.groups
        ]
        nothing: list[tuple[object, Words]] = [("", t("None"))]
        self.group.put(groups, report.group)
        self.across.put([*nothing, *groups], report.across)
        self.measure.put([(one.key, one.title) for one in report.measures], report.shown)
        offices = next((found for one, found in self._choices.reports if one.key == report.key), ())
        self._offer_offices(offices)
        self._offer_parameters(report)
        for field in (self.since, self.until):
            field.setEnabled(report.dated is not None)
            if report.dated is None:
                field.clear()

    def _offer_offices(self, offices: tuple[OfficeChoice, ...]) -> None:
        every: list[tuple[object, Words]] = [("", t("All I may see"))]
        self.office.put([*every, *((one.path, one.name) for one in offices)])

    def _offer_parameters(self, report: Report) -> None:
        """Let a report be narrowed by what it declares; the rest of the fields stands empty."""
        for kind, picker in self._pickers:
            field = report.parameter(kind)
            picker.setEnabled(field is not None)
            picker.choose(None)
        state = report.parameter(ParameterKind.STATE)
        every: list[tuple[object, Words]] = [("", t("All"))]
        words = report.field(state.field).words if state else {}
        self.state.put([*every, *words.items()], "")
        self.state.setEnabled(state is not None)

    @property
    def _pickers(self) -> tuple[tuple[ParameterKind, ValuePicker], ...]:
        return (ParameterKind.PERSON, self.person), (ParameterKind.PRODUCT, self.product)

    def _search(self, kind: ParameterKind) -> PickSearch:
        return lambda words, take: self._find(kind, words, take)

    def _is_loose(self) -> bool:
        """Say whether a person or a product is typed that nobody chose, and say it beside them."""
        loose = next((one for _, one in self._pickers if one.isEnabled() and one.is_loose()), None)
        if loose is not None:
            self.wrong.tell(t("Choose from the list below the field, or leave it empty."))
            loose.setFocus()
        return loose is not None

    def _only(self, report: Report) -> tuple[Only, ...]:
        given = {kind: picker.value() for kind, picker in self._pickers}
        given[ParameterKind.STATE] = str(self.state.value() or "")
        return tuple(
            sorted(Only(one.field, given[one.kind]) for one in report.parameters if given[one.kind])
        )

    def _show_only(self, only: dict[str, str]) -> None:
        report = self.chosen()
        for one in report.parameters if report else ():
            value = only.get(one.field, "")
            if one.kind is ParameterKind.STATE:
                self.state.choose(value)
            else:
                dict(self._pickers)[one.kind].choose(Found(value, value) if value else None)

    def show_schedule(self, schedule: Schedule) -> None:
        """Show when a saved report runs by itself."""
        self.every.choose(schedule.every)
        self._offer_days()
        self.on.choose(schedule.on)
        self.time.setText(schedule.at.isoformat("minutes"))

    def _schedule(self) -> Schedule | None:
        """Read when to run; None where the time is none."""
        every: Every = self.every.value() or ""  # type: ignore[assignment]  # what was offered
        if not every:
            return NEVER
        typed = _CLOCK.fullmatch(self.time.text().strip())
        if typed is None:
            return None
        on = self.on.value()
        return Schedule(every, time(int(typed[1]), int(typed[2])), on if isinstance(on, int) else 1)

    def _offer_days(self) -> None:
        every = self.every.value()
        days: list[tuple[object, Words]] = [(1, t("Each day"))]
        if every == "week":
            days = list(enumerate(WEEKDAYS, 1))
        elif every == "month":
            days = [(n, t("Day {n}", n=n)) for n in range(1, LAST_ON["month"] + 1)]
        self.on.put(days, 1)
        self.on.setEnabled(len(days) > 1)
        self.time.setEnabled(bool(every))

    def _every_chosen(self) -> None:
        self._offer_days()

    def _report_chosen(self) -> None:
        self._fit()
        self.changed.emit()

    def _changed(self) -> None:
        self.changed.emit()

    def _saved_chosen(self) -> None:
        saved = self.chosen_saved()
        if saved is not None:
            self.name.setText(saved.name)
            self.span.choose(saved.span)
            self.show_schedule(saved.schedule)
            self.loaded.emit(saved)

    def _day(self, field: QLineEdit) -> date | str | None:
        """Read a day; its own text where it is none, None where nothing is typed."""
        typed = field.text().strip()
        if not typed:
            return None
        read = read_day(typed, today(self._clock))
        if read is not None:
            field.setText(read.isoformat())
        return read or typed
