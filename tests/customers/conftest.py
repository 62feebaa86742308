"""An office with a real encrypted database and the real outbox, for the verbs of customers."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.customers import records  # noqa: F401 - its tables must be known
from app.customers.rules.names import NameWords, read_name_words
from app.kit.clock import FixedClock
from app.kit.ids import new_id
from app.packs.resources import resource_bytes
from app.store.base import Base, Local
from app.store.engine import reading_engine, writing_engine
from app.store.outbox import OutboxJournal
from app.store.work import Actor, Changes, Work, open_work

P = ParamSpec("P")
R = TypeVar("R")


class Office:
    """One office's database with a clerk at it."""

    def __init__(self, folder: Path) -> None:
        key = secrets.token_bytes(32)
        self.clock = FixedClock(datetime(2026, 11, 22, 2, tzinfo=UTC))
        self.actor = Actor("p-1", "Clerk", frozenset({"clerk"}), "790115", "desk-1")
        self._write = writing_engine(folder / "desk.db", key)
        Base.metadata.create_all(self._write)
        Local.metadata.create_all(self._write)
        self._read = reading_engine(folder / "desk.db", key)

    def act(self, verb: Callable[[Work], Changes]) -> Changes:
        with open_work(
            Session(self._write, expire_on_commit=False),
            self.actor,
            self.clock,
            OutboxJournal(),
            side="branch",
        ) as work:
            changes = verb(work)
            work.commit()
        return changes

    def read(
        self, query: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        with Session(self._read) as session:
            return query(session, *args, **kwargs)

    def id(self) -> UUID:
        return new_id(self.clock)

    def close(self) -> None:
        self._read.dispose()
        self._write.dispose()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def words() -> NameWords:
    return read_name_words(resource_bytes("rules/organisation_names.json"))
