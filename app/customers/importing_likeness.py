"""Who may be the same customer under another number: what rows of a list share with each other,
and with whom is here.

They are the weak keys of a customer: name, sex and birth, or name and mobile, of a person; bare
name and region, or the whole name, of an organisation. One of two numbers may be mistyped, and only
a person can tell. The name of a person alone says nothing: a common one stands for thousands.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from app.customers.queries import where_from
from app.customers.records import Customer
from app.customers.rules.addresses import registered_at
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.masking import masked_id
from app.customers.rules.names import NameWords, organisation_key, search_form
from app.kit.words import Text, t

Likeness = tuple[str, ...]
"""What is shared (one of SHARED), then the values that are."""
BARE_NAME, WHOLE_NAME, BORN, REACHED = "bare name", "whole name", "born", "reached"
SHARED: Mapping[str, Text] = {
    BARE_NAME: t("same name and region"),
    WHOLE_NAME: t("same name"),
    BORN: t("same name, sex and date of birth"),
    REACHED: t("same name and mobile number"),
}
"""What is told of each likeness."""
_ASKED_AT_ONCE = 5_000


class Named(Protocol):
    """A customer as a row describes it."""

    @property
    def party(self) -> str:
        """Person or organisation."""
        ...

    @property
    def name(self) -> str:
        """The name as written."""
        ...

    @property
    def id_no(self) -> str:
        """The number as stored."""
        ...

    @property
    def region(self) -> str:
        """Six digits, or nothing."""
        ...

    @property
    def sex(self) -> str:
        """Of a person."""
        ...

    @property
    def birth(self) -> date | None:
        """Of a person."""
        ...

    @property
    def mobile(self) -> str:
        """Of a person."""
        ...


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody a row may be: as told to a person, and what both share."""

    name: str
    shown_no: str
    shared: Text
    row: int = 0
    """Where in the file they stand; 0 for one who is here already."""


def likenesses(found: Named, words: NameWords) -> tuple[Likeness, ...]:
    """Give what a row shares with whoever it may be."""
    name = search_form(found.name)
    if found.party == "organisation":
        region = found.region or registered_at(found.id_no)
        return (BARE_NAME, organisation_key(found.name, words), region), (WHOLE_NAME, name)
    born = (BORN, name, found.birth.isoformat() if found.birth else "", found.sex)
    return (born, (REACHED, name, found.mobile)) if found.mobile else (born,)


def alike_here(session: Session, scope: str, asked: Iterable[Likeness]) -> Mapping[Likeness, Alike]:
    """Find who stands here with any of these; the first by id where there are several."""
    by_kind: dict[str, list[Likeness]] = {}
    for likeness in asked:
        by_kind.setdefault(likeness[0], []).append(likeness)
    found: dict[Likeness, Alike] = {}
    for kind, some in by_kind.items():
        for start in range(0, len(some), _ASKED_AT_ONCE):
            for likeness, row in _found(session, scope, kind, some[start : start + _ASKED_AT_ONCE]):
                found.setdefault(likeness, _alike(row, kind))
    return found


def shown_number(id_type: str, id_no: str) -> str:
    """Show a number as lists do: whole for an organisation, masked for a person."""
    return id_no if id_type == CREDIT_CODE else masked_id(id_no)


def _alike(row: Any, kind: str) -> Alike:
    return Alike(row.name, shown_number(row.id_type, row.id_no), SHARED[kind])


def _found(
    session: Session, scope: str, kind: str, some: list[Likeness]
) -> Iterator[tuple[Likeness, Any]]:
    """Look each up by the index of names; what else must fit is held against the row there."""
    values = json.dumps(sorted({one[1:] for one in some}), ensure_ascii=False)
    rows = session.execute(_wanted(scope, kind, values)).all()
    for row in sorted((row for row in rows if row.id is not None), key=lambda row: row.id):
        yield (kind, *json.loads(row.asked)), row


def _wanted(scope: str, kind: str, values: str) -> Select[*tuple[Any, ...]]:
    asked = func.json_each(values).table_valued("value")
    one, two, three = (func.json_extract(asked.c.value, f"$[{place}]") for place in range(3))
    fits: Mapping[str, tuple[ColumnElement[bool], ...]] = {
        BARE_NAME: (Customer.name_key == one, where_from() == two),
        WHOLE_NAME: (Customer.search_name == one,),
        BORN: (Customer.search_name == one, Customer.birth == two, Customer.sex == three),
        REACHED: (Customer.search_name == one, Customer.mobile == two),
    }
    party = "organisation" if kind in (BARE_NAME, WHOLE_NAME) else "person"
    columns = (Customer.id, Customer.name, Customer.id_type, Customer.id_no)
    return select(*columns, asked.c.value.label("asked")).join_from(
        asked,
        Customer,
        and_(Customer.scope == scope, Customer.party == party, *fits[kind]),
        isouter=True,  # so that SQLite looks each up, and does not walk all customers instead
    )
