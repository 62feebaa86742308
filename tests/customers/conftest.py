"""An office with a real store and the real outbox, for the verbs of customers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

import app.schema  # noqa: F401 - the metadata must be whole
from app.customers.rules.names import NameWords, read_name_words
from app.kit.clock import FixedClock
from app.kit.ids import new_id
from app.packs.resources import resource_bytes
from app.store.keyslots import new_slots
from app.store.store import Store
from app.store.work import Actor, Changes, Work

P = ParamSpec("P")
R = TypeVar("R")


class Office:
    """One office's database with a clerk at it."""

    def __init__(self, folder: Path) -> None:
        slots, key = new_slots()
        self.clock = FixedClock(datetime(2026, 11, 22, 2, tzinfo=UTC))
        self.actor = Actor("p-1", "Clerk", frozenset({"clerk"}), "790115", "desk-1")
        self._store = Store.create(folder / "desk", slots, key, self.clock)

    def act(self, verb: Callable[[Work], Changes]) -> Changes:
        with self._store.work(self.actor) as work:
            changes = verb(work)
            work.commit()
        return changes

    def read(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return self._store.read(query, *args, **kwargs)

    def id(self) -> UUID:
        return new_id(self.clock)

    def close(self) -> None:
        self._store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def words() -> NameWords:
    return read_name_words(resource_bytes("rules/organisation_names.json"))
