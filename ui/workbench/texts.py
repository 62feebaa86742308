"""The words of the workbench that are chosen by what a task says."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.theme.tokens import Mood

URGENCIES: Mapping[str, tuple[Text, Mood]] = {
    "stop": (t("At once"), Mood.STOP),
    "warn": (t("Today"), Mood.WARN),
    "wait": (t("Waits"), Mood.WAIT),
    "ok": (t("When there is time"), Mood.OK),
}


def urgency(code: str) -> tuple[Text, Mood]:
    """Say how soon a task must be done."""
    return URGENCIES[code]
