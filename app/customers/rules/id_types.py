"""Kinds of identity document (domain.md 1.2, three-digit codes) and the check each one gets.

The list is a resource (``resources/rules/id_types.json``): code, Chinese names as they stand in
files, the first the official one.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.customers.rules.check import Check, unfinished
from app.customers.rules.resident_id import Sex, check_permit_card, check_resident_id
from app.kit.words import Text, t

RESIDENT_CARD = "111"
RESIDENT_CARDS = frozenset({"111", "112"})
"""Resident card and temporary card carry the same number."""
PASSPORT = "414"
PERMANENT_RESIDENCE = "553"
CREDIT_CODE = "USCC"
"""The kind of identifier of an organisation: its unified social credit code."""

LABELS: Mapping[str, Text] = {
    "111": t("Resident identity card"),
    "112": t("Temporary identity card"),
    "113": t("Household register"),
    "114": t("Officer's card"),
    "123": t("Soldier's card"),
    "117": t("Birth certificate"),
    "335": t("Driving licence"),
    "414": t("Passport"),
    "511": t("Mainland travel permit for Taiwan residents"),
    "516": t("Mainland travel permit for Hong Kong and Macao residents"),
    "553": t("Foreigner's permanent residence card"),
    "990": t("Other document"),
}

_GENERAL = re.compile(r"[\w()/.\-]{3,30}")


@dataclass(frozen=True, slots=True)
class IdTypes:
    """The kinds of document this branch takes, and the names they go by in files."""

    names: Mapping[str, tuple[str, ...]]
    """Code → names, the official one first."""

    def code_of(self, name: str) -> str | None:
        """Find the code of a name or of the code itself; None where nobody calls it that."""
        said = unicodedata.normalize("NFKC", name).strip().casefold()
        for code, names in self.names.items():
            if said == code or said in names:
                return code
        return None

    def official(self, code: str) -> str:
        """Give the official Chinese name of a code."""
        return self.names[code][0]


def read_id_types(content: bytes) -> IdTypes:
    """Read the list from its JSON; raises ValueError where it is not in order."""
    plain = json.loads(content)
    names: dict[str, tuple[str, ...]] = {}
    for entry in plain["id_types"]:
        spoken = (unicodedata.normalize("NFKC", str(name)).casefold() for name in entry["names"])
        names[str(entry["code"])] = tuple(spoken)
    if set(names) != set(LABELS):
        raise ValueError("the list of identity documents and their labels differ")
    return IdTypes(names)


def check_id_number(
    id_type: str,
    typed: str,
    today: date,
    *,
    sex: Sex | None = None,
    birth: date | None = None,
    final: bool = False,
) -> Check:
    """Check a number by the kind of its document.

    Only resident cards (and the 18-place residence card of foreigners) can be computed; any other
    number must look like one: 3 to 30 letters, digits or ``( ) / . -``.
    """
    if id_type in RESIDENT_CARDS:
        return check_resident_id(typed, today, sex=sex, birth=birth, final=final)
    value = unicodedata.normalize("NFKC", typed).strip().upper()
    if id_type == PERMANENT_RESIDENCE and value.startswith("9"):
        return check_permit_card(value, today, final=final)
    if len(value) < 3:
        return unfinished(value, "E-ID-SHORT", t("The number is too short."), final=final)
    if not _GENERAL.fullmatch(value):
        reason = t("Only letters, digits and ( ) / . - make up such a number, at most 30 of them.")
        return Check("wrong", value, "E-ID-FORM", reason)
    return Check("ok", value)
