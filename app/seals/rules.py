"""The life of a seal job and of one impression.

Job::

    requested --head office signs the permit--> permitted --arm--> (still permitted)
    permitted --all impressions done, closed--> sealed
    permitted --closed with impressions left--> closed_short
    requested --refused by head office-------> refused

Impression::

    intent --machine's log says DONE---------> done
    intent --log says it never struck--------> not_done   (a person may start again, same permit)
    intent --nobody can say------------------> in_doubt
    in_doubt --two persons settle------------> settled_done | settled_not_done

While one impression of a machine is ``intent`` or ``in_doubt``, no other may begin on it. Nothing
moves an impression from not_done back: starting again is a new impression row with the same index.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Outcome = Literal["done", "not_done", "in_doubt"]
Ruling = Literal["settled_done", "settled_not_done"]

OPEN = ("intent", "in_doubt")
COUNTED = ("done", "settled_done")

MOST_IMPRESSIONS = 50
PERMIT_HOURS = 72
"""The longest an offline permit may live (architecture.md)."""
ONLINE_PERMIT_MINUTES = 30


@dataclass(frozen=True)
class SealSubject:
    """What is to be sealed: its number, the hash and pages of its signed file, its approvals.

    ``ready`` is False while it is not approved and signed; hashes in hex.
    """

    scope: str
    number: str
    sha256: str
    pages: int
    ready: bool
    approval_chain_sha256: str


@dataclass(frozen=True)
class PermitAsked:
    """What head office is asked to allow; hashes and the challenge in hex."""

    job_id: UUID
    number: str
    document_sha256: str
    device_id: str
    seal_id: str
    impressions: int
    pages: tuple[int, ...]
    operator: str
    witness: str
    scope: str
    nonce: str
    arm_counter: int | None
    approval_chain_sha256: str


@dataclass(frozen=True)
class PermitIssued:
    """Head office's answer: the signed permit in hex and its place in the register."""

    permit_id: UUID
    permit: str
    register_no: int


def next_index(counted: int, impressions: int) -> int | None:
    """Say which impression comes next, or None when all are done."""
    return counted + 1 if counted < impressions else None
