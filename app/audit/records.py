"""The audit chain of a workstation and its signed heads."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Shared, Travels
from app.store.types import CodeType, IntType, JsonType, ShaType, TextType, UtcType


class AuditLine(Shared):
    """One act: who did what to which record, chained to the line before it at this workstation.

    ``commitment`` is SHA-256 over a random salt and the payload, so a person's data can be erased
    (by forgetting the salt) without breaking the chain.
    """

    __tablename__ = "audit_line"
    __table_args__ = (Index("ix_audit_line_chain", "chain", "n"),)
    travels: ClassVar[Travels] = "append"
    own_line: ClassVar[bool] = True

    chain: Mapped[str] = mapped_column(CodeType)
    n: Mapped[int] = mapped_column(IntType)
    prev: Mapped[str] = mapped_column(ShaType)
    hash: Mapped[str] = mapped_column(ShaType)
    actor: Mapped[str] = mapped_column(CodeType)
    action: Mapped[str] = mapped_column(CodeType)
    objects: Mapped[Any] = mapped_column(JsonType)
    salt: Mapped[str] = mapped_column(CodeType)
    commitment: Mapped[str] = mapped_column(ShaType)
    boot: Mapped[str] = mapped_column(CodeType)
    mono_ms: Mapped[int] = mapped_column(IntType)
    wall: Mapped[datetime] = mapped_column(UtcType)


class AuditHead(Shared):
    """A signed head: the workstation's word that its chain had this hash at this length."""

    __tablename__ = "audit_head"
    travels: ClassVar[Travels] = "append"
    own_line: ClassVar[bool] = True

    chain: Mapped[str] = mapped_column(CodeType, index=True)
    n: Mapped[int] = mapped_column(IntType)
    hash: Mapped[str] = mapped_column(ShaType)
    signature: Mapped[str] = mapped_column(TextType)
    wall: Mapped[datetime] = mapped_column(UtcType)
