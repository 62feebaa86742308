"""What is said when a report cannot be given."""

from app.kit.errors.base import Problem
from app.kit.words import t


def report_refused() -> Problem:
    """Say that the person's roles do not reach this report for this office."""
    return Problem(
        code="E-REPORT-LEAVE",
        what=t("This report is not for your role or not for this office."),
        safe=t("Nothing was read."),
        next=t("Ask the branch manager for it, or choose your own office."),
    )


def report_too_fine(groups: int, across: int) -> Problem:
    """Say that the grouping gives more rows or columns than anyone can read."""
    return Problem(
        code="E-REPORT-FINE",
        what=t(
            "Grouped like this there are more than {groups} rows or {across} columns.",
            groups=f"{groups:,}",
            across=across,
        ),
        safe=t("Nothing was changed."),
        next=t("Group by something coarser, or choose a shorter period."),
    )


def report_unknown(key: str) -> Problem:
    """Say that a saved report asks for something this version does not have."""
    return Problem(
        code="E-REPORT-UNKNOWN",
        what=t("This version has no report “{key}” with these groups.", key=key),
        safe=t("The saved report is kept as it is."),
        next=t("Choose another report, or delete the saved one."),
    )
