"""The list of insured people as it lies in the vault: canonical JSON, one spelling only.

Sums are fen, dates ISO days. The quote is bound to the SHA-256 of these bytes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.pricing.roster import InsuredPerson, PersonPremium

FORM = "roster/1"


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person of a stored roster with what they pay (fen)."""

    person: InsuredPerson
    premium_fen: int


def roster_bytes(people: Sequence[InsuredPerson], premiums: Sequence[PersonPremium]) -> bytes:
    """Spell a roster in the one way that is hashed."""
    rows = [
        [
            one.name,
            one.id_type,
            one.id_no,
            one.sex,
            one.birth.isoformat(),
            one.job,
            one.job_class,
            one.gpa_si_fen,
            one.gma_si_fen,
            one.deductible_yuan,
            one.pay_ratio,
            one.social,
            premium.total_fen,
        ]
        for one, premium in zip(people, premiums, strict=True)
    ]
    said = {"form": FORM, "people": rows}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def roster_of(content: bytes) -> tuple[RosterEntry, ...]:
    """Read a stored roster back; raises ValueError for another form."""
    said = json.loads(content)
    if said.get("form") != FORM:
        raise ValueError("not a roster of this form")
    return tuple(_entry(row) for row in said["people"])


def _entry(row: list[Any]) -> RosterEntry:
    person = InsuredPerson(
        name=row[0],
        id_type=row[1],
        id_no=row[2],
        sex=row[3],
        birth=date.fromisoformat(row[4]),
        job=row[5],
        job_class=row[6],
        gpa_si_fen=row[7],
        gma_si_fen=row[8],
        deductible_yuan=row[9],
        pay_ratio=row[10],
        social=row[11],
    )
    return RosterEntry(person, row[12])
