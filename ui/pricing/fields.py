"""The terms of a quote by head office's form, and the claims of former years as data."""

from collections.abc import Callable
from datetime import date

from app.customers.further import FurtherValue
from app.kit.calendar import started_months
from app.kit.words import t
from app.packs.form_values import kept_text
from app.packs.forms import FormSpec
from app.pricing.labels import COVERS, cover, region
from ui.forms.by_pack import Additions, PackForm
from ui.forms.fields import FINE, Answers, Choice, Field, FieldNote, Kind, Standing, Value
from ui.pricing.presenter import PastDraft, QuotePresenter, TermsDraft, ratio_key, years_key

MOST_MONTHS = 12


def terms_form(presenter: QuotePresenter, first_day: Callable[[], date]) -> PackForm:
    """Ask from when to when, where, and with which discretion, as head office's form says.

    ``first_day`` is today at earliest. The tariff and the authority table judge the rest when the
    quote is priced.
    """

    def start_note(value: Value) -> FieldNote:
        if isinstance(value, date) and value <= first_day():
            return FieldNote(Standing.WARNED, t("Cover would begin today or earlier."))
        return FINE

    regions = tuple(Choice(code, region(code)) for code in presenter.regions())
    products = tuple(Choice(code, label) for code, label in COVERS.items())
    checks = {"start": start_note, "discretion": _positive(presenter)}
    return PackForm(
        presenter.terms_form(),
        Additions(checks, {"region": regions}, presenter.terms_hint, products),
    )


def past_fields(presenter: QuotePresenter) -> tuple[Field, ...]:
    """Ask for each cover how long people were insured and what claims came of it."""
    return tuple(
        field
        for code in COVERS
        for field in (
            Field(
                years_key(code),
                t("{cover}: life-years", cover=cover(code)),
                Kind.DECIMAL,
                hint=t("At most three expired years."),
                check=_positive(presenter),
                longest=12,
            ),
            Field(ratio_key(code), t("Loss ratio"), Kind.PERCENT),
        )
    )


def half_told(answers: Answers) -> tuple[str, ...]:
    """Name the fields left empty beside one that was filled: both make an experience, or none."""
    left_empty = []
    for code in COVERS:
        years = bool(answers.text(years_key(code)).strip())
        ratio = answers.number(ratio_key(code)) is not None
        if years != ratio:
            left_empty.append(ratio_key(code) if years else years_key(code))
    return tuple(left_empty)


def past_of(answers: Answers) -> tuple[PastDraft, ...]:
    """Take the experience of each cover it is told of."""
    told = []
    for code in COVERS:
        years, ratio = answers.text(years_key(code)).strip(), answers.number(ratio_key(code))
        if years and ratio is not None:
            told.append(PastDraft(code, years, ratio))
    return tuple(told)


def terms_of(
    answers: Answers,
    past: tuple[PastDraft, ...] = (),
    further: tuple[FurtherValue, ...] = (),
) -> TermsDraft:
    """Take the terms from a form that is complete; raises TypeError where it is not."""
    start, end = answers.day("start"), answers.day("end")
    if start is None or end is None:
        raise TypeError("the terms are not complete")
    return TermsDraft(start, end, answers.text("region"), answers.text("discretion"), past, further)


def further_of(spec: FormSpec, answers: Answers) -> tuple[FurtherValue, ...]:
    """Take what was typed into the fields head office added; what is reckoned is not typed."""
    typed = (
        FurtherValue(field.key, kept_text(answers.value(field.key)))
        for field in spec.further()
        if field.computed is None
    )
    return tuple(one for one in typed if one.value)


def term_note(start: date | None, end: date | None) -> FieldNote:
    """Judge the term as a whole: the end behind the start, at most twelve months."""
    if start is None or end is None:
        return FINE
    if end < start:
        return FieldNote(Standing.WRONG, t("The last day is before the first."))
    if started_months(start, end) > MOST_MONTHS:
        return FieldNote(Standing.WRONG, t("Cover lasts twelve months at most."))
    return FINE


def _positive(presenter: QuotePresenter) -> Callable[[Value], FieldNote]:
    """Check that a plain number is above zero."""

    def note(value: Value) -> FieldNote:
        if not presenter.read_number(str(value)).num:
            return FieldNote(Standing.WRONG, t("More than zero."))
        return FINE

    return note
