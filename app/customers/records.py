"""Customers (people and organisations on one table), their contacts, their timeline.

Two desks may register the same customer while the line is down, so the identity number is indexed
but not unique: such pairs are found (`queries.strong_doubles`) and merged by a person.
"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Searched, Shared, Travels
from app.store.types import CodeType, DayType, IdType, IntType, JsonType, TextType, UtcType


class Customer(Shared):
    """A person or an organisation this office deals with.

    ``search_name`` is the name as it is searched and sorted, ``name_key`` what near-duplicates of
    an organisation share, ``*_tail`` the last four places, ``checked`` the real-name level (0
    typed, 1 the number's own check fits). ``sex`` and ``birth`` are empty for organisations.
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_name", "scope", "search_name", "id"),
        Index("ix_customer_number", "scope", "id_no", "id_type"),
        Index("ix_customer_id_tail", "scope", "id_tail"),
        Index("ix_customer_mobile_tail", "scope", "mobile_tail"),
        Index("ix_customer_name_key", "scope", "name_key"),
    )
    travels: ClassVar[Travels] = "fields"
    groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("name", "search_name", "name_key"),
        ("id_type", "id_no", "id_tail", "sex", "birth", "checked"),
        ("mobile", "mobile_tail"),
        ("region", "address"),
    )
    searched: ClassVar[tuple[Searched, ...]] = (Searched("name", "name"),)

    party: Mapped[str] = mapped_column(CodeType)
    name: Mapped[str] = mapped_column(TextType)
    search_name: Mapped[str] = mapped_column(TextType)
    name_key: Mapped[str] = mapped_column(TextType)
    id_type: Mapped[str] = mapped_column(CodeType)
    id_no: Mapped[str] = mapped_column(CodeType)
    id_tail: Mapped[str] = mapped_column(CodeType)
    sex: Mapped[str] = mapped_column(CodeType)
    birth: Mapped[date | None] = mapped_column(DayType)
    checked: Mapped[int] = mapped_column(IntType)
    mobile: Mapped[str] = mapped_column(CodeType)
    mobile_tail: Mapped[str] = mapped_column(CodeType)
    email: Mapped[str] = mapped_column(TextType)
    region: Mapped[str] = mapped_column(CodeType)
    address: Mapped[str] = mapped_column(TextType)
    industry: Mapped[str] = mapped_column(TextType)
    headcount: Mapped[int | None] = mapped_column(IntType)
    legal_representative: Mapped[str] = mapped_column(TextType)
    job: Mapped[str] = mapped_column(TextType)


class Contact(Shared):
    """A person who speaks for an organisation; the operator shows an identity document."""

    __tablename__ = "customer_contact"
    __table_args__ = (
        Index("ix_customer_contact_customer", "scope", "customer_id"),
        Index("ix_customer_contact_name", "scope", "search_name"),
        Index("ix_customer_contact_mobile_tail", "scope", "mobile_tail"),
    )
    travels: ClassVar[Travels] = "fields"
    groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("name", "search_name"),
        ("id_type", "id_no"),
        ("mobile", "mobile_tail"),
    )
    searched: ClassVar[tuple[Searched, ...]] = (Searched("name", "name"),)

    customer_id: Mapped[UUID] = mapped_column(IdType)
    role: Mapped[str] = mapped_column(CodeType)
    name: Mapped[str] = mapped_column(TextType)
    search_name: Mapped[str] = mapped_column(TextType)
    id_type: Mapped[str] = mapped_column(CodeType)
    id_no: Mapped[str] = mapped_column(CodeType)
    mobile: Mapped[str] = mapped_column(CodeType)
    mobile_tail: Mapped[str] = mapped_column(CodeType)
    email: Mapped[str] = mapped_column(TextType)


class CustomerFurther(Shared):
    """What a customer answered in one field that head office added to the form.

    One row per customer and field, its id derived from both (app.kit.ids), so that two desks that
    fill in different fields write different rows, and two that fill in the same one meet in one.
    ``kind`` and ``form`` say what it was typed as; ``value`` is as app.packs.form_values keeps it.
    """

    __tablename__ = "customer_further"
    __table_args__ = (Index("ix_customer_further_customer", "scope", "customer_id"),)
    travels: ClassVar[Travels] = "fields"
    groups: ClassVar[tuple[tuple[str, ...], ...]] = (("form", "kind", "value"),)

    customer_id: Mapped[UUID] = mapped_column(IdType)
    field: Mapped[str] = mapped_column(CodeType)
    form: Mapped[str] = mapped_column(CodeType)
    kind: Mapped[str] = mapped_column(CodeType)
    value: Mapped[str] = mapped_column(TextType)


class CustomerChange(Shared):
    """What a field of a customer held before it was corrected; numbers of people stand masked."""

    __tablename__ = "customer_change"
    __table_args__ = (Index("ix_customer_change_field", "scope", "customer_id", "field"),)
    travels: ClassVar[Travels] = "append"

    customer_id: Mapped[UUID] = mapped_column(IdType)
    field: Mapped[str] = mapped_column(CodeType)
    before: Mapped[str] = mapped_column(TextType)
    at: Mapped[datetime] = mapped_column(UtcType)
    person: Mapped[str] = mapped_column(CodeType)


class CustomerEvent(Shared):
    """One line of a customer's timeline: what happened, in a sentence kept as msgid and values.

    Areas above write their events down here (`actions.write_event`); ``subject_kind`` and
    ``subject_id`` lead back to the record it is about.
    """

    __tablename__ = "customer_event"
    __table_args__ = (Index("ix_customer_event_customer", "scope", "customer_id", "at", "id"),)
    travels: ClassVar[Travels] = "append"

    customer_id: Mapped[UUID] = mapped_column(IdType)
    kind: Mapped[str] = mapped_column(CodeType)
    msgid: Mapped[str] = mapped_column(TextType)
    values: Mapped[dict[str, Any]] = mapped_column(JsonType)
    at: Mapped[datetime] = mapped_column(UtcType)
    person: Mapped[str] = mapped_column(CodeType)
    subject_kind: Mapped[str] = mapped_column(CodeType)
    subject_id: Mapped[UUID | None] = mapped_column(IdType)
