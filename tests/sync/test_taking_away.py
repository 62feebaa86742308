"""What head office takes away: a scope with its rows or without, a workstation as a whole."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync.client.faults import HubError, HubFault
from sync.hub import workstations
from sync.wire.messages import PROTO, Cursor, SyncReply, SyncRequest
from tests.sync.signing import SignedAuth
from tests.sync.test_routes import BY_NAME, ask, opened
from tests.sync.world import OTHER, SCOPE, Desk, Hub, make_desk

DAYS = timedelta(days=7)


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a", scopes=(SCOPE, OTHER))
    made.add_customer("Alpha")
    made.sync()
    yield made
    made.close()


def events(desk: Desk, *scopes: str) -> list[tuple[str, str]]:
    """Ask once and give the events of the answer."""
    cursors = [Cursor(scope, "", 0, "0") for scope in scopes]
    asked = SyncRequest(desk.device, PROTO, desk.settings.schema, [], cursors, 100)
    reply: SyncReply = desk.link.sync(asked).reply
    assert not [page for page in reply.pages if page.scope == SCOPE]
    return [(event.event, event.scope) for event in reply.events]


@pytest.mark.parametrize(("keep", "told"), [(False, "revoke"), (True, "keep")])
def test_a_scope_is_taken_with_its_rows_or_left_to_be_read(
    hub: Hub, desk: Desk, *, keep: bool, told: str
) -> None:
    until = hub.clock.now() + DAYS
    hub.database.write(lambda c: workstations.revoke(c, desk.device, SCOPE, until, keep=keep))
    assert (told, SCOPE) in events(desk, SCOPE, OTHER)
    desk.sync()
    assert len(desk.names()) == (1 if keep else 0)


def test_who_is_to_wipe_hands_in_what_it_made_and_gets_nothing_more(
    hub: Hub, desk: Desk, tmp_path: Path
) -> None:
    other = make_desk(hub, tmp_path, "b")
    other.add_customer("of another desk")
    other.sync()
    desk.add_customer("made while offline")
    hub.database.write(lambda c: workstations.order_wiping(c, desk.device, hub.clock.now() + DAYS))
    desk.sync()
    assert desk.follow.left() == 0
    names = {name for (name,) in hub.rows("SELECT name FROM customer")}
    assert names == {"Alpha", "of another desk", "made while offline"}
    assert "of another desk" not in desk.names().values()
    assert events(desk, SCOPE) == [("wipe", "")]
    other.close()


def test_after_its_time_the_order_is_still_heard_but_nothing_is_taken(hub: Hub, desk: Desk) -> None:
    hub.database.write(lambda c: workstations.order_wiping(c, desk.device, hub.clock.now() + DAYS))
    for clock in (hub.clock, desk.clock):
        clock.advance(8 * 86_400)
    desk.add_customer("too late")
    desk.sync()
    assert desk.follow.left() == 0, "it has its final word"
    assert hub.rows("SELECT count(*) FROM customer") == [(1,)]
    assert events(desk, SCOPE) == [("wipe", "")]


def test_who_has_wiped_itself_is_shut_out(hub: Hub, desk: Desk) -> None:
    own: SignedAuth = opened(hub, desk)
    route = BY_NAME["wiped"]
    assert ask(hub, route, own, desk, SCOPE).status_code == 404, "nobody told it to"
    hub.database.write(lambda c: workstations.order_wiping(c, desk.device, hub.clock.now() + DAYS))
    assert ask(hub, route, own, desk, SCOPE).status_code == 204
    assert hub.rows("SELECT wiped_at FROM hub_device WHERE wiped_at IS NOT NULL")
    for _ in range(2):
        assert ask(hub, route, own, desk, SCOPE).status_code == 403


def test_a_workstation_that_is_shut_out_at_once_hears_no_order(hub: Hub, desk: Desk) -> None:
    hub.database.write(lambda c: workstations.order_wiping(c, desk.device, hub.clock.now() + DAYS))
    hub.database.write(lambda c: workstations.revoke_device(c, desk.device))
    with pytest.raises(HubError) as caught:
        desk.sync()
    assert caught.value.fault is HubFault.REVOKED


def test_a_taken_scope_that_is_granted_again_is_followed_again(hub: Hub, desk: Desk) -> None:
    until = hub.clock.now() + DAYS
    hub.database.write(lambda c: workstations.revoke(c, desk.device, SCOPE, until))
    desk.sync()
    assert desk.names() == {}
    hub.database.write(lambda c: workstations.grant(c, desk.device, SCOPE))
    desk.sync()
    assert list(desk.names().values()) == ["Alpha"]
