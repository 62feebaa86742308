"""The tables of a desk that never leave it: outbox, inbox, cursors, leases, files (sync.md 6.2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Local
from app.store.types import (
    BoolType,
    BytesType,
    CodeType,
    IdType,
    IntType,
    JsonType,
    ShaType,
    TextType,
    UtcType,
)


class OutboxRow(Local):
    """A mutation on its way to head office; ``mseq`` is never used twice, even after deletes.

    state: new (never sent) · sent (no answer yet) · acked · rejected. Answered rows are kept 35
    days, longer than the hub's backups reach back.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state", "state", "mseq"), {"sqlite_autoincrement": True})

    mseq: Mapped[int] = mapped_column(Integer, primary_key=True)
    txn: Mapped[UUID] = mapped_column(IdType)
    n_in_txn: Mapped[int] = mapped_column(IntType)
    scope: Mapped[str] = mapped_column(CodeType)
    kind: Mapped[str] = mapped_column(CodeType)
    row_id: Mapped[UUID] = mapped_column(IdType)
    op: Mapped[str] = mapped_column(CodeType)
    base_ver: Mapped[int] = mapped_column(IntType)
    patch: Mapped[Any] = mapped_column(JsonType)
    schema: Mapped[int] = mapped_column(IntType)
    at: Mapped[datetime] = mapped_column(UtcType)
    actor: Mapped[str] = mapped_column(CodeType)
    hash: Mapped[str] = mapped_column(ShaType)
    state: Mapped[str] = mapped_column(CodeType, default="new")
    result: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)


class OutboxTouch(Local):
    """Which rows a mutation touches here, so that its answer finds them."""

    __tablename__ = "outbox_touch"
    __table_args__ = (Index("ix_outbox_touch_row", "kind", "scope", "row_id"),)

    mseq: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(CodeType, primary_key=True)
    scope: Mapped[str] = mapped_column(CodeType, primary_key=True)
    row_id: Mapped[UUID] = mapped_column(IdType, primary_key=True)


class BaseRow(Local):
    """The hub's version of a row that has unanswered mutations; ``body`` None: not at the hub."""

    __tablename__ = "base_row"

    kind: Mapped[str] = mapped_column(CodeType, primary_key=True)
    scope: Mapped[str] = mapped_column(CodeType, primary_key=True)
    id: Mapped[UUID] = mapped_column(IdType, primary_key=True)
    ver: Mapped[int] = mapped_column(IntType)
    seq: Mapped[int] = mapped_column(IntType)
    body: Mapped[Any] = mapped_column(JsonType, nullable=True)


class ScopeState(Local):
    """How far this desk has followed a scope's feed; ``digest`` is a sum mod 2^64 as hex."""

    __tablename__ = "scope_state"

    scope: Mapped[str] = mapped_column(CodeType, primary_key=True)
    epoch: Mapped[str] = mapped_column(CodeType, default="")
    seq: Mapped[int] = mapped_column(IntType, default=0)
    head: Mapped[int] = mapped_column(IntType, default=0)
    digest: Mapped[str] = mapped_column(CodeType, default="0")
    state: Mapped[str] = mapped_column(CodeType, default="catching_up")
    checked_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)


class InboxRow(Local):
    """A conflict or a refusal a person must still read."""

    __tablename__ = "inbox"

    id: Mapped[UUID] = mapped_column(IdType, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcType)
    mseq: Mapped[int] = mapped_column(IntType)
    kind: Mapped[str] = mapped_column(CodeType)
    scope: Mapped[str] = mapped_column(CodeType)
    row_id: Mapped[UUID] = mapped_column(IdType)
    status: Mapped[str] = mapped_column(CodeType)
    code: Mapped[str] = mapped_column(CodeType)
    text: Mapped[str] = mapped_column(TextType)
    detail: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)
    settled: Mapped[bool] = mapped_column(BoolType, default=False)


class NumberLease(Local):
    """A block of numbers head office lent this desk: ``series`` from ``first`` to ``last``."""

    __tablename__ = "number_lease"

    id: Mapped[UUID] = mapped_column(IdType, primary_key=True)
    scope: Mapped[str] = mapped_column(CodeType)
    series: Mapped[str] = mapped_column(CodeType, index=True)
    first: Mapped[int] = mapped_column(IntType)
    last: Mapped[int] = mapped_column(IntType)
    next: Mapped[int] = mapped_column(IntType)
    until: Mapped[datetime] = mapped_column(UtcType)


class NumberUsed(Local):
    """What became of a leased number: used or voided, never used again."""

    __tablename__ = "number_used"

    series: Mapped[str] = mapped_column(CodeType, primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    lease: Mapped[UUID] = mapped_column(IdType)
    fate: Mapped[str] = mapped_column(CodeType)
    reason: Mapped[str] = mapped_column(TextType, default="")
    at: Mapped[datetime] = mapped_column(UtcType)


class BlobLocal(Local):
    """A file of the vault: its size in bytes, its media type, whether head office has it."""

    __tablename__ = "blob_local"

    sha256: Mapped[str] = mapped_column(ShaType, primary_key=True)
    size: Mapped[int] = mapped_column(IntType)
    mime: Mapped[str] = mapped_column(CodeType)
    name: Mapped[str] = mapped_column(TextType)
    scope: Mapped[str] = mapped_column(CodeType)
    at_hub: Mapped[bool] = mapped_column(BoolType, default=False, index=True)
    sent: Mapped[int] = mapped_column(IntType, default=0)
    at: Mapped[datetime] = mapped_column(UtcType)


class Desk(Local):
    """The one row that says which workstation this is and what the hub told it."""

    __tablename__ = "desk"

    key: Mapped[str] = mapped_column(CodeType, primary_key=True)
    value: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)
    secret: Mapped[bytes | None] = mapped_column(BytesType, default=None)


class SyncLog(Local):
    """One line per sync round."""

    __tablename__ = "sync_log"
    __table_args__ = ({"sqlite_autoincrement": True},)

    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcType)
    outcome: Mapped[str] = mapped_column(CodeType)
    pushed: Mapped[int] = mapped_column(IntType, default=0)
    pulled: Mapped[int] = mapped_column(IntType, default=0)
    detail: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)


class Draft(Local):
    """A form as it was typed, offered again after a crash."""

    __tablename__ = "draft"

    key: Mapped[str] = mapped_column(CodeType, primary_key=True)
    person: Mapped[str] = mapped_column(CodeType, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcType)
    values: Mapped[Any] = mapped_column(JsonType)


class SavedView(Local):
    """A list as one person likes to see it, under a name of theirs; ``layout`` is the list's own.

    The ``first`` one is how the list opens; there is at most one.
    """

    __tablename__ = "saved_view"

    person: Mapped[str] = mapped_column(CodeType, primary_key=True)
    list: Mapped[str] = mapped_column(CodeType, primary_key=True)
    name: Mapped[str] = mapped_column(CodeType, primary_key=True)
    layout: Mapped[str] = mapped_column(TextType)
    first: Mapped[bool] = mapped_column(BoolType, default=False)
    at: Mapped[datetime] = mapped_column(UtcType)
