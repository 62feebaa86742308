"""Seal machines, seal jobs, impressions, and the machines' own signed log."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Shared, Travels
from app.store.types import (
    CodeType,
    IdType,
    IntType,
    JsonType,
    ShaType,
    TextType,
    UtcType,
)


class SealMachine(Shared):
    """A machine head office paired with an office; its counters never fall.

    ``frozen`` says why it may not be armed, or is empty. ``log_head`` is hex.
    """

    __tablename__ = "seal_machine"
    __table_args__ = (Index("uq_seal_machine_device", "device_id", unique=True),)
    travels: ClassVar[Travels] = "command"

    device_id: Mapped[str] = mapped_column(CodeType)
    name: Mapped[str] = mapped_column(TextType)
    public_key: Mapped[str] = mapped_column(CodeType)
    seals: Mapped[Any] = mapped_column(JsonType)
    total: Mapped[int] = mapped_column(IntType)
    log_sequence: Mapped[int] = mapped_column(IntType)
    log_head: Mapped[str] = mapped_column(ShaType)
    arm_counter: Mapped[int] = mapped_column(IntType, default=0)
    tamper_counter: Mapped[int] = mapped_column(IntType, default=0)
    frozen: Mapped[str] = mapped_column(TextType, default="")


class SealJob(Shared):
    """So many impressions of one seal on one document, under one permit.

    ``permit`` is the signed permit in hex as head office issued it.
    """

    __tablename__ = "seal_job"
    __table_args__ = (
        Index("ix_seal_job_subject", "subject_kind", "subject_id"),
        Index("ix_seal_job_state", "state"),
    )
    travels: ClassVar[Travels] = "command"

    subject_kind: Mapped[str] = mapped_column(CodeType)
    subject_id: Mapped[UUID] = mapped_column(IdType)
    subject_number: Mapped[str] = mapped_column(CodeType)
    document_sha256: Mapped[str] = mapped_column(ShaType)
    device_id: Mapped[str] = mapped_column(CodeType)
    seal_id: Mapped[str] = mapped_column(CodeType)
    impressions: Mapped[int] = mapped_column(IntType)
    pages: Mapped[Any] = mapped_column(JsonType)
    purpose: Mapped[str] = mapped_column(TextType)
    operator: Mapped[str] = mapped_column(CodeType)
    witness: Mapped[str] = mapped_column(CodeType)
    nonce: Mapped[str] = mapped_column(CodeType, default="")
    arm_counter: Mapped[int | None] = mapped_column(IntType, default=None)
    state: Mapped[str] = mapped_column(CodeType)
    register_no: Mapped[int] = mapped_column(IntType, default=0)
    permit_id: Mapped[UUID | None] = mapped_column(IdType, default=None)
    permit: Mapped[str] = mapped_column(TextType, default="")
    counter_before: Mapped[int | None] = mapped_column(IntType, default=None)
    counter_after: Mapped[int | None] = mapped_column(IntType, default=None)
    log_head: Mapped[str | None] = mapped_column(ShaType, default=None)
    requested_by: Mapped[str] = mapped_column(CodeType)
    requested_at: Mapped[datetime] = mapped_column(UtcType)
    closed_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)


class SealStamp(Shared):
    """One impression: the intent committed before it, the result after it."""

    __tablename__ = "seal_stamp"
    __table_args__ = (Index("ix_seal_stamp_job", "job_id"), Index("ix_seal_stamp_state", "state"))
    travels: ClassVar[Travels] = "command"

    job_id: Mapped[UUID] = mapped_column(IdType)
    device_id: Mapped[str] = mapped_column(CodeType)
    index: Mapped[int] = mapped_column("k", IntType)
    page: Mapped[int] = mapped_column(IntType)
    state: Mapped[str] = mapped_column(CodeType)
    counter_before: Mapped[int] = mapped_column(IntType)
    counter_after: Mapped[int | None] = mapped_column(IntType, default=None)
    log_sequence: Mapped[int] = mapped_column(IntType)
    log_head: Mapped[str] = mapped_column(ShaType)
    photo_before_sha256: Mapped[str] = mapped_column(ShaType, default="")
    photo_sha256: Mapped[str] = mapped_column(ShaType, default="")
    begun_at: Mapped[datetime] = mapped_column(UtcType)
    finished_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)
    ruling: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)


class SealCase(Shared):
    """A machine that does not fit what is known of it, until two offices settle it.

    ``kind`` says what did not fit; ``found`` keeps the known place and the entries as they came.
    """

    __tablename__ = "seal_case"
    __table_args__ = (Index("ix_seal_case_device", "device_id", "state"),)
    travels: ClassVar[Travels] = "command"

    device_id: Mapped[str] = mapped_column(CodeType)
    kind: Mapped[str] = mapped_column(CodeType)
    found: Mapped[Any] = mapped_column(JsonType)
    state: Mapped[str] = mapped_column(CodeType)
    opened_by: Mapped[str] = mapped_column(CodeType)
    opened_at: Mapped[datetime] = mapped_column(UtcType)
    agreed_by: Mapped[str] = mapped_column(CodeType, default="")
    agreed_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)
    opinion: Mapped[str] = mapped_column(TextType, default="")
    closed_by: Mapped[str] = mapped_column(CodeType, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)
    ruling: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)


class SealLogRow(Shared):
    """One entry of a machine's signed log, whole, in hex."""

    __tablename__ = "seal_log"
    __table_args__ = (Index("ix_seal_log_device", "device_id", "sequence"),)
    travels: ClassVar[Travels] = "append"

    device_id: Mapped[str] = mapped_column(CodeType)
    sequence: Mapped[int] = mapped_column(IntType)
    entry: Mapped[str] = mapped_column(TextType)
    job_id: Mapped[UUID | None] = mapped_column(IdType, default=None)
