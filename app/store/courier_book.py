"""What a desk keeps about its courier's packs: how many it wrote, which wait for an answer."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.store.desk_tables import Desk
from app.store.store import Store

R = TypeVar("R")
KEPT_OPEN = 50
"""So many packs may wait for an answer; the answer to one before them is no longer taken."""
_BOOK = "courier"
_KEY = "courier_key"


@dataclass(frozen=True)
class OpenPack:
    """A pack that was written and has no answer; ``asks`` are the SHA-256 of its requests."""

    number: int
    nonce: str
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """The number of the last pack written, that of the last answer taken in, packs still open."""

    written: int = 0
    taken_in: int = 0
    open: tuple[OpenPack, ...] = ()

    def waiting_for(self, number: int, nonce: str) -> OpenPack | None:
        """Give an open pack by its number, if it is the one with this nonce."""
        found = next((one for one in self.open if one.number == number), None)
        return found if found is not None and found.nonce == nonce else None


class CourierBook:
    """The book of one desk; what it writes runs on the writer lane and is on the disk after."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self) -> Standing:
        """Say how far the courier has come."""
        return _standing(self._store.noted(_BOOK))

    def note_written(self, pack: OpenPack) -> None:
        """Note a pack whose bytes are on the disk, before it gets its name."""

        def act(now: Standing) -> Standing:
            return replace(now, written=pack.number, open=(*now.open, pack)[-KEPT_OPEN:])

        self._change(act)

    def note_taken_in(self, number: int, answers: int) -> None:
        """Note an answer that was taken in: what it answers, and what was before, is closed."""

        def act(now: Standing) -> Standing:
            still = tuple(one for one in now.open if one.number > answers)
            return replace(now, taken_in=number, open=still)

        self._change(act)

    def reply_key(self) -> bytes:
        """Give this desk's X25519 key for answers (32 raw bytes), made when first asked for."""

        def act(session: Session) -> bytes:
            row = session.get(Desk, _KEY)
            if row is None:
                row = Desk(key=_KEY, secret=secrets.token_bytes(32))
                session.add(row)
            assert row.secret is not None
            return row.secret

        return self._store.secret(_KEY) or self._write(act)

    def _change(self, act: Callable[[Standing], Standing]) -> None:
        def whole(session: Session) -> None:
            row = session.get(Desk, _BOOK)
            if row is None:
                row = Desk(key=_BOOK, value=None)
                session.add(row)
            row.value = _plain(act(_standing(row.value)))

        self._write(whole)

    def _write(self, act: Callable[[Session], R]) -> R:
        def whole() -> R:
            with self._store.desk_work() as session:
                return act(session)

        return self._store.writer.ask(whole)


def _standing(kept: Any) -> Standing:
    if not isinstance(kept, dict):
        return Standing()
    packs = (OpenPack(one["number"], one["nonce"], tuple(one["asks"])) for one in kept["open"])
    return Standing(kept["written"], kept["taken_in"], tuple(packs))


def _plain(standing: Standing) -> dict[str, Any]:
    plain = asdict(standing)
    plain["open"] = [{**one, "asks": list(one["asks"])} for one in plain["open"]]
    return plain
