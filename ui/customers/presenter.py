"""What the customers screen decides: checks while typing, doubles, taking a customer up."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.queries import OfficeLine, offices_within
from app.customers.actions import ContactDetails, RegisterOrganisation
from app.customers.listing import (
    MOST_FOUND,
    CustomersAsked,
    ListedCustomer,
    count_matching,
    customers_at,
    customers_up_to,
    first_customers,
    groups_of_customers,
    heads_of_customers,
    order_of_customers,
)
from app.customers.queries import (
    CustomerCard,
    CustomerLine,
    PageKey,
    count_customers,
    customer_card,
    find_customers,
    holder_of,
    office_of_customer,
    offices_with_customers,
    similar_organisations,
)
from app.customers.rules.check import Check
from app.customers.rules.credit_code import check_credit_code
from app.customers.rules.id_types import CREDIT_CODE, RESIDENT_CARD, check_id_number
from app.customers.rules.mobile import check_mobile
from app.customers.rules.names import organisation_key, read_name_words
from app.kit.clock import today
from app.kit.ids import new_id
from app.kit.listing import GroupCount, Stride
from app.kit.words import Text
from app.packs.form_values import KeptFile
from app.packs.resources import resource_bytes
from ui.customers.presenter_forms import CustomerForms, Told, attached
from ui.shell.ports import Desk
from ui.shell.record_reading import RecordKey, RecordReader

NEW_ORGANISATION = "customers.new_organisation"
"""The key of the draft of an organisation that is being taken up."""


@dataclass(frozen=True)
class OrganisationDraft:
    """An organisation as typed, with the person who acts for it."""

    name: str
    credit_code: str
    operator: str
    operator_id: str
    mobile: str
    address: str = ""
    industry: str = ""
    headcount: int | None = None
    legal_representative: str = ""


@dataclass(frozen=True)
class Registered:
    """A customer that was taken up, and near-doubles a person should look at."""

    customer_id: UUID
    warnings: tuple[Text, ...]


class CustomersPresenter:
    """The customers of this office."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.forms = CustomerForms(desk)
        self._office = desk.scope
        self._sees = desk.seeing.sees("customer", desk.scope)
        self._words = read_name_words(resource_bytes("rules/organisation_names.json"))

    def check_credit_code(self, typed: str) -> Check:
        """Judge a credit code as far as it is typed."""
        return check_credit_code(typed)

    def check_resident_id(self, typed: str) -> Check:
        """Judge a resident ID number as far as it is typed."""
        return check_id_number(RESIDENT_CARD, typed, today(self._desk.clock))

    def check_mobile(self, typed: str) -> Check:
        """Judge a mobile number as far as it is typed."""
        return check_mobile(typed)

    def holder(self, credit_code: str) -> CustomerLine | None:
        """Find who already has this credit code here."""
        code = credit_code.strip().upper()
        return self._desk.read(holder_of, self._desk.scope, CREDIT_CODE, code)

    @property
    def office(self) -> str:
        """The office whose customers are listed: that of the desk until another is chosen."""
        return self._office

    def look_into(self, office: str) -> None:
        """List the customers of another office, one below that of the desk."""
        self._office = office
        self._sees = self._desk.seeing.sees("customer", office)

    def offices(self) -> tuple[OfficeLine, ...]:
        """Give the offices whose customers are here and may be seen, that of the desk first."""
        within = self._desk.read(offices_within, self._desk.scope)
        seen = [one for one in within if self._desk.seeing.sees("customer", one.path)]
        full = self._desk.read(offices_with_customers, tuple(one.path for one in seen))
        return tuple(one for one in seen if one.path in full)

    def count(self) -> int:
        """Count the customers of this office."""
        if not self._sees:
            return 0
        return self._desk.read(count_customers, self._office)

    @property
    def sees(self) -> bool:
        """Whether this person may see the customers of this office; else the list is empty."""
        return self._sees

    def size_up_to(self, most: int) -> int:
        """Count the customers of this office, but no further than ``most``; a millisecond."""
        if not self._sees:
            return 0
        return self._desk.read(customers_up_to, self._office, most)

    def page(
        self,
        *,
        after: PageKey | None = None,
        skip: int = 0,
        limit: int = 200,
        descending: bool = False,
    ) -> tuple[ListedCustomer, ...]:
        """Give a page of the list by name, behind a customer or behind ``skip`` of them."""
        if not self._sees:
            return ()
        return self._desk.read(
            first_customers,
            self._office,
            after=after,
            skip=skip,
            limit=limit,
            descending=descending,
        )

    def order(self, asked: CustomersAsked, stride: Stride) -> Sequence[int]:
        """Read where every customer lies in an order; seconds where there are a million."""
        if not self._sees:
            return ()
        return self._desk.read(order_of_customers, self._office, asked, stride)

    def at(self, numbers: Sequence[int]) -> tuple[ListedCustomer | None, ...]:
        """Give the customers that lie there; None for one that is gone."""
        return self._desk.read(customers_at, numbers)

    def count_matching(self, asked: CustomersAsked, stride: Stride) -> int:
        """Count the customers that pass words and filters."""
        if not self._sees:
            return 0
        return self._desk.read(count_matching, self._office, asked, stride)

    def groups(self, asked: CustomersAsked, stride: Stride) -> Sequence[GroupCount]:
        """Count the customers of each value the list is grouped by."""
        if not self._sees:
            return ()
        return self._desk.read(groups_of_customers, self._office, asked, stride)

    def heads(self, asked: CustomersAsked, stride: Stride) -> int:
        """Add up the employees of the customers that pass words and filters."""
        if not self._sees:
            return 0
        return self._desk.read(heads_of_customers, self._office, asked, stride)

    def find(self, typed: str) -> tuple[CustomerLine, ...]:
        """Find customers by name, phone tail or ID tail; nobody when nothing is typed."""
        if not self._sees:
            return ()
        return self._desk.read(find_customers, self._office, typed, limit=MOST_FOUND)

    def doubles(self, name: str, credit_code: str) -> tuple[CustomerLine, ...]:
        """Find who an organisation that is being typed may already be: same code, or same name.

        Who has the very code comes first; a person decides about the others.
        """
        holder = (
            self.holder(credit_code) if check_credit_code(credit_code, final=True).stands else None
        )
        key = organisation_key(name, self._words) if name.strip() else ""
        region = credit_code.strip()[2:8]
        similar = self._similar(key, region) if key and len(region) == 6 else ()
        first = (holder,) if holder is not None else ()
        return first + tuple(line for line in similar if holder is None or line.id != holder.id)

    def keep_draft(self, texts: tuple[tuple[str, str], ...]) -> None:
        """Keep the organisation as it is typed."""
        self._desk.keep_draft(NEW_ORGANISATION, texts)

    def draft(self) -> tuple[tuple[str, str], ...]:
        """Give the organisation that was being typed; empty where there is none."""
        texts = self._desk.read_draft(NEW_ORGANISATION)
        return texts if any(text for _, text in texts) else ()

    def drop_draft(self) -> None:
        """Forget the organisation that was being typed."""
        self._desk.drop_draft(NEW_ORGANISATION)

    def reader(self) -> RecordReader:
        """Give what reads timelines and what belongs together."""
        return RecordReader(self._desk)

    def key_of(self, card: CustomerCard) -> RecordKey:
        """Name a customer for its timeline and what belongs to it."""
        return RecordKey("customer", card.scope, card.line.id)

    @property
    def desk(self) -> Desk:
        """The desk the customers are kept at, for whoever opens their files."""
        return self._desk

    def card_told(
        self, customer_id: UUID
    ) -> tuple[CustomerCard, Told, tuple[KeptFile, ...]] | None:
        """Give one customer with the fields head office added, ready to read, and its files.

        The places are read by then, so that facts can name them.
        """
        card = self.card(customer_id)
        if card is None:
            return None
        self.forms.places.name_of(card.region)
        further = self.forms.further(customer_id, card.scope)
        told = self.forms.shown_further(card.line.party, further)
        return card, told, attached(further)

    def card(self, customer_id: UUID) -> CustomerCard | None:
        """Give one customer with contacts and timeline, of this office or of one below it.

        None where no office here has it; raises BranchError E-ACCESS-SEE.
        """
        offices = [one.path for one in self._desk.read(offices_within, self._desk.scope)]
        scope = self._desk.read(office_of_customer, offices, customer_id) or self._desk.scope
        self._desk.seeing.must_see("customer", scope)
        return self._desk.read(customer_card, scope, customer_id)

    def place_of(self, code: str) -> str:
        """Write a place with its code, as far as the list was read; the code alone for no place."""
        name = self.forms.places.known_name(code)
        return f"{name} {code}" if name else code

    def may(self, action: str, office: str = "") -> bool:
        """Say whether this person may do something in an office, that of the desk if none is named.

        What is written here for a customer is written for the desk's own office alone.
        """
        own = self._desk.scope
        return office in ("", own) and self._desk.seeing.may(action, own)

    def register_organisation(self, draft: OrganisationDraft) -> Registered:
        """Take an organisation up; raises BranchError, E-CUSTOMER-DOUBLE among them."""
        clock = self._desk.clock
        order = RegisterOrganisation(
            customer_id=new_id(clock),
            event_id=new_id(clock),
            name=draft.name,
            credit_code=draft.credit_code,
            address=draft.address,
            industry=draft.industry,
            headcount=draft.headcount,
            legal_representative=draft.legal_representative,
            contacts=(
                ContactDetails(
                    contact_id=new_id(clock),
                    role="operator",
                    name=draft.operator,
                    id_type=RESIDENT_CARD,
                    id_no=draft.operator_id,
                    mobile=draft.mobile,
                ),
            ),
        )
        changes = self._desk.perform("customers.register_organisation", order)
        return Registered(order.customer_id, changes.warnings)

    def _similar(self, key: str, region: str) -> tuple[CustomerLine, ...]:
        return self._desk.read(similar_organisations, self._desk.scope, key, region)
