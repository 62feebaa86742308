"""What a round does next: a small machine, pure, with every case written down.

| phase     | more   | even | uneven    | repaired | no answer | refused | circling |
|-----------|--------|------|-----------|----------|-----------|---------|----------|
| asking    | asking | done | repairing | –        | waiting   | stopped | stopped  |
| repairing | –      | done | done      | asking   | waiting   | stopped | stopped  |

done, waiting and stopped are ends. "–" cannot happen and is a bug. ``more``: something was pushed
or pulled and there is more of it; ``even``: nothing left and the digests agree; ``uneven``: nothing
left and they do not. A repair that leaves the sides uneven ends the round with a problem instead of
beginning again: a repair is bounded, never a loop.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from app.kit.errors.base import BugError


class Phase(Enum):
    """Where a round is."""

    ASKING = "asking"
    REPAIRING = "repairing"
    DONE = "done"
    WAITING = "waiting"
    STOPPED = "stopped"


class Event(Enum):
    """What came of the last step."""

    MORE = "more"
    EVEN = "even"
    UNEVEN = "uneven"
    REPAIRED = "repaired"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    CIRCLING = "circling"


ENDS = frozenset({Phase.DONE, Phase.WAITING, Phase.STOPPED})
STEPS: dict[tuple[Phase, Event], Phase] = {
    (Phase.ASKING, Event.MORE): Phase.ASKING,
    (Phase.ASKING, Event.EVEN): Phase.DONE,
    (Phase.ASKING, Event.UNEVEN): Phase.REPAIRING,
    (Phase.ASKING, Event.NO_ANSWER): Phase.WAITING,
    (Phase.ASKING, Event.REFUSED): Phase.STOPPED,
    (Phase.ASKING, Event.CIRCLING): Phase.STOPPED,
    (Phase.REPAIRING, Event.EVEN): Phase.DONE,
    (Phase.REPAIRING, Event.UNEVEN): Phase.DONE,
    (Phase.REPAIRING, Event.REPAIRED): Phase.ASKING,
    (Phase.REPAIRING, Event.NO_ANSWER): Phase.WAITING,
    (Phase.REPAIRING, Event.REFUSED): Phase.STOPPED,
    (Phase.REPAIRING, Event.CIRCLING): Phase.STOPPED,
}


def next_phase(phase: Phase, event: Event) -> Phase:
    """Give the phase that follows; raises BugError for a case that cannot happen."""
    try:
        return STEPS[phase, event]
    except KeyError:
        raise BugError(f"{event.value} cannot happen while {phase.value}") from None


SAME_AT_MOST = 5
"""How often a round may stand at the very same place before it is stopped."""


@dataclass
class CircleWatch:
    """Counts how often a round stood at each place; a place is cursors and the oldest mutation."""

    _seen: Counter[object] = field(default_factory=Counter)

    def circling(self, place: object) -> bool:
        """Note a place; True once it was seen too often."""
        self._seen[place] += 1
        return self._seen[place] > SAME_AT_MOST


def too_many_gone(gone: int, live: int) -> bool:
    """Say whether so many deletions at once need a person's yes: over 500 and over a fifth."""
    return gone > 500 and gone * 5 > live
