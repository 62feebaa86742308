"""Columns a program has come to know: their values move from beside the row into it.

A desk keeps what a newer head office sends and it does not know in ``_extra``. Once an update has
brought the column, nobody sends the row again, so what was kept is put where it belongs, in the
transaction that brought it. A value that does not fit the column stays beside the row.
"""

from typing import Any

from sqlalchemy import Connection, Table, inspect, select, update

from app.store.base import SYNC_COLUMNS, Base
from app.store.types import from_plain


def take_up_known(connection: Connection) -> int:
    """Move values of columns that are known now into the rows of shared tables; gives how many.

    Reads only rows with something beside them; runs on either dialect, inside open work.
    """
    there = set(inspect(connection).get_table_names())
    tables = [table for name, table in Base.metadata.tables.items() if name in there]
    return sum(_take_up(connection, table) for table in tables)


def _take_up(connection: Connection, table: Table) -> int:
    extra = table.c["_extra"]
    kept = connection.execute(
        select(table.c.scope, table.c.id, extra).where(extra.is_not(None))
    ).all()
    moved = 0
    for scope, id, beside in kept:
        known = _fitting(table, beside)
        if not known:
            continue
        rest = {name: value for name, value in beside.items() if name not in known}
        here = table.c.scope == scope, table.c.id == id
        connection.execute(update(table).where(*here).values(known | {"_extra": rest or None}))
        moved += len(known)
    return moved


def _fitting(table: Table, beside: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (beside.keys() & table.c.keys()) - SYNC_COLUMNS:
        try:
            found[name] = from_plain(table.c[name].type, beside[name])
        except (TypeError, ValueError):
            continue
    return found
