"""The one approval engine: levels walked upwards, each by another person, bound to what was seen.

States of a case::

    waiting --approve, levels left--> waiting (next level)
    waiting --approve, last level---> approved   (hub)  | provisional (branch, inside a delegation)
    waiting --return----------------> returned
    waiting --decline---------------> declined
    any but declined --inputs change> superseded

A decision counts only for the exact hash of the inputs it was given for. L1 and L2 are the
branch's own; L3 and L4 are decided at the hub, from a desk enrolled with that office. A provisional
case is a branch's; the hub runs the same decision on its own, waiting one. After 30 days a case
takes no decision and its approval carries nothing: that is judged by ``expires_at`` when it is
used, for no clock moves a case by itself.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.store.actor import Side

Choice = Literal["approve", "return", "decline"]
State = Literal["waiting", "approved", "provisional", "returned", "declined", "superseded"]

VALID_DAYS = 30
HOURS_PER_LEVEL = 4
BRANCH_LEVELS = (1, 2)
LEVEL_OF_ROLE: Mapping[str, int] = {
    "reviewer": 1,
    "branch_manager": 2,
    "provincial_approver": 3,
    "head_office_approver": 4,
}
"""Who decides what (domain.md 3.3); the policy of access says the same and has the last word."""

TABLE: dict[tuple[str, str], State] = {
    ("waiting", "approve"): "approved",
    ("waiting", "return"): "returned",
    ("waiting", "decline"): "declined",
}
"""What a decision on the last level does; on an earlier level ``approve`` keeps waiting."""


@dataclass(frozen=True)
class Delegation:
    """Head office's signed leave for a branch to decide levels with no line."""

    scope: str
    levels: tuple[int, ...]
    valid_from: datetime
    valid_to: datetime

    def covers(self, scope: str, level: int, at: datetime) -> bool:
        """Say whether this leave is for that office, that level and that moment."""
        return (
            scope == self.scope and level in self.levels and self.valid_from <= at < self.valid_to
        )


@dataclass(frozen=True)
class Outcome:
    """Where a case stands after a decision."""

    state: State
    level: int
    final: bool


def after_decision(
    *,
    state: str,
    level: int,
    needed: int,
    choice: Choice,
    side: Side,
    delegated: bool,
) -> Outcome:
    """Say where a case goes; a branch with no leave only sends the decision on."""
    if (state, choice) not in TABLE:
        raise ValueError(f"no decision {choice} on a case that is {state}")
    if side == "branch" and not (delegated and level in BRANCH_LEVELS):
        return Outcome("waiting", level, final=False)
    if choice == "approve" and level < needed:
        return Outcome("waiting", level + 1, final=False)
    reached = TABLE[state, choice]
    if reached == "approved" and side == "branch":
        return Outcome("provisional", level, final=True)
    return Outcome(reached, level, final=True)


def levels_of(roles: Set[str]) -> frozenset[int]:
    """Say which levels a person with these roles decides."""
    return frozenset(level for role, level in LEVEL_OF_ROLE.items() if role in roles)


def due_at(opened: datetime) -> datetime:
    """Say by when the level now asked should have decided."""
    return opened + timedelta(hours=HOURS_PER_LEVEL)


def expires_at(opened: datetime) -> datetime:
    """Say when a case and its approval end."""
    return opened + timedelta(days=VALID_DAYS)


def statement(case_id: str, subject_hash: str, level: int, choice: str) -> bytes:
    """Give the exact bytes an approver's signature covers."""
    return f"sealdesk/approval/v1\n{case_id}\n{subject_hash}\n{level}\n{choice}".encode()
