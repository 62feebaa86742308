"""How an impression, a case about a machine and its reason read."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.shell.record_states import Standing
from ui.theme.tokens import Mood

STAMP_STATES: Mapping[str, Standing] = {
    "intent": (t("Begun"), Mood.WARN),
    "in_doubt": (t("In doubt"), Mood.STOP),
    "done": (t("Stamped"), Mood.OK),
    "not_done": (t("Not stamped"), Mood.PLAIN),
    "settled_done": (t("Ruled: stamped"), Mood.OK),
    "settled_not_done": (t("Ruled: not stamped"), Mood.PLAIN),
}
CASE_STATES: Mapping[str, Standing] = {
    "open": (t("Out of service"), Mood.STOP),
    "agreed": (t("Head office reopens"), Mood.WARN),
    "closed": (t("Reopened"), Mood.OK),
}
CASE_KINDS: Mapping[str, Text] = {
    "sequence": t("Its log has a gap."),
    "head": t("Its log does not join what is kept."),
    "total": t("Its log and its counter do not agree."),
    "signature": t("A log entry is not signed by it."),
    "counter": t("Its counter ran on without us."),
    "contact": t("It touched paper without an order."),
    "reported": t("A person stopped it."),
}
"""Why a machine was stopped, by the kind of the case (app.seals.actions.FreezeMachine)."""
