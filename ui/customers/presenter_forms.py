"""What the forms of customers decide: the form in force, taking up, correcting, what stood before.

The form is head office's (app.packs.forms); named here are only the fields the program itself keeps
in columns. Every other answer travels as a further field.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from app.access.queries import names_of_people
from app.customers.actions import (
    COLUMNS,
    ContactDetails,
    CorrectCustomer,
    FieldEdit,
    RegisterOrganisation,
    RegisterPerson,
)
from app.customers.further import FORM_OF, FurtherValue
from app.customers.head_fields import FillHeadFields
from app.customers.queries import (
    CustomerCard,
    CustomerLine,
    FormerValue,
    FurtherFact,
    find_customers,
    former_values,
    further_facts,
)
from app.customers.rules.check import Check
from app.customers.rules.credit_code import check_credit_code
from app.customers.rules.id_types import RESIDENT_CARD, RESIDENT_CARDS, check_id_number
from app.customers.rules.mobile import check_mobile
from app.customers.rules.resident_id import ResidentId, Sex, resident_id_holds
from app.kit.clock import today
from app.kit.ids import new_id
from app.kit.words import Text, t
from app.packs.form_kinds import Kind, Value
from app.packs.form_values import (
    KeptFile,
    address_of,
    files_of,
    kept_text,
    kept_value,
    shown_value,
    told,
)
from app.packs.forms import FieldSpec, FormSpec, HandbookPlace
from app.packs.in_force import FormsInForce
from ui.forms.fields import Answers, Field
from ui.forms.reading import typed_again, write
from ui.shell.places import PlacesHere
from ui.shell.ports import Desk

Told = tuple[tuple[Text, Text], ...]
"""Label and value of further fields, ready to read."""
Texts = tuple[tuple[str, str], ...]
OPERATOR = frozenset({"operator", "operator_id", "mobile"})
"""Fields of an organisation's form that stand with its operator."""
NUMBERS = frozenset({"credit_code", "id_type", "id_no"})
"""What says who a customer is; it is not corrected beside an address."""
DRAFTS = {"organisation": "customers.new_organisation", "person": "customers.new_person"}
MOST_REMEMBERED = 8
MOST_FOUND = 12


@dataclass(frozen=True)
class Saved:
    """A customer that was taken up or corrected, and near-doubles a person should look at."""

    customer_id: UUID
    warnings: tuple[Text, ...]


@dataclass(frozen=True)
class Holding:
    """What a customer holds, as a form takes it: kept texts by field."""

    customer_id: UUID
    scope: str
    """The office the customer belongs to."""
    party: str
    name: str
    texts: Mapping[str, str]


class CustomerForms:
    """The forms of the customers of this office."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._forms = FormsInForce(desk.packs, desk.clock)
        self.places = PlacesHere(desk.packs, desk.clock)

    def form(self, party: str) -> FormSpec:
        """Give the form in force for a kind of customer."""
        return self._forms.form(FORM_OF[party])

    def hint(self, quoted: HandbookPlace) -> Text | None:
        """Give what the handbook says at a place."""
        return self._forms.hint(quoted)

    # -- checks while typing -------------------------------------------------------------------

    def check_credit_code(self, typed: str) -> Check:
        """Judge a credit code as far as it is typed."""
        return check_credit_code(typed)

    def check_resident_id(self, typed: str) -> Check:
        """Judge a resident ID number as far as it is typed."""
        return self._of_a_place(check_id_number(RESIDENT_CARD, typed, today(self.desk.clock)))

    def check_mobile(self, typed: str) -> Check:
        """Judge a mobile number as far as it is typed."""
        return check_mobile(typed)

    def check_document(self, answers: Answers) -> Check | None:
        """Judge a person's document number by its kind and by sex and birth beside it."""
        id_type, number = answers.text("id_type"), answers.text("id_no")
        if not id_type or not number:
            return None
        said: Mapping[str, Sex] = {"M": "M", "F": "F"}
        sex = said.get(answers.text("sex"))
        birth = answers.day("birth")
        found = check_id_number(id_type, number, today(self.desk.clock), sex=sex, birth=birth)
        return self._of_a_place(found) if id_type in RESIDENT_CARDS else found

    def said_by_number(self, id_type: str, number: str) -> Texts:
        """Give sex and birth as a resident number says them; nothing where it does not hold."""
        plain = number.strip().upper()
        if id_type not in RESIDENT_CARDS or not resident_id_holds(plain):
            return ()
        told = ResidentId(plain)
        return (("sex", told.sex), ("birth", told.birth_digits))

    def place_said_by(self, id_type: str, number: str) -> str:
        """Give the code of the place a resident number was first given in, where it still is one.

        Empty while the places were not read, and where the number does not hold.
        """
        plain, divisions = number.strip().upper(), self.places.here
        if divisions is None or id_type not in RESIDENT_CARDS or not resident_id_holds(plain):
            return ""
        return plain[:6] if plain[:6] in divisions.names else ""

    def _of_a_place(self, found: Check) -> Check:
        """Doubt a number that stands but begins with the code of no place there ever was."""
        divisions = self.places.here
        if divisions is None or found.state != "ok" or divisions.ever(found.value[:6]):
            return found
        reason = t("No place ever had the code {code}; compare it.", code=found.value[:6])
        return replace(found, state="warned", reason=reason)

    # -- saving --------------------------------------------------------------------------------

    def register(self, party: str, answers: Answers) -> Saved:
        """Take a customer up from a form that is complete; raises BranchError in words."""
        order = self._organisation(answers) if party == "organisation" else self._person(answers)
        changes = self.desk.perform(f"customers.register_{party}", order)
        return Saved(order.customer_id, changes.warnings)

    def correct(self, holding: Holding, answers: Answers) -> Saved:
        """Change what differs from what the customer holds; raises BranchError in words."""
        form = self.form(holding.party)
        edits = tuple(
            edit
            for field in self.correctable(form)
            if (kept := kept_text(answers.value(field.key))) != holding.texts.get(field.key, "")
            for edit in _edits(field.key, kept)
        )
        if not edits:
            return Saved(holding.customer_id, ())
        clock = self.desk.clock
        order = CorrectCustomer(holding.customer_id, new_id(clock), edits)
        changes = self.desk.perform("customers.correct_customer", order)
        return Saved(holding.customer_id, changes.warnings)

    def may_fill(self, card: CustomerCard) -> bool:
        """Say whether this person fills in head office's fields of a customer, and there are any.

        The same policy as at the door; who does it sits in an office above the customer's.
        """
        desk = self.desk
        above = card.scope.startswith(f"{desk.actor.scope}.")
        asked = any(field.theirs for field in self.form(card.line.party).fields)
        return above and asked and desk.seeing.may("customers.fill_head_fields", card.scope)

    def fill(self, holding: Holding, answers: Answers) -> Saved:
        """Fill in what differs of head office's fields; raises BranchError in words."""
        values = tuple(
            FurtherValue(field.key, kept)
            for field in self.form(holding.party).fields
            if field.theirs
            and (kept := kept_text(answers.value(field.key))) != holding.texts.get(field.key, "")
        )
        if not values:
            return Saved(holding.customer_id, ())
        event_id = new_id(self.desk.clock)
        order = FillHeadFields(holding.customer_id, event_id, holding.scope, values)
        changes = self.desk.perform("customers.fill_head_fields", order)
        return Saved(holding.customer_id, changes.warnings)

    def correctable(self, form: FormSpec) -> tuple[FieldSpec, ...]:
        """Give the fields of a form that are corrected on the record itself."""
        organisation = form.origin.id == FORM_OF["organisation"]
        left_out = NUMBERS | (OPERATOR if organisation else {"mobile"})
        return tuple(
            field
            for field in form.fields
            if field.key not in left_out and not field.theirs and field.computed is None
        )

    def holding(self, card: CustomerCard) -> Holding:
        """Give what a customer holds in the fields of its form."""
        party = card.line.party
        values = {fact.key: fact.value for fact in self.further(card.line.id, card.scope)}
        for key in COLUMNS & {field.key for field in self.form(party).fields}:
            held = card.line.name if key == "name" else getattr(card, key, None)
            values[key] = card.whole_address if key == "address" else kept_text(held)
        return Holding(card.line.id, card.scope, party, card.line.name, values)

    def further(self, customer_id: UUID, scope: str = "") -> tuple[FurtherFact, ...]:
        """Give what a customer answered in further fields; ``scope`` names another office."""
        return self.desk.read(further_facts, scope or self.desk.scope, customer_id)

    def shown_further(self, party: str, facts: tuple[FurtherFact, ...]) -> Told:
        """Give label and value of further fields, in the order of the form in force.

        What the form no longer asks for stands last, under its own key.
        """
        return told(self.form(party), facts, self.places.name_of)

    # -- drafts and what stood before ----------------------------------------------------------

    def keep_draft(self, key: str, texts: Texts) -> None:
        """Keep a form as it is typed."""
        self.desk.keep_draft(key, texts)

    def draft(self, key: str) -> Texts:
        """Give what was being typed; empty where there is nothing."""
        texts = self.desk.read_draft(key)
        return texts if any(text for _, text in texts) else ()

    def first_draft(self) -> tuple[str, Texts]:
        """Give the customer that was being typed, with its party; no texts where there is none."""
        for party, key in DRAFTS.items():
            if texts := self.draft(key):
                return party, texts
        return "", ()

    def to_correct(self, card: CustomerCard) -> tuple[Holding, Texts]:
        """Give what a customer holds, and what was typed over it and not saved."""
        return self.holding(card), self.draft(correction_draft(card.line.id))

    def to_fill(self, card: CustomerCard) -> tuple[Holding, Texts]:
        """Give what a customer holds, and what was typed over head office's fields."""
        return self.holding(card), self.draft(head_draft(card.line.id))

    def drop_draft(self, key: str) -> None:
        """Forget what was being typed."""
        self.desk.drop_draft(key)

    def former(self, customer_id: UUID, key: str, scope: str = "") -> tuple[FormerValue, ...]:
        """Give what a field of a customer held before, people by name and number."""
        people = self.desk.read(names_of_people)
        held = self.desk.read(former_values, scope or self.desk.scope, customer_id, key)
        return tuple(replace(one, person=people.of(one.person)) for one in held)

    def shown(self, party: str, key: str, kept: str) -> Text:
        """Say what a field held, as the form in force shows it."""
        field = self.form(party).field(key)
        if field is None:
            return t("{text}", text=kept)
        return shown_value(field, kept, self.places.name_of)

    def typed_again(self, party: str, key: str, kept: str) -> str:
        """Give a former value as it would be typed; nothing where it is kept masked."""
        return typed_again(self.form(party), key, kept)

    def remember(self, party: str, answers: Answers) -> None:
        """Keep what this person typed last into the fields that are remembered."""
        fields = [field for field in self.form(party).fields if field.remembered]
        asked = [field.key for field in fields]
        kept = dict(self.desk.read_draft(_memory_key(party)))
        for field in fields:
            key, value = field.key, answers.value(field.key)
            text = write(Field(key, field.label, field.kind), value)
            former = [one for one in _listed(kept.get(key, "")) if one != text]
            if text:
                kept[key] = json.dumps([text, *former][:MOST_REMEMBERED], ensure_ascii=False)
        fresh = tuple((key, kept[key]) for key in asked if key in kept)
        self.desk.keep_draft(_memory_key(party), fresh)

    def remembered(self, party: str, key: str) -> tuple[str, ...]:
        """Give what this person typed last into a field, newest first."""
        return tuple(_listed(dict(self.desk.read_draft(_memory_key(party))).get(key, "")))

    def find_people(self, words: str) -> tuple[CustomerLine, ...]:
        """Find people among the customers, by what is typed of name or number."""
        found = self.desk.read(find_customers, self.desk.scope, words, limit=4 * MOST_FOUND)
        return tuple(line for line in found if line.party == "person")[:MOST_FOUND]

    # -- orders --------------------------------------------------------------------------------

    def _organisation(self, answers: Answers) -> RegisterOrganisation:
        clock = self.desk.clock
        region, address = address_of(_text(answers, "address"))
        return RegisterOrganisation(
            customer_id=new_id(clock),
            event_id=new_id(clock),
            name=answers.text("name"),
            credit_code=answers.text("credit_code"),
            region=region,
            address=address,
            industry=_text(answers, "industry"),
            headcount=answers.number("headcount") if answers.asks("headcount") else None,
            legal_representative=_text(answers, "legal_representative"),
            contacts=(
                ContactDetails(
                    contact_id=new_id(clock),
                    role="operator",
                    name=answers.text("operator"),
                    id_type=RESIDENT_CARD,
                    id_no=answers.text("operator_id"),
                    mobile=answers.text("mobile"),
                ),
            ),
            further=self._further("organisation", answers),
        )

    def _person(self, answers: Answers) -> RegisterPerson:
        clock = self.desk.clock
        birth = answers.day("birth")
        assert birth is not None
        region, address = address_of(_text(answers, "address"))
        return RegisterPerson(
            customer_id=new_id(clock),
            event_id=new_id(clock),
            name=answers.text("name"),
            id_type=answers.text("id_type"),
            id_no=answers.text("id_no"),
            sex=answers.text("sex"),
            birth=birth,
            mobile=_text(answers, "mobile"),
            email=_text(answers, "email"),
            region=region,
            address=address,
            job=_text(answers, "job"),
            further=self._further("person", answers),
        )

    def _further(self, party: str, answers: Answers) -> tuple[FurtherValue, ...]:
        typed = [
            FurtherValue(field.key, kept_text(answers.value(field.key)))
            for field in self.form(party).further()
            if field.computed is None and not field.theirs
        ]
        return tuple(one for one in typed if one.value)


def correction_draft(customer_id: UUID) -> str:
    """Name the draft of a correction."""
    return f"customers.correct.{customer_id.hex}"


def head_draft(customer_id: UUID) -> str:
    """Name the draft of head office's fields."""
    return f"customers.head_fields.{customer_id.hex}"


def typed_of(field: FieldSpec, kept: str) -> str | int | None:
    """Give a kept text as a form is filled with it; a day stays ISO text."""
    try:
        value = kept_value(field.kind, kept)
    except ValueError:
        return kept
    return value if isinstance(value, int | str) else kept or None


def kept_or_none(kind: Kind, kept: str) -> Value:
    """Read a kept text; nothing for one that no longer fits its kind."""
    try:
        return kept_value(kind, kept)
    except ValueError:
        return None


def attached(facts: tuple[FurtherFact, ...]) -> tuple[KeptFile, ...]:
    """Give the files on a customer's further fields; a text that is no list gives none."""
    found: list[KeptFile] = []
    for fact in facts:
        if fact.kind == Kind.ATTACHMENTS.value:
            with suppress(ValueError):
                found += files_of(fact.value)
    return tuple(found)


def _edits(key: str, kept: str) -> tuple[FieldEdit, ...]:
    """Give the edits of one field; an address is two columns."""
    if key != "address":
        return (FieldEdit(key, kept),)
    region, line = address_of(kept)
    return (FieldEdit("region", region), FieldEdit("address", line))


def _text(answers: Answers, key: str) -> str:
    """Give a text the form may or may not ask for."""
    return answers.text(key) if answers.asks(key) else ""


def _memory_key(party: str) -> str:
    return f"remembered.{FORM_OF[party]}"


def _listed(kept: str) -> list[str]:
    return [str(one) for one in json.loads(kept)] if kept else []
