"""The states of the trade's records in words and moods: lists, heads and side panels say the same.

No Qt here, so presenters may use it.
"""

from collections.abc import Mapping

from app.contracts.rules import ARCHIVED, DRAFTED, SEALED, SIGNED
from app.kit.words import Text, t
from app.pricing.quoting import APPROVED, DECLINED, PRICED, PROVISIONAL, RETURNED, SUBMITTED
from ui.theme.tokens import Mood

Standing = tuple[Text, Mood]

QUOTES: Mapping[str, Standing] = {
    PRICED: (t("Priced"), Mood.PLAIN),
    SUBMITTED: (t("Being approved"), Mood.WAIT),
    PROVISIONAL: (t("Approved, not confirmed"), Mood.WARN),
    APPROVED: (t("Approved"), Mood.OK),
    RETURNED: (t("Returned"), Mood.WARN),
    DECLINED: (t("Declined"), Mood.STOP),
}
CASES: Mapping[str, Standing] = {
    "waiting": (t("Waits"), Mood.WAIT),
    "provisional": (t("Approved, not confirmed"), Mood.WARN),
    "approved": (t("Approved"), Mood.OK),
    "returned": (t("Returned"), Mood.WARN),
    "declined": (t("Declined"), Mood.STOP),
    "superseded": (t("Superseded"), Mood.PLAIN),
}
CONTRACTS: Mapping[str, Standing] = {
    DRAFTED: (t("To sign"), Mood.WAIT),
    SIGNED: (t("To seal"), Mood.WAIT),
    SEALED: (t("To archive"), Mood.WAIT),
    ARCHIVED: (t("Archived"), Mood.OK),
}
SEAL_JOBS: Mapping[str, Standing] = {
    "requested": (t("Permit asked for"), Mood.WAIT),
    "permitted": (t("Permitted"), Mood.WAIT),
    "sealed": (t("Sealed"), Mood.OK),
    "closed_short": (t("Closed, impressions left"), Mood.WARN),
    "refused": (t("Refused"), Mood.STOP),
}
SIGNATURES: Mapping[str, Standing] = {
    "begun": (t("Begun"), Mood.WARN),
    "signed": (t("Signed"), Mood.OK),
    "abandoned": (t("Given up"), Mood.PLAIN),
}
FILES: Mapping[bool, Standing] = {
    True: (t("At head office"), Mood.OK),
    False: (t("To be sent"), Mood.WAIT),
}
DECISIONS: Mapping[str, Text] = {
    "approve": t("Approved"),
    "return": t("Returned"),
    "decline": t("Declined"),
}


def state_in(table: Mapping[str, Standing], code: str) -> Standing:
    """Say a state; one we do not know is shown as it is stored."""
    return table.get(code) or (t("{code}", code=code), Mood.PLAIN)


def decision(code: str) -> Text:
    """Say what somebody decided."""
    return DECISIONS.get(code) or t("{code}", code=code)
