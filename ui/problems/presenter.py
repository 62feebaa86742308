"""What the problems screen gathers: everything a person must still settle."""

from ui.shell.ports import Desk
from ui.shell.unsettled import ProblemLine, unsettled


class ProblemsPresenter:
    """What a person must still settle at this desk, the most harmful first."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def problems(self) -> list[ProblemLine]:
        """List open impressions, signatures left open, then refusals and conflicts."""
        return unsettled(self._desk)
