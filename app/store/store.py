"""The branch's store: one encrypted database, one writer lane, two reader lanes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.kit.clock import Clock
from app.kit.errors.base import BranchError
from app.kit.errors.store import store_exists, store_write_failed
from app.kit.lanes import Lane
from app.store.desk_tables import Desk
from app.store.engine import reading_engine, writing_engine
from app.store.gate import OneProgram, check_folder, check_sqlite
from app.store.keyslots import KeySlots
from app.store.migrate import bring_up
from app.store.outbox import OutboxJournal
from app.store.search.keeping import build_some, keep_index, prepare_index
from app.store.whole import PageWatch, check_at_start, check_every_page, mark_clean, problem_of
from app.store.work import Actor, Command, Work, open_work

P = ParamSpec("P")
R = TypeVar("R")

DATABASE = "desk.db"
KEYS = "keys.json"
FLOOR_COARSE = 60
"""By how many seconds the kept clock floor may stay behind: it is there for clocks days off."""


@dataclass
class Store:
    """An open store; close it, or nothing else may open it."""

    folder: Path
    key: bytes
    clock: Clock
    write_engine: Engine
    read_engine: Engine
    writer: Lane
    readers: Lane
    program: OneProgram
    watch: PageWatch
    checker: Lane
    clock_doubtful: bool = False
    closed: bool = False
    closing: bool = False

    @classmethod
    def create(cls, folder: Path, slots: KeySlots, key: bytes, clock: Clock) -> "Store":
        """Make a new store in an empty folder and open it; the slots are written first.

        Raises BranchError E-STORE-EXISTS where a store is: new slots would throw its key away.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / KEYS).exists() or (folder / DATABASE).exists():
            raise BranchError(store_exists())
        with _in_words(files=True):
            slots.write(folder / KEYS)
        return cls.open(folder, key, clock)

    @classmethod
    def open(cls, folder: Path, key: bytes, clock: Clock, *, reserve: int | None = None) -> "Store":
        """Open a store after the start-up gate; raises BranchError that says what is in the way.

        ``reserve`` is the free room asked for in bytes (default 200 MB).
        """
        check_sqlite()
        if reserve is None:
            check_folder(folder)
        else:
            check_folder(folder, reserve=reserve)
        program = OneProgram(folder)
        program.take()
        try:
            with _in_words(files=True):
                return cls._opened(folder, key, clock, program)
        except BaseException:
            program.free()
            raise

    @classmethod
    def _opened(cls, folder: Path, key: bytes, clock: Clock, program: OneProgram) -> "Store":
        path = folder / DATABASE
        bring_up(path, key)
        check_at_start(path, key, clock)
        store = cls(
            folder=folder,
            key=key,
            clock=clock,
            write_engine=writing_engine(path, key),
            read_engine=reading_engine(path, key),
            writer=Lane("database writer"),
            readers=Lane("database readers", workers=2),
            program=program,
            watch=PageWatch(path, key),
            checker=Lane("store check"),
        )
        try:
            keep_index(store.write_engine)
            prepare_index(store.write_engine)
            store.clock_doubtful = store._raise_floor()
        except BaseException:
            store._let_go()
            raise
        store.writer.post(store._build_index)
        store.checker.post(store.watch.look)
        return store

    @classmethod
    def check(cls, folder: Path, key: bytes) -> None:
        """Read every page and every seal of a closed store; raises BranchError E-STORE-…."""
        check_sqlite()
        program = OneProgram(folder)
        program.take()
        try:
            with _in_words(files=True):
                check_every_page(folder / DATABASE, key)
        finally:
            program.free()

    @contextmanager
    def work(
        self,
        actor: Actor,
        *,
        command: Command | None = None,
        at: datetime | None = None,
    ) -> Iterator[Work]:
        """Open a unit of work on the writing connection; use it on the writer lane.

        Raises BranchError E-STORE-DAMAGED once a damaged page was found: nothing is written then.
        """
        self._refuse_damaged()
        session = Session(self.write_engine, expire_on_commit=False)
        with (
            _in_words(),
            open_work(
                session,
                actor,
                self.clock,
                OutboxJournal(),
                side="branch",
                at=at,
                command=command,
            ) as work,
        ):
            yield work

    @contextmanager
    def desk_work(self) -> Iterator[Session]:
        """Open a transaction for the desk's own tables and the feed; commits at the end.

        Only sync and the desk's set-up use it: nothing it writes goes to the outbox. Raises
        BranchError E-STORE-DAMAGED as `work` does.
        """
        self._refuse_damaged()
        with (
            _in_words(),
            Session(self.write_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def desk_work_beside(self, path: Path, key: bytes, name: str) -> Iterator[Session]:
        """Open the same with another encrypted file attached under ``name``, which is only read."""
        with _in_words(), self.write_engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute(f"ATTACH DATABASE ? AS {name} KEY \"x'{key.hex()}'\"", (str(path),))
            try:
                with Session(connection, expire_on_commit=False) as session, session.begin():
                    yield session
            finally:
                raw.execute(f"DETACH DATABASE {name}")

    def read(
        self,
        query: Callable[Concatenate[Session, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a query on a reading connection, in one snapshot."""
        with _in_words(), Session(self.read_engine) as session:
            return query(session, *args, **kwargs)

    def note(self, key: str, value: object) -> None:
        """Keep one fact about this desk (plain JSON)."""
        with self.desk_work() as session:
            row = session.get(Desk, key)
            if row is None:
                session.add(Desk(key=key, value=value))
            else:
                row.value = value

    def noted(self, key: str) -> object:
        """Give a fact kept by note(), or None."""
        return self.read(_noted, key)

    def keep_secret(self, key: str, secret: bytes) -> None:
        """Keep bytes that are safe only under the data key."""
        with self.desk_work() as session:
            row = session.get(Desk, key)
            if row is None:
                session.add(Desk(key=key, secret=secret))
            else:
                row.secret = secret

    def secret(self, key: str) -> bytes | None:
        """Give bytes kept by keep_secret(), or None."""
        return self.read(_secret, key)

    def close(self) -> None:
        """Finish the lanes, fold the WAL into the file, let the lock go.

        A full disk is said (E-STORE-WRITE) and the lock is let go all the same: what was committed
        lies in the WAL, and the next start checks every page. Closing twice is closing once: the
        file may be another program's by then.
        """
        if self.closed:
            return
        self.closing = True
        self.watch.stop()
        self.checker.close()
        self.writer.close()
        self.readers.close()
        self.read_engine.dispose()
        try:
            with _in_words():
                if self.watch.damage is None:
                    mark_clean(self.write_engine)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self.closed = True
        self.watch.stop()
        self.checker.close()
        self.writer.close()
        self.readers.close()
        self.read_engine.dispose()
        self.write_engine.dispose()
        self.program.free()

    def _refuse_damaged(self) -> None:
        if self.watch.damage is not None:
            raise BranchError(self.watch.damage)

    def _build_index(self) -> None:
        """Build a part of what search has not indexed yet, then queue behind what others wait for.

        What is left when the store closes is gone on with when it opens again.
        """
        if self.closing:
            return
        with _in_words():
            more = build_some(self.write_engine)
        if more is not None and not self.closing:
            self.writer.post(self._build_index)

    def trust_time(self, said: datetime) -> None:
        """Set the clock floor to a time head office signed: the way out of a clock that ran ahead.

        ``clock_doubtful`` is judged again by the new floor.
        """
        now, floor = int(self.clock.now().timestamp()), int(said.timestamp())
        self.clock_doubtful = now < floor
        sure, kept = max(now, floor), self.noted("clock_floor")
        if not isinstance(kept, int) or not sure - FLOOR_COARSE <= kept <= sure:
            self.note("clock_floor", sure)

    def _raise_floor(self) -> bool:
        """Move the clock floor up; True where the clock is behind what was already seen."""
        now = int(self.clock.now().timestamp())
        floor = self.noted("clock_floor")
        if isinstance(floor, int) and now < floor:
            return True
        self.note("clock_floor", now)
        return False


def _noted(session: Session, key: str) -> object:
    row = session.get(Desk, key)
    return None if row is None else row.value


def _secret(session: Session, key: str) -> bytes | None:
    row = session.get(Desk, key)
    return None if row is None else row.secret


@contextmanager
def _in_words(*, files: bool = False) -> Iterator[None]:
    """Turn what the disk refused into words; leave a bug a bug.

    ``files``: what happens inside also touches files beside the database.
    """
    try:
        yield
    except DBAPIError as error:
        problem = problem_of(error.orig)
        if problem is None:
            raise
        raise BranchError(problem) from error
    except sqlcipher.Error as error:
        problem = problem_of(error)
        if problem is None:
            raise
        raise BranchError(problem) from error
    except OSError as error:
        if not files:
            raise
        raise BranchError(store_write_failed(error.strerror or str(error))) from error
