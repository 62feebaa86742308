"""Bringing the hub's database to this version, in place: the branches' history and its own.

The shared tables run the very history the branches run; what only the hub has is a history of its
own (``migrations/versions``). Both dialects change tables inside a transaction, so a start that
fails half-way leaves everything as it was.
"""

from sqlalchemy import Connection, inspect, text

from app.store.revisions import newest_in
from sync.hub.revisions import FOLDERS


def bring_up(connection: Connection) -> None:
    """Bring every table forward inside an open transaction; the caller commits it.

    Raises BranchError E-HUB-NEWER where a newer program wrote the database: nothing is changed.
    """
    if all(_stands_at(connection, name) == [newest_in(folder)] for name, folder in FOLDERS.items()):
        return
    from sync.hub.histories import run

    run(connection)


def _stands_at(connection: Connection, history: str) -> list[str]:
    """Read the revisions a database says it has; none of a history that was never run."""
    table = f"version_{history}"
    if not inspect(connection).has_table(table):
        return []
    return list(connection.scalars(text(f"SELECT version_num FROM {table}")))  # noqa: S608 - ours
