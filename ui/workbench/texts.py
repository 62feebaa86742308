"""The words of the workbench: things that wait, steps, cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.kit.money import yuan_grouped
from app.kit.words import Text, t, tn
from ui.theme.tokens import Mood
from ui.workbench.steps import Step, Urgency

URGENCIES: Mapping[Urgency, tuple[Text, Mood]] = {
    Urgency.STOP: (t("At once"), Mood.STOP),
    Urgency.WARN: (t("Today"), Mood.WARN),
    Urgency.WAIT: (t("Waits"), Mood.WAIT),
}
STEPS: Mapping[Step, Text] = {
    Step.SETTLE: t("Settle the impression"),
    Step.THAW: t("Reopen the machine"),
    Step.SIGN_LEFT: t("Settle the signature"),
    Step.LETTER: t("Read what head office refused"),
    Step.DECIDE: t("Decide"),
    Step.ASK_AGAIN: t("Price anew: the approval has ended"),
    Step.SEAL: t("Seal the contract"),
    Step.SEAL_ON: t("Finish the sealing"),
    Step.SIGN: t("Let the customer sign"),
    Step.DRAW_UP: t("Draw up the contract"),
    Step.CHANGE: t("Change the returned quote"),
    Step.SUBMIT: t("Submit the quote"),
    Step.CONFIRM: t("Wait for head office to confirm"),
    Step.ARCHIVE: t("Archive the photograph"),
    Step.FIRST_SIGN_IN: t("First sign-in"),
    Step.RECHECK: t("Check the kept report"),
}


def urgency(code: Urgency) -> tuple[Text, Mood]:
    """Say how soon a thing must be done."""
    return URGENCIES[code]


def step(one: Step) -> Text:
    """Name what a thing waits for."""
    return STEPS[one]


def decide(level: int, summary: str) -> Text:
    """Say which decision is asked for."""
    return t("Decide level L{level}: {summary}", level=level, summary=summary)


def approval_ended(summary: str) -> Text:
    """Say that a case took no decision in its time."""
    return t("The approval has ended undecided, price anew: {summary}", summary=summary)


def paper(one: Step, number: str, name: str) -> Text:
    """Say what a contract waits for."""
    return t("{step}: {number} {name}", step=step(one), number=number, name=name)


def quote(one: Step, name: str, premium_fen: int) -> Text:
    """Say what a quote waits for."""
    return t("{step}: {name} {premium}", step=step(one), name=name,
             premium=yuan_grouped(premium_fen))  # fmt: skip


def frozen(name: str) -> Text:
    """Say which machine nobody may arm."""
    return t("Seal machine {name} is frozen until two offices settle it.", name=name)


def first_sign_in(name: str, number: str) -> Text:
    """Say who has not signed in yet."""
    return t("{name} ({number}) has not signed in for the first time.", name=name, number=number)


def age(span: timedelta) -> Text:
    """Say how old something is, in its largest whole unit."""
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes < 60:
        return t("{n} min", n=minutes)
    if minutes < 48 * 60:
        return t("{n} h", n=minutes // 60)
    return tn("{n} day", "{n} days", minutes // (24 * 60))


def decides(level: int) -> Text:
    """Name the step of a level that decides."""
    return t("Decide on level L{n}", n=level)


@dataclass(frozen=True)
class EmptyWords:
    """What an empty workbench teaches a role: what comes here and how.

    ``verb`` is the page that brings it here, what the button says, its icon; an empty page: none.
    """

    how: Text
    verb: tuple[str, Text, str]


_QUOTE = ("pricing", t("New quote"), "add")
_SYNC = ("sync", t("To the sync"), "sync")
_REPORTS = ("reports", t("To the reports"), "reports")
_SEALS = ("seals", t("To the sealing"), "seals")
EMPTY: Mapping[str, EmptyWords] = {
    "clerk": EmptyWords(
        t("Quotes, contracts to sign and answers of head office stand here. Begin with a quote."),
        _QUOTE,
    ),
    "reviewer": EmptyWords(
        t("Quotes that need your decision stand here as soon as they are submitted and synced."),
        _SYNC,
    ),
    "custodian": EmptyWords(
        t("Signed contracts stand here to be sealed, and impressions in doubt to be settled."),
        _SEALS,
    ),
    "branch_manager": EmptyWords(
        t("Decisions on level L2, doubts about a seal and what runs late stand here."), _REPORTS
    ),
    "provincial_approver": EmptyWords(
        t("Decisions on level L3 of the branches below stand here once they are synced."), _SYNC
    ),
    "head_office_approver": EmptyWords(
        t("Decisions on level L4 and frozen machines stand here once they are synced."), _SYNC
    ),
    "auditor": EmptyWords(
        t("What was refused or is in doubt stands here; the reports show every act."), _REPORTS
    ),
    "administrator": EmptyWords(
        t("Frozen machines and people who have not signed in yet stand here."), _SYNC
    ),
    "": EmptyWords(t("What needs you stands here."), ("", t("Open"), "")),
}
"""By the first role of a person; "" for one without any we know."""


def empty_of(role: str) -> EmptyWords:
    """Give what an empty workbench says to a role."""
    return EMPTY[role]
