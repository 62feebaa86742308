"""The unified social credit code: GB 32100-2015, with the organisation code of GB 11714 inside.

18 places from 31 signs: registering department, kind of body, region (6), organisation code (9,
its last place its own check), check. Letters may stand in the first eight places (domain.md 1.4).
"""

from dataclasses import dataclass
from operator import mul
from string import ascii_uppercase, digits

from app.customers.rules.check import Check, normalised, unfinished
from app.kit.words import t

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
DEPARTMENTS = frozenset("123456789ANY")
"""Registering departments of the standard and its first amendment; a new letter only warns."""
_SIGNS = frozenset(ALPHABET)
_RANKS = {sign: rank for rank, sign in enumerate(ALPHABET)}
_PLACES = {sign: place for place, sign in enumerate(digits + ascii_uppercase)}
"""What each sign counts in the code, and in the organisation code inside it."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code of the right form, taken apart; whether it holds is another question."""

    code: str

    def __post_init__(self) -> None:
        if len(self.code) != 18 or not _SIGNS.issuperset(self.code):
            raise ValueError("a unified social credit code is 18 signs of its alphabet")

    @property
    def weighted_sum(self) -> int:
        """The sum of the first 17 places, each by its rank in the alphabet, times the weights."""
        return sum(map(mul, map(_RANKS.__getitem__, self.code[:17]), WEIGHTS))

    @property
    def remainder(self) -> int:
        """The weighted sum modulo 31."""
        return self.weighted_sum % 31

    @property
    def check(self) -> str:
        """The check character the first 17 places ask for."""
        return ALPHABET[(31 - self.remainder) % 31]

    @property
    def organisation_check(self) -> str:
        """The check the organisation code in places 9 to 16 asks for."""
        return organisation_check(self.code[8:16])

    @property
    def holds(self) -> bool:
        """True if both checks fit."""
        return self.code[16] == self.organisation_check and self.code[17] == self.check


def organisation_check(eight: str) -> str:
    """Compute the check of an organisation code (GB 11714): digits 0–9, letters A=10 … Z=35."""
    total = sum(map(mul, map(_PLACES.__getitem__, eight), ORGANISATION_WEIGHTS))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def credit_code_holds(code: str) -> bool:
    """Say whether a code in its stored form (18 places, upper case) is right in itself."""
    if len(code) != 18 or any(sign not in ALPHABET for sign in code):
        return False
    return CreditCode(code).holds


def with_checks(first16: str) -> str:
    """Append the organisation check and the check character to 16 places."""
    first17 = first16 + organisation_check(first16[8:16])
    return first17 + CreditCode(first17 + "0").check


def check_credit_code(typed: str, *, final: bool = False) -> Check:
    """Check a code as it is typed; ``final`` says that nothing will follow."""
    value = normalised(typed)
    return (
        _too_long(value)
        or _odd_sign(value)
        or _organisation(value)
        or _too_short(value, final=final)
        or _check_character(value)
        or _department(value)
        or Check("ok", value)
    )


def _too_long(value: str) -> Check | None:
    if len(value) <= 18:
        return None
    reason = t("The code has {n} places; a unified social credit code has 18.", n=len(value))
    return Check("wrong", value, "E-USCC-LENGTH", reason)


def _odd_sign(value: str) -> Check | None:
    if _SIGNS.issuperset(value):
        return None
    for place, sign in enumerate(value, 1):
        if sign not in ALPHABET:
            reason = t(
                "“{sign}” at place {place} does not occur in these codes (no I, O, S, V, Z).",
                sign=sign,
                place=place,
            )
            return Check("wrong", value, "E-USCC-SIGN", reason)
    return None


def _organisation(value: str) -> Check | None:
    if len(value) < 17 or value[16] == organisation_check(value[8:16]):
        return None
    reason = t("Places 9 to 17 (the organisation code) do not fit together.")
    return Check("wrong", value, "E-USCC-ORGANISATION", reason)


def _too_short(value: str, *, final: bool) -> Check | None:
    if len(value) == 18:
        return None
    reason = t("{n} of 18 places.", n=len(value))
    return unfinished(value, "E-USCC-LENGTH", reason, final=final)


def _check_character(value: str) -> Check | None:
    if value[17] == CreditCode(value).check:
        return None
    reason = t("The check character does not fit: one of the 18 places is wrong.")
    return Check("wrong", value, "E-USCC-CHECKSUM", reason)


def _department(value: str) -> Check | None:
    if value[0] in DEPARTMENTS:
        return None
    reason = t(
        "No registering department {sign} is known; compare with the licence.", sign=value[0]
    )
    return Check("warned", value, "W-USCC-DEPARTMENT", reason)
