"""Every address of the hub: who may ask it, what it says of itself, what noise does to it."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.outbox import SCHEMA
from sync.hub import workstations
from sync.hub.openapi import openapi_json
from sync.hub.routes import ROUTES, STATUS, HubRoute
from sync.wire.body import decode
from sync.wire.messages import (
    PROTO,
    CheckRequest,
    Cursor,
    Envelope,
    FetchRequest,
    LiveRequest,
    SessionReply,
    SessionRequest,
    SyncRequest,
    Trouble,
)
from sync.wire.signature import RequestKey
from tests.sync.signing import SignedAuth
from tests.sync.world import OTHER, SCOPE, URL, Desk, Hub, make_desk, make_hub

SHA = "ab" * 32
BY_NAME = {route.name: route for route in ROUTES}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = make_hub(tmp_path / "hub")
    yield made
    made.service.close()
    made.database.close()


@pytest.fixture
def desk(hub: Hub, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(hub, tmp_path, "a")
    made.add_customer("Alpha")
    made.sync()
    yield made
    made.close()


def client(hub: Hub, auth: SignedAuth | None) -> httpx.Client:
    return httpx.Client(transport=hub.transport(), base_url=URL, auth=auth)


def opened(hub: Hub, desk: Desk) -> SignedAuth:
    """Open a session by hand, as a foreign program would."""
    auth = SignedAuth(desk.link.key, hub.clock)
    with client(hub, auth) as asking:
        said = asking.post(
            "/v1/session",
            content=msgspec.json.encode(SessionRequest(desk.device, PROTO, "t", SCHEMA)),
        )
    auth.token = decode(SessionReply, bytes(decode(Envelope, said.content).reply)).token
    return auth


@pytest.fixture
def own(hub: Hub, desk: Desk) -> SignedAuth:
    """The desk's own key with a session."""
    return opened(hub, desk)


def body_for(route: HubRoute, desk: Desk, scope: str) -> bytes:
    """Make a good body for a route."""
    said: dict[str, object] = {
        "session": SessionRequest(desk.device, PROTO, "t", SCHEMA),
        "sync": SyncRequest(desk.device, PROTO, SCHEMA, [], [Cursor(scope, "", 0, "0")], 100),
        "check": CheckRequest(scope, [1]),
        "fetch": FetchRequest(scope, []),
        "live": LiveRequest([(scope, 0)], 0),
    }
    if route.name == "enrol":
        return b'["no such code of mine","ed25519","x","n","a",1]'
    return msgspec.json.encode(said[route.name]) if route.name in said else b""


def ask(hub: Hub, route: HubRoute, auth: SignedAuth | None, desk: Desk, scope: str) -> Any:
    path = route.path.format(scope=scope, sha256=SHA)
    query = {"schema": SCHEMA, "n": 1, "first": 0, "chain": desk.device if scope == SCOPE else "x"}
    params = {name: query[name] for name in route.query}
    with client(hub, auth) as asking:
        headers = {"Content-Range": "bytes 0-0/1"} if route.body == "bytes" else {}
        content = b"x" if route.body == "bytes" else body_for(route, desk, scope)
        return asking.request(route.method, path, content=content, params=params, headers=headers)


def code_of(answer: httpx.Response) -> str:
    """Read the code of an answer's trouble; "" of one that is none."""
    told = answer.headers.get("Sealdesk-Trouble")
    return decode(Trouble, told.encode()).code if told else ""


# Who asks (columns) and what each address answers; 2xx is a leave, everything else a code.
UNSIGNED, STRANGER, FORGED, REVOKED, NO_SESSION, OTHERS, OWN = range(7)
_DOOR = ("unknown_device", "unknown_device", "bad_signature", "device_revoked")
_IN = (*_DOOR, "session_needed")
MATRIX: dict[str, tuple[str, ...]] = {
    "openapi": ("200",) * 7,
    "enrol": ("bad_signature",) * 7,
    "session": (*_DOOR, "200", "200", "200"),
    "sync": (*_IN, "200", "200"),
    "check": (*_IN, "not_found", "200"),
    "fetch": (*_IN, "not_found", "200"),
    "wiped": (*_IN, "not_found", "not_found"),
    "live": (*_IN, "200", "200"),
    "live_events": (*_IN, "200", "200"),
    "snapshot": (*_IN, "not_found", "200"),
    "snapshot_read": (*_IN, "not_found", "not_found"),
    "log_head": (*_IN, "200", "200"),
    "log_proof": (*_IN, "not_found", "not_found"),
    "log_growth": (*_IN, "200", "200"),
    "blob_standing": (*_IN, "not_found", "not_found"),
    "blob_part": (*_IN, "not_found", "not_found"),
    "blob_read": (*_IN, "not_found", "not_found"),
}


def test_every_route_stands_in_the_matrix() -> None:
    assert MATRIX.keys() == BY_NAME.keys()


@pytest.mark.parametrize("name", sorted(set(MATRIX) - {"live_events"}))
def test_who_may_ask(hub: Hub, desk: Desk, own: SignedAuth, name: str) -> None:
    """Another branch's scope answers as one that is not there, or with nothing of it."""
    route = BY_NAME[name]
    private = Ed25519PrivateKey.generate()
    stranger = SignedAuth(RequestKey("f" * 32, "ed25519", private.sign), hub.clock, own.token)
    forged = SignedAuth(RequestKey(desk.device, "ed25519", private.sign), hub.clock, own.token)
    without = SignedAuth(desk.link.key, hub.clock, "", own.numbers)
    said = {
        UNSIGNED: ask(hub, route, None, desk, SCOPE),
        STRANGER: ask(hub, route, stranger, desk, SCOPE),
        FORGED: ask(hub, route, forged, desk, SCOPE),
        NO_SESSION: ask(hub, route, without, desk, SCOPE),
        OTHERS: ask(hub, route, own, desk, OTHER),
        OWN: ask(hub, route, own, desk, SCOPE),
    }
    hub.database.write(lambda c: workstations.revoke_device(c, desk.device))
    said[REVOKED] = ask(hub, route, own, desk, SCOPE)
    told = {who: code_of(answer) or str(answer.status_code) for who, answer in said.items()}
    assert told == dict(enumerate(MATRIX[name]))
    for answer in said.values():
        code = code_of(answer)
        assert answer.status_code == (STATUS[code] if code else 200)
        assert OTHER.encode() not in answer.content or name in ("sync", "live")


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: one.name)
def test_who_is_to_empty_itself_may_hand_in_and_nothing_else(
    hub: Hub, desk: Desk, own: SignedAuth, route: HubRoute
) -> None:
    until = hub.clock.now() + timedelta(days=7)
    hub.database.write(lambda c: workstations.order_wiping(c, desk.device, until))
    answer = ask(hub, route, own, desk, SCOPE)
    may = {"session": "200", "sync": "200", "wiped": "204", "openapi": "200",
           "enrol": "bad_signature", "blob_standing": "not_found",
           "blob_part": "not_found"}  # fmt: skip
    told = code_of(answer) or str(answer.status_code)
    assert told == may.get(route.name, "device_revoked")


def test_nothing_of_another_branch_is_in_a_sync_or_a_live_answer(
    hub: Hub, desk: Desk, own: SignedAuth
) -> None:
    for name in ("sync", "live"):
        answer = ask(hub, BY_NAME[name], own, desk, OTHER)
        told = json.loads(answer.content)[3]
        assert told[1] == [] if name == "sync" else told == [[]]


def test_a_stream_is_for_those_with_a_session(hub: Hub, desk: Desk) -> None:
    route = BY_NAME["live_events"]
    without = SignedAuth(desk.link.key, hub.clock)
    assert code_of(ask(hub, route, None, desk, SCOPE)) == "unknown_device"
    assert code_of(ask(hub, route, without, desk, SCOPE)) == "session_needed"


DOCUMENT = json.loads(openapi_json())


def test_the_document_names_every_route_and_no_other(hub: Hub) -> None:
    with client(hub, None) as asking:
        assert asking.get("/v1/openapi.json").json() == DOCUMENT
    told = {
        (method.upper(), path, one["operationId"])
        for path, methods in DOCUMENT["paths"].items()
        for method, one in methods.items()
    }
    app: Any = hub.app
    while not hasattr(app, "routes"):
        app = app._app
    served = {
        (method, route.path, route.name)
        for route in app.routes
        for method in route.methods - ({"HEAD"} if "GET" in route.methods else set())
    }
    assert told == served == {(one.method, one.path, one.name) for one in ROUTES}


def test_every_reference_of_the_document_leads_somewhere() -> None:
    refs = set(re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert refs
    assert refs <= DOCUMENT["components"]["schemas"].keys()
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_code_of_a_trouble_is_told_by_some_route() -> None:
    told = {code for route in ROUTES for code in route.troubles}
    assert told == STATUS.keys() - {"epoch_changed"}, "an epoch is told by an event of a sync"


@pytest.mark.parametrize("route", [one for one in ROUTES if one.signed], ids=lambda one: one.name)
def test_what_must_be_signed_says_so(route: HubRoute) -> None:
    said = DOCUMENT["paths"][route.path][route.method.lower()]
    assert said["security"]
    assert {"401", "500", "503", "429"} <= said["responses"].keys()
    names = {one["name"] for one in said["parameters"]}
    assert {"Signature", "Signature-Input", "Content-Digest"} <= names


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=70) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def bent(said: list[Any], data: st.DataObject) -> list[Any]:
    """Put something else at one place of a message, however deep."""
    place = data.draw(st.integers(0, len(said) - 1))
    inner = said[place]
    deeper = isinstance(inner, list) and inner and data.draw(st.booleans())
    changed = bent(inner, data) if deeper else data.draw(PLAIN)
    return [*said[:place], changed, *said[place + 1 :]]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["session", "sync", "check", "fetch"]), st.data())
def test_signed_noise_is_answered_as_the_document_says(
    hub: Hub, desk: Desk, own: SignedAuth, name: str, data: st.DataObject
) -> None:
    """A good signature over a bent message: never a 5xx, always a status the document names."""
    route = BY_NAME[name]
    said = bent(json.loads(body_for(route, desk, SCOPE)), data)
    with client(hub, own) as asking:
        answer = asking.post(route.path, content=json.dumps(said).encode())
    assert answer.status_code < 500, (said, answer.content)
    named = DOCUMENT["paths"][route.path]["post"]["responses"]
    assert str(answer.status_code) in named
    if answer.status_code != 200:
        assert decode(Trouble, answer.content).code in named[str(answer.status_code)]["description"]
