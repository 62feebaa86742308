"""The places of the country, as a form of the window asks for them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from typing_extensions import override

from app.kit.lanes import Lane
from app.packs.divisions import Divisions, PlaceFound
from ui.forms.address import PlaceBook
from ui.shell.bridge import Bridge
from ui.shell.places import PlacesHere
from ui.widgets.picker import Pick


class DeskPlaces(PlaceBook):
    """Reads the list on a lane when the first form stands, and searches there."""

    def __init__(self, bridge: Bridge, lane: Lane, places: PlacesHere, owner: QObject) -> None:
        self._bridge, self._lane, self._places, self._owner = bridge, lane, places, owner

    @override
    def find(self, typed: str, take: Callable[[Sequence[Pick]], object]) -> object:
        def done(found: Sequence[PlaceFound]) -> None:
            take([Pick(one.code, one.name, one.code) for one in found])

        return self._bridge.run(self._lane, self._places.find, typed, done=done, owner=self._owner)

    @override
    def name_of(self, code: str) -> str:
        return self._places.known_name(code)

    @override
    def split(self, text: str) -> tuple[str, str]:
        divisions = self._places.here
        return divisions.split(text) if divisions is not None else ("", text)

    def when_read(self, act: Callable[[], object]) -> None:
        """Do something once the list was read; at once where it was."""
        if self._places.here is not None:
            act()
            return

        def done(_read: Divisions) -> None:
            act()

        self._bridge.run(self._lane, self._places.read, done=done, owner=self._owner)
