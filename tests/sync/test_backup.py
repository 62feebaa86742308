"""Backup, restore, drill: what was acknowledged is in the restored copy, or it is told."""

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.audit.actions import HeadSigner, append_line
from app.audit.records import AuditLine
from app.kit.errors.base import BranchError
from app.store.work import Work
from sync.hub.backup import DUMP, MANIFEST, Drilled, back_up, drill, inspect, restore
from sync.hub.server import DATABASE, KEYS, HubSettings, open_database
from sync.hub.tables import log_entry, scope_head, sync_row
from tests.sync.world import SCOPE, Desk, Hub, make_desk, postgres_url

URL = postgres_url()


@pytest.fixture
def settings(hub: Hub) -> HubSettings:
    on_postgres = hub.database.writer.dialect.name == "postgresql"
    return HubSettings(hub.folder, URL if on_postgres else "")


@pytest.fixture
def elsewhere(settings: HubSettings, tmp_path: Path) -> Iterator[HubSettings]:
    """A folder with the keys and nothing else, and an empty database where there is one."""
    shutil.copytree(settings.folder / KEYS, tmp_path / "other" / KEYS)
    if not settings.database:
        yield HubSettings(tmp_path / "other")
        return
    engine = create_engine(make_url(URL), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS restored WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE restored"))
    yield HubSettings(tmp_path / "other", make_url(URL).set(database="restored").render_as_string())
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a")
    for n in range(30):
        made.add_customer(f"c{n}")

    def act(work: Work) -> None:
        append_line(
            work, "test.act", [], {}, chain=made.device, scope=SCOPE,
            signer=HeadSigner(made.link.key.sign), seal_head=True,
        )  # fmt: skip

    made.write(act)
    assert made.sync().even
    hub.service.log.sequence()
    hub.service.blobs.put(b"a contract" * 1_000)
    yield made
    made.close()


def names(settings: HubSettings) -> set[str]:
    database = open_database(settings)
    try:
        found = database.read(lambda c: c.execute(text("SELECT name FROM customer")).all())
    finally:
        database.close()
    return {name for (name,) in found}


def test_a_restored_hub_holds_everything_and_the_desks_send_what_came_after(
    hub: Hub, desk: Desk, settings: HubSettings, elsewhere: HubSettings, tmp_path: Path
) -> None:
    manifest = back_up(settings, tmp_path / "backup", hub.clock)
    assert manifest.counts["customer"] == 30
    kept = {path.relative_to(tmp_path / "backup").as_posix().split("/")[0]
            for path in (tmp_path / "backup").rglob("*") if path.is_file()}  # fmt: skip
    assert kept == {MANIFEST, "files", DUMP if settings.database else DATABASE}, "no key is in it"
    desk.add_customer("after the backup")
    desk.sync()

    epoch = restore(tmp_path / "backup", elsewhere)
    assert epoch != hub.service.epoch
    assert names(elsewhere) == {f"c{n}" for n in range(30)}
    database = open_database(elsewhere)
    found = inspect(database, elsewhere)
    database.close()
    assert (found.faults, found.rows, found.log, found.files) == ((), 32, 1, 1)

    # The restored hub takes the old one's place; the desk hears of the new epoch and sends again.
    again = Hub(elsewhere.folder, elsewhere.keys, open_database(elsewhere), None, hub.clock, None)  # type: ignore[arg-type]
    again.restart()
    desk.link._client._transport = again.transport()  # type: ignore[union-attr]
    for _ in range(3):
        desk.sync()
    assert names(elsewhere) == {*(f"c{n}" for n in range(30)), "after the backup"}
    again.service.close()
    again.database.close()


def test_a_drill_restores_looks_through_and_leaves_nothing(
    hub: Hub, desk: Desk, settings: HubSettings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "backup", hub.clock)
    drilled = drill(tmp_path / "backup", settings)
    assert drilled.good
    assert (drilled.inspected.scopes, drilled.inspected.log, drilled.inspected.chains) == (1, 1, 1)
    if settings.database:
        left = "SELECT datname FROM pg_database WHERE datname LIKE 'sealdesk_drill%'"
        assert hub.rows(left) == []
    desk.add_customer("later")
    desk.sync()
    assert drill(tmp_path / "backup", settings).good, "a drill is about the backup, not about now"


def changed(hub: Hub, statement: Any) -> None:
    hub.database.write(lambda c: c.execute(statement))


@pytest.mark.parametrize("what", ["digest", "row", "business", "chain", "log", "file", "lost file"])
def test_a_drill_finds_what_does_not_hold(
    hub: Hub, desk: Desk, settings: HubSettings, tmp_path: Path, what: str
) -> None:
    """Damage is done to the hub's own data before the backup: a faithful copy of it is no good."""
    sha256 = hashlib.sha256(b"a contract" * 1_000).hexdigest()
    file = settings.folder / "files" / "whole" / sha256[:2] / sha256
    lines = AuditLine.__table__
    match what:
        case "digest":
            changed(hub, scope_head.update().values(digest="f" * 16))
        case "row":
            changed(hub, sync_row.delete().where(sync_row.c.seq == 3))
        case "business":
            changed(hub, text("DELETE FROM customer WHERE name = 'c7'"))
        case "chain":
            changed(hub, lines.update().values(action="another.act"))
        case "log":
            changed(hub, log_entry.update().values(n=99))
        case "file":
            file.write_bytes(b"b" + file.read_bytes()[1:])
        case _:
            file.unlink()
    back_up(settings, tmp_path / "backup", hub.clock)
    drilled = drill(tmp_path / "backup", settings)
    assert not drilled.good
    assert drilled.inspected.faults


def test_counts_that_differ_from_the_manifest_are_named() -> None:
    from sync.hub.backup import Manifest
    from sync.hub.inspection import Inspected

    whole = Inspected(1, 1, 0, 0, 0, ())
    manifest = Manifest(0, DATABASE, "0" * 64, 1, {"customer": 2}, {})
    assert Drilled(manifest, whole, ()).good
    assert not Drilled(manifest, whole, ("customer",)).good


def test_a_backup_under_load_is_one_moment_of_the_hub(
    hub: Hub, desk: Desk, settings: HubSettings, tmp_path: Path
) -> None:
    """While pushes go on, what the copy holds hangs together and has all that was told before."""
    stop = False

    def push() -> int:
        made = 0
        while not stop:
            desk.add_customer(f"load{made}")
            desk.sync()
            made += 1
        return made

    with ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(push)
        acked = 0
        for n in range(3):
            back_up(settings, tmp_path / f"backup{n}", hub.clock)
        stop = True
        acked = pushing.result()
    assert acked
    for n in range(3):
        drilled = drill(tmp_path / f"backup{n}", settings)
        assert drilled.good, drilled
        assert 30 <= drilled.manifest.counts["customer"] <= 30 + acked


def code(act: Any) -> str:
    with pytest.raises(BranchError) as caught:
        act()
    return caught.value.code


def test_nothing_is_written_over_and_nothing_broken_is_restored(
    hub: Hub, desk: Desk, settings: HubSettings, elsewhere: HubSettings, tmp_path: Path
) -> None:
    source = tmp_path / "backup"
    back_up(settings, source, hub.clock)
    assert code(lambda: back_up(settings, source, hub.clock)) == "E-HUB-BACKUP-THERE"
    assert code(lambda: restore(source, settings)) == "E-HUB-RESTORE-FULL"

    copy = source / (DUMP if settings.database else DATABASE)
    whole = copy.read_bytes()
    for broken in (whole[:-1], whole[:500] + bytes([whole[500] ^ 1]) + whole[501:], b""):
        copy.write_bytes(broken)
        assert code(lambda: restore(source, elsewhere)) == "E-HUB-BACKUP-BROKEN"
    copy.unlink()
    assert code(lambda: restore(source, elsewhere)) == "E-HUB-BACKUP-BROKEN"
    copy.write_bytes(whole)
    (source / MANIFEST).rename(source / "away")
    assert code(lambda: restore(source, elsewhere)) == "E-HUB-BACKUP-BROKEN", "cut off: no manifest"
    (source / "away").rename(source / MANIFEST)
    restore(source, elsewhere)
    assert code(lambda: restore(source, elsewhere)) == "E-HUB-RESTORE-FULL"


def test_a_backup_that_fails_leaves_no_folder(hub: Hub, tmp_path: Path) -> None:
    away = HubSettings(hub.folder, "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    with pytest.raises(Exception, match=r"refused|failed"):
        back_up(away, tmp_path / "backup", hub.clock)
    assert [path.name for path in tmp_path.iterdir()] == ["hub"]
