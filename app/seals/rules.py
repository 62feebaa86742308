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
    in_doubt --machine's log says it---------> done | not_done   (not_done by a signed stop only)
    intent, in_doubt --two persons settle----> settled_done | settled_not_done

Machine::

    (good) --its log or counter does not fit--> frozen, with an open case
    frozen --branch manager agrees------------> frozen, the case agreed
    frozen, agreed --head office closes it----> (good), followed from the place they agreed on

A frozen machine gets no permit and begins no impression; a doubt may still be settled by two
persons looking at the paper and at the counter.

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

RULERS = frozenset({"custodian", "branch_manager"})
"""Who may stand beside the custodian when a doubt is settled."""

MOST_IMPRESSIONS = 50
PERMIT_HOURS = 72
"""The longest an offline permit may live (architecture.md)."""
ONLINE_PERMIT_MINUTES = 30


@dataclass(frozen=True)
class SealSubject:
    """What is to be sealed: its number, the hash and pages of its signed file, its approvals.

    ``ready`` is False while it is not approved and signed; hashes in hex. ``apart`` are the staff
    numbers of those who asked for it or approved it: none of them may hold the seal.
    """

    scope: str
    number: str
    sha256: str
    pages: int
    ready: bool
    approval_chain_sha256: str
    apart: frozenset[str] = frozenset()


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


def ruling_statement(stamp_id: str, ruling: str, counter: int, statement: str) -> bytes:
    """Give the exact bytes the second person of a ruling signs (id in hex)."""
    return f"sealdesk/seal-ruling/v1\n{stamp_id}\n{ruling}\n{counter}\n{statement}".encode()


def next_index(counted: int, impressions: int) -> int | None:
    """Say which impression comes next, or None when all are done."""
    return counted + 1 if counted < impressions else None
