"""The histories of the hub's database, run by Alembic: the branches' shared one and its own.

Only who builds or changes tables loads this (sync.hub.migrate).
"""

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

import app.schema  # noqa: F401 - fills Base.metadata
from app.kit.errors.base import BranchError
from app.kit.errors.sync import hub_newer
from app.store.base import Base
from app.store.histories import history_scripts, newer_revision, run_history, scripts_in
from sync.hub.revisions import FOLDERS
from sync.hub.tables import METADATA


def hub_scripts() -> ScriptDirectory:
    """Give the revisions of the tables only the hub has."""
    return scripts_in(FOLDERS["hub"])


def histories() -> dict[str, tuple[ScriptDirectory, MetaData]]:
    """Give the histories of the hub's database, in the order they run: name, revisions, tables."""
    return {
        "shared": (history_scripts("shared"), Base.metadata),
        "hub": (hub_scripts(), METADATA),
    }


def run(connection: Connection) -> None:
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
