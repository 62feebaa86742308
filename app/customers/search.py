"""Finding customers by what is typed: a name in signs or Latin letters, last places of a number."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.customers.records import Contact, Customer
from app.customers.rules.check import normalised
from app.customers.rules.masking import STAR
from app.customers.rules.names import search_form
from app.store.search.asking import Mark, find
from app.store.types import id_of

TAIL = 4
"""Places of a number's indexed tail."""


def customers_found(
    session: Session, scope: str, typed: str, *, limit: int = 50
) -> tuple[UUID, ...]:
    """Give the customers of an office that fit what was typed, best first.

    Last places of a number (four or more), names that begin so, names that hold it or are spelled
    so in Latin letters, then organisations with a contact that fits.
    """
    name = search_form(typed)
    if not name:
        return ()
    found: dict[UUID, None] = {}
    for id in _all_ways(session, scope, typed, name, limit):
        found[id] = None
        if len(found) == limit:
            break
    return tuple(found)


def tail_marks(shown: str, typed: str) -> tuple[Mark, ...]:
    """Give the end of a shown number that was typed, as far as a masked number shows it."""
    number, tail = normalised(typed), shown.rpartition(STAR)[2]
    same = number if tail.endswith(number) else tail if number.endswith(tail) else ""
    return ((len(shown) - len(same), len(shown)),) if len(number) >= TAIL and same else ()


def _all_ways(session: Session, scope: str, typed: str, name: str, limit: int) -> Iterator[UUID]:
    yield from _by_number(session, scope, normalised(typed), limit)
    begins = (
        select(Customer.id)
        .where(Customer.scope == scope, *_begins(name))
        .order_by(Customer.search_name, Customer.id)
        .limit(limit)
    )
    if not name.isascii():
        yield from session.scalars(begins)
    yield from find(session, Customer, scope, typed, limit=limit)
    yield from _of_contacts(session, scope, find(session, Contact, scope, typed, limit=limit))


def _begins(name: str) -> tuple[ColumnElement[bool], ...]:
    """Say that a name begins so, in a form the index of names answers (LIKE would walk it all)."""
    behind = f"{name}\U0010ffff"
    return Customer.search_name >= name, Customer.search_name < behind


def _by_number(session: Session, scope: str, number: str, limit: int) -> Iterator[UUID]:
    """Look a number up by its last four places, which are indexed, and compare the rest."""
    if len(number) < TAIL or not (number.isascii() and number.isalnum()):
        return
    yield from _ending(session, "customer", "id_tail", "id_no", scope, number, limit)
    if number.isdigit():
        yield from _ending(session, "customer", "mobile_tail", "mobile", scope, number, limit)
        contacts = _ending(
            session, "customer_contact", "mobile_tail", "mobile", scope, number, limit
        )
        yield from _of_contacts(session, scope, tuple(contacts))


def _ending(
    session: Session, table: str, tail: str, number: str, scope: str, typed: str, limit: int
) -> Iterator[UUID]:
    """Give who has a number that ends so, by name; the driver is asked, it is asked at each key."""
    rows = session.connection().exec_driver_sql(
        f"SELECT search_name, id FROM {table} WHERE scope=? AND {tail}=?"  # noqa: S608 - our names
        f" AND substr({number}, ?)=? LIMIT ?",
        (scope, typed[-TAIL:], -len(typed), typed, limit),
    )
    for _, id in sorted(map(tuple, rows)):
        yield id_of(id)


def _of_contacts(session: Session, scope: str, contacts: tuple[UUID, ...]) -> Iterator[UUID]:
    """Give the organisations some contacts speak for."""
    if contacts:
        wanted = select(Contact.customer_id).where(Contact.scope == scope, Contact.id.in_(contacts))
        own = select(Customer.id).where(Customer.scope == scope, Customer.id.in_(wanted))
        yield from sorted(session.scalars(own))
