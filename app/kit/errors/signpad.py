"""What is said when a signature on the pad did not come about."""

from app.kit.errors.base import Problem
from app.kit.words import Text, t


def signature_broken_off(device: str) -> Problem:
    """Say that the pad went away while somebody signed."""
    return Problem(
        code="E-SIGN-BROKEN-OFF",
        what=t("The signature pad “{device}” was disconnected while signing.", device=device),
        safe=t("The half signature was thrown away; the document is unchanged."),
        next=t("Plug the pad in again and let the customer sign once more."),
    )


def signature_not_given(device: str) -> Problem:
    """Say that the time to sign is over."""
    return Problem(
        code="E-SIGN-NOT-GIVEN",
        what=t("No finished signature came from the pad “{device}” in time.", device=device),
        safe=t("Nothing was kept; the document is unchanged."),
        next=t("Check that the pen works on the pad, then start signing again."),
    )


def ink_refused(reason: Text) -> Problem:
    """Say that what was drawn is not accepted as a signature, and why."""
    return Problem(
        code="E-SIGN-REFUSED",
        what=t("This cannot be accepted as a signature: {reason}", reason=reason),
        safe=t("Nothing was kept; the document is unchanged."),
        next=t("Let the customer sign again with the pen."),
    )
