"""A head office that a former program founded hands out the bundle of the program it runs."""

import base64
import json
from pathlib import Path

import pytest

from app.assembly.hub import HEAD_OFFICE, init_head_office, renew_packs
from app.kit.clock import SystemClock
from app.packs.queries import pack_files, pack_rows
from app.packs.resources import resource_bytes
from app.packs.shipped import offers_former, shipped_root
from app.packs.sources import BytesSource
from app.packs.trust import PackStore
from app.store.work import Actor, Work
from sync.hub.founding import Connection, founding_work
from sync.hub.server import HubSettings, open_database

OLD = Path(__file__).resolve().parents[1] / "data" / "packs_before_forms"
FOUNDER = Actor("A0001", "", frozenset({"administrator"}), HEAD_OFFICE, "hub")


def held(settings: HubSettings) -> dict[str, bytes]:
    """Give the files head office hands out."""
    found: dict[str, bytes] = {}

    def look(connection: Connection) -> None:
        with founding_work(connection, FOUNDER, SystemClock()) as work:
            found.update(pack_files(work.session))

    hub = open_database(settings)
    hub.write(look)
    hub.close()
    return found


def put_old(work: Work) -> None:
    """Hand out what the former program did: its files, none of the forms."""
    files = {path.relative_to(OLD).as_posix(): path.read_bytes() for path in OLD.rglob("*.json")}
    for path, row in pack_rows(work.session).items():
        if path in files:
            row.content = base64.b64encode(files[path]).decode("ascii")
        else:
            work.session.delete(row)


@pytest.fixture
def settings(tmp_path: Path) -> HubSettings:
    """A head office made new."""
    init_head_office(tmp_path / "hub", SystemClock())
    return HubSettings(tmp_path / "hub", "")


def test_the_former_bundle_gives_way_once(settings: HubSettings, tmp_path: Path) -> None:
    clock = SystemClock()
    assert not renew_packs(settings, clock)
    hub = open_database(settings)

    def back(connection: Connection) -> None:
        with founding_work(connection, FOUNDER, clock) as work:
            put_old(work)

    hub.write(back)
    hub.close()
    assert offers_former(held(settings))
    assert renew_packs(settings, clock)
    files = held(settings)
    assert not offers_former(files)
    packs = PackStore(tmp_path / "packs", shipped_root(), clock)
    assert packs.refresh(BytesSource(files))
    here = json.loads(resource_bytes("forms/customers.organisation.json"))["header"]["version"]
    assert packs.form("customers.organisation").origin.version == here
    assert not renew_packs(settings, clock)
