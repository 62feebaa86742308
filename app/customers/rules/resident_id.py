"""The resident identity number: GB 11643, check character by ISO 7064 MOD 11-2 (domain.md 1.3).

Tests run in this order: upper case, length 18, pattern, a real date that is neither in the future
nor more than 130 years ago, check character, sex and birth as typed. An unknown region only warns,
because the region table is historic and grows.
"""

import re
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import Literal

from app.customers.rules.check import Check, normalised, unfinished
from app.kit.calendar import age_on
from app.kit.words import t

Sex = Literal["M", "F"]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_BY_REMAINDER = "10X98765432"
OLDEST = 130
"""Years; nobody older is insured, so a higher age is a slip of the finger."""

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""First two digits of GB/T 2260; 81 to 83 stand on residence permits of the three areas."""

_FORM = re.compile(r"\d{17}[\dX]", re.ASCII)


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A number of the right form, taken apart; whether it holds is another question."""

    number: str

    def __post_init__(self) -> None:
        if not _FORM.fullmatch(self.number):
            raise ValueError("a resident identity number is 17 digits and a digit or X")

    @property
    def region(self) -> str:
        """The six digits of the county that issued it first."""
        return self.number[:6]

    @property
    def birth_digits(self) -> str:
        """The date as it stands there, ``1990-03-07``, real or not."""
        return f"{self.number[6:10]}-{self.number[10:12]}-{self.number[12:14]}"

    @property
    def birth(self) -> date | None:
        """The birth date; None where no such day exists."""
        try:
            return date.fromisoformat(self.birth_digits)
        except ValueError:
            return None

    @property
    def sex(self) -> Sex:
        """``M`` where the 17th digit is odd, else ``F``."""
        return "M" if int(self.number[16]) % 2 else "F"

    @property
    def weighted_sum(self) -> int:
        """The sum of the first 17 digits times their weights."""
        return sum(map(mul, map(int, self.number[:17]), WEIGHTS))

    @property
    def remainder(self) -> int:
        """The weighted sum modulo 11."""
        return self.weighted_sum % 11

    @property
    def check(self) -> str:
        """The check character the first 17 digits ask for."""
        return CHECK_BY_REMAINDER[self.remainder]

    @property
    def holds(self) -> bool:
        """True if the date exists and the check character fits."""
        return self.birth is not None and self.number[17] == self.check


def resident_id_holds(number: str) -> bool:
    """Say whether a number in its stored form (18 places, upper case) is right in itself.

    The age rule is left out: it depends on the day (`check_resident_id`).
    """
    return bool(_FORM.fullmatch(number)) and ResidentId(number).holds


def with_check(first17: str) -> str:
    """Append the check character to 17 digits."""
    return first17 + ResidentId(first17 + "0").check


def province_known(code: str) -> bool:
    """Say whether a code of GB/T 2260 begins with the two figures of a province there is."""
    return _PROVINCE.match(code) is not None


def modern_form(old: str) -> str:
    """Turn a 15-digit number of the first generation (retired 2013-01-01) into its 18 places.

    Raises ValueError for anything but 15 digits.
    """
    if not re.fullmatch(r"\d{15}", old, re.ASCII):
        raise ValueError("a number of the first generation has 15 digits")
    return with_check(f"{old[:6]}19{old[6:]}")


def check_resident_id(
    typed: str,
    today: date,
    *,
    sex: Sex | None = None,
    birth: date | None = None,
    final: bool = False,
) -> Check:
    """Check a number as it is typed; ``final`` says that nothing will follow.

    ``sex`` and ``birth`` are the fields beside it, where they are filled in.
    """
    value = normalised(typed)
    unfit = (
        _too_long(value)
        or _odd_sign(value)
        or _birth_so_far(value, today)
        or _too_short(value, final=final)
    )
    if unfit is not None:
        return unfit
    number = ResidentId(value)
    return (
        _check_character(number)
        or _against_fields(number, sex, birth)
        or _region(value)
        or Check("ok", value)
    )


def check_permit_card(typed: str, today: date, *, final: bool = False) -> Check:
    """Check the 18 places of a foreigner's permanent residence card (since 2023, begins with 9).

    Same check character, date and sex places as GB 11643; no region in front.
    """
    value = normalised(typed)
    return (
        _too_long(value)
        or _odd_sign(value)
        or _birth_so_far(value, today)
        or _too_short(value, final=final)
        or _check_character(ResidentId(value))
        or Check("ok", value)
    )


def _too_long(value: str) -> Check | None:
    if len(value) <= 18:
        return None
    return Check(
        "wrong",
        value,
        "E-ID-LENGTH",
        t("The number has {n} places; an identity number has 18.", n=len(value)),
    )


def _odd_sign(value: str) -> Check | None:
    if _FORM.fullmatch(value):
        return None
    for place, sign in enumerate(value, 1):
        if not (sign.isascii() and sign.isdigit()) and not (place == 18 and sign == "X"):
            return Check(
                "wrong",
                value,
                "E-ID-SIGN",
                t(
                    "“{sign}” cannot stand at place {place}: only digits, and X at the end.",
                    sign=sign,
                    place=place,
                ),
            )
    return None


def _birth_so_far(value: str, today: date) -> Check | None:
    """Judge the date once its eight digits are there (15 digits have another layout)."""
    if len(value) < 14 or len(value) == 15:
        return None
    digits = value[6:14]
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        reason = t("The day {day} in the number does not exist.", day=_dashed(digits))
        return Check("wrong", value, "E-ID-DATE", reason)
    if born > today:
        reason = t("The birth date {day} in the number is in the future.", day=_dashed(digits))
        return Check("wrong", value, "E-ID-FUTURE", reason)
    if age_on(born, today) > OLDEST:
        reason = t(
            "By the number the person was born on {day}, more than {years} years ago.",
            day=_dashed(digits),
            years=OLDEST,
        )
        return Check("wrong", value, "E-ID-AGE", reason)
    return None


def _dashed(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _too_short(value: str, *, final: bool) -> Check | None:
    if len(value) == 18:
        return None
    if len(value) == 15:
        reason = t(
            "15-digit numbers are no longer valid; the 18-digit number would be {number}.",
            number=modern_form(value),
        )
        return unfinished(value, "E-ID-RETIRED", reason, final=final)
    reason = t("{n} of 18 places.", n=len(value))
    return unfinished(value, "E-ID-LENGTH", reason, final=final)


def _check_character(number: ResidentId) -> Check | None:
    if number.number[17] == number.check:
        return None
    reason = t("The check character does not fit: one of the 18 places is wrong.")
    return Check("wrong", number.number, "E-ID-CHECKSUM", reason)


def _against_fields(number: ResidentId, sex: Sex | None, birth: date | None) -> Check | None:
    if sex is not None and sex != number.sex:
        said = t("male") if number.sex == "M" else t("female")
        reason = t("By the number the person is {sex}; the field says otherwise.", sex=said)
        return Check("wrong", number.number, "E-ID-SEX", reason)
    if birth is not None and birth != number.birth:
        reason = t(
            "By the number the person was born on {day}; the field says {typed}.",
            day=number.birth_digits,
            typed=birth.isoformat(),
        )
        return Check("wrong", number.number, "E-ID-BIRTH", reason)
    return None


def _region(value: str) -> Check | None:
    if _PROVINCE.match(value):
        return None
    if value.startswith("9"):
        reason = t(
            "Numbers that begin with 9 stand on permanent residence cards of foreigners:"
            " check the kind of document."
        )
        return Check("warned", value, "W-ID-FOREIGN", reason)
    reason = t("The region {region} is not known; compare with the card.", region=value[:6])
    return Check("warned", value, "W-ID-REGION", reason)
