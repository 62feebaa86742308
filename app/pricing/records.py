"""Quotes as they stand at both ends."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Searched, Shared, Travels
from app.store.types import (
    BoolType,
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


class QuoteFurther(Shared):
    """What a quote says in one term that head office added to the form.

    One row per quote and field, its id derived from both; ``value`` is as app.packs.form_values
    keeps it, empty where a later price says nothing of it. ``reckoned``: not typed, so not part of
    the hash that binds the quote.
    """

    __tablename__ = "quote_further"
    __table_args__ = (Index("ix_quote_further_quote", "quote_id"),)
    travels: ClassVar[Travels] = "command"

    quote_id: Mapped[UUID] = mapped_column(IdType)
    field: Mapped[str] = mapped_column(CodeType)
    form: Mapped[str] = mapped_column(CodeType)
    kind: Mapped[str] = mapped_column(CodeType)
    value: Mapped[str] = mapped_column(TextType)
    reckoned: Mapped[bool] = mapped_column(BoolType)


class Quote(Shared):
    """A priced request for a customer.

    ``input_hash`` binds request, roster and the tariff's bytes: approval holds for it alone.
    ``roster_sha256`` names the list of people in the vault; empty where cohorts were typed.
    """

    __tablename__ = "quote"
    __table_args__ = (Index("ix_quote_customer", "customer_id"), Index("ix_quote_state", "state"))
    travels: ClassVar[Travels] = "command"
    searched: ClassVar[tuple[Searched, ...]] = (Searched("customer_name", "name"),)

    customer_id: Mapped[UUID] = mapped_column(IdType)
    customer_name: Mapped[str] = mapped_column(TextType)
    state: Mapped[str] = mapped_column(CodeType)
    request: Mapped[Any] = mapped_column(JsonType)
    roster_sha256: Mapped[str] = mapped_column(ShaType, default="")
    people: Mapped[int] = mapped_column(IntType)
    cover_from: Mapped[date] = mapped_column(DayType)
    cover_to: Mapped[date] = mapped_column(DayType)
    input_hash: Mapped[str] = mapped_column(ShaType)
    tariff_id: Mapped[str] = mapped_column(CodeType)
    tariff_version: Mapped[str] = mapped_column(CodeType)
    tariff_sha256: Mapped[str] = mapped_column(ShaType)
    premium_fen: Mapped[int] = mapped_column(FenType)
    minimum_applied: Mapped[bool] = mapped_column(BoolType)
    lines: Mapped[Any] = mapped_column(JsonType)
    level: Mapped[int] = mapped_column(IntType)
    level_name: Mapped[str] = mapped_column(TextType)
    reasons: Mapped[Any] = mapped_column(JsonType)
    case_id: Mapped[UUID | None] = mapped_column(IdType, default=None)
    priced_by: Mapped[str] = mapped_column(CodeType)
    priced_at: Mapped[datetime] = mapped_column(UtcType)
