"""What is said about a quote."""

from app.kit.errors.base import Problem
from app.kit.errors.states import state_word
from app.kit.words import Text, t

_SAFE = t("The quote stands as it was.")


def _refused(code: str, what: Text, next_step: Text) -> Problem:
    return Problem(code=code, what=what, safe=_SAFE, next=next_step)


def premium_differs(shown: str, here: str) -> Problem:
    """Say that the premium shown is not the one this tariff gives."""
    return _refused(
        "E-QUOTE-PREMIUM",
        t("The premium shown was {shown}, this tariff gives {here}.", shown=shown, here=here),
        t("Sync to get the tariff in force, then price again."),
    )


def quote_state(state: str) -> Problem:
    """Say that the quote cannot take this step now."""
    return _refused(
        "E-QUOTE-STATE",
        t("The quote is {state}; this step does not fit it now.", state=state_word(state)),
        t("Reload the quote and take the step it offers."),
    )


def quote_changed() -> Problem:
    """Say that the quote changed since it was shown."""
    return _refused(
        "E-QUOTE-CHANGED",
        t("The quote changed after it was shown to you."),
        t("Look at the new premium, then submit again."),
    )


def quote_of_other(person: str) -> Problem:
    """Say that another person priced the quote."""
    return _refused(
        "E-QUOTE-PERSON",
        t(
            "This quote was priced by {person}; who asks for approval must have priced it.",
            person=person,
        ),
        t("Price it again under your own name, then submit it."),
    )


def term_not_taken(field: Text, reason: Text) -> Problem:
    """Say which term of a quote cannot be taken, and why."""
    return _refused(
        "E-QUOTE-FIELD",
        t("The field “{field}” cannot be saved: {reason}", field=field, reason=reason),
        t("Correct the field, then price the quote again."),
    )
