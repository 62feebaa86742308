"""Contracts as they stand at both ends; files lie in the vault under their SHA-256."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.documents.archive import ArchiveLink, LinkKind
from app.store.base import Searched, Shared, Travels
from app.store.types import (
    CodeType,
    DayType,
    FenType,
    IdType,
    IntType,
    JsonType,
    ShaType,
    TextType,
    UtcType,
)


class Contract(Shared):
    """A numbered contract drawn up from an approved quote.

    ``chain`` is the list of links draft → signed → sealed → photo (app.documents.archive).
    ``sign_place`` and ``seal_place`` are rectangles on a page in 0.1 mm (app.documents.places).
    """

    __tablename__ = "contract"
    __table_args__ = (
        Index("uq_contract_number", "number", unique=True),
        Index("ix_contract_quote", "quote_id"),
        Index("ix_contract_state", "state"),
    )
    travels: ClassVar[Travels] = "command"
    searched: ClassVar[tuple[Searched, ...]] = (
        Searched("number", "number"),
        Searched("customer_name", "name"),
    )

    number: Mapped[str] = mapped_column(CodeType)
    series: Mapped[str] = mapped_column(CodeType)
    serial: Mapped[int] = mapped_column(IntType)
    version: Mapped[int] = mapped_column(IntType)
    quote_id: Mapped[UUID] = mapped_column(IdType)
    customer_id: Mapped[UUID] = mapped_column(IdType)
    customer_name: Mapped[str] = mapped_column(TextType)
    premium_fen: Mapped[int] = mapped_column(FenType)
    cover_from: Mapped[date] = mapped_column(DayType)
    cover_to: Mapped[date] = mapped_column(DayType)
    state: Mapped[str] = mapped_column(CodeType)
    inputs_sha256: Mapped[str] = mapped_column(ShaType)
    content_sha256: Mapped[str] = mapped_column(ShaType)
    pdf_sha256: Mapped[str] = mapped_column(ShaType)
    docx_sha256: Mapped[str] = mapped_column(ShaType)
    pages: Mapped[int] = mapped_column(IntType)
    sign_place: Mapped[Any] = mapped_column(JsonType)
    seal_place: Mapped[Any] = mapped_column(JsonType)
    signed_sha256: Mapped[str] = mapped_column(ShaType, default="")
    photo_sha256: Mapped[str] = mapped_column(ShaType, default="")
    chain: Mapped[Any] = mapped_column(JsonType)
    drawn_by: Mapped[str] = mapped_column(CodeType)
    drawn_at: Mapped[datetime] = mapped_column(UtcType)


def plain_links(links: tuple[ArchiveLink, ...]) -> list[dict[str, Any]]:
    """Give a chain in the form it is stored and kept in."""
    return [
        {
            "kind": link.kind.value,
            "sha256": link.sha256,
            "previous": link.previous,
            "facts": [list(fact) for fact in link.facts],
            "hash": link.hash,
        }
        for link in links
    ]


def links_of(plain: list[dict[str, Any]]) -> tuple[ArchiveLink, ...]:
    """Read a chain back from its stored form."""
    return tuple(
        ArchiveLink(
            LinkKind(link["kind"]),
            link["sha256"],
            link["previous"],
            tuple((name, value) for name, value in link["facts"]),
        )
        for link in plain
    )
