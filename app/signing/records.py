"""Signatures customers gave on a pad."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Shared, Travels
from app.store.types import CodeType, IdType, JsonType, ShaType, TextType, UtcType


class Signature(Shared):
    """One act of signing: begun for a document's hash, then signed or abandoned.

    ``ink_sha256`` names the canonical ink record in the vault, ``binding`` the hash that the
    document key signed over document, ink and picture. ``evidence`` is the chain of domain.md 6.
    """

    __tablename__ = "signature"
    __table_args__ = (Index("ix_signature_subject", "subject_kind", "subject_id"),)
    travels: ClassVar[Travels] = "command"

    subject_kind: Mapped[str] = mapped_column(CodeType)
    subject_id: Mapped[UUID] = mapped_column(IdType)
    document_sha256: Mapped[str] = mapped_column(ShaType)
    signer: Mapped[str] = mapped_column(TextType)
    state: Mapped[str] = mapped_column(CodeType)
    begun_by: Mapped[str] = mapped_column(CodeType)
    begun_at: Mapped[datetime] = mapped_column(UtcType)
    signed_at: Mapped[datetime | None] = mapped_column(UtcType, default=None)
    ink_sha256: Mapped[str] = mapped_column(ShaType, default="")
    picture_sha256: Mapped[str] = mapped_column(ShaType, default="")
    signed_sha256: Mapped[str] = mapped_column(ShaType, default="")
    pad: Mapped[str] = mapped_column(TextType, default="")
    reason: Mapped[str] = mapped_column(TextType, default="")
    evidence: Mapped[Any] = mapped_column(JsonType, default=None, nullable=True)


class DeskCertificate(Shared):
    """The document certificate head office issued to a desk's P-256 key (PEM; DER in hex)."""

    __tablename__ = "desk_certificate"
    travels: ClassVar[Travels] = "command"

    device: Mapped[str] = mapped_column(CodeType, index=True)
    name: Mapped[str] = mapped_column(TextType)
    public_key: Mapped[str] = mapped_column(TextType)
    certificate: Mapped[str] = mapped_column(TextType, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcType)
