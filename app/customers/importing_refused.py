"""Rows of a list that were refused while the rest of their batch was taken: kept, told, mended.

Each is a letter with the row's own order in it, so that what was typed is offered again in the
import. Head office names the rows it does not take; where it names none (an older one, a record its
database will not have) the batch is halved until the row stands alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.customers.actions import CorrectCustomer, RegisterOrganisation, RegisterPerson
from app.customers.importing import ImportCustomers, Row
from app.customers.importing_form import Field, ImportForm, Party
from app.customers.importing_further import typed_cell
from app.customers.importing_likeness import shown_number
from app.customers.records import Customer
from app.customers.rules.check import normalised
from app.customers.rules.id_types import CREDIT_CODE
from app.kit.ids import derived_id
from app.store.letters import PartLetter, part_letters, write_part
from app.store.session import Session
from sync.wire.plain import from_plain, to_plain

KIND = "customer"
OF_THE_WHOLE = ("E-ACCESS", "E-SYNC-SCOPE", "E-SYNC-PERSON", "E-SYNC-KIND")
"""What is said of a batch and never of a row: who sent it, where from, whether it is known."""
_ORDERS: Mapping[str, type[RegisterOrganisation] | type[RegisterPerson]] = {
    "organisation": RegisterOrganisation,
    "person": RegisterPerson,
}

Said = tuple[str, str]
"""Code and words."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was refused; ``order`` is None where only empty fields were to be filled in."""

    letter: UUID
    at: datetime
    customer_id: UUID
    file_name: str
    name: str
    shown_no: str
    code: str
    reason: str
    order: RegisterOrganisation | RegisterPerson | None


def may_be_a_row(code: str) -> bool:
    """Say whether a refusal may be about a single row."""
    return not code.startswith(OF_THE_WHOLE)


def halves(order: ImportCustomers) -> tuple[ImportCustomers, ImportCustomers]:
    """Divide a batch of two and more."""
    middle = order.size // 2
    return order.only(set(order.ids[:middle])), order.only(set(order.ids[middle:]))


def write_refused(
    session: Session,
    scope: str,
    order: ImportCustomers,
    parts: Mapping[UUID, Said],
    at: datetime,
    *,
    mseq: int = 0,
) -> None:
    """Write a letter for each of these rows of a batch; written twice it is the same letter."""
    for one in order.rows:
        if one.customer_id in parts:
            code, text = parts[one.customer_id]
            part = {"file": order.file_name, **_named(session, scope, one)}
            id = derived_id("import refused", one.customer_id.hex)
            letter = PartLetter(id, at, one.customer_id, code, text, part)
            write_part(session, KIND, scope, letter, mseq=mseq)


def refused_rows(session: Session) -> tuple[RefusedRow, ...]:
    """Give the rows nobody has mended or put away, in the order they were refused."""
    return tuple(_row(letter) for letter in part_letters(session, KIND))


def cells_of(order: RegisterOrganisation | RegisterPerson, form: ImportForm) -> dict[Field, str]:
    """Write an order as a row of a list would say it; what is empty is left out."""
    party: Party = "person" if isinstance(order, RegisterPerson) else "organisation"
    cells = (
        _person(order, form) if isinstance(order, RegisterPerson) else _organisation(order, form)
    )
    further = {one.key: one.value for one in order.further}
    for column, spec in form.added_to(party).items():
        if spec.key in further:
            cells[column] = typed_cell(spec, further.pop(spec.key))
    return {column: text for column, text in cells.items() if text}


def _organisation(order: RegisterOrganisation, form: ImportForm) -> dict[Field, str]:
    operator = next((one for one in order.contacts if one.role == "operator"), None)
    return {
        "party": _word(form.parties, "organisation"),
        "name": order.name,
        "id_no": order.credit_code,
        "region": order.region,
        "address": order.address,
        "industry": order.industry,
        "headcount": "" if order.headcount is None else str(order.headcount),
        "legal_representative": order.legal_representative,
        "operator": operator.name if operator else "",
        "operator_id": operator.id_no if operator else "",
        "operator_mobile": operator.mobile if operator else "",
    }


def _person(order: RegisterPerson, form: ImportForm) -> dict[Field, str]:
    return {
        "party": _word(form.parties, "person"),
        "name": order.name,
        "id_type": form.id_types.official(order.id_type),
        "id_no": order.id_no,
        "sex": _word(form.sexes, order.sex),
        "birth": order.birth.isoformat(),
        "mobile": order.mobile,
        "email": order.email,
        "region": order.region,
        "address": order.address,
        "job": order.job,
    }


def _word(words: Mapping[str, str], meaning: str) -> str:
    """Give the first word that stands for something; nothing where none does."""
    return next((word for word, said in words.items() if said == meaning), "")


def _named(session: Session, scope: str, one: Row) -> dict[str, Any]:
    """Say in plain form whom a row is about, and the order as far as a list can say it."""
    if isinstance(one, CorrectCustomer):
        known = session.get(Customer, (scope, one.customer_id))
        name, number = (known.name, shown_number(known.id_type, known.id_no)) if known else ("", "")
        return {"name": name, "number": number}
    if isinstance(one, RegisterPerson):
        party, shown = "person", shown_number(one.id_type, one.id_no)
    else:
        party, shown = "organisation", shown_number(CREDIT_CODE, normalised(one.credit_code))
    return {"name": one.name, "number": shown, "party": party, "order": to_plain(one)}


def _row(letter: PartLetter) -> RefusedRow:
    part = letter.part
    order = from_plain(_ORDERS[part["party"]], part["order"]) if "order" in part else None
    return RefusedRow(
        letter=letter.id,
        at=letter.at,
        customer_id=letter.row_id,
        file_name=part["file"],
        name=part["name"],
        shown_no=part["number"],
        code=letter.code,
        reason=letter.text,
        order=order,
    )
