"""The words of the problems screen that are chosen by where a problem comes from."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.shell.unsettled import Source
from ui.theme.tokens import Mood

SOURCES: Mapping[Source, tuple[Text, Mood]] = {
    "seal": (t("Seal in doubt"), Mood.STOP),
    "signature": (t("Signature open"), Mood.WARN),
    "report": (t("Report not the same"), Mood.STOP),
    "import": (t("Row refused"), Mood.WARN),
    "refused": (t("Not taken"), Mood.WARN),
    "conflict": (t("Conflict"), Mood.WARN),
}
SAFE: Mapping[Source, Text] = {
    "seal": t("Nothing is stamped again before this is settled."),
    "signature": t("Nothing half signed was kept."),
    "report": t("The kept figures are as they were read; nothing was changed."),
    "import": t("The other rows were taken up; what stood in this one is kept."),
    "refused": t("What you did is kept here as you did it; head office has its own state."),
    "conflict": t("Both wordings are kept; head office's stands."),
}
NEXT: Mapping[Source, Text] = {
    "seal": t("Open the sealing page: read the machine's log, then two persons rule."),
    "signature": t("Open the signing page and sign again, or give it up."),
    "report": t(
        "Send neither figure out. Have the store checked, then tell head office this code and"
        " both hashes."
    ),
    "import": t("Mend the row in the import and take it up again, or put this letter away."),
    "refused": t("Read the reason, put it right in the record, then put this letter away."),
    "conflict": t("Compare both wordings with the customer, then put this letter away."),
}
VERBS: Mapping[Source, Text] = {
    "seal": t("Settle it"),
    "signature": t("To the signature"),
    "report": t("To the kept run"),
    "import": t("Mend the row"),
    "refused": t("Put away"),
    "conflict": t("Put away"),
}
