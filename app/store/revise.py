"""Writing the next migration from what the records say now (``python -m app.assembly.revise``).

Every history is compared with a fresh encrypted file brought up by the revisions that exist;
what is written is read and mended by a person before it is committed.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic.autogenerate import RevisionContext
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from app.store.engine import writing_engine
from app.store.histories import HISTORIES, history_scripts, run_history


def write_revisions(message: str, more: Mapping[str, tuple[ScriptDirectory, MetaData]]) -> None:
    """Write one revision per history that differs; the caller has imported every records module.

    ``more``: histories beside the store's own, by name (the hub's own tables).
    """
    histories = {
        name: (history_scripts(name), metadata) for name, metadata in HISTORIES.items()
    } | dict(more)
    with tempfile.TemporaryDirectory() as folder:
        engine = writing_engine(Path(folder) / "now.db", bytes(32))
        for history, (scripts, metadata) in histories.items():
            with engine.begin() as connection:
                run_history(connection, scripts, metadata, f"version_{history}")
                _revise(connection, history, scripts, metadata, message)
        engine.dispose()


def _revise(
    connection: Any, history: str, scripts: ScriptDirectory, metadata: MetaData, message: str
) -> None:
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
        process_revision_directives=_leave_out_empty,
    )

    def compare(revision: Any, context: MigrationContext) -> list[Any]:
        wanted.run_autogenerate(revision, context)
        return []

    with EnvironmentContext(Config(), scripts, fn=compare) as environment:
        environment.configure(
            connection=connection,
            target_metadata=metadata,
            version_table=f"version_{history}",
            include_name=lambda name, kind, _parents: kind != "table" or name in metadata.tables,
            user_module_prefix="app.store.types.",
            render_as_batch=True,
        )
        environment.run_migrations()
    list(wanted.generate_scripts())


def _leave_out_empty(_context: object, _revision: object, wanted: list[Any]) -> None:
    """Write nothing for a history that does not differ."""
    if wanted[0].upgrade_ops.is_empty():
        wanted.clear()
