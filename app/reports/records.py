"""Runs of reports that were kept, with their figures: at this desk alone, travelling nowhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Local
from app.store.types import CodeType, IdType, IntType, JsonType, ShaType, TextType, UtcType


class ReportRun(Local):
    """A report as it was read once. ``body`` is its parameters, stamp, versions and figures.

    ``digest`` is the SHA-256 of the canonical body, so that figures nobody read are not shown.
    ``due_at`` is the moment a schedule wanted it; None where a person kept it. ``broken_at`` is
    when a check found that the same data no longer give it.
    """

    __tablename__ = "report_run"
    __table_args__ = (Index("ix_report_run_person", "person", "as_of"),)

    id: Mapped[UUID] = mapped_column(IdType, primary_key=True)
    person: Mapped[str] = mapped_column(CodeType)
    saved: Mapped[UUID | None] = mapped_column(IdType, default=None)
    name: Mapped[str] = mapped_column(TextType)
    report: Mapped[str] = mapped_column(CodeType)
    as_of: Mapped[datetime] = mapped_column(UtcType)
    due_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)
    rows: Mapped[int] = mapped_column(IntType)
    sha256: Mapped[str] = mapped_column(ShaType)
    body: Mapped[Any] = mapped_column(JsonType)
    digest: Mapped[str] = mapped_column(ShaType)
    broken_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)
