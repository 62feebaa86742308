"""Writing the next migration from what the records say now (``python -m app.assembly.revise``).

Both histories are compared with a fresh encrypted file brought up by the revisions that exist;
what is written is read and mended by a person before it is committed.
"""

import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import RevisionContext
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.store.engine import writing_engine
from app.store.migrate import HISTORIES, history_scripts, upgrade


def write_revisions(message: str) -> None:
    """Write one revision per history that differs; the caller has imported every records module."""
    with tempfile.TemporaryDirectory() as folder:
        engine = writing_engine(Path(folder) / "now.db", bytes(32))
        for history in HISTORIES:
            with engine.begin() as connection:
                upgrade(connection, history)
                _revise(connection, history, message)
        engine.dispose()


def _revise(connection: Any, history: str, message: str) -> None:
    scripts: ScriptDirectory = history_scripts(history)
    number = f"{len(list(scripts.walk_revisions())) + 1:04d}"
    wanted = RevisionContext(
        Config(),
        scripts,
        {
            "message": message,
            "autogenerate": True,
            "sql": False,
            "head": "head",
            "splice": False,
            "branch_label": None,
            "version_path": None,
            "rev_id": f"{history}_{number}",
            "depends_on": None,
        },
    )

    def compare(revision: Any, context: MigrationContext) -> list[Any]:
        wanted.run_autogenerate(revision, context)
        return []

    with EnvironmentContext(Config(), scripts, fn=compare) as environment:
        environment.configure(
            connection=connection,
            target_metadata=HISTORIES[history],
            version_table=f"version_{history}",
            include_name=lambda name, kind, _parents: (
                kind != "table" or name in HISTORIES[history].tables
            ),
            user_module_prefix="app.store.types.",
            render_as_batch=True,
        )
        environment.run_migrations()
    list(wanted.generate_scripts())
