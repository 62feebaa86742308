"""Taking up a batch of customers that came in a file: the verb, and who stands here already.

A batch is many registrations in one unit of work: the same orders and checks as the form's, one
audit line, one mutation. It travels as a command: head office runs it again and its rows come back.
Two desks may have taken up the same customer while the line was down; head office then takes the
batch all the same, and the pair is merged by a person (`queries.strong_doubles`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.customers.actions import (
    CorrectCustomer,
    FieldEdit,
    RegisterOrganisation,
    RegisterPerson,
    change_fields,
    event_of,
    organisation_of,
    person_of,
)
from app.customers.records import Contact, Customer, CustomerEvent
from app.customers.rules.fields import listed
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.masking import masked_id
from app.customers.rules.names import NameWords
from app.kit.errors.base import BranchError
from app.kit.errors.customers import batch_empty, customer_double, customer_unknown
from app.kit.words import t
from app.store.bulk import made_like
from app.store.work import Changes, Work

Identity = tuple[str, str]
"""Kind of document and number: who is the same customer."""
FILLED = ("mobile", "email", "region", "address", "industry", "headcount",
          "legal_representative", "job")  # fmt: skip
"""Fields that may be filled in where they are empty; names and numbers never."""
_ASKED_AT_ONCE = 5_000


@dataclass(frozen=True)
class ImportCustomers:
    """One batch of a file; ``part`` of ``parts`` begins at 1. No two rows are the same customer."""

    file_name: str
    file_sha256: str
    part: int
    parts: int
    first: UUID
    """The first customer of the batch: whom its mutation is named after."""
    organisations: tuple[RegisterOrganisation, ...] = ()
    people: tuple[RegisterPerson, ...] = ()
    completed: tuple[CorrectCustomer, ...] = ()
    """Customers who are here already: their empty fields are filled in, no other is touched."""

    @property
    def mark(self) -> UUID:
        """A line of a timeline this batch writes: where it stands, the batch was taken.

        Raises BranchError E-IMPORT-EMPTY-BATCH where it names nobody.
        """
        for orders in (self.organisations, self.people, self.completed):
            if orders:
                return orders[0].event_id
        raise BranchError(batch_empty())

    @property
    def size(self) -> int:
        """How many customers it takes up or fills in."""
        return len(self.organisations) + len(self.people) + len(self.completed)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who stands under an identity: as told to a person, and which of FILLED are empty."""

    id: UUID
    name: str
    shown_no: str
    empty: frozenset[str]


def import_customers(work: Work, order: ImportCustomers, *, words: NameWords) -> Changes:
    """Take up a batch whole, or refuse it whole.

    Raises BranchError E-CUSTOMER-DOUBLE at a desk where somebody is here by now, and what the
    registrations raise: E-USCC-…, E-ID-…, E-MOBILE-…, E-CUSTOMER-FIELD, E-CUSTOMER-UNKNOWN.
    """
    taken: list[Customer] = []
    others: list[Contact] = []
    for organisation in order.organisations:
        customer, *contacts = organisation_of(work, organisation, words=words)
        taken.append(customer)
        others += contacts
    taken += [person_of(work, person) for person in order.people]
    if work.side == "branch":
        _refuse_doubles(work, taken)
    work.add_many([*taken, *others, *_lines(work, order)])
    filled = _fill(work, order.completed, words)
    return Changes.of(*taken, *filled)


def holders_of(
    session: Session, scope: str, identities: Iterable[Identity]
) -> Mapping[Identity, Holder]:
    """Find who stands here under these identities; the first registered where there are two."""
    numbers = sorted({number for _, number in identities})
    found: dict[Identity, Holder] = {}
    for start in range(0, len(numbers), _ASKED_AT_ONCE):
        some = json.dumps(numbers[start : start + _ASKED_AT_ONCE])
        wanted = (
            select(*_HELD)
            .where(Customer.scope == scope)
            .where(Customer.id_no.in_(select(func.json_each(some).table_valued("value").c.value)))
        )  # put in order below: asked for in order of ids, SQLite would walk them all
        rows = session.execute(wanted).all()
        for row in sorted(rows, key=lambda row: row.id):
            found.setdefault((row.id_type, row.id_no), _holder(row))
    return found


def parts_taken(session: Session, scope: str, marks: Sequence[UUID]) -> int:
    """Count the batches that were taken, from the first on; they are taken in order."""
    taken = set[UUID]()
    for start in range(0, len(marks), 500):
        wanted = select(CustomerEvent.id).where(
            CustomerEvent.scope == scope, CustomerEvent.id.in_(marks[start : start + 500])
        )
        taken |= set(session.scalars(wanted))
    return next((n for n, mark in enumerate(marks) if mark not in taken), len(marks))


_HELD: tuple[ColumnElement[Any], ...] = tuple(
    getattr(Customer, name).expression for name in ("id", "name", "id_type", "id_no", *FILLED)
)


def _holder(row: Any) -> Holder:
    public = row.id_type == CREDIT_CODE
    return Holder(
        id=row.id,
        name=row.name,
        shown_no=row.id_no if public else masked_id(row.id_no),
        empty=frozenset(field for field in FILLED if getattr(row, field) in ("", None)),
    )


def _lines(work: Work, order: ImportCustomers) -> list[CustomerEvent]:
    """Make the line in the timeline of each customer taken up; its sentence is spelled once."""
    said = t("Registered from the file {file}.", file=order.file_name[:80])
    new = [(one.event_id, one.customer_id) for one in order.organisations]
    new += [(one.event_id, one.customer_id) for one in order.people]
    if not new:
        return []
    line = event_of(work, *new[0], "customers.imported", said)
    return [made_like(line, id=id, customer_id=customer) for id, customer in new]


def _refuse_doubles(work: Work, taken: Sequence[Customer]) -> None:
    here = holders_of(work.session, work.scope, [(one.id_type, one.id_no) for one in taken])
    for holder in here.values():
        raise BranchError(customer_double(holder.name, holder.shown_no))


def _fill(work: Work, orders: Sequence[CorrectCustomer], words: NameWords) -> list[Customer]:
    """Fill in what is empty now; somebody may have filled it since the file was read."""
    filled: list[Customer] = []
    for order in orders:
        customer = work.session.get(Customer, (work.scope, order.customer_id))
        if customer is None:
            raise BranchError(customer_unknown())
        edits = [edit for edit in order.edits if _open(customer, edit)]
        change_fields(work, customer, edits, words=words)
        fields = listed(sorted(edit.field for edit in edits))
        said = t("Filled in from a file: {fields}.", fields=fields)
        if not edits:
            said = t("A file had nothing that was still to be filled in.")
        event = event_of(work, order.event_id, customer.id, "customers.completed", said)
        work.session.add(event)
        filled.append(customer)
    return filled


def _open(customer: Customer, edit: FieldEdit) -> bool:
    return edit.field in FILLED and getattr(customer, edit.field) in ("", None)
