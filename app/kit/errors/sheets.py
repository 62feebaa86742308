"""What is said when a table that comes as a file cannot be taken, or one that goes out written."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def _refused(code: str, what: Text, todo: Text) -> Problem:
    return Problem(code=code, what=what, safe=t("Nothing was read from the file."), next=todo)


def sheet_kind_unknown() -> Problem:
    """Say that the content is neither .xlsx nor readable text."""
    return _refused(
        "E-SHEET-KIND",
        t("The file is neither an .xlsx workbook nor a text table."),
        t("Save it as .xlsx in the spreadsheet and choose it again."),
    )


def sheet_old_or_locked() -> Problem:
    """Say that it is an .xls or stands under a password."""
    return _refused(
        "E-SHEET-OLD",
        t("The workbook is of the old .xls kind or locked with a password."),
        t("Save it as .xlsx without a password and choose it again."),
    )


def sheet_broken() -> Problem:
    """Say that the file is not in order."""
    return _refused(
        "E-SHEET-BROKEN",
        t("The workbook is damaged or not built as it should be."),
        t("Open it in the spreadsheet, save it again as .xlsx, or ask the sender for a new copy."),
    )


def sheet_too_big() -> Problem:
    """Say that the file unpacks to more than an honest table needs."""
    return _refused(
        "E-SHEET-BIG",
        t("The file unpacks to far more than a table of this kind needs."),
        t("Do not open it. Ask the sender for a plain .xlsx with this one table."),
    )


def sheet_with_dtd() -> Problem:
    """Say that the file carries declarations no spreadsheet writes."""
    return _refused(
        "E-SHEET-DTD",
        t("The workbook holds declarations that no spreadsheet writes and that can do harm."),
        t("Do not open it. Ask the sender for a new copy and tell the security officer."),
    )


def sheet_with_macro() -> Problem:
    """Say that the file carries a program."""
    return _refused(
        "E-SHEET-MACRO",
        t("The workbook contains macros."),
        t("Save it as .xlsx without macros and choose it again."),
    )


def sheet_too_long(limit: int) -> Problem:
    """Say that there are more rows than are taken."""
    return _refused(
        "E-SHEET-LONG",
        t("The table has more than {limit} filled rows.", limit=f"{limit:,}"),
        t("Split it into several files and choose them one after another."),
    )


def sheet_past_end(limit: int) -> Problem:
    """Say that a worksheet has no room for all the rows."""
    return Problem(
        code="E-SHEET-ROWS",
        what=t(
            "There are more than {limit} rows, and a worksheet has no more.", limit=f"{limit:,}"
        ),
        safe=t("No file was written; an older one of that name is as it was."),
        next=t("Narrow the selection, or export it as CSV."),
    )


def sheet_not_written(name: str, reason: str) -> Problem:
    """Say that a file could not be written; ``reason`` is the system's own word for support."""
    return Problem(
        code="E-SHEET-WRITE",
        what=t("The file {name} could not be written.", name=name),
        safe=t("No file was written; an older one of that name is as it was."),
        next=t("Close it where it is open, make room on the disk, or choose another folder."),
        detail=reason,
    )


def sheet_not_opened(name: str, reason: str) -> Problem:
    """Say that a file cannot be opened; ``reason`` is the system's own word for support."""
    return Problem(
        code="E-SHEET-OPEN",
        what=t("The file {name} cannot be opened.", name=name),
        safe=t("Nothing was read from the file."),
        next=t("See that it is there and not open elsewhere, and that you may read it."),
        detail=reason,
    )
