"""Who acts, and at which end; standard library only, so that rules may name it."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["branch", "hub"]


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with their roles, at a workstation, for a scope (an office)."""

    person: str
    name: str
    roles: frozenset[str]
    scope: str
    device: str
