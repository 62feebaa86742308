"""The fields head office added to the forms of customers: taken, reckoned, changed, read.

What the program itself asks for stands in columns of the customer; everything else of a form is a
row of `CustomerFurther`, checked against the form in force at this end.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.customers.queries import contacts_whole, further_facts
from app.customers.records import Contact, Customer, CustomerChange, CustomerFurther
from app.customers.rules.credit_code import check_credit_code
from app.customers.rules.id_types import RESIDENT_CARD, check_id_number
from app.customers.rules.masking import masked_id, masked_mobile
from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError
from app.kit.errors.customers import field_not_taken
from app.kit.ids import derived_id
from app.kit.words import Text, t
from app.packs.form_judging import hold_to_needs, hold_to_rules
from app.packs.form_kinds import Kind, Value
from app.packs.form_needs import NEEDS, ORGANISATION, PERSON
from app.packs.form_sums import reckon
from app.packs.form_values import kept_address, kept_text, kept_value, wrong_with
from app.packs.forms import FieldSpec, FormSpec, in_order
from app.store.work import Work

Forms = Callable[[str], FormSpec | None]
"""Gives the form in force by its id; None where this end has none."""

FORM_OF = {"organisation": ORGANISATION, "person": PERSON}
"""Which form a customer is taken up with, by party."""


def no_forms(_form_id: str) -> FormSpec | None:
    """Stand for an end without forms: it takes no further field."""
    return None


@dataclass(frozen=True)
class FurtherValue:
    """A further field as typed: its key and its value as app.packs.form_values keeps it."""

    key: str
    value: str


def further_rows(
    work: Work,
    customer: Customer,
    given: Sequence[FurtherValue],
    forms: Forms,
    *,
    contacts: Sequence[Contact] = (),
) -> tuple[CustomerFurther, ...]:
    """Make the rows of a new customer's further fields, the reckoned ones among them.

    Raises BranchError E-CUSTOMER-FIELD for a field the form in force does not ask for, one head
    office fills, and a value that does not fit; E-FORM-RULE where the fields, all of them together,
    do not keep the form's rules or one it needs is empty.
    """
    form = forms(FORM_OF[customer.party])
    values = {one.key: one.value for one in given}
    if form is None:
        if values:
            raise BranchError(field_not_taken(*not_asked(next(iter(values)))))
        return ()
    for key, value in values.items():
        _check(work, form, key, value)
    columns = _columns(form, customer, contacts)
    values |= reckoned(form, columns, values)
    whole = columns | kept_values(form, values)
    hold_to_needs(asked_beside(form), whole)
    hold_to_rules(form, whole)
    asked = {field.key: field for field in form.further()}
    return tuple(
        _new_row(customer, asked[key], form, value) for key, value in values.items() if value
    )


def change_further(
    work: Work,
    customer: Customer,
    edits: Mapping[str, str],
    forms: Forms,
    *,
    touched: Collection[str] = (),
    theirs: bool = False,
) -> tuple[CustomerFurther, ...]:
    """Change further fields and what is reckoned from anything; gives the rows it wrote.

    ``touched`` names the columns that were changed before; rules over them and over the fields
    changed here must hold. ``theirs``: head office fills its own fields in, and only those. Raises
    BranchError as `further_rows`.
    """
    form = forms(FORM_OF[customer.party])
    if form is None:
        if edits:
            raise BranchError(field_not_taken(*not_asked(next(iter(edits)))))
        return ()
    for key, value in edits.items():
        _check(work, form, key, value, theirs=theirs)
    held = {one.key: one.value for one in further_facts(work.session, customer.scope, customer.id)}
    fresh = dict(edits)
    columns = _columns(form, customer, contacts_whole(work.session, customer.scope, customer.id))
    fresh |= reckoned(form, columns, held | fresh)
    whole, new = columns | kept_values(form, held | fresh), {*touched, *edits}
    hold_to_needs([field for field in asked_beside(form) if field.key in new], whole)
    hold_to_rules(form, whole, new)
    changed = {key: value for key, value in fresh.items() if value != held.get(key, "")}
    fields = {field.key: field for field in form.further()}
    return tuple(_put(work, customer, fields[key], form, value) for key, value in changed.items())


def note_change(
    work: Work, customer: Customer, event_id: UUID, field: str, before: str
) -> CustomerChange:
    """Keep what a field held until now, at the event that changed it."""
    change = CustomerChange(
        scope=customer.scope,
        id=derived_id("customer_change", event_id.hex, field),
        customer_id=customer.id,
        field=field,
        before=before,
        at=work.at,
        person=work.actor.person,
    )
    work.session.add(change)
    return change


def shown_before(customer: Customer, field: str) -> str:
    """Give what a column of a customer holds now as a text to keep; numbers of people masked."""
    if field == "address":
        return kept_address(customer.region, customer.address)
    value = getattr(customer, field)
    if field == "id_no" and customer.party == "person":
        return masked_id(customer.id_no)
    return masked_mobile(customer.mobile) if field == "mobile" else kept_text(value)


def not_taken(
    work: Work, form: FormSpec, key: str, value: str, *, theirs: bool = False
) -> tuple[Text, Text] | None:
    """Say why a form does not take a further value, with the field's name; None where it does.

    Who owns a field is asked of the act (``theirs``), never of the end it runs at: head office runs
    the acts of branches too.
    """
    field = next((one for one in form.further() if one.key == key), None)
    if field is None or field.computed is not None:
        return not_asked(key)
    if field.theirs != theirs:
        return field.label, t("the branch fills it.") if theirs else t("head office fills it.")
    reason = wrong_with(field, value) or _number_wrong(work, field, value)
    return None if reason is None else (field.label, reason)


def not_asked(key: str) -> tuple[Text, Text]:
    """Say that no form here asks for a field."""
    return t("{code}", code=key[:40]), t("the form here does not ask for it.")


def _check(work: Work, form: FormSpec, key: str, value: str, *, theirs: bool = False) -> None:
    refused = not_taken(work, form, key, value, theirs=theirs)
    if refused is not None:
        raise BranchError(field_not_taken(*refused))


def _number_wrong(work: Work, field: FieldSpec, value: str) -> Text | None:
    """Check numbers that check themselves, as the program does with its own."""
    if value and field.kind is Kind.USCC:
        found = check_credit_code(value, final=True)
    elif value and field.kind is Kind.ID_NUMBER:
        today = work.at.astimezone(SHANGHAI).date()
        found = check_id_number(RESIDENT_CARD, value, today, final=True)
    else:
        return None
    return None if found.stands else found.reason


def asked_beside(form: FormSpec) -> tuple[FieldSpec, ...]:
    """Give the fields a form may do without as far as the program goes."""
    return tuple(field for field in form.fields if field.key not in NEEDS[form.origin.id].must)


def _columns(form: FormSpec, customer: Customer, contacts: Sequence[Contact]) -> dict[str, Value]:
    """Give what the form's own fields hold in the columns of a customer and of its operator."""
    named: dict[str, Value] = {
        field.key: getattr(customer, field.key)
        for field in form.fields
        if hasattr(customer, field.key)
    }
    if "address" in named:
        named["address"] = kept_address(customer.region, customer.address) or None
    if customer.party == "organisation":
        named["credit_code"] = customer.id_no
        operator = next((one for one in contacts if one.role == "operator"), None)
        said = (operator.name, operator.id_no, operator.mobile) if operator else ("", "", "")
        named |= dict(zip(("operator", "operator_id", "mobile"), said, strict=True))
    return {field.key: named[field.key] for field in form.fields if field.key in named}


def kept_values(form: FormSpec, kept: Mapping[str, str]) -> dict[str, Value]:
    """Read kept texts by the kinds of a form; what it does not ask for is left out."""
    kinds = {field.key: field.kind for field in form.fields}
    return {key: kept_value(kinds[key], text) for key, text in kept.items() if key in kinds}


def reckoned(
    form: FormSpec, columns: Mapping[str, Value], kept: Mapping[str, str]
) -> dict[str, str]:
    """Reckon every computed field from what stands in columns and what is kept beside them."""
    kinds = {field.key: field.kind for field in form.fields}
    labels = {field.key: field.label for field in form.fields}
    values = {**columns, **kept_values(form, kept)}
    answers = {}
    for field in in_order(form):
        assert field.computed is not None
        values[field.key] = reckon(field.computed, field.kind, values, kinds, labels).value
        answers[field.key] = kept_text(values[field.key])
    return answers


def _put(
    work: Work, customer: Customer, field: FieldSpec, form: FormSpec, value: str
) -> CustomerFurther:
    place = (customer.scope, _row_id(customer.id, field.key))
    row = work.session.get(CustomerFurther, place)
    if row is None:
        row = _new_row(customer, field, form, value)
        work.session.add(row)
        return row
    row.form, row.kind, row.value = form.origin.id, field.kind.value, value
    return row


def _new_row(customer: Customer, field: FieldSpec, form: FormSpec, value: str) -> CustomerFurther:
    return CustomerFurther(
        scope=customer.scope,
        id=_row_id(customer.id, field.key),
        customer_id=customer.id,
        field=field.key,
        form=form.origin.id,
        kind=field.kind.value,
        value=value,
    )


def _row_id(customer_id: UUID, key: str) -> UUID:
    return derived_id("customer_further", customer_id.hex, key)
