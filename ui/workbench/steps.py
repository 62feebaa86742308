"""What a thing in an office waits for, how soon, and who does it; standard library only."""

from collections.abc import Mapping
from enum import IntEnum


class Urgency(IntEnum):
    """How soon: at once, today, it waits."""

    STOP = 0
    WARN = 1
    WAIT = 2


class Step(IntEnum):
    """What a thing waits for; among equally urgent things the order is that of harm."""

    SETTLE = 0
    """An impression in doubt."""
    THAW = 1
    """A frozen machine."""
    SIGN_LEFT = 2
    """A signature that was begun and left."""
    LETTER = 3
    """A refusal or conflict of head office."""
    DECIDE = 4
    ASK_AGAIN = 5
    """An approval that ended before it was used."""
    SEAL = 6
    SEAL_ON = 7
    """A sealing that was begun."""
    SIGN = 8
    DRAW_UP = 9
    CHANGE = 10
    """A returned quote."""
    SUBMIT = 11
    CONFIRM = 12
    """Decided here, head office has not said yes."""
    ARCHIVE = 13
    FIRST_SIGN_IN = 14
    RECHECK = 15
    """A kept report that the same data no longer give."""


ROLES_OF: Mapping[Step, frozenset[str]] = {
    Step.SETTLE: frozenset({"custodian", "branch_manager"}),
    Step.THAW: frozenset({"branch_manager", "head_office_approver", "administrator"}),
    Step.SIGN_LEFT: frozenset({"clerk"}),
    Step.ASK_AGAIN: frozenset({"clerk"}),
    Step.SEAL: frozenset({"custodian"}),
    Step.SEAL_ON: frozenset({"custodian"}),
    Step.SIGN: frozenset({"clerk"}),
    Step.DRAW_UP: frozenset({"clerk"}),
    Step.CHANGE: frozenset({"clerk"}),
    Step.SUBMIT: frozenset({"clerk"}),
    Step.CONFIRM: frozenset({"clerk"}),
    Step.ARCHIVE: frozenset({"clerk", "custodian"}),
    Step.FIRST_SIGN_IN: frozenset({"administrator"}),
    Step.RECHECK: frozenset(
        {
            "clerk",
            "reviewer",
            "custodian",
            "branch_manager",
            "provincial_approver",
            "head_office_approver",
            "auditor",
            "administrator",
        }
    ),
}
"""Who does a step, but for letters (whoever reads them) and decisions (by their level)."""
