"""What is said when a report cannot be given, or no longer comes out as it did."""

from datetime import datetime

from app.kit.errors.base import Problem
from app.kit.words import t
from app.kit.written import written_moment


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


def report_parameter_wrong(value: str) -> Problem:
    """Say that a report is narrowed by something it does not have, or to a value that is none."""
    return Problem(
        code="E-REPORT-PARAMETER",
        what=t("This report cannot be narrowed to “{value}”.", value=value[:64]),
        safe=t("Nothing was read."),
        next=t("Choose the person, product or state from what is offered, or leave it empty."),
    )


def report_not_the_same(name: str, as_of: datetime) -> Problem:
    """Say that the same data no longer give a kept run: no figure may be trusted unlooked."""
    return Problem(
        code="E-REPORT-HASH",
        what=t(
            "“{name}” of {time} no longer comes out of the same data: nothing was written since,"
            " and the rows are others.",
            name=name,
            time=written_moment(as_of, seconds=True),
        ),
        safe=t("The kept figures are as they were read; nothing was changed."),
        next=t(
            "Send neither figure out. Have the store checked, then tell head office this code and"
            " both hashes."
        ),
    )


def kept_run_altered(name: str) -> Problem:
    """Say that the figures of a kept run are not those that were kept."""
    return Problem(
        code="E-REPORT-ALTERED",
        what=t("The kept figures of “{name}” are not those that were read.", name=name),
        safe=t("They are not shown; the data of the branch are not touched by this."),
        next=t("Run the report again, and tell head office this code."),
    )


def kept_run_gone() -> Problem:
    """Say that a kept run is no longer there."""
    return Problem(
        code="E-REPORT-GONE",
        what=t("This kept run is no longer here."),
        safe=t("Nothing else was changed."),
        next=t("Run the report again and keep it."),
    )
