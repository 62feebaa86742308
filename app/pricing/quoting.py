"""The life of a quote.

::

    (new) --price--> priced --submit--> submitted --approved--> approved | provisional
    submitted --returned--> returned        submitted --declined--> declined
    any of them --price again--> priced     (the case about the old inputs is superseded)

``provisional`` is a branch's own approval inside a delegation: it never issues, stamps or pays.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

PRICED, SUBMITTED, APPROVED = "priced", "submitted", "approved"
PROVISIONAL, RETURNED, DECLINED = "provisional", "returned", "declined"

SUBMITTABLE = (PRICED, RETURNED)


@dataclass(frozen=True)
class Priced:
    """What pricing says about a request; ``lines`` and ``reasons`` are plain values to keep."""

    request: dict[str, Any]
    people: int
    cover_from: date
    cover_to: date
    input_hash: str
    tariff_id: str
    tariff_version: str
    tariff_sha256: str
    premium_fen: int
    minimum_applied: bool
    lines: list[dict[str, Any]]
    level: int
    level_name: str
    reasons: list[list[str]]


Pricer = Callable[[dict[str, Any]], Priced]
"""Prices one request with the tariff in force: the same code at the branch and at the hub."""


def bound_hash(input_hash: str, roster_sha256: str, further: Iterable[tuple[str, str]] = ()) -> str:
    """Bind the priced inputs, the list of people and the further terms typed to one hash.

    Without further terms it is the hash of quotes before there were any.
    """
    said = f"{input_hash}\n{roster_sha256}"
    terms = sorted([key, value] for key, value in further if value)
    if terms:
        said += "\n" + json.dumps(terms, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
