"""Writing many rows at once: one statement, plain tuples, values in the form their columns store.

SQLAlchemy's own insert looks at every value of every row anew; over a hundred thousand rows that
costs more than the database does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.schema import ScalarElementColumnDefault

R = TypeVar("R", bound=DeclarativeBase)
Processor = Callable[[Any], Any] | None


def made(kind: type[R], /, **values: object) -> R:
    """Make a new record that nobody has read yet, without noting each of its fields as a change.

    It may be added to a session or written by `insert_many`; both take what stands in it.
    """
    record = kind()
    vars(record).update(values)
    return record


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, which all name the same columns; plain defaults stand for those they do not."""
    if not rows:
        return
    statement, columns, fixed = _statement(table, tuple(rows[0]), connection.dialect)
    lists = [_stored(processor, [row[name] for row in rows]) for name, processor in columns]
    lists += [[value] * len(rows) for value in fixed]
    connection.exec_driver_sql(statement, cast("Any", list(zip(*lists, strict=True))))


@cache
def _statement(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[tuple[str, Processor], ...], tuple[object, ...]]:
    """Give the statement, what turns a value of each column into its stored form, the defaults."""
    columns = tuple(
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
    )
    plain = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in names and isinstance(column.default, ScalarElementColumnDefault)
    }
    quote = dialect.identifier_preparer.quote
    listed = ", ".join(map(quote, (*names, *plain)))
    marks = ", ".join("?" * (len(names) + len(plain)))
    statement = f"INSERT INTO {quote(table.name)} ({listed}) VALUES ({marks})"  # noqa: S608 - names of ours
    return statement, columns, tuple(plain.values())


def _stored(processor: Processor, values: list[object]) -> list[object]:
    return values if processor is None else [processor(value) for value in values]
