"""What is said when a decision cannot be taken."""

from app.kit.errors.base import Problem
from app.kit.errors.states import state_word
from app.kit.words import Text, t

_SAFE = t("The case stands as it was.")


def _refused(code: str, what: Text, next_step: Text) -> Problem:
    return Problem(code=code, what=what, safe=_SAFE, next=next_step)


def case_not_waiting(state: str) -> Problem:
    """Say that the case is not open for a decision."""
    return _refused(
        "E-APPROVAL-STATE",
        t("This case is not waiting for a decision (it is {state}).", state=state_word(state)),
        t("Reload the list; a new submission opens a new case."),
    )


def case_expired() -> Problem:
    """Say that the case is too old."""
    return _refused(
        "E-APPROVAL-EXPIRED",
        t("This case is older than 30 days."),
        t("Ask the clerk to price and submit it again."),
    )


def case_other_level(level: int) -> Problem:
    """Say that another level decides now."""
    return _refused(
        "E-APPROVAL-LEVEL",
        t("Level L{level} decides this case now.", level=level),
        t("Wait for that level, or ask its approver."),
    )


def case_stale() -> Problem:
    """Say that the subject changed after it was shown."""
    return _refused(
        "E-APPROVAL-HASH",
        t("The quote changed after it was shown to you."),
        t("Open the new version and decide about that one."),
    )


def case_other_person() -> Problem:
    """Say that this person has already played a part."""
    return _refused(
        "E-APPROVAL-SAME-PERSON",
        t("Each level must be decided by another person, and never by the one who asked."),
        t("Ask another approver of this level."),
    )


def signature_wrong() -> Problem:
    """Say that the decision's signature does not hold."""
    return _refused(
        "E-APPROVAL-SIGNATURE",
        t("The decision's signature is not this person's."),
        t("Sign in again and decide again; if it repeats, call support."),
    )
