"""The places of the country for forms and facts: read off the GUI thread, when first needed."""

from app.kit.clock import Clock
from app.kit.pinyin import shipped_pinyin
from app.packs.divisions import Divisions, PlaceFound, PlaceIndex
from app.packs.in_force import divisions_in_force
from app.packs.trust import PackStore


class PlacesHere:
    """The list in force at a desk; `read` runs on a lane, the others say what is known by then."""

    def __init__(self, packs: PackStore, clock: Clock) -> None:
        self._packs, self._clock = packs, clock
        self._version = -1
        self._index: tuple[Divisions, PlaceIndex] | None = None
        self.here: Divisions | None = None
        """The list, once it was read."""

    def read(self) -> Divisions:
        """Read the list in force; some 50 ms the first time, raises BranchError as `PackStore`."""
        if self.here is None or self._version != self._packs.version:
            self._version = self._packs.version
            self.here = divisions_in_force(self._packs, self._clock)
        return self.here

    def find(self, typed: str) -> tuple[PlaceFound, ...]:
        """Find places as they are typed; on a lane, the index is made the first time."""
        divisions = self.read()
        if self._index is None or self._index[0] is not divisions:
            self._index = (divisions, PlaceIndex(divisions, shipped_pinyin()))
        return self._index[1].find(typed)

    def name_of(self, code: str) -> str:
        """Give the whole name of a place; reads the list, so on a lane. Empty for no place."""
        return self.read().whole_name(code) if code else ""

    def known_name(self, code: str) -> str:
        """Give the whole name of a place by the list that was read; reads nothing itself."""
        return self.here.whole_name(code) if self.here is not None and code else ""
