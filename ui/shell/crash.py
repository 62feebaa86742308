"""What a person sees when we made a mistake: that it is ours, what is safe, what to do."""

import logging
from uuid import UUID

from app.kit.errors.base import Problem
from app.kit.logs import event
from app.kit.words import t

LOG = logging.getLogger("ui.crash")


def bug_problem(number: UUID) -> Problem:
    """Say that the desk made a mistake; the number finds it in the log."""
    return Problem(
        code=f"E-BUG {str(number)[-8:]}",
        what=t("The desk made a mistake and stopped what it was doing."),
        safe=t("What was saved is safe; what you typed is kept as a draft."),
        next=t("Go on working. If it happens again, give support the code."),
    )


def log_bug(error: BaseException, number: UUID) -> None:
    """Write a bug into the log: its kind and its place, and no value that could be a person's."""
    event(LOG, logging.ERROR, "bug", number=number, error=error)
