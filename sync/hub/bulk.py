"""Many rows at once: COPY and arrays on PostgreSQL, one statement run many times elsewhere.

Below FROM rows the plain statement is as quick. Both ways write the same rows and raise the same
errors, SQLAlchemy's own, so that a race is told from a fault as everywhere else.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Table, bindparam, insert, text, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

FROM = 100
"""From so many rows on COPY pays."""


def add_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, which may differ in which columns they name."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(frozenset(row), []).append(row)
    for names, group in groups.items():
        if connection.dialect.name == "postgresql" and len(group) >= FROM:
            _copy(connection, table, sorted(names), group)
        else:
            connection.execute(insert(table), group)


def stamp(
    connection: Connection, table: Table, scope: str, rows: list[tuple[UUID, int, int]]
) -> None:
    """Write place and version into the rows of a scope: id, place, version."""
    if connection.dialect.name == "postgresql" and len(rows) >= FROM:
        name = table.name.replace('"', '""')
        statement = (
            f'UPDATE "{name}" AS t SET _seq = u.seq, _ver = u.ver '  # noqa: S608 - a table of ours
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:seqs AS bigint[]), CAST(:vers AS bigint[])) "
            "AS u(id, seq, ver) WHERE t.scope = :scope AND t.id = u.id"
        )
        ids, seqs, vers = (list(column) for column in zip(*rows, strict=True))
        values = {"scope": scope, "ids": ids, "seqs": seqs, "vers": vers}
        connection.execute(text(statement), values)
        return
    connection.execute(
        update(table)
        .where(table.c.scope == scope, table.c.id == bindparam("b_id"))
        .values({"_seq": bindparam("b_seq"), "_ver": bindparam("b_ver")}),
        [{"b_id": id, "b_seq": seq, "b_ver": ver} for id, seq, ver in rows],
    )


def _copy(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert by COPY, each value as its column's type would bind it."""
    binds = [(name, _binder(connection, table, name)) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row([bind(row[name]) for name, bind in binds])
    except psycopg.Error as error:
        raise _told(error) from error


def _binder(connection: Connection, table: Table, name: str) -> Callable[[Any], Any]:
    found = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return found or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _told(error: psycopg.Error) -> DBAPIError:
    """Give the error SQLAlchemy makes of the driver's, had it run the statement."""
    match error:
        case psycopg.IntegrityError():
            return IntegrityError("COPY", None, error)
        case psycopg.DataError():
            return DataError("COPY", None, error)
        case _:
            return OperationalError("COPY", None, error)
