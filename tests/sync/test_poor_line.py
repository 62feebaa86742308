"""A desk and a hub over a line with 10 % loss and 64 kbit/s, in namespaces of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.keys import HubKeys
from sync.hub.server import HubSettings, open_database
from tests.sync.poor_line import HUB_END, PoorLine, may_make_namespaces, poor_line
from tests.sync.served import HERE, Process, enrolled_desk, init_hub_folder
from tests.sync.world import Hub

pytestmark = pytest.mark.skipif(
    not may_make_namespaces(), reason="network namespaces take root and /dev/net/tun"
)


@pytest.fixture
def line() -> Iterator[PoorLine]:
    with poor_line(loss=0.1, kilobits=64, seed=64) as made:
        yield made


@pytest.fixture
def process(line: PoorLine, tmp_path: Path) -> Iterator[Process]:
    init_hub_folder(tmp_path / "hub", hosts=(HUB_END,))
    made = Process(tmp_path / "hub", before=line.at_hub, host=HUB_END)
    made.start()
    yield made
    made.end()


def test_work_of_a_day_goes_over_a_poor_line_once(
    process: Process, line: PoorLine, tmp_path: Path
) -> None:
    """Two desks of an office: one sends a morning's work, the other gets it, over the same line."""
    sender = line.as_desk(lambda: enrolled_desk(process, tmp_path / "sender"))
    reader = line.as_desk(lambda: enrolled_desk(process, tmp_path / "reader"))
    try:
        made = {sender.add_customer(f"customer {n}"): f"customer {n}" for n in range(60)}
        for id in list(made)[:20]:
            sender.edit(id, email=f"{id.hex}@example.test")
        assert line.as_desk(sender.sync).even
        assert line.as_desk(reader.sync).even
        assert reader.names() == made
        assert line.up.lost > 0 and line.down.lost > 0, "the line was not poor"
    finally:
        sender.close()
        reader.close()
    process.stop()
    database = open_database(HubSettings(process.folder))
    hub = Hub(process.folder, HubKeys(process.folder), database, None, HERE, None)  # type: ignore[arg-type]
    assert hub.rows("SELECT count(*), count(DISTINCT id) FROM customer") == [(60, 60)]
    assert hub.rows("SELECT count(*) FROM hub_history") == [(80,)]
    database.close()
