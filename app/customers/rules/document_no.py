"""Numbers of proposals, policies and contracts (domain.md 4.2).

kind (T, P or C) + product (4) + office (6) + year (4) + serial (7) + Luhn check over all digits.
"""

import re
from dataclasses import dataclass
from typing import Literal, cast

from typing_extensions import override

Kind = Literal["T", "P", "C"]
_FORM = re.compile(r"([TPC])([A-Z0-9]{4})(\d{6})(\d{4})(\d{7})(\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class DocumentNo:
    """A number taken apart."""

    kind: Kind
    product: str
    office: str
    year: int
    serial: int

    @override
    def __str__(self) -> str:
        body = f"{self.kind}{self.product}{self.office}{self.year:04d}{self.serial:07d}"
        return body + luhn_check(body)


def luhn_check(body: str) -> str:
    """Compute the Luhn check digit (ISO/IEC 7812) over the digits of ``body``, no letters."""
    total = 0
    for place, sign in enumerate(reversed([sign for sign in body if sign.isdigit()])):
        doubled = int(sign) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def document_no(kind: Kind, product: str, office: str, year: int, serial: int) -> str:
    """Make a number; raises ValueError where a part does not fit its places."""
    number = str(DocumentNo(kind, product, office, year, serial))
    if _FORM.fullmatch(number) is None:
        raise ValueError(f"{number!r} does not fit the form of document numbers")
    return number


def read_document_no(number: str) -> DocumentNo | None:
    """Take a number apart; None where the form or the check digit does not fit.

    Foreign numbers (up to 50 signs) are kept as they are and do not pass here.
    """
    match = _FORM.fullmatch(number)
    if match is None or luhn_check(number[:-1]) != match[6]:
        return None
    return DocumentNo(cast(Kind, match[1]), match[2], match[3], int(match[4]), int(match[5]))
