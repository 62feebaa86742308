"""Lists over many rows: order and filters as SQL, and the id vector of one order.

A vector holds SQLite's row numbers in the order of the list, four bytes each: a million rows are
4 MB, and a page of any depth is a lookup by row number. Row numbers are this file's own and mean
nothing elsewhere; a vector lives no longer than the list that asked for it.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    and_,
    func,
    literal_column,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.kit.errors.base import Cancelled
from app.kit.listing import (
    AmountFilter,
    ChoiceFilter,
    DayFilter,
    Filter,
    GroupCount,
    Sort,
    Stride,
    TextFilter,
)

AT_ONCE = 8_192
"""Row numbers taken over at once."""
LOOK_EVERY = 100_000
"""Steps of SQLite's machine between two looks whether to go on: a hundredth of a second."""
SCAN_CACHE, USUAL_CACHE = -4_096, -65_536
"""KiB of pages a connection keeps while it scans once, and otherwise (engine.py)."""
NARROW = 1 << 32
"""Row numbers below it fit four bytes."""


@dataclass(frozen=True)
class Listed:
    """A table as the list of one scope: its columns by key, and which of them one index holds.

    The index begins with the scope, goes on with the ``indexed`` columns and ends with the id, so
    what asks for no other column never touches the table. Everything else reads the table from end
    to end: from an index it would look each row up where it happens to lie, twenty times as slow
    where every page has to be decrypted.
    """

    table: Table
    scope: str
    columns: Mapping[str, ColumnElement[Any]]
    indexed: frozenset[str]

    @property
    def row_number(self) -> ColumnElement[int]:
        """SQLite's own number of a row."""
        return literal_column(f"{self.table.name}.rowid", Integer)

    def rows(self, keys: Iterable[str]) -> ColumnElement[bool]:
        """Give the condition for the scope's rows, for a reading that touches these columns."""
        if self.indexed.issuperset(keys):
            return self.table.c.scope == self.scope
        # The plus keeps SQLite from walking an index of scopes.
        return literal_column(f"+{self.table.name}.scope", self.table.c.scope.type) == self.scope


def order_by(listed: Listed, sorts: Sequence[Sort]) -> list[ColumnElement[Any]]:
    """Give the ORDER BY: the columns asked for, then the id in the direction of the first."""
    columns = [
        listed.columns[one.key].desc() if one.descending else listed.columns[one.key].asc()
        for one in sorts
    ]
    last = listed.table.c.id
    return [*columns, last.desc() if sorts and sorts[0].descending else last.asc()]


def matching(
    listed: Listed, filters: Sequence[Filter], touched: Iterable[str] = ()
) -> ColumnElement[bool]:
    """Give the WHERE of a reading: the scope's rows that pass every filter.

    ``touched`` are the columns it reads besides those of the filters.
    """
    keys = {*touched, *(one.key for one in filters)}
    return and_(listed.rows(keys), *(_passes(listed.columns[one.key], one) for one in filters))


def vector(
    session: Session,
    listed: Listed,
    condition: ColumnElement[bool],
    sorts: Sequence[Sort],
    stride: Stride,
) -> "array[int]":
    """Read the row numbers of a whole list in its order; blocks for seconds at a million rows.

    Raises Cancelled when ``stride`` does, in the middle of a sort too.
    """
    order = order_by(listed, sorts)
    wanted = select(listed.row_number).select_from(listed.table).where(condition).order_by(*order)
    with _passing(session, stride):
        found: array[int] = array(_width(session, listed))
        rows = session.connection().execute(wanted).cursor
        assert rows is not None
        while some := rows.fetchmany(AT_ONCE):
            found.extend([number for (number,) in some])
    return found


def asked_of_driver(
    session: Session, wanted: str, given: Sequence[object]
) -> list[tuple[Any, ...]]:
    """Ask the driver itself, plain values as SQLite holds them: for what a screen waits for."""
    driver: Any = session.connection().connection.driver_connection
    rows: list[tuple[Any, ...]] = driver.execute(wanted, given).fetchall()
    return rows


def count_up_to(session: Session, listed: Listed, most: int) -> int:
    """Count the scope's rows, but no further than ``most``: cheap however many there are."""
    wanted = f"SELECT count(*) FROM (SELECT 1 FROM {listed.table.name} WHERE scope=? LIMIT ?)"  # noqa: S608 - our name
    ((count,),) = asked_of_driver(session, wanted, (listed.scope, most))
    return int(count)


def count_all(
    session: Session, listed: Listed, condition: ColumnElement[bool], stride: Stride
) -> int:
    """Count every row; a fifth of a second at a million of them."""
    wanted = select(func.count()).select_from(listed.table).where(condition)
    with _passing(session, stride):
        return session.execute(wanted).scalar_one()


def group_counts(
    session: Session, listed: Listed, condition: ColumnElement[bool], key: str, stride: Stride
) -> tuple[GroupCount, ...]:
    """Count the rows of each value of a column, in the order of the values."""
    value = listed.columns[key]
    wanted = select(value, func.count()).where(condition).group_by(value).order_by(value)
    with _passing(session, stride):
        return tuple(
            GroupCount("" if shared is None else str(shared), count)
            for shared, count in session.execute(wanted)
        )


def total(
    session: Session, listed: Listed, condition: ColumnElement[bool], key: str, stride: Stride
) -> int:
    """Add a column of whole numbers up; rows without one count nothing."""
    added = func.coalesce(func.sum(listed.columns[key]), 0)
    with _passing(session, stride):
        return int(session.execute(select(added).where(condition)).scalar_one())


@contextmanager
def _passing(session: Session, stride: Stride) -> Iterator[None]:
    """Read many pages once: keep few of them, and stop in the middle when ``stride`` says so."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    stopped: list[Cancelled] = []

    def look() -> int:
        try:
            stride.step(0, 0)
        except Cancelled as said:
            stopped.append(said)
        return len(stopped)

    connection.exec_driver_sql(f"PRAGMA cache_size={SCAN_CACHE}")
    driver.set_progress_handler(look, LOOK_EVERY)
    try:
        yield
    except (DBAPIError, sqlcipher.OperationalError):
        if stopped:
            raise stopped[0] from None
        raise
    finally:
        driver.set_progress_handler(None, 0)
        connection.exec_driver_sql(f"PRAGMA cache_size={USUAL_CACHE}")


def _width(session: Session, listed: Listed) -> str:
    highest = func.coalesce(func.max(listed.row_number), 0)
    last = session.execute(select(highest).select_from(listed.table)).scalar_one()
    return "I" if last < NARROW else "q"


def _passes(of: ColumnElement[Any], one: Filter) -> ColumnElement[bool]:
    match one:
        case TextFilter(_, words):
            parts = [of.icontains(word, autoescape=True) for word in words.split()]
            return and_(literal_column("1") == literal_column("1"), *parts)
        case ChoiceFilter(_, code):
            return of == code
        case AmountFilter(_, least, most):
            return _between(of, least, most)
        case DayFilter(_, first, last):
            return _between(of, first, last)


def _between(of: ColumnElement[Any], least: object, most: object) -> ColumnElement[bool]:
    ends: list[ColumnElement[bool]] = [of.is_not(None)]
    if least is not None:
        ends.append(of >= least)
    if most is not None:
        ends.append(of <= most)
    return and_(*ends)
