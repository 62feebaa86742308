"""First load by a snapshot: the same as by pages, whole or not at all, and nothing here is lost."""

import dataclasses
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from typing_extensions import override

from app.kit.ids import new_id
from app.store.base import shared_classes
from app.store.capture import body_of
from app.store.engine import connect
from app.store.follow import Follower
from app.store.snapshot import SnapshotError, Trailer, write_snapshot
from sync.client.faults import HubError, HubFault
from sync.courier import snapshots as courier
from sync.engine.round import sync_round
from sync.engine.taking import RoundSettings
from sync.hub.app import hub_app
from sync.hub.snapshots import Ready
from sync.wire.columns import FeedRow
from sync.wire.digest import digest_text, hash64
from tests.sync.world import FREE, OTHER, SCOPE, Desk, Hub, customer, make_desk, make_hub

FEW = 5
"""From so many rows on these hubs offer a snapshot."""


class Watched(httpx.BaseTransport):
    """A line that notes what is asked, and cuts what it is told to."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.asked: list[str] = []
        self.cut_after: int | None = None
        self.last: httpx.Response | None = None

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if self._is_part(request) and self.cut_after is not None:
            if self.cut_after == 0:
                raise httpx.ReadError("cut")
            self.cut_after -= 1
        self.last = self.inner.handle_request(request)
        return self.last

    @staticmethod
    def _is_part(request: httpx.Request) -> bool:
        return request.url.path.count("/") == 4

    @property
    def parts(self) -> int:
        return sum(path.count("/") == 4 and "/v1/snap/" in path for path in self.asked)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    offer_from(made, FEW)
    yield made
    made.service.close()
    made.database.close()


def offer_from(hub: Hub, rows: int) -> None:
    hub.service = dataclasses.replace(hub.service, snapshot_from=rows)
    hub.app = hub_app(hub.service, FREE)


def built(hub: Hub, scope: str = SCOPE) -> Ready:
    return hub.service.snapshots.prepare(scope).result(timeout=60)


class Office:
    """Desks that come and go; closed at the end."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub = hub
        self.folder = folder
        self.desks: list[Desk] = []

    def desk(self, name: str, **more: Any) -> Desk:
        made = make_desk(self.hub, self.folder, name, **more)
        self.desks.append(made)
        return made

    def watched(self, name: str, **more: Any) -> tuple[Desk, Watched]:
        line = Watched(self.hub.transport())
        return self.desk(name, transport=line, **more), line


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Iterator[Office]:
    made = Office(hub, tmp_path)
    yield made
    for desk in made.desks:
        desk.close()


def everything(desk: Desk) -> dict[str, list[Any]]:
    """Give every shared row with all its columns, places and versions included."""
    return {
        kind: desk.rows(f"SELECT * FROM {kind} ORDER BY scope, id") for kind in shared_classes()
    }


def outbox(desk: Desk) -> list[Any]:
    return desk.rows("SELECT mseq, txn, op, patch, hash, state FROM outbox ORDER BY mseq")


def stir(desk: Desk, dice: random.Random, acts: int) -> None:
    """Add, edit and delete customers, add people: rows of two ways to travel, and tombstones."""
    for _ in range(acts):
        known = sorted(desk.names())
        act = dice.choice(("add", "add", "edit", "edit", "delete", "person"))
        if act == "edit" and known:
            desk.edit(dice.choice(known), email=f"e{dice.random()}")
        elif act == "delete" and len(known) > 3:
            desk.delete(dice.choice(known))
        elif act == "person":
            desk.person = "admin"
            desk.add_person(f"p{dice.random()}")
            desk.person = "c1"
        else:
            desk.add_customer(f"n{dice.random()}")


@pytest.mark.parametrize("seed", range(2))
def test_a_snapshot_and_what_came_since_are_the_whole_feed(
    hub: Hub, office: Office, seed: int
) -> None:
    """snapshot(h) + deltas(h..) = deltas(0..), row for row and column for column."""
    dice = random.Random(seed)
    writer = office.desk("writer")
    stir(writer, dice, 60)
    writer.sync()
    there = built(hub)
    stir(writer, dice, dice.randint(0, 5))
    writer.sync()
    whole, line = office.watched("whole")
    offer_from(hub, 1 << 40)
    paged, pages = office.watched("paged")
    offer_from(hub, FEW)
    line.inner = hub.transport()
    assert whole.sync().even
    assert line.parts > 0, "it went by the snapshot"
    assert whole.follow.followed()[0].seq >= there.trailer.head
    offer_from(hub, 1 << 40)
    pages.inner = hub.transport()
    assert paged.sync().even
    assert pages.parts == 0
    assert everything(whole) == everything(paged)
    assert whole.follow.followed() == paged.follow.followed()
    assert whole.follow.recount(SCOPE) == paged.follow.recount(SCOPE)


def test_the_first_question_finds_it_building_and_the_next_ready(hub: Hub, office: Office) -> None:
    offer_from(hub, 1 << 40)
    writer = office.desk("writer")
    stir(writer, random.Random(1), 30)
    writer.sync()
    offer_from(hub, FEW)
    reader = office.desk("reader")
    busy = threading.Event()
    hub.service.snapshots._worker.post(busy.wait, 60)
    first = reader.link.snapshot(SCOPE)
    busy.set()
    assert (first.state, first.key, first.size) == ("building", "", 0)
    ready = built(hub)
    then = reader.link.snapshot(SCOPE)
    assert (then.state, then.sha256, then.rows) == ("ready", ready.sha256, ready.trailer.rows)
    assert len(hub.rows("SELECT * FROM hub_snapshot")) == 1
    assert reader.sync().even


def test_a_small_scope_comes_by_pages(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    for n in range(FEW - 1):
        writer.add_customer(f"c{n}")
    writer.sync()
    reader, line = office.watched("reader")
    assert reader.sync().even
    assert not [path for path in line.asked if "/v1/snap/" in path]


def test_a_snapshot_far_behind_is_not_given_again(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    for n in range(40):
        writer.add_customer(f"c{n}")
    writer.sync()
    old = built(hub)
    writer.add_customer("one more")
    writer.sync()
    assert hub.service.snapshots.offer(SCOPE) == old
    for n in range(10):
        writer.add_customer(f"d{n}")
    writer.sync()
    assert hub.service.snapshots.offer(SCOPE) is None
    assert built(hub).trailer.head == 51


def test_many_who_ask_at_once_have_it_built_once(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    stir(writer, random.Random(3), 40)
    writer.sync()
    futures = {id(hub.service.snapshots.prepare(SCOPE)) for _ in range(5)}
    built(hub)
    assert len(futures) == 1 or len(hub.rows("SELECT * FROM hub_snapshot")) <= len(futures)


def test_a_cut_line_goes_on_where_it_was(
    hub: Hub, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "PART", 5_000)
    writer = office.desk("writer")
    stir(writer, random.Random(5), 60)
    writer.sync()
    built(hub)
    reader, line = office.watched("reader")
    line.cut_after = 2
    with_problem = reader.sync()
    assert [problem.code for problem in with_problem.problems] == ["E-SYNC-OFFLINE"]
    assert reader.names() == {}, "half a snapshot is nothing"
    (part,) = reader.follow.snapshot_folder.iterdir()
    assert part.stat().st_size == 10_000
    line.cut_after, line.asked = None, []
    assert reader.sync().even
    size = built_size(hub)
    assert line.parts == -(-(size - 10_000) // 5_000), "only what was missing was asked for"
    assert list(reader.follow.snapshot_folder.iterdir()) == []
    assert everything(reader)["customer"] == everything(writer)["customer"]


def built_size(hub: Hub) -> int:
    return int(hub.rows("SELECT size FROM hub_snapshot")[0][0])


def test_a_file_that_is_another_one_is_thrown_away_and_pages_do(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    stir(writer, random.Random(6), 30)
    writer.sync()
    ready = built(hub)
    path = hub.service.snapshots.folder / f"{ready.sha256}.snapshot"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    reader = office.desk("reader")
    assert reader.sync().even
    assert list(reader.follow.snapshot_folder.iterdir()) == []
    assert everything(reader)["customer"] == everything(writer)["customer"]


def offered(hub: Hub) -> tuple[Path, bytes, Trailer]:
    ready = built(hub)
    return hub.service.snapshots.folder / f"{ready.sha256}.snapshot", ready.key, ready.trailer


def taken(desk: Desk, path: Path, key: bytes, trailer: Trailer) -> bool:
    return desk.follow.take_snapshot(path, key, trailer, lambda _gone, _live: True).taken


def test_half_a_file_is_refused_and_leaves_the_store_as_it_was(
    hub: Hub, office: Office, tmp_path: Path
) -> None:
    writer = office.desk("writer")
    stir(writer, random.Random(7), 30)
    writer.sync()
    path, key, trailer = offered(hub)
    reader = office.desk("reader")
    reader.add_customer("made here")
    before = everything(reader), outbox(reader), reader.follow.followed()
    half = tmp_path / "half"
    for part in (0, 1, 100, 4096, 20_000, -4096):
        half.write_bytes(path.read_bytes()[:part])
        with pytest.raises(SnapshotError):
            taken(reader, half, key, trailer)
        assert (everything(reader), outbox(reader), reader.follow.followed()) == before
    assert reader.sync().even


def test_a_snapshot_that_is_not_the_one_offered_is_refused(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    stir(writer, random.Random(8), 20)
    writer.sync()
    path, key, trailer = offered(hub)
    reader = office.desk("reader")
    wrong: list[dict[str, Any]] = [
        {"scope": OTHER},
        {"epoch": "another"},
        {"head": 1},
        {"schema": 99},
        {"rows": 1},
        {"digest": "abc"},
    ]
    for change in wrong:
        with pytest.raises(SnapshotError):
            taken(reader, path, key, dataclasses.replace(trailer, **change))
    with pytest.raises(SnapshotError):
        taken(reader, path, bytes(32), trailer)
    assert reader.names() == {}
    assert taken(reader, path, key, trailer)


def test_a_store_that_stands_further_takes_no_older_snapshot(hub: Hub, office: Office) -> None:
    """Going back in time would show rows that were deleted since."""
    writer = office.desk("writer")
    stir(writer, random.Random(9), 20)
    writer.sync()
    path, key, trailer = offered(hub)
    writer.add_customer("later")
    writer.sync()
    with pytest.raises(SnapshotError):
        taken(writer, path, key, trailer)
    assert "later" in writer.names().values()


def test_a_snapshot_with_other_columns_or_rows_of_another_office_is_refused(
    hub: Hub, office: Office, tmp_path: Path
) -> None:
    """What a newer program would write: this version says no instead of losing a column."""
    writer = office.desk("writer")
    stir(writer, random.Random(10), 20)
    writer.sync()
    path, key, trailer = offered(hub)
    reader = office.desk("reader")
    for sql in (
        "ALTER TABLE customer ADD COLUMN shoe_size INTEGER",
        "CREATE TABLE never_heard_of (id INTEGER)",
        f"UPDATE customer SET scope = '{OTHER}'",
        "UPDATE customer SET _ver = _ver + 1",
        "DELETE FROM snapshot_trailer",
        "DROP TABLE snapshot_trailer",
    ):
        changed = tmp_path / "changed"
        changed.write_bytes(path.read_bytes())
        rewrite(changed, key, sql)
        with pytest.raises(SnapshotError):
            taken(reader, changed, key, trailer)
        assert reader.names() == {}, sql


def rewrite(path: Path, key: bytes, sql: str) -> None:
    raw = connect(path, key)
    raw.execute(sql)
    raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()


def test_rows_that_do_not_sum_up_make_no_snapshot(tmp_path: Path, office: Office) -> None:
    desk = office.desk("d")
    id = new_id(desk.clock)
    body = body_of(customer(SCOPE, id, "x"))
    trailer = Trailer(SCOPE, "e", 1, 1, 1, digest_text(hash64("customer", id, 2)))
    with pytest.raises(ValueError, match="sum up"):
        write_snapshot(tmp_path / "s", bytes(32), trailer, [FeedRow("customer", id, 1, 1, body)])


def forget_tombstones(hub: Hub) -> None:
    """Do what the hub does after 400 days: deletions before the head are known no more."""

    def act(connection: Any) -> None:
        connection.execute(text("DELETE FROM hub_sync_row WHERE op <> 'put'"))
        connection.execute(text("UPDATE hub_scope_head SET min_seq = seq"))

    hub.database.write(act)


def test_a_desk_that_was_away_too_long_loads_afresh_and_keeps_what_waits(
    hub: Hub, office: Office
) -> None:
    """410: rows deleted meanwhile go, pending edits stay, are sent, and get their word."""
    writer, away = office.desk("writer"), office.desk("away", person="c2")
    ids = [writer.add_customer(f"c{n}") for n in range(8)]
    writer.sync()
    away.sync()
    away.edit(ids[0], email="mine")
    away.edit(ids[1], email="lost")
    made = away.add_customer("made away")
    writer.edit(ids[0], job="theirs")
    writer.delete(ids[1])
    writer.delete(ids[2])
    writer.sync()
    forget_tombstones(hub)
    built(hub)
    waiting = outbox(away)
    path, key, trailer = offered(hub)
    assert taken(away, path, key, trailer)
    assert outbox(away) == waiting
    names = away.names()
    assert ids[2] not in names and made in names
    here = away.customer(ids[0])
    assert here is not None and (here.email, here.job, here.pending) == ("mine", "theirs", 1)
    assert away.sync().even
    assert writer.sync().even
    assert everything(away)["customer"] == everything(writer)["customer"]
    letters = [row[0] for row in away.rows("SELECT status FROM inbox")]
    assert letters == ["conflict"], "the edit of a deleted row is told, not dropped"


def test_the_engine_does_that_by_itself(hub: Hub, office: Office) -> None:
    writer, away = office.desk("writer"), office.desk("away", person="c2")
    ids = [writer.add_customer(f"c{n}") for n in range(8)]
    writer.sync()
    away.sync()
    writer.delete(ids[2])
    writer.add_customer("new")
    writer.sync()
    forget_tombstones(hub)
    built(hub)
    report = away.sync()
    assert report.even and not report.problems
    assert away.names() == writer.names()


def test_so_many_deletions_need_a_persons_yes(hub: Hub, office: Office) -> None:
    """A snapshot with a fifth of the rows missing, over 500 of them, deletes nothing unasked."""
    writer, away = office.desk("writer"), office.desk("away")

    def add_many(work: Any) -> None:
        for n in range(520):
            work.session.add(customer(SCOPE, UUID(int=n + 1), f"c{n}"))

    writer.write(add_many)
    writer.sync()
    away.sync()

    def vanish(connection: Any) -> None:
        connection.execute(text("UPDATE hub_sync_row SET op = 'del', body = NULL"))
        connection.execute(text("DELETE FROM customer"))
        connection.execute(text("UPDATE hub_scope_head SET live_n = 0, digest = '0'"))

    hub.database.write(vanish)
    other = office.desk("other", person="c2")
    other.add_customer("the only one")
    other.sync()
    forget_tombstones(hub)
    built(hub)
    report = away.sync()
    assert "E-SYNC-DELETE" in [problem.code for problem in report.problems]
    assert len(away.names()) == 520
    agreed = RoundSettings(away.device, 1, agreed=frozenset({SCOPE}))
    assert sync_round(away.follow, away.link, agreed).even
    assert list(away.names().values()) == ["the only one"]


def test_only_who_follows_a_scope_gets_its_snapshot(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    stir(writer, random.Random(11), 20)
    writer.sync()
    ready = built(hub)
    stranger = office.desk("stranger", scopes=(OTHER,))
    for act in (
        lambda: stranger.link.snapshot(SCOPE),
        lambda: stranger.link.snapshot_bytes(SCOPE, ready.sha256, 0, 10),
        lambda: stranger.link.snapshot_bytes(OTHER, ready.sha256, 0, 10),
        lambda: writer.link.snapshot_bytes(SCOPE, "0" * 64, 0, 10),
    ):
        with pytest.raises(HubError) as refused:
            act()
        assert refused.value.fault is HubFault.NOT_FOUND


def test_stretches_of_it_are_named_by_its_hash(hub: Hub, office: Office) -> None:
    writer, line = office.watched("writer")
    stir(writer, random.Random(12), 20)
    writer.sync()
    path, _, _ = offered(hub)
    raw, sha256 = path.read_bytes(), path.stem
    assert writer.link.snapshot_bytes(SCOPE, sha256, 5, 100) == raw[5:105]
    assert writer.link.snapshot_bytes(SCOPE, sha256, len(raw) - 3, 100) == raw[-3:]
    assert line.last is not None
    assert line.last.headers["etag"] == f'"{sha256}"'
    assert line.last.headers["content-range"] == f"bytes {len(raw) - 3}-{len(raw) - 1}/{len(raw)}"
    with pytest.raises(HubError) as refused:
        writer.link.snapshot_bytes(SCOPE, sha256, len(raw), 1)
    assert refused.value.fault is HubFault.REFUSED


def test_the_file_says_nothing_without_its_key(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    for n in range(10):
        writer.add_customer(f"Very Secret Ltd {n}")
    writer.sync()
    path, key, _ = offered(hub)
    assert b"Secret" not in path.read_bytes() and key not in path.read_bytes()
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_old_snapshots_are_swept_the_newest_stays(hub: Hub, office: Office) -> None:
    writer = office.desk("writer")
    stir(writer, random.Random(13), 20)
    writer.sync()
    old = built(hub)
    stir(writer, random.Random(14), 20)
    writer.sync()
    hub.clock.advance(2 * 86_400)
    new = built(hub)
    hub.service.snapshots.sweep()
    left = {path.stem for path in hub.service.snapshots.folder.iterdir()}
    assert left == {new.sha256} and old.sha256 != new.sha256
    assert hub.rows("SELECT sha256 FROM hub_snapshot") == [(new.sha256,)]


def test_a_follower_keeps_its_snapshots_beside_its_store(office: Office) -> None:
    desk = office.desk("d")
    assert Follower(desk.store).snapshot_folder.parent == desk.store.folder
