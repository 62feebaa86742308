"""How one person works at this desk, kept in its encrypted store and nowhere else.

Facts of the desk (``Store.note``), one per person: they are no records, travel nowhere, and go with
the store. What is not of the right form there is as if it were not kept.
"""

from typing_extensions import override

from app.assembly.workstation import Seat
from ui.shell.shortcuts import OwnWays


class SeatWays(OwnWays):
    """The ways of the person at a seat; every call blocks for a commit or a read."""

    def __init__(self, seat: Seat) -> None:
        self._store = seat.station.store
        person = seat.actor.person
        self._keys, self._tour = f"keys.{person}", f"tour.{person}"
        self._looks = f"looks.{person}"

    @override
    def bindings(self) -> tuple[tuple[str, str], ...]:
        noted = self._store.noted(self._keys)
        if not isinstance(noted, dict):
            return ()
        return tuple((str(action), str(keys)) for action, keys in sorted(noted.items()))

    @override
    def keep_bindings(self, own: tuple[tuple[str, str], ...]) -> None:
        self._store.writer.ask(self._store.note, self._keys, dict(own))

    @override
    def looks(self) -> tuple[tuple[str, str], ...]:
        noted = self._store.noted(self._looks)
        if not isinstance(noted, dict):
            return ()
        return tuple((str(key), str(value)) for key, value in sorted(noted.items()))

    @override
    def keep_looks(self, looks: tuple[tuple[str, str], ...]) -> None:
        self._store.writer.ask(self._store.note, self._looks, dict(looks))

    @override
    def tour_seen(self) -> bool:
        return self._store.noted(self._tour) is True

    @override
    def keep_tour_seen(self) -> None:
        self._store.writer.ask(self._store.note, self._tour, True)
