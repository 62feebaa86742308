"""The terms of a quote as a form, as data."""

from collections.abc import Callable
from datetime import date

from app.kit.calendar import started_months
from app.kit.errors.base import BranchError
from app.kit.words import t
from app.pricing.labels import region
from ui.forms.fields import FINE, Answers, Choice, Field, FieldNote, Kind, Standing, Value
from ui.pricing.presenter import QuotePresenter, TermsDraft

MOST_MONTHS = 12


def terms_fields(presenter: QuotePresenter, first_day: Callable[[], date]) -> tuple[Field, ...]:
    """Ask from when to when, where, and with which discretion; ``first_day`` is today at earliest.

    The tariff and the authority table judge the rest when the quote is priced.
    """

    def start_note(value: Value) -> FieldNote:
        if isinstance(value, date) and value <= first_day():
            return FieldNote(Standing.WARNED, t("Cover would begin today or earlier."))
        return FINE

    def discretion_note(value: Value) -> FieldNote:
        try:
            factor = presenter.read_discretion(str(value))
        except BranchError:
            return FieldNote(Standing.WRONG, t("A plain number, for example 0.95."))
        if not factor.num:
            return FieldNote(Standing.WRONG, t("More than zero."))
        return FINE

    regions = tuple(Choice(code, region(code)) for code in presenter.regions())
    return (
        Field("start", t("First day"), Kind.DATE, True, t("Type 0305 or pick a day."), start_note),
        Field("end", t("Last day"), Kind.DATE, True, t("Twelve months unless you change it.")),
        Field("region", t("Region"), Kind.CHOICE, True, choices=regions),
        Field(
            "discretion",
            t("Discretion"),
            required=True,
            hint=t("1.00 unless agreed; it decides who must approve."),
            check=discretion_note,
            longest=8,
        ),
    )


def terms_of(answers: Answers) -> TermsDraft:
    """Take the terms from a form that is complete; raises TypeError where it is not."""
    start, end = answers.day("start"), answers.day("end")
    if start is None or end is None:
        raise TypeError("the terms are not complete")
    return TermsDraft(start, end, answers.text("region"), answers.text("discretion"))


def term_note(start: date | None, end: date | None) -> FieldNote:
    """Judge the term as a whole: the end behind the start, at most twelve months."""
    if start is None or end is None:
        return FINE
    if end < start:
        return FieldNote(Standing.WRONG, t("The last day is before the first."))
    if started_months(start, end) > MOST_MONTHS:
        return FieldNote(Standing.WRONG, t("Cover lasts twelve months at most."))
    return FINE
