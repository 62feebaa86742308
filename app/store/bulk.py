"""Writing many rows at once: one statement, plain tuples, values in the form their columns store.

SQLAlchemy's own insert looks at every value of every row anew; over a hundred thousand rows that
costs more than the database does.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Table, inspect
from sqlalchemy.orm import ClassManager, DeclarativeBase, configure_mappers
from sqlalchemy.sql.schema import ScalarElementColumnDefault

R = TypeVar("R", bound=DeclarativeBase)
Processor = Callable[[Any], Any] | None


def made(kind: type[R], /, **values: object) -> R:
    """Make a new record that nobody has read yet, without noting each of its fields as a change.

    It may be added to a session or written by `insert_records`; both take what stands in it.
    """
    record = cast("R", _manager(kind).new_instance())
    vars(record).update(values)
    return record


def made_like(record: R, /, **values: object) -> R:
    """Make another record that holds the same but for these values."""
    same = {name: value for name, value in vars(record).items() if not name.startswith("_sa_")}
    return made(type(record), **same | values)


def insert_records(connection: Connection, table: Table, records: Sequence[R]) -> None:
    """Insert records of one kind that are in no session; all have the same fields set."""
    held = [vars(record) for record in records]
    columns = {
        column: [values[name] for values in held]
        for name, column in columns_of(type(records[0]))
        if name in held[0]
    }
    insert_columns(connection, table, columns)


def insert_columns(
    connection: Connection, table: Table, columns: Mapping[str, Sequence[object]]
) -> None:
    """Insert rows given column by column; plain defaults stand for columns that are not given."""
    count = len(next(iter(columns.values())))
    if not count:
        return
    statement, processors, fixed = _statement(table, tuple(columns), connection.dialect)
    lists = [_stored(processor, columns[name]) for name, processor in processors]
    lists += [[value] * count for value in fixed]
    connection.exec_driver_sql(statement, cast("Any", list(zip(*lists, strict=True))))


@cache
def _manager(kind: type[DeclarativeBase]) -> ClassManager[DeclarativeBase]:
    configure_mappers()  # as the first record made in the usual way would have it done
    return inspect(kind).class_manager


@cache
def columns_of(kind: type[DeclarativeBase]) -> tuple[tuple[str, str], ...]:
    """Give attribute and column of every field of a kind."""
    mapper = inspect(kind)
    return tuple((attribute.key, attribute.columns[0].name) for attribute in mapper.column_attrs)


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


def _stored(processor: Processor, values: Sequence[object]) -> Sequence[object]:
    """Bring values to their stored form; what is the same object as before it is not made again."""
    if processor is None:
        return values
    stored: list[object] = []
    last, form = object(), None
    for value in values:
        if value is not last:
            last, form = value, processor(value)
        stored.append(form)
    return stored
