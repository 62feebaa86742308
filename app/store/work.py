"""A unit of work: one transaction that commits a clerk's act whole, or not at all.

``with store.work(actor) as work: … work.commit()`` rolls back unless commit is said. What the act
wrote is captured and handed to a journal in the same transaction: the outbox at the branch, the
change feed at the hub. Nothing is open while a device or the network is awaited.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Literal, Protocol, Self
from uuid import UUID

from sqlalchemy.orm import Session

from app.kit.clock import Clock
from app.kit.errors.base import BugError
from app.kit.words import Text
from app.store.actor import Actor as Actor
from app.store.actor import Side as Side
from app.store.base import Base, Shared
from app.store.bulk import insert_records
from app.store.capture import Capture
from app.store.types import Plain, Spelled, spelled
from sync.wire.plain import sorted_text


@dataclass(frozen=True)
class Touched:
    """One record that changed."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class Finished:
    """A subject whose approval, signature, seal or payment is done; after.py says what runs now."""

    what: Literal["approved", "returned", "declined", "signed", "sealed", "paid"]
    subject_kind: str
    subject_id: UUID


@dataclass(frozen=True)
class Changes:
    """What an act changed, so that screens can decide whether to reload."""

    rows: tuple[Touched, ...] = ()
    warnings: tuple[Text, ...] = ()
    finished: tuple[Finished, ...] = ()

    @classmethod
    def of(cls, *records: Shared, warnings: tuple[Text, ...] = ()) -> "Changes":
        """Name the records an act wrote."""
        return cls(tuple(Touched(row.__tablename__, row.id) for row in records), warnings)

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.rows + other.rows,
            self.warnings + other.warnings,
            self.finished + other.finished,
        )

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of record that changed."""
        return frozenset(row.kind for row in self.rows)


@dataclass(frozen=True)
class Command:
    """A verb and its order in plain form, as the outbox carries them."""

    verb: str
    order: dict[str, Plain]
    subject_kind: str
    subject_id: UUID

    @cached_property
    def spelled(self) -> Spelled:
        """The order as its canonical JSON; it may be long, and outbox, hash and audit need it."""
        try:
            return Spelled(sorted_text(self.order))
        except ValueError:
            return spelled(self.order)


class Journal(Protocol):
    """Takes what a unit of work wrote, in the same transaction, just before it commits."""

    def record(self, work: "Work", capture: Capture, command: Command | None) -> None:
        """Write the outbox rows or the feed rows of this unit of work."""
        ...


@dataclass
class Work:
    """One open unit of work; ``at`` is the business time of the act (UTC)."""

    session: Session
    actor: Actor
    clock: Clock
    at: datetime
    side: Side
    journal: Journal
    capture: Capture
    command: Command | None = None
    _done: bool = field(default=False, repr=False)

    @property
    def scope(self) -> str:
        """The office whose records this work writes."""
        return self.actor.scope

    def add_many(self, records: Sequence[Shared]) -> None:
        """Write many new records at once, one statement for each kind; none joins the session.

        The capture sees each as it sees one that is added, and the journal writes of it. Head
        office, which gives rows their place in the feed, adds them one by one.
        """
        if self.side == "hub":
            self.session.add_all(records)
            return
        self.session.flush()
        self.capture.take_new(records)
        by_class: dict[type[Shared], list[Shared]] = {}
        for record in records:
            by_class.setdefault(type(record), []).append(record)
        for kind, same in by_class.items():
            table = Base.metadata.tables[kind.__tablename__]
            insert_records(self.session.connection(), table, same)

    def commit(self) -> None:
        """Flush, hand the journal what was written, commit; raises what the database raises."""
        if self._done:
            raise BugError("this unit of work has already ended")
        self.session.flush()
        self.capture.close()
        self.journal.record(self, self.capture, self.command)
        self.session.flush()
        self.session.commit()
        self._done = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._done:
            self._done = True
            self.session.rollback()
        self.session.close()


def open_work(
    session: Session,
    actor: Actor,
    clock: Clock,
    journal: Journal,
    *,
    side: Side,
    at: datetime | None = None,
    command: Command | None = None,
) -> Work:
    """Start a unit of work on a fresh session; what the session writes is captured from now on."""
    capture = Capture(session, side=side, inside_command=command is not None)
    return Work(session, actor, clock, at or clock.now(), side, journal, capture, command)
