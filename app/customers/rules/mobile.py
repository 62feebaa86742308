"""Mobile numbers of the mainland: eleven digits that begin with 13 to 19."""

from app.customers.rules.check import Check, normalised, unfinished
from app.kit.words import t


def check_mobile(typed: str, *, final: bool = False) -> Check:
    """Check a mobile number as it is typed; ``+86`` in front is taken off."""
    value = normalised(typed)
    for code in ("+86", "0086"):
        value = value.removeprefix(code)
    if value and not (value.isascii() and value.isdigit()):
        return Check("wrong", value, "E-MOBILE-SIGN", t("A mobile number has digits only."))
    if len(value) > 11:
        reason = t("The number has {n} digits; a mobile number has 11.", n=len(value))
        return Check("wrong", value, "E-MOBILE-LENGTH", reason)
    if not _may_begin(value):
        return Check("wrong", value, "E-MOBILE-BEGIN", t("A mobile number begins with 13 to 19."))
    if len(value) < 11:
        reason = t("{n} of 11 digits.", n=len(value))
        return unfinished(value, "E-MOBILE-LENGTH", reason, final=final)
    return Check("ok", value)


def _may_begin(value: str) -> bool:
    return value[:1] in ("", "1") and value[1:2] in ("", *"3456789")
