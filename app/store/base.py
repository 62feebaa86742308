"""What every record is made of.

A shared record stands at both ends under ``(scope, id)``; its class says how it travels:

* ``reference``: head office writes it, a branch only reads.
* ``fields``: edited at both ends, merged field by field.
* ``append``: inserted and never changed (money, audit, notes).
* ``command``: written by a verb; the branch's row is provisional until the hub ran the same verb.

A local record stays at its desk. Hub-only tables are the hub's own (sync.hub).
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.store.types import CodeType, IdType, IntType, JsonType

Travels = Literal["reference", "fields", "append", "command"]

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass(frozen=True, slots=True)
class Searched:
    """A text column a desk finds records by (app.store.search keeps the index).

    ``name``: any part of it, its pinyin, its initials. ``number``: its beginning and its end.
    """

    column: str
    how: Literal["name", "number"]


class Base(DeclarativeBase):
    """The declarative base of shared tables."""

    metadata = MetaData(naming_convention=NAMING)


class Shared(Base):
    """A record that stands at both ends.

    ``hub_seq`` is its place in the scope's feed, ``hub_ver`` the hub's version of it, ``pending``
    how many unanswered mutations touch it here, ``extra`` the fields a newer version sent.
    """

    __abstract__ = True

    travels: ClassVar[Travels]
    groups: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Fields that only make sense together and are merged as one (travels = fields)."""
    own_line: ClassVar[bool] = False
    """True for append records that travel beside a command, because the hub does not write them."""
    searched: ClassVar[tuple[Searched, ...]] = ()
    """The columns a desk finds these records by; the hub takes no notice of it."""

    scope: Mapped[str] = mapped_column(CodeType, primary_key=True)
    id: Mapped[UUID] = mapped_column(IdType, primary_key=True)
    hub_seq: Mapped[int] = mapped_column("_seq", IntType, default=0)
    hub_ver: Mapped[int] = mapped_column("_ver", IntType, default=0)
    pending: Mapped[int] = mapped_column("_pend", IntType, default=0)
    extra: Mapped[dict[str, Any] | None] = mapped_column("_extra", JsonType, default=None)


SYNC_COLUMNS = frozenset({"scope", "id", "_seq", "_ver", "_pend", "_extra"})
"""Columns that are about the journey of a row, not in it."""


class Local(DeclarativeBase):
    """The declarative base of tables that never leave this desk."""

    metadata = MetaData(naming_convention=NAMING)


def shared_classes() -> dict[str, type[Shared]]:
    """Map each kind (table name) to its record class; app.schema must have imported them."""
    found: dict[str, type[Shared]] = {}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Shared):
            found[mapper.class_.__tablename__] = mapper.class_
    return found
