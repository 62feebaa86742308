"""No row is lost from a feed, however slow its transactions are and however many break off."""

import time
from uuid import UUID

from sqlalchemy import Connection, insert, select, text

from app.kit.clock import SystemClock
from sync.hub import pull
from sync.hub.feed import FeedDraft, publish
from sync.hub.tables import nonce, scope_head, sync_row
from sync.wire.columns import to_rows
from sync.wire.digest import digest_of, hash64
from sync.wire.messages import Cursor, Page
from tests.sync.feed_race import BrokenOffError, Name, Step, run_race
from tests.sync.world import OTHER, SCOPE, Hub

KIND = "customer"
STEPS = 40


class HubFeed:
    """The hub's own feed, written as a push writes it and read as a desk is answered."""

    def __init__(self, hub: Hub, scopes: list[str]) -> None:
        self._hub = hub
        self.places: list[tuple[str, int]] = []
        self._cursors = {scope: Cursor(scope, "", 0, "1") for scope in scopes}

    def write(self, step: Step) -> dict[Name, int]:
        def act(connection: Connection) -> tuple[dict[Name, int], list[tuple[str, int]]]:
            draft = FeedDraft(connection)
            versions = {
                (scope, id): draft.put((scope, KIND, id), {"name": id.hex}).ver
                for scope, id in step.rows
            }
            time.sleep(step.before_numbers)
            places = publish(draft, self._hub.service.epoch)
            time.sleep(step.before_commit)
            if step.breaks_off:
                raise BrokenOffError
            return versions, [(key[0], place) for key, place in places.items()]

        versions, places = self._hub.database.write(act, queue=step.rows[0][0])
        self.places += places
        return versions

    def read(self) -> dict[Name, int]:
        def look(connection: Connection) -> list[Page]:
            heads = pull.heads_of(connection, list(self._cursors), self._hub.service.epoch)
            return pull.pages_for(connection, list(self._cursors.values()), heads, pull.Budget(50))

        came: dict[Name, int] = {}
        for page in self._hub.database.read(look):
            assert page.start == self._cursors[page.scope].seq < page.next <= page.head
            self._cursors[page.scope] = Cursor(page.scope, page.epoch, page.next, "1")
            came |= {(page.scope, row.id): row.ver for row in to_rows(page.kinds)}
        return came

    def at_head(self) -> bool:
        """Whether the reader stands where the feeds end."""
        heads = self._hub.service.heads_now(list(self._cursors))
        return all(self._cursors[scope].seq == head for scope, head in heads.items())


def test_no_row_is_missed_or_invented(hub: Hub) -> None:
    feed = HubFeed(hub, [SCOPE, OTHER])
    race = run_race(feed, [SCOPE, OTHER], STEPS, seed=53)
    assert race.missed == set() == race.invented
    assert race.transactions > 200 and race.broken_off > 20 and race.readings > 10


def test_places_are_given_once_and_without_a_gap(hub: Hub) -> None:
    feed = HubFeed(hub, [SCOPE])
    race = run_race(feed, [SCOPE], STEPS, seed=54)
    assert race.broken_off
    places = sorted(place for _, place in feed.places)
    assert places == list(range(1, len(places) + 1))
    rows = hub.database.read(lambda c: c.execute(select(sync_row)).all())
    assert {(row.scope, row.id): row.ver for row in rows} == race.committed
    head = hub.database.read(lambda c: c.execute(select(scope_head)).one())
    assert head.seq == places[-1] and head.live_n == len(rows)
    summed = sum(hash64(row.kind, row.id, row.ver) for row in rows) % (1 << 64)
    assert digest_of(head.digest) == summed


def test_an_open_transaction_elsewhere_holds_no_feed_up(hub: Hub) -> None:
    """A workstation whose request hangs in the middle must not stop everybody's pages."""
    if hub.database.writer.dialect.name != "postgresql":
        # The embedded database has one writer at a time: what can hang there is a reader.
        stuck = hub.database.reader.connect()
    else:
        stuck = hub.database.writer.connect()
        stuck.execute(insert(nonce).values(device="d", nonce="n", at=SystemClock().now()))
    feed = HubFeed(hub, [SCOPE])
    try:
        stuck.execute(select(sync_row)).all()
        race = run_race(feed, [SCOPE], 10, seed=55)
        assert race.missed == set() and feed.at_head()
        assert stuck.execute(select(sync_row)).all() == []
    finally:
        stuck.rollback()
        stuck.close()


class NumberedFeed:
    """A feed as many systems have it: a number from a sequence, read by ``number > the last``."""

    def __init__(self, hub: Hub) -> None:
        self._database, self._last = hub.database, 0
        numbered = {"postgresql": "bigserial PRIMARY KEY"}.get(
            hub.database.writer.dialect.name, "integer PRIMARY KEY AUTOINCREMENT"
        )
        with hub.database.writer.begin() as connection:
            connection.execute(text(f"CREATE TABLE numbered (n {numbered}, scope text, id text)"))

    def write(self, step: Step) -> dict[Name, int]:
        with self._database.writer.connect() as connection, connection.begin():
            for scope, id in step.rows:
                connection.execute(
                    text("INSERT INTO numbered (scope, id) VALUES (:scope, :id)"),
                    {"scope": scope, "id": id.hex},
                )
            time.sleep(step.before_numbers)
            if step.breaks_off:
                raise BrokenOffError
        return dict.fromkeys(step.rows, 1)

    def read(self) -> dict[Name, int]:
        rows = self._database.read(
            lambda c: c.execute(
                text("SELECT n, scope, id FROM numbered WHERE n > :n ORDER BY n"),
                {"n": self._last},
            ).all()
        )
        self._last = rows[-1].n if rows else self._last
        return {(row.scope, UUID(hex=row.id)): 1 for row in rows}


def test_a_feed_by_a_sequence_loses_rows_in_the_same_race(hub: Hub) -> None:
    """What the race must be able to see. With one writer at a time numbers cannot be overtaken."""
    race = run_race(NumberedFeed(hub), [SCOPE], STEPS, seed=53)
    if hub.database.writer.dialect.name == "postgresql":
        assert len(race.missed) > 10
    else:
        assert race.missed == set()
