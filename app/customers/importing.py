"""Taking up a batch of customers that came in a file: the verb, and who stands here already.

A batch is many registrations in one unit of work: the same orders and checks as the form's, one
audit line, one mutation. It travels as a command: head office runs it again and its rows come back.
Two desks may have taken up the same customer while the line was down; head office then takes the
batch all the same, and the pair is merged by a person (`queries.strong_doubles`). What is wrong
with a batch is said of each of its rows (`PartsRefused`), so that those can be left out of it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
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
from app.customers.further import FORM_OF, Forms, further_rows, no_forms
from app.customers.importing_form import asks_more
from app.customers.importing_likeness import shown_number
from app.customers.records import Contact, Customer, CustomerEvent, CustomerFurther
from app.customers.rules.fields import listed
from app.customers.rules.names import NameWords
from app.kit.errors.base import BranchError, Problem
from app.kit.errors.customers import batch_empty, customer_double, customer_unknown
from app.kit.errors.parts import PartsRefused
from app.kit.words import t
from app.store.bulk import made_like
from app.store.chunks import in_parts
from app.store.work import Changes, Work

Identity = tuple[str, str]
"""Kind of document and number: who is the same customer."""
FILLED = ("mobile", "email", "region", "address", "industry", "headcount",
          "legal_representative", "job")  # fmt: skip
"""Fields that may be filled in where they are empty; names and numbers never."""
_ASKED_AT_ONCE = 5_000


Row = RegisterOrganisation | RegisterPerson | CorrectCustomer


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
    def size(self) -> int:
        """How many customers it takes up or fills in."""
        return len(self.organisations) + len(self.people) + len(self.completed)

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The customers it takes up or fills in."""
        return tuple(one.customer_id for one in self.rows)

    @property
    def lines(self) -> tuple[UUID, ...]:
        """The lines of timelines it writes: where one of them stands, the batch was taken."""
        return tuple(one.event_id for one in self.rows)

    @property
    def rows(self) -> "tuple[Row, ...]":
        """The order of each customer."""
        return (*self.organisations, *self.people, *self.completed)

    def only(self, ids: Collection[UUID]) -> "ImportCustomers":
        """Give the same batch with these customers alone, ids and all."""
        kept = replace(
            self,
            organisations=tuple(one for one in self.organisations if one.customer_id in ids),
            people=tuple(one for one in self.people if one.customer_id in ids),
            completed=tuple(one for one in self.completed if one.customer_id in ids),
        )
        return replace(kept, first=kept.rows[0].customer_id) if kept.size else kept


@dataclass(frozen=True)
class BatchTaken:
    """What became of a batch: what was taken up of it, and how many of its rows were refused."""

    order: ImportCustomers
    refused: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Who stands under an identity: as told to a person, and which of FILLED are empty."""

    id: UUID
    name: str
    shown_no: str
    empty: frozenset[str]


def import_customers(
    work: Work, order: ImportCustomers, *, words: NameWords, forms: Forms = no_forms
) -> Changes:
    """Take up a batch whole, or refuse it whole and say what is wrong with each row.

    Raises PartsRefused with E-CUSTOMER-DOUBLE for who is here by now (at a desk), and with what the
    registrations raise: E-USCC-…, E-ID-…, E-MOBILE-…, E-CUSTOMER-FIELD, E-FORM-RULE,
    E-CUSTOMER-UNKNOWN. Raises BranchError E-IMPORT-EMPTY-BATCH where it names nobody.
    """
    if not order.size:
        raise BranchError(batch_empty())
    taking = _Taking(work, words, forms)
    for one in order.organisations:
        taking.attempt(one.customer_id, partial(taking.organisation, one))
    for person in order.people:
        taking.attempt(person.customer_id, partial(taking.person, person))
    if work.side == "branch":
        taking.refuse_doubles()
    filled: list[Customer] = []
    for completed in order.completed:
        taking.attempt(completed.customer_id, partial(_fill, work, completed, words, filled))
    if taking.refused:
        raise PartsRefused(taking.refused)
    work.add_many([*taking.taken, *taking.beside, *_lines(work, order)])
    return Changes.of(*taking.taken, *filled)


class _Taking:
    """The rows of a batch while they are made, and what is wrong with some."""

    def __init__(self, work: Work, words: NameWords, forms: Forms) -> None:
        self._work, self._words, self._forms = work, words, forms
        self._asking = {party: asks_more(forms(form)) for party, form in FORM_OF.items()}
        self.taken: list[Customer] = []
        self.beside: list[Contact | CustomerFurther] = []
        self.refused: dict[UUID, Problem] = {}

    def attempt(self, customer_id: UUID, act: Callable[[], None]) -> None:
        """Do what belongs to one customer; note why it cannot be done."""
        try:
            act()
        except BranchError as refused:
            self.refused[customer_id] = refused.problem

    def organisation(self, said: RegisterOrganisation) -> None:
        """Make the rows of an organisation."""
        customer, *contacts = organisation_of(self._work, said, words=self._words)
        self._further(customer, said, contacts)
        self.taken.append(customer)
        self.beside += contacts

    def person(self, said: RegisterPerson) -> None:
        """Make the row of a person."""
        customer = person_of(self._work, said)
        self._further(customer, said, ())
        self.taken.append(customer)

    def _further(
        self,
        customer: Customer,
        said: RegisterOrganisation | RegisterPerson,
        contacts: Sequence[Contact],
    ) -> None:
        if said.further or self._asking[customer.party]:
            self.beside += further_rows(
                self._work, customer, said.further, self._forms, contacts=contacts
            )

    def refuse_doubles(self) -> None:
        """Refuse who stands here under the same number."""
        work = self._work
        identities = [(one.id_type, one.id_no) for one in self.taken]
        here = holders_of(work.session, work.scope, identities)
        if here:
            for one in self.taken:
                holder = here.get((one.id_type, one.id_no))
                if holder is not None:
                    self.refused[one.id] = customer_double(holder.name, holder.shown_no)


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


def parts_taken(session: Session, scope: str, parts: Sequence[Sequence[UUID]]) -> tuple[bool, ...]:
    """Say of each batch, by the lines it writes into timelines, whether it was taken.

    Any of its lines proves it: a batch is taken whole, but for rows that were refused.
    """
    return tuple(_any_line(session, scope, lines) for lines in parts)


def _any_line(session: Session, scope: str, lines: Sequence[UUID]) -> bool:
    for some in in_parts(lines):
        wanted = select(CustomerEvent.id).where(
            CustomerEvent.scope == scope, CustomerEvent.id.in_(some)
        )
        if session.scalar(wanted.limit(1)) is not None:
            return True
    return False


def customers_here(session: Session, scope: str, ids: Collection[UUID]) -> set[UUID]:
    """Say which of these customers stand here."""
    found: set[UUID] = set()
    for some in in_parts(list(ids)):
        wanted = select(Customer.id).where(Customer.scope == scope, Customer.id.in_(some))
        found |= set(session.scalars(wanted))
    return found


_HELD: tuple[ColumnElement[Any], ...] = tuple(
    getattr(Customer, name).expression for name in ("id", "name", "id_type", "id_no", *FILLED)
)


def _holder(row: Any) -> Holder:
    return Holder(
        id=row.id,
        name=row.name,
        shown_no=shown_number(row.id_type, row.id_no),
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


def _fill(work: Work, order: CorrectCustomer, words: NameWords, filled: list[Customer]) -> None:
    """Fill in what is empty now; somebody may have filled it since the file was read."""
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


def _open(customer: Customer, edit: FieldEdit) -> bool:
    return edit.field in FILLED and getattr(customer, edit.field) in ("", None)
