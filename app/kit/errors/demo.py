"""What is said when a demo day cannot begin."""

from app.kit.errors.base import Problem
from app.kit.words import t


def date_not_readable(said: str) -> Problem:
    """Say that a date is none."""
    return Problem(
        code="E-DEMO-DATE",
        what=t("“{said}” is not a date.", said=said[:40]),
        safe=t("Nothing was started."),
        next=t("Write the first day of cover as YYYY-MM-DD."),
    )


def keep_not_empty(folder: str) -> Problem:
    """Say that the folder to keep the day in holds something already."""
    return Problem(
        code="E-DEMO-KEEP",
        what=t("The folder {folder} is not empty.", folder=folder),
        safe=t("Nothing in it was touched."),
        next=t("Name a new or an empty folder."),
    )
