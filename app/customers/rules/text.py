"""A line of text as it may be kept: printable, and no longer than a line."""

from app.customers.rules.check import Check
from app.kit.signs import plainly_seen
from app.kit.words import t

LONGEST = 200
"""Signs of a text field."""
_NOTHING = Check("ok", "")


def check_line(typed: str) -> Check:
    """Check a line of text: printable signs only, so nothing invisible or reversing gets in."""
    text = typed.strip() if typed else ""
    if not text:
        return _NOTHING
    if len(text) > LONGEST:
        reason = t("it has more than {n} signs.", n=LONGEST)
        return Check("wrong", text, "E-CUSTOMER-FIELD", reason)
    if not plainly_seen(text):
        reason = t("it holds signs that cannot be seen.")
        return Check("wrong", text, "E-CUSTOMER-FIELD", reason)
    return Check("ok", text)
