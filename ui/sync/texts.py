"""The words of the sync screen that are chosen by what a line says."""

from collections.abc import Mapping

from app.kit.words import Text, t
from ui.theme.tokens import Mood

VERBS: Mapping[str, Text] = {
    "access.activate_person": t("First sign-in of a person"),
    "customers.register_organisation": t("New organisation"),
    "customers.register_person": t("New person"),
    "customers.import_customers": t("Import customers"),
    "pricing.price_quote": t("Priced quote"),
    "pricing.submit_quote": t("Submitted quote"),
    "approvals.decide_case": t("Decision"),
    "contracts.draft_contract": t("Contract drawn up"),
    "contracts.archive_contract": t("Contract archived"),
    "signing.request_certificate": t("Certificate asked for"),
    "signing.begin_signature": t("Signature begun"),
    "signing.finish_signature": t("Signature finished"),
    "signing.abandon_signature": t("Signature given up"),
    "seals.request_permit": t("Seal permit asked for"),
    "seals.begin_stamp": t("Impression begun"),
    "seals.finish_stamp": t("Impression finished"),
    "seals.settle_doubt": t("Doubt settled"),
    "seals.close_job": t("Sealing closed"),
}
WAITS: Mapping[str, tuple[Text, Mood]] = {
    "new": (t("To be sent"), Mood.PLAIN),
    "sent": (t("Sent, not answered"), Mood.WAIT),
}
OUTCOMES: Mapping[str, tuple[Text, Mood]] = {
    "done": (t("Even"), Mood.OK),
    "waiting": (t("More to come"), Mood.WAIT),
    "stopped": (t("Stopped"), Mood.STOP),
}
KINDS: Mapping[str, Text] = {
    "customer": t("Customer"),
    "customer_contact": t("Contact of a customer"),
    "customer_event": t("Timeline of a customer"),
    "customer_further": t("Further field of a customer"),
    "customer_change": t("Former value of a customer's field"),
    "audit_line": t("Audit line"),
    "audit_head": t("Signed audit head"),
    "seal_log": t("Log line of the seal machine"),
}


def verb(code: str) -> Text:
    """Name what is on its way: a verb, or a record with what was done to it."""
    return VERBS.get(code) or KINDS.get(code.split(" ")[0]) or t("{code}", code=code)


def waiting(state: str) -> tuple[Text, Mood]:
    """Say how far a line on its way is."""
    return WAITS.get(state) or (t("{code}", code=state), Mood.PLAIN)


def outcome(code: str) -> tuple[Text, Mood]:
    """Say how a round ended."""
    return OUTCOMES.get(code) or (t("{code}", code=code), Mood.PLAIN)
