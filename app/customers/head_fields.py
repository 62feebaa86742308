"""What head office fills in at a customer of a branch: the fields of the form that it owns.

The customer, its fields and its timeline stay in the branch's scope; who acts belongs to an office
above it. The branch reads them, and its own verbs never touch them (app.customers.further).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.customers.actions import covered, named, write_event
from app.customers.further import (
    FORM_OF,
    Forms,
    FurtherValue,
    change_further,
    no_forms,
    note_change,
)
from app.customers.queries import further_facts
from app.customers.records import Customer, CustomerChange, CustomerFurther
from app.customers.rules.fields import label
from app.customers.rules.text import check_line
from app.kit.errors.base import BranchError
from app.kit.errors.customers import customer_unknown, field_not_taken, office_not_above
from app.kit.words import t
from app.store.session import Session
from app.store.work import Changes, Work


@dataclass(frozen=True)
class FillHeadFields:
    """Fill in fields that head office owns; ``scope`` is the office of the customer."""

    customer_id: UUID
    event_id: UUID
    scope: str
    values: tuple[FurtherValue, ...]
    """The fields that change, each as app.packs.form_values keeps it; the empty text clears one."""
    reason: str = ""


def fill_head_fields(work: Work, order: FillHeadFields, *, forms: Forms = no_forms) -> Changes:
    """Fill in head office's fields of a customer; the timeline names them, not their values.

    What each held before is kept with person and time (`CustomerChange`), in the branch's scope.
    Raises BranchError E-CUSTOMER-OFFICE where the customer's office is not below the person's,
    E-CUSTOMER-UNKNOWN, E-CUSTOMER-FIELD for a field the branch fills or nobody asks for and for a
    value that does not fit, E-FORM-RULE.
    """
    if not order.scope.startswith(f"{work.scope}."):
        raise BranchError(office_not_above())
    customer = work.session.get(Customer, (order.scope, order.customer_id))
    if customer is None:
        raise BranchError(customer_unknown())
    held = {one.key: one.value for one in further_facts(work.session, order.scope, customer.id)}
    edits = {one.key: one.value for one in order.values}
    rows = change_further(work, customer, edits, forms, theirs=True)
    changes = [
        note_change(
            work, customer, order.event_id, row.field, covered(row, held.get(row.field, ""))
        )
        for row in rows
    ]
    event = write_event(
        work,
        order.event_id,
        customer.id,
        "customers.head_fields_filled",
        t(
            "Filled in by head office: {fields}. {reason}",
            fields=named(edits, customer, forms),
            reason=_reason(order.reason),
        ),
        scope=order.scope,
    )
    return Changes.of(customer, *rows, *changes, event)


def owned_by_head_office(
    session: Session, forms: Forms, scope: str, row_id: UUID, kind: str, fresh: Mapping[str, object]
) -> bool:
    """Say whether an edit of a row touches a field head office owns; ``fresh`` is what it writes.

    Head office asks this of rows that come from branches: an answer (`CustomerFurther`) by its own
    field and by that of the row it would change, and a former value (`CustomerChange`) as well. The
    form is that of the customer; of one who is not there, every form of customers is asked.
    """
    row: CustomerFurther | CustomerChange | None
    if kind == CustomerFurther.__tablename__:
        row = session.get(CustomerFurther, (scope, row_id))
    elif kind == CustomerChange.__tablename__:
        row = session.get(CustomerChange, (scope, row_id))
    else:
        return False
    keys = {str(fresh.get("field", "")), row.field if row is not None else ""}
    said = fresh.get("customer_id")
    customers = {UUID(hex=said)} if isinstance(said, str) else set[UUID]()
    customers |= {row.customer_id} if row is not None else set()
    parties = {found.party for one in customers if (found := session.get(Customer, (scope, one)))}
    asked = [forms(FORM_OF[party]) for party in parties or FORM_OF if party in FORM_OF]
    return any(
        field.theirs and field.key in keys
        for form in asked
        if form is not None
        for field in form.fields
    )


def _reason(typed: str) -> str:
    check = check_line(typed)
    if check.reason is not None:
        raise BranchError(field_not_taken(label("reason"), check.reason))
    return check.value
