"""The saved views of the person at a seat, kept in the desk's encrypted store."""

from collections.abc import Sequence

from typing_extensions import override

from app.assembly.workstation import Seat
from app.store.saved_views import KeptView, drop_view, keep_view, saved_views
from ui.shell.lists import OwnViews, WrittenView


class SeatViews(OwnViews):
    """The views of one person; what is written goes through the store's one writer."""

    def __init__(self, seat: Seat) -> None:
        self._store, self._clock = seat.station.store, seat.clock
        self._person = seat.actor.person

    @override
    def views(self, list_key: str) -> Sequence[WrittenView]:
        kept = self._store.read(saved_views, self._person, list_key)
        return [WrittenView(one.name, one.layout, one.first) for one in kept]

    @override
    def keep_view(self, list_key: str, view: WrittenView) -> None:
        kept, at = KeptView(view.name, view.layout, view.first), self._clock.now()

        def act() -> None:
            with self._store.desk_work() as session:
                keep_view(session, self._person, list_key, kept, at)

        self._store.writer.ask(act)

    @override
    def drop_view(self, list_key: str, name: str) -> None:
        def act() -> None:
            with self._store.desk_work() as session:
                drop_view(session, self._person, list_key, name)

        self._store.writer.ask(act)
