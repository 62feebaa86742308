"""The store of a desk while nobody sits at it: put away, and its key with it; opened when asked.

Qt-free and without a thread of its own: every call runs on the desk's lane, so nothing opens a
store that another call is closing. docs/decisions/0013 says what this keeps from whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.access.queries import credential_of, person_by_number
from app.assembly.opening import open_workstation
from app.assembly.workstation import Workstation
from app.kit.clock import Clock
from app.store.session import Session

RECENT = "people.recent"
MOST_RECENT = 6
"""People offered at sign-in; more would be a list to read rather than a name to press."""


@dataclass(frozen=True)
class Known:
    """Somebody who has signed in at this desk before."""

    number: str
    name: str


class RestingStore:
    """Opens and closes the store of one folder.

    A passphrase that was given at the start came from whoever runs this machine and stays; one that
    was typed in the window is forgotten when the store is put away.
    """

    def __init__(self, folder: Path, given: str | None, clock: Clock) -> None:
        self._folder, self._given, self._clock = folder, given, clock
        self._typed: str | None = None
        self.station: Workstation | None = None

    @property
    def was_typed(self) -> bool:
        """Whether the passphrase of now was typed by a person."""
        return self._typed is not None

    def type(self, passphrase: str) -> None:
        """Take what a person typed."""
        self._typed = passphrase

    def open(self) -> Workstation:
        """Give the open workstation; raises what open_workstation raises."""
        if self.station is None:
            passphrase = self._given if self._typed is None else self._typed
            self.station = open_workstation(self._folder, passphrase, self._clock)
        return self.station

    def put_away(self) -> None:
        """Close the store and forget its key; raises BranchError where the disk refuses the end."""
        station, self.station, self._typed = self.station, None, None
        if station is not None:
            station.close()


def remember(station: Workstation, number: str) -> None:
    """Put somebody at the head of those who are offered at sign-in."""
    kept = [one for one in _numbers(station) if one != number]
    station.store.writer.ask(station.store.note, RECENT, [number, *kept][:MOST_RECENT])


def forget(station: Workstation, number: str) -> None:
    """Offer somebody no longer; signing in is possible as before."""
    kept = [one for one in _numbers(station) if one != number]
    station.store.writer.ask(station.store.note, RECENT, kept)


def recent_people(station: Workstation) -> tuple[Known, ...]:
    """Give who is offered: active people with a credential of this desk, the latest first."""
    return station.store.read(_known, _numbers(station))


def _known(session: Session, numbers: Sequence[str]) -> tuple[Known, ...]:
    cards = [
        person_by_number(session, number)
        for number in numbers
        if credential_of(session, number) is not None
    ]
    return tuple(Known(card.number, card.name) for card in cards if card is not None)


def _numbers(station: Workstation) -> list[str]:
    noted = station.store.noted(RECENT)
    return [str(one) for one in noted] if isinstance(noted, list) else []
