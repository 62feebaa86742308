"""What is said when a roster as a whole cannot be taken; wrong cells are told one by one."""

from app.kit.errors.base import Problem
from app.kit.words import t


def roster_too_long(limit: int) -> Problem:
    """Say that there are more people than one quote takes."""
    return Problem(
        code="E-ROSTER-TOO-LONG",
        what=t("The roster has more than {limit} people.", limit=f"{limit:,}"),
        safe=t("Nothing was read from the file, and no quote was stored."),
        next=t("Split the group into several quotes, or ask head office to price it."),
    )


def roster_not_good(problems: int) -> Problem:
    """Say that a quote was asked for a roster that still has wrong cells."""
    return Problem(
        code="E-ROSTER-PROBLEMS",
        what=t("The roster still has {n} wrong places.", n=problems),
        safe=t("No quote was stored."),
        next=t("Mend the rows that are named, or leave them out, and price again."),
    )
