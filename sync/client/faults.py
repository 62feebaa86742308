"""What can go wrong with head office, in the kinds the engine tells apart."""

from enum import Enum

from app.kit.errors.base import BranchError, Problem


class HubFault(Enum):
    """Why there is no answer, or why there will be none."""

    NO_ANSWER = "no_answer"
    """Unreachable, cut off, too slow, 5xx: nobody knows what happened; the same goes again."""
    BUSY = "busy"
    UNTRUSTED = "untrusted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    UPGRADE = "upgrade"
    FORK = "fork"
    TOO_OLD = "too_old"
    NOT_FOUND = "not_found"
    OFFSET = "offset"
    WRONG_HASH = "wrong_hash"


class HubError(BranchError):
    """A round could not be had; ``fault`` is its kind, ``number`` a number that came with it."""

    def __init__(
        self, fault: HubFault, problem: Problem, *, number: int = 0, retry_after: int = 0
    ) -> None:
        super().__init__(problem)
        self.fault = fault
        self.number = number
        self.retry_after = retry_after
