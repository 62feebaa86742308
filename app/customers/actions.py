"""What a clerk does with customers; every act leaves a line in the customer's timeline.

A strong duplicate (same identity number) is refused with the one that is there; near-duplicates
come back as warnings, because only a person can tell.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast
from uuid import UUID

from app.customers.further import (
    FORM_OF,
    Forms,
    FurtherValue,
    change_further,
    further_rows,
    no_forms,
    note_change,
    shown_before,
)
from app.customers.queries import (
    CustomerLine,
    further_facts,
    holder_of,
    similar_organisations,
    similar_people,
)
from app.customers.records import Contact, Customer, CustomerEvent, CustomerFurther
from app.customers.rules.addresses import is_place_code, registered_at
from app.customers.rules.check import Check
from app.customers.rules.credit_code import check_credit_code
from app.customers.rules.fields import label
from app.customers.rules.id_types import CREDIT_CODE, LABELS, RESIDENT_CARDS, check_id_number
from app.customers.rules.masking import masked_id, masked_mobile
from app.customers.rules.mobile import check_mobile
from app.customers.rules.names import NameWords, organisation_key, search_form
from app.customers.rules.resident_id import Sex
from app.customers.rules.sentences import stored_values
from app.customers.rules.text import check_line
from app.kit.calendar import SHANGHAI
from app.kit.errors.base import BranchError
from app.kit.errors.customers import (
    customer_double,
    customer_unknown,
    field_not_taken,
    identifier_wrong,
)
from app.kit.words import Text, t
from app.kit.written import joined
from app.packs.form_kinds import Kind
from app.store.bulk import made
from app.store.work import Changes, Work

LONGEST_NOTE = 4_000
TAIL = 4


@dataclass(frozen=True)
class ContactDetails:
    """A person who speaks for the organisation, in one of the `ROLES`."""

    contact_id: UUID
    role: str
    name: str
    id_type: str = ""
    id_no: str = ""
    mobile: str = ""
    email: str = ""


@dataclass(frozen=True)
class RegisterOrganisation:
    """Take up an organisation; ``region`` is the code of the place of its address."""

    customer_id: UUID
    event_id: UUID
    name: str
    credit_code: str
    region: str = ""
    address: str = ""
    industry: str = ""
    headcount: int | None = None
    legal_representative: str = ""
    contacts: tuple[ContactDetails, ...] = ()
    further: tuple[FurtherValue, ...] = ()
    """The fields head office added to the form."""


@dataclass(frozen=True)
class RegisterPerson:
    """Take up a person; a resident number says sex and birth by itself, they must agree."""

    customer_id: UUID
    event_id: UUID
    name: str
    id_type: str
    id_no: str
    sex: str
    birth: date
    mobile: str = ""
    email: str = ""
    region: str = ""
    address: str = ""
    job: str = ""
    further: tuple[FurtherValue, ...] = ()


@dataclass(frozen=True)
class FieldEdit:
    """One field typed anew, as text: one of `_edit`, or one head office added to the form."""

    field: str
    value: str


@dataclass(frozen=True)
class CorrectCustomer:
    """Change fields of a customer; what is not named stays."""

    customer_id: UUID
    event_id: UUID
    edits: tuple[FieldEdit, ...]
    reason: str = ""


@dataclass(frozen=True)
class AddContact:
    """Add a contact to a customer."""

    customer_id: UUID
    event_id: UUID
    contact: ContactDetails


@dataclass(frozen=True)
class AddNote:
    """Write a note into a customer's timeline."""

    customer_id: UUID
    event_id: UUID
    text: str


@dataclass(frozen=True)
class ShowNumbers:
    """Ask to see a customer's numbers unmasked; the reason is kept."""

    customer_id: UUID
    event_id: UUID
    reason: str


def register_organisation(
    work: Work, order: RegisterOrganisation, *, words: NameWords, forms: Forms = no_forms
) -> Changes:
    """Take up an organisation with its contacts.

    Raises BranchError E-USCC-…, E-CUSTOMER-DOUBLE, E-CUSTOMER-FIELD, E-FORM-RULE, or E-ID-… for a
    contact.
    """
    customer, *contacts = organisation_of(work, order, words=words)
    _refuse_double(work, CREDIT_CODE, customer.id_no)
    region = customer.region or registered_at(customer.id_no)
    similar = similar_organisations(work.session, work.scope, customer.name_key, region)
    further = further_rows(work, customer, order.further, forms, contacts=contacts)
    work.session.add_all([customer, *contacts, *further])
    event = write_event(
        work, order.event_id, order.customer_id, "customers.registered", t("Registered.")
    )
    return Changes.of(customer, *contacts, *further, event, warnings=tuple(_near(similar)))


def register_person(work: Work, order: RegisterPerson, *, forms: Forms = no_forms) -> Changes:
    """Take up a person.

    Raises BranchError E-ID-…, E-MOBILE-…, E-CUSTOMER-DOUBLE, E-CUSTOMER-FIELD or E-FORM-RULE.
    """
    customer = person_of(work, order)
    _refuse_double(work, order.id_type, customer.id_no)
    similar = similar_people(
        work.session,
        work.scope,
        name=customer.name,
        sex=customer.sex,
        birth=customer.birth,
        mobile=customer.mobile,
    )
    further = further_rows(work, customer, order.further, forms)
    work.session.add_all([customer, *further])
    event = write_event(
        work, order.event_id, order.customer_id, "customers.registered", t("Registered.")
    )
    return Changes.of(customer, *further, event, warnings=tuple(_near(similar)))


def correct_customer(
    work: Work, order: CorrectCustomer, *, words: NameWords, forms: Forms = no_forms
) -> Changes:
    """Change fields; the timeline names them, not their values (they may be personal).

    What each field held before is kept beside it (`CustomerChange`), numbers of people masked.
    Raises BranchError E-CUSTOMER-UNKNOWN, E-CUSTOMER-FIELD, E-FORM-RULE, E-CUSTOMER-DOUBLE, E-ID-…
    or E-USCC-….
    """
    customer = _known(work, order.customer_id)
    known = tuple(edit for edit in order.edits if edit.field in COLUMNS)
    added = {edit.field: edit.value for edit in order.edits if edit.field not in COLUMNS}
    before = {edit.field: shown_before(customer, edit.field) for edit in known}
    edited = {edit.field for edit in order.edits}
    if {"region", "address"} <= edited:
        # One address: one former value, one name in the timeline.
        edited.discard("region")
        before.pop("region")
    held = {one.key: one.value for one in further_facts(work.session, work.scope, customer.id)}
    change_fields(work, customer, known, words=words)
    further = change_further(work, customer, added, forms, touched=[one.field for one in known])
    before |= {row.field: covered(row, held.get(row.field, "")) for row in further}
    changes = [
        note_change(work, customer, order.event_id, field, text)
        for field, text in sorted(before.items())
    ]
    fields = named(edited, customer, forms)
    text = t("Corrected: {fields}. {reason}", fields=fields, reason=_text("reason", order.reason))
    event = write_event(work, order.event_id, customer.id, "customers.corrected", text)
    return Changes.of(customer, *further, *changes, event)


def add_contact(work: Work, order: AddContact) -> Changes:
    """Add a contact.

    Raises BranchError E-CUSTOMER-UNKNOWN, E-CUSTOMER-FIELD, E-ID-… or E-MOBILE-….
    """
    customer = _known(work, order.customer_id)
    contact = _new_contact(work, customer.id, order.contact)
    work.session.add(contact)
    event = write_event(
        work, order.event_id, customer.id, "customers.contact_added", t("A contact was added.")
    )
    return Changes.of(contact, event)


def add_note(work: Work, order: AddNote) -> Changes:
    """Write a note; raises BranchError E-CUSTOMER-UNKNOWN or E-CUSTOMER-FIELD."""
    customer = _known(work, order.customer_id)
    text = order.text.strip()
    if not text or len(text) > LONGEST_NOTE:
        reason = t("a note has 1 to {n} signs.", n=LONGEST_NOTE)
        raise BranchError(field_not_taken(label("note"), reason))
    event = write_event(work, order.event_id, customer.id, "customers.note", t("{note}", note=text))
    return Changes.of(event)


def show_numbers(work: Work, order: ShowNumbers) -> Changes:
    """Log who wants to see the whole numbers, and why; `queries.whole_numbers` reads them then.

    Raises BranchError E-CUSTOMER-UNKNOWN, and E-CUSTOMER-FIELD without a reason.
    """
    customer = _known(work, order.customer_id)
    reason = _text("reason", order.reason)
    if not reason:
        raise BranchError(field_not_taken(label("reason"), t("it must be filled in.")))
    text = t("Numbers were shown in full: {reason}", reason=reason)
    event = write_event(work, order.event_id, customer.id, "customers.numbers_shown", text)
    return Changes.of(event)


def write_event(
    work: Work,
    event_id: UUID,
    customer_id: UUID,
    kind: str,
    text: Text,
    *,
    subject_kind: str = "",
    subject_id: UUID | None = None,
    scope: str = "",
) -> CustomerEvent:
    """Write a line into a customer's timeline; areas above call it with their own sentence.

    ``kind`` is ``"<area>.<event>"``; the values of the text are texts, whole numbers or sentences.
    ``event_id`` comes from the order, so branch and hub write the same row. ``scope`` is the office
    of the customer where somebody of another office acts.
    """
    event = event_of(
        work,
        event_id,
        customer_id,
        kind,
        text,
        subject_kind=subject_kind,
        subject_id=subject_id,
        scope=scope,
    )
    work.session.add(event)
    return event


def event_of(
    work: Work,
    event_id: UUID,
    customer_id: UUID,
    kind: str,
    text: Text,
    *,
    subject_kind: str = "",
    subject_id: UUID | None = None,
    scope: str = "",
) -> CustomerEvent:
    """Make a line of a timeline, in no session yet; `write_event` writes one."""
    return made(
        CustomerEvent,
        scope=scope or work.scope,
        id=event_id,
        customer_id=customer_id,
        kind=kind,
        msgid=text.msgid,
        values=stored_values(text),
        at=work.at,
        person=work.actor.person,
        subject_kind=subject_kind,
        subject_id=subject_id,
    )


def organisation_of(
    work: Work, said: RegisterOrganisation, *, words: NameWords
) -> tuple[Customer, *tuple[Contact, ...]]:
    """Make the rows of an organisation and its contacts, checked, in no session yet.

    Raises BranchError E-USCC-…, E-CUSTOMER-FIELD, or E-ID-… for a contact.
    """
    code = _right(check_credit_code(said.credit_code, final=True)).value
    name = _name(said.name)
    key = organisation_key(name, words)
    customer = _new_customer(
        work,
        said.customer_id,
        "organisation",
        name,
        key,
        CREDIT_CODE,
        code,
        checked=1,
        region=_place("region", said.region),
        address=_text("address", said.address),
        industry=_text("industry", said.industry),
        headcount=said.headcount,
        legal_representative=_text("legal_representative", said.legal_representative),
    )
    contacts = (_new_contact(work, said.customer_id, details) for details in said.contacts)
    return (customer, *contacts)


def person_of(work: Work, said: RegisterPerson) -> Customer:
    """Make the row of a person, checked, in no session yet.

    Raises BranchError E-ID-…, E-MOBILE-… or E-CUSTOMER-FIELD.
    """
    sex = _sex(said.sex)
    number = _right_number(work, said.id_type, said.id_no, sex=sex, birth=said.birth).value
    name, mobile = _name(said.name), _mobile(said.mobile)
    return _new_customer(
        work,
        said.customer_id,
        "person",
        name,
        search_form(name),
        said.id_type,
        number,
        checked=_level(said.id_type),
        sex=sex,
        birth=said.birth,
        mobile=mobile,
        mobile_tail=mobile[-TAIL:],
        email=_text("email", said.email),
        region=_place("region", said.region),
        address=_text("address", said.address),
        job=_text("job", said.job),
    )


def change_fields(
    work: Work, customer: Customer, edits: Iterable[FieldEdit], *, words: NameWords
) -> None:
    """Take edits into the row of a customer, then hold number, sex and birth against each other.

    Raises BranchError E-CUSTOMER-FIELD, E-CUSTOMER-DOUBLE, E-ID-…, E-USCC-… or E-MOBILE-….
    """
    for edit in edits:
        _edit(work, customer, edit, words)
    _agree_with_number(work, customer)


def _new_customer(
    work: Work,
    customer_id: UUID,
    party: str,
    name: str,
    key: str,
    id_type: str,
    id_no: str,
    **more: object,
) -> Customer:
    fields: dict[str, object] = {
        "scope": work.scope,
        "id": customer_id,
        "party": party,
        "name": name,
        "search_name": search_form(name),
        "name_key": key,
        "id_type": id_type,
        "id_no": id_no,
        "id_tail": id_no[-TAIL:],
        **_NOTHING_MORE,
        **more,
    }
    return made(Customer, **fields)


_NOTHING_MORE: Mapping[str, object] = {
    "sex": "",
    "birth": None,
    "checked": 0,
    "mobile": "",
    "mobile_tail": "",
    "email": "",
    "region": "",
    "address": "",
    "industry": "",
    "headcount": None,
    "legal_representative": "",
    "job": "",
}
"""What stands in a customer of whom nothing more is known than name and number."""


def _new_contact(work: Work, customer_id: UUID, details: ContactDetails) -> Contact:
    if details.role not in ROLES:
        reason = t("“{role}” is not a role of a contact.", role=details.role[:40])
        raise BranchError(field_not_taken(label("role"), reason))
    number = ""
    if details.id_no or details.role == "operator":
        number = _right_number(work, details.id_type, details.id_no).value
    name, mobile = _name(details.name), _mobile(details.mobile)
    return made(
        Contact,
        scope=work.scope,
        id=details.contact_id,
        customer_id=customer_id,
        role=details.role,
        name=name,
        search_name=search_form(name),
        id_type=details.id_type,
        id_no=number,
        mobile=mobile,
        mobile_tail=mobile[-TAIL:],
        email=_text("email", details.email),
    )


ROLES = frozenset({"operator", "contact", "finance"})
"""Roles of a contact; the operator signs for the organisation and must show a document."""


def _known(work: Work, customer_id: UUID) -> Customer:
    customer = work.session.get(Customer, (work.scope, customer_id))
    if customer is None:
        raise BranchError(customer_unknown())
    return customer


def _refuse_double(work: Work, id_type: str, number: str, besides: UUID | None = None) -> None:
    holder = holder_of(work.session, work.scope, id_type, number)
    if holder is not None and holder.id != besides:
        shown = number if id_type == CREDIT_CODE else masked_id(number)
        raise BranchError(customer_double(holder.name, shown))


def _right(check: Check) -> Check:
    if not check.stands:
        raise BranchError(identifier_wrong(check.code, check.reason or t("The number is wrong.")))
    return check


def _right_number(
    work: Work, id_type: str, number: str, *, sex: Sex | None = None, birth: date | None = None
) -> Check:
    if id_type not in LABELS:
        reason = t("“{code}” is not a kind of identity document.", code=id_type[:40])
        raise BranchError(field_not_taken(label("id_type"), reason))
    today = work.at.astimezone(SHANGHAI).date()
    return _right(check_id_number(id_type, number, today, sex=sex, birth=birth, final=True))


def _level(id_type: str) -> int:
    """Give the real-name level a typed number reaches alone (domain.md 1.5)."""
    return 1 if id_type in RESIDENT_CARDS or id_type == CREDIT_CODE else 0


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise BranchError(field_not_taken(label("name"), t("it must be filled in.")))
    return _text("name", name)


def _sex(typed: str) -> Sex:
    if typed not in ("M", "F"):
        raise BranchError(field_not_taken(label("sex"), t("male or female must be chosen.")))
    return cast(Literal["M", "F"], typed)


def _mobile(typed: str) -> str:
    return _right(check_mobile(typed, final=True)).value if typed.strip() else ""


def _text(field: str, typed: str) -> str:
    """Take a line of text: printable signs only, so nothing invisible or reversing gets in."""
    check = check_line(typed)
    if check.reason is not None:
        raise BranchError(field_not_taken(label(field), check.reason))
    return check.value


def _place(field: str, typed: str) -> str:
    """Take the code of a place: six figures or none; a code no list knows is taken too."""
    if typed and not is_place_code(typed):
        raise BranchError(field_not_taken(label(field), t("A region code has six digits.")))
    return typed


def _near(similar: Iterable[CustomerLine]) -> Iterable[Text]:
    for line in similar:
        yield t(
            "{name} ({number}) looks like the same customer; compare before you go on.",
            name=line.name,
            number=line.id_no,
        )


def _edit(work: Work, customer: Customer, edit: FieldEdit, words: NameWords) -> None:
    typed = edit.value
    match edit.field:
        case "name":
            _rename(customer, _name(typed), words)
        case "id_no":
            _renumber(work, customer, typed)
        case "sex":
            customer.sex = _sex(typed)
        case "birth":
            customer.birth = _day("birth", typed)
        case "mobile":
            customer.mobile = _mobile(typed)
            customer.mobile_tail = customer.mobile[-TAIL:]
        case "headcount":
            customer.headcount = _heads("headcount", typed)
        case "region":
            customer.region = _place("region", typed)
        case field if field in LINES:
            setattr(customer, field, _text(field, typed))
        case field:
            raise BranchError(field_not_taken(label(field), t("it is not one that is typed.")))


LINES = frozenset({"email", "region", "address", "industry", "legal_representative", "job"})
"""Fields that are one line of text; party and kind of document never change."""
COLUMNS = LINES | {"name", "id_no", "sex", "birth", "mobile", "headcount"}
"""Fields that stand in the customer itself; every other one is head office's."""


def covered(row: CustomerFurther, before: str) -> str:
    """Give what a further field held, a number of a person masked."""
    if row.kind == Kind.ID_NUMBER.value:
        return masked_id(before)
    return masked_mobile(before) if row.kind == Kind.PHONE.value else before


def named(fields: Iterable[str], customer: Customer, forms: Forms) -> Text:
    """Name fields in the words of the form in force, else in ours."""
    form = forms(FORM_OF[customer.party])
    asked = {field.key: field.label for field in form.further()} if form is not None else {}
    return joined(asked.get(field) or label(field) for field in sorted(fields))


def _rename(customer: Customer, name: str, words: NameWords) -> None:
    customer.name, customer.search_name = name, search_form(name)
    organisation = customer.party == "organisation"
    customer.name_key = organisation_key(name, words) if organisation else search_form(name)


def _renumber(work: Work, customer: Customer, typed: str) -> None:
    if customer.id_type == CREDIT_CODE:
        number = _right(check_credit_code(typed, final=True)).value
    else:
        number = _right_number(work, customer.id_type, typed).value
    _refuse_double(work, customer.id_type, number, besides=customer.id)
    customer.id_no, customer.id_tail = number, number[-TAIL:]


def _day(field: str, typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise BranchError(field_not_taken(label(field), t("it is not a date."))) from error


def _heads(field: str, typed: str) -> int | None:
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        raise BranchError(field_not_taken(label(field), t("it is not a whole number.")))
    return int(typed) if typed else None


def _agree_with_number(work: Work, customer: Customer) -> None:
    """Check a person's number, sex and birth against each other once all edits are in."""
    if customer.party != "person":
        return
    _right_number(
        work,
        customer.id_type,
        customer.id_no,
        sex=_sex(customer.sex),
        birth=customer.birth,
    )
