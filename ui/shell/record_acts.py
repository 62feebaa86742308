"""What somebody did, in words: the entries of a timeline. Values come through typed functions.

No Qt here, so presenters may use it.
"""

from collections.abc import Mapping

from app.kit.money import yuan_grouped
from app.kit.words import Text, t
from ui.shell.record_states import decision

ACTS: Mapping[str, Text] = {
    "access.activate_person": t("First sign-in of a person"),
    "access.add_office": t("Office added"),
    "access.add_person": t("Person added"),
    "customers.add_contact": t("Contact added"),
    "customers.add_note": t("Note written"),
    "customers.correct_customer": t("Customer corrected"),
    "customers.fill_head_fields": t("Head office's fields filled in"),
    "customers.import_customers": t("Customers taken up from a file"),
    "customers.register_organisation": t("New organisation"),
    "customers.register_person": t("New person"),
    "customers.show_numbers": t("Whole numbers shown"),
    "pricing.price_quote": t("Priced"),
    "pricing.submit_quote": t("Submitted for approval"),
    **{f"approvals.decide_l{n}": t("Decision on level L{n}", n=n) for n in (1, 2, 3, 4)},
    "contracts.draft_contract": t("Contract drawn up"),
    "contracts.archive_contract": t("Contract archived"),
    "signing.request_certificate": t("Certificate asked for"),
    "signing.begin_signature": t("Signature begun"),
    "signing.finish_signature": t("Signature finished"),
    "signing.abandon_signature": t("Signature given up"),
    "seals.pair_machine": t("Seal machine paired"),
    "seals.request_permit": t("Seal permit asked for"),
    "seals.begin_stamp": t("Impression begun"),
    "seals.finish_stamp": t("Impression finished"),
    "seals.settle_doubt": t("Doubt settled"),
    "seals.close_job": t("Sealing closed"),
    "seals.freeze_machine": t("Seal machine frozen"),
    "seals.agree_reopening": t("Reopening of the machine agreed"),
    "seals.reopen_machine": t("Seal machine reopened"),
}
"""Every act of the log by its action; a test holds it against the verbs there are."""


def act(action: str) -> Text:
    """Name an act of the log; one of a newer version is told as such."""
    return ACTS.get(action) or t("An act this version does not know")


def priced(premium_fen: int) -> Text:
    """Say that a quote was priced, and what came out."""
    return t("Priced: {premium} yuan", premium=yuan_grouped(premium_fen))


def submitted(needed: int) -> Text:
    """Say that the approvers were asked, and up to which level."""
    return t("Submitted for approval up to L{needed}", needed=needed)


def decided(level: int, choice: str) -> Text:
    """Say what a level decided."""
    return t("L{level}: {decision}", level=level, decision=decision(choice))


def drawn_up(number: str) -> Text:
    """Say that a contract was drawn up."""
    return t("Contract {number} drawn up", number=number)


def signed_by(signer: str) -> Text:
    """Say that a customer signed."""
    return t("Signed by {signer}", signer=signer)


def signing_begun(signer: str) -> Text:
    """Say that the pad was laid before a customer."""
    return t("Signature of {signer} begun", signer=signer)


def permit_asked(impressions: int) -> Text:
    """Say that a permit was asked for."""
    return t("Seal permit asked for, impressions: {n}", n=impressions)


def stamp_begun(index: int, page: int) -> Text:
    """Say that an impression was begun."""
    return t("Impression {k} begun, page {page}", k=index, page=page)


def stamp_done(index: int, page: int) -> Text:
    """Say that an impression came to its end."""
    return t("Impression {k} finished, page {page}", k=index, page=page)
