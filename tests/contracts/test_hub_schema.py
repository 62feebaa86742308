"""The hub's tables: its migrations build what it uses, on both databases; newer is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from app.kit.errors.base import BranchError
from app.store.revisions import newest_in
from sync.hub.database import HubDatabase
from sync.hub.histories import histories
from sync.hub.revisions import FOLDERS
from tests.sync.world import Hub, make_hub, postgres_url

DATABASES = ["embedded", *(["postgresql"] if postgres_url() else [])]


@pytest.fixture(params=DATABASES)
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hub]:
    url = postgres_url() if request.param == "postgresql" else ""
    made = make_hub(tmp_path / "hub", url=url)
    yield made
    made.database.close()


def differences(connection: Connection, name: str) -> list[Any]:
    """Compare what is there with what one history's tables should be."""
    _, metadata = histories()[name]
    context = MigrationContext.configure(
        connection,
        opts={
            "version_table": f"version_{name}",
            "include_name": lambda said, kind, _up: kind != "table" or said in metadata.tables,
        },
    )
    return list(compare_metadata(context, metadata))


def emptied(connection: Connection) -> None:
    """Take every table away."""
    for name, (_, metadata) in histories().items():
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE version_{name}"))


@pytest.mark.parametrize("name", ["shared", "hub"])
def test_the_migrated_tables_are_the_tables_the_hub_uses(hub: Hub, name: str) -> None:
    assert hub.database.read(lambda c: differences(c, name)) == []
    for table in histories()[name][1].sorted_tables:
        hub.database.read(lambda c, t=table: c.execute(t.select().limit(1)).all())  # type: ignore[misc]


def test_nothing_else_is_made(hub: Hub) -> None:
    wanted = {"version_shared", "version_hub"}
    for _, metadata in histories().values():
        wanted |= set(metadata.tables)
    assert set(hub.database.read(lambda c: inspect(c).get_table_names())) == wanted


def test_bringing_up_what_is_up_changes_nothing(hub: Hub) -> None:
    hub.token()
    hub.database.bring_up()
    assert len(hub.rows("SELECT * FROM hub_enrol_token")) == 1


@pytest.mark.parametrize("name", ["shared", "hub"])
def test_the_newest_revision_is_known_by_its_name(name: str) -> None:
    scripts, _ = histories()[name]
    assert newest_in(FOLDERS[name]) == scripts.get_current_head()


@pytest.mark.parametrize("name", ["shared", "hub"])
def test_a_newer_database_is_refused_in_words(hub: Hub, name: str) -> None:
    """Whichever history ran ahead: nothing is changed, and the sentence names both versions."""
    newer = text(f"UPDATE version_{name} SET version_num = '{name}_9999'")
    hub.database.write(lambda c: c.execute(newer))
    with pytest.raises(BranchError) as refused:
        hub.database.bring_up()
    assert refused.value.code == "E-HUB-NEWER"
    assert f"{name}_9999" in str(refused.value.problem.what)
    assert hub.rows(f"SELECT version_num FROM version_{name}") == [(f"{name}_9999",)]


def test_a_start_that_fails_half_way_leaves_nothing_behind(hub: Hub) -> None:
    """The hub's own history meets a table of its name: the shared one, run before, is undone."""

    hub.database.write(emptied)
    hub.database.write(lambda c: c.execute(text("CREATE TABLE hub_blob (sha256 INTEGER)")))
    with pytest.raises(Exception, match="hub_blob"):
        hub.database.bring_up()
    assert hub.database.read(lambda c: inspect(c).get_table_names()) == ["hub_blob"]


def test_two_processes_that_start_at_once_build_it_once(hub: Hub) -> None:
    hub.database.write(emptied)
    url = postgres_url() if hub.database.writer.dialect.name == "postgresql" else ""
    others = [
        HubDatabase.open(url or f"sqlcipher:///{hub.folder / 'hub.db'}", hub.keys.database_key())
        for _ in range(2)
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.bring_up(), others))
    for one in others:
        one.close()
    assert hub.rows("SELECT version_num FROM version_hub") == [("hub_0002",)]
