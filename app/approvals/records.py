"""Approval cases and the decisions in them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Searched, Shared, Travels
from app.store.types import CodeType, IdType, IntType, ShaType, TextType, UtcType


class ApprovalCase(Shared):
    """One question to the line of approvers, about one hash of one subject."""

    __tablename__ = "approval_case"
    __table_args__ = (
        Index("ix_approval_case_subject", "subject_kind", "subject_id"),
        Index("ix_approval_case_state", "state", "level"),
    )
    travels: ClassVar[Travels] = "command"
    searched: ClassVar[tuple[Searched, ...]] = (Searched("summary", "name"),)

    subject_kind: Mapped[str] = mapped_column(CodeType)
    subject_id: Mapped[UUID] = mapped_column(IdType)
    subject_hash: Mapped[str] = mapped_column(ShaType)
    summary: Mapped[str] = mapped_column(TextType)
    requester: Mapped[str] = mapped_column(CodeType)
    needed: Mapped[int] = mapped_column(IntType)
    level: Mapped[int] = mapped_column(IntType)
    state: Mapped[str] = mapped_column(CodeType)
    opened_at: Mapped[datetime] = mapped_column(UtcType)
    due_at: Mapped[datetime] = mapped_column(UtcType)
    expires_at: Mapped[datetime] = mapped_column(UtcType)


class ApprovalStep(Shared):
    """One decision: by whom, on which level, with the person's own signature (hex)."""

    __tablename__ = "approval_step"
    __table_args__ = (Index("ix_approval_step_case", "case_id"),)
    travels: ClassVar[Travels] = "command"

    case_id: Mapped[UUID] = mapped_column(IdType)
    level: Mapped[int] = mapped_column(IntType)
    person: Mapped[str] = mapped_column(CodeType)
    choice: Mapped[str] = mapped_column(CodeType)
    opinion: Mapped[str] = mapped_column(TextType)
    at: Mapped[datetime] = mapped_column(UtcType)
    signature: Mapped[str] = mapped_column(TextType)
