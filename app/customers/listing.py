"""The customers of an office as one long list: any order, any filter, a page at any depth.

One order has an index, the one by name; its first pages are read from it. Every other order is read
once as a vector (app.store.listing) on a reader lane: an index for each column would cost every
import more than it gives (docs/decisions/0009).
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, case, select
from sqlalchemy.orm import Session

from app.customers.queries import PageKey
from app.customers.records import Customer
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.masking import masked_id, masked_mobile
from app.customers.rules.names import search_form
from app.customers.search import customers_found
from app.kit.listing import Filter, GroupCount, Sort, Stride, TextFilter
from app.store.chunks import in_parts
from app.store.listing import (
    Listed,
    asked_of_driver,
    count_all,
    count_up_to,
    group_counts,
    matching,
    total,
    vector,
)
from app.store.types import id_of

WAITING, THERE = "waiting", "there"
"""Codes of the column that says whether head office has answered every change of a customer."""
MOST_FOUND = 500
"""Customers typed words find; who finds more types one letter more."""
BY_NAME = (Sort("name"),)


class ListedCustomer(NamedTuple):
    """A customer in the long list; numbers masked as in `CustomerLine`.

    What the driver gave, but for the two numbers: a page at a depth makes a hundred of them, and
    ids and days are read of those a person comes to see. ``key`` is the id as SQLite holds it,
    ``born`` the day as ISO text, ``pending`` how many changes head office has not answered.
    """

    id_no: str
    mobile: str
    key: str
    party: str
    name: str
    region: str
    industry: str
    headcount: int | None
    born: str | None
    pending: int
    search_name: str

    @property
    def id(self) -> UUID:
        """The customer's id."""
        return id_of(self.key)

    @property
    def birth(self) -> date | None:
        """The day of birth; none where it is not known, and for an organisation."""
        return None if self.born is None else date.fromisoformat(self.born)

    @property
    def waiting(self) -> bool:
        """Whether head office has yet to answer a change."""
        return self.pending > 0


@dataclass(frozen=True, slots=True)
class CustomersAsked:
    """What the list of customers shows; without ``sorts`` by name, or what was typed best first."""

    sorts: tuple[Sort, ...] = ()
    filters: tuple[Filter, ...] = ()
    words: str = ""
    group: str = ""

    @property
    def by_index(self) -> bool:
        """Whether an index has the rows in this order, so that a first page costs no scan."""
        indexed = self.sorts in ((), BY_NAME, (Sort("name", descending=True),))
        return indexed and not self.filters and not self.words.strip() and not self.group


COLUMNS: dict[str, ColumnElement[Any]] = {
    "name": Customer.search_name.expression,
    "party": Customer.party.expression,
    "region": Customer.region.expression,
    "industry": Customer.industry.expression,
    "headcount": Customer.headcount.expression,
    "birth": Customer.birth.expression,
    "state": case((Customer.pending > 0, WAITING), else_=THERE),
}
"""What the list can be sorted, filtered and grouped by. Not the numbers: an order by hidden digits
would show them."""

TABLE = cast(Table, Customer.__table__)
_HELD = ("id_type", "id_no", "mobile", "id", "party", "name", "region", "industry", "headcount",
         "birth", "_pend", "search_name")  # fmt: skip
"""The columns of a line, as the table names them: the type of the number, then a line's own."""
_LINES = f"SELECT rowid, {', '.join(_HELD)} FROM {TABLE.name} WHERE"  # noqa: S608 - our own names


def customers_up_to(session: Session, scope: str, most: int) -> int:
    """Count an office's customers, but no further than ``most``."""
    return count_up_to(session, _listed(scope), most)


def first_customers(
    session: Session,
    scope: str,
    *,
    descending: bool = False,
    after: PageKey | None = None,
    skip: int = 0,
    limit: int = 200,
) -> tuple[ListedCustomer, ...]:
    """Give a page by name from the index, behind a customer or behind ``skip`` of them."""
    way, beyond = ("DESC", "<") if descending else ("ASC", ">")
    order = f"ORDER BY search_name {way}, id {way} LIMIT ? OFFSET ?"
    if after is None:
        rows = asked_of_driver(session, f"{_LINES} scope = ? {order}", (scope, limit, skip))
    else:
        wanted = f"{_LINES} scope = ? AND (search_name, id) {beyond} (?, ?) {order}"
        rows = asked_of_driver(session, wanted, (scope, after.search_name, after.id.hex, limit, 0))
    return tuple(_lines(rows).values())


def order_of_customers(
    session: Session, scope: str, asked: CustomersAsked, stride: Stride
) -> "array[int]":
    """Read the whole list's order; blocks for seconds at a million customers.

    Without an order of its own what was typed comes best first. Raises Cancelled as ``stride``.
    """
    listed = _listed(scope)
    group = (Sort(asked.group),) if asked.group else ()
    sorts = (*group, *(asked.sorts or BY_NAME))
    if not asked.words.strip():
        condition = matching(listed, _folded(asked), [one.key for one in sorts])
        return vector(session, listed, condition, sorts, stride)
    found = _found(session, scope, asked.words)
    condition = and_(_among(scope, found), matching(listed, _folded(asked)))
    if asked.sorts or group:
        return vector(session, listed, condition, sorts, stride)
    best = {one: place for place, one in enumerate(found)}
    rows = session.execute(select(Customer.id, listed.row_number).where(condition)).all()
    return array("q", [number for _, number in sorted(rows, key=lambda row: best[row[0]])])


def customers_at(session: Session, numbers: Sequence[int]) -> tuple[ListedCustomer | None, ...]:
    """Give the customers at row numbers of a vector; None where one is gone meanwhile.

    Plain tuples of the driver: for a page of fifty the rest of the way would cost seven times this.
    """
    found: dict[int, ListedCustomer] = {}
    for part in in_parts(numbers):
        places = ",".join("?" * len(part))
        rows = asked_of_driver(session, f"{_LINES} rowid IN ({places})", tuple(part))
        found |= _lines(rows)
    return tuple(map(found.get, numbers))


def count_matching(session: Session, scope: str, asked: CustomersAsked, stride: Stride) -> int:
    """Count all customers that pass words and filters; raises Cancelled as ``stride``."""
    condition = _condition(session, scope, asked, ())
    return count_all(session, _listed(scope), condition, stride)


def groups_of_customers(
    session: Session, scope: str, asked: CustomersAsked, stride: Stride
) -> tuple[GroupCount, ...]:
    """Count the customers of each value of the column the list is grouped by."""
    condition = _condition(session, scope, asked, (asked.group,))
    return group_counts(session, _listed(scope), condition, asked.group, stride)


def heads_of_customers(session: Session, scope: str, asked: CustomersAsked, stride: Stride) -> int:
    """Add up the employees of the customers that pass words and filters."""
    condition = _condition(session, scope, asked, ("headcount",))
    return total(session, _listed(scope), condition, "headcount", stride)


def _listed(scope: str) -> Listed:
    return Listed(TABLE, scope, COLUMNS, frozenset({"name"}))


def _condition(
    session: Session, scope: str, asked: CustomersAsked, touched: tuple[str, ...]
) -> ColumnElement[bool]:
    condition = matching(_listed(scope), _folded(asked), touched)
    if not asked.words.strip():
        return condition
    return and_(_among(scope, _found(session, scope, asked.words)), condition)


def _among(scope: str, found: Sequence[UUID]) -> ColumnElement[bool]:
    return and_(Customer.scope == scope, Customer.id.in_(found))


def _found(session: Session, scope: str, words: str) -> list[UUID]:
    return list(customers_found(session, scope, words, limit=MOST_FOUND))


def _folded(asked: CustomersAsked) -> tuple[Filter, ...]:
    """Bring words for the name to the form names are compared in."""
    return tuple(
        TextFilter("name", " ".join(map(search_form, one.words.split())))
        if isinstance(one, TextFilter) and one.key == "name"
        else one
        for one in asked.filters
    )


def _lines(rows: Iterable[tuple[Any, ...]]) -> dict[int, ListedCustomer]:
    """Make lines of rows of `_LINES`, in their order, by row number.

    Whoever sees them never holds the numbers unmasked. What is shown as it is held goes over in one
    piece: taken apart and put together again it would cost twice as much.
    """
    made = ListedCustomer._make
    return {row[0]: made((_shown(row[1], row[2]), masked_mobile(row[3]), *row[4:])) for row in rows}


def _shown(id_type: str, number: str) -> str:
    return number if id_type == CREDIT_CODE else masked_id(number)
