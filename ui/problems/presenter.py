"""What the problems screen gathers: everything a person must still settle."""

from uuid import UUID

from ui.shell.ports import Desk
from ui.shell.unsettled import ProblemLine, unsettled


class ProblemsPresenter:
    """What a person must still settle at this desk, the most harmful first."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def problems(self) -> list[ProblemLine]:
        """List open impressions, signatures, reports that broke, then refusals and conflicts."""
        return unsettled(self._desk)

    def put_away(self, letter: UUID) -> None:
        """Put a letter away because what it says is settled."""
        self._desk.put_away(letter)
