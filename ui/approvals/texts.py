"""The words of the approvals screen that are chosen by what a record says."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.shell.record_states import CASES, state_in
from ui.theme.tokens import Mood

DONE: Mapping[str, Text] = {
    "approve": t("Approved and signed."),
    "return": t("Returned to the clerk."),
    "decline": t("Declined."),
}


def state(code: str, *, mine: bool) -> tuple[Text, Mood]:
    """Say a case's state; one that waits on the person here stands out."""
    if mine:
        return t("Waits on you"), Mood.WARN
    return state_in(CASES, code)


def level(number: int) -> Text:
    """Name a level."""
    return t("L{n}", n=number)
