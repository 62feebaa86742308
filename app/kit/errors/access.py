"""What is said when a person may not come in or may not do a thing."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t

_SAFE = t("Nothing was changed.")


def _refused(code: str, what: Text, next_step: Text) -> Problem:
    return Problem(code=code, what=what, safe=_SAFE, next=next_step)


def login_unknown() -> Problem:
    """Say that this person cannot sign in here."""
    return _refused(
        "E-LOGIN-UNKNOWN",
        t("This person cannot sign in at this desk."),
        t("Check the staff number; a first sign-in here needs an activation code."),
    )


def login_wrong(tries_left: int) -> Problem:
    """Say that the password is wrong."""
    return _refused(
        "E-LOGIN-WRONG",
        t("The password is wrong; {tries_left} tries are left.", tries_left=tries_left),
        t("Type it again; check the keyboard layout."),
    )


def login_waits(seconds: int) -> Problem:
    """Say how long the next try must wait."""
    return _refused(
        "E-LOGIN-WAIT",
        t("After several wrong tries the next one waits {seconds} seconds.", seconds=seconds),
        t("Wait, then try again."),
    )


def login_locked() -> Problem:
    """Say that a person is locked out."""
    return _refused(
        "E-LOGIN-LOCKED",
        t("After ten wrong tries this person is locked out at this desk."),
        t("Ask the branch manager or head office for a new activation code."),
    )


def login_stale(days: int) -> Problem:
    """Say that head office has not confirmed a person for too long."""
    return _refused(
        "E-LOGIN-STALE",
        t("Head office has not confirmed this person here for {days} days.", days=days),
        t("Connect the desk to head office once, then sign in."),
    )


def login_clock() -> Problem:
    """Say that the machine's clock stands before what this person already did here."""
    return _refused(
        "E-LOGIN-CLOCK",
        t("This machine's clock is behind the last time this person was here."),
        t("Set the clock right. If it ran ahead before, ask head office for an activation code."),
    )


def number_taken(number: str) -> Problem:
    """Say that a staff number belongs to somebody already."""
    return _refused(
        "E-ACCESS-NUMBER",
        t("Staff number {number} belongs to another person already.", number=number),
        t("Check the number; each person has one of their own."),
    )


def code_wrong() -> Problem:
    """Say that the second-factor code is wrong or used."""
    return _refused(
        "E-LOGIN-CODE",
        t("The six-digit code is wrong or was used before."),
        t("Wait for the next code of your device and type that one."),
    )


def activation_wrong() -> Problem:
    """Say that the activation code is not good."""
    return _refused(
        "E-LOGIN-ACTIVATION",
        t("The activation code is wrong or was used before."),
        t("Ask the administrator at head office for a new one."),
    )


def not_allowed(action: str, reason: str) -> Problem:
    """Say that the policy does not allow the act."""
    words = {
        "role": t("Your role does not include this step ({action}).", action=action),
        "office": t("This record belongs to another office ({action}).", action=action),
        "same_person": t(
            "Another person must do this step: you already took part ({action}).", action=action
        ),
    }
    return _refused(
        f"E-ACCESS-{reason.upper().replace('_', '-')}",
        words.get(reason, t("This step is not allowed ({action}).", action=action)),
        t("Ask a person with that role; the work waits where it is."),
    )


def not_seen() -> Problem:
    """Say that a record or a page is not for this person to see."""
    return _refused(
        "E-ACCESS-SEE",
        t("This is not among what your role may see."),
        t("Ask a person whose role includes it."),
    )


def seat_left() -> Problem:
    """Say that the person has left the seat, and their key with them."""
    return _refused(
        "E-ACCESS-LEFT",
        t("The person has left this seat; nothing is signed as them any more."),
        t("Sign in again and do the step anew."),
    )


_PROOFS = {
    "second_factor": t("the code at sign-in"),
    "step_up": t("a code for this record"),
    "witness": t("another person's own sign-in"),
}


def proof_missing(kind: str) -> Problem:
    """Say that a fresh proof of the person is needed."""
    return _refused(
        "E-ACCESS-PROOF",
        t(
            "This step asks for a fresh proof of who you are ({kind}).",
            kind=_PROOFS.get(kind, kind),
        ),
        t("Type the code of your device, then go on."),
    )
