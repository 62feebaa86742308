"""The words of the approvals screen that are chosen by what a record says."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.theme.tokens import Mood

STATES: Mapping[str, tuple[Text, Mood]] = {
    "waiting": (t("Waits"), Mood.WAIT),
    "provisional": (t("Approved, not confirmed"), Mood.WARN),
    "approved": (t("Approved"), Mood.OK),
    "returned": (t("Returned"), Mood.WARN),
    "declined": (t("Declined"), Mood.STOP),
    "superseded": (t("Superseded"), Mood.PLAIN),
}
CHOICES: Mapping[str, Text] = {
    "approve": t("Approved"),
    "return": t("Returned"),
    "decline": t("Declined"),
}
DONE: Mapping[str, Text] = {
    "approve": t("Approved and signed."),
    "return": t("Returned to the clerk."),
    "decline": t("Declined."),
}


def state(code: str, *, mine: bool) -> tuple[Text, Mood]:
    """Say a case's state; one that waits on the person here stands out."""
    if mine:
        return t("Waits on you"), Mood.WARN
    return STATES.get(code) or (t("{code}", code=code), Mood.PLAIN)


def choice(code: str) -> Text:
    """Say what somebody decided."""
    return CHOICES.get(code) or t("{code}", code=code)


def level(number: int) -> Text:
    """Name a level."""
    return t("L{n}", n=number)
