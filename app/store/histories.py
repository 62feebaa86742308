"""The histories of the tables, run by Alembic: the shared one, the desk's own, and any beside them.

Only who builds or changes tables loads this: Alembic takes most of a second, and a file that is
current needs none of it (app.store.migrate).
"""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from app.store.base import Base, Local
from app.store.revisions import VERSIONS
from app.store.taking_up import take_up_known

HISTORIES: dict[str, MetaData] = {"shared": Base.metadata, "local": Local.metadata}


def upgrade(connection: Connection, history: str) -> None:
    """Run one history to its head on an open connection (either dialect)."""
    run_history(connection, history_scripts(history), HISTORIES[history], f"version_{history}")
    if history == "shared":
        take_up_known(connection)


def run_history(
    connection: Connection, scripts: ScriptDirectory, metadata: MetaData, version_table: str
) -> None:
    """Run the revisions in ``scripts`` that ``version_table`` does not have yet, to their head."""

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=version_table,
            render_as_batch=True,
            transactional_ddl=True,
        )
        environment.run_migrations()


def newer_revision(
    connection: Connection, scripts: ScriptDirectory, version_table: str
) -> str | None:
    """Give the revision a database stands at where this program does not know it, else None."""
    context = MigrationContext.configure(connection, opts={"version_table": version_table})
    known = {script.revision for script in scripts.walk_revisions()}
    return next((one for one in context.get_current_heads() if one not in known), None)


def history_scripts(history: str) -> ScriptDirectory:
    """Give the revisions of one history."""
    return scripts_in(VERSIONS / history)


def scripts_in(folder: Path) -> ScriptDirectory:
    """Give the revisions that lie in ``versions`` below a folder."""
    return ScriptDirectory(
        str(folder), version_locations=[str(folder / "versions")], file_template="%(rev)s"
    )
