"""What is said about the customer's signature."""

from app.kit.errors.base import Problem
from app.kit.errors.states import state_word
from app.kit.words import Text, t

_SAFE = t("Nothing half signed is kept; the document is as it was.")


def _refused(code: str, what: Text, next_step: Text) -> Problem:
    return Problem(code=code, what=what, safe=_SAFE, next=next_step)


def subject_not_ready(number: str) -> Problem:
    """Say that a document cannot be signed now."""
    return _refused(
        "E-SIGN-STATE",
        t("Contract {number} is not waiting for a signature.", number=number),
        t("Open the contract to see where it stands."),
    )


def signature_other_document(number: str) -> Problem:
    """Say that another document was laid before the customer."""
    return _refused(
        "E-SIGN-DOCUMENT",
        t("This is not the document drawn up for {number}.", number=number),
        t("Open the contract again and let the customer sign that version."),
    )


def signature_not_whole() -> Problem:
    """Say that the signed file failed its check."""
    return _refused(
        "E-SIGN-CHECK",
        t("The signed file did not pass its check."),
        t("Let the customer sign again; if it repeats, call support."),
    )


def signature_settled(state: str) -> Problem:
    """Say that a signature is closed."""
    return _refused(
        "E-SIGN-SETTLED",
        t("This signature is closed already ({state}).", state=state_word(state)),
        t("Begin a new one."),
    )


def ink_not_accepted(why: Text) -> Problem:
    """Say that the ink cannot be a signature."""
    return _refused(
        "E-SIGN-INK",
        t("The ink cannot stand as a signature: {why}", why=why),
        t("Let the customer sign again on the pad."),
    )
