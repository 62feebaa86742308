"""Migrations: what they build is what the records say, on both dialects; a file is old or new."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

import app.schema  # noqa: F401 - the metadata must be whole
from app.kit.clock import FixedClock
from app.kit.errors.base import BranchError
from app.store import histories, migrate
from app.store.base import Base
from app.store.engine import connect, writing_engine
from app.store.histories import HISTORIES, history_scripts, upgrade
from app.store.keyslots import new_slots
from app.store.migrate import STORE_VERSION, bring_up
from app.store.revisions import VERSIONS, newest_in
from app.store.store import DATABASE, Store

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))


def differences(connection: Connection, history: str) -> list[Any]:
    names = set(HISTORIES[history].tables)
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "version_table": f"version_{history}",
            "include_name": lambda name, kind, _parents: kind != "table" or name in names,
        },
    )
    return list(compare_metadata(context, HISTORIES[history]))


@pytest.mark.parametrize("history", sorted(HISTORIES))
def test_what_migrations_build_is_what_the_records_say(tmp_path: Path, history: str) -> None:
    engine = writing_engine(tmp_path / "a.db", KEY)
    with engine.begin() as connection:
        upgrade(connection, history)
        assert differences(connection, history) == []
        names = set(HISTORIES[history].tables)
        built = {row[0] for row in connection.execute(text(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'search!_text%' ESCAPE '!'"
        ))}  # fmt: skip
        assert built == names | {f"version_{history}"}
    engine.dispose()


@pytest.fixture
def postgres() -> Iterator[Engine]:
    """An empty schema of its own in the PostgreSQL that the suite is given."""
    url = os.environ.get("SEALDESK_TEST_PG")
    if not url:
        pytest.skip("SEALDESK_TEST_PG names no PostgreSQL server")
    base = make_url(url).set(drivername="postgresql+psycopg")
    name = f"migrations_{os.getpid()}"
    engine = create_engine(base, connect_args={"options": f"-csearch_path={name}"})
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    yield engine
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
    engine.dispose()


def test_the_shared_history_runs_on_postgresql_too(postgres: Engine) -> None:
    with postgres.begin() as connection:
        upgrade(connection, "shared")
        assert differences(connection, "shared") == []
        built = {row[0] for row in connection.execute(text(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ))}  # fmt: skip
        assert built == set(Base.metadata.tables) | {"version_shared"}


@pytest.mark.parametrize("history", sorted(HISTORIES))
def test_a_history_has_one_head_and_no_hole(history: str) -> None:
    scripts = history_scripts(history)
    assert len(scripts.get_heads()) == 1
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions[-1] == f"{history}_0001" and len(revisions) <= STORE_VERSION
    assert newest_in(VERSIONS / history) == scripts.get_current_head()


def test_a_newer_file_is_refused_in_words_and_left_alone(store: Store, clock: FixedClock) -> None:
    folder, key = store.folder, store.key
    store.close()
    raw = connect(folder / DATABASE, key)
    raw.execute(f"PRAGMA user_version={STORE_VERSION + 1}")
    raw.close()
    content = (folder / DATABASE).read_bytes()
    with pytest.raises(BranchError) as refused:
        Store.open(folder, key, clock)
    assert refused.value.code == "E-STORE-NEWER"
    assert (folder / DATABASE).read_bytes() == content


def older(path: Path) -> None:
    """Make a file as the release before the first wrote it: one table of today, one row in it.

    Its rows are in the WAL still, as after a crash.
    """
    script = """
import os, sys
from pathlib import Path
from app.store.engine import connect
raw = connect(Path(sys.argv[1]), bytes(range(32)))
raw.execute("CREATE TABLE of_old (word TEXT)")
raw.execute("PRAGMA user_version=0")
for word in ("first", "second", "third"):
    raw.execute("INSERT INTO of_old VALUES (?)", (word,))
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, cwd=ROOT, timeout=60)
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def words(path: Path) -> list[str]:
    raw = connect(path, KEY)
    try:
        return [row[0] for row in raw.execute("SELECT word FROM of_old ORDER BY rowid")]
    finally:
        raw.close()


def version(path: Path) -> int:
    raw = connect(path, KEY)
    try:
        return int(raw.execute("PRAGMA user_version").fetchone()[0])
    finally:
        raw.close()


def test_an_older_file_is_upgraded_on_a_copy_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    older(path)
    bring_up(path, KEY)
    assert version(path) == STORE_VERSION
    assert words(path) == ["first", "second", "third"]
    assert words(path.with_suffix(".before-migration")) == ["first", "second", "third"]
    assert version(path.with_suffix(".before-migration")) == 0
    assert not path.with_suffix(".migrating").exists()
    bring_up(path, KEY)
    assert words(path) == ["first", "second", "third"]


def test_a_stale_copy_with_its_wal_is_not_played_into_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    older(path)
    stale = path.with_suffix(".migrating")
    older(stale)
    raw = connect(stale, KEY)
    raw.execute("INSERT INTO of_old VALUES ('from the stale copy')")
    stale_wal = stale.with_name(f"{stale.name}-wal").read_bytes()
    raw.close()
    stale.with_name(f"{stale.name}-wal").write_bytes(stale_wal)
    bring_up(path, KEY)
    assert words(path) == ["first", "second", "third"]


@pytest.mark.parametrize("trouble", ["sql", "python", "verify"])
def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "desk.db"
    older(path)

    def broken(connection: Connection, history: str) -> None:
        upgrade(connection, history)
        if trouble == "sql":
            connection.exec_driver_sql("CREATE TABLE desk (again TEXT)")
        if trouble == "python":
            raise ValueError("no such column of old")
        if trouble == "verify":
            connection.exec_driver_sql("CREATE TABLE loose (x REFERENCES nowhere(y))")
            connection.exec_driver_sql("INSERT INTO loose VALUES (1)")

    with monkeypatch.context() as patched:
        patched.setattr(histories, "upgrade", broken)
        if trouble == "verify":
            patched.setattr(
                migrate, "_verify", lambda *_: (_ for _ in ()).throw(ValueError("loose"))
            )
        with pytest.raises(BranchError) as refused:
            bring_up(path, KEY)
    assert refused.value.code == "E-STORE-MIGRATION"
    assert not path.with_suffix(".migrating").exists()
    assert (version(path), words(path)) == (0, ["first", "second", "third"])
    bring_up(path, KEY)
    assert (version(path), words(path)) == (STORE_VERSION, ["first", "second", "third"])


def test_a_new_file_that_was_never_finished_is_finished(tmp_path: Path, clock: FixedClock) -> None:
    slots, key = new_slots()
    folder = tmp_path / "desk"
    folder.mkdir()
    slots.write(folder / "keys.json")
    (folder / DATABASE).touch()
    store = Store.open(folder, key, clock)
    store.note("a", 1)
    assert store.noted("a") == 1
    store.close()
