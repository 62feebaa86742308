"""What the customers screen decides: checks while typing, doubles, taking a customer up."""

from dataclasses import dataclass
from uuid import UUID

from app.customers.actions import ContactDetails, RegisterOrganisation
from app.customers.queries import (
    CustomerCard,
    CustomerLine,
    CustomerPage,
    count_customers,
    customer_card,
    customer_page,
    find_customers,
    holder_of,
)
from app.customers.rules.check import Check
from app.customers.rules.credit_code import check_credit_code
from app.customers.rules.id_types import CREDIT_CODE, RESIDENT_CARD, check_id_number
from app.customers.rules.mobile import check_mobile
from app.kit.clock import today
from app.kit.ids import new_id
from app.kit.words import Text
from ui.shell.ports import Desk


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

    def count(self) -> int:
        """Count the customers of this office."""
        return self._desk.read(count_customers, self._desk.scope)

    def page(self) -> CustomerPage:
        """Give the first page of the list by name."""
        return self._desk.read(customer_page, self._desk.scope)

    def find(self, typed: str) -> tuple[CustomerLine, ...]:
        """Find customers by name, phone tail or ID tail; everything when nothing is typed."""
        if not typed.strip():
            return self.page().lines
        return self._desk.read(find_customers, self._desk.scope, typed)

    def card(self, customer_id: UUID) -> CustomerCard | None:
        """Give one customer with contacts and timeline."""
        return self._desk.read(customer_card, self._desk.scope, customer_id)

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
