"""Bringing the hub's database to this version, in place: the branches' history and its own.

The shared tables run the very history the branches run; what only the hub has is a history of its
own (``migrations/versions``). Both dialects change tables inside a transaction, so a start that
fails half-way leaves everything as it was.
"""

from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

import app.schema  # noqa: F401 - fills Base.metadata
from app.kit.errors.base import BranchError
from app.kit.errors.sync import hub_newer
from app.store.base import Base
from app.store.migrate import history_scripts, newer_revision, run_history, scripts_in
from sync.hub.tables import METADATA


def hub_scripts() -> ScriptDirectory:
    """Give the revisions of the tables only the hub has."""
    return scripts_in(Path(__file__).parent / "migrations")


def histories() -> dict[str, tuple[ScriptDirectory, MetaData]]:
    """Give the histories of the hub's database, in the order they run: name, revisions, tables."""
    return {
        "shared": (history_scripts("shared"), Base.metadata),
        "hub": (hub_scripts(), METADATA),
    }


def bring_up(connection: Connection) -> None:
    """Bring every table forward inside an open transaction; the caller commits it.

    Raises BranchError E-HUB-NEWER where a newer program wrote the database: nothing is changed.
    """
    parts = histories()
    for name, (scripts, _) in parts.items():
        found = newer_revision(connection, scripts, f"version_{name}")
        if found is not None:
            raise BranchError(hub_newer(found, str(scripts.get_current_head())))
    for name, (scripts, metadata) in parts.items():
        run_history(connection, scripts, metadata, f"version_{name}")
