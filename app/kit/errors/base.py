"""Two families of errors.

BranchError: the world did it (offline, no paper, a wrong number). A person reads what happened,
what is safe and what to do next, with a code for support. BugError: we did it; the crash window
and the log get it. Cancelled: the person said stop; nothing is shown.
"""

from dataclasses import dataclass

from app.kit.words import Text


@dataclass(frozen=True)
class Problem:
    """What a person is told: one sentence each, and a code that is never used again for another.

    ``detail`` is for support alone: it is copied with the rest and never shown.
    """

    code: str
    what: Text
    safe: Text
    next: Text
    detail: str = ""

    def as_dict(self) -> dict[str, str]:
        """Give the texts in the language in use, and the detail if any, for a JSON answer."""
        return {
            "code": self.code,
            "what": str(self.what),
            "safe": str(self.safe),
            "next": str(self.next),
            **({"detail": self.detail} if self.detail else {}),
        }


class BranchError(Exception):
    """Something in the world went wrong and a person can do something about it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.what}")
        self.problem = problem

    @property
    def code(self) -> str:
        """The code of the problem, for instance ``E-MONEY-FORM``."""
        return self.problem.code


class BugError(Exception):
    """We broke a promise of our own; nothing a clerk can mend."""


class Cancelled(Exception):  # noqa: N818 - it is an answer, not an error
    """The person said stop."""
