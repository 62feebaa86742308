"""The words of the reports screen that are chosen by a value."""

from collections.abc import Mapping
from datetime import datetime

from app.kit.figures import figure_text
from app.kit.sheets.writing import Cell, CellKind
from app.kit.words import Text, t
from app.kit.written import written_moment
from app.reports.rules.declared import Field, ParameterKind
from app.reports.rules.due import Every, Span
from app.reports.rules.kept import Verdict
from ui.theme.tokens import Mood

EVERY: Mapping[Every, Text] = {
    "": t("Not by itself"),
    "day": t("Every day"),
    "week": t("Every week"),
    "month": t("Every month"),
}
SPANS: Mapping[Span, Text] = {
    "asked": t("The days above"),
    "month": t("This month so far"),
    "quarter": t("This quarter so far"),
    "year": t("This year so far"),
    "last_month": t("All of last month"),
}
WEEKDAYS = (
    t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday"), t("Friday"), t("Saturday"),
    t("Sunday"),
)  # fmt: skip
PARAMETERS: Mapping[ParameterKind, Text] = {
    ParameterKind.PERSON: t("Only this person"),
    ParameterKind.PRODUCT: t("Only this product"),
    ParameterKind.STATE: t("Only this state"),
}
VERDICTS: Mapping[Verdict, tuple[Text, Mood]] = {
    Verdict.SAME: (t("The data give the same figures and the same fingerprint again."), Mood.OK),
    Verdict.MOVED: (t("The data have gone on since; these figures differ now."), Mood.PLAIN),
    Verdict.TERMS: (
        t("Definition, work calendar, or the offices you may see are others now."),
        Mood.WARN,
    ),
    Verdict.BROKEN: (t("The same data no longer give this run."), Mood.STOP),
}


def cell_text(field: Field, value: Cell) -> str:
    """Write a value of a row as a list shows it."""
    if value is None or value == "":
        return "–"
    if field.words:
        return str(field.said(value))
    match field.kind, value:
        case CellKind.MOMENT, datetime():
            return written_moment(value)
        case ((CellKind.COUNT | CellKind.MONEY | CellKind.SHARE), int()):
            return figure_text(field.kind, value)
        case _:
            return str(value)
