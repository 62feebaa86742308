"""What is said about a contract."""

from app.kit.errors.base import Problem
from app.kit.errors.states import state_word
from app.kit.words import Text, t, tn

_SAFE = t("The contract and its number stand as they were.")


def _refused(code: str, what: Text, next_step: Text) -> Problem:
    return Problem(code=code, what=what, safe=_SAFE, next=next_step)


def approval_missing(state: str) -> Problem:
    """Say that the quote is not approved for good."""
    return _refused(
        "E-CONTRACT-APPROVAL",
        t(
            "The quote is {state}; a contract needs head office's confirmed approval.",
            state=state_word(state),
        ),
        t("Sync to bring the approval in; a provisional one never issues."),
    )


def people_not_named(people: int) -> Problem:
    """Say that some of the insured stand on no roster."""
    return _refused(
        "E-CONTRACT-ROSTER",
        tn(
            "{n} insured person stands on no roster; a contract names everybody it insures.",
            "{n} insured people stand on no roster; a contract names everybody it insures.",
            people,
        ),
        t("Price the quote with a roster of all its people, and have it approved again."),
    )


def inputs_changed() -> Problem:
    """Say that the quote changed since the contract was rendered."""
    return _refused(
        "E-CONTRACT-INPUTS",
        t("The quote changed after the contract was drawn up."),
        t("Draw the contract up again from the approved quote."),
    )


def number_moved(number: str) -> Problem:
    """Say that the number was taken by another contract meanwhile."""
    return _refused(
        "E-CONTRACT-NUMBER",
        t("Number {number} was taken meanwhile.", number=number),
        t("Draw the contract up again; it gets the next number."),
    )


def number_form(number: str) -> Problem:
    """Say that a number is not the one its series and serial give."""
    return _refused(
        "E-CONTRACT-FORM",
        t("{number} is not the number that its series and its office give.", number=number),
        t("Draw the contract up again; it gets the next number."),
    )


def number_not_leased(number: str) -> Problem:
    """Say that a number is outside the sender's lease or was used before."""
    return _refused(
        "E-CONTRACT-LEASE",
        t("Number {number} is not lent to this desk, or was used before.", number=number),
        t("Call support: the desk's block of numbers must be checked."),
    )


def contract_state(number: str, state: str) -> Problem:
    """Say that the contract cannot take this step now."""
    return _refused(
        "E-CONTRACT-STATE",
        t(
            "Contract {number} is {state}; this step does not fit it now.",
            number=number,
            state=state_word(state),
        ),
        t("Reload the contract and take the step it offers."),
    )


def photo_not_matching(number: str) -> Problem:
    """Say that the photograph is not of this contract."""
    return _refused(
        "E-CONTRACT-PHOTO",
        t("The photograph does not show a page of contract {number}.", number=number),
        t("Photograph the sealed page with its code in view."),
    )
