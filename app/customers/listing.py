"""The customers of an office as one long list: any order, any filter, a page at any depth.

One order has an index, the one by name; its first pages are read from it. Every other order is read
once as a vector (app.store.listing) on a reader lane: an index for each column would cost every
import more than it gives (docs/decisions/0009).
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, and_, case, select, tuple_
from sqlalchemy.orm import Session

from app.customers.queries import PageKey
from app.customers.records import Customer
from app.customers.rules.id_types import CREDIT_CODE
from app.customers.rules.masking import masked_id, masked_mobile
from app.customers.rules.names import search_form
from app.customers.search import customers_found
from app.kit.listing import Filter, GroupCount, Sort, Stride, TextFilter
from app.store.listing import (
    Listed,
    count_all,
    count_up_to,
    group_counts,
    matching,
    total,
    vector,
)

WAITING, THERE = "waiting", "there"
"""Codes of the column that says whether head office has answered every change of a customer."""
MOST_FOUND = 500
"""Customers typed words find; who finds more types one letter more."""
BY_NAME = (Sort("name"),)


class ListedCustomer(NamedTuple):
    """A customer in the long list; numbers masked as in `CustomerLine`.

    A tuple by name: a page at a depth makes two hundred of them, four times as fast as a dataclass.
    """

    id: UUID
    party: str
    name: str
    id_no: str
    mobile: str
    region: str
    industry: str
    headcount: int | None
    birth: date | None
    waiting: bool
    search_name: str


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
_HELD = ("id", "party", "name", "id_type", "id_no", "mobile", "region", "industry", "headcount",
         "birth", "_pend", "search_name")  # fmt: skip
"""The same as the table names them."""
_LINE: tuple[ColumnElement[Any], ...] = tuple(
    column.expression.label(column.key)
    for column in (
        Customer.id,
        Customer.party,
        Customer.name,
        Customer.id_type,
        Customer.id_no,
        Customer.mobile,
        Customer.region,
        Customer.industry,
        Customer.headcount,
        Customer.birth,
        Customer.pending,
        Customer.search_name,
    )
)
_AT = f"""SELECT rowid, {", ".join(_HELD)} FROM {TABLE.name}
    WHERE rowid IN (SELECT value FROM json_each(?))"""  # noqa: S608 - names of ours alone


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
    place = (Customer.search_name, Customer.id)
    order = [one.desc() for one in place] if descending else list(place)
    wanted = select(*_LINE).where(Customer.scope == scope).order_by(*order).limit(limit)
    if after is not None:
        key = tuple_(after.search_name, after.id)
        wanted = wanted.where(tuple_(*place) < key if descending else tuple_(*place) > key)
    else:
        wanted = wanted.offset(skip)
    return tuple(map(_line, session.execute(wanted)))


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
    wanted = f"[{','.join(map(str, numbers))}]"
    driver: Any = session.connection().connection.driver_connection
    rows = driver.execute(_AT, (wanted,)).fetchall()
    found = {row[0]: _plain_line(*row[1:]) for row in rows}
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


def _plain_line(
    id: str,
    party: str,
    name: str,
    id_type: str,
    id_no: str,
    mobile: str,
    region: str,
    industry: str,
    headcount: int | None,
    birth: str | None,
    waiting: int,
    search_name: str,
) -> ListedCustomer:
    """Make a customer of what SQLite holds: ids as 32 hex digits, days as ISO text."""
    return ListedCustomer(
        UUID(int=int(id, 16)),
        party,
        name,
        id_no if id_type == CREDIT_CODE else masked_id(id_no),
        masked_mobile(mobile),
        region,
        industry,
        headcount,
        None if birth is None else date.fromisoformat(birth),
        waiting > 0,
        search_name,
    )


def _line(row: Row[*tuple[Any, ...]]) -> ListedCustomer:
    public = row.id_type == CREDIT_CODE
    return ListedCustomer(
        id=row.id,
        party=row.party,
        name=row.name,
        id_no=row.id_no if public else masked_id(row.id_no),
        mobile=masked_mobile(row.mobile),
        region=row.region,
        industry=row.industry,
        headcount=row.headcount,
        birth=row.birth,
        waiting=bool(row.pending),
        search_name=row.search_name,
    )
