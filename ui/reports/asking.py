"""The parameters of a report: which one, which days, which office, grouped by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget
from typing_extensions import override

from app.kit.clock import Clock, today
from app.kit.words import Text, t
from app.reports.queries.reading import OfficeChoice
from app.reports.rules.declared import Asked, Report
from app.reports.rules.due import EVERY as EVERY_ORDER
from app.reports.rules.due import SPANS as SPAN_ORDER
from app.reports.rules.due import Every, Saved, Span
from ui.forms.reading import read_day
from ui.reports.presenter import Choices
from ui.reports.texts import EVERY, SPANS
from ui.theme.theme import Theme
from ui.theme.tokens import NEAR, TIGHT, Mood
from ui.widgets.choice import ChoiceBox
from ui.widgets.label import PlainLabel, Words, named
from ui.widgets.spoken import Spoken

PLACES = 4
"""Fields side by side."""


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


@dataclass(frozen=True)
class SaveAs:
    """What a person typed about keeping a report."""

    name: str
    span: Span
    every: Every


class AskingPanel(Spoken, QWidget):
    """What is asked for. ``changed`` when it became something else, ``loaded`` with a Saved."""

    changed = Signal()
    loaded = Signal(object)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._choices = Choices((), ())
        self.report = Pick(theme, t("Report"))
        self.group = Pick(theme, t("Rows by"))
        self.across = Pick(theme, t("Columns by"))
        self.measure = Pick(theme, t("Figure in the picture"))
        self.since, self.until = QLineEdit(), QLineEdit()
        self.office = Pick(theme, t("Office"))
        self.saved = Pick(theme, t("Saved reports"))
        self.name = QLineEdit()
        self.span = Pick(theme, t("Days when run again"))
        self.every = Pick(theme, t("Runs by itself"))
        self._labels = {
            self.report: t("Report"),
            self.group: t("Rows by"),
            self.across: t("Columns by"),
            self.measure: t("Figure in the picture"),
            self.since: t("From (day)"),
            self.until: t("Until (day)"),
            self.office: t("Office"),
            self.saved: t("Saved reports"),
            self.name: t("Name to save under"),
            self.span: t("Days when run again"),
            self.every: t("Runs by itself"),
        }
        self.wrong = PlainLabel(size="small", mood=Mood.STOP)
        self._build()

    def put(self, choices: Choices) -> None:
        """Take what this person may choose."""
        self._choices = choices
        self.report.put([(one.key, one.title) for one, _ in choices.reports])
        nothing: list[tuple[object, Words]] = [("", t("None"))]
        self.saved.put([*nothing, *((one.id, one.name) for one in choices.saved)])
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
        self.wrong.tell("")
        return Asked(
            report.key,
            str(self.group.value()),
            str(self.across.value() or ""),
            since,
            until,
            str(self.office.value() or ""),
        )

    def save_as(self) -> SaveAs | None:
        """Give the name and times to save under; None, and a word, without a name."""
        name = self.name.text().strip()[:60]
        if not name:
            self.wrong.tell(t("Type a name to save the report under."))
            self.name.setFocus()
            return None
        return SaveAs(name, self.span.value(), self.every.value())  # type: ignore[arg-type]  # what was offered

    def show_asked(self, asked: Asked, measure: str) -> None:
        """Show what somebody asked for before."""
        self.report.choose(asked.report)
        self._fit()
        self.group.choose(asked.group)
        self.across.choose(asked.across)
        self.office.choose(asked.office)
        self.measure.choose(measure)
        self.since.setText(asked.since.isoformat() if asked.since else "")
        self.until.setText(asked.until.isoformat() if asked.until else "")

    @override
    def say(self) -> None:
        for field, words in self._labels.items():
            named(field, words)
        self.since.setPlaceholderText("2026-03-05")
        self.until.setPlaceholderText("2026-03-05")

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
        grid.addWidget(self.wrong, 2 * (len(self._labels) // PLACES) + 2, 0, 1, PLACES)
        self.span.put([(one, SPANS[one]) for one in SPAN_ORDER])
        self.every.put([(one, EVERY[one]) for one in EVERY_ORDER])
        self.report.currentIndexChanged.connect(self._report_chosen)
        self.saved.currentIndexChanged.connect(self._saved_chosen)
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
        for field in (self.since, self.until):
            field.setEnabled(report.dated is not None)
            if report.dated is None:
                field.clear()

    def _offer_offices(self, offices: tuple[OfficeChoice, ...]) -> None:
        every: list[tuple[object, Words]] = [("", t("All I may see"))]
        self.office.put([*every, *((one.path, one.name) for one in offices)])

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
            self.every.choose(saved.every)
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
