"""What screens read of customers: find by typed text, pages by keyset, the card, doubles.

Identity and mobile numbers come out masked; whole ones only through `whole_numbers`, which is read
after the verb `show_numbers` has logged who wanted them and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, tuple_
from sqlalchemy.orm import Session

from app.customers.records import (
    Contact,
    Customer,
    CustomerChange,
    CustomerEvent,
    CustomerFurther,
)
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.masking import masked_id, masked_mobile
from app.customers.rules.names import search_form
from app.customers.rules.sentences import said_again
from app.customers.search import customers_found
from app.kit.words import Text
from app.packs.form_values import kept_address


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer in a list."""

    id: UUID
    party: str
    name: str
    id_type: str
    id_no: str
    """Masked for people; the credit code of an organisation is public."""
    mobile: str
    """Masked."""


@dataclass(frozen=True, slots=True)
class PageKey:
    """Where a page begins: behind this customer."""

    search_name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Some customers by name; ``next`` is None on the last page."""

    lines: tuple[CustomerLine, ...]
    next: PageKey | None


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact of an organisation, numbers masked."""

    id: UUID
    role: str
    name: str
    id_type: str
    id_no: str
    mobile: str
    email: str


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One event, newest first on the card; the order is for reading, nothing is decided by it."""

    id: UUID
    kind: str
    text: Text
    at: datetime
    person: str
    subject_kind: str
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """All a desk shows of one customer, numbers masked."""

    scope: str
    """The office the customer belongs to."""
    line: CustomerLine
    sex: str
    birth: date | None
    checked: int
    email: str
    region: str
    address: str
    industry: str
    headcount: int | None
    legal_representative: str
    job: str
    waiting: bool
    """True while head office has not answered a change of this customer."""
    contacts: tuple[ContactLine, ...]
    timeline: tuple[TimelineLine, ...]

    @property
    def whole_address(self) -> str:
        """The address as a form keeps it: code of the place and line."""
        return kept_address(self.region, self.address)


@dataclass(frozen=True, slots=True)
class FurtherFact:
    """A further field as it stands with a customer."""

    key: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class FormerValue:
    """What a field held until somebody changed it."""

    before: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class WholeNumbers:
    """The numbers of one customer as they are."""

    id_no: str
    mobile: str


_LINE: tuple[ColumnElement[Any], ...] = tuple(
    column.expression
    for column in (
        Customer.id,
        Customer.party,
        Customer.name,
        Customer.id_type,
        Customer.id_no,
        Customer.mobile,
        Customer.search_name,
    )
)


def find_customers(
    session: Session, scope: str, typed: str, *, limit: int = 50
) -> tuple[CustomerLine, ...]:
    """Find customers by what was typed: see `customers_found`.

    A part of a name, pinyin or initials, four or more last places of a number.

    Best first: numbers, then names that begin so, then names that hold it, then contacts.
    """
    ids = customers_found(session, scope, typed, limit=limit)
    if not ids:
        return ()
    wanted = select(*_LINE).where(Customer.scope == scope, Customer.id.in_(ids))
    lines = {row.id: _line(row) for row in session.execute(wanted)}
    return tuple(lines[id] for id in ids if id in lines)


def customer_page(
    session: Session, scope: str, *, after: PageKey | None = None, skip: int = 0, limit: int = 200
) -> CustomerPage:
    """Give one page of all customers by name, behind a customer or behind ``skip`` of them.

    A key is cheap at any depth; ``skip`` walks the index of names and is for a jump.
    """
    wanted = (
        select(*_LINE)
        .where(Customer.scope == scope)
        .order_by(Customer.search_name, Customer.id)
        .limit(limit + 1)
        .offset(skip)
    )
    if after is not None:
        place = tuple_(Customer.search_name, Customer.id)
        wanted = wanted.where(place > tuple_(after.search_name, after.id))
    rows = session.execute(wanted).all()
    shown = rows[:limit]
    more = PageKey(shown[-1].search_name, shown[-1].id) if len(rows) > limit else None
    return CustomerPage(tuple(map(_line, shown)), more)


def count_customers(session: Session, scope: str) -> int:
    """Count the customers of an office."""
    wanted = select(func.count()).select_from(Customer).where(Customer.scope == scope)
    return session.execute(wanted).scalar_one()


def customer_card(session: Session, scope: str, customer_id: UUID) -> CustomerCard | None:
    """Give all of one customer; None where there is none."""
    customer = session.get(Customer, (scope, customer_id))
    if customer is None:
        return None
    return CustomerCard(
        scope=scope,
        line=_line(customer),
        sex=customer.sex,
        birth=customer.birth,
        checked=customer.checked,
        email=customer.email,
        region=customer.region,
        address=customer.address,
        industry=customer.industry,
        headcount=customer.headcount,
        legal_representative=customer.legal_representative,
        job=customer.job,
        waiting=bool(customer.pending),
        contacts=_contacts(session, scope, customer_id),
        timeline=timeline(session, scope, customer_id),
    )


def office_of_customer(session: Session, offices: Sequence[str], customer_id: UUID) -> str:
    """Say which of some offices a customer belongs to; empty where none of them has it."""
    wanted = select(Customer.scope).where(Customer.scope.in_(offices), Customer.id == customer_id)
    return session.scalars(wanted).first() or ""


def offices_with_customers(session: Session, offices: Sequence[str]) -> tuple[str, ...]:
    """Say which of some offices have a customer at all, in their order; one row is read of each."""
    return tuple(one for one in offices if _has_any(session, one))


def _has_any(session: Session, scope: str) -> bool:
    found = session.execute(select(Customer.id).where(Customer.scope == scope).limit(1))
    return found.first() is not None


def timeline(
    session: Session, scope: str, customer_id: UUID, *, limit: int = 200
) -> tuple[TimelineLine, ...]:
    """Give the newest events of a customer."""
    wanted = (
        select(CustomerEvent)
        .where(CustomerEvent.scope == scope, CustomerEvent.customer_id == customer_id)
        .order_by(CustomerEvent.at.desc(), CustomerEvent.id.desc())
        .limit(limit)
    )
    return tuple(
        TimelineLine(
            id=event.id,
            kind=event.kind,
            text=said_again(event.msgid, event.values),
            at=event.at,
            person=event.person,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
        )
        for event in session.scalars(wanted)
    )


def whole_numbers(session: Session, scope: str, customer_id: UUID) -> WholeNumbers | None:
    """Give the numbers unmasked; call it only after `show_numbers` has logged the reason."""
    wanted = select(Customer.id_no, Customer.mobile).where(
        Customer.scope == scope, Customer.id == customer_id
    )
    row = session.execute(wanted).one_or_none()
    return None if row is None else WholeNumbers(row.id_no, row.mobile)


def holder_of(session: Session, scope: str, id_type: str, id_no: str) -> CustomerLine | None:
    """Find who already stands under an identity number (the strong key)."""
    wanted = (
        select(*_LINE)
        .where(Customer.scope == scope, Customer.id_no == id_no, Customer.id_type == id_type)
        .order_by(Customer.id)
        .limit(1)
    )
    row = session.execute(wanted).one_or_none()
    return None if row is None else _line(row)


def similar_organisations(
    session: Session, scope: str, name_key: str, region: str
) -> tuple[CustomerLine, ...]:
    """Find organisations with the same weak key: normalised name and region."""
    return _lines(
        session,
        Customer.scope == scope,
        Customer.name_key == name_key,
        Customer.party == "organisation",
        where_from() == region,
    )


def where_from() -> ColumnElement[str]:
    """Give the place of an organisation's address, else the one its number was given in."""
    return func.coalesce(func.nullif(Customer.region, ""), func.substr(Customer.id_no, 3, 6))


def similar_people(
    session: Session, scope: str, *, name: str, sex: str, birth: date | None, mobile: str
) -> tuple[CustomerLine, ...]:
    """Find people with the same weak key: name, birth, sex and mobile."""
    return _lines(
        session,
        Customer.scope == scope,
        Customer.search_name == search_form(name),
        Customer.party == "person",
        Customer.sex == sex,
        Customer.birth == birth,
        Customer.mobile == mobile,
    )


def strong_doubles(session: Session, scope: str) -> tuple[tuple[CustomerLine, ...], ...]:
    """Give the groups of customers under one identity number, to be merged by a person."""
    doubled = (
        select(Customer.id_no, Customer.id_type)
        .where(Customer.scope == scope)
        .group_by(Customer.id_no, Customer.id_type)
        .having(func.count() > 1)
        .order_by(Customer.id_no, Customer.id_type)
    )
    return tuple(
        _lines(
            session,
            Customer.scope == scope,
            Customer.id_no == row.id_no,
            Customer.id_type == row.id_type,
        )
        for row in session.execute(doubled).all()
    )


def _lines(session: Session, *conditions: ColumnElement[bool]) -> tuple[CustomerLine, ...]:
    wanted = select(*_LINE).where(*conditions).order_by(Customer.search_name, Customer.id)
    return tuple(map(_line, session.execute(wanted)))


def _line(row: Row[*tuple[Any, ...]] | Customer) -> CustomerLine:
    public = row.id_type == CREDIT_CODE
    return CustomerLine(
        id=row.id,
        party=row.party,
        name=row.name,
        id_type=row.id_type,
        id_no=row.id_no if public else masked_id(row.id_no),
        mobile=masked_mobile(row.mobile),
    )


def _contacts(session: Session, scope: str, customer_id: UUID) -> tuple[ContactLine, ...]:
    wanted = (
        select(Contact)
        .where(Contact.scope == scope, Contact.customer_id == customer_id)
        .order_by(Contact.search_name, Contact.id)
    )
    contacts: Sequence[Contact] = session.scalars(wanted).all()
    return tuple(
        ContactLine(
            id=contact.id,
            role=contact.role,
            name=contact.name,
            id_type=contact.id_type,
            id_no=masked_id(contact.id_no),
            mobile=masked_mobile(contact.mobile),
            email=contact.email,
        )
        for contact in contacts
    )


def contacts_whole(session: Session, scope: str, customer_id: UUID) -> Sequence[Contact]:
    """Give the contacts of a customer with their whole numbers, for verbs; screens get cards."""
    wanted = select(Contact).where(Contact.scope == scope, Contact.customer_id == customer_id)
    return session.scalars(wanted.order_by(Contact.id)).all()


def further_facts(session: Session, scope: str, customer_id: UUID) -> tuple[FurtherFact, ...]:
    """Give what a customer answered in further fields, empty ones left out, by key."""
    wanted = (
        select(CustomerFurther)
        .where(CustomerFurther.scope == scope, CustomerFurther.customer_id == customer_id)
        .order_by(CustomerFurther.field)
    )
    rows = session.scalars(wanted).all()
    return tuple(FurtherFact(row.field, row.kind, row.value) for row in rows if row.value)


def former_values(
    session: Session, scope: str, customer_id: UUID, field: str, *, limit: int = 20
) -> tuple[FormerValue, ...]:
    """Give what a field held before, newest first."""
    wanted = (
        select(CustomerChange)
        .where(
            CustomerChange.scope == scope,
            CustomerChange.customer_id == customer_id,
            CustomerChange.field == field,
        )
        .order_by(CustomerChange.at.desc(), CustomerChange.id.desc())
        .limit(limit)
    )
    return tuple(FormerValue(row.before, row.at, row.person) for row in session.scalars(wanted))
